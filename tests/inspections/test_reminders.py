"""The day's reminders around 国庆 2026 (off 25 September, 1-7 October; worked on Sunday 20 September, Saturday 10 October)."""

import datetime
import smtplib

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from campaigns.models import CampaignHoliday, Holiday, Membership
from inspections.actions import reminders
from inspections.actions.findings import move_finding
from inspections.models import Finding, Reminder, SweepDay
from notices.actions import TRIES, deliver_due, make_digest, notify
from notices.channels import CHANNELS, ChannelError
from notices.models import Delivery, Notice
from tests.conftest import viewer
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

DAY_QUERIES = 21
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
        ("named", "liaison", DepartmentFactory(parent=b)),  # of a section; liaisons of b itself are told anyway
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
    """(day, stage, person) of every message about a reminder that was not taken back."""
    rows = {row.pk: row for row in Reminder.objects.filter(cancelled_at=None)}
    return {
        (rows[n.subject_id].on.strftime("%m-%d"), rows[n.subject_id].stage, n.user.username)
        for n in Notice.objects.filter(kind=kind, subject_id__in=rows).select_related("user")
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
WORKED = [f"09-{day}" for day in (20, 21, 22, 23, 24, 28, 29, 30)] + ["10-08", "10-09", "10-10"]


def newest_days(moments):
    """Of sweeps at these moments: the days that tell, by the rule alone. Each sweep tells for its newest day not done."""
    last, telling = "", set()
    for at in moments:
        todo = [day for day in WORKED if last < day <= timezone.localtime(at).strftime("%m-%d")]
        if todo:
            last = todo[-1]
            telling.add(last)
    return telling


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, MINUTES - 1), max_size=12))
def test_sweeping_at_any_minutes_records_every_reminder_and_tells_exactly_the_newest_days(week, minutes):
    Notice.objects.all().delete()
    Reminder.objects.all().delete()
    SweepDay.objects.all().delete()
    start = moment(FIRST.month, FIRST.day)
    moments = [start + datetime.timedelta(minutes=minute) for minute in [0, *minutes, MINUTES + 1]]

    for at in moments:  # in any order: a clock may go back
        reminders.sweep_days(at)

    got = sorted((on.strftime("%m-%d"), stage) for _subject, _id, _round, stage, on in recorded())
    assert got == ALL_RECORDED
    assert Reminder.objects.count() == len(ALL_RECORDED)
    days = newest_days(moments)
    assert told() == {line for line in EXPECTED if line[0] in days}


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


def test_a_task_handed_out_today_is_not_reminded_of_today(week):
    week["checkpoint"].assignment.issued_at = moment(9, 28, 9)
    week["checkpoint"].assignment.save()

    reminders.sweep_days(moment(9, 28, 10))

    assert told() == {line for line in EXPECTED if line[0] == "09-28" and line[2].startswith("a_")}


def test_who_acts_for_the_named_person_is_reminded_too(week):
    deputy = UserFactory(username="deputy")
    section = DepartmentFactory(parent=week["b"])
    named = Membership.objects.get(user=week["named"])
    MembershipFactory(user=deputy, campaign=week["campaign"], role="liaison", department=section, stands_for=named, ended_on=LAST)

    reminders.sweep_days(moment(9, 30, 0, 1))

    assert {who for _day, stage, who in told() if stage == -1} == {"named", "deputy", "b_liaison"}


def test_a_day_that_fails_keeps_the_later_ones_waiting_and_loses_none(week, monkeypatch):
    """Oldest first: were the newest done before, the days between would never be looked at again."""
    reminders.sweep_days(moment(9, 20))
    known = reminders.due_reminders

    def fails_on_the_23rd(campaign, calendar, on):
        if on.day == 23:
            raise OSError
        return known(campaign, calendar, on)

    with monkeypatch.context() as patched:
        patched.setattr(reminders, "due_reminders", fails_on_the_23rd)
        with pytest.raises(OSError):
            reminders.sweep_days(moment(9, 24, 9))
    assert [row.on.day for row in SweepDay.objects.exclude(done_at=None)] == [20, 21, 22]

    reminders.sweep_days(moment(9, 24, 10))

    assert {(row.on.day, row.stage, row.is_told) for row in Reminder.objects.all()} == {
        (21, -3, False),
        (23, -1, False),
        (24, 0, True),
    }


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
    assert not Notice.objects.unread().filter(kind="reminder").exists()


