"""The office's page of reminders."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.actions import reminders
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    CheckpointFactory,
    DepartmentFactory,
    FindingFactory,
    MembershipFactory,
)

DAY = datetime.date(2026, 9, 24)
NOON = timezone.make_aware(datetime.datetime(2026, 9, 24, 12))


def due(campaign, lead, place, on=DAY):
    end = timezone.make_aware(datetime.datetime.combine(on + datetime.timedelta(days=1), datetime.time()))
    return FindingFactory(campaign=campaign, lead=lead, place=place, due_on=on, due_at=end)


def page(client, campaign, **query):
    return client.get(reverse("reminder_list", args=[campaign.pk]), query)


@pytest.fixture
def unit(campaign):
    unit = DepartmentFactory(parent=campaign.host)
    MembershipFactory(campaign=campaign, role="liaison", department=unit)
    return unit


@pytest.mark.parametrize("query", [{"on": "2026-09-24"}, {"next": "1"}, {"week": "1"}], ids=["day", "ahead", "week"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_three(
    campaign, unit, signed_in, rows, query, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: NOON - datetime.timedelta(days=1))
    client = signed_in(viewer(campaign, office=True))
    for n in range(rows):
        due(campaign, unit, f"示范{n}路")
        assignment = AssignmentFactory(duty__campaign=campaign, department=unit, issued_at=NOON - datetime.timedelta(7))
        CheckpointFactory(assignment=assignment, due_on=DAY)
    reminders.sweep_days(NOON)
    page(client, campaign, **query)

    with django_assert_num_queries(10):
        answer = page(client, campaign, **query)

    assert len(answer.context["rows"]) == 2 * rows


def test_the_page_tells_told_taken_back_and_nobody_there_apart(campaign, unit, signed_in):
    empty = DepartmentFactory(parent=campaign.host)
    due(campaign, unit, "甲路")
    answered = due(campaign, unit, "乙路")
    due(campaign, empty, "丙路")
    reminders.sweep_days(NOON)
    answered.clock_due_at = None
    answered.save()
    reminders.cancel_answered(NOON)

    answer = page(signed_in(viewer(campaign, office=True)), campaign, on="2026-09-24")

    states = {row.title.split()[1]: (row.is_reached, bool(row.cancelled_at)) for row in answer.context["rows"]}
    assert states == {"甲路": (True, False), "乙路": (True, True), "丙路": (False, False)}
    text = answer.content.decode()
    assert all(word in text for word in ["已催办", "已反馈，催办取消", "无人接收", f"?unit={empty.pk}"])


def test_looking_ahead_shows_what_the_next_sweep_records_and_records_nothing(campaign, unit, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    due(campaign, unit, "甲路", on=datetime.date(2026, 9, 25))  # without holiday rows a plain Friday
    client = signed_in(viewer(campaign, office=True))

    ahead = page(client, campaign, next="1").context["rows"]
    assert reminders.Reminder.objects.count() == 0
    reminders.sweep_days(NOON)
    reminders.sweep_days(NOON + datetime.timedelta(days=1))
    recorded = page(client, campaign, on="2026-09-25").context["rows"]

    facts = [[(row.subject, row.object_id, row.stage, row.due_on) for row in rows] for rows in (ahead, recorded)]
    assert facts[0] == facts[1]
    assert len(facts[0]) == 1


def test_any_day_to_come_is_looked_ahead_and_says_who_has_nobody(campaign, unit, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    empty = DepartmentFactory(parent=campaign.host)
    for lead in (unit, empty):
        due(campaign, lead, "甲路", on=datetime.date(2026, 9, 30))
    client = signed_in(viewer(campaign, office=True))

    answer = page(client, campaign, on="2026-09-30")

    assert {row.department: row.is_reached for row in answer.context["rows"]} == {unit: True, empty: False}
    text = answer.content.decode()
    assert all(word in text for word in ["待发", "无人接收", f"?unit={empty.pk}"])
    assert "休息" in page(client, campaign, on="2026-10-03").content.decode()
    assert reminders.Reminder.objects.count() == 0


def test_a_named_person_whose_role_has_ended_is_nobody_to_tell(campaign, unit, signed_in, monkeypatch):
    """Looked ahead as the sweep will find it."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    gone = MembershipFactory(campaign=campaign, role="liaison", department=unit, ended_on=DAY).user
    empty = DepartmentFactory(parent=campaign.host)
    for department in (unit, empty):
        facts = {"duty__campaign": campaign, "person": gone, "issued_at": NOON - datetime.timedelta(7)}
        assignment = AssignmentFactory(department=department, **facts)
        CheckpointFactory(assignment=assignment, due_on=datetime.date(2026, 9, 25))  # without holiday rows a plain Friday
    client = signed_in(viewer(campaign, office=True))

    ahead = page(client, campaign, next="1").context["rows"]
    reminders.sweep_days(NOON)
    reminders.sweep_days(NOON + datetime.timedelta(days=1))
    recorded = page(client, campaign, on="2026-09-25").context["rows"]

    reached = [{row.department: row.is_reached for row in rows} for rows in (ahead, recorded)]
    assert reached == [{unit: True, empty: False}] * 2


def test_only_the_office_of_the_campaign_reads_it(campaign, unit, signed_in):
    due(campaign, unit, "甲路")
    reminders.sweep_days(NOON)
    other = CampaignFactory(host=campaign.host)

    assert page(signed_in(viewer(campaign, leader=True)), campaign).status_code == 403
    assert page(signed_in(viewer(campaign, head_of=unit)), campaign).status_code == 403
    assert page(signed_in(viewer(other, office=True)), campaign).status_code == 404
    assert page(signed_in(viewer(other, office=True)), other, on="2026-09-24").context["rows"] == []


@pytest.mark.parametrize("text", ["", "x", "2026-13-01"])
def test_a_day_that_is_none_shows_today(campaign, signed_in, text):
    answer = page(signed_in(viewer(campaign, office=True)), campaign, on=text)

    assert (answer.status_code, answer.context["on"]) == (200, timezone.localdate())
