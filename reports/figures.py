"""The numbers of a weekly bulletin, each with the rows behind it.

Source: docs/glossary.md, "weekly bulletin"; the definitions are printed under the table of every issue.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.calendars import calendar_of
from campaigns.models import Campaign, Participation
from inspections.models import Finding, FindingDispute, Rectification, Severity
from reports.models import Bulletin
from reports.ranking import change_of, ranks, rate_of

WORST = 5  # at most so many problems are shown with photos
GRAVE_FIRST = {Severity.AT_ONCE: 0, Severity.SERIOUS: 1, Severity.ORDINARY: 2}
REST, ALL = "其他单位", "责任单位"  # printed: units without a ranking group, and all of them where there is no group
COLUMNS = ("found", "due", "in_time", "waiting", "late")


@dataclass
class Row:
    """One unit's week, or the sum of all. Every number is a list of finding ids, so that it opens to its rows.

    found 新增; due 应办结; in_time 按期办结; waiting 待核查 (of those due); late 逾期.
    """

    department_id: int | None = None
    name: str = ""
    found: list[int] = field(default_factory=list)
    due: list[int] = field(default_factory=list)
    in_time: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    rank: int | None = None

    @property
    def counted(self) -> int:
        """The denominator of the rate: due less waiting."""
        return len(self.due) - len(self.waiting)

    @property
    def rate(self) -> Fraction | None:
        return rate_of(in_time=len(self.in_time), due=len(self.due), waiting=len(self.waiting))


@dataclass
class Group:
    name: str
    rows: list[Row]


@dataclass
class Late:
    """One late finding; days: working days past the limit at the cut."""

    finding_id: int
    days: int


@dataclass
class Figures:
    """A week's figures. cut: the moment they describe, the end of the week or earlier."""

    monday: str
    cut: str
    total: Row
    groups: list[Group]
    late: list[Late]  # longest late first, then severity
    last_rate: list[int] | None  # last week's rate as [in_time, counted]; None when it had nothing to count

    @property
    def change(self) -> Fraction | None:
        """Against last week, in rate (0-1); None when either denominator was 0."""
        return change_of(self.total.rate, Fraction(*self.last_rate) if self.last_rate else None)

    @property
    def worst(self) -> list[Late]:
        return self.late[:WORST]

    def rows_behind(self, column: str, department_id: int | None = None) -> list[int]:
        """Ids of the findings behind one printed number; KeyError for a column that is none."""
        if column not in COLUMNS:
            raise KeyError(column)
        if department_id is None:
            return getattr(self.total, column)
        rows = [row for group in self.groups for row in group.rows if row.department_id == department_id]
        return getattr(rows[0], column) if rows else []

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Figures":
        groups = [Group(group["name"], [Row(**row) for row in group["rows"]]) for group in data["groups"]]
        late = [Late(**row) for row in data["late"]]
        return cls(data["monday"], data["cut"], Row(**data["total"]), groups, late, data["last_rate"])


def week_of(monday: date) -> tuple[datetime, datetime]:
    """[Monday 0:00, next Monday 0:00) in the portal's time zone; ValueError if `monday` is none."""
    if monday.weekday():
        raise ValueError(f"{monday} is not a Monday")
    start = timezone.make_aware(datetime.combine(monday, time()))
    return start, start + timedelta(days=7)


def weekly_figures(campaign: Campaign, *, monday: date, now: datetime) -> Figures:
    """The figures of the week as they stood at its end, or at `now` if it is not over. A fixed number of queries.

    Units: the participants of the week, in official order inside their ranking group; findings of a unit
    below a participant count for the participant.
    """
    start, end = week_of(monday)
    cut = min(now, end)
    findings = Finding.objects.filter(campaign=campaign)
    units, groups, unit_of = _participants(campaign, monday, cut)
    total = Row(name=campaign.name)
    for column, rows in _columns(findings, start, end, cut).items():
        for pk, lead in rows:
            getattr(total, column).append(pk)
            if (unit := unit_of(lead)) is not None:
                getattr(units[unit], column).append(pk)
    for group in groups:
        for row, rank in zip(group.rows, ranks([(row.rate, row.counted) for row in group.rows]), strict=True):
            row.rank = rank
    return Figures(
        monday=monday.isoformat(),
        cut=timezone.localtime(cut).isoformat(),
        total=total,
        groups=groups,
        late=_late(campaign, total.late, cut),
        last_rate=_last_rate(campaign, findings, start),
    )


