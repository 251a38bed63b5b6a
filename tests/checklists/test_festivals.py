"""Festivals: their days, the office's page, one checkpoint for each, and the list of what is not held."""

import datetime
import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Event
from campaigns.actions.festivals import save_festivals
from campaigns.festivals import Festivals, shipped
from campaigns.models import Festival
from checklists.actions.checkpoints import move_checkpoint
from checklists.actions.feeds import make_feed
from checklists.actions.issuing import issue_drafts
from checklists.actions.limits import make_due_checkpoints
from checklists.models import Checkpoint
from checklists.periods import festival_dues
from checklists.recurring import comes_again
from checklists.timelimits import parse_time_limit
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    ChecklistFactory,
    CheckpointFactory,
    DepartmentFactory,
    DutyFactory,
    ItemFactory,
    ShareFactory,
)

ZONE = ZoneInfo("Asia/Shanghai")


def at(month, day, year=2026):
    return datetime.datetime(year, month, day, 10, tzinfo=ZONE)


# --- pure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "recurrence"),
    [
        ("我们的节日", "festivals"),
        ("传统节日", "festivals"),
        ("重要节日前后", "festivals"),
        ("每逢节日", "festivals"),
        ("逢节日", "festivals"),  # the word of the recurrence itself
        ("每逢传统佳节", "festivals"),
        ("每年重要节日", "festivals"),
        ("每月及重要节日", "monthly"),
        ("每年", "yearly"),
        ("国庆节前（10月1日前）", None),
    ],
)
def test_a_limit_that_names_festivals(text, recurrence):
    found = parse_time_limit(text, year=2026)

    assert (found.recurrence, found.doubt) == (recurrence, None)


DAYS = [(date(2026, 9, 25), "中秋节"), (date(2026, 10, 1), "国庆节"), (date(2026, 10, 18), "重阳节")]


@pytest.mark.parametrize(
    ("today", "cutoff", "after", "found"),
    [
        (date(2026, 3, 2), date(2026, 12, 31), None, [(date(2026, 10, 2), "中秋节")]),  # the next one, however far
        (date(2026, 9, 10), date(2026, 12, 31), None, [(date(2026, 10, 2), "中秋节"), (date(2026, 10, 8), "国庆节")]),
        (date(2026, 9, 26), date(2026, 12, 31), None, [(date(2026, 10, 8), "国庆节"), (date(2026, 10, 25), "重阳节")]),
        (date(2026, 9, 10), date(2026, 12, 31), date(2026, 10, 2), [(date(2026, 10, 8), "国庆节")]),
        (date(2026, 9, 18), date(2026, 12, 31), date(2026, 10, 8), [(date(2026, 10, 25), "重阳节")]),
        (date(2026, 9, 10), date(2026, 9, 30), None, [(date(2026, 9, 30), "中秋节")]),  # the cut-off day at the latest
        (date(2026, 9, 10), date(2026, 10, 1), None, [(date(2026, 10, 1), "中秋节"), (date(2026, 10, 1), "国庆节")]),
        (date(2026, 11, 1), date(2026, 12, 31), None, []),
    ],
)
def test_when_the_proof_of_a_festival_is_due(today, cutoff, after, found):
    assert festival_dues(DAYS, after_days=7, today=today, cutoff=cutoff, after=after) == found


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_the_shipped_days_fit_the_moon(year):
    """Months of the lunar calendar have 29 or 30 days; from the first month on the festivals are so many of them apart."""
    days = shipped(year)

    assert (days["元宵节"] - days["春节"]).days == 14
    assert (days["中秋节"] - days["七夕节"]).days in (37, 38)
    assert (days["重阳节"] - days["中秋节"]).days in (23, 24)
    assert days["清明节"] in (date(year, 4, 4), date(year, 4, 5))


# --- the campaign's table -------------------------------------------------------------------------


