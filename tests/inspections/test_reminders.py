"""The day's reminders around 国庆 2026 (off 25 September, 1-7 October; worked on Sunday 20 September, Saturday 10 October)."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Holiday
from inspections.actions import reminders
from inspections.models import Reminder, SweepDay
from notices.actions import deliver_due
from notices.models import Delivery, Notice
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    CheckpointFactory,
    DepartmentFactory,
    DutyFactory,
    FindingFactory,
    MembershipFactory,
    UserFactory,
)

FIRST, LAST = datetime.date(2026, 9, 20), datetime.date(2026, 10, 10)


def moment(month, day, hour=0, minute=0):
    return timezone.make_aware(datetime.datetime(2026, month, day, hour, minute))


def end_of(on):
    return timezone.make_aware(datetime.datetime.combine(on + datetime.timedelta(days=1), datetime.time()))


@pytest.fixture
def holidays(db):
    off = [(9, 25), (10, 1), (10, 2), (10, 5), (10, 6), (10, 7)]
    rows = [Holiday(on=datetime.date(2026, m, d), name="国庆节", is_workday=False) for m, d in off]
    rows += [Holiday(on=datetime.date(2026, m, d), name="调休", is_workday=True) for m, d in [(9, 20), (10, 10)]]
    Holiday.objects.bulk_create(rows)


@pytest.fixture
def week(campaign, holidays):
    """A finding of A due 24 September and a checkpoint of B due 8 October, with their people."""
    a, b = DepartmentFactory(parent=campaign.host), DepartmentFactory(parent=campaign.host)
    people = {name: UserFactory(username=name) for name in ("a_head", "a_liaison", "b_head", "b_liaison", "named", "clerk")}
    for name, role, unit in [
        ("a_head", "head", a),
        ("a_liaison", "liaison", a),
        ("b_head", "head", b),
        ("b_liaison", "liaison", b),
        ("clerk", "office", None),
    ]:
        MembershipFactory(user=people[name], campaign=campaign, role=role, department=unit)
    finding = FindingFactory(
        campaign=campaign,
        lead=a,
        issued_at=moment(9, 18, 9),
        due_on=datetime.date(2026, 9, 24),
        due_at=end_of(datetime.date(2026, 9, 24)),
    )
    duty = DutyFactory(campaign=campaign, checklist__campaign=campaign)
    assignment = AssignmentFactory(duty=duty, department=b, person=people["named"], issued_at=moment(9, 1))
    checkpoint = CheckpointFactory(assignment=assignment, due_on=datetime.date(2026, 10, 8))
    return {"campaign": campaign, "a": a, "b": b, "finding": finding, "checkpoint": checkpoint, **people}


def told(kind="reminder"):
    """(day, stage, person) of every message that stands."""
    rows = {row.pk: row for row in Reminder.objects.all()}
    return {
        (rows[n.subject_id].on.strftime("%m-%d"), rows[n.subject_id].stage, n.user.username)
        for n in Notice.objects.filter(kind=kind, cancelled_at=None).select_related("user")
    }


def recorded():
    return set(Reminder.objects.values_list("subject", "object_id", "round_no", "stage", "on"))


EXPECTED = {
    ("09-21", -3, "a_liaison"),
    ("09-23", -1, "a_liaison"),
    ("09-24", 0, "a_liaison"),
    ("09-24", 0, "a_head"),
    ("09-28", 1, "a_liaison"),
    ("09-28", 1, "a_head"),
    ("09-29", 2, "a_liaison"),
    ("09-29", 2, "a_head"),
    ("09-30", 3, "a_liaison"),
    ("09-30", 3, "a_head"),
    ("10-09", 5, "a_liaison"),
    ("10-09", 5, "a_head"),
    ("09-28", -3, "named"),
    ("09-28", -3, "b_liaison"),
    ("09-30", -1, "named"),
    ("09-30", -1, "b_liaison"),
    ("10-08", 0, "named"),
    ("10-08", 0, "b_liaison"),
    ("10-08", 0, "b_head"),
    ("10-09", 1, "named"),
    ("10-09", 1, "b_liaison"),
    ("10-09", 1, "b_head"),
    ("10-10", 2, "named"),
    ("10-10", 2, "b_liaison"),
    ("10-10", 2, "b_head"),
}


def test_three_weeks_of_sweeps_remind_exactly_these_people_on_these_days(week):
    day = FIRST
    while day <= LAST:
        for hour in (0, 8, 18):
            reminders.sweep_days(moment(day.month, day.day, hour, 1))
        day += datetime.timedelta(days=1)

    assert told() == EXPECTED
    assert {row.strftime("%m-%d") for row in SweepDay.objects.values_list("on", flat=True)} == {
        *("09-20", "09-21", "09-22", "09-23", "09-24", "09-28", "09-29", "09-30", "10-08", "10-09", "10-10")
    }


ALL_RECORDED = sorted({(day, stage) for day, stage, _who in EXPECTED})
MINUTES = (LAST - FIRST).days * 24 * 60


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, MINUTES - 1), max_size=12))
def test_sweeping_at_any_minutes_records_the_same_reminders(week, minutes):
    Notice.objects.all().delete()
    Reminder.objects.all().delete()
    SweepDay.objects.all().delete()
    start = moment(FIRST.month, FIRST.day)

    for minute in [0, *minutes, MINUTES + 1]:  # in any order: a clock may go back
        reminders.sweep_days(start + datetime.timedelta(minutes=minute))

    got = sorted({(on.strftime("%m-%d"), stage) for _subject, _id, _round, stage, on in recorded()})
    assert got == ALL_RECORDED
    assert Reminder.objects.count() == len(ALL_RECORDED)


def test_after_downtime_older_days_only_record_and_the_newest_tells(week):
    reminders.sweep_days(moment(9, 20))
    reminders.sweep_days(moment(9, 30, 12))

    assert {day for day, _stage, _who in told()} == {"09-30"}
    assert {(row.on.day, row.is_told) for row in Reminder.objects.all()} == {
        (21, False),
        (23, False),
        (24, False),
        (28, False),
        (29, False),
        (30, True),
    }


def test_what_was_issued_today_is_not_reminded_of_today(week):
    FindingFactory(
        campaign=week["campaign"],
        lead=week["b"],
        issued_at=moment(9, 21, 9),
        due_on=datetime.date(2026, 9, 24),
        due_at=end_of(datetime.date(2026, 9, 24)),
    )
    reminders.sweep_days(moment(9, 21, 10))

    assert Reminder.objects.get().object_id == week["finding"].pk


@pytest.mark.parametrize(
    "change",
    [
        {"status": "submitted", "clock_due_at": None},
        {"due_on": datetime.date(2026, 9, 29)},
        {"round_no": 2},
        {"lead": "b"},
    ],
    ids=["answered", "extended", "returned anew", "transferred"],
)
def test_what_is_no_longer_true_is_taken_back_before_the_mail(week, change):
    reminders.sweep_days(moment(9, 24, 0, 1))
    finding = week["finding"]
    for name, value in change.items():
        setattr(finding, name, week[value] if value == "b" else value)
    finding.save()

    reminders.cancel_answered(moment(9, 24, 8, 29))
    reminders.make_digests(moment(9, 24, 8, 30))
    deliver_due(moment(9, 24, 8, 30))

    assert told() == set()
    assert [message.to for message in mail.outbox] == [[week["clerk"].email]]
    assert Reminder.objects.get().cancelled_at


def test_an_unchanged_object_keeps_its_reminder(week):
    reminders.sweep_days(moment(9, 24, 0, 1))

    assert reminders.cancel_answered(moment(9, 24, 8, 29)) == 0


def test_one_digest_per_person_and_working_day_and_none_when_empty(week):
    for minute in range(0, 60, 10):
        reminders.run_reminders(moment(9, 24, 8, minute))
        deliver_due(moment(9, 24, 8, minute))
    reminders.run_reminders(moment(9, 25, 9))  # a day off
    deliver_due(moment(9, 25, 9))

    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        week[name].email for name in ("a_head", "a_liaison", "clerk")
    )
    assert Delivery.objects.count() == 3


def test_a_message_read_in_the_portal_is_not_mailed(week):
    reminders.sweep_days(moment(9, 24, 0, 1))
    Notice.objects.filter(user=week["a_liaison"]).update(read_at=moment(9, 24, 7))

    reminders.make_digests(moment(9, 24, 8, 30))

    assert not Delivery.objects.filter(user=week["a_liaison"]).exists()


def test_the_mail_speaks_the_readers_language(week):
    week["a_liaison"].language = "en"
    week["a_liaison"].save()
    reminders.run_reminders(moment(9, 24, 8, 30))
    deliver_due(moment(9, 24, 8, 30))

    texts = {message.to[0]: message.body for message in mail.outbox}
    assert "due today" in texts[week["a_liaison"].email]
    assert "due today" not in texts[week["a_head"].email]


def test_a_failed_mail_is_tried_again_under_the_same_id(week, settings):
    reminders.run_reminders(moment(9, 24, 8, 30))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
    now = timezone.now()
    deliver_due(now)
    assert set(Delivery.objects.values_list("sent_at", "tries")) == {(None, 1)}
    assert deliver_due(now) == 0

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver_due(now + datetime.timedelta(hours=1))

    assert len(mail.outbox) == 3
    assert {m.extra_headers["Message-ID"] for m in mail.outbox} == set(Delivery.objects.values_list("message_id", flat=True))


def test_the_office_reads_one_line_a_day(week):
    for hour in (0, 9, 20):
        reminders.sweep_days(moment(9, 28, hour))

    assert Notice.objects.filter(user=week["clerk"]).count() == 1


def test_a_year_without_holidays_counts_weekdays_and_warns_once(campaign, holidays):
    MembershipFactory(campaign=campaign, role="office")
    start = timezone.make_aware(datetime.datetime(2027, 1, 1, 1))
    for days in range(5):
        reminders.sweep_days(start + datetime.timedelta(days=days))

    assert [row.strftime("%m-%d") for row in SweepDay.objects.values_list("on", flat=True)] == ["01-01", "01-04", "01-05"]
    assert Notice.objects.filter(key__startswith="calendar.unknown").count() == 1


def test_a_closed_campaign_is_not_swept(week):
    week["campaign"].stage = "closed"
    week["campaign"].save()

    assert reminders.sweep_days(moment(9, 24)) == 0


def test_another_campaigns_objects_are_its_own(week):
    other = CampaignFactory(host=week["campaign"].host, stage="closed")
    FindingFactory(campaign=other, lead=week["a"], issued_at=moment(9, 1), due_on=datetime.date(2026, 9, 24))

    reminders.sweep_days(moment(9, 24))

    assert set(Reminder.objects.values_list("campaign", flat=True)) == {week["campaign"].pk}
