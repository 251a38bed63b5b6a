"""One thing for many rows: tried without a trace, done with one result per row, taken back; another year's table copied."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import Event
from checklists.actions.bulk import assign_many, undo_bulk
from checklists.actions.copying import copy_table, copyable
from checklists.actions.duties import edit_duty
from checklists.actions.issuing import issue_drafts
from checklists.models import Assignment, BulkAct, Duty
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    ChecklistFactory,
    CheckpointFactory,
    DepartmentFactory,
    DutyFactory,
    ItemFactory,
    MembershipFactory,
)

FUTURE = datetime.date(2099, 6, 30)


@pytest.fixture
def campaign(db):
    return CampaignFactory(cutoff_on=datetime.date(2099, 12, 31), review_year=2099)


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def units(campaign):
    return [DepartmentFactory(parent=campaign.host, name=name, position=n) for n, name in enumerate(("甲局", "乙局", "丙局"))]


@pytest.fixture
def duties(campaign):
    checklist = ChecklistFactory(campaign=campaign)
    return [DutyFactory(campaign=campaign, checklist=checklist, due_on=FUTURE, limit_text="6月底前") for _ in range(3)]


def parts(duty):
    """{(unit, leads?)} in force."""
    return {(part.department.name, part.is_lead) for part in duty.assignments.running().select_related("department")}


def test_a_trial_says_what_would_be_and_keeps_nothing(office, units, duties):
    AssignmentFactory(duty=duties[0], department=units[0], status="draft")
    AssignmentFactory(duty=duties[1], department=units[1], status="disputed")

    results, act = assign_many(duties, by=office, lead=units[2], is_trial=True)

    assert [(result.done, result.before, result.after) for result in results] == [
        (True, "甲局 · — · 6月底前", "丙局 · — · 6月底前"),
        (False, "乙局 · — · 6月底前", ""),
        (True, "— · — · 6月底前", "丙局 · — · 6月底前"),
    ]
    assert (act, BulkAct.objects.count(), Event.objects.count()) == (None, 0, 0)
    assert parts(duties[0]) == {("甲局", True)}


def test_an_act_is_taken_back_row_by_row(office, units, duties):
    AssignmentFactory(duty=duties[0], department=units[0], status="issued", starts_on=datetime.date(2026, 1, 1))
    AssignmentFactory(duty=duties[1], department=units[1], is_lead=False, status="draft")
    _results, act = assign_many(duties, by=office, lead=units[2])
    changed = duties[2]
    changed.refresh_from_db()
    edit_duty(changed, by=office, version=changed.version, text="改过的任务")

    results = undo_bulk(act, by=office)

    assert [result.done for result in results] == [True, True, False]
    assert parts(duties[0]) == {("甲局", True)}
    assert duties[0].assignments.get().status == "issued"  # the same part as before
    assert parts(duties[1]) == {("乙局", False)}
    assert parts(changed) == {("丙局", True)}
    assert Event.objects.filter(verb="bulk.undo").count() == 1


@pytest.mark.parametrize("status", ["issued", "accepted", "done"])
def test_a_part_that_was_signed_for_or_done_comes_back_as_it_was(office, units, duties, status):
    part = AssignmentFactory(duty=duties[0], department=units[0], status=status, starts_on=datetime.date(2026, 1, 1))
    running = CheckpointFactory(assignment=part, title="一季度")
    approved = CheckpointFactory(assignment=part, title="二季度", status="approved", clock_due_at=None)
    _results, act = assign_many(duties[:1], by=office, lead=units[2])

    (result,) = undo_bulk(act, by=office)

    part.refresh_from_db()
    assert (result.before, result.after) == ("丙局 · — · 6月底前", "甲局 · — · 6月底前")
    assert (part.status, part.ended_on, duties[0].assignments.get()) == (status, None, part)
    clocks = dict(part.checkpoints.values_list("title", "clock_due_at"))
    assert clocks == {"一季度": None if status == "done" else running.due_at, "二季度": approved.clock_due_at}


def test_what_was_issued_since_stays(office, units, duties):
    _results, act = assign_many(duties[:1], by=office, lead=units[0])
    issue_drafts(by=office, duties=[duties[0].pk])

    (result,) = undo_bulk(act, by=office)

    assert not result.done
    assert parts(duties[0]) == {("甲局", True)}


def test_a_limit_is_taken_back_with_its_date(office, duties):
    _results, act = assign_many(duties[:1], by=office, limit_text="每月")

    undo_bulk(act, by=office)

    duties[0].refresh_from_db()
    assert (duties[0].limit_text, duties[0].due_on, duties[0].recurrence) == ("6月底前", FUTURE, "")


def test_an_act_is_taken_back_once_and_by_the_office_alone(campaign, office, units, duties):
    _results, act = assign_many(duties, by=office, lead=units[0])

    with pytest.raises(PermissionDenied):
        undo_bulk(act, by=viewer(campaign, leader=True))
    with pytest.raises(PermissionDenied):
        undo_bulk(act, by=viewer(CampaignFactory(), office=True))
    undo_bulk(act, by=office)
    with pytest.raises(ValidationError) as caught:
        undo_bulk(act, by=office)

    assert caught.value.code == "undone"


def test_nothing_done_leaves_nothing_to_take_back(office, units, duties):
    AssignmentFactory(duty=duties[0], department=units[1], status="disputed")

    results, act = assign_many(duties[:1], by=office, lead=units[0])

    assert ([result.done for result in results], act) == ([False], None)


# --- another year's table ------------------------------------------------------------------------


@pytest.fixture
def last_year(campaign, office, units):
    """Last year's checklist: an item with units, one split in two, one without units; the office had the same person."""
    old = CampaignFactory(host=campaign.host, name="示范县上年度创建")
    MembershipFactory(campaign=old, user=office.user, role="office")
    checklist = ChecklistFactory(campaign=old)
    items = [ItemFactory(standard=checklist.standard, text=f"示范标准{n}") for n in range(3)]

    def duty(item, text, lead, *supports, **facts):
        row = DutyFactory(
            campaign=old, checklist=checklist, item=item, text=text, limit_text="每月", recurrence="monthly", **facts
        )
        for unit in [lead] if lead else []:
            AssignmentFactory(duty=row, department=unit)
        for unit in supports:
            AssignmentFactory(duty=row, department=unit, is_lead=False)

    duty(items[0], "示范标准0", units[0], units[1], measures="每周检查", person="示范干事")
    duty(items[1], "前一半", units[1])
    duty(items[1], "后一半", units[2], DepartmentFactory(name="外县单位"))
    duty(items[2], "示范标准2", None)
    return checklist