@pytest.fixture
def campaign(db):
    return CampaignFactory(cutoff_on=date(2026, 12, 31))


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


def names(campaign, year=2026):
    return [row.name for row in Festivals(campaign).of_year(year)]


def test_the_office_moves_adds_and_strikes_festivals(campaign, office):
    days = {"七夕节": None, "国庆节": date(2026, 9, 30), "学雷锋日": date(2026, 3, 5)}

    save_festivals(campaign, by=office, year=2026, days=days, days_after=3)

    assert names(campaign) == ["春节", "元宵节", "学雷锋日", "清明节", "端午节", "中秋节", "国庆节", "重阳节"]
    campaign.refresh_from_db()
    assert (Festivals(campaign).struck(2026), Festivals(campaign).days_after) == (["七夕节"], 3)
    assert "七夕节" in names(campaign, 2027)
    save_festivals(campaign, by=office, year=2026, days={"七夕节": date(2026, 8, 19), "学雷锋日": None}, days_after=3)
    assert ("七夕节" in names(campaign), "学雷锋日" in names(campaign), Festival.objects.count()) == (True, False, 1)
    assert Event.objects.filter(verb="festival.save").count() == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"days": {"春节": date(2027, 2, 6)}}, "春节"),
        ({"days_after": 61}, "days_after"),
        ({"version": 9}, "stale"),
    ],
)
def test_days_that_cannot_be_are_refused(campaign, office, change, error):
    with pytest.raises(ValidationError) as caught:
        save_festivals(campaign, by=office, **({"year": 2026, "days": {}, "days_after": 7} | change))

    raised = caught.value
    assert (raised.code if hasattr(raised, "code") else next(iter(raised.error_dict))) == error
    campaign.refresh_from_db()
    assert (Festival.objects.count(), campaign.festival_days) == (0, 7)


def test_only_the_office_edits_them(campaign):
    with pytest.raises(PermissionDenied):
        save_festivals(campaign, by=viewer(campaign, leader=True), year=2026, days={}, days_after=7)


def test_a_year_the_table_does_not_reach_is_missing(campaign):
    assert Festivals(campaign).missing(2026, 2030) == [2029, 2030]


def test_the_page_keeps_what_was_typed_and_warns_of_a_stale_form(campaign, office, signed_in):
    client, here = signed_in(office), reverse("festival_list", args=[campaign.pk]) + "?year=2029"
    page = client.get(here)
    fields = {field.html_name: field.initial or "" for field in page.context["form"].day_fields}
    spring = next(field.html_name for field in page.context["form"].day_fields if field.label == "春节")
    typed = {"version": campaign.version, "days_after": "7", "new_name": "", "new_on": ""} | fields

    wrong = client.post(here, typed | {spring: "2028-02-13"})
    assert (wrong.status_code, "2028-02-13" in wrong.text, Festival.objects.count()) == (422, True, 0)
    done = client.post(here, typed | {spring: "2029-02-13"})
    assert (done.status_code, Festival.objects.get().on) == (302, date(2029, 2, 13))
    stale = client.post(here, typed | {spring: "2029-02-14"})
    assert (stale.status_code, "2029-02-14" in stale.text) == (409, True)
    struck = [row.name for row in Festivals(campaign).of_year(2029) if row.on is None]
    assert len(struck) == 6  # what is not known yet is not struck off by saving another day


# --- checkpoints ----------------------------------------------------------------------------------


@pytest.fixture
def part(campaign):
    duty = DutyFactory(campaign=campaign, limit_text="我们的节日", recurrence="festivals")
    return AssignmentFactory(duty=duty, status="draft")


def made(part):
    return [(row.title, row.due_on) for row in part.checkpoints.order_by("due_on")]


