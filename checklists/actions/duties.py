"""The responsibility table: who leads, who supports, by when. Everything here is the office's."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record, record_many
from accounts.models import Department
from accounts.verbs import WORDS
from campaigns.viewer import Viewer
from checklists.actions.assignments import move_assignment
from checklists.actions.limits import move_limits, read_limit
from checklists.actions.naming import name_anew
from checklists.models import Assignment, Duty

WORDS.update(
    {
        "duty.edit": _("Edited the task"),
        "duty.split": _("Split the task"),
        "duty.create": _("Entered the task"),
        "assignment.create": _("Assigned"),
        "assignment.drop": _("Took back the draft"),
    }
)

STALE = _("Somebody changed this task while you were writing.")


@transaction.atomic
def edit_duty(
    duty: Duty,
    *,
    by: Viewer,
    version: int,
    text: str,
    measures: str = "",
    limit_text: str = "",
    leading_leader: str = "",
    person: str = "",
    leads: Iterable[Department] | None = None,
    supports: Iterable[Department] | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Duty:
    """Rewrite one row of the table and return it fresh; its new parts are drafts until they are issued.

    leads, supports: None leaves them as they are. limit_text: in the office's words; a new limit moves the open
    checkpoints, and the units are told. Raises PermissionDenied; ValidationError "stale", {"limit_text": …},
    {"text": …}, "disputed", "ended_today".
    """
    at = at or timezone.now()
    duty = locked_duty(duty, by)
    if version != duty.version:
        raise ValidationError(STALE, "stale")
    old, new = _rewrite(duty, text=text, measures=measures, limit_text=limit_text, leading_leader=leading_leader, person=person)
    if "limit_text" in new:
        set_limit(duty, limit_text, by=by, at=at)
    duty.version += 1
    duty.save()
    set_parts(duty, leads=leads, supports=supports, by=by, at=at)
    if "person" in new:
        name_anew(duty, at=at)
    record(by, "duty.edit", duty, at=at, note=reason.strip(), old=old or None, new=new or None)
    return duty


def _rewrite(duty, **words):
    """Set the row's words; (what stood there, what stands there now), of those that changed."""
    new = {name: value.strip() for name, value in words.items() if value.strip() != getattr(duty, name)}
    if "text" in new and not new["text"]:
        raise ValidationError({"text": ValidationError(_("Write the task."), "required")})
    old = {name: getattr(duty, name) for name in new}
    for name, value in new.items():
        setattr(duty, name, value)
    return old, new


@transaction.atomic
def split_duty(duty: Duty, *, by: Viewer, version: int, texts: list[str], at: datetime | None = None) -> list[Duty]:
    """Make several rows of one: it keeps the first text, the others follow it with the same limit, leader and units.

    The units of the new rows are drafts. The standard is not touched. Raises PermissionDenied; ValidationError
    "stale", {"texts": …} for fewer than two texts.
    """
    at = at or timezone.now()
    duty = locked_duty(duty, by)
    if version != duty.version:
        raise ValidationError(STALE, "stale")
    texts = [text.strip() for text in texts if text.strip()]
    if len(texts) < 2:
        raise ValidationError({"texts": ValidationError(_("Write at least two tasks."), "required")})
    old, duty.text, duty.version = duty.text, texts[0], duty.version + 1
    duty.save(update_fields=["text", "version"])
    Duty.objects.filter(checklist=duty.checklist_id, position__gt=duty.position).update(position=F("position") + len(texts) - 1)
    added = [
        Duty(
            campaign_id=duty.campaign_id,
            checklist_id=duty.checklist_id,
            item_id=duty.item_id,
            text=text,
            measures=duty.measures,
            limit_text=duty.limit_text,
            due_on=duty.due_on,
            recurrence=duty.recurrence,
            leading_leader=duty.leading_leader,
            person=duty.person,
            position=duty.position + number,
        )
        for number, text in enumerate(texts[1:], 1)
    ]
    Duty.objects.bulk_create(added)
    parts = list(duty.assignments.running().exclude(status=Assignment.Status.DISPUTED))
    start_parts([(row, part.department_id, part.is_lead) for row in added for part in parts], by=by, at=at)
    record(by, "duty.split", duty, at=at, old=old, new=texts)
    record_many(by, "duty.create", added, at=at, split_from=duty.pk)
    return [duty, *added]


