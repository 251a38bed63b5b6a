"""The day's reminders: recorded once, told at once in the portal, taken back when answered, mailed as one digest.

The row is the queue: a `SweepDay` without `done_at` is work to do, whatever was down. Twice equals once.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Department, User
from campaigns.calendars import calendar_of
from campaigns.models import Campaign, Membership, Role
from campaigns.people import Directory
from campaigns.worktime import Calendar
from checklists.models import Checkpoint, Share
from inspections.models import Finding, Reminder, SweepDay
from inspections.stages import horizon, stage_on
from notices.actions import make_digest
from notices.models import Delivery, Notice

LOOK_BACK = timedelta(days=14)  # older messages were mailed or read long ago
BATCH = 500
LONG = 30  # characters of a problem or task in a message


@dataclass(frozen=True)
class Waiting:
    """One object whose clock runs: what a reminder needs to know of it."""

    subject: str
    object_id: int
    round_no: int
    due_on: date
    department: Department
    person: User | None
    title: str


def run_reminders(now: datetime) -> None:
    """The whole minute's work, in the order that keeps a message about something already answered from going out.

    A campaign that cannot be swept holds up no other and no mail; what went wrong is raised at the end.
    """
    failed = []
    for campaign in _running():
        try:
            sweep_campaign(campaign, now)
        except Exception as error:  # its day stays open and is done when the cause is mended
            failed.append(error)
    cancel_answered(now)
    make_digests(now)
    if failed:
        raise ExceptionGroup("reminders", failed)


# --- recording ------------------------------------------------------------------------------------


def sweep_days(now: datetime) -> int:
    """Do the days of every running campaign; return how many."""
    return sum(sweep_campaign(campaign, now) for campaign in _running())


def sweep_campaign(campaign: Campaign, now: datetime) -> int:
    """Do every working day not done yet, oldest first; return how many. Older days only record, the newest tells."""
    calendar = calendar_of(campaign)
    days = _days_to_do(campaign, calendar, timezone.localdate(now))
    return sum(_sweep_day(campaign, calendar, day, tells=day == days[-1], now=now) for day in days)


def _running() -> QuerySet[Campaign]:
    return Campaign.objects.filter(stage=Campaign.Stage.RUNNING).order_by("pk")


def _days_to_do(campaign: Campaign, calendar: Calendar, today: date) -> list[date]:
    """Working days after the last one done up to today; a campaign never swept begins today."""
    last = SweepDay.objects.filter(campaign=campaign).exclude(done_at=None).order_by("on").last()
    day = last.on + timedelta(days=1) if last else today
    days = []
    while day <= today:
        if calendar.is_workday(day):
            days.append(day)
        day += timedelta(days=1)
    return days


@transaction.atomic
def _sweep_day(campaign: Campaign, calendar: Calendar, on: date, *, tells: bool, now: datetime) -> bool:
    SweepDay.objects.get_or_create(campaign=campaign, on=on)
    day = SweepDay.objects.select_for_update().get(campaign=campaign, on=on)
    if day.done_at:
        return False
    due = due_reminders(campaign, calendar, on) + due_parts(campaign, calendar, on)
    rows = [_row(campaign, one, stage, on, tells, now) for one, stage in due]
    Reminder.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)  # what is known stays as it is
    if tells:
        _tell(campaign, on, due, now)
    day.done_at, day.warned = now, not calendar.is_known(on)
    if day.warned:
        _warn_of_year(campaign, on, now)
    day.save()
    return True


def due_reminders(campaign: Campaign, calendar: Calendar, on: date) -> list[tuple[Waiting, int]]:
    """(object, stage) for every running clock with a stage on the day: what the sweep records, what tomorrow brings."""
    morning = timezone.make_aware(datetime.combine(on, time()))  # who was told today needs no reminder today
    findings = Finding.objects.filter(campaign=campaign, clock_due_at__isnull=False, issued_at__lt=morning).exclude(lead=None)
    checkpoints = Checkpoint.objects.current().filter(
        campaign=campaign, clock_due_at__isnull=False, assignment__issued_at__lt=morning
    )
    stages = _stages_of_limits(campaign, calendar, on, findings, checkpoints)
    found = []
    for row in findings.filter(due_on__in=stages).select_related("site", "lead").order_by("due_on", "pk"):
        found.append(Waiting(Reminder.Subject.FINDING, row.pk, row.round_no, row.due_on, row.lead, None, title_of_finding(row)))
    rows = checkpoints.filter(due_on__in=stages).select_related("department", "assignment__duty", "assignment__person")
    for row in rows.order_by("due_on", "pk"):
        title, person = title_of_checkpoint(row), row.assignment.person
        found.append(Waiting(Reminder.Subject.CHECKPOINT, row.pk, row.round_no, row.due_on, row.department, person, title))
    return [(one, stages[one.due_on]) for one in found]


def due_parts(campaign: Campaign, calendar: Calendar, on: date) -> list[tuple[Waiting, int]]:
    """The same for what units handed on inside, by its own limits; beside the unit's own reminders, never in their place."""
    morning = timezone.make_aware(datetime.combine(on, time()))
    rows = Share.objects.to_do().filter(campaign=campaign, at__lt=morning)
    stages = _stages_of_limits(campaign, calendar, on, rows)
    rows = rows.filter(due_on__in=stages).select_related("section", "person", "department", "checkpoint__assignment__duty")
    found = []
    for row in rows.order_by("due_on", "pk"):
        title = shortened(row.text) or title_of_checkpoint(row.checkpoint)
        unit = row.section or row.department
        found.append(Waiting(Reminder.Subject.SHARE, row.pk, row.round_no, row.due_on, unit, row.person, title))
    return [(one, stages[one.due_on]) for one in found]


