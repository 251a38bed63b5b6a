"""One thing for many rows of the responsibility table: tried first, done with one result per row, taken back as one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department
from accounts.verbs import WORDS
from campaigns.viewer import Viewer
from checklists.actions.assignments import revive_assignment
from checklists.actions.duties import locked_duty, read_limit, set_limit, set_parts
from checklists.models import Assignment, BulkAct, Duty

WORDS.update({"bulk.do": _("Changed many tasks at once"), "bulk.undo": _("Took back a change of many tasks")})

FIELDS = ("limit_text", "measures", "leading_leader", "person")


@dataclass(frozen=True)
class Result:
    """What became of one row: `text` says why it was refused; before, after: its units and limit in words."""

    duty: Duty
    done: bool
    text: str = ""
    before: str = ""
    after: str = ""


@transaction.atomic
def assign_many(
    duties: Iterable[Duty],
    *,
    by: Viewer,
    lead: Department | None = None,
    supports: Iterable[Department] = (),
    limit_text: str | None = None,
    is_trial: bool = False,
    at: datetime | None = None,
) -> tuple[list[Result], BulkAct | None]:
    """Give many rows a leading unit (instead of the present ones), supporting units (beside them), or a limit.

    One result per row: what one row refuses does not stop the others; the act, for undo_bulk, when any row changed.
    is_trial: nothing is kept, the results say what would be. Raises PermissionDenied, and ValidationError
    {"limit_text": …} when the limit cannot be read for any row.
    """
    at, supports = at or timezone.now(), list(supports)
    if not by.is_office:
        raise PermissionDenied
    if limit_text is not None:
        read_limit(limit_text, campaign=by.campaign, today=timezone.localdate(at))
    results, before = [], {}
    for duty in duties:
        row = locked_duty(duty, by)
        old = state_of(row)
        try:
            with transaction.atomic():
                _assign(row, lead=lead, supports=supports, limit_text=limit_text, by=by, at=at)
        except ValidationError as error:
            results.append(Result(duty, False, " ".join(error.messages), in_words(old)))
        else:
            before[row.pk] = old | {"version": row.version}
            results.append(Result(duty, True, before=in_words(old), after=in_words(state_of(row))))
    if is_trial:
        transaction.set_rollback(True)
        return results, None
    return results, keep_act(before, by=by, at=at, act="lead" if lead else "support" if supports else "limit")


def keep_act(before: dict, *, act: str, by: Viewer, at: datetime) -> BulkAct | None:
    """Remember the act, None when it changed nothing."""
    if not before:
        return None
    row = BulkAct.objects.create(campaign=by.campaign, act=act, before=before, by=by.user, at=at)
    record(by, "bulk.do", row, at=at, new=act, rows=len(before))
    return row


@transaction.atomic
def undo_bulk(act: BulkAct, *, by: Viewer, at: datetime | None = None) -> list[Result]:
    """Put every row back that nobody has touched since; a part that had ended is in force again as it was.

    A row edited or issued since stays as it is and says so. Raises PermissionDenied; ValidationError "undone".
    """
    at = at or timezone.now()
    act = BulkAct.objects.select_for_update().get(pk=act.pk)
    if not by.is_office or by.campaign.pk != act.campaign_id:
        raise PermissionDenied
    if act.undone_at:
        raise ValidationError(_("This change was taken back already."), "undone")
    results = []
    for duty in Duty.objects.filter(pk__in=[int(pk) for pk in act.before]).order_by("position", "pk"):
        row, old = locked_duty(duty, by), act.before[str(duty.pk)]
        before = in_words(state_of(row))
        try:
            with transaction.atomic():
                _put_back(row, old, act, by=by, at=at)
        except ValidationError as error:
            results.append(Result(duty, False, " ".join(error.messages), before))
        else:
            results.append(Result(duty, True, before=before, after=in_words(state_of(row))))
    act.undone_at, act.undone_by = at, by.user
    act.save(update_fields=["undone_at", "undone_by"])
    record(by, "bulk.undo", act, at=at, rows=sum(result.done for result in results))
    return results


def _put_back(duty, old, act, *, by, at):
    if duty.version != old["version"]:
        raise ValidationError(_("Changed since: it stays as it is."), "changed")
    if duty.assignments.filter(issued_at__gte=act.at).exists():
        raise ValidationError(_("Issued since: it stays as it is."), "issued")
    units = Department.objects.in_bulk({*old["leads"], *old["supports"]})
    moved = old["limit_text"] != duty.limit_text
    for name in FIELDS:
        setattr(duty, name, old[name])
    if moved:
        set_limit(duty, old["limit_text"], by=by, at=at)
    ended = dict(old.get("parts", []))
    for part in duty.assignments.filter(pk__in=ended, status=Assignment.Status.ENDED):
        revive_assignment(part, status=ended[part.pk], by=by, at=at)
    leads, supports = ([units[pk] for pk in old[name]] for name in ("leads", "supports"))
    set_parts(duty, leads=leads, supports=supports, by=by, at=at)
    duty.version += 1
    duty.save()


def state_of(duty: Duty) -> dict:
    """What an act on many rows may change, as plain data: units, limit, measures, leader, person."""
    parts = list(Assignment.objects.running().filter(duty=duty).order_by("department__position").select_related("department"))
    return {
        "leads": [part.department_id for part in parts if part.is_lead],
        "supports": [part.department_id for part in parts if not part.is_lead],
        **{name: getattr(duty, name) for name in FIELDS},
        "parts": [[part.pk, part.status] for part in parts],
        "names": [[part.department.name for part in parts if part.is_lead is leads] for leads in (True, False)],
    }


def in_words(state: dict) -> str:
    leads, supports = ("、".join(names) or "—" for names in state["names"])
    return " · ".join([leads, supports, state["limit_text"] or "—"])


def _assign(duty, *, lead, supports, limit_text, by, at):
    parts = list(duty.assignments.running().select_related("department"))
    leads = [lead] if lead else None
    beside = None
    if supports:
        leading = {lead.pk} if lead else {part.department_id for part in parts if part.is_lead}
        if already := [unit for unit in supports if unit.pk in leading]:
            raise ValidationError(_("%(unit)s leads this task already.") % {"unit": already[0]}, "leads")
        beside = [part.department for part in parts if not part.is_lead] + supports
    if limit_text is not None and limit_text.strip() != duty.limit_text:
        old = duty.limit_text
        duty.limit_text = limit_text.strip()
        set_limit(duty, limit_text, by=by, at=at)
        record(by, "duty.edit", duty, at=at, old={"limit_text": old}, new={"limit_text": duty.limit_text})
    set_parts(duty, leads=leads, supports=beside, by=by, at=at)
    duty.version += 1
    duty.save()