def set_limit(duty: Duty, limit_text: str, *, by: Viewer, at: datetime) -> None:
    """Read the limit in the office's words into the row's date or rhythm, and move the open checkpoints with it."""
    old = duty.due_on
    limit = read_limit(limit_text, campaign=duty.campaign, today=timezone.localdate(at))
    duty.due_on, duty.recurrence = limit.due_on, limit.recurrence or ""
    move_limits(duty, old=old, by=by, at=at)


def set_parts(
    duty: Duty, *, leads: Iterable[Department] | None, supports: Iterable[Department] | None, by: Viewer, at: datetime
) -> None:
    """Start and end parts until exactly these units lead and support; a unit that leads does not support as well."""
    running = list(duty.assignments.running())
    if leads is not None:
        leads = {unit.pk for unit in leads}
    else:
        leads = {part.department_id for part in running if part.is_lead}
    if supports is not None:
        supports = {unit.pk for unit in supports} - leads
    else:
        supports = {part.department_id for part in running if not part.is_lead} - leads
    _check_leads(duty, leads, running)
    wanted = {(pk, True) for pk in leads} | {(pk, False) for pk in supports}
    for part in running:
        if (part.department_id, part.is_lead) not in wanted:
            end_part(part, by=by, at=at)
    have = {(part.department_id, part.is_lead) for part in running}
    start_parts([(duty, pk, is_lead) for pk, is_lead in sorted(wanted - have)], by=by, at=at)


def _check_leads(duty, leads, running):
    """By hand a task gets no more leads than the campaign allows; what a sheet brought may stay, and is listed as a gap."""
    most = duty.campaign.leads_most
    if len(leads) > max(most, sum(part.is_lead for part in running)):
        text = _("A task has at most %(most)s leading units here: name the others as supporting.")
        raise ValidationError({"leads": ValidationError(text % {"most": most}, "many_leads")})


def end_part(part: Assignment, *, by: Viewer, at: datetime, reason: str = "") -> None:
    """A draft nobody was told of is taken back; an issued part ends and stays on record."""
    if part.status == Assignment.Status.DRAFT:
        record(by, "assignment.drop", part, at=at, lead=part.is_lead)
        part.delete()
        return
    if part.status == Assignment.Status.DISPUTED:
        raise ValidationError(_("%(unit)s objects to this task: rule on it first.") % {"unit": part.department}, "disputed")
    move_assignment(part, move="end", by=by, reason=reason, at=at)


def start_parts(wanted: list[tuple[Duty, int, bool]], *, by: Viewer, at: datetime) -> list[Assignment]:
    """Drafts for (duty, department id, leads?), written together.

    Raises ValidationError "ended_today" for a part that ended on the very day it would begin.
    """
    day = timezone.localdate(at)
    ended = set(
        Assignment.objects.filter(duty__in={duty.pk for duty, _pk, _lead in wanted}, starts_on=day).values_list(
            "duty", "department", "is_lead"
        )
        if wanted
        else ()
    )
    for duty, pk, is_lead in wanted:
        if (duty.pk, pk, is_lead) in ended:
            unit = Department.objects.get(pk=pk)
            raise ValidationError(
                _("%(unit)s had this part until today: it can start again tomorrow.") % {"unit": unit}, "ended_today"
            )
    rows = Assignment.objects.bulk_create(
        [
            Assignment(campaign_id=duty.campaign_id, duty=duty, department_id=pk, is_lead=is_lead, starts_on=day)
            for duty, pk, is_lead in wanted
        ],
        batch_size=500,
    )
    record_many(by, "assignment.create", rows, at=at)
    return rows


def locked_duty(duty: Duty, by: Viewer) -> Duty:
    """The row as it is now, locked; the office's of its own campaign."""
    row = Duty.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=duty.pk)
    if not by.is_office or by.campaign.pk != row.campaign_id:
        raise PermissionDenied
    if row.ended_on:
        raise ValidationError(_("This task has ended: its item was dropped from the standard."), "ended")
    return row