def _stages_of_limits(campaign: Campaign, calendar: Calendar, on: date, *running: QuerySet) -> dict[date, int]:
    """Limit -> its stage on the day, for the limits of running clocks: the rows without a stage are never read."""
    stages = campaign.reminder_stages
    until = horizon(on, stages=stages, calendar=calendar)
    limits = [rows.filter(due_on__lte=until).order_by().values_list("due_on", flat=True) for rows in running]
    days = limits[0].union(*limits[1:]) if limits[1:] else limits[0].distinct()
    of_limit = {due_on: stage_on(due_on, on, stages=stages, calendar=calendar) for due_on in days}
    return {due_on: stage for due_on, stage in of_limit.items() if stage is not None}


def title_of_finding(row: Finding) -> str:
    """Number, place and problem; with `site` joined."""
    return " ".join(part for part in (row.number, row.where, shortened(row.text)) if part)


def title_of_checkpoint(row: Checkpoint) -> str:
    """Task and period; with `assignment__duty` joined."""
    return " ".join(part for part in (shortened(row.assignment.duty.text), row.title) if part)


def shortened(text: str) -> str:
    """Enough of a long text to know what it is about."""
    text = " ".join(text.split())
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"


def _row(campaign: Campaign, one: Waiting, stage: int, on: date, tells: bool, now: datetime) -> Reminder:
    return Reminder(
        campaign=campaign,
        subject=one.subject,
        object_id=one.object_id,
        round_no=one.round_no,
        due_on=one.due_on,
        stage=stage,
        on=on,
        department=one.department,
        recorded_at=now,
        is_told=tells,
    )


# --- telling --------------------------------------------------------------------------------------


def recipients(people: Directory, one: Waiting, stage: int) -> list[User]:
    """The named person and the liaison; from the day itself also the head. A unit without a liaison has its head.

    A named person whose roles in the campaign have ended is told nothing.
    """
    told = people.with_deputies(one.person) if one.person and people.includes(one.person) else []
    told += people.of(one.department, [Role.LIAISON])
    if stage >= 0 or not told:
        told += people.of(one.department, [Role.HEAD])
    return list(dict.fromkeys(told))


