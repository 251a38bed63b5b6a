"""A table of 400 items × 350 units, built once: its pages ask the database as often as those of 3 × 3."""

import datetime

import pytest
from django.db import transaction
from django.urls import reverse

from checklists.models import Assignment, Duty, Item
from tests.conftest import viewer
from tests.factories import CampaignFactory, ChecklistFactory, Department, DepartmentFactory, ItemFactory

SIZES = [(3, 3), (400, 350)]


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]} x {size[1]}")
def large(request, django_db_setup, django_db_blocker):
    """(campaign, tasks, units): three parts a task, of which every third task has no lead."""
    with django_db_blocker.unblock(), transaction.atomic():
        campaign = CampaignFactory()
        fill(ChecklistFactory(campaign=campaign), *request.param)
        yield campaign, *request.param
        transaction.set_rollback(True)


def fill(checklist, tasks, units):
    campaign, standard = checklist.campaign, checklist.standard
    project = ItemFactory(standard=standard, grade="project", is_leaf=False)
    paths = [f"{project.path}{n:04d}." for n in range(tasks)]
    items = Item.objects.bulk_create(
        Item(standard=standard, parent=project, path=path, grade="criterion", text=f"标准{path}", is_leaf=True) for path in paths
    )
    duties = Duty.objects.bulk_create(
        Duty(campaign=campaign, checklist=checklist, item=item, text=item.text, position=n) for n, item in enumerate(items)
    )
    first = DepartmentFactory(parent=campaign.host)
    rows = Department.objects.bulk_create(
        Department(name=f"单位{n}", parent=campaign.host, path=f"{campaign.host.path}{first.pk + n + 1}.", position=n)
        for n in range(units)
    )
    Assignment.objects.bulk_create(
        Assignment(
            campaign=campaign,
            duty=duty,
            department=rows[(number + n * (units // 3)) % units],
            is_lead=n == 0 and number % 3 > 0,
            status="issued",
            starts_on=datetime.date(2026, 1, 1),
        )
        for number, duty in enumerate(duties)
        for n in range(3)
    )


@pytest.fixture
def office(large, db):
    return viewer(large[0], office=True)


def test_the_matrix(large, office, signed_in, django_assert_num_queries):
    campaign, tasks, units = large
    client, address = signed_in(office), reverse("duty_matrix", args=[campaign.pk])
    client.get(address)

    with django_assert_num_queries(10):
        answer = client.get(address)

    assert len(answer.context["matrix"].columns) == units
    assert answer.content.count(b"<td") < 9 * tasks + 2 * units + 50


GAPS = {  # kind -> (queries, how many rows it has)
    "lead": (9, lambda tasks, units: (tasks + 2) // 3),
    "person": (8, lambda tasks, units: tasks - (tasks + 2) // 3),
    "limit": (8, lambda tasks, units: tasks),
    "units": (8, lambda tasks, units: units),
}


@pytest.mark.parametrize("kind", GAPS)
def test_the_gaps(large, office, signed_in, django_assert_num_queries, kind):
    campaign, tasks, units = large
    queries, expected = GAPS[kind]
    client, asked = signed_in(office), {"kind": kind, "load": 1}
    client.get(reverse("duty_gaps", args=[campaign.pk]), asked)

    with django_assert_num_queries(queries):
        page = client.get(reverse("duty_gaps", args=[campaign.pk]), asked).context["page"]

    assert page.paginator.count == expected(tasks, units)
    assert len(page.object_list) == min(50, expected(tasks, units))