def test_a_reminder_that_was_mailed_stays_one_but_leaves_the_unread_messages_when_answered(week):
    reminders.run_reminders(moment(9, 24, 8, 30))
    deliver_due(moment(9, 24, 8, 30))
    assert Notice.objects.unread().filter(kind="reminder").count() == 2

    Finding.objects.update(status="submitted", clock_due_at=None)
    reminders.run_reminders(moment(9, 24, 10))

    assert Reminder.objects.get().cancelled_at is None
    assert not Notice.objects.unread().filter(kind="reminder").exists()


def test_what_was_answered_in_the_minute_of_the_mail_leaves_the_days_mail_unused(week):
    reminders.sweep_days(moment(9, 24, 0, 1))
    Finding.objects.update(status="submitted", clock_due_at=None)

    reminders.run_reminders(moment(9, 24, 8, 30))

    assert [row.user for row in Delivery.objects.all()] == [week["clerk"]]


@pytest.mark.parametrize("act", ["answered", "read"])
def test_what_is_dealt_with_between_the_mail_is_made_and_sent_is_not_sent(week, act):
    reminders.run_reminders(moment(9, 24, 8, 30))
    about = Notice.objects.filter(kind="reminder")
    if act == "answered":
        by = viewer(week["campaign"], user=week["a_head"])
        move_finding(week["finding"], move="submit", by=by, text="已整改", at=moment(9, 24, 8, 30))
    else:
        about.update(read_at=moment(9, 24, 8, 30))

    deliver_due(moment(9, 24, 8, 31))

    assert about.count() == 2
    assert list(mails()) == [week["clerk"].email]


def test_an_answer_takes_the_unread_message_back_at_once(week):
    reminders.sweep_days(moment(9, 24, 0, 1))

    by = viewer(week["campaign"], user=week["a_head"])
    move_finding(week["finding"], move="submit", by=by, text="已整改", at=moment(9, 24, 8))

    assert not Notice.objects.unread().filter(kind="reminder").exists()
    assert Reminder.objects.get().cancelled_at == moment(9, 24, 8)


@pytest.mark.parametrize(("first", "then"), [((9, 21), (9, 23)), ((9, 30), (10, 9))], ids=["two days", "over 国庆"])
def test_an_unread_message_gives_way_to_the_next_however_far_it_lies_back(week, first, then):
    reminders.sweep_days(moment(*first, 0, 1))
    SweepDay.objects.all().delete()
    reminders.sweep_days(moment(*then, 0, 1))

    unread = Notice.objects.unread().filter(user=week["a_liaison"], kind="reminder")
    days = [Reminder.objects.get(pk=notice.subject_id).on for notice in unread]
    assert days == [datetime.date(2026, *then)]


def test_what_was_answered_over_the_holidays_is_taken_back_after_them(week):
    reminders.sweep_days(moment(9, 30, 0, 1))
    week["checkpoint"].status, week["checkpoint"].clock_due_at = "submitted", None
    week["checkpoint"].save()

    reminders.cancel_answered(moment(10, 8, 9))

    assert {who for _day, _stage, who in told()} == {"a_liaison", "a_head"}


def test_todays_message_takes_the_place_of_the_unread_one_before_it(week):
    reminders.sweep_days(moment(9, 23, 0, 1))
    reminders.sweep_days(moment(9, 24, 0, 1))

    unread = Notice.objects.unread().filter(user=week["a_liaison"])
    assert [notice.text.rpartition("：")[2] for notice in unread] == ["今天（9月24日）到期"]
    assert told() == {line for line in EXPECTED if line[0] in ("09-23", "09-24")}


@pytest.mark.parametrize(
    ("due_on", "stage", "told_on", "said"),
    [
        ((9, 24), -1, (9, 23), "还剩1个工作日（时限9月24日）"),
        ((9, 24), 0, (9, 24), "今天（9月24日）到期"),
        ((9, 27), 0, (9, 24), "9月27日到期"),  # a Sunday; told on the working day before
        ((9, 24), 0, (9, 26), "9月24日到期"),  # told on Saturday, the portal was down
        ((9, 24), 3, (9, 30), "已逾期3个工作日（时限9月24日）"),
    ],
)
def test_the_words_stay_true_on_days_off(due_on, stage, told_on, said):
    days = [datetime.date(2026, *day) for day in (due_on, told_on)]

    with translation.override("zh-hans"):
        assert reminders.wording("示范路", days[0], stage, days[1]) == f"示范路：{said}"