def _tell(campaign: Campaign, on: date, due: list[tuple[Waiting, int]], now: datetime) -> None:
    """One message per reminder of the day and person, in place of the older ones about the same object."""
    people = Directory(campaign, on)
    by_key = {(one.subject, one.object_id, one.round_no, one.due_on, stage): one for one, stage in due}
    rows = [row for row in Reminder.objects.filter(campaign=campaign, on=on, is_told=True) if _key(row) in by_key]
    rows.sort(key=lambda row: row.stage)  # messages are read newest first: the longest late on top
    notices = []
    for row in rows:
        one = by_key[_key(row)]
        url = reverse(f"{one.subject}_detail", args=[campaign.pk, one.object_id])
        for user in recipients(people, one, row.stage):
            notices.append(
                Notice(
                    user=user,
                    kind="reminder",
                    key=f"reminder:{row.pk}:{user.pk}",
                    text=_in_language(user, wording, one.title, one.due_on, row.stage, timezone.localdate(now))[:300],
                    url=url,
                    campaign_id=campaign.pk,
                    subject=Reminder._meta.label_lower,
                    subject_id=row.pk,
                    at=now,
                )
            )
    _replace_older(campaign, on, rows, now)
    Notice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)
    _tell_office(campaign, on, people, [row for row in rows if row.subject != Reminder.Subject.SHARE], now)


def _key(row: Reminder) -> tuple:
    return row.subject, row.object_id, row.round_no, row.due_on, row.stage


def _replace_older(campaign: Campaign, on: date, rows: list[Reminder], now: datetime) -> None:
    """Yesterday's "1 working day left" is not true any more: what nobody has read yet gives way to today's."""
    told_anew = {(row.subject, row.object_id) for row in rows}
    older = Reminder.objects.filter(campaign=campaign, on__lt=on, on__gte=on - LOOK_BACK, is_told=True)
    older = older.filter(Exists(_open_notices())).values_list("pk", "subject", "object_id")
    ids = [pk for pk, subject, object_id in older if (subject, object_id) in told_anew]
    Notice.objects.unread().filter(subject=Reminder._meta.label_lower, subject_id__in=ids).update(cancelled_at=now)


def _open_notices() -> QuerySet:
    """Messages of the reminder of the outer query that are neither read nor taken back."""
    return Notice.objects.unread().filter(subject=Reminder._meta.label_lower, subject_id=OuterRef("pk"))


def message_of_reminder() -> Exists:
    """Whether the reminder of the outer query became a message to anybody."""
    return Exists(Notice.objects.filter(subject=Reminder._meta.label_lower, subject_id=OuterRef("pk")))


def wording(title: str, due_on: date, stage: int, told_on: date) -> str:
    """One line for a person, in the active language; true also when it is read on a later day."""
    facts = {"title": title, "month": due_on.month, "day": due_on.day, "days": abs(stage)}
    if stage < 0:
        return _("%(title)s: working days left: %(days)s (limit %(month)s-%(day)s)") % facts
    if stage == 0 and due_on == told_on:
        return _("%(title)s: due today (%(month)s-%(day)s)") % facts
    if stage == 0:  # the limit is a day off, this the last working day before it; or told late, after downtime
        return _("%(title)s: due on %(month)s-%(day)s") % facts
    return _("%(title)s: working days late: %(days)s (limit %(month)s-%(day)s)") % facts


def _tell_office(campaign: Campaign, on: date, people: Directory, rows: list[Reminder], now: datetime) -> None:
    if not rows:
        return
    late = sum(row.stage > 0 for row in rows)
    _tell_each(
        people.having(Role.OFFICE),
        campaign,
        now,
        key=f"reminder.office:{campaign.pk}:{on}",
        text=lambda: (
            _("Reminded on %(day)s: %(count)s, of these late: %(late)s")
            % {"day": date_format(on, _("j M")), "count": len(rows), "late": late}
        ),
        url=reverse("reminder_list", args=[campaign.pk]),
    )


def _warn_of_year(campaign: Campaign, on: date, now: datetime) -> None:
    _tell_each(
        Directory(campaign, on).having(Role.OFFICE),
        campaign,
        now,
        key=f"calendar.unknown:{campaign.pk}:{on.year}",
        text=lambda: _("No holidays are known for %(year)s: Monday to Friday count as working days.") % {"year": on.year},
        url=reverse("holiday_list", args=[campaign.pk]),
    )


