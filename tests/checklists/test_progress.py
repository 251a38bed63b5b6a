"""How far the tasks are: counted on leading units' checkpoints, in the official order."""

import datetime

import pytest
from django.urls import reverse

from checklists.progress import Progress, progress_by_project, progress_by_unit
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    ChecklistFactory,
    CheckpointFactory,
    DepartmentFactory,
    DutyFactory,
    ItemFactory,
    StandardFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 3, 25, tzinfo=datetime.UTC)


@pytest.fixture
def table(campaign):
    """Two projects of one checklist, three units; the third unit comes first in the official order."""
    standard = StandardFactory(campaign=campaign)
    checklist = ChecklistFactory(campaign=campaign, standard=standard)
    projects = [ItemFactory(standard=standard, path=f"{n:04d}.", grade="project", text=f"项目{n}") for n in (1, 2, 3)]
    items = [ItemFactory(standard=standard, parent=project, path=f"{project.path}0001.") for project in projects[:2]]
    units = [DepartmentFactory(parent=campaign.host, position=position) for position in (20, 30, 10)]

    def add(project, unit, status, *, is_lead=True, part="accepted", due_on=datetime.date(2026, 12, 31)):
        duty = DutyFactory(campaign=campaign, checklist=checklist, item=items[project])
        assignment = AssignmentFactory(duty=duty, department=units[unit], is_lead=is_lead, status=part)
        return CheckpointFactory(assignment=assignment, status=status, due_on=due_on)

    add(0, 0, "approved", part="done")
    add(0, 0, "open", due_on=datetime.date(2026, 3, 24))
    add(0, 1, "submitted")
    add(1, 2, "returned")
    add(0, 0, "approved", is_lead=False)  # supporting: not counted
    add(0, 0, "open", part="draft")  # not issued yet
    add(0, 0, "open", part="ended")
    return projects, units, add


def test_by_project_in_the_order_of_the_standard_with_empty_ones(campaign, table, django_assert_num_queries):
    projects, _units, _add = table

    with django_assert_num_queries(2):
        rows = progress_by_project(campaign, now=NOW)

    assert rows == [
        Progress(projects[0], approved=1, submitted=1, open=1, late=1),
        Progress(projects[1], returned=1),
        Progress(projects[2]),
    ]
    assert [(row.total, row.rate) for row in rows] == [(3, 1 / 3), (1, 0), (0, None)]


def test_by_unit_in_the_official_order_never_by_result(campaign, table, django_assert_num_queries):
    _projects, units, _add = table

    with django_assert_num_queries(2):
        rows = progress_by_unit(campaign, now=NOW)

    assert rows == [
        Progress(units[2], returned=1),
        Progress(units[0], approved=1, open=1, late=1),
        Progress(units[1], submitted=1),
    ]


def test_the_page_shows_a_unit_its_own_alone(campaign, table, signed_in):
    _projects, units, _add = table
    address = reverse("progress", args=[campaign.pk])

    own = signed_in(viewer(campaign, head_of=units[1])).get(address).context
    office = signed_in(viewer(campaign, office=True)).get(address).context

    assert [(row.about, row.total) for row in own["units"]] == [(units[1], 1)]
    assert [row.total for row in own["projects"]] == [1, 0, 0]
    assert [row.about for row in office["units"]] == [units[2], units[0], units[1]]


def test_the_headline_counts_all_that_is_done_and_says_of_what(campaign, table, signed_in):
    for status in ("not_needed", "skipped"):
        table[2](0, 0, status)

    page = signed_in(viewer(campaign, office=True)).get(reverse("progress", args=[campaign.pk]))

    assert page.context["total"]["done"] == 3
    assert "6 个任务节点，已完成 3 个" in page.content.decode()
    assert "已通过 1 · 不适用 1 · 本次不开展 1" in page.content.decode()


def test_an_inspector_has_no_such_page(campaign, table, signed_in):
    assert signed_in(viewer(campaign, inspector=True)).get(reverse("progress", args=[campaign.pk])).status_code == 403


def test_the_page_costs_the_same_with_more_rows(campaign, table, signed_in, django_assert_num_queries):
    client, address = signed_in(viewer(campaign, leader=True)), reverse("progress", args=[campaign.pk])
    with django_assert_num_queries(9):
        client.get(address)
    for unit in range(3):
        table[2](0, unit, "open")
    with django_assert_num_queries(9):
        client.get(address)
