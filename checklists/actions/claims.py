"""A unit takes a task nobody leads (认领); the office confirms or refuses."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department
from accounts.verbs import WORDS
from campaigns.viewer import Viewer
from checklists.actions.assignments import move_assignment
from checklists.actions.duties import end_part, start_parts
from checklists.actions.issuing import issue_drafts
from checklists.actions.telling import spoken
from checklists.models import Claim, Duty
from notices.actions import notify

WORDS.update(
    {
        "claim.create": _("Claimed the task"),
        "claim.confirm": _("Confirmed the claim"),
        "claim.refuse": _("Did not confirm the claim"),
    }
)

LEADS = _("%(office)s confirmed what your unit claimed (%(count)s): it is signed for, the clock runs.")


def may_claim(duty: Duty, viewer: Viewer) -> bool:
    """Heads and liaisons, for a unit of theirs; whether the task is free is asked under the lock."""
    return bool(viewer.own_ids) and viewer.campaign.pk == duty.campaign_id


@transaction.atomic
def claim_duty(duty: Duty, *, by: Viewer, department: Department, note: str = "", at: datetime | None = None) -> Claim:
    """Offer to lead a task nobody leads.

    Raises PermissionDenied for a unit that is not theirs; ValidationError "led" (somebody leads it), "claimed"
    (this unit offered already).
    """
    at = at or timezone.now()
    duty = _locked(duty)
    if department.pk not in by.department_ids or not may_claim(duty, by):
        raise PermissionDenied
    _check_free(duty)
    if duty.claims.filter(department=department, ruling=Claim.Ruling.OPEN).exists():
        raise ValidationError(_("Your unit has claimed this task already: the office decides."), "claimed")
    claim = Claim.objects.create(
        campaign_id=duty.campaign_id, duty=duty, department=department, note=note.strip(), by=by.user, at=at
    )
    record(by, "claim.create", claim, at=at, note=note.strip())
    return claim


@transaction.atomic
def rule_claim(claim: Claim, *, by: Viewer, confirmed: bool, note: str = "", at: datetime | None = None) -> Claim:
    """Confirm (the unit leads from now on, its part is issued, other claims lapse) or refuse with a reason.

    The claim is the unit's signature: its part is signed for at once.

    Who claimed is told. Nobody rules on a claim of a unit of which they are head or liaison. Raises PermissionDenied;
    ValidationError "wrong_status", "led", {"note": …} "required", "past" when the limit forbids the issue.
    """
    at = at or timezone.now()
    duty = _locked(claim.duty)
    claim = Claim.objects.select_related("department", "by", "campaign").get(pk=claim.pk)
    if not by.is_office or by.campaign.pk != claim.campaign_id or claim.department_id in by.department_ids:
        raise PermissionDenied
    if claim.ruling != Claim.Ruling.OPEN:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    if not confirmed and not note.strip():
        raise ValidationError({"note": ValidationError(_("Say why."), "required")})
    if confirmed:
        _check_free(duty)
        _let_lead(duty, claim, by=by, at=at)
        for other in duty.claims.filter(ruling=Claim.Ruling.OPEN).exclude(pk=claim.pk).select_related("department", "by"):
            _close(other, Claim.Ruling.REFUSED, by=by, at=at, duty=duty, note=str(_("Another unit leads this task.")))
    return _close(
        claim, Claim.Ruling.CONFIRMED if confirmed else Claim.Ruling.REFUSED, by=by, at=at, duty=duty, note=note.strip()
    )


def _let_lead(duty, claim, *, by, at):
    for part in duty.assignments.running().filter(department=claim.department_id):  # it supported so far
        end_part(part, by=by, at=at)
    (lead,) = start_parts([(duty, claim.department_id, True)], by=by, at=at)
    plan = issue_drafts(by=by, duties=[duty.pk], at=at, texts={claim.department_id: LEADS})
    if plan.refused:
        raise ValidationError(plan.refused[0][1], "past")
    move_assignment(lead, move="sign_claim", by=None, reason=f"{claim.by} {spoken(timezone.localdate(claim.at))}", at=at)


def _close(claim, ruling, *, by, at, duty, note):
    claim.ruling, claim.ruled_by, claim.ruled_at = ruling, by.user, at
    claim.save(update_fields=["ruling", "ruled_by", "ruled_at"])
    confirmed = ruling == Claim.Ruling.CONFIRMED
    record(by, "claim.confirm" if confirmed else "claim.refuse", claim, at=at, note=note)
    with translation.override(claim.by.language):
        text = _("Claim confirmed: %(task)s") if confirmed else _("Claim not confirmed: %(task)s. %(note)s")
        said = str(text % {"task": Truncator(duty.text).chars(40), "note": note})
    notify(
        claim.by,
        kind=f"claim.{ruling}",
        key=f"claim.{ruling}:{claim.pk}",
        text=said,
        url=duty.get_absolute_url(),
        campaign_id=claim.campaign_id,
        subject=claim,
        at=at,
    )
    return claim


def _check_free(duty):
    if duty.ended_on:
        raise ValidationError(_("This task has ended: its item was dropped from the standard."), "ended")
    if duty.assignments.running().filter(is_lead=True).exists():
        raise ValidationError(_("A unit leads this task already."), "led")


def _locked(duty):
    return Duty.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=duty.pk)
