"""The backward plan on paper: landscape A3 and A4, in Chinese whoever asks, heads on every page, the same bytes for the same plan."""

import datetime
import re

import pytest
from django.urls import reverse

from accounts.models import User
from checklists.gantt import ROW, TOP, Bar, draw, split
from checklists.models import Duty
from checklists.plan import read_plan
from reports.plan_paper import ROWS, plan_pdf
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CampaignFactory, ChecklistFactory, DepartmentFactory, DutyFactory, ItemFactory
from tests.reports.printed import MM, pages_of

D = datetime.date
TODAY = D(2026, 3, 2)
MANY = 90


@pytest.fixture
def campaign(db):
    return CampaignFactory(
        name="示范县", office_name="示范县创建办", assessment_from=D(2026, 6, 15), assessment_until=D(2026, 6, 17)
    )


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def tasks(campaign):
    checklist = ChecklistFactory(campaign=campaign)
    item = ItemFactory(standard=checklist.standard, text="组织领导")
    unit = DepartmentFactory(parent=campaign.host, name="示范局")
    duties = [
        DutyFactory(campaign=campaign, checklist=checklist, item=item, text=f"第{number}项工作。", position=number)
        for number in range(1, MANY + 1)
    ]
    for duty in duties:
        AssignmentFactory(duty=duty, department=unit, status="issued")
    return duties


def texts(pdf):
    return ["".join((page.extract_text() or "").split()) for page in pages_of(pdf)]


@pytest.mark.parametrize(("paper", "size"), [("A3", (420, 297)), ("A4", (297, 210))])
def test_the_paper_lies_across_and_every_page_has_its_heads(campaign, office, tasks, paper, size):
    pdf = plan_pdf(read_plan(office, today=TODAY), campaign, paper=paper)

    pages = pages_of(pdf)
    assert {(round(page.width / MM), round(page.height / MM)) for page in pages} == {size}
    chart, *lists = texts(pdf)
    assert [
        word in chart for word in ("示范县创建工作倒排计划", "测评日期：2026年6月15日", "制表日期：2026年3月2日", "组织领导")
    ] == [True] * 4
    assert [f"—{number}—" in text for number, text in enumerate(lists, 2)] == [True] * len(lists)
    with_tasks = [text for text in (chart, *lists) if "项工作。" in text]
    assert len(with_tasks) > 1
    assert ["序号工作任务牵头单位最迟开始计划完成日情况" in text for text in with_tasks] == [True] * len(with_tasks)
    assert sorted({int(number) for text in with_tasks for number in re.findall(r"第(\d+)项工作。", text)}) == list(
        range(1, MANY + 1)
    )
    assert "示范局" in with_tasks[0]


def test_the_wall_chart_has_its_sheet_to_itself(campaign, office, tasks):
    sheets = texts(plan_pdf(read_plan(office, today=TODAY), campaign, paper="A3"))

    assert ["各阶段安排" in text for text in sheets[:2]] == [False, True]
    assert "各阶段安排" in texts(plan_pdf(read_plan(office, today=TODAY), campaign, paper="A4"))[0]


def test_the_same_plan_gives_the_same_bytes_in_any_language(campaign, office, tasks, signed_in, settings):
    User.objects.filter(pk=office.user.pk).update(language="en")
    client = signed_in(User.objects.get(pk=office.user.pk))

    answers = [client.get(reverse("plan_paper", args=[campaign.pk, "A4"])) for _n in range(2)]

    assert [answer["Content-Type"] for answer in answers] == ["application/pdf"] * 2
    assert answers[0].content == answers[1].content
    assert re.findall(r"[A-Za-z]{2,}", "".join(texts(answers[0].content))) == []


def test_a_unit_s_paper_has_its_own_tasks(campaign, tasks):
    other = DepartmentFactory(parent=campaign.host)

    text = "".join(texts(plan_pdf(read_plan(viewer(campaign, head_of=other), today=TODAY), campaign, paper="A4")))

    assert ("各阶段安排" in text, "项工作。" in text) == (True, False)


def test_no_paper_without_a_day_of_assessment_and_of_no_other_size(campaign, office, signed_in):
    client = signed_in(office)
    statuses = [client.get(reverse("plan_paper", args=[campaign.pk, paper])).status_code for paper in ("A4", "A5")]
    campaign.assessment_from = campaign.assessment_until = None
    campaign.save()
    statuses.append(client.get(reverse("plan_paper", args=[campaign.pk, "A4"])).status_code)
    assert statuses == [200, 404, 404]


def test_a_long_chart_goes_on_the_next_page_under_the_same_months():
    bars = [Bar(str(number), D(2026, 1, 1), D(2026, 1, 1) + datetime.timedelta(days=number)) for number in range(ROWS + 2)]
    chart = draw(bars)

    first, second = split(chart, most=ROWS)

    assert (len(first.rows), len(second.rows)) == (ROWS, 2)
    assert [row.x for row in second.rows] == [row.x for row in chart.rows[ROWS:]]
    assert second.rows[0].middle == first.rows[0].middle == TOP + ROW / 2
    assert second.months == chart.months
    assert second.height < first.height


def test_the_paper_asks_a_fixed_number_of_queries(campaign, office, tasks, django_assert_num_queries):
    plan = read_plan(office, today=TODAY)
    for limit in (1, MANY):
        few = plan.__class__(plan.stages, plan.starts[:limit], plan.projects, plan.assessment, plan.shortage, plan.today)
        with django_assert_num_queries(1):
            plan_pdf(few, campaign, paper="A4")
    assert Duty.objects.count() == MANY
