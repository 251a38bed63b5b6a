"""The two smaller campaigns: a unit of the county, and a city with two checklists."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.departments import make_department
from accounts.models import Department, User
from campaigns.actions import add_participations, end_member, open_campaign
from campaigns.actions import groups as lists
from campaigns.calendars import calendar_of
from campaigns.models import Campaign, RankingGroup, Role
from campaigns.viewer import viewer_for
from checklists.models import Checklist
from inspections.actions.rounds import save_round
from inspections.actions.sites import save_site, save_site_kind
from reports import actions
from reports.demo import places
from reports.demo.cast import Cast
from reports.demo.city_standards import MAIN, MINORS
from reports.demo.material import Material
from reports.demo.sheets_in import take_in
from reports.demo.tasks import Tasks
from reports.demo.timeline import Timeline, moment, monday_of
from reports.demo.unit_standard import SECTIONS, TEXT
from reports.demo.workbooks import county_lines, unit_lines


def plan_unit(keeper: User, timeline: Timeline, names: Iterator[str], host: Department, boss: User) -> Campaign:
    """示范县政务服务局, a unit of the county; boss: its head there, who is its office here."""
    today = timezone.localdate(timeline.end)
    first = monday_of(today, weeks_ago=5)
    opened, issued = moment(first - timedelta(days=10)), moment(first - timedelta(days=3), 15)
    campaign = open_campaign(
        name="县政务服务局文明单位创建",
        kind=Campaign.Kind.UNIT,
        grade=Campaign.Grade.MUNICIPAL,
        honour="市级文明单位",
        host=host,
        cutoff_on=today + timedelta(days=60),
        assessment_from=today + timedelta(days=70),
        assessment_until=today + timedelta(days=70),
        office_name="县政务服务局创建办",
        bulletin_name="政务服务局文明创建简报",
        by=keeper,
        at=opened,
    )
    opener = viewer_for(keeper, campaign)
    cast = Cast(campaign, opener, "unit", names, opened)
    cast.invite(boss, Role.OFFICE)
    cast.hire(Role.OFFICE, title="创建专干")
    cast.hire(Role.LEADER, title="分管局长")
    sections = [make_department(host, name=name, kind=Department.Kind.SECTION, by=opener, at=opened) for name in SECTIONS]
    group = lists.make_group(RankingGroup, campaign=campaign, name="科室", by=opener, at=opened)
    add_participations(campaign, departments=sections, ranking_group=group, by=opener, at=opened)
    for section in sections:
        cast.hire(Role.HEAD, section, title="科长")
        cast.hire(Role.LIAISON, section, title="联络员")
    end_member(campaign.memberships.get(user=keeper), by=cast.office, at=opened)
    title = "市级文明单位测评体系"
    take_in(unit_lines(TEXT, today, cast.heads()), by=cast.office, title=title, headings=("测评项目", "测评标准"), at=issued)
    Material(cast, timeline, campaign).plan()
    Tasks(cast, timeline, calendar_of(campaign), issued, sections[0]).plan(campaign)
    timeline.plan(timeline.end, lambda at: _write_issue(cast, at))
    return campaign


def plan_city(keeper: User, timeline: Timeline, names: Iterator[str]) -> Campaign:
    """示范市 with two districts and the checklist about minors beside the main one."""
    today = timezone.localdate(timeline.end)
    first = monday_of(today, weeks_ago=3)
    opened, issued = moment(first - timedelta(days=10)), moment(first - timedelta(days=3), 15)
    host = make_department(None, name="示范市", kind=Department.Kind.REGION, by=keeper, at=opened)
    campaign = open_campaign(
        name="示范市文明城市创建",
        kind=Campaign.Kind.CITY,
        honour="全国文明城市",
        host=host,
        cutoff_on=today + timedelta(days=90),
        assessment_from=today + timedelta(days=100),
        assessment_until=today + timedelta(days=110),
        office_name="示范市文明创建办公室",
        headquarters_name="示范市创建指挥部",
        bulletin_name="示范市文明创建简报",
        by=keeper,
        at=opened,
    )
    opener = viewer_for(keeper, campaign)
    cast = Cast(campaign, opener, "city", names, opened)
    cast.hire(Role.OFFICE, title="创建办副主任")
    cast.hire(Role.LEADER, title="分管领导")
    cast.hire(Role.INSPECTOR, title="督查组")
    for group_name, members, kind in (
        ("市直单位", places.CITY_UNITS, Department.Kind.UNIT),
        ("各区", places.DISTRICTS, Department.Kind.REGION),
    ):
        group = lists.make_group(RankingGroup, campaign=campaign, name=group_name, by=opener, at=opened)
        units = [make_department(host, name=name, kind=kind, by=opener, at=opened) for name in members]
        add_participations(campaign, departments=units, ranking_group=group, by=opener, at=opened)
        for unit in units:
            cast.hire(Role.HEAD, unit, title="主要负责人")
            cast.hire(Role.LIAISON, unit, title="联络员")
    spare = host.children.get(name="市城管局")
    end_member(campaign.memberships.get(user=keeper), by=cast.office, at=opened)
    for title, text, kind in (
        ("示范市文明城市测评体系", MAIN, Checklist.Kind.MAIN),
        ("示范市未成年人思想道德建设测评体系", MINORS, Checklist.Kind.MINORS),
    ):
        lines = county_lines(text, today, cast.heads())
        take_in(lines, by=cast.office, title=title, headings=("测评项目", "测评内容", "测评标准"), at=issued, kind=kind)
    Tasks(cast, timeline, calendar_of(campaign), issued, spare).plan(campaign)
    _plan_round(cast, host, first, today, issued)
    timeline.plan(timeline.end, lambda at: _write_issue(cast, at))
    return campaign


def _write_issue(cast: Cast, at: datetime) -> None:
    """Last week's bulletin by rule, waiting for the leader's signature."""
    monday = monday_of(timezone.localdate(at), weeks_ago=1)
    clerk = cast.one(Role.OFFICE, number=1)  # who drafts does not review, where there are two
    draft = actions.compose_bulletin(cast.campaign, monday=monday, by=clerk, at=at)
    actions.move_bulletin(draft, move="review", by=cast.office, at=at)


def _plan_round(cast: Cast, host: Department, first: date, today: date, at: datetime) -> None:
    """A round that runs until the end of this week, over a few places of the city."""
    kind = save_site_kind(None, by=cast.office, name="主次干道", checks=["路面平整", "停放有序"], at=at)
    districts = [host.children.get(name=name) for name in places.DISTRICTS]
    sites = [
        save_site(None, by=cast.office, kind=kind, name=name, territory=districts[number % 2], at=at)
        for number, name in enumerate(("中山示范路", "东湖示范路", "西门示范街", "新港示范大街"))
    ]
    save_round(
        None,
        by=cast.office,
        name="全市实地督查",
        starts_on=first,
        ends_on=monday_of(today) + timedelta(days=6),
        inspectors=cast.people[Role.INSPECTOR, None],
        sites=sites,
        at=at,
    )
