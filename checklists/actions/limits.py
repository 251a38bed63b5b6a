"""From a task's time limit to its checkpoints: made on issue, one per period for what recurs, moved with the limit."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

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
from campaigns.festivals import Festivals
from campaigns.models import Campaign
from campaigns.viewer import Viewer
from checklists.actions.parts import cut_parts
from checklists.actions.telling import short, spoken, tell_unit
from checklists.models import Assignment, Checkpoint, Duty
from checklists.periods import dues, festival_dues
from checklists.timelimits import TimeLimit, parse_time_limit

WORDS["checkpoint.create"] = gettext_lazy("Asked for")
WORDS["checkpoint.limit"] = gettext_lazy("Changed the limit")

OPEN = [Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED]


def read_limit(text: str, *, campaign: Campaign, today: date) -> TimeLimit:
    """What a limit in the office's words means; a limit that names no year is in limit_year.

    Raises ValidationError {"limit_text": …} where the words cannot be what they say (4月31日).
    """
    found = parse_time_limit(text, year=limit_year(campaign, today=today))
    if found.doubt:
        raise ValidationError({"limit_text": ValidationError(found.doubt, "time_limit")})
    return found


def limit_year(campaign: Campaign, *, today: date) -> int:
    """The year of a limit that names none: that of review, else this one."""
    return campaign.review_year or today.year


def limit_days(duty: Duty, *, today: date, cutoff: date, festivals: Festivals | None = None) -> list[tuple[date, str]]:
    """(day, title) of the first checkpoints of a task issued today, the title in the language now active.

    festivals: of the campaign, read here where it is not given. A task at every festival of which none is left is due at
    the cut-off day. Raises as check_limit does.
    """
    check_limit(duty, today=today, cutoff=cutoff)
    if duty.due_on and not duty.recurrence:
        return [(duty.due_on, "")]
    return _days(duty, today=today, cutoff=cutoff, festivals=festivals) if duty.recurrence else [(cutoff, "")]


def check_limit(duty: Duty, *, today: date, cutoff: date) -> None:
    """Raises ValidationError "past" when the task's limit, or the cut-off day for a task without one, lies before today."""
    if duty.due_on and not duty.recurrence:
        if duty.due_on < today:
            text = _("The limit %(day)s lies before the day of issue: give a later one.")
            raise ValidationError(text % {"day": spoken(duty.due_on)}, "past")
    elif cutoff < today:
        text = _("The campaign's cut-off date %(day)s has passed: give this task a limit or the campaign a later date.")
        raise ValidationError(text % {"day": spoken(cutoff)}, "past")


def _days(duty, *, today, cutoff, after=None, festivals=None):
    """(day, title) of what recurs, of the periods that ought to have a checkpoint today."""
    if duty.recurrence == Duty.Recurrence.FESTIVALS:
        festivals = festivals or Festivals(duty.campaign)
        days = [(row.on, row.name) for row in festivals.between(today - timedelta(days=festivals.days_after), cutoff)]
        found = festival_dues(days, after_days=festivals.days_after, today=today, cutoff=cutoff, after=after)
        return found if found or after else [(cutoff, "")]
    days = dues(duty.recurrence, today=today, cutoff=cutoff, after=after, day_of_year=duty.due_on)
    return [(day, period_title(duty.recurrence, day)) for day in days]


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
    begins: dict[int, date] | None = None,
) -> list[Checkpoint]:
    """The checkpoints these issued parts ought to have today, in a fixed number of queries; twice equals once.

    assignments: of the campaign, with their duty. after: assignment id -> last due day it has, for what recurs. begins: task
    id -> the day from which its first period counts, instead of today.
    """
    assignments = list(assignments)
    today, calendar, rows = timezone.localdate(at), calendar_of(campaign), []
    at_festivals = any(part.duty.recurrence == Duty.Recurrence.FESTIVALS for part in assignments)
    known = {"today": today, "cutoff": campaign.cutoff_on, "festivals": Festivals(campaign) if at_festivals else None}
    with translation.override(campaign.language):
        for part in assignments:
            if after is None:
                days = limit_days(part.duty, **known | {"today": (begins or {}).get(part.duty_id, today)})
            else:
                days = _days(part.duty, after=after.get(part.pk), **known)
            for day, title in days:
                row = Checkpoint(campaign=campaign, assignment=part, department_id=part.department_id, title=title)
                clock.start(day, calendar).write_to(row)
                rows.append(row)
    present = set(
        Checkpoint.objects.filter(assignment__in={row.assignment_id for row in rows}).values_list("assignment", "due_on", "title")
    )
    # A festival whose day was corrected is still the same festival of that year.
    held = {(part, day.year, title) for part, day, title in present} if at_festivals else set()
    festive = {part.pk for part in assignments if part.duty.recurrence == Duty.Recurrence.FESTIVALS}
    made = [
        row
        for row in rows
        if (row.assignment_id, row.due_on, row.title) not in present
        and not (row.assignment_id in festive and row.title and (row.assignment_id, row.due_on.year, row.title) in held)
    ]
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

    What they handed on inside ends with it at the latest; what is handed in or approved keeps its limit. duty: locked by the
    caller; its parts are locked here, in their order. Raises ValidationError {"limit_text": …} "past".
    """
    parts = _locked_parts(duty)
    if not parts:
        return []
    day, title = _first_day(duty, at)
    moved, limit = _last_waiting(parts, day, title), clock.start(day, calendar_of(duty.campaign))
    for row in moved:
        row.title, row.version = title, row.version + 1
        row.save(update_fields=["title", "version", *limit.write_to(row)])
        _tell_limit(parts[row.assignment_id], duty, day, by=by, at=at)
    cut_parts(moved, to=day, by=by, at=at)
    record_many(by, "checkpoint.limit", moved, at=at, old=old and old.isoformat(), new=day.isoformat())
    return moved


def _locked_parts(duty):
    """id -> issued part. Nobody hands one on inside, or in, while its limit moves: the lock of a part is its row."""
    rows = duty.assignments.filter(status__in=[Assignment.Status.ISSUED, Assignment.Status.ACCEPTED])
    rows = rows.select_for_update(of=("self",)).select_related("department", "person", "campaign").order_by("pk")
    parts = {part.pk: part for part in rows}
    for part in parts.values():
        part.duty = duty
    return parts


def _first_day(duty, at):
    try:
        with translation.override(duty.campaign.language):
            return limit_days(duty, today=timezone.localdate(at), cutoff=duty.campaign.cutoff_on)[0]
    except ValidationError as error:
        raise ValidationError({"limit_text": error}) from None


def _last_waiting(parts, day, title):
    """The last open checkpoint of each part, without parts that have one of this day and title."""
    rows = Checkpoint.objects.filter(assignment__in=parts)
    present = set(rows.filter(due_on=day, title=title).values_list("assignment", flat=True))
    last = {row.assignment_id: row for row in rows.filter(status__in=OPEN).order_by("due_on", "pk")}
    return [last[pk] for pk in parts if pk in last and pk not in present]


def _tell_limit(part, duty, day, *, by, at):
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
