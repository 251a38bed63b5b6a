"""More time: asked before the limit, granted with a new date or refused, no longer needed when answered."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Event
from inspections.actions.extensions import ask_extension, rule_extension
from inspections.actions.findings import move_finding
from inspections.models import Extension, Finding, Reminder
from notices.actions import notify
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import DepartmentFactory, FindingFactory
from tests.inspections.test_finding_moves import finding_in

DAY = datetime.date


def moment(day, hour=10):
    return timezone.make_aware(datetime.datetime(2026, 3, day, hour))


@pytest.fixture
def row(campaign):
    return FindingFactory(campaign=campaign, status="accepted")  # limit: March 5


def ask(row, by, at=None, **given):
    given = {"proposed_on": DAY(2026, 3, 20), "reason": "等苗木到货"} | given
    return ask_extension(row, by=by, at=at or moment(4), **given)


def test_asking_leaves_the_clock_running(campaign, row):
    head = viewer(campaign, head_of=row.lead)

    asked = ask(row, head)

    row.refresh_from_db()
    assert (asked.ruling, asked.old_due_on, row.clock_due_at) == ("open", DAY(2026, 3, 5), row.due_at)
    assert Event.objects.get().verb == "finding.extend"


@pytest.mark.parametrize(
    ("at", "given", "code"),
    [
        (moment(6, 0), {}, "too_late"),
        (moment(4), {"proposed_on": DAY(2026, 3, 5)}, "order"),
        (moment(4), {"reason": " "}, "required"),
        (moment(4), {"version": 0}, "stale"),
    ],
)
def test_what_cannot_be_asked(campaign, row, at, given, code):
    with pytest.raises(ValidationError) as refused:
        ask(row, viewer(campaign, head_of=row.lead), at=at, **given)

    error = refused.value
    assert code in ([error.code] if hasattr(error, "code") else [one.code for rows in error.error_dict.values() for one in rows])
    assert (Extension.objects.count(), Event.objects.count()) == (0, 0)


def test_a_second_question_waits_for_the_first_ruling(campaign, row):
    head = viewer(campaign, head_of=row.lead)
    ask(row, head)

    with pytest.raises(ValidationError) as refused:
        ask(row, head)

    assert refused.value.code == "asked"


@pytest.mark.parametrize("status", ["draft", "submitted", "disputed", "parked", "closed", "void"])
def test_only_while_the_clock_runs(campaign, status):
    row = finding_in(status, campaign=campaign)

    with pytest.raises(ValidationError) as refused:
        ask(row, viewer(campaign, head_of=row.lead))

    assert refused.value.code == "wrong_status"


def test_only_the_leading_unit_asks(campaign, row):
    for by in (viewer(campaign, office=True), viewer(campaign, head_of=DepartmentFactory(parent=campaign.host))):
        with pytest.raises(PermissionDenied):
            ask(row, by)


def test_granting_moves_the_limit_tells_the_unit_and_takes_reminders_back(campaign, row):
    head = viewer(campaign, head_of=row.lead)
    asked = ask(row, head)
    told = Reminder.objects.create(
        campaign=campaign,
        subject="finding",
        object_id=row.pk,
        round_no=1,
        due_on=row.due_on,
        stage=-1,
        on=DAY(2026, 3, 4),
        department=row.lead,
        is_told=True,
    )
    unmailed = notify(head.user, kind="reminder", key="r", text="还剩1个工作日", campaign_id=campaign.pk, subject=told)

    rule_extension(asked, by=viewer(campaign, office=True), grant=True, granted_on=DAY(2026, 3, 18), at=moment(5))

    row.refresh_from_db()
    told.refresh_from_db()
    unmailed.refresh_from_db()
    assert (row.due_on, row.clock_due_at) == (DAY(2026, 3, 18), moment(19, 0))
    assert (told.cancelled_at, unmailed.cancelled_at) == (moment(5), moment(5))
    assert Notice.objects.exclude(pk=unmailed.pk).get().kind == "finding.extension"
    event = Event.objects.get(verb="finding.grant")
    assert (event.subject_id, event.at, event.data["until"]) == (row.pk, moment(5), "2026-03-18")


def test_granting_without_a_date_takes_the_day_asked_for(campaign, row):
    asked = ask(row, viewer(campaign, head_of=row.lead))

    assert rule_extension(asked, by=viewer(campaign, office=True), grant=True, at=moment(5)).granted_on == DAY(2026, 3, 20)


def test_a_refusal_needs_grounds_and_changes_no_limit(campaign, row):
    asked, office = ask(row, viewer(campaign, head_of=row.lead)), viewer(campaign, office=True)
    with pytest.raises(ValidationError):
        rule_extension(asked, by=office, grant=False, at=moment(5))

    ruled = rule_extension(asked, by=office, grant=False, note="雨季前须完成", at=moment(5))

    row.refresh_from_db()
    assert (ruled.ruling, row.due_on) == ("refused", DAY(2026, 3, 5))
    assert "雨季前须完成" in Notice.objects.get().text
    assert Event.objects.get(verb="finding.refuse").data["note"] == "雨季前须完成"


@pytest.mark.parametrize(("granted_on", "ruled"), [(DAY(2026, 3, 5), 5), (DAY(2026, 3, 9), 10)], ids=["no later", "in the past"])
def test_a_granted_day_lies_after_the_present_limit_and_not_before_the_ruling(campaign, row, granted_on, ruled):
    asked = ask(row, viewer(campaign, head_of=row.lead))

    with pytest.raises(ValidationError) as refused:
        rule_extension(asked, by=viewer(campaign, office=True), grant=True, granted_on=granted_on, at=moment(ruled))

    asked.refresh_from_db()
    row.refresh_from_db()
    assert (refused.value.error_dict["granted_on"][0].code, asked.ruling, row.due_on) == ("order", "open", DAY(2026, 3, 5))


def test_nobody_rules_for_the_own_unit_and_nobody_rules_twice(campaign, row):
    asked = ask(row, viewer(campaign, head_of=row.lead))
    office = viewer(campaign, office=True)
    for by in (
        viewer(campaign, office=True, liaison_of=row.lead),
        viewer(campaign, inspector=True),
        viewer(campaign, leader=True),
    ):
        with pytest.raises(PermissionDenied):
            rule_extension(asked, by=by, grant=True, at=moment(5))
    rule_extension(asked, by=office, grant=True, at=moment(5))

    with pytest.raises(ValidationError) as refused:
        rule_extension(asked, by=office, grant=False, note="x", at=moment(5))

    assert refused.value.code == "wrong_status"


@pytest.mark.parametrize("move", ["submit", "transfer", "park"])
def test_what_was_asked_lapses_when_it_is_no_longer_needed(campaign, row, move):
    head, office = viewer(campaign, head_of=row.lead), viewer(campaign, office=True)
    asked = ask(row, head)
    given = {
        "submit": {"by": head, "text": "已补种"},
        "transfer": {"by": office, "department": DepartmentFactory(parent=campaign.host), "reason": "调整"},
        "park": {"by": office, "plan": "x", "until": DAY(2026, 6, 1)},
    }[move]

    move_finding(row, move=move, at=moment(4), **given)

    asked.refresh_from_db()
    assert (asked.ruling, asked.ruled_at) == ("lapsed", moment(4))
    assert Event.objects.filter(verb="extension.lapse", subject_id=asked.pk).values_list("at", flat=True).get() == moment(4)


def test_a_return_after_an_extension_counts_from_the_new_limit(campaign, row):
    head, office = viewer(campaign, head_of=row.lead), viewer(campaign, office=True)
    rule_extension(ask(row, head), by=office, grant=True, granted_on=DAY(2026, 3, 10), at=moment(4))
    move_finding(row, move="submit", by=head, text="x", at=moment(9))

    back = move_finding(row, move="return", by=office, how="online", reason="y", at=moment(11))

    assert back.due_on == DAY(2026, 3, 12)  # one working day was left
    assert Finding.objects.get().rework_count == 1
