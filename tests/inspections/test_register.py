"""Sites, their kinds, kinds of problems, limits, rounds, and the texts for chat groups: who may, what is kept, what it costs."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from campaigns.actions import open_campaign
from inspections.actions import kinds, rounds, sites
from inspections.chat import Line, chat_text
from inspections.models import LimitRule, ProblemKind, Round, Site, SiteKind
from tests.conftest import viewer
from tests.factories import (
    CampaignFactory,
    CheckpointFactory,
    DepartmentFactory,
    FindingFactory,
    ProblemKindFactory,
    RoundFactory,
    SiteFactory,
    SiteKindFactory,
    UserFactory,
)

TODAY = timezone.localdate()


def url(name, campaign, *args):
    return reverse(name, args=[campaign.pk, *args])


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def others(campaign):
    unit = DepartmentFactory(parent=campaign.host)
    return [viewer(campaign, inspector=True), viewer(campaign, leader=True), viewer(campaign, head_of=unit)]


# --- limits ---


def test_a_kind_without_limits_of_its_own_says_that_the_usual_ones_hold(campaign, office, signed_in):
    own, usual = (ProblemKindFactory(campaign=campaign, name=name) for name in ("消防安全", "环境卫生"))
    kinds.set_limit_rule(kind=own, severity="ordinary", amount=5, unit="days", by=office)

    page = signed_in(office).get(url("problem_kind_list", campaign)).content.decode()

    rows = {kind.name: page.partition(f">{kind.name}</a>")[2].partition("</tr>")[0] for kind in (own, usual)}
    assert ["按通用时限" in rows[kind.name] for kind in (own, usual)] == [False, True]
    assert "5 个工作日" in rows["消防安全"]


# --- sites ----------------------------------------------------------------------------------------


def test_a_kind_keeps_its_checks_in_order(campaign, office):
    kind = sites.save_site_kind(None, by=office, name="农贸市场", checks=["地面干净", "不占道"])
    kept = kind.checks.get(text="不占道").pk

    sites.save_site_kind(kind, by=office, name="农贸市场", checks=["不占道", "摆放整齐"], version=1)

    assert list(kind.checks.values_list("text", flat=True)) == ["不占道", "摆放整齐"]
    assert kind.checks.get(text="不占道").pk == kept


def test_a_site_belongs_to_the_host_and_all_its_campaigns(campaign, office):
    site = sites.save_site(None, by=office, kind=SiteKindFactory(host=campaign.host), name="青桐市场")
    second = CampaignFactory(host=campaign.host)

    assert list(Site.objects.visible_to(viewer(second, inspector=True))) == [site]
    assert list(Site.objects.visible_to(viewer(CampaignFactory(), office=True))) == []


def test_two_sites_of_a_kind_do_not_share_a_name(campaign, office):
    kind = SiteKindFactory(host=campaign.host)
    sites.save_site(None, by=office, kind=kind, name="青桐市场")

    with pytest.raises(ValidationError) as refused:
        sites.save_site(None, by=office, kind=kind, name="青桐市场")

    assert refused.value.error_dict["name"][0].code == "taken"
    assert (Site.objects.count(), Event.objects.count()) == (1, 1)


def test_contact_and_place_of_a_site_are_written_and_its_telephone_is_masked_in_the_list(campaign, office, signed_in):
    kind = SiteKindFactory(host=campaign.host)
    facts = {"kind": kind.pk, "name": "青桐市场", "contact": "赵示范", "phone": "13800005678", "longitude": "117.12"}
    client, address = signed_in(office), reverse("site_new", args=[campaign.pk])

    half = client.post(address, facts)
    far = client.post(address, facts | {"longitude": "36.65", "latitude": "117.12"})
    assert (half.status_code, far.status_code, Site.objects.count()) == (422, 422, 0)
    client.post(address, facts | {"latitude": "36°39′"})

    site = Site.objects.get()
    page = client.get(reverse("site_list", args=[campaign.pk])).content.decode()
    assert (site.contact, str(site.longitude), str(site.latitude)) == ("赵示范", "117.120000", "36.650000")
    assert ("138****5678" in page, "13800005678" in page) == (True, False)


def test_an_ended_site_stays_and_comes_back(campaign, office):
    site = SiteFactory(kind=SiteKindFactory(host=campaign.host))

    assert sites.end_site(site, by=office).is_active is False
    assert sites.revive_site(site, by=office).is_active is True
    assert [event.verb for event in Event.objects.order_by("pk")] == ["site.end", "site.revive"]


def test_a_unit_sees_the_sites_it_answers_for(campaign):
    unit, other = DepartmentFactory(parent=campaign.host), DepartmentFactory(parent=campaign.host)
    mine = [
        SiteFactory(kind=SiteKindFactory(host=campaign.host, line=unit)),
        SiteFactory(kind=SiteKindFactory(host=campaign.host), territory=unit),
        SiteFactory(kind=SiteKindFactory(host=campaign.host, line=other), line=unit),
    ]
    SiteFactory(kind=SiteKindFactory(host=campaign.host, line=unit), line=other)

    assert set(Site.objects.visible_to(viewer(campaign, head_of=unit))) == set(mine)


def test_only_the_office_writes_the_register(campaign, others):
    kind = SiteKindFactory(host=campaign.host)
    site = SiteFactory(kind=kind)
    for by in others:
        for act in (
            lambda by=by: sites.save_site_kind(None, by=by, name="x"),
            lambda by=by: sites.save_site(None, by=by, kind=kind, name="x"),
            lambda by=by: sites.end_site(site, by=by),
            lambda by=by: kinds.save_problem_kind(None, by=by, name="x"),
            lambda by=by: kinds.set_limit_rule(by=by, kind=None, severity="ordinary", amount=1, unit="days"),
            lambda by=by: rounds.save_round(None, by=by, name="x", starts_on=TODAY, ends_on=TODAY),
        ):
            with pytest.raises(PermissionDenied):
                act()
    assert (SiteKind.objects.count(), Site.objects.count(), Round.objects.count(), Event.objects.count()) == (1, 1, 0, 0)


# --- kinds of problems, limits --------------------------------------------------------------------


@pytest.mark.django_db
def test_opening_a_campaign_gives_the_usual_kinds_and_limits():
    keeper = UserFactory(is_superuser=True)
    campaign = open_campaign(
        name="示范县", kind="county", host=DepartmentFactory(kind="region"), cutoff_on=TODAY, office_name="创建办", by=keeper
    )

    assert (campaign.problem_kinds.count(), campaign.limit_rules.count()) == (12, 3)


def test_a_kind_has_its_own_limit_and_gives_it_back(campaign, office):
    kind = ProblemKindFactory(campaign=campaign)
    kinds.set_limit_rule(by=office, kind=kind, severity="ordinary", amount=4, unit="hours")
    kinds.set_limit_rule(by=office, kind=kind, severity="ordinary", amount=5, unit="hours")
    assert LimitRule.objects.values_list("kind", "amount", "unit").get() == (kind.pk, 5, "hours")

    kinds.set_limit_rule(by=office, kind=kind, severity="ordinary", amount=None, unit="hours")

    assert LimitRule.objects.count() == 0
    with pytest.raises(ValidationError):
        kinds.set_limit_rule(by=office, kind=None, severity="ordinary", amount=None, unit="days")


def test_a_stale_kind_is_refused(campaign, office):
    kind = ProblemKindFactory(campaign=campaign)
    kinds.save_problem_kind(kind, by=office, name="甲", version=1)

    with pytest.raises(ValidationError) as refused:
        kinds.save_problem_kind(kind, by=office, name="乙", version=1)

    assert (refused.value.code, ProblemKind.objects.get().name) == ("stale", "甲")


# --- rounds ---------------------------------------------------------------------------------------


def test_a_round_takes_inspectors_of_the_campaign_only(campaign, office):
    inspector, stranger = viewer(campaign, inspector=True), viewer(CampaignFactory(), inspector=True)
    round = rounds.save_round(None, by=office, name="第1轮", starts_on=TODAY, ends_on=TODAY, inspectors=[inspector.user])
    assert list(Round.objects.visible_to(inspector)) == [round]

    with pytest.raises(ValidationError) as refused:
        rounds.save_round(round, by=office, name="第1轮", starts_on=TODAY, ends_on=TODAY, inspectors=[stranger.user])

    assert refused.value.error_dict["inspectors"][0].code == "not_inspector"
    assert list(round.inspectors.all()) == [inspector.user]


def test_a_round_does_not_end_before_it_begins(campaign, office):
    with pytest.raises(ValidationError):
        rounds.save_round(None, by=office, name="x", starts_on=TODAY, ends_on=TODAY - datetime.timedelta(days=1))

    assert Round.objects.count() == 0


def test_units_never_see_a_round(campaign):
    RoundFactory(campaign=campaign)

    assert list(Round.objects.visible_to(viewer(campaign, head_of=DepartmentFactory(parent=campaign.host)))) == []


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "make", "queries"),
    [
        ("site_list", lambda campaign: SiteFactory(kind=SiteKindFactory(host=campaign.host)), 9),
        ("site_kind_list", lambda campaign: SiteKindFactory(host=campaign.host), 7),
        ("round_list", lambda campaign: RoundFactory(campaign=campaign), 7),
        ("problem_kind_list", lambda campaign: ProblemKindFactory(campaign=campaign), 7),
        ("chat_text", lambda campaign: FindingFactory(campaign=campaign), 9),
    ],
)
def test_lists_cost_the_same_for_one_and_three_rows(campaign, office, signed_in, name, make, queries, django_assert_num_queries):
    client = signed_in(office)
    make(campaign)
    with django_assert_num_queries(queries):
        assert client.get(url(name, campaign)).status_code == 200
    make(campaign), make(campaign)
    with django_assert_num_queries(queries):
        assert client.get(url(name, campaign)).status_code == 200


def test_round_detail_costs_the_same_for_one_and_three_findings(campaign, office, signed_in, django_assert_num_queries):
    round = RoundFactory(campaign=campaign)
    client = signed_in(office)
    for count in (1, 3):
        while round.findings.count() < count:
            FindingFactory(campaign=campaign, round=round, lead=DepartmentFactory(parent=campaign.host))
        with django_assert_num_queries(13):
            assert client.get(round.get_absolute_url()).status_code == 200


def test_sites_are_filtered_by_kind_area_unit_state_and_words(campaign, office, signed_in):
    town, unit = DepartmentFactory(parent=campaign.host, kind="town"), DepartmentFactory(parent=campaign.host)
    wanted = SiteFactory(kind=SiteKindFactory(host=campaign.host, line=unit), territory=town, name="青桐市场", address="人民路")
    other = SiteFactory(kind=SiteKindFactory(host=campaign.host))
    ended = SiteFactory(kind=wanted.kind, is_active=False)
    client = signed_in(office)

    for query, rows in {
        ("kind", wanted.kind_id): [wanted],
        ("territory", town.pk): [wanted],
        ("line", unit.pk): [wanted],
        ("q", "青桐"): [wanted],
        ("q", "人民"): [wanted],
        ("state", "ended"): [ended],
        ("state", ""): [wanted, other],
    }.items():
        page = client.get(url("site_list", campaign), dict([query])).context["page"]
        assert set(page.object_list) == set(rows), query


def test_the_office_fills_the_register_without_a_script(campaign, office, signed_in):
    client = signed_in(office)
    unit, town = DepartmentFactory(parent=campaign.host), DepartmentFactory(parent=campaign.host, kind="town")
    client.post(url("site_kind_new", campaign), {"name": "农贸市场", "line": unit.pk, "checks": "地面干净\n\n不占道\n地面干净"})
    kind = SiteKind.objects.get()
    assert [check.text for check in kind.checks.all()] == ["地面干净", "不占道"]

    client.post(url("site_new", campaign), {"kind": kind.pk, "name": "青桐市场", "territory": town.pk})
    site = Site.objects.get()
    facts = {"kind": kind.pk, "name": "青桐农贸市场", "version": 1}
    assert client.post(url("site_edit", campaign, site.pk), facts).status_code == 302
    stale = client.post(url("site_edit", campaign, site.pk), facts | {"name": "别的名字"})
    assert stale.status_code == 409 and "别的名字" in stale.content.decode()
    client.post(url("site_end", campaign, site.pk), {"act": "end"})
    site.refresh_from_db()
    assert (site.name, site.is_active) == ("青桐农贸市场", False)


def test_the_office_makes_a_round_of_kinds_of_sites(campaign, office, signed_in):
    inspector = viewer(campaign, inspector=True)
    site = SiteFactory(kind=SiteKindFactory(host=campaign.host))
    SiteFactory(kind=site.kind, is_active=False)
    facts = {
        "name": "第1轮",
        "starts_on": TODAY,
        "ends_on": TODAY,
        "inspectors": [inspector.user.pk],
        "site_kinds": [site.kind_id],
    }

    answer = signed_in(office).post(url("round_new", campaign), facts)

    round = Round.objects.get()
    assert (answer.url, list(round.sites.all())) == (round.get_absolute_url(), [site])
    wrong = signed_in(office).post(url("round_edit", campaign, round.pk), facts | {"ends_on": TODAY - datetime.timedelta(days=1)})
    assert wrong.status_code == 422 and "结束日期早于开始日期" in wrong.content.decode()


def test_limits_are_set_on_one_page(campaign, office, signed_in):
    kind = ProblemKindFactory(campaign=campaign)
    client = signed_in(office)
    days = {
        f"{severity}-{name}": value for severity in ("ordinary", "serious") for name, value in (("amount", 2), ("unit", "days"))
    }

    assert client.post(url("limit_edit", campaign), days).status_code == 422  # the third is missing
    assert client.post(url("limit_edit", campaign) + f"?kind={kind.pk}", days).status_code == 302
    assert set(kind.limitrule_set.values_list("severity", "amount")) == {("ordinary", 2), ("serious", 2)}


@pytest.mark.parametrize(
    "name", ["site_new", "site_kind_new", "round_new", "problem_kind_list", "problem_kind_new", "limit_edit", "chat_text"]
)
def test_what_the_office_sets_up_is_closed_to_others(campaign, others, signed_in, name):
    for person in others:
        assert signed_in(person).get(url(name, campaign)).status_code == 403


# --- chat texts -----------------------------------------------------------------------------------

DAY = datetime.date(2026, 3, 5)


def test_the_text_for_a_chat_group_names_numbers_and_limits_only():
    text = chat_text(
        "县城市管理局",
        findings=[Line("2026-0002", DAY, 1), Line("2026-0001", DAY, -3), Line("2026-0003", DAY, 0)],
        checkpoints=[Line("", DAY, 4), Line("", DAY, -1)],
        link="https://portal.example/c/1/",
        office="示范县创建办",
    )

    assert text.splitlines() == [
        "【示范县创建办】县城市管理局：",
        "待整改问题3件，其中已逾期1件：",
        "问题2026-0001：时限3月5日，已逾期3个工作日",
        "问题2026-0003：今天到期",
        "问题2026-0002：时限3月5日，还剩1个工作日",
        "待提交任务节点2个，其中已逾期1个；最早到期的一个：时限3月5日，已逾期1个工作日。",
        "请登录平台办理：https://portal.example/c/1/",
    ]


def test_nothing_late_is_not_spoken_of():
    row = Line("2026-0001", DAY, 1)

    lines = chat_text("甲局", findings=[row], checkpoints=[row], link="x", office="y").splitlines()

    assert (lines[1], lines[3]) == ("待整改问题1件：", "待提交任务节点1个；最早到期的一个：时限3月5日，还剩1个工作日。")


def test_one_group_gets_all_texts_at_once(campaign, office, signed_in):
    client = signed_in(office)
    FindingFactory(campaign=campaign)
    assert client.get(url("chat_text", campaign)).context["together"] == ""
    FindingFactory(campaign=campaign)

    context = client.get(url("chat_text", campaign)).context

    assert context["together"] == "\n\n".join(one["text"] for one in context["texts"])


def test_texts_stand_in_official_order(campaign, office, signed_in):
    units = [DepartmentFactory(parent=campaign.host, position=place) for place in (8, 3, 5)]
    for unit in units:
        FindingFactory(campaign=campaign, lead=unit)

    texts = signed_in(office).get(url("chat_text", campaign)).context["texts"]

    assert [one["unit"] for one in texts] == [units[1], units[2], units[0]]


def test_a_site_lies_in_a_town_and_belongs_to_a_unit_that_is_none(campaign, office, signed_in):
    unit = DepartmentFactory(parent=campaign.host)
    client = signed_in(office)
    form = client.get(url("site_new", campaign)).context["form"]
    assert [list(form.fields[name].queryset) for name in ("territory", "line")] == [[unit], [unit]]
    town = DepartmentFactory(parent=campaign.host, kind="town")

    form = client.get(url("site_new", campaign)).context["form"]

    assert [list(form.fields[name].queryset) for name in ("territory", "line")] == [[town], [unit]]


@pytest.mark.parametrize("name", ["site_new", "round_new"])
def test_without_a_kind_of_site_the_form_leads_to_making_one(campaign, office, signed_in, name):
    client, way = signed_in(office), url("site_kind_new", campaign)
    assert way in client.get(url(name, campaign)).content.decode()
    SiteKindFactory(host=campaign.host)

    assert way not in client.get(url(name, campaign)).content.decode()


def test_a_long_list_is_cut_and_says_how_many_more():
    rows = [Line(f"2026-{n:04d}", DAY, n) for n in range(1, 16)]

    lines = chat_text("甲局", findings=rows, checkpoints=[], link="x", office="y").splitlines()

    assert (len(lines), lines[-2]) == (16, "另有3件，请登录平台查看")


def test_the_page_has_one_text_per_unit_that_owes_something(campaign, office, signed_in):
    late = FindingFactory(campaign=campaign, text="某处垃圾", place="某某家门口")
    due = CheckpointFactory(assignment__duty__campaign=campaign)
    FindingFactory(campaign=campaign, status="submitted")
    CheckpointFactory(assignment__duty__campaign=campaign, due_on=timezone.localdate() + datetime.timedelta(days=30))
    CheckpointFactory(assignment__duty__campaign=campaign, assignment__status="ended")

    answer = signed_in(office).get(url("chat_text", campaign))

    assert {one["unit"] for one in answer.context["texts"]} == {late.lead, due.department}
    page = answer.content.decode()
    assert late.number in page and "某处垃圾" not in page and "某某家门口" not in page
    alone = signed_in(office).get(url("chat_text", campaign), {"unit": late.lead_id})
    assert [one["unit"] for one in alone.context["texts"]] == [late.lead]