@pytest.fixture
def this_year(campaign, last_year):
    """The same items by key, by text, and one nobody knew; the third has units already."""
    checklist = ChecklistFactory(campaign=campaign)
    old = list(last_year.standard.items.order_by("pk"))
    same = ItemFactory(standard=checklist.standard, text="换了说法的标准0", key=old[0].key)
    like = ItemFactory(standard=checklist.standard, text="示范标准1")
    new = ItemFactory(standard=checklist.standard, text="今年新增的标准")
    for item in (same, like, new):
        DutyFactory(campaign=campaign, checklist=checklist, item=item, text=item.text, limit_text="", due_on=None)
    return checklist


def table(checklist):
    return [(duty.text, parts(duty), duty.measures, duty.limit_text) for duty in checklist.duties.order_by("position", "pk")]


def test_the_table_of_last_year_comes_as_drafts(office, last_year, this_year):
    results, act = copy_table(this_year, source=last_year, by=office)

    assert table(this_year) == [
        ("换了说法的标准0", {("甲局", True), ("乙局", False)}, "每周检查", "每月"),
        ("前一半", {("乙局", True)}, "", "每月"),
        ("后一半", {("丙局", True)}, "", "每月"),
        ("今年新增的标准", set(), "", ""),
    ]
    assert {part.status for part in Assignment.objects.filter(duty__checklist=this_year)} == {"draft"}
    assert [(result.done, bool(result.text)) for result in results] == [(True, False), (True, False), (True, True)]
    assert Duty.objects.get(text="前一半", checklist=this_year).recurrence == "monthly"
    undo_bulk(act, by=office)
    assert [row[1] for row in table(this_year)] == [set(), set(), set(), set()]


def test_what_has_units_already_stays(office, units, last_year, this_year):
    own = this_year.duties.get(text="换了说法的标准0")
    AssignmentFactory(duty=own, department=units[2], status="draft")

    copy_table(this_year, source=last_year, by=office)

    assert parts(own) == {("丙局", True)}


def test_a_trial_of_copying_keeps_nothing(office, last_year, this_year):
    results, act = copy_table(this_year, source=last_year, by=office, is_trial=True)

    assert (len(results), act, Duty.objects.filter(checklist=this_year).count()) == (3, None, 3)
    assert not Assignment.objects.filter(duty__checklist=this_year).exists()


