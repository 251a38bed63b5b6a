"""The day's reminders: recorded once, told at once in the portal, taken back when answered, mailed as one digest.

The row is the queue: a `SweepDay` without `done_at` is work to do, whatever was down. Twice equals once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.calendars import calendar_of
from campaigns.models import Campaign, Role
from campaigns.people import Directory
from campaigns.worktime import Calendar
from checklists.models import Checkpoint
from inspections.models import Finding, Reminder, SweepDay
from inspections.stages import horizon, stage_on
from notices.actions import make_digest
from notices.models import Notice

LOOK_BACK = timedelta(days=14)  # older messages were mailed or read long ago
BATCH = 500


@dataclass(frozen=True)
class Waiting:
    """One object whose clock runs: what a reminder needs to know of it."""

    subject: str
    object_id: int
    round_no: int
    due_on: date
    department_id: int
    person: User | None
    title: str


def run_reminders(now: datetime) -> None:
    """The whole minute's work, in the order that keeps a message about something already answered from going out."""
    sweep_days(now)
    cancel_answered(now)
    make_digests(now)


# --- recording ------------------------------------------------------------------------------------


def sweep_days(now: datetime) -> int:
    """Do every working day not done yet, oldest first; return how many. Older days only record, the newest tells."""
    done = 0
    for campaign in Campaign.objects.filter(stage=Campaign.Stage.RUNNING).order_by("pk"):
        calendar = calendar_of(campaign)
        days = _days_to_do(campaign, calendar, timezone.localdate(now))
        for day in days:
            done += _sweep_day(campaign, calendar, day, tells=day == days[-1], now=now)
    return done


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
    due = due_reminders(campaign, calendar, on)
    known = set(Reminder.objects.filter(campaign=campaign).values_list("subject", "object_id", "round_no", "due_on", "stage"))
    fresh = [(one, stage) for one, stage in due if (one.subject, one.object_id, one.round_no, one.due_on, stage) not in known]
    rows = Reminder.objects.bulk_create([_row(campaign, one, stage, on, tells, now) for one, stage in fresh], batch_size=BATCH)
    if tells:
        _tell(campaign, on, list(zip(rows, fresh, strict=True)), now)
    day.done_at, day.warned = now, not calendar.is_known(on)
    if day.warned:
        _warn_of_year(campaign, on, now)
    day.save()
    return True


def due_reminders(campaign: Campaign, calendar: Calendar, on: date) -> list[tuple[Waiting, int]]:
    """(object, stage) for every running clock with a stage on the day: what the sweep records, what tomorrow brings."""
    stages = campaign.reminder_stages
    of_limit: dict[date, int | None] = {}
    found = []
    for one in _waiting(campaign, on, horizon(on, stages=stages, calendar=calendar)):
        if one.due_on not in of_limit:
            of_limit[one.due_on] = stage_on(one.due_on, on, stages=stages, calendar=calendar)
        stage = of_limit[one.due_on]
        if stage is not None:
            found.append((one, stage))
    return found


def _waiting(campaign: Campaign, on: date, until: date) -> Iterable[Waiting]:
    """Running clocks issued before the day began: who was told today needs no reminder today."""
    morning = timezone.make_aware(datetime.combine(on, time()))
    findings = Finding.objects.filter(
        campaign=campaign, clock_due_at__isnull=False, due_on__lte=until, issued_at__lt=morning
    ).exclude(lead=None)
    for row in findings.select_related("site").order_by("due_on", "pk"):
        title = " ".join(part for part in (row.number, row.where) if part)
        yield Waiting(Reminder.Subject.FINDING, row.pk, row.round_no, row.due_on, row.lead_id, None, title)
    checkpoints = Checkpoint.objects.current().filter(
        campaign=campaign, clock_due_at__isnull=False, due_on__lte=until, assignment__issued_at__lt=morning
    )
    for row in checkpoints.select_related("assignment__duty", "assignment__person").order_by("due_on", "pk"):
        title = " ".join(part for part in (row.assignment.duty.text[:40], row.title) if part)
        yield Waiting(
            Reminder.Subject.CHECKPOINT, row.pk, row.round_no, row.due_on, row.department_id, row.assignment.person, title
        )


def _row(campaign: Campaign, one: Waiting, stage: int, on: date, tells: bool, now: datetime) -> Reminder:
    return Reminder(
        campaign=campaign,
        subject=one.subject,
        object_id=one.object_id,
        round_no=one.round_no,
        due_on=one.due_on,
        stage=stage,
        on=on,
        department_id=one.department_id,
        recorded_at=now,
        is_told=tells,
    )


# --- telling --------------------------------------------------------------------------------------