def test_a_day_swept_a_second_time_without_its_mark_changes_nothing(week):
    reminders.sweep_days(moment(9, 24, 0, 1))
    before = [sorted(table.objects.values_list("pk", flat=True)) for table in (Reminder, Notice)]
    SweepDay.objects.update(done_at=None)

    reminders.sweep_days(moment(9, 24, 9))

    assert [sorted(table.objects.values_list("pk", flat=True)) for table in (Reminder, Notice)] == before
    assert SweepDay.objects.get().done_at == moment(9, 24, 9)  # it was swept


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


def test_a_mail_that_is_made_takes_in_nothing_more(week):
    def made(key):
        notify(week["clerk"], kind="test", key=key, text="又一条", campaign_id=week["campaign"].pk)
        names = {week["campaign"].pk: week["campaign"].name}
        return make_digest(week["clerk"].pk, campaigns=names, on=FIRST, due_at=moment(9, 20, 8, 30))

    assert (made("first"), made("second")) == (True, False)
    assert [notice.key for notice in Delivery.objects.get().notices.all()] == ["first"]


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


def mails():
    """What went out so far, and the box is empty again: address -> message."""
    out = {message.to[0]: message for message in mail.outbox}
    assert len(out) == len(mail.outbox)
    mail.outbox.clear()
    return out


def run(*at):
    reminders.run_reminders(moment(*at))
    deliver_due(moment(*at))
    return mails()


def test_the_mail_comes_at_the_campaigns_hour(week):
    week["campaign"].digest_at = datetime.time(16)
    week["campaign"].save()

    assert run(9, 24, 15, 59) == {}
    assert len(run(9, 24, 16)) == 3


def test_what_comes_after_the_mail_goes_into_the_next_working_days(week):
    run(9, 24, 8, 30)
    notify(week["a_liaison"], kind="test", key="late", text="简报已印发", url="/x/", campaign_id=week["campaign"].pk)

    assert run(9, 24, 18) == {}
    assert run(9, 25, 9) == run(9, 26, 9) == {}  # 中秋 and a Saturday
    assert f"简报已印发 · {formats(timezone.localdate())}" in run(9, 28, 9)[week["a_liaison"].email].body


def formats(day):
    return f"{day.month}月{day.day}日"


def test_a_person_of_two_campaigns_gets_one_mail_with_both_named(week):
    other = CampaignFactory(host=week["campaign"].host, name="示范县未成年人工作", digest_at=datetime.time(17))
    MembershipFactory(user=week["a_liaison"], campaign=other, role="liaison", department=week["b"])
    FindingFactory(campaign=other, lead=week["b"], place="示范学校", due_on=datetime.date(2026, 9, 24), due_at=moment(9, 25))

    body = run(9, 24, 8, 30)[week["a_liaison"].email].body

    assert body.index(f"【{week['campaign'].name}】") < body.index("【示范县未成年人工作】") < body.index("示范学校")
    assert run(9, 24, 17) == {}


def test_a_person_of_another_campaign_only_gets_its_mail_at_its_own_hour(week):
    other = CampaignFactory(host=week["campaign"].host, digest_at=datetime.time(17))
    user = MembershipFactory(campaign=other, role="liaison", department=week["b"]).user
    FindingFactory(campaign=other, lead=week["b"], due_on=datetime.date(2026, 9, 24), due_at=moment(9, 25))

    assert user.email not in run(9, 24, 16, 59)
    assert list(run(9, 24, 17)) == [user.email]


def test_a_campaigns_own_day_off_has_no_mail(week):
    reminders.sweep_days(moment(9, 24, 0, 1))
    CampaignHoliday.objects.create(campaign=week["campaign"], on=datetime.date(2026, 9, 24), name="停电", is_workday=False)

    assert run(9, 24, 9) == {}


