"""The plan's page, its chart, and the calendar addresses that may be revoked."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from icalendar import Calendar

from checklists.actions.feeds import make_feed, revoke_feed
from checklists.gantt import LEFT, RIGHT, ROW, WIDTH, Bar, draw
from checklists.models import CalendarFeed
from checklists.plan import read_plan
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    ChecklistFactory,
    CheckpointFactory,
    DepartmentFactory,
    DutyFactory,
    FindingFactory,
    ItemFactory,
    MembershipFactory,
    ShareFactory,
    UserFactory,
)

D = datetime.date
TODAY = D(2026, 3, 2)


@pytest.fixture
def campaign(db):
    return CampaignFactory(assessment_from=D(2026, 6, 15), assessment_until=D(2026, 6, 17), cutoff_on=D(2026, 6, 1))


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def checklist(campaign):
    return ChecklistFactory(campaign=campaign)


@pytest.fixture
def unit(campaign):
    return DepartmentFactory(parent=campaign.host, name="示范甲局")


@pytest.fixture
def tasks(campaign, checklist, unit):
    """An early one not begun, one begun, one with time, one that recurs; the first two with a limit."""
    project = ItemFactory(standard=checklist.standard, grade="project", text="示范项目", is_leaf=False)

    def task(text, status, **facts):
        item = ItemFactory(standard=checklist.standard, parent=project)
        duty = DutyFactory(campaign=campaign, checklist=checklist, item=item, text=text, **facts)
        AssignmentFactory(duty=duty, department=unit, status=status)
        return duty

    return {
        "early": task("三月要完成的", "issued", due_on=D(2026, 3, 20)),
        "begun": task("已经签收的", "accepted", due_on=D(2026, 3, 20)),
        "later": task("没有时限的", "issued", due_on=None),
        "monthly": task("每月的", "issued", due_on=None, recurrence="monthly"),
    }


def test_latest_starts_and_what_is_too_late(office, tasks):
    plan = read_plan(office, today=TODAY)

    assert [span.name for span in plan.stages][0] == "收集材料"
    assert plan.stages[-1].ends_on == D(2026, 6, 12)
    found = {start.duty.text: (start.ends_on, start.is_begun, start.is_missed) for start in plan.starts}
    assert found == {
        "三月要完成的": (D(2026, 3, 20), False, True),
        "已经签收的": (D(2026, 3, 20), True, False),
        "没有时限的": (plan.stages[0].ends_on, False, False),
    }
    assert plan.shortage == 0


def test_a_year_whose_days_off_are_not_known_is_said(campaign, office, signed_in):
    call_command("load_holidays", verbosity=0)
    said = "2027年放假安排尚未录入"
    assert said not in signed_in(office).get(reverse("plan", args=[campaign.pk])).content.decode()
    assert read_plan(office, today=TODAY).unknown_years == ()

    type(campaign).objects.filter(pk=campaign.pk).update(assessment_from=D(2027, 2, 1), assessment_until=D(2027, 2, 2))
    campaign.refresh_from_db()
    office.campaign.refresh_from_db()

    assert read_plan(office, today=TODAY).unknown_years == (2027,)
    assert said in signed_in(office).get(reverse("plan", args=[campaign.pk])).content.decode()


@pytest.mark.parametrize(
    ("status", "signed", "begun"),
    [("issued", True, True), ("disputed", True, True), ("disputed", False, False), ("ended", True, False)],
)
def test_who_has_signed_has_begun_even_if_it_is_looked_at_again_or_objected_to(office, tasks, status, signed, begun):
    at = datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC) if signed else None
    tasks["early"].assignments.update(status=status, accepted_at=at)

    start = next(start for start in read_plan(office, today=TODAY).starts if start.duty == tasks["early"])

    assert (start.is_begun, start.is_missed) == (begun, not begun)


def test_the_plan_moves_with_the_assessment(campaign, office, tasks):
    before = read_plan(office, today=TODAY)
    campaign.assessment_from = D(2026, 4, 15)

    after = read_plan(office, today=TODAY)

    assert after.stages[-1].ends_on < before.stages[-1].ends_on
    assert after.shortage > 0
    assert len(after.missed) > len(before.missed)


def test_without_a_day_of_assessment_there_is_no_plan(office, tasks):
    office.campaign.assessment_from = None

    plan = read_plan(office, today=TODAY)

    assert (plan.stages, plan.starts, plan.chart({"today": "", "assessment": ""})) == ([], [], None)


def test_a_unit_reads_its_own_tasks(campaign, tasks):
    other = DepartmentFactory(parent=campaign.host)

    assert read_plan(viewer(campaign, head_of=other), today=TODAY).starts == []
    own = viewer(campaign, head_of=tasks["early"].assignments.get().department)
    assert len(read_plan(own, today=TODAY).starts) == 3


def test_the_chart_lies_inside_its_box_and_in_proportion():
    chart = draw(
        [Bar("甲", D(2026, 3, 1), D(2026, 3, 10)), Bar("乙", D(2026, 3, 21), D(2026, 4, 9))], marks=[("今天", D(2026, 4, 1))]
    )

    first, second = chart.rows
    assert second.width == pytest.approx(2 * first.width, abs=0.2)
    assert first.x == LEFT
    assert [day for _x, day, _width in chart.months] == [D(2026, 3, 1), D(2026, 4, 1)]
    assert second.x + second.width <= WIDTH - RIGHT
    assert draw([]) is None


def test_only_the_time_lost_is_red_in_a_project_s_bar(office, tasks):
    plan = read_plan(office, today=TODAY)

    bar = next(bar for bar in plan.bars if bar.css == "project")
    row = next(row for row in plan.chart({"today": "今天", "assessment": "测评"}).rows if row.bar == bar)

    assert bar.lost == (min(start.starts_on for start in plan.missed), min(TODAY, bar.ends_on))
    assert bar.starts_on <= bar.lost[0] <= bar.lost[1] <= bar.ends_on
    assert row.x <= row.lost[0]
    assert row.lost[0] + row.lost[1] <= row.x + row.width + 0.2


def test_rows_are_as_tall_as_they_are_asked_to_be():
    bars = [Bar("甲", D(2026, 3, 1), D(2026, 3, 10)), Bar("乙", D(2026, 3, 21), D(2026, 4, 9))]

    low, high = draw(bars), draw(bars, row=2 * ROW)

    assert high.rows[1].middle - high.rows[0].middle == 2 * (low.rows[1].middle - low.rows[0].middle) == 2 * ROW
    assert (high.thick, high.height - low.height) == (2 * low.thick, 2 * ROW)


# --- calendar addresses -------------------------------------------------------------------------


def entries(client, feed):
    answer = client.get(feed.get_absolute_url())
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["summary"]): event.decoded("dtstart") for event in Calendar.from_ical(answer.content).walk("VEVENT")}


@pytest.fixture
def limits(campaign, tasks, unit):
    future = datetime.date.today() + datetime.timedelta(days=20)
    part = tasks["early"].assignments.get()
    CheckpointFactory(assignment=part, due_on=future)
    other = AssignmentFactory(duty=tasks["begun"], department=DepartmentFactory(parent=campaign.host), is_lead=False)
    CheckpointFactory(assignment=other, due_on=future)
    FindingFactory(campaign=campaign, lead=unit, status="issued", text="路灯不亮", place="示范路", due_on=future)
    return future


def test_the_axis_says_the_year_where_it_begins_and_only_what_there_is_room_for():
    few, many = (draw([Bar("", D(2026, 11, 3), last)], left=200).ticks for last in (D(2027, 2, 9), D(2028, 1, 9)))

    assert [(tick.opens_year, tick.year, tick.month) for tick in few] == [
        (True, 2026, 11),
        (False, None, 12),
        (True, 2027, 1),
        (False, None, 2),
    ]
    assert [(tick.year, tick.month) for tick in many if tick.opens_year] == [(26, None), (27, None), (28, None)]
    assert {tick.month for tick in many if not tick.opens_year} == {12, *range(2, 13)}


def test_a_unit_reads_its_limits_without_signing_in(client, campaign, unit, limits):
    feed = make_feed(campaign, by=viewer(campaign, head_of=unit), department=unit)

    found = entries(client, feed)

    assert found["三月要完成的"] == limits
    assert found["示范路：路灯不亮"] == limits
    assert "已经签收的" not in found
    assert found["收集材料"] == read_plan(viewer(campaign, office=True), today=TODAY).stages[0].starts_on


def test_a_person_reads_what_is_theirs(client, campaign, tasks, limits):
    person = UserFactory()
    MembershipFactory(campaign=campaign, user=person, role="inspector")
    tasks["early"].assignments.update(person=person)
    feed = make_feed(campaign, by=viewer(campaign, user=person))

    assert "三月要完成的" in entries(client, feed)


def test_what_is_handed_on_inside_stands_in_the_addresses_of_the_section_and_the_person(client, campaign, tasks, unit, limits):
    section, person = DepartmentFactory(parent=unit, kind="section"), viewer(campaign, inspector=True)
    chief, head = viewer(campaign, head_of=section), viewer(campaign, head_of=unit)
    checkpoint = tasks["early"].assignments.get().checkpoints.get()
    day = limits - datetime.timedelta(days=1)
    ShareFactory(checkpoint=checkpoint, section=section, text="科室的", due_on=day)
    ShareFactory(checkpoint=checkpoint, person=person.user, text="个人的", due_on=day)
    ShareFactory(checkpoint=checkpoint, section=section, text="办完的", due_on=day, status="done")
    ShareFactory(checkpoint=checkpoint, section=DepartmentFactory(parent=unit, kind="section"), text="别科的", due_on=day)
    feeds = [(chief, section), (chief, None), (person, None), (head, unit), (head, None)]

    found = [entries(client, make_feed(campaign, by=who, department=where)) for who, where in feeds]

    inside = [{text: due_on for text, due_on in rows.items() if text.endswith("的") and text != "三月要完成的"} for rows in found]
    assert inside == [{"科室的": day}, {"科室的": day}, {"个人的": day}, {}, {}]


def test_a_revoked_address_and_one_of_a_person_who_left_answer_nothing(client, campaign, unit, limits):
    head = viewer(campaign, head_of=unit)
    unit_feed, own = make_feed(campaign, by=head, department=unit), make_feed(campaign, by=head)

    revoke_feed(unit_feed, by=head)
    head.user.memberships.update(ended_on=D(2026, 1, 31))

    assert [client.get(feed.get_absolute_url()).status_code for feed in (unit_feed, own)] == [404, 404]
    assert client.get(reverse("calendar_feed", args=["guessed"])).status_code == 404


def test_an_address_is_made_once_and_anew_after_it_was_revoked(campaign, unit):
    head = viewer(campaign, head_of=unit)
    first = make_feed(campaign, by=head, department=unit)

    assert make_feed(campaign, by=head, department=unit) == first
    revoke_feed(first, by=head)
    second = make_feed(campaign, by=head, department=unit)

    assert first.key != second.key
    assert CalendarFeed.objects.running().get() == second


def test_nobody_makes_or_revokes_the_address_of_another_unit(campaign, unit):
    feed = make_feed(campaign, by=viewer(campaign, head_of=unit), department=unit)
    other = viewer(campaign, head_of=DepartmentFactory(parent=campaign.host))

    with pytest.raises(PermissionDenied):
        make_feed(campaign, by=other, department=unit)
    with pytest.raises(PermissionDenied):
        revoke_feed(feed, by=other)
    feed.refresh_from_db()
    assert feed.revoked_at is None


# --- pages ---------------------------------------------------------------------------------------


def test_the_page_draws_the_plan_and_makes_and_revokes_an_address(campaign, office, tasks, signed_in):
    client, page = signed_in(office), reverse("plan", args=[campaign.pk])

    text = client.get(page).content.decode()
    client.post(reverse("plan_feed_make", args=[campaign.pk]), {"unit": ""})
    feed = CalendarFeed.objects.get()
    shown = client.get(page).content.decode()
    client.post(reverse("plan_feed_revoke", args=[campaign.pk, feed.pk]))

    assert ("<svg" in text, "收集材料" in text, "示范项目" in text) == (True, True, True)
    assert feed.get_absolute_url() in shown
    feed.refresh_from_db()
    assert feed.revoked_at is not None


def test_the_page_says_that_the_planned_end_is_not_the_limit(campaign, office, tasks, signed_in):
    page = signed_in(office).get(reverse("plan", args=[campaign.pk])).text

    assert "各任务在“收集材料”阶段内完成" in page
    assert ("计划完成日" in page, '<th scope="col">完成时限</th>' in page) == (True, False)


def test_the_stages_are_edited_on_a_page(campaign, office, signed_in):
    client, page = signed_in(office), reverse("plan_stages", args=[campaign.pk])
    head = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0"}

    wrong = client.post(page, head | {"form-0-name": "收集", "form-0-days": "0"})
    empty = client.post(page, head)
    done = client.post(page, head | {"form-0-name": "收集", "form-0-days": "9", "form-1-name": "复查", "form-1-days": "3"})

    assert (wrong.status_code, empty.status_code, done.status_code) == (422, 422, 302)
    assert list(campaign.plan_stages.values_list("name", "days")) == [("收集", 9), ("复查", 3)]


@pytest.mark.parametrize(("role", "count"), [("office", 10), ("head", 12)])
def test_the_page_costs_the_same(campaign, office, tasks, unit, checklist, signed_in, django_assert_num_queries, role, count):
    client = signed_in({"office": office, "head": viewer(campaign, head_of=unit)}[role])
    page = reverse("plan", args=[campaign.pk])
    client.get(page)

    with django_assert_num_queries(count):
        client.get(page)
    for _ in range(3):
        AssignmentFactory(duty=DutyFactory(campaign=campaign, checklist=checklist), department=unit)
    with django_assert_num_queries(count):
        client.get(page)