def test_issuing_makes_the_next_festivals_and_the_sweep_the_others(part, campaign, office):
    issue_drafts(by=office, at=at(3, 10))
    assert made(part) == [("清明节", date(2026, 4, 12))]

    assert [make_due_checkpoints(now=at(5, 25)), make_due_checkpoints(now=at(5, 25))] == [1, 0]
    save_festivals(campaign, by=office, year=2026, days={"端午节": date(2026, 6, 20)}, days_after=7)
    assert make_due_checkpoints(now=at(5, 26)) == 0  # the same festival of that year
    assert make_due_checkpoints(now=at(9, 10)) == 2
    assert made(part)[1:] == [
        ("端午节", date(2026, 6, 26)),
        ("中秋节", date(2026, 10, 2)),
        ("国庆节", date(2026, 10, 8)),
    ]


def test_many_parts_at_festivals_cost_one_query_for_the_days(campaign, office):
    def drafts(count):
        for _n in range(count):
            AssignmentFactory(duty=DutyFactory(campaign=campaign, recurrence="festivals"), status="draft")

    drafts(1)
    with CaptureQueriesContext(connection) as one:
        issue_drafts(by=office, at=at(3, 10))
    drafts(3)
    with CaptureQueriesContext(connection) as three:
        issue_drafts(by=office, at=at(3, 10))

    def festival(queries):
        return sum("campaigns_festival" in query["sql"] for query in queries)

    assert (festival(one), festival(three)) == (1, 1)


@pytest.mark.parametrize(
    ("after", "again"),
    [(date(2026, 10, 8), True), (date(2026, 10, 25), False), (date(2026, 12, 31), False)],
)
def test_when_the_last_festival_before_the_cut_off_is_over(part, campaign, after, again):
    assert comes_again(part.duty, after=after, campaign=campaign) is again


def test_the_last_festival_agreed_not_to_be_held_finishes_the_part(part, campaign, office):
    part.status = "accepted"
    part.save()
    last = CheckpointFactory(assignment=part, title="重阳节", due_on=date(2026, 10, 25))
    head = viewer(campaign, head_of=part.department)

    move_checkpoint(last, move="ask_skip", by=head, reason="与敬老月合并", at=at(10, 10))
    move_checkpoint(last, move="accept_skip", by=office, at=at(10, 12))

    part.refresh_from_db()
    assert part.status == "done"


# --- pages ----------------------------------------------------------------------------------------

RED = re.compile(r"st-late|st-back|m-late|count-late|fig-l ms-auto late|fig-late|note-warn|class=\"late")
PLACES = ["campaign_home", "my_duties", "duty_list", "duty_matrix", "progress", "plan"]


def red_marks(client, part, checkpoint, share, feed):
    """How many red or late marks each place shows; of the calendar address, the entries."""
    addresses = {name: reverse(name, args=[part.campaign_id]) for name in PLACES}
    addresses |= {"duty": part.duty.get_absolute_url(), "checkpoint": checkpoint.get_absolute_url()}
    addresses |= {"part inside": share.get_absolute_url()}
    found = {name: len(RED.findall(client.get(address).text)) for name, address in addresses.items()}
    return found | {"calendar": client.get(feed.get_absolute_url()).text.count("BEGIN:VEVENT")}


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("office", {"campaign_home", "duty_list", "duty_matrix", "progress", "duty", "checkpoint", "part inside", "calendar"}),
        ("head", {"campaign_home", "my_duties", "progress", "duty", "checkpoint", "part inside", "calendar"}),
    ],
)
def test_what_is_agreed_not_to_be_held_is_late_nowhere(campaign, office, signed_in, role, shown):
    checklist = ChecklistFactory(campaign=campaign)
    duty = DutyFactory(
        campaign=campaign, checklist=checklist, item=ItemFactory(standard=checklist.standard), recurrence="monthly", due_on=None
    )
    part = AssignmentFactory(duty=duty, department=DepartmentFactory(parent=campaign.host), status="accepted")
    today = datetime.date.today()
    past = CheckpointFactory(
        assignment=part,
        title="上月",
        due_on=today - datetime.timedelta(days=20),
        status="returned",
        reason="照片不清",
        round_no=2,
    )
    section = DepartmentFactory(parent=part.department)
    share = ShareFactory(checkpoint=past, section=section)
    head = viewer(campaign, head_of=part.department)
    feed = make_feed(campaign, by=head, department=part.department)
    client = signed_in({"office": office, "head": head}[role])
    late = red_marks(client, part, past, share, feed)

    move_checkpoint(past, move="ask_skip", by=head, reason="场馆维修")
    past.refresh_from_db()
    move_checkpoint(past, move="accept_skip", by=office)
    agreed = red_marks(client, part, past, share, feed)

    Checkpoint.objects.filter(pk=past.pk).update(status="approved", reason="", skip_reason="")
    assert red_marks(client, part, past, share, feed) == agreed
    assert {name for name in late if late[name] > agreed[name]} == shown