@pytest.mark.parametrize("name", ["a_liaison", "named", "clerk"])
def test_whose_role_has_ended_gets_no_message_and_no_mail(week, name):
    Membership.objects.filter(user=week[name]).update(ended_on=datetime.date(2026, 9, 20))
    if name == "named":
        week["checkpoint"].due_on = datetime.date(2026, 9, 24)
        week["checkpoint"].save()

    got = run(9, 24, 8, 30)

    assert not Notice.objects.filter(user=week[name]).exists()
    assert week["a_head"].email in got
    assert week[name].email not in got


def test_a_role_that_ends_between_message_and_mail_gets_no_mail(week):
    reminders.sweep_days(moment(9, 24, 0, 1))
    Membership.objects.filter(user=week["a_liaison"]).update(ended_on=datetime.date(2026, 9, 23))

    assert week["a_liaison"].email not in run(9, 24, 8, 30)


def test_a_disabled_account_gets_no_mail_that_was_made_before(week):
    reminders.run_reminders(moment(9, 24, 8, 30))
    User.objects.filter(pk=week["a_liaison"].pk).update(is_active=False)
    deliver_due(moment(9, 24, 8, 31))

    assert week["a_liaison"].email not in mails()


def test_the_longest_late_comes_first_in_the_mail_and_among_the_messages(week):
    for day in (22, 23):  # late by two and by one working day on the 24th
        due_at = moment(9, day + 1)
        FindingFactory(campaign=week["campaign"], lead=week["a"], due_on=datetime.date(2026, 9, day), due_at=due_at)

    body = run(9, 24, 8, 30)[week["a_liaison"].email].body

    said = ["已逾期2个工作日", "已逾期1个工作日", "今天（9月24日）到期"]
    assert [body.index(words) for words in said] == sorted(body.index(words) for words in said)
    texts = Notice.objects.filter(user=week["a_liaison"]).values_list("text", flat=True)
    assert [words for text, words in zip(texts, said, strict=True) if words in text] == said


def test_every_line_of_a_mail_has_an_absolute_address(week, settings):
    settings.SITE_URL = "https://portal.example.cn/"

    message = run(9, 24, 8, 30)[week["a_head"].email]

    finding = week["finding"]
    assert message.subject == f"【文明创建】{formats(datetime.date(2026, 9, 24))}待办提醒（1条）"
    assert message.body.strip().splitlines() == [
        f"{week['a_head'].name}，您好！以下事项请及时查看、办理：",
        "",
        f"1. {finding.number} 示范路 {finding.text}：今天（9月24日）到期",
        f"   https://portal.example.cn{finding.get_absolute_url()}",
        "",
        "请点开网址办理，不必回复本邮件。本邮件每个工作日最多一封，没有事项时不发送。",
    ]


def test_a_failed_mail_is_tried_again_under_the_same_id(week, settings):
    reminders.run_reminders(moment(9, 24, 8, 30))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
    now = timezone.now()
    deliver_due(now)
    assert sorted(Delivery.objects.values_list("sent_at", "tries")) == [(None, 0), (None, 0), (None, 1)]  # one attempt, no more

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_due(now) == 2
    assert deliver_due(now + datetime.timedelta(hours=1)) == 1

    assert len(mail.outbox) == 3
    assert {m.extra_headers["Message-ID"] for m in mail.outbox} == set(Delivery.objects.values_list("message_id", flat=True))


def test_an_address_the_server_refuses_holds_up_nobody_else(week, monkeypatch):
    reminders.run_reminders(moment(9, 24, 8, 30))

    def refuse(self, **options):
        if self.to == [week["a_head"].email]:
            raise smtplib.SMTPRecipientsRefused({self.to[0]: (550, b"no such user")})
        mail.outbox.append(self)

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)

    assert deliver_due(timezone.now()) == 2
    failed = Delivery.objects.get(sent_at=None)
    assert (failed.user, failed.tries) == (week["a_head"], 1)
    assert "no such user" in failed.error


def test_two_rounds_at_once_try_no_delivery_twice(week, monkeypatch):
    """The second began when the first had read what is due and held its first mail."""
    reminders.run_reminders(moment(9, 24, 8, 30))
    tried, now = [], timezone.now()

    def away_for_this_one(delivery, notices):
        tried.append(delivery.pk)
        if len(tried) == 1:
            deliver_due(now)
        raise ChannelError("not now")

    monkeypatch.setitem(CHANNELS, "mail", away_for_this_one)
    deliver_due(now)

    assert sorted(tried) == sorted(Delivery.objects.values_list("pk", flat=True))
    assert set(Delivery.objects.values_list("tries", flat=True)) == {1}