def recipients(people: Directory, one: Waiting, stage: int) -> list[User]:
    """The named person and the liaison; from the day itself also the head. A unit without a liaison has its head."""
    told = [one.person] if one.person and one.person.is_active else []
    told += people.of(one.department_id, [Role.LIAISON])
    if stage >= 0 or not told:
        told += people.of(one.department_id, [Role.HEAD])
    return list(dict.fromkeys(told))


def _tell(campaign: Campaign, on: date, told: list[tuple[Reminder, tuple[Waiting, int]]], now: datetime) -> None:
    people = Directory(campaign, on)
    notices = []
    for row, (one, stage) in told:
        url = reverse(f"{one.subject}_detail", args=[campaign.pk, one.object_id])
        for user in recipients(people, one, stage):
            notices.append(
                Notice(
                    user=user,
                    kind="reminder",
                    key=f"reminder:{row.pk}:{user.pk}",
                    text=_in_language(user, wording, one.title, one.due_on, stage)[:300],
                    url=url,
                    campaign_id=campaign.pk,
                    subject=Reminder._meta.label_lower,
                    subject_id=row.pk,
                    at=now,
                )
            )
    Notice.objects.bulk_create(notices, batch_size=BATCH)
    _tell_office(campaign, on, people, told, now)


def wording(title: str, due_on: date, stage: int) -> str:
    """One line for a person, in the active language."""
    facts = {"title": title, "month": due_on.month, "day": due_on.day, "days": abs(stage)}
    if stage < 0:
        return _("%(title)s: %(days)s working days left (limit %(month)s-%(day)s)") % facts
    if stage == 0:
        return _("%(title)s: due today") % facts
    return _("%(title)s: late by %(days)s working days (limit was %(month)s-%(day)s)") % facts


def _tell_office(campaign: Campaign, on: date, people: Directory, told: list, now: datetime) -> None:
    if not told:
        return
    late = sum(stage > 0 for _row, (_one, stage) in told)
    _tell_each(
        people.having(Role.OFFICE),
        campaign,
        now,
        key=f"reminder.office:{campaign.pk}:{on}",
        text=lambda: _("Reminded today: %(count)s, of these late: %(late)s") % {"count": len(told), "late": late},
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
    """Take back what is not mailed yet and no longer true: answered, returned anew, extended, moved to another unit."""
    told = Reminder.objects.filter(is_told=True, cancelled_at=None, on__gte=timezone.localdate(now) - LOOK_BACK)
    same = Q(round_no=OuterRef("round_no"), due_on=OuterRef("due_on"), clock_due_at__isnull=False)
    findings = Finding.objects.filter(same, pk=OuterRef("object_id"), lead=OuterRef("department"))
    checkpoints = Checkpoint.objects.current().filter(same, pk=OuterRef("object_id"))
    gone = told.filter(subject=Reminder.Subject.FINDING).exclude(Exists(findings)).values_list("pk", flat=True)
    gone_too = told.filter(subject=Reminder.Subject.CHECKPOINT).exclude(Exists(checkpoints)).values_list("pk", flat=True)
    return _cancel([*gone, *gone_too], now)


def cancel_for(subject: str, object_id: int, *, at: datetime | None = None) -> int:
    """Take back at once what is not mailed about this object (Reminder.Subject); called by its moves."""
    rows = Reminder.objects.filter(subject=subject, object_id=object_id, is_told=True, cancelled_at=None)
    return _cancel(list(rows.values_list("pk", flat=True)), at or timezone.now())


def _cancel(ids: list[int], now: datetime) -> int:
    """Mark reminders and their unmailed messages as taken back; messages already mailed stay as they are."""
    if not ids:
        return 0
    about = Notice.objects.filter(subject=Reminder._meta.label_lower, subject_id__in=ids, cancelled_at=None)
    about.filter(Q(delivery=None) | Q(delivery__sent_at=None)).update(cancelled_at=now)
    return Reminder.objects.filter(pk__in=ids).update(cancelled_at=now)


def make_digests(now: datetime) -> int:
    """At the campaign's hour of a working day: one mail per person with messages not read and not mailed; return how many."""
    today = timezone.localdate(now)
    made = 0
    for campaign in Campaign.objects.filter(stage=Campaign.Stage.RUNNING).order_by("pk"):
        hour = timezone.make_aware(datetime.combine(today, campaign.digest_at))
        if now < hour or not calendar_of(campaign).is_workday(today):
            continue
        waiting = Notice.objects.to_mail().filter(campaign_id=campaign.pk, user__is_active=True).exclude(user__email="")
        for user_id in waiting.order_by("user").values_list("user", flat=True).distinct():
            made += make_digest(user_id, campaign_id=campaign.pk, on=today, due_at=hour)
    return made