def _columns(findings: QuerySet[Finding], start: datetime, end: datetime, cut: datetime) -> dict[str, list[tuple[int, int]]]:
    """Column -> (finding, lead unit) pairs, by the definitions."""
    issued = findings.exclude(issued_at=None)
    due = issued.exclude(status__in=[Finding.Status.VOID, Finding.Status.PARKED, Finding.Status.DRAFT]).filter(
        due_at__gt=start, due_at__lte=end
    )
    chosen = {
        "found": issued.filter(issued_at__gte=start, issued_at__lt=cut),
        "due": due,
        "in_time": due.filter(status=Finding.Status.CLOSED, in_time=True),
        "waiting": due.filter(status=Finding.Status.SUBMITTED),
        "late": late_at(issued, cut),
    }
    return {column: list(rows.order_by("pk").values_list("pk", "lead")) for column, rows in chosen.items()}


def late_at(findings: QuerySet[Finding], cut: datetime) -> QuerySet[Finding]:
    """Findings whose clock was past the limit at the moment `cut`, as far as the rows still tell."""
    answered = Rectification.objects.filter(finding=OuterRef("pk"), at__lt=cut).exclude(
        outcome=Rectification.Outcome.RETURNED, verified_at__lt=cut
    )
    objected = FindingDispute.objects.filter(finding=OuterRef("pk"), at__lt=cut).filter(Q(ruled_at=None) | Q(ruled_at__gte=cut))
    return (
        findings.filter(issued_at__lt=cut, due_at__lt=cut)
        .exclude(status__in=[Finding.Status.VOID, Finding.Status.PARKED, Finding.Status.DRAFT])
        .filter(Q(closed_at=None) | Q(closed_at__gte=cut))
        .exclude(Exists(answered))
        .exclude(Exists(objected))
    )


def _participants(campaign: Campaign, monday: date, cut: datetime):
    """({unit id: its row}, groups of rows, function: lead unit id -> participant's id or None)."""
    taking_part = list(
        Participation.objects.on(max(monday, timezone.localdate(cut - timedelta(seconds=1))))
        .filter(campaign=campaign)
        .select_related("department", "ranking_group")
        .order_by(
            F("ranking_group__position").asc(nulls_last=True), "ranking_group__pk", "department__position", "department__pk"
        )
    )
    in_groups = any(p.ranking_group_id for p in taking_part)
    units = {p.department_id: Row(p.department_id, p.department.name) for p in taking_part}
    names = defaultdict(list)
    for p in taking_part:
        # A unit without a group is not lost: without any group all units are one, else they come last.
        name = p.ranking_group.name if p.ranking_group_id else REST if in_groups else ALL
        names[name].append(units[p.department_id])
    above = _units_above({p.department.path: p.department_id for p in taking_part}, campaign)
    return units, [Group(name, rows) for name, rows in names.items()], above.get


def _units_above(paths: dict[str, int], campaign: Campaign) -> dict[int, int]:
    """Department id -> id of the nearest participant at or above it."""
    found = {}
    below = type(campaign.host).objects.under(campaign.host).values_list("pk", "path")
    for pk, path in below:
        parts = path.rstrip(".").split(".")
        for length in range(len(parts), 0, -1):
            unit = paths.get(".".join(parts[:length]) + ".")
            if unit is not None:
                found[pk] = unit
                break
    return found


def _late(campaign: Campaign, ids: Iterable[int], cut: datetime) -> list[Late]:
    calendar = calendar_of(campaign)
    on = timezone.localdate(cut - timedelta(seconds=1))
    rows = Finding.objects.filter(pk__in=list(ids)).values_list("pk", "due_on", "severity")
    late = [(calendar.workdays_between(due_on, on), GRAVE_FIRST[severity], pk) for pk, due_on, severity in rows]
    return [Late(pk, days) for days, _grave, pk in sorted(late, key=lambda row: (-row[0], row[1], row[2]))]


def _last_rate(campaign: Campaign, findings: QuerySet[Finding], start: datetime) -> list[int] | None:
    """As last week's issue printed it, so that two printed rates and their change agree; counted anew if none was printed."""
    monday = timezone.localdate(start) - timedelta(days=7)
    printed = Bulletin.objects.published().filter(campaign=campaign, monday=monday).order_by("-published_at", "-pk").first()
    if printed:
        total = Row(**printed.figures["week"]["total"])
        return [len(total.in_time), total.counted] if total.counted else None
    columns = _columns(findings, start - timedelta(days=7), start, start)
    count = Counter({name: len(rows) for name, rows in columns.items()})
    counted = count["due"] - count["waiting"]
    return [count["in_time"], counted] if counted else None
