"""The numbers of a weekly bulletin, each with the rows behind it.

Source: docs/glossary.md, "weekly bulletin"; the definitions are printed under the table of every issue.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from django.db.models import F, QuerySet
from django.utils import timezone

from campaigns.calendars import calendar_of
from campaigns.models import Campaign, Participation
from inspections.models import Finding, FindingSpell, Severity
from reports.models import Bulletin
from reports.ranking import change_of, ranks, rate_of

WORST = 5  # at most so many problems are shown with photos
GRAVE_FIRST = {Severity.AT_ONCE: 0, Severity.SERIOUS: 1, Severity.ORDINARY: 2}
REST, ALL = "其他单位", "责任单位"  # printed: units without a ranking group, and all of them where there is no group
COLUMNS = ("found", "due", "in_time", "waiting", "late")
RATED = ("in_time", "due", "waiting", "counted")  # what a rate is made of; "counted" is its denominator
LAST = tuple(f"last_{column}" for column in RATED)


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
    def counted(self) -> list[int]:
        """The denominator of the rate: due less waiting."""
        waiting = set(self.waiting)
        return [pk for pk in self.due if pk not in waiting]

    @property
    def every(self) -> list[int]:
        return [pk for column in COLUMNS for pk in getattr(self, column)]

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
    last: Row | None = None  # the rows of that rate; None in issues frozen before they were kept
    last_issue: int | None = None  # the printed bulletin they stand in; None when they were counted anew
    late_units: int | None = None  # units that are late, also where they take no part; None in issues frozen before it was kept

    @property
    def change(self) -> Fraction | None:
        """Against last week, in rate (0-1); None when either denominator was 0."""
        return change_of(self.total.rate, Fraction(*self.last_rate) if self.last_rate else None)

    @property
    def worst(self) -> list[Late]:
        return self.late[:WORST]

    @property
    def outside(self) -> set[int]:
        """Findings of units that take no part: in the sum of all, in no group."""
        inside = {pk for group in self.groups for row in group.rows for pk in row.every}
        return set(self.total.every) - inside

    def row_of(self, department_id: int) -> Row | None:
        """The row of one unit; None for a unit that takes no part."""
        rows = [row for group in self.groups for row in group.rows if row.department_id == department_id]
        return rows[0] if rows else None

    def rows_behind(self, column: str, department_id: int | None = None) -> list[int]:
        """Ids of the findings behind one printed number; KeyError for a column that is none. "last_due": of last week's rate."""
        if column in LAST:
            return getattr(self.last, column.removeprefix("last_")) if self.last else []
        if column not in COLUMNS + RATED:
            raise KeyError(column)
        row = self.total if department_id is None else self.row_of(department_id)
        return getattr(row, column) if row else []

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Figures":
        groups = [Group(group["name"], [Row(**row) for row in group["rows"]]) for group in data["groups"]]
        late = [Late(**row) for row in data["late"]]
        last = Row(**data["last"]) if data.get("last") else None
        total, more = Row(**data["total"]), (data.get("last_issue"), data.get("late_units"))
        return cls(data["monday"], data["cut"], total, groups, late, data["last_rate"], last, *more)


def week_of(monday: date) -> tuple[datetime, datetime]:
    """[Monday 0:00, next Monday 0:00) in the portal's time zone; ValueError if `monday` is none."""
    if monday.weekday():
        raise ValueError(f"{monday} is not a Monday")
    start = timezone.make_aware(datetime.combine(monday, time()))
    return start, start + timedelta(days=7)


def weekly_figures(campaign: Campaign, *, monday: date, now: datetime) -> Figures:
    """The figures of the week as they stood at its end, or at `now` if it is not over. A fixed number of queries.

    Taken later they are the same, whatever was done since: every column reads how the findings stood at the cut.
    Units: the participants of the week, in official order inside their ranking group; findings of a unit
    below a participant count for the participant. Source: docs/adr/0007-figures-as-of-the-cut.md.
    """
    start, end = week_of(monday)
    cut = min(now, end)
    units, groups, unit_of = _participants(campaign, monday, cut)
    total, columns = Row(name=campaign.name), _columns(campaign, start, cut)
    for column, rows in columns.items():
        for pk, lead in rows:
            getattr(total, column).append(pk)
            if (unit := unit_of(lead)) is not None:
                getattr(units[unit], column).append(pk)
    for group in groups:
        for row, rank in zip(group.rows, ranks([(row.rate, len(row.counted)) for row in group.rows]), strict=True):
            row.rank = rank
    last, last_issue = _last_week(campaign, monday - timedelta(days=7))
    return Figures(
        monday=monday.isoformat(),
        cut=timezone.localtime(cut).isoformat(),
        total=total,
        groups=groups,
        late=_late(campaign, total.late, cut),
        last_rate=[len(last.in_time), len(last.counted)] if last.counted else None,
        last=last,
        last_issue=last_issue,
        late_units=len({unit_of(lead) or lead for _pk, lead in columns["late"]}),
    )


def _columns(campaign: Campaign, start: datetime, cut: datetime) -> dict[str, list[tuple[int, int]]]:
    """Column -> (finding, lead unit) pairs, by the definitions; state, unit and limit as they stood at the cut."""
    standing = FindingSpell.objects.filter(campaign=campaign).standing(cut).counted()
    due = standing.exclude(status__in=[Finding.Status.VOID, Finding.Status.PARKED]).filter(due_at__gt=start, due_at__lte=cut)
    chosen = {
        "found": standing.filter(finding__issued_at__gte=start, finding__issued_at__lt=cut),
        "due": due,
        "in_time": due.filter(status=Finding.Status.CLOSED, in_time=True),
        "waiting": due.filter(status=Finding.Status.SUBMITTED),
        "late": standing.filter(clock_due_at__lt=cut),
    }
    return {column: list(rows.order_by("finding").values_list("finding", "lead")) for column, rows in chosen.items()}


def due_after(campaign: Campaign, *, monday: date, cut: datetime) -> QuerySet[FindingSpell]:
    """What was running at the cut with its limit in the week of `monday`."""
    start, end = week_of(monday)
    return FindingSpell.objects.filter(campaign=campaign, clock_due_at__gt=start, clock_due_at__lte=end).standing(cut).counted()


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


def _late(campaign: Campaign, ids: list[int], cut: datetime) -> list[Late]:
    calendar = calendar_of(campaign)
    on = timezone.localdate(cut - timedelta(seconds=1))
    rows = FindingSpell.objects.standing(cut).filter(finding__in=ids).values_list("finding", "due_on", "severity")
    late = [(calendar.workdays_between(due_on, on), GRAVE_FIRST[severity], pk) for pk, due_on, severity in rows]
    return [Late(pk, days) for days, _grave, pk in sorted(late, key=lambda row: (-row[0], row[1], row[2]))]


def _last_week(campaign: Campaign, monday: date) -> tuple[Row, int | None]:
    """The rows of last week's rate and the issue that printed them, so that two printed rates and their change agree.

    Counted anew if none was printed. What the rate is not made of stays empty.
    """
    printed = Bulletin.objects.published().filter(campaign=campaign, monday=monday).order_by("-published_at", "-pk").first()
    if printed:
        total = printed.figures["week"]["total"]
        rows = {column: total[column] for column in RATED if column in total}
    else:
        start, end = week_of(monday)
        columns = _columns(campaign, start, end)
        rows = {column: [pk for pk, _lead in columns[column]] for column in RATED if column in columns}
    return Row(name=campaign.name, **rows), printed.pk if printed else None
