"""A ruling kept as a rule, and its end."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Department
from campaigns.viewer import Viewer
from checklists.models import Dispute, Item, Objection
from checklists.rules import may_rule_case
from inspections.models import FindingDispute, Precedent, ProblemKind, SiteKind


@transaction.atomic
def keep_ruling(
    objection: Objection,
    *,
    by: Viewer,
    department: Department,
    words: str,
    item: Item | None = None,
    kind: ProblemKind | None = None,
    site_kind: SiteKind | None = None,
    area: Department | None = None,
    at: datetime | None = None,
) -> Precedent:
    """Keep what was ruled as a rule for like cases; nothing that exists is changed by it.

    Raises PermissionDenied; ValidationError "not_ruled", "bounds" (without any it would hold for everything), {"words": …}
    "required", "kept" (this ruling is a rule in force already).
    """
    at = at or timezone.now()
    objection = type(objection).objects.select_for_update().get(pk=objection.pk)
    if not may_rule_case(by, objection):
        raise PermissionDenied
    if objection.is_open:
        raise ValidationError(_("There is no ruling yet."), "not_ruled")
    if not (item or kind or site_kind or area):
        raise ValidationError(_("Say for what the rule holds: choose at least one of item, kind or area."), "bounds")
    if not words.strip():
        raise ValidationError({"words": ValidationError(_("Write what was ruled."), "required")})
    source = {source_name(objection): objection}
    if Precedent.objects.running().filter(**source).exists():
        raise ValidationError(_("This ruling is kept as a rule already."), "kept")
    rule = Precedent.objects.create(
        campaign=by.campaign,
        department=department,
        item=item,
        kind=kind,
        site_kind=site_kind,
        area=area,
        words=words.strip(),
        ruled_on=timezone.localdate(objection.ruled_at),
        by=by.user,
        at=at,
        **source,
    )
    record(by, "precedent.create", rule, at=at, department_id=department.pk, note=rule.words, unit=str(department))
    return rule


@transaction.atomic
def end_precedent(rule: Precedent, *, by: Viewer, reason: str, at: datetime | None = None) -> Precedent:
    """The rule is proposed no longer. Raises PermissionDenied; ValidationError "wrong_status", {"reason": …} "required"."""
    at = at or timezone.now()
    rule = Precedent.objects.select_for_update().get(pk=rule.pk)
    if not by.is_office or by.campaign.pk != rule.campaign_id:
        raise PermissionDenied
    if rule.ended_on:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why."), "required")})
    rule.ended_on, rule.ended_by, rule.end_reason = timezone.localdate(at), by.user, reason.strip()
    rule.save()
    record(by, "precedent.end", rule, at=at, department_id=rule.department_id, note=rule.end_reason)
    return rule


def source_name(objection: Objection) -> str:
    """The column of the rule in which its ruling stands."""
    return {Dispute: "dispute", FindingDispute: "finding_dispute"}[type(objection)]
