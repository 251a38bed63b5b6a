"""What is proposed for a finding: tables of cases over plain values, and once over the campaign's rows."""

import datetime

import pytest
from django.utils import timezone

from inspections.actions.kinds import give_defaults
from inspections.actions.proposals import propose
from inspections.models import LimitRule, ProblemKind
from inspections.proposals import Answerer, KindWords, Proposal, Rule, limit_for, propose_kind, propose_units
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    DepartmentFactory,
    ProblemKindFactory,
    SiteFactory,
    SiteKindFactory,
)

KINDS = [
    KindWords(1, "环境卫生", "垃圾、积水、杂物"),
    KindWords(2, "乱停乱放", "停放，单车 占用盲道"),
    KindWords(3, "消防安全", "消防、飞线充电"),
    KindWords(4, "乱拉乱挂", "飞线、线缆"),
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("北门地面积水", 1),
        ("单车占道停放", 2),
        ("楼道飞线充电", 3),  # the longer word wins over 飞线
        ("飞线低垂", 4),
        ("乱停乱放严重", 2),  # the name itself
        ("垃圾桶旁单车", 1),  # two words of one length: the first kind
        ("墙面脱落", None),
        ("", None),
    ],
)
def test_the_kind_is_proposed_by_its_words(text, kind):
    found = propose_kind(text, KINDS)

    assert (found.kind_id if found else None) == kind


ITEM, LINE, KIND, TOWN = 11, 12, 13, 14
PROBLEM = KindWords(1, "环境卫生", "", line=KIND)


@pytest.mark.parametrize(
    ("given", "proposed"),
    [
        ({}, []),
        ({"territory": TOWN}, [Proposal(TOWN, "territory")]),
        ({"site_line": LINE, "site_kind": "农贸市场"}, [Proposal(LINE, "line", "农贸市场")]),
        (
            {"site_line": LINE, "site_kind": "农贸市场", "territory": TOWN},
            [Proposal(LINE, "line", "农贸市场"), Proposal(TOWN, "territory")],
        ),
        ({"kind": PROBLEM, "site_line": LINE}, [Proposal(KIND, "kind", "环境卫生")]),
        (
            {"answerers": [Answerer(ITEM, "3-1"), Answerer(LINE, "3-2")], "kind": PROBLEM, "territory": TOWN},
            [Proposal(ITEM, "item", "3-1"), Proposal(TOWN, "territory")],
        ),
        ({"answerers": [Answerer(TOWN, "3-1")], "territory": TOWN}, [Proposal(TOWN, "item", "3-1")]),
        ({"kind": KindWords(2, "其他", "")}, []),
    ],
)
def test_who_answers_for_item_or_line_leads_and_the_territory_supports(given, proposed):
    assert propose_units(**given) == proposed


RULES = [Rule(None, "ordinary", 3, "days"), Rule(7, "ordinary", 4, "hours"), Rule(None, "at_once", 1, "days")]


@pytest.mark.parametrize(
    ("severity", "kind", "rule"),
    [
        ("ordinary", None, RULES[0]),
        ("ordinary", 8, RULES[0]),
        ("ordinary", 7, RULES[1]),
        ("at_once", 7, RULES[2]),
        ("serious", 7, Rule(None, "serious", 3, "days")),
    ],
)
def test_the_limit_of_the_kind_wins_then_of_any_kind_then_three_days(severity, kind, rule):
    assert limit_for(severity, kind, RULES) == rule


@pytest.fixture
def market(campaign):
    line, town = DepartmentFactory(parent=campaign.host), DepartmentFactory(parent=campaign.host, kind="town")
    return SiteFactory(kind=SiteKindFactory(host=campaign.host, name="农贸市场", line=line), territory=town)


def test_over_the_campaigns_rows_every_unit_comes_with_its_reason(campaign, market):
    kind = ProblemKindFactory(campaign=campaign, name="环境卫生", words="积水")
    LimitRule.objects.create(campaign=campaign, kind=kind, severity="ordinary", amount=4, unit="hours")
    at = timezone.make_aware(datetime.datetime(2026, 3, 4, 9))

    proposed = propose(campaign, text="地面积水", severity="ordinary", site=market, at=at)

    assert (proposed.kind, proposed.kind_by_words) == (kind, True)
    assert [(unit.department, unit.reason) for unit in proposed.units] == [
        (market.kind.line, "主管农贸市场"),
        (market.territory, "属地"),
    ]
    assert proposed.clock.due_at == timezone.make_aware(datetime.datetime(2026, 3, 4, 14, 30))  # 4 hours, noon left out


def test_the_lead_of_the_items_task_is_proposed_first(campaign, market):
    led = AssignmentFactory(duty__campaign=campaign)
    led.duty.item.code = "3-1-2"
    led.duty.item.save()

    proposed = propose(campaign, severity="ordinary", site=market, items=[led.duty.item])

    assert (proposed.lead.department, proposed.lead.reason) == (led.department, "条目3-1-2的牵头单位")
    assert [unit.department for unit in proposed.supporting] == [market.territory]


@pytest.mark.parametrize("part", [{"status": "draft"}, {"is_lead": False}], ids=["not handed out yet", "supporting"])
def test_only_who_leads_the_task_and_has_it_already_is_proposed_for_its_item(campaign, market, part):
    other = AssignmentFactory(duty__campaign=campaign, **part)

    proposed = propose(campaign, severity="ordinary", site=market, items=[other.duty.item])

    assert [unit.department for unit in proposed.units] == [market.kind.line, market.territory]


def test_the_line_of_the_site_itself_comes_before_that_of_its_kind(campaign, market):
    market.line = DepartmentFactory(parent=campaign.host)

    assert propose(campaign, severity="ordinary", site=market).lead.department == market.line


def test_a_kind_of_problem_that_is_used_no_more_is_not_proposed(campaign):
    ProblemKindFactory(campaign=campaign, name="积水", words="积水", is_active=False)

    assert propose(campaign, text="地面积水", severity="ordinary").kind is None


@pytest.mark.django_db
def test_a_unit_campaign_has_no_territory_unit():
    campaign = CampaignFactory(has_territory=False)
    town = DepartmentFactory(parent=campaign.host, kind="town")
    site = SiteFactory(kind=SiteKindFactory(host=campaign.host), territory=town)

    assert propose(campaign, severity="ordinary", site=site).units == []


def test_a_new_campaign_has_twelve_kinds_and_three_limits_once(campaign):
    give_defaults(campaign)
    give_defaults(campaign)

    assert ProblemKind.objects.filter(campaign=campaign).count() == 12
    limits = LimitRule.objects.filter(campaign=campaign).values_list("kind", "severity", "amount", "unit")
    assert set(limits) == {(None, "ordinary", 3, "days"), (None, "serious", 3, "days"), (None, "at_once", 1, "days")}


def test_proposing_costs_a_fixed_number_of_queries(campaign, market, django_assert_num_queries):
    give_defaults(campaign)
    site = type(market).objects.select_related("kind").get(pk=market.pk)

    with django_assert_num_queries(5):  # kinds, rulings, units, rules, calendar
        propose(campaign, text="地面积水", severity="ordinary", site=site)
