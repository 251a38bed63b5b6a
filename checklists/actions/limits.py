"""From a task's time limit to its checkpoints: made on issue, one per period for what recurs, moved with the limit."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.actions import record_many
from accounts.verbs import WORDS
from campaigns import clock
from campaigns.calendars import calendar_of
from campaigns.models import Campaign
from campaigns.viewer import Viewer
from checklists.actions.telling import short, spoken, tell_unit
from checklists.models import Assignment, Checkpoint, Duty
from checklists.periods import dues
from checklists.timelimits import TimeLimit, parse_time_limit

WORDS["checkpoint.create"] = gettext_lazy("Asked for")
WORDS["checkpoint.limit"] = gettext_lazy("Changed the limit")

OPEN = [Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED]


def read_limit(text: str, *, campaign: Campaign, today: date) -> TimeLimit:
    """What a limit in the office's words means; a limit that names no year is in the year of review, else in this one.

    Raises ValidationError {"limit_text": …} where the words cannot be what they say (4月31日).
    """
    found = parse_time_limit(text, year=campaign.review_year or today.year)
    if found.doubt:
        raise ValidationError({"limit_text": ValidationError(found.doubt, "time_limit")})
    return found


def limit_days(duty: Duty, *, today: date, cutoff: date) -> list[date]:
    """The days of the first checkpoints of a task issued today.

    Raises ValidationError "past" when its limit, or the cut-off day for a task without one, lies before today.
    """
    if duty.due_on and not duty.recurrence:
        if duty.due_on < today:
            text = _("The limit %(day)s lies before the day of issue: give a later one.")
            raise ValidationError(text % {"day": spoken(duty.due_on)}, "past")
        return [duty.due_on]
    if cutoff < today:
        text = _("The campaign's cut-off date %(day)s has passed: give this task a limit or the campaign a later date.")
        raise ValidationError(text % {"day": spoken(cutoff)}, "past")
    return dues(duty.recurrence, today=today, cutoff=cutoff, day_of_year=duty.due_on) if duty.recurrence else [cutoff]


def period_title(recurrence: str, due_on: date) -> str:
    """What the checkpoint of a period is called, in the language now active: 3月, 二季度, 2026年; empty for a single one."""
    if recurrence == Duty.Recurrence.MONTHLY:
        # Translators: Django date format of a month of the year.
        return date_format(due_on, pgettext("month of a period", "F"))
    if recurrence == Duty.Recurrence.QUARTERLY:
        return (_("1st quarter"), _("2nd quarter"), _("3rd quarter"), _("4th quarter"))[(due_on.month - 1) // 3]
    if recurrence == Duty.Recurrence.YEARLY:
        return _("Year %(year)s") % {"year": due_on.year}
    return ""


def make_checkpoints(
    assignments: Iterable[Assignment],
    *,
    campaign: Campaign,
    by: Viewer | None,
    at: datetime,
    after: dict[int, date] | None = None,
) -> list[Checkpoint]:
    """The checkpoints these issued parts ought to have today, in a fixed number of queries; twice equals once.

    assignments: of the campaign, with their duty. after: assignment id -> last due day it has, for what recurs.
    """
    today, calendar, rows = timezone.localdate(at), calendar_of(campaign), []
    with translation.override(campaign.language):
        for part in assignments:
            recurrence = part.duty.recurrence
            if after is None:
                days = limit_days(part.duty, today=today, cutoff=campaign.cutoff_on)
            else:
                last, anchor = after.get(part.pk), part.duty.due_on
                days = dues(recurrence, today=today, cutoff=campaign.cutoff_on, after=last, day_of_year=anchor)
            for day in days:
                title = period_title(recurrence, day)
                row = Checkpoint(campaign=campaign, assignment=part, department_id=part.department_id, title=title)
                clock.start(day, calendar).write_to(row)
                rows.append(row)
    present = set(
        Checkpoint.objects.filter(assignment__in={row.assignment_id for row in rows}).values_list("assignment", "due_on", "title")
    )
    made = [row for row in rows if (row.assignment_id, row.due_on, row.title) not in present]
    Checkpoint.objects.bulk_create(made, batch_size=500)
    record_many(by, "checkpoint.create", made, at=at)
    return made


def make_due_checkpoints(*, now: datetime) -> int:
    """The next periods' checkpoints of everything that recurs, in all running campaigns; how many. Twice equals once."""
    made = 0
    for campaign in Campaign.objects.filter(stage=Campaign.Stage.RUNNING, cutoff_on__gte=timezone.localdate(now)):
        parts = list(
            Assignment.objects.filter(campaign=campaign, duty__recurrence__in=Duty.Recurrence.values)
            .filter(status__in=[Assignment.Status.ISSUED, Assignment.Status.ACCEPTED])
            .select_related("duty")
            .annotate(last=Max("checkpoints__due_on"))
        )
        after = {part.pk: part.last for part in parts if part.last}
        made += len(make_checkpoints(parts, campaign=campaign, by=None, at=now, after=after)) if parts else 0
    return made


def move_limits(duty: Duty, *, old: date | None, by: Viewer, at: datetime) -> list[Checkpoint]:
    """Give the last open checkpoint of every issued part the task's new limit; the units are told once each.

    What is handed in or approved keeps its limit. Raises ValidationError {"limit_text": …} "past".
    """
    parts = list(
        duty.assignments.filter(status__in=[Assignment.Status.ISSUED, Assignment.Status.ACCEPTED]).select_related(
            "department", "person", "campaign", "duty"
        )
    )
    if not parts:
        return []
    try:
        day = limit_days(duty, today=timezone.localdate(at), cutoff=duty.campaign.cutoff_on)[0]
    except ValidationError as error:
        raise ValidationError({"limit_text": error}) from None
    waiting = defaultdict(list)
    for row in Checkpoint.objects.filter(assignment__in=parts, status__in=OPEN).order_by("due_on", "pk"):
        waiting[row.assignment_id].append(row)
    moved, limit = [], clock.start(day, calendar_of(duty.campaign))
    with translation.override(duty.campaign.language):
        title = period_title(duty.recurrence, day)
    for part in parts:
        part.duty = duty
        rows = waiting[part.pk]
        if not rows or part.checkpoints.filter(due_on=day, title=title).exists():
            continue
        rows[-1].title = title
        fields = limit.write_to(rows[-1])
        rows[-1].version += 1
        rows[-1].save(update_fields=["title", "version", *fields])
        moved.append(rows[-1])
        tell_unit(
            part,
            kind="duty.limit",
            key=f"duty.limit:{duty.pk}:{duty.version}",
            text=gettext_lazy("New limit %(day)s: %(task)s"),
            url=part.get_absolute_url(),
            subject=duty,
            by=by,
            at=at,
            day=day,
            task=short(part),
        )
    record_many(by, "checkpoint.limit", moved, at=at, old=old and old.isoformat(), new=day.isoformat())
    return moved