def _tell_each(users: Iterable[User], campaign: Campaign, now: datetime, *, key: str, text, url: str) -> None:
    rows = [
        Notice(
            user=user,
            kind="office",
            key=f"{key}:{user.pk}",
            text=_in_language(user, text),
            url=url,
            campaign_id=campaign.pk,
            at=now,
        )
        for user in users
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _in_language(user: User, make, *args) -> str:
    with translation.override(user.language):
        return make(*args)


# --- taking back and mailing ----------------------------------------------------------------------


@transaction.atomic
def cancel_answered(now: datetime) -> int:
    """Take back what nobody has read and is no longer true: answered, returned anew, extended, moved to another unit."""
    told = Reminder.objects.filter(
        campaign__in=_running().order_by().values("pk"),
        on__gte=timezone.localdate(now) - LOOK_BACK,
        is_told=True,
    ).filter(Exists(_open_notices()))
    same = Q(round_no=OuterRef("round_no"), due_on=OuterRef("due_on"), clock_due_at__isnull=False)
    findings = Finding.objects.filter(same, pk=OuterRef("object_id"), lead=OuterRef("department"))
    checkpoints = Checkpoint.objects.current().filter(same, pk=OuterRef("object_id"))
    gone = told.filter(subject=Reminder.Subject.FINDING).exclude(Exists(findings)).values_list("pk", flat=True)
    gone_too = told.filter(subject=Reminder.Subject.CHECKPOINT).exclude(Exists(checkpoints)).values_list("pk", flat=True)
    parts = Share.objects.to_do().filter(pk=OuterRef("object_id"), round_no=OuterRef("round_no"), due_on=OuterRef("due_on"))
    left = told.filter(subject=Reminder.Subject.SHARE).exclude(Exists(parts)).values_list("pk", flat=True)
    return _cancel([*gone, *gone_too, *left], now)


def cancel_for(subject: str, object_id: int, *, at: datetime | None = None) -> int:
    """Take back at once what is not read about this object (Reminder.Subject); called by its moves."""
    rows = Reminder.objects.filter(subject=subject, object_id=object_id, is_told=True)
    return _cancel(list(rows.filter(Exists(_open_notices())).values_list("pk", flat=True)), at or timezone.now())


def _cancel(ids: list[int], now: datetime) -> int:
    """Unread messages of these reminders go; a reminder of which nothing was mailed yet counts as taken back, too."""
    if not ids:
        return 0
    about = Notice.objects.filter(subject=Reminder._meta.label_lower, subject_id__in=ids)
    mailed = set(about.filter(delivery__sent_at__isnull=False).values_list("subject_id", flat=True))
    about.unread().update(cancelled_at=now)
    return Reminder.objects.filter(pk__in=set(ids) - mailed, cancelled_at=None).update(cancelled_at=now)


def make_digests(now: datetime) -> int:
    """From the campaign's hour of a working day on: one mail per person, over all campaigns; return how many were made.

    The first of a person's campaigns whose hour has come gathers what waits in all that work today. What comes after
    the mail waits for the next working day. Whose roles in a campaign have ended gets none of its messages.
    """
    today = timezone.localdate(now)
    working = {campaign.pk: campaign for campaign in _running() if calendar_of(campaign).is_workday(today)}
    hours = {pk: timezone.make_aware(datetime.combine(today, campaign.digest_at)) for pk, campaign in working.items()}
    has_mail = Delivery.objects.filter(user=OuterRef("user"), channel="mail", on=today)
    member = Membership.objects.on(today).filter(user=OuterRef("user"), campaign=OuterRef("campaign_id"))
    waiting = Notice.objects.to_mail().filter(~Exists(has_mail), Exists(member), campaign_id__in=working, user__is_active=True)
    campaigns_of = defaultdict(set)
    for user_id, campaign_id in waiting.exclude(user__email="").order_by().values_list("user", "campaign_id").distinct():
        campaigns_of[user_id].add(campaign_id)
    made = 0
    for user_id, ids in sorted(campaigns_of.items()):
        hour = min(hours[pk] for pk in ids)
        if hour <= now:
            names = {pk: working[pk].name for pk in ids}
            made += make_digest(user_id, campaigns=names, on=today, due_at=hour)
    return made
