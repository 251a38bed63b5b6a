"""What becomes of the demo's findings: a handful of stories, each a list of acts some working days apart."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import cycle
from uuid import UUID, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Department
from campaigns.files import store_upload
from campaigns.models import Role, StoredFile
from campaigns.worktime import Calendar
from inspections.actions.extensions import ask_extension, rule_extension
from inspections.actions.findings import move_finding
from inspections.actions.recording import report_finding
from inspections.models import Finding, Round, Site, Source
from reports.demo.cast import Cast
from reports.demo.pictures import photo
from reports.demo.timeline import Timeline, moment

KEYS = UUID("6f6a0f0e-0000-4000-8000-000000000000")
STREETS = 4  # so many faces of a street are drawn


@dataclass
class Stage:
    """Where the stories play: the campaign's people, calendar, units, and the photos drawn so far."""

    cast: Cast
    calendar: Calendar
    timeline: Timeline
    departments: dict[str, Department]

    def __post_init__(self):
        self.photo = cache(self._photo)

    def _photo(self, scene: str, street: int, after: bool) -> StoredFile:
        """One stored file per picture; findings that show the same scene share it."""
        name = f"{'整改后' if after else '整改前'}.jpg"
        upload = SimpleUploadedFile(name, photo(scene, street, after=after), "image/jpeg")
        return store_upload(upload, campaign=self.cast.campaign, by=self.cast.office, kinds=("photo",))

    def later(self, at: datetime, days: int, hours: int = 1) -> datetime:
        """So many working days after `at`, at the same hour; 0 days: some hours on."""
        if days == 0:
            return at + timedelta(hours=hours)
        local = timezone.localtime(at)
        return moment(self.calendar.add_workdays(local.date(), days), local.hour, local.minute)


@dataclass
class Case:
    """One finding on its way. fix: what the unit says it did; number: its place in the demo, which decides small things."""

    stage: Stage
    finding: Finding
    fix: str
    scene: str
    street: int
    number: int

    def _move(self, move: str, by, at: datetime, **data) -> None:
        self.finding = move_finding(self.finding, move=move, by=by, at=at, **data)

    @property
    def unit(self):
        return self.stage.cast.head(self.finding.lead_id)

    @property
    def helper(self):
        return self.stage.cast.liaison(self.finding.lead_id)

    @property
    def inspector(self):
        return self.stage.cast.one(Role.INSPECTOR, number=self.number)

    def issue(self, at):
        self._move("issue", self.stage.cast.office, at)

    def accept(self, at):
        self._move("accept", self.helper, at)

    def submit(self, at):
        picture = self.stage.photo(self.scene, self.street, True)
        self._move("submit", self.helper if self.number % 3 else self.unit, at, text=self.fix, files=(picture,))

    def close(self, at):
        how = Finding.How.ON_SITE if self.number % 4 else Finding.How.ONLINE
        self._move("close", self.stage.cast.office if self.number % 5 == 0 else self.inspector, at, how=how)

    def send_back(self, at):
        self._move("return", self.inspector, at, how=Finding.How.ON_SITE, reason="现场复核仍有残留，请彻底整改后重新反馈")

    def dispute(self, at):
        self._move("dispute", self.unit, at, reason="该处不在本单位管护范围内，请核实责任单位", proposed=self.other_unit)

    @property
    def other_unit(self):
        name = "县城管局" if self.finding.lead.name != "县城管局" else "县住建局"
        return self.stage.departments[name]

    def refuse(self, at):
        self._move("rule", self.stage.cast.office, at, upheld=False, reason="经现场核实，该处属责任分解表中本单位职责")

    def uphold(self, at):
        self._move("rule", self.stage.cast.office, at, upheld=True, department=self.other_unit, reason="经核实，调整责任单位")

    def transfer(self, at):
        self._move("transfer", self.stage.cast.office, at, department=self.other_unit, reason="按职责分工改派")

    def ask(self, at):
        day = self.stage.calendar.add_workdays(self.finding.due_on, 4)
        self.extension = ask_extension(self.finding, by=self.unit, proposed_on=day, reason="需采购材料，申请延长时限", at=at)

    def grant(self, at):
        rule_extension(self.extension, by=self.stage.cast.office, grant=True, at=at)

    def deny(self, at):
        rule_extension(self.extension, by=self.stage.cast.office, grant=False, note="工作量不大，请按原时限完成", at=at)

    def park(self, at):
        day = timezone.localdate(at) + timedelta(days=60)
        self._move("park", self.stage.cast.office, at, plan="纳入老旧管网改造计划，分两个月实施", until=day)

    def resume(self, at):
        self._move("resume", self.stage.cast.office, at)

    def void(self, at):
        self._move("void", self.stage.cast.office, at, reason="与另一件重复登记")

    def relapse(self, at):
        self._move("relapse", self.stage.cast.office, at, reason="回头看发现同类问题反弹")


