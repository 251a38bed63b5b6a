"""Items × units: who leads and supports what, as one grid; a fixed number of queries whatever its size.

A row of 350 units with three marks is seven cells, not 350: neighbouring blanks are one cell over several columns.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import Department
from campaigns.viewer import Viewer
from checklists.models import Assignment, Checkpoint, Duty, Item
from checklists.table import STATES, with_state
from checklists.tree import TOP

Status = Assignment.Status
MARKS = {  # state of a part -> its css class; a late part is marked late whatever its state
    Status.DRAFT: "m-draft",
    Status.ISSUED: "m-wait",
    Status.ACCEPTED: "m-go",
    Status.DISPUTED: "m-ask",
    Status.DONE: "m-done",
}
LATE = "m-late"
PLAIN = "m-go"  # for readers to whom progress is not shown


@dataclass
class Cell:
    """A mark, or `span` blank columns."""

    span: int = 1
    mark: str = ""
    is_lead: bool = False
    department: Department | None = None
    state: str = ""  # in words


@dataclass
class Row:
    duty: Duty
    cells: list[Cell]
    total: int
    is_gap: bool


@dataclass
class Band:
    """One project: its rows, or none while it is folded. total: tasks; gap: without lead."""

    key: str
    text: str
    total: int = 0
    gap: int = 0
    rows: list[Row] = field(default_factory=list)


@dataclass
class Matrix:
    """columns: (unit, leads, supports) in the official order; counts: state -> tasks in it, as the table
    counts them (checklists.table.STATES), and "late"; empty for readers to whom progress is not shown."""

    bands: list[Band]
    columns: list[tuple[Department, int, int]]
    counts: dict[str, int]
    tasks: int


def read_matrix(
    viewer: Viewer, *, now: datetime, checklist: int | None, hit: Q | None, project: str, hidden: frozenset[str] = frozenset()
) -> Matrix:
    """The grid of one checklist, in three queries. hit: filters of the rows; project: only this one; hidden: folded projects.

    Units without a part in the rows shown have no column.
    """
    rows = Duty.objects.visible_to(viewer).running().filter(checklist=checklist)
    rows = rows.filter(hit) if hit is not None else rows
    rows = rows.filter(item__path__startswith=project) if project else rows
    shown = with_state(rows, viewer, now=now) if viewer.reads_all else rows
    duties = list(shown.select_related("item").only("text", "campaign", "item__path", "item__code").order_by("position", "pk"))
    projects = dict(Item.objects.filter(standard__checklists=checklist, parent=None).values_list("path", "text"))
    parts = _parts(viewer, rows, now)
    units = sorted({part.department for one in parts.values() for part in one}, key=lambda unit: (unit.position, unit.pk))
    place = {unit.pk: number for number, unit in enumerate(units)}
    bands, leads, supports, counts = {}, defaultdict(int), defaultdict(int), defaultdict(int)
    for duty in duties:
        key = duty.item.path[:TOP]
        band = bands.setdefault(key, Band(key, projects.get(key, "")))
        own = sorted(parts[duty.pk], key=lambda part: (place[part.department_id], not part.is_lead))
        is_gap = not any(part.is_lead for part in own)
        band.total, band.gap = band.total + 1, band.gap + is_gap
        if viewer.reads_all:
            counts[STATES[duty.stage][0]] += 1
            counts["late"] += duty.late
        for part in own:
            (leads if part.is_lead else supports)[part.department_id] += 1
        if key not in hidden:
            band.rows.append(Row(duty, _cells(own, place, len(units)), len(own), is_gap))
    columns = [(unit, leads[unit.pk], supports[unit.pk]) for unit in units]
    return Matrix(list(bands.values()), columns, dict(counts), len(duties))


def _parts(viewer, rows, now):
    """Duty id -> its parts that the viewer may read, each with its `mark`."""
    parts = Assignment.objects.running() if viewer.is_office else Assignment.objects.issued()
    parts = parts.filter(duty__in=rows.values("pk")).select_related("department")
    if viewer.reads_all:
        clocks = Checkpoint.objects.filter(assignment=OuterRef("pk"), clock_due_at__lt=now)
        parts = parts.annotate(is_late=Exists(clocks))
    found = defaultdict(list)
    for part in parts:
        part.mark = (LATE if part.is_late else MARKS[part.status]) if viewer.reads_all else PLAIN
        found[part.duty_id].append(part)
    return found


def _cells(parts, place, width):
    """Marks at their columns, blanks between them run together; of two parts of one unit the leading one is shown."""
    cells, column = [], 0
    for part in parts:
        at = place[part.department_id]
        if at < column:
            continue
        if at > column:
            cells.append(Cell(at - column))
        cells.append(Cell(1, part.mark, part.is_lead, part.department, part.get_status_display()))
        column = at + 1
    if column < width:
        cells.append(Cell(width - column))
    return cells
