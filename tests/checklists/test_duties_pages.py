"""Pages of the responsibility table: who reads what, filters, inline editing, the bar for many, issuing."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.models import Assignment, Duty
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    ChecklistFactory,
    CheckpointFactory,
    DepartmentFactory,
    DutyFactory,
    ItemFactory,
    ParticipationFactory,
    StandardFactory,
    WorkGroupFactory,
)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def campaign(db):
    return CampaignFactory(cutoff_on=timezone.localdate() + datetime.timedelta(days=200))


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def units(campaign):
    return [DepartmentFactory(parent=campaign.host, name=name) for name in ("甲局", "乙局", "丙局")]


@pytest.fixture
def items(campaign):
    """Two projects with a criterion each."""
    standard = StandardFactory(campaign=campaign)
    found = []
    for number in (1, 2):
        project = ItemFactory(standard=standard, path=f"000{number}.", grade="project", text=f"项目{number}", is_leaf=False)
        found.append(ItemFactory(standard=standard, parent=project, path=f"000{number}.0001.", text=f"标准{number}"))
    return found


@pytest.fixture
def checklist(campaign, items):
    return ChecklistFactory(campaign=campaign, standard=items[0].standard, name="主清单")


def task(checklist, item, text, **data):
    return DutyFactory(campaign=checklist.campaign, checklist=checklist, item=item, text=text, **data)


@pytest.fixture
def table(checklist, items, units):
    """gap (nobody), draft, issued with support, done; the last two in the second project."""
    gap = task(checklist, items[0], "无人牵头的任务", limit_text="", due_on=None)
    draft = task(checklist, items[0], "尚未下达的任务")
    issued = task(checklist, items[1], "已经下达的任务", limit_text="每月", recurrence="monthly", due_on=None)
    done = task(checklist, items[1], "已经办结的任务")
    AssignmentFactory(duty=draft, department=units[0], status="draft")
    AssignmentFactory(duty=issued, department=units[0], status="accepted")
    AssignmentFactory(duty=issued, department=units[1], status="issued", is_lead=False)
    AssignmentFactory(duty=done, department=units[2], status="done")
    return {"gap": gap, "draft": draft, "issued": issued, "done": done}


def address(name, campaign, *args):
    return reverse(name, args=[campaign.pk, *args])


def shown(answer, table):
    text = answer.content.decode()
    return {name for name, duty in table.items() if f'id="duty-{duty.pk}"' in text}


ROLES = {
    "office": {"gap", "draft", "issued", "done"},
    "leader": {"gap", "issued", "done"},
    "inspector": {"gap", "issued", "done"},
    "head": {"gap", "issued", "done"},
}


def person(role, campaign, unit):
    return viewer(campaign, head_of=unit) if role == "head" else viewer(campaign, **{role: True})


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_the_issued_table_and_the_office_all_of_it(campaign, table, units, signed_in, role):
    answer = signed_in(person(role, campaign, units[0])).get(address("duty_list", campaign))

    assert shown(answer, table) == ROLES[role]


def test_progress_is_not_shown_to_units_but_their_own(campaign, table, units, signed_in):
    text = signed_in(viewer(campaign, head_of=units[1])).get(address("duty_list", campaign)).content.decode()

    own = text.split(f'id="duty-{table["issued"].pk}"')[1].split("</tr>")[0]
    other = text.split(f'id="duty-{table["done"].pk}"')[1].split("</tr>")[0]
    assert ("待签收" in own or "to be signed for" in own, "st-done" in other, "state=done" in text) == (True, False, False)
    assert "丙局" in other


def test_a_draft_unit_is_not_named_to_others(campaign, table, units, signed_in):
    AssignmentFactory(duty=table["issued"], department=units[2], status="draft", is_lead=False)

    text = signed_in(viewer(campaign, leader=True)).get(address("duty_list", campaign)).content.decode()

    row = text.split(f'id="duty-{table["issued"].pk}"')[1].split("</tr>")[0]
    assert ("乙局" in row, "丙局" in row) == (True, False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "gap"}, {"gap"}),
        ({"state": "draft"}, {"draft"}),
        ({"state": "issued"}, {"issued"}),
        ({"state": "done"}, {"done"}),
        ({"state": "late"}, {"done"}),
        ({"q": "办结"}, {"done"}),
        ({"q": "标准1"}, {"gap", "draft"}),
        ({"unit": "甲"}, {"draft", "issued"}),
        ({"unit": "乙局", "part": "lead"}, set()),
        ({"unit": "乙局", "part": "support"}, {"issued"}),
        ({"limit": "repeats"}, {"issued"}),
        ({"limit": "none", "state": "gap"}, {"gap"}),
        ({"project": "0002."}, {"issued", "done"}),
        ({"state": "nonsense", "checklist": "x", "group": "0"}, {"gap", "draft", "issued", "done"}),
    ],
)
def test_filters(campaign, table, office, signed_in, query, expected):
    assignment = table["done"].assignments.get()
    CheckpointFactory(assignment=assignment, due_on=datetime.date(2026, 1, 5))

    assert shown(signed_in(office).get(address("duty_list", campaign), query), table) == expected


def test_the_work_group_is_a_filter(campaign, table, units, office, signed_in):
    group = WorkGroupFactory(campaign=campaign)
    ParticipationFactory(campaign=campaign, department=units[2], work_group=group)

    assert shown(signed_in(office).get(address("duty_list", campaign), {"group": group.pk}), table) == {"done"}


@pytest.mark.parametrize(("role", "count"), [("office", 9), ("leader", 8), ("head", 9)])
def test_the_table_costs_the_same_for_one_and_three_rows(
    campaign, checklist, items, units, signed_in, django_assert_num_queries, role, count
):
    client = signed_in(person(role, campaign, units[0]))
    WorkGroupFactory(campaign=campaign)
    AssignmentFactory(duty=task(checklist, items[0], "一"), department=units[0])
    client.get(address("duty_list", campaign))

    with django_assert_num_queries(count):
        client.get(address("duty_list", campaign))
    for item in items:
        duty = task(checklist, item, "又一")
        AssignmentFactory(duty=duty, department=units[0])
        AssignmentFactory(duty=duty, department=units[1], is_lead=False)
    with django_assert_num_queries(count):
        client.get(address("duty_list", campaign))


def test_a_large_table_opens_one_project_and_pages_it(campaign, checklist, items, units, office, signed_in):
    for number in range(70):
        task(checklist, items[0], f"任务{number:02d}")
    last = task(checklist, items[1], "另一项目的任务")
    client = signed_in(office)

    first = client.get(address("duty_list", campaign)).content.decode()
    second = client.get(address("duty_list", campaign), {"page": 2}).content.decode()
    other = client.get(address("duty_list", campaign), {"project": "0002."}).content.decode()

    assert ("任务49" in first, "任务50" in first, "项目2" in first) == (True, False, True)
    assert "任务69" in second
    assert (f'id="duty-{last.pk}"' in other, "任务00" in other, "项目1" in other) == (True, False, True)


def test_empty_states_say_what_to_do(campaign, office, units, signed_in):
    for_office = signed_in(office).get(address("duty_list", campaign)).content.decode()
    for_head = signed_in(viewer(campaign, head_of=units[0])).get(address("duty_list", campaign))

    assert address("standard_list", campaign) in for_office
    assert for_head.status_code == 200


# --- one row -------------------------------------------------------------------------------------------


def form_of(duty, **data):
    return {"version": duty.version, "text": duty.text, "leads": "甲局", "supports": "乙局、丙局", "limit_text": "", **data}


def test_a_row_is_edited_in_its_place(campaign, table, office, signed_in):
    client, duty = signed_in(office), table["gap"]
    url = address("duty_edit", campaign, duty.pk)

    form = client.get(url, headers=HTMX).content.decode()
    saved = client.post(url, form_of(duty, limit_text="每月"), headers=HTMX)

    assert form.count("<tr") == 1
    assert 'name="leads"' in form
    assert (saved.status_code, saved.content.decode().count("<tr")) == (200, 1)
    assert "丙局" in saved.content.decode()
    assert duty.assignments.filter(status="draft").count() == 3


def test_the_same_by_a_plain_post(campaign, table, office, signed_in):
    client, duty = signed_in(office), table["gap"]
    url = address("duty_edit", campaign, duty.pk)

    page = client.get(url).content.decode()
    saved = client.post(url, form_of(duty))

    assert "<h1>" in page
    assert saved.url.endswith(f"#duty-{duty.pk}")


def test_a_new_limit_after_the_cut_off_day_is_pointed_out_once(campaign, table, office, signed_in):
    type(campaign).objects.filter(pk=campaign.pk).update(review_year=2098, cutoff_on=datetime.date(2098, 12, 10))
    client, duty = signed_in(office), table["gap"]
    url, said = address("duty_edit", campaign, duty.pk), "晚于活动截止日 2098年12月10日"

    pages = []
    for text in ("12月10日", "12月11日", "12月11日"):
        duty.refresh_from_db()
        pages.append(client.post(url, form_of(duty, limit_text=text), follow=True).text)

    assert [said in page for page in pages] == [False, True, False]


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize(
    ("data", "said"),
    [({"limit_text": "4月31日前"}, "4月31日"), ({"leads": "丁局"}, "丁局"), ({"text": ""}, 'name="text"')],
)
def test_a_wrong_form_says_so_beside_its_field_and_keeps_what_was_typed(campaign, table, office, signed_in, headers, data, said):
    duty = table["gap"]

    answer = signed_in(office).post(
        address("duty_edit", campaign, duty.pk), form_of(duty, measures="照旧", **data), headers=headers
    )

    text = answer.content.decode()
    assert (answer.status_code, said in text, "照旧" in text, "field-error" in text) == (422, True, True, True)
    assert not duty.assignments.exists()


def test_a_stale_form_loses_nothing_and_says_who_was_faster(campaign, table, office, signed_in):
    client, duty = signed_in(office), table["gap"]
    url = address("duty_edit", campaign, duty.pk)
    client.post(url, form_of(duty, measures="先写的"))

    late = client.post(url, form_of(duty, measures="后写的"))
    text = late.content.decode()
    duty.refresh_from_db()
    again = client.post(url, form_of(duty, measures="后写的"))  # with the version the page now carries

    assert (late.status_code, "后写的" in text, office.user.name in text) == (409, True, True)
    assert f'name="version" value="{duty.version}"' in text
    assert again.status_code == 302
    duty.refresh_from_db()
    assert duty.measures == "后写的"


@pytest.mark.parametrize("role", ["leader", "inspector", "head"])
def test_only_the_office_edits(campaign, table, units, signed_in, role):
    client = signed_in(person(role, campaign, units[0]))
    visible, draft = table["issued"], table["draft"]

    answers = [
        client.post(address("duty_edit", campaign, visible.pk), form_of(visible)).status_code,
        client.post(address("duty_edit", campaign, draft.pk), form_of(draft)).status_code,
        client.post(address("duty_split", campaign, visible.pk), {"version": 1, "texts": "一\n二"}).status_code,
        client.post(address("duty_assign", campaign), {"act": "lead", "pick": visible.pk}).status_code,
        client.post(address("duty_issue", campaign)).status_code,
    ]

    assert answers == [403, 404, 403, 403, 403]


def test_a_row_is_split_on_its_page(campaign, table, office, signed_in):
    duty = table["gap"]
    url = address("duty_split", campaign, duty.pk)
    client = signed_in(office)

    one = client.post(url, {"version": duty.version, "texts": "只有一条"})
    two = client.post(url, {"version": duty.version, "texts": "第一条\n第二条\n"})

    assert (one.status_code, two.status_code) == (422, 302)
    assert list(Duty.objects.filter(item=duty.item).values_list("text", flat=True)) == ["第一条", "第二条", "尚未下达的任务"]


# --- many ----------------------------------------------------------------------------------------------


def test_the_bar_leads_to_a_page_that_asks_and_then_does(campaign, table, office, signed_in):
    client, picks = signed_in(office), [table["gap"].pk, table["draft"].pk]
    url = address("duty_assign", campaign)

    bar = client.post(url, {"act": "lead", "pick": picks})
    page = client.get(bar.url)
    wrong = client.post(url, {"act": "lead", "pick": picks, "save": 1, "units": "不存在局"})
    done = client.post(url, {"act": "lead", "pick": picks, "save": 1, "units": "丙局"})

    assert (bar.status_code, page.status_code, wrong.status_code, done.status_code) == (302, 200, 422, 200)
    assert Assignment.objects.running().filter(is_lead=True, department__name="丙局", status="draft").count() == 2


def test_a_row_that_refuses_is_shown_with_its_reason(campaign, table, units, office, signed_in):
    table["issued"].assignments.filter(is_lead=True).update(status="disputed")
    picks = [table["gap"].pk, table["issued"].pk]

    answer = signed_in(office).post(address("duty_assign", campaign), {"act": "lead", "pick": picks, "save": 1, "units": "丙局"})

    text = answer.content.decode()
    assert (answer.status_code, "st-done" in text, "st-back" in text, "甲局" in text) == (200, True, True, True)


@pytest.mark.parametrize(("act", "data"), [("support", {"units": "乙局、丙局"}), ("limit", {"limit_text": "每季度"})])
def test_support_and_limits_for_many(campaign, table, office, signed_in, act, data):
    duty = table["gap"]

    answer = signed_in(office).post(address("duty_assign", campaign), {"act": act, "pick": duty.pk, "save": 1, **data})

    duty.refresh_from_db()
    assert answer.status_code == 200
    assert (duty.assignments.count(), duty.limit_text) == ((2, "") if act == "support" else (0, "每季度"))


def test_without_a_tick_the_bar_says_so(campaign, table, office, signed_in):
    answer = signed_in(office).post(address("duty_assign", campaign), {"act": "lead"})

    assert answer.url == address("duty_list", campaign)


def test_issuing_shows_first_and_then_does(campaign, table, units, office, signed_in):
    viewer(campaign, head_of=units[0])
    client = signed_in(office)
    past = table["gap"]
    past.due_on = datetime.date(2026, 1, 5)
    past.save()
    Duty.objects.filter(pk=table["draft"].pk).update(due_on=timezone.localdate())
    AssignmentFactory(duty=past, department=units[0], status="draft")

    page = client.get(address("duty_issue", campaign)).content.decode()
    before = set(Assignment.objects.values_list("status", flat=True))
    done = client.post(address("duty_issue", campaign))

    assert ("2026年1月5日" in page, "draft" in before) == (True, True)
    assert done.url == f"{address('duty_issue', campaign)}?pick={past.pk}"  # what was refused stays before the office
    assert table["draft"].assignments.get().status == "issued"
    assert past.assignments.get().status == "draft"


def test_issuing_says_what_goes_out_without_a_lead_and_what_stays_behind(campaign, units, office, signed_in):
    led, supported, _bare = (DutyFactory(campaign=campaign, due_on=timezone.localdate()) for _n in range(3))
    for duty, is_lead in ((led, True), (supported, False)):
        AssignmentFactory(duty=duty, department=units[0], is_lead=is_lead, status="draft")

    answer = signed_in(office).get(address("duty_issue", campaign))

    plan, page = answer.context["plan"], answer.content.decode()
    assert (len(plan.duties), plan.leadless, plan.bare) == (2, 1, 1)
    assert ("其中 1 项没有牵头单位" in page, "另有 1 项没有任何单位" in page) == (True, True)


@pytest.mark.parametrize(("days", "limit", "shown"), [(-1, None, True), (0, None, False), (-1, datetime.date(2026, 1, 5), False)])
def test_issuing_leads_to_the_cut_off_day_that_has_passed(days, limit, shown, campaign, units, office, signed_in):
    today = timezone.localdate()
    for due_on in (limit, today - datetime.timedelta(days=1)):
        duty = DutyFactory(campaign=campaign, due_on=due_on)
        AssignmentFactory(duty=duty, department=units[0], status="draft")
    type(campaign).objects.filter(pk=campaign.pk).update(cutoff_on=today + datetime.timedelta(days=days))

    page = signed_in(office).get(address("duty_issue", campaign)).text

    assert (address("campaign_edit", campaign) in page, "修改截止日期" in page) == (shown, shown)


@pytest.mark.parametrize(("review_year", "said"), [(2031, 2031), (None, timezone.localdate().year)])
def test_the_form_says_in_which_year_a_limit_without_one_lies(review_year, said, campaign, table, office, signed_in):
    type(campaign).objects.filter(pk=campaign.pk).update(review_year=review_year)
    client, pick = signed_in(office), table["gap"].pk

    one = client.get(address("duty_edit", campaign, pick)).text
    many = client.get(f"{address('duty_assign', campaign)}?act=limit&pick={pick}").text

    assert [f"不写年份的按{said}年计算" in page for page in (one, many)] == [True, True]


def test_a_choice_that_names_no_row_issues_nothing(campaign, table, office, signed_in):
    """Without a choice all drafts go out; with one that cannot be read none does."""
    Duty.objects.filter(pk=table["draft"].pk).update(due_on=timezone.localdate())

    signed_in(office).post(address("duty_issue", campaign), {"pick": ["²", "9" * 30]})

    assert table["draft"].assignments.get().status == "draft"


def test_the_bar_issues_the_chosen_rows(campaign, table, office, signed_in):
    bar = signed_in(office).post(address("duty_assign", campaign), {"act": "issue", "pick": table["draft"].pk})

    assert bar.url == f"{address('duty_issue', campaign)}?pick={table['draft'].pk}"