def test_only_the_office_of_both_campaigns_copies(campaign, office, last_year, this_year):
    other = viewer(campaign, office=True)

    assert (copyable(office), copyable(other)) == ([last_year], [])
    with pytest.raises(PermissionDenied):
        copy_table(this_year, source=last_year, by=other)
    leader = viewer(campaign, leader=True)
    MembershipFactory(campaign=last_year.campaign, user=leader.user, role="office")
    with pytest.raises(PermissionDenied):
        copy_table(this_year, source=last_year, by=leader)


# --- pages ---------------------------------------------------------------------------------------


def test_the_page_tries_then_does_then_takes_back(campaign, office, units, duties, signed_in):
    client, url = signed_in(office), reverse("duty_assign", args=[campaign.pk])
    data = {"act": "lead", "units": "甲局", "pick": [duty.pk for duty in duties]}

    tried = client.post(url, data | {"try": "1"})
    assert not Assignment.objects.exists()
    done = client.post(url, data | {"save": "1"})
    act = BulkAct.objects.get()
    undo = reverse("duty_bulk_undo", args=[campaign.pk, act.pk])

    assert (tried.status_code, "尚未保存" in tried.content.decode()) == (200, True)
    assert undo in done.content.decode()
    assert client.get(undo).status_code == 200
    assert client.post(undo).status_code == 200
    assert client.post(undo).status_code == 422
    assert not Assignment.objects.exists()


def test_all_that_fit_the_filter_are_taken_whatever_is_ticked(campaign, office, duties, signed_in):
    Duty.objects.filter(pk=duties[0].pk).update(text="清洗护栏")
    url = reverse("duty_assign", args=[campaign.pk])

    bar = signed_in(office).post(f"{url}?q=工作任务", {"act": "lead", "all": "1"})

    assert bar.url == f"{url}?pick={duties[1].pk}&pick={duties[2].pk}&act=lead"


def test_the_page_of_copying_shows_first_and_then_does(campaign, office, last_year, this_year, signed_in):
    client, url = signed_in(office), reverse("duty_copy", args=[campaign.pk, this_year.pk])

    empty = client.get(url)
    shown = client.get(url, {"source": last_year.pk})
    wrong = client.get(url, {"source": this_year.pk})
    before = Assignment.objects.filter(duty__checklist=this_year).count()
    done = client.post(url, {"source": last_year.pk})

    assert (empty.status_code, shown.status_code, wrong.status_code, before) == (200, 200, 422, 0)
    assert "前一半" in shown.content.decode()
    assert BulkAct.objects.get().get_absolute_url() in done.content.decode()


def test_without_a_table_to_copy_the_page_says_so_and_leads_back(campaign, office, signed_in):
    MembershipFactory(campaign=CampaignFactory(host=campaign.host), user=office.user, role="office")
    checklist = ChecklistFactory(campaign=campaign)

    page = signed_in(office).get(reverse("duty_copy", args=[campaign.pk, checklist.pk])).text

    said = page.partition('class="empty"')[2].partition("</section>")[0]
    assert "您任职创建办的其他创建活动都还没有责任分解表" in said
    assert f'href="{reverse("duty_list", args=[campaign.pk])}"' in said


def test_copying_is_offered_only_where_there_is_another_campaign_to_copy_from(campaign, office, duties, signed_in):
    def offered():
        page = signed_in(office).get(reverse("duty_list", args=[campaign.pk]))
        return reverse("duty_copy", args=[campaign.pk, duties[0].checklist_id]) in page.text

    other = CampaignFactory(host=campaign.host)
    MembershipFactory(campaign=other, user=office.user, role="inspector")
    ChecklistFactory(campaign=other)
    assert not offered()  # there, but not of the office

    MembershipFactory(campaign=other, user=office.user, role="office")
    assert offered()


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("示范教育居", "是否为“示范教育局”？"),
        ("示教育局", "是否为“示范教育局”？"),
        ("天文台", "单位名录中没有“天文台”，请写名录中的名称，或先在名录中增加该单位。"),
    ],
)
def test_a_lead_that_is_nearly_a_units_name_is_answered_with_the_unit_probably_meant(
    campaign, office, duties, signed_in, written, hint
):
    DepartmentFactory(parent=campaign.host, name="示范教育局")
    DepartmentFactory(parent=campaign.host, name="示范水利局")

    answer = signed_in(office).post(
        reverse("duty_assign", args=[campaign.pk]), {"act": "lead", "pick": duties[0].pk, "units": written, "save": 1}
    )

    assert (answer.status_code, hint in answer.text, "水利局”" in answer.text) == (422, True, False)