# Story -> (working days after the act before, act). "draft" and "on_the_spot" are told by how the finding is recorded.
STORIES: dict[str, tuple[tuple[int, Callable[[Case, datetime], None]], ...]] = {
    "on_time": ((1, Case.accept), (1, Case.submit), (1, Case.close)),
    "at_once": ((0, Case.submit), (1, Case.close)),
    "returned": ((1, Case.accept), (1, Case.submit), (1, Case.send_back), (1, Case.submit), (1, Case.close)),
    "late": ((1, Case.accept), (5, Case.submit), (1, Case.close)),
    "neglected": ((1, Case.accept),),
    "half_done": ((1, Case.accept), (1, Case.submit), (1, Case.send_back)),
    "unread": (),
    "refused": ((1, Case.dispute), (1, Case.refuse), (1, Case.submit), (1, Case.close)),
    "upheld": ((1, Case.dispute), (1, Case.uphold), (1, Case.accept), (1, Case.submit), (1, Case.close)),
    "transferred": ((1, Case.transfer), (1, Case.submit), (1, Case.close)),
    "extended": ((1, Case.accept), (0, Case.ask), (1, Case.grant), (3, Case.submit), (1, Case.close)),
    "denied": ((1, Case.accept), (0, Case.ask), (0, Case.deny), (1, Case.submit), (1, Case.close)),
    "parked": ((1, Case.accept), (1, Case.park)),
    "resumed": ((1, Case.accept), (1, Case.park), (6, Case.resume), (2, Case.submit), (1, Case.close)),
    "void": ((0, Case.void),),
    "relapsed": ((1, Case.submit), (1, Case.close), (6, Case.relapse)),
    "waiting": ((0, Case.accept), (0, Case.submit)),
    "sent_back": ((0, Case.accept), (0, Case.submit), (0, Case.send_back)),
    "disputed": ((0, Case.dispute),),
    "asking": ((0, Case.accept), (0, Case.ask)),
    "draft": (),
    "on_the_spot": (),
}
# A week of the past, then the last two working days, whose stories end in the open.
PAST = (
    "on_time on_time at_once on_time returned on_time on_the_spot late on_time on_time refused on_time extended on_time "
    "upheld on_time at_once relapsed on_time void transferred on_time parked denied half_done on_time at_once resumed "
    "neglected late"
).split()
RECENT = "waiting disputed asking sent_back draft unread waiting neglected on_the_spot draft".split()


def tell(case: Case, story: str, at: datetime) -> None:
    """Plan the acts of the story after `at`, each when the one before is done."""
    _next(case, iter(STORIES[story]), at)


def _next(case: Case, steps: Iterator, at: datetime) -> None:
    step = next(steps, None)
    if step is None:
        return
    days, act = step

    def do(at):
        act(case, at)
        _next(case, steps, at)

    case.stage.timeline.plan(case.stage.later(at, days), do)


@dataclass(frozen=True)
class Sighting:
    """A problem that can be seen at a site: its texts and the picture."""

    site: Site
    problem: tuple
    items: tuple


def record(stage: Stage, sight: Sighting, story: str, *, round: Round, number: int, at: datetime) -> None:
    """Record the finding as its inspector, let the office issue it an hour later, and tell its story."""
    text, _kind, severity, fix, scene = sight.problem
    street = number % STREETS
    inspector = stage.cast.one(Role.INSPECTOR, number=number)
    after = [stage.photo(scene, street, True)] if story == "on_the_spot" else []
    finding = report_finding(
        by=inspector,
        key=uuid5(KEYS, f"{stage.cast.campaign.pk}:{number}"),
        text=text,
        site=sight.site,
        severity=severity,
        source=Source.COVERT if round.is_covert else Source.INSPECTION,
        round=round,
        items=sight.items,
        photos=[stage.photo(scene, street, False)],
        after_photos=after,
        at=at,
    )
    if story in ("draft", "on_the_spot"):
        return
    case = Case(stage, finding, fix, scene, street, number)

    def issue(at):
        case.issue(at)
        tell(case, story, at)

    stage.timeline.plan(at + timedelta(hours=1), issue)


def plan_week(stage: Stage, sights: Iterator[Sighting], stories, *, round: Round, first: int, days: list) -> int:
    """Plan the recording of a week's findings over its days; return the number after the last."""
    hours = cycle((9, 10, 11, 14, 15))
    number = first
    for number, story in enumerate(stories, first):
        sight, day = next(sights), days[number % len(days)]

        def do(at, sight=sight, story=story, number=number):
            record(stage, sight, story, round=round, number=number, at=at)

        stage.timeline.plan(moment(day, next(hours), number % 50), do)
    return number + 1
