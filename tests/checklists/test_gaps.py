"""What the responsibility table lacks: each kind of gap finds exactly the planted cases, and leads to its mending."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from campaigns.navigation import COUNTS
from checklists.actions.duties import edit_duty
from checklists.gaps import KINDS, count_gaps, kinds_for
from checklists.models import Assignment
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    ChecklistFactory,
    DepartmentFactory,
    DutyFactory,
    ImportFactory,
    ItemFactory,
    SiteFactory,
    SiteKindFactory,
    UserFactory,
)

WHOLE = {"person": "示范责任人", "measures": "每周检查", "limit_text": "6月底前"}


@pytest.fixture
def campaign(db):
    return CampaignFactory(cutoff_on=datetime.date(2099, 12, 31), leads_most=2, load_most=3)


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def checklist(campaign):
    return ChecklistFactory(campaign=campaign)


@pytest.fixture
def planted(campaign, checklist):
    """label -> what lacks something, one of each kind, beside tasks that lack nothing and another campaign's."""
    unit = DepartmentFactory(parent=campaign.host, name="示范甲局", position=1)
    busy = DepartmentFactory(parent=campaign.host, name="示范乙局", position=2)
    person = UserFactory(name="示范干事")

    def duty(leads=(unit,), supports=(), *, user=None, **facts):
        row = DutyFactory(campaign=campaign, checklist=checklist, **WHOLE | facts)
        for one in leads:
            AssignmentFactory(duty=row, department=one, person=user)
        for one in supports:
            AssignmentFactory(duty=row, department=one, is_lead=False)
        return row

    found = {"whole": duty()}
    found["no lead"] = duty(leads=(), supports=(unit,))
    ended = duty()
    ended.assignments.update(status=Assignment.Status.ENDED, ended_on=datetime.date(2026, 2, 1))
    found["lead ended"] = ended
    third = DepartmentFactory(parent=campaign.host, name="示范丙局", position=3)
    found["three leads"] = duty(leads=(unit, third, DepartmentFactory(parent=campaign.host, position=4)))
    duty(leads=(unit, third))  # two are allowed
    found["nobody named"] = duty(person="")
    found["no limit"] = duty(limit_text="", due_on=None)
    duty(limit_text="", due_on=None, recurrence="monthly")
    found["no measures"] = duty(measures="")
    for _ in range(4):
        duty(leads=(busy,), supports=(third,), user=person)
    found |= {"busy": busy, "unit": unit, "third": third, "person": person}
    found["sheet"] = ImportFactory(campaign=campaign, checklist=checklist, kind="responsibilities")
    ImportFactory(campaign=campaign, checklist=checklist, kind="responsibilities", status="saved")
    other = CampaignFactory(host=campaign.host)
    DutyFactory(campaign=other, checklist=ChecklistFactory(campaign=other), limit_text="", due_on=None)
    return found


EXACTLY = {
    "lead": ["no lead", "lead ended"],
    "leads": ["three leads"],
    "person": ["nobody named"],
    "limit": ["no limit"],
    "measures": ["no measures"],
    "units": ["unit", "busy", "third"],
    "persons": ["person"],
    "names": ["sheet"],
    "sites": [],
}


def test_the_table_of_cases_names_every_kind():
    assert EXACTLY.keys() == KINDS.keys()


@pytest.mark.parametrize(("kind", "labels"), EXACTLY.items())
def test_each_kind_finds_exactly_the_planted_cases(office, planted, kind, labels):
    rows = list(KINDS[kind].rows(office, 3))

    assert sorted(row.pk for row in rows) == sorted(planted[label].pk for label in labels)


def test_a_person_named_by_the_unit_is_no_gap(office, planted, campaign):
    part = planted["nobody named"].assignments.get()
    part.person = UserFactory()
    part.save()

    assert list(KINDS["person"].rows(office, 3)) == []


def test_all_counts_come_by_one_query_and_agree_with_the_rows(office, planted, django_assert_num_queries):
    with django_assert_num_queries(1):
        counts = count_gaps(office, load=3)

    assert counts == {kind: len(labels) for kind, labels in EXACTLY.items()}


def test_the_count_beside_the_menu_is_of_tasks_with_no_lead_or_too_many(office, planted):
    wrong = {planted[label].pk for label in ("no lead", "lead ended", "three leads")}

    assert {duty.pk for duty in COUNTS["duty_gaps"](office)} == wrong


def test_sites_whose_item_nobody_leads(campaign, office, checklist):
    kinds = {name: SiteKindFactory(host=campaign.host, name=name) for name in ("公园", "公园入口", "车站", "医院")}
    for name in ("公园", "公园入口", "车站"):
        SiteFactory(kind=kinds[name], name=f"示范{name}")
    SiteFactory(kind=kinds["医院"], name="示范旧医院", is_active=False)
    free = DutyFactory(
        campaign=campaign, checklist=checklist, item=ItemFactory(standard=checklist.standard, site_kinds="广场、公园、医院")
    )
    led = DutyFactory(campaign=campaign, checklist=checklist, item=ItemFactory(standard=checklist.standard, site_kinds="车站"))
    AssignmentFactory(duty=led)

    (kind,) = KINDS["sites"].rows(office, 3)

    assert (kind, kind.task, kind.site_count) == (kinds["公园"], free.pk, 1)


def test_a_unit_sees_only_what_it_may_claim(campaign, planted):
    assert list(kinds_for(viewer(campaign, head_of=planted["unit"]))) == ["lead"]
    assert list(kinds_for(viewer(campaign, leader=True))) == list(KINDS)


