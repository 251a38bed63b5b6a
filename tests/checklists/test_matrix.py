"""Items × units as one grid: marks at their units, blanks run together; its cost: test_large_table."""

import datetime

import pytest
from django.urls import reverse

from checklists.matrix import read_matrix
from checklists.table import read_table
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    ChecklistFactory,
    CheckpointFactory,
    DepartmentFactory,
    DutyFactory,
    ItemFactory,
)

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


@pytest.fixture
def campaign(db):
    return CampaignFactory()


@pytest.fixture
def checklist(campaign):
    return ChecklistFactory(campaign=campaign)


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def units(campaign):
    return [DepartmentFactory(parent=campaign.host, name=f"示范{name}局", position=n) for n, name in enumerate("甲乙丙丁", 1)]


@pytest.fixture
def projects(checklist):
    return [ItemFactory(standard=checklist.standard, grade="project", text=f"示范项目{n}", is_leaf=False) for n in (1, 2)]


def task(checklist, project, **facts):
    return DutyFactory(
        campaign=checklist.campaign, checklist=checklist, item=ItemFactory(standard=checklist.standard, parent=project), **facts
    )


def grid(reader, checklist, **options):
    wanted = {"hit": None, "project": ""} | options
    return read_matrix(reader, now=NOW, checklist=checklist.pk, **wanted)


def drawn(matrix):
    """Each row as a string: a letter a mark (upper case leads), a digit so many blanks."""
    return [
        "".join(
            (cell.mark[2].upper() if cell.is_lead else cell.mark[2]) if cell.department else str(cell.span) for cell in row.cells
        )
        for band in matrix.bands
        for row in band.rows
    ]


def test_marks_stand_at_their_units_and_blanks_run_together(office, checklist, units, projects):
    first, second, third = (task(checklist, projects[n]) for n in (0, 0, 1))
    AssignmentFactory(duty=first, department=units[3], status="done")
    AssignmentFactory(duty=first, department=units[0], is_lead=False, status="draft")
    late = AssignmentFactory(duty=second, department=units[1], status="accepted")
    CheckpointFactory(assignment=late, due_on=datetime.date(2026, 2, 1))
    AssignmentFactory(duty=third, department=units[2], is_lead=False, status="disputed")

    matrix = grid(office, checklist)

    assert drawn(matrix) == ["d2D", "1L2", "2a1"]
    assert [(band.text, band.total, band.gap) for band in matrix.bands] == [("示范项目1", 2, 0), ("示范项目2", 1, 1)]
    assert [(unit.name, leads, supports) for unit, leads, supports in matrix.columns] == [
        ("示范甲局", 0, 1),
        ("示范乙局", 1, 0),
        ("示范丙局", 0, 1),
        ("示范丁局", 1, 0),
    ]
    assert matrix.counts == {"draft": 1, "accepted": 1, "gap": 1, "late": 1}  # tasks, as the table counts them
    table = read_table(office, now=NOW, checklist=checklist.pk, hit=None, state="", project="", order="", number=None)
    assert matrix.counts | {"": 3} == table.counts


def test_a_folded_project_keeps_its_head_and_its_units(office, checklist, units, projects):
    for project in projects:
        AssignmentFactory(duty=task(checklist, project), department=units[0])

    matrix = grid(office, checklist, hidden=frozenset([projects[0].path]))

    assert [(band.total, len(band.rows)) for band in matrix.bands] == [(1, 0), (1, 1)]
    assert [leads for _unit, leads, _supports in matrix.columns] == [2]


def test_a_unit_reads_who_does_what_but_no_state_and_no_draft(campaign, checklist, units, projects):
    first = task(checklist, projects[0])
    AssignmentFactory(duty=first, department=units[0], status="done")
    AssignmentFactory(duty=first, department=units[1], is_lead=False, status="draft")

    matrix = grid(viewer(campaign, head_of=units[2]), checklist)

    assert drawn(matrix) == ["G"]  # no other letter than that of a part in force


def test_the_filters_of_the_table_hold_for_the_grid(campaign, office, checklist, units, projects, signed_in):
    for unit, text in zip(units, ("清洗路牌", "修补路面", "清洗护栏", "补种绿化"), strict=True):
        AssignmentFactory(duty=task(checklist, projects[0], text=text), department=unit)
    client = signed_in(office)

    shown = client.get(reverse("duty_matrix", args=[campaign.pk]), {"q": "清洗"}).context["matrix"]

    assert [row.duty.text for band in shown.bands for row in band.rows] == ["清洗路牌", "清洗护栏"]
    assert [unit.name for unit, _leads, _supports in shown.columns] == ["示范甲局", "示范丙局"]


def test_an_empty_campaign_says_so(campaign, office, signed_in):
    answer = signed_in(office).get(reverse("duty_matrix", args=[campaign.pk]))

    assert answer.status_code == 200
    assert "责任分解表尚未下达" in answer.content.decode()