def test_what_units_ask_not_to_hold_waits_in_the_office_s_queue_and_on_its_start_page(part, campaign, office, signed_in):
    part.status = "accepted"
    part.save()
    asked = CheckpointFactory(assignment=part, title="中秋节", due_on=date(2026, 10, 2))
    CheckpointFactory(assignment=part, title="国庆节", due_on=date(2026, 10, 8))
    head = viewer(campaign, head_of=part.department)
    signed_in(head).post(
        reverse("checkpoint_move", args=[campaign.pk, asked.pk]), {"move": "ask_skip", "version": 1, "reason": "场馆维修"}
    )

    client = signed_in(office)
    queue = client.get(reverse("checkpoint_review", args=[campaign.pk]) + "?view=skips")
    start = client.get(reverse("campaign_home", args=[campaign.pk]))

    assert [row.pk for row in queue.context["page"]] == [asked.pk]
    assert {name: count for name, _label, count in queue.context["views"]}["skips"] == 1
    assert "场馆维修" in queue.text
    assert [(one.note, one.url) for one in start.context["office"].decisions] == [("场馆维修", asked.get_absolute_url())]
    page = client.get(asked.get_absolute_url())
    assert {move["name"] for move in page.context["moves"]} == {"accept_skip", "refuse_skip"}
    empty = client.post(
        reverse("checkpoint_move", args=[campaign.pk, asked.pk]), {"move": "refuse_skip", "version": 2, "reason": ""}
    )
    assert empty.status_code == 422
    stale = client.post(
        reverse("checkpoint_move", args=[campaign.pk, asked.pk]), {"move": "refuse_skip", "version": 1, "reason": "仍应开展"}
    )
    assert (stale.status_code, "仍应开展" in stale.text) == (409, True)
    client.post(reverse("checkpoint_move", args=[campaign.pk, asked.pk]), {"move": "accept_skip", "version": 2})
    assert Checkpoint.objects.get(pk=asked.pk).status == "skipped"


@pytest.mark.parametrize(
    ("view", "expected"), [("proof", 10), ("skips", 8), ("late", 10), ("all", 10)]
)  # the filters ask for two lists
def test_the_queue_costs_the_same_for_one_and_three_rows(
    part, campaign, office, signed_in, django_assert_num_queries, view, expected
):
    facts = {
        "proof": {"status": "submitted", "submitted_at": at(3, 2)},
        "skips": {"status": "asked", "skip_asked_at": at(3, 2)},
        "late": {"clock_due_at": at(3, 2)},
        "all": {},
    }
    client, here = signed_in(office), reverse("checkpoint_review", args=[campaign.pk]) + f"?view={view}"
    part.status = "accepted"
    part.save()
    CheckpointFactory(assignment=part, title="1", **facts[view])
    client.get(here)
    with django_assert_num_queries(expected):
        client.get(here)
    for title in "23":
        CheckpointFactory(assignment=part, title=title, **facts[view])
    with django_assert_num_queries(expected):
        client.get(here)