# --- more leads than allowed, by hand -------------------------------------------------------------


def edited(duty, office, leads):
    return edit_duty(duty, by=office, version=duty.version, text=duty.text, leads=leads)


def test_by_hand_a_task_gets_no_more_leads_than_the_campaign_allows(office, planted):
    units = [planted["unit"], planted["third"], planted["busy"]]

    edited(planted["whole"], office, units[:2])
    planted["whole"].refresh_from_db()
    with pytest.raises(ValidationError) as caught:
        edited(planted["whole"], office, units)

    assert [error.code for error in caught.value.error_dict["leads"]] == ["many_leads"]
    assert planted["whole"].assignments.running().filter(is_lead=True).count() == 2


def test_what_a_sheet_brought_may_stay(office, planted):
    duty = planted["three leads"]
    units = [part.department for part in duty.assignments.all()]

    edited(duty, office, units)

    assert duty.assignments.running().filter(is_lead=True).count() == 3


# --- the page ------------------------------------------------------------------------------------


def page(client, campaign, **query):
    return client.get(reverse("duty_gaps", args=[campaign.pk]), query)


MENDED_AT = {
    "lead": ("duty_edit", "no lead"),
    "leads": ("duty_edit", "three leads"),
    "person": ("duty_edit", "nobody named"),
    "limit": ("duty_edit", "no limit"),
    "measures": ("duty_edit", "no measures"),
    "names": ("responsibility_preview", "sheet"),
}


@pytest.mark.parametrize(("kind", "place"), MENDED_AT.items())
def test_each_line_leads_to_the_place_that_mends_it(campaign, office, planted, signed_in, kind, place):
    name, label = place

    text = page(signed_in(office), campaign, kind=kind).content.decode()

    assert f'href="{reverse(name, args=[campaign.pk, planted[label].pk])}' in text


def test_a_task_with_too_many_leads_is_not_asked_for_one_more(campaign, office, planted, signed_in):
    url = reverse("duty_gaps", args=[campaign.pk])

    acts = ["减少牵头" in signed_in(office).get(f"{url}?kind={kind}").text for kind in ("leads", "lead")]

    assert acts == [True, False]


def test_a_mended_task_leads_back_to_the_next_of_its_kind(campaign, office, planted, signed_in):
    client, duty = signed_in(office), planted["no measures"]
    form_at = reverse("duty_edit", args=[campaign.pk, duty.pk]) + "?gap=measures"
    back = reverse("duty_gaps", args=[campaign.pk]) + "?kind=measures"
    form = client.get(form_at)
    data = {name: form.context["form"][name].value() or "" for name in form.context["form"].fields}

    refused = client.post(form_at, data | {"text": ""})
    answer = client.post(form_at, data | {"measures": "每周巡查"})

    assert (form_at in form.text, back in form.text) == (True, True)
    assert (refused.status_code, back in refused.text) == (422, True)
    assert (answer.status_code, answer.url) == (302, back)
    assert duty.text not in client.get(back).text


def test_a_loaded_unit_leads_to_its_rows_of_the_table(campaign, office, planted, signed_in):
    client = signed_in(office)

    text = page(client, campaign, kind="units").content.decode()
    fewer = page(client, campaign, kind="units", load=100).content.decode()

    assert reverse("duty_list", args=[campaign.pk]) + "?unit=%E7%A4%BA" in text
    assert ("示范乙局" in text, "示范乙局" in fewer) == (True, False)


@pytest.mark.parametrize("kind", ["lead", "limit"])
def test_a_table_that_is_not_there_is_not_praised(kind, campaign, office, checklist, signed_in):
    client, address = signed_in(office), f"{reverse('duty_gaps', args=[campaign.pk])}?kind={kind}"
    praise = str(KINDS[kind].none)

    before = client.get(address).text
    AssignmentFactory(duty=DutyFactory(campaign=campaign, checklist=checklist, **WHOLE))
    after = client.get(address).text

    assert (praise in before, reverse("standard_list", args=[campaign.pk]) + '">' in before.partition("<main")[2]) == (
        False,
        True,
    )
    assert (praise in after, "还没有任务" in after) == (True, False)


def test_a_unit_reads_that_the_table_has_not_been_issued(campaign, checklist, signed_in):
    unit = viewer(campaign, head_of=DepartmentFactory(parent=campaign.host))

    page = signed_in(unit).get(reverse("duty_gaps", args=[campaign.pk])).text

    assert ("责任分解表尚未下达" in page, str(KINDS["lead"].none) in page) == (True, False)


def test_a_number_that_is_none_is_said_and_the_campaigns_own_counts(campaign, office, planted, signed_in):
    answer = page(signed_in(office), campaign, kind="units", load="多")

    assert answer.status_code == 200
    assert "示范乙局" in answer.content.decode()


@pytest.mark.parametrize(("role", "count"), [("office", 9), ("head", 9)])
def test_the_page_costs_the_same_whatever_is_missing(
    campaign, office, planted, checklist, signed_in, django_assert_num_queries, role, count
):
    client = signed_in({"office": office, "head": viewer(campaign, head_of=planted["unit"])}[role])
    page(client, campaign)

    with django_assert_num_queries(count):
        page(client, campaign)
    for _ in range(3):
        DutyFactory(campaign=campaign, checklist=checklist)
    with django_assert_num_queries(count):
        page(client, campaign)