def test_what_was_tried_for_a_day_is_given_up_and_keeps_its_error(week, monkeypatch):
    reminders.run_reminders(moment(9, 24, 8, 30))
    Delivery.objects.update(tries=TRIES - 1, error="")

    def refused(delivery, notices):
        raise ChannelError("no such user")

    monkeypatch.setitem(CHANNELS, "mail", refused)
    for hours in (0, 5, 10):
        deliver_due(timezone.now() + datetime.timedelta(hours=hours))

    assert set(Delivery.objects.values_list("tries", "error", "sent_at")) == {(TRIES, "no such user", None)}


def test_the_sweeps_of_a_quiet_minute_ask_little_however_many_messages_wait(week, django_assert_num_queries):
    run(9, 24, 8, 30)
    for n in range(5):
        notify(week["a_head"], kind="test", key=f"late{n}", text="又一条", campaign_id=week["campaign"].pk)

    # campaigns, calendar, last day; taking back (its transaction, two); campaigns, calendar, who waits
    with django_assert_num_queries(11):
        reminders.run_reminders(moment(9, 24, 12))


@pytest.mark.parametrize("more", [0, 20])
def test_a_day_is_recorded_and_told_in_a_fixed_number_of_queries(week, more):
    for _n in range(more):
        FindingFactory(campaign=week["campaign"], lead=week["a"], due_on=datetime.date(2026, 9, 24), due_at=moment(9, 25))

    with CaptureQueriesContext(connection) as seen:
        reminders.sweep_days(moment(9, 24, 0, 1))

    assert Reminder.objects.count() == 1 + more
    assert len(seen) == DAY_QUERIES


@pytest.mark.parametrize(("day", "said"), [(24, "9月24日催办1件，其中逾期0件"), (28, "9月28日催办2件，其中逾期1件")])
def test_the_office_reads_one_line_a_day(week, day, said):
    """On the day itself it is not late yet."""
    for hour in (0, 9, 20):
        reminders.sweep_days(moment(9, day, hour))

    assert [notice.text for notice in Notice.objects.filter(user=week["clerk"])] == [said]


def test_a_year_without_holidays_counts_weekdays_and_warns_once(campaign, holidays):
    MembershipFactory(campaign=campaign, role="office")
    start = timezone.make_aware(datetime.datetime(2027, 1, 1, 1))
    for days in range(5):
        reminders.sweep_days(start + datetime.timedelta(days=days))

    assert [row.strftime("%m-%d") for row in SweepDay.objects.values_list("on", flat=True)] == ["01-01", "01-04", "01-05"]
    assert Notice.objects.filter(key__startswith="calendar.unknown").count() == 1


def test_a_campaign_that_cannot_be_swept_holds_up_no_other(week):
    broken = CampaignFactory(host=week["campaign"].host, reminder_stages=["soon"])
    FindingFactory(campaign=broken, lead=week["a"], due_on=datetime.date(2026, 9, 24), due_at=moment(9, 25))
    later = CampaignFactory(host=week["campaign"].host)  # swept after the broken one

    with pytest.raises(ExceptionGroup):
        reminders.run_reminders(moment(9, 24, 8, 30))

    assert told() == {line for line in EXPECTED if line[0] == "09-24"}
    assert Delivery.objects.count() == 3
    assert set(SweepDay.objects.values_list("campaign", flat=True)) == {week["campaign"].pk, later.pk}


def test_a_closed_campaign_is_not_swept(week):
    week["campaign"].stage = "closed"
    week["campaign"].save()

    assert reminders.sweep_days(moment(9, 24)) == 0


def test_another_campaigns_objects_are_its_own(week):
    other = CampaignFactory(host=week["campaign"].host, stage="closed")
    FindingFactory(campaign=other, lead=week["a"], issued_at=moment(9, 1), due_on=datetime.date(2026, 9, 24))

    reminders.sweep_days(moment(9, 24))

    assert set(Reminder.objects.values_list("campaign", flat=True)) == {week["campaign"].pk}
