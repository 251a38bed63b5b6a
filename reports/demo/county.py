"""示范县: the county campaign, from its opening to this week's draft bulletin."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import cycle

from django.utils import timezone

from accounts.departments import make_department, make_group
from accounts.models import Department, User
from campaigns.actions import add_participations, end_member, name_deputy, open_campaign, set_start
from campaigns.actions import groups as lists
from campaigns.calendars import calendar_of
from campaigns.models import Campaign, RankingGroup, Role, WorkGroup
from campaigns.viewer import viewer_for
from checklists.actions.assignments import LIVE
from checklists.actions.shares import move_share, share_out
from checklists.models import Checkpoint, Item
from checklists.workbench import own_checkpoints
from inspections.actions.rounds import save_round
from inspections.actions.sites import save_site, save_site_kind
from inspections.models import Site
from reports import actions
from reports.demo import places
from reports.demo.cast import Cast
from reports.demo.county_standard import TEXT
from reports.demo.findings import PAST, RECENT, Sighting, Stage, plan_week
from reports.demo.sheets_in import take_in
from reports.demo.standard_rules import draft_next_edition
from reports.demo.tasks import Tasks
from reports.demo.timeline import Timeline, moment, monday_of
from reports.demo.workbooks import county_lines

WEEKS = 5  # of findings
BUSIEST = "县住建局"  # behind the demo's door of a head and a liaison: work waits for it every day
SECTIONS = ("物业科", "市政科")  # of the busiest unit
PUBLISHED = (4, 3, 2)  # bulletins of so many weeks ago
LEVELS = ("测评项目", "测评内容", "测评标准")
# kind of site -> content of the standard whose criteria a finding there touches
CONTENTS = {
    "主次干道": "主次干道",
    "背街小巷": "背街小巷",
    "农贸市场": "农贸市场",
    "住宅小区": "小区物业",
    "公园广场": "公园广场",
    "公共厕所": "便民设施",
    "政务大厅": "大厅服务",
    "医院": "医疗服务",
    "学校周边": "校园周边",
    "商场超市": "市容秩序",
    "公交站点": "公共交通",
    "建筑工地": "建筑工地",
}
WORDS = {  # what the office adds to its bulletins beside the sentences by rule
    "overview": (
        "\n督查组采取不打招呼、直奔现场的方式，对照测评标准实地查看主次干道、背街小巷、农贸市场、住宅小区等点位，发现的问题当日录入平台、"
        "当日交办。从检查情况看，主次干道和公园广场总体保持较好，沿街公益广告更新及时；农贸市场积水、小区楼道堆物、学校周边停车等问题"
        "仍有反复，个别点位整改后未落实长效管护，出现边改边犯的现象。\n各责任单位总体能够按时签收、按期反馈，县市场监管局、县卫健局对交办"
        "问题专题研究、现场调度，整改质量较上周有所提高；少数单位反馈内容简单、整改后照片角度不一致，已由核查人员退回重新整改。\n从问题类别看，环境卫生、设施破损、乱停乱放三类问题较为集中，约占本周新增问题的六成。其中背街小巷和"
        "农贸市场周边的垃圾清运、污水外溢问题，主要是清运频次不够、排水设施老化所致；住宅小区楼道堆物和飞线充电问题，主要是物业巡查"
        "不到位、居民安全意识不强所致；学校、医院周边的停车问题，集中发生在上下学和就诊高峰时段，需要公安、教育、卫健、属地街道共同"
        "疏导。\n从责任落实看，大部分单位建立了每日巡查、当日反馈的工作机制，县政务服务局、县交通运输局对交办问题即知即改，并主动排查"
        "同类点位；和平街道、望江街道组织社区干部和志愿者分片包干，小区和沿街商户的配合程度明显提高。但也有少数单位签收不及时，临近时限"
        "才安排整改，个别问题虽已整改但没有落实日常管护人员，存在反弹隐患。\n从任务推进看，各牵头单位按照责任分解表报送佐证材料，材料"
        "总体齐全、规范。县创建办在审核中发现，部分材料只有总结没有过程，缺少签到、照片和具体数据，已退回补充。请各牵头单位对照测评标准"
        "逐条自查，做到有部署、有落实、有记录、有成效，避免年底集中补材料，切实减轻基层负担。"
    ),
    "next": (
        "\n一要压实责任。主要负责人要过问逾期问题，分管负责人要到现场督办，做到一件一策、限时销号。二要举一反三。对多次出现的同类问题，"
        "在本系统、本辖区全面排查，防止一处整改、多处反弹。三要注重长效。落实巡查、保洁、管护责任，明确到人，避免突击整治。四要如实"
        "反馈。整改后照片应与整改前同一角度，不得以整改方案代替整改结果。县创建办将会同有关部门对已销号问题开展回头看。"
    ),
}


class County:
    """Built step by step; `plan` puts its past on the timeline."""

    def __init__(self, keeper: User, timeline: Timeline, names: Iterator[str]):
        self.keeper, self.timeline, self.names = keeper, timeline, names
        self.today = timezone.localdate(timeline.end)
        self.first = monday_of(self.today, weeks_ago=WEEKS)
        self.opened = moment(self.first - timedelta(days=10))
        self.issued = moment(self.first - timedelta(days=3), 15)
        self.departments: dict[str, Department] = {}
        self.sections: list[Department] = []

    def plan(self) -> Campaign:
        self._open()
        self._make_units()
        self._hire()
        lines = county_lines(TEXT, self.today, self.cast.heads())
        title = "示范县文明县创建测评体系"
        kinds = {content: kind for kind, content in CONTENTS.items()}
        office = self.cast.office
        self.checklist = take_in(lines, by=office, title=title, headings=LEVELS, at=self.issued, site_kinds=kinds)
        drafted = self.timeline.end - timedelta(days=1)
        self.timeline.plan(drafted, lambda at: draft_next_edition(self.checklist.standard, by=office, at=at))
        calendar = calendar_of(self.campaign)
        Tasks(self.cast, self.timeline, calendar, self.issued, self.departments["县住建局"]).plan(self.campaign)
        self.timeline.plan(self.timeline.end, self._share_out)
        self._make_sites()
        self._plan_findings(Stage(self.cast, calendar, self.timeline, self.departments))
        self._plan_bulletins()
        return self.campaign

    def _open(self) -> None:
        self.host = make_department(None, name="示范县", kind=Department.Kind.REGION, by=self.keeper, at=self.opened)
        self.campaign = open_campaign(
            name="示范县文明县创建",
            kind=Campaign.Kind.COUNTY,
            grade=Campaign.Grade.PROVINCIAL,
            honour="省级文明县",
            host=self.host,
            cutoff_on=self.today + timedelta(days=120),
            assessment_from=self.today + timedelta(days=130),
            assessment_until=self.today + timedelta(days=134),
            review_year=(self.today + timedelta(days=130)).year,
            office_name="示范县文明创建工作办公室",
            headquarters_name="示范县文明创建工作指挥部",
            headquarters_head="示范指挥长",
            bulletin_name="示范县文明创建工作简报",
            bulletin_report_to="县委、县政府主要负责同志，县文明创建工作指挥部领导同志。",
            bulletin_send_to="县委办公室、县政府办公室，县人大常委会办公室、县政协办公室。",
            bulletin_issue_to="各乡镇党委、人民政府，各街道党工委、办事处，县直各责任单位。",
            bulletin_copies=80,
            by=self.keeper,
            at=self.opened,
        )
        self.opener = viewer_for(self.keeper, self.campaign)

    def _make_units(self) -> None:
        lists_of = {"各乡镇": places.TOWNS, "各街道": places.STREETS}
        for name in [*places.COUNTY_UNITS, *places.TOWNS, *places.STREETS]:
            kind = Department.Kind.TOWN if name in places.TOWNS + places.STREETS else Department.Kind.UNIT
            aliases = [places.ALIASES[name]] if name in places.ALIASES else []
            self.departments[name] = make_department(
                self.host, name=name, kind=kind, aliases=aliases, by=self.opener, at=self.opened
            )
        for name, members in lists_of.items():
            units = [self.departments[one] for one in members]
            make_group(self.host, name=name, members=units, by=self.opener, at=self.opened)
        work = lists.make_group(WorkGroup, campaign=self.campaign, name="环境秩序组", by=self.opener, at=self.opened)
        ranked = {"县直单位": places.COUNTY_UNITS, "乡镇": places.TOWNS, "街道": places.STREETS}
        for name, members in ranked.items():
            group = lists.make_group(RankingGroup, campaign=self.campaign, name=name, by=self.opener, at=self.opened)
            add_participations(
                self.campaign,
                departments=[self.departments[one] for one in members],
                ranking_group=group,
                work_group=work if name == "街道" else None,
                by=self.opener,
                at=self.opened,
            )
        set_start(self.campaign, kind="bulletin", year=0, start=61, by=self.opener, at=self.opened)
        set_start(self.campaign, kind="bulletin", year=self.first.year, start=11, by=self.opener, at=self.opened)

    def _hire(self) -> None:
        self.cast = Cast(self.campaign, self.opener, "county", self.names, self.opened)
        self.cast.hire(Role.OFFICE, title="创建办主任")
        self.cast.hire(Role.OFFICE, title="创建办干事")
        self.cast.hire(Role.INSPECTOR, title="督查一组")
        self.cast.hire(Role.INSPECTOR, title="督查二组")
        self.cast.hire(Role.LEADER, title="分管领导")
        for name in [BUSIEST, *[name for name in self.departments if name != BUSIEST]]:
            self.cast.hire(Role.HEAD, self.departments[name], title="主要负责人")
            if name != "县税务局":  # one unit has no liaison: its head is told
                self.cast.hire(Role.LIAISON, self.departments[name], title="联络员")
        busy = self.departments[BUSIEST]
        for name in SECTIONS:
            section = make_department(busy, name=name, kind=Department.Kind.SECTION, by=self.opener, at=self.opened)
            self.sections.append(section)
            self.cast.hire(Role.LIAISON, section, title="科长")
        membership = self.campaign.memberships.get(user=self.keeper)
        end_member(membership, by=self.cast.office, at=self.opened)

    def _share_out(self, at: datetime) -> None:
        """The busiest unit hands its nearest tasks on to its sections; a deputy acts for its liaison for some days."""
        busy, today = self.departments[BUSIEST], timezone.localdate(at)
        head = self.cast.head(busy)
        sections = self.sections
        rows = own_checkpoints(head).filter(status=Checkpoint.Status.OPEN, due_on__gt=today, department=busy)
        for number, checkpoint in enumerate(rows.filter(assignment__status__in=LIVE)[:2]):
            due_on = min(checkpoint.due_on, today + timedelta(days=2 + number))
            shares = share_out(
                checkpoint, to=sections, text="" if number else "排查问题、列出清单", due_on=due_on, by=head, at=at
            )
            if not number:
                chief = self.cast.liaison(sections[0])
                move_share(shares[0], move="finish", by=chief, note="已排查，问题清单已交办公室", at=at)
        away = self.campaign.memberships.get(role=Role.LIAISON, department=busy)
        deputy = self.cast.one(Role.LIAISON, sections[1]).user
        name_deputy(away, user=deputy, starts_on=today, ended_on=today + timedelta(days=4), by=head, at=at)

    def _make_sites(self) -> None:
        office, territory = self.cast.office, cycle(places.STREETS + places.TOWNS[:2])
        self.sites: list[Site] = []
        for kind_name, (line, checks, names) in places.SITES.items():
            kind = save_site_kind(
                None, by=office, name=kind_name, line=self.departments[line], checks=list(checks), at=self.opened
            )
            for name in names.split():
                area = self.departments[next(territory)]
                facts = {"address": f"{area.name}{name}", "contact": "" if kind_name in places.STREET_KINDS else "管理办公室"}
                self.sites.append(save_site(None, by=office, kind=kind, name=name, territory=area, at=self.opened, **facts))

    def _sights(self) -> Iterator[Sighting]:
        """Sites and problems in turn, so that kinds and units mix."""
        criteria = {}
        for item in Item.objects.filter(standard=self.checklist.standard, is_leaf=True).select_related("parent").order_by("path"):
            criteria.setdefault(item.parent.text, []).append(item)
        problems = {name: cycle(rows) for name, rows in places.PROBLEMS.items()}  # none comes again before all were seen
        for number in cycle(range(len(self.sites) * 4)):
            site = self.sites[(number * 7) % len(self.sites)]
            items = criteria[CONTENTS[site.kind.name]][: number % 3]
            yield Sighting(site, next(problems[site.kind.name]), tuple(items))

    def _plan_findings(self, stage: Stage) -> None:
        sights, number = self._sights(), 1
        inspectors = self.cast.people[Role.INSPECTOR, None]
        for week in range(WEEKS):
            monday = self.first + timedelta(weeks=week)
            round_ = self._round(stage, monday, inspectors, is_covert=week % 2 == 1)
            number = plan_week(stage, sights, PAST, round=round_, first=number, days=self._workdays(stage, monday))
        this_week = monday_of(self.today)
        round_ = self._round(stage, this_week, inspectors, is_covert=False)
        days = [stage.calendar.add_workdays(self.today, -1), stage.calendar.add_workdays(self.today, -2)]
        plan_week(stage, sights, RECENT, round=round_, first=number, days=days)

    def _workdays(self, stage: Stage, monday: date) -> list[date]:
        days = [monday + timedelta(days=n) for n in range(5)]
        return [day for day in days if stage.calendar.is_workday(day)] or days

    def _round(self, stage: Stage, monday: date, inspectors: list[User], *, is_covert: bool):
        turn = (monday.day - 1) // 7 + 1
        name = f"{monday.month}月第{turn}轮{'暗访' if is_covert else '督查'}"
        sunday = monday + timedelta(days=6)
        return save_round(
            None,
            by=self.cast.office,
            name=name,
            starts_on=monday - timedelta(days=4),
            ends_on=sunday,
            is_covert=is_covert,
            inspectors=inspectors,
            sites=self.sites[:12],
            at=self.opened,
        )

    def _plan_bulletins(self) -> None:
        for weeks_ago in PUBLISHED:
            monday = monday_of(self.today, weeks_ago=weeks_ago)
            self.timeline.plan(moment(monday + timedelta(days=7), 16), lambda at, monday=monday: self._publish(monday, at))
        self.timeline.plan(self.timeline.end, self._write_newest)

    def _write_newest(self, at: datetime) -> None:
        """Last week's waits for the leader's signature, the running week's is a draft."""
        last = compose_draft(self.cast, monday_of(self.today, weeks_ago=1), at)
        actions.move_bulletin(last, move="review", by=self.cast.office, at=at)
        compose_draft(self.cast, monday_of(self.today), at)

    def _publish(self, monday: date, at: datetime) -> None:
        bulletin = compose_draft(self.cast, monday, at)
        office, clerk = self.cast.one(Role.OFFICE), self.cast.one(Role.OFFICE, number=1)
        for move, by in (("review", office), ("sign", self.cast.one(Role.LEADER)), ("publish", clerk)):
            bulletin = actions.move_bulletin(bulletin, move=move, by=by, at=at)


def compose_draft(cast: Cast, monday: date, at: datetime):
    """The week's draft with the office's own words after those by rule."""
    clerk = cast.one(Role.OFFICE, number=1)
    draft = actions.compose_bulletin(cast.campaign, monday=monday, by=clerk, at=at)
    texts = actions.texts_by_rule(draft)
    sections = texts | {name: texts[name] + words for name, words in WORDS.items()}
    return actions.edit_bulletin(draft, by=clerk, version=draft.version, title=draft.title, sections=sections, at=at)
