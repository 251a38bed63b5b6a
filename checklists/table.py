"""The responsibility table as it is read: states of rows, bands of projects, counts; a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from campaigns.viewer import Viewer
from checklists.models import Assignment, Checklist, Checkpoint, Duty, Item
from checklists.sheets.doubts import short
from checklists.tree import TOP

Status = Assignment.Status
GAP = "gap"

# The state of a row is that of the part that needs most: word beside it. Order = `stage` of with_state.
STATES = [
    (GAP, _("no lead")),
    (Status.DISPUTED, Status.DISPUTED.label),
    (Status.DRAFT, Status.DRAFT.label),
    (Status.ISSUED, Status.ISSUED.label),
    (Status.ACCEPTED, Status.ACCEPTED.label),
    (Status.DONE, Status.DONE.label),
]
STAGES = {state: number for number, (state, _label) in enumerate(STATES)}
ALL_OPEN = 60  # a table of so many rows shows all projects unfolded
PER_PAGE = 50


def with_state(rows: QuerySet[Duty], viewer: Viewer, *, now: datetime) -> QuerySet[Duty]:
    """Annotate `stage` (index of STATES) and `late` (a clock of one of its parts ran out); drafts count for the office alone."""
    parts = Assignment.objects.filter(duty=OuterRef("pk"))
    parts = parts.running() if viewer.is_office else parts.issued()
    ranks = [When(status=state, then=Value(number)) for state, number in STAGES.items() if state != GAP]
    rank = Min(Case(*ranks, output_field=IntegerField()))
    worst = Subquery(parts.order_by().values("duty").annotate(worst=rank).values("worst"))
    return rows.annotate(
        stage=Case(When(~Exists(_leads()), then=Value(STAGES[GAP])), default=worst, output_field=IntegerField()),
        late=Exists(Checkpoint.objects.filter(assignment__duty=OuterRef("pk"), clock_due_at__lt=now)),
    )


def with_parts(rows: QuerySet[Duty], viewer: Viewer) -> QuerySet[Duty]:
    """Rows with what the table shows: the items above, and the parts everybody may read (drafts are the office's)."""
    parts = Assignment.objects.running() if viewer.is_office else Assignment.objects.issued()
    parts = parts.select_related("department").order_by("-is_lead", "department__position", "pk")
    rows = rows.annotate(led=Exists(_leads()))
    return rows.select_related("item__parent__parent__parent__parent").prefetch_related(
        Prefetch("assignments", parts, to_attr="parts")
    )


def _leads():
    """Parts in force that lead, also while they are drafts: such a task is no gap, though only the office reads whose it is."""
    return Assignment.objects.filter(duty=OuterRef("pk"), is_lead=True).running()


@dataclass
class Band:
    """One project of the table. key: its path in the standard."""

    key: str
    text: str
    total: int = 0
    gap: int = 0
    late: int = 0
    done: int = 0
    open: bool = False
    rows: list[Duty] = field(default_factory=list)


@dataclass
class Table:
    """What duty_list shows. counts: state -> rows that fit the filter, "" all, "late" the late ones."""

    checklists: list[tuple[int, str, int]]  # id, name, rows
    checklist: int | None
    bands: list[Band]
    counts: dict[str, int]
    page: Page | None
    projects: list[tuple[str, str]]
    is_filtered: bool
    has_drafts: bool  # anywhere in the campaign


def read_table(
    viewer: Viewer,
    *,
    now: datetime,
    checklist: int | None,
    hit: Q | None,
    state: str,
    project: str,
    order: str,
    number: str | None,
) -> Table:
    """The table for one screen, in three queries.

    hit: the filters but state and project, None = none; state: a key of STAGES or "late"; order: "" official, "limit".
    """
    rows = Duty.objects.visible_to(viewer).running()
    cells = _count_cells(rows, viewer, now, hit)
    checklists = _checklists(cells)
    if checklist not in [pk for pk, _name, _n in checklists]:
        checklist = checklists[0][0] if checklists else None
    has_drafts = any(cell.get("drafts") for cell in cells)
    cells = [cell for cell in cells if cell["checklist"] == checklist]
    projects = list({cell["project"]: cell["project_text"] for cell in cells}.items())
    fitting = [cell for cell in cells if cell["hit"]]
    counts = _count_states(fitting)
    shown = [cell for cell in fitting if _has_state(cell, state)]
    bands = _bands(shown)
    is_filtered = hit is not None or bool(state)
    if bands and not is_filtered and sum(band.total for band in bands) > ALL_OPEN:
        opened = project if project in [band.key for band in bands] else bands[0].key
    else:
        opened = project
        bands = [band for band in bands if not project or band.key == project]
    for band in bands:
        band.open = not opened or band.key == opened
    page = None
    if bands:
        rows = rows.filter(checklist=checklist)
        rows = _ordered(_narrowed(rows, viewer, now, hit, state, opened), order)
        pages = Paginator(with_parts(rows, viewer), PER_PAGE)
        pages.count = sum(band.total for band in bands if band.open)  # counted already
        page = pages.get_page(number)
        page.object_list = list(page.object_list)
        _deal_out(page.object_list, bands)
        if page.has_other_pages():  # only the bands of this page, and the folded ones
            bands = [band for band in bands if band.rows or not band.open]
    return Table(checklists, checklist, bands, counts, page, projects, is_filtered, has_drafts)


def counts_by_checklist(viewer: Viewer, *, now: datetime) -> list[tuple[int, str, dict[str, int]]]:
    """(id, name, state -> tasks as the table counts them, "all" of them) of each checklist with tasks: one query."""
    cells = _count_cells(Duty.objects.visible_to(viewer).running(), viewer, now, None)
    found = []
    for pk, name, total in _checklists(cells):
        counts = _count_states([cell for cell in cells if cell["checklist"] == pk])
        found.append((pk, name, dict.fromkeys(STAGES, 0) | counts | {"all": total}))
    return found


def ids_of(viewer: Viewer, *, now: datetime, checklist: int | None, hit: Q | None, state: str, project: str) -> list[int]:
    """Every row that fits, of all pages, in the table's order: what an act on all of them takes. Arguments as read_table."""
    first = Checklist.objects.visible_to(viewer).running().order_by("position", "pk").values("pk")[:1]
    rows = Duty.objects.visible_to(viewer).running().filter(checklist=checklist if checklist else Subquery(first))
    return list(_narrowed(rows, viewer, now, hit, state, project).order_by("position", "pk").values_list("pk", flat=True))


def read_row(viewer: Viewer, pk: int, *, now: datetime) -> Duty | None:
    """One row as the table shows it, or None where the viewer does not see it."""
    rows = with_state(Duty.objects.visible_to(viewer).filter(pk=pk), viewer, now=now)
    duty = with_parts(rows, viewer).first()
    return duty and present(duty)


def present(duty: Duty) -> Duty:
    """Split the row's parts and name its place: leads, supports, line."""
    duty.leads = [part for part in duty.parts if part.is_lead]
    duty.supports = [part for part in duty.parts if not part.is_lead]
    duty.line = " › ".join(short(item.text, 60) for item in _middle(duty.item))
    duty.state = STATES[duty.stage][0] if getattr(duty, "stage", None) is not None else ""
    duty.state_word = STATES[duty.stage][1] if duty.state else ""
    return duty


def place(duty: Duty) -> str:
    """The key of the row's band: its project's path."""
    return duty.item.path[:TOP]


def _count_cells(rows, viewer, now, hit):
    """Number of rows per checklist, project, state, late and whether the filter fits."""
    rows = rows.annotate(project=Substr("item__path", 1, TOP))
    names = Item.objects.filter(standard=OuterRef("item__standard"), path=OuterRef("project")).values("text")[:1]
    rows = rows.annotate(project_text=Subquery(names))
    rows = rows.annotate(
        hit=Value(True, BooleanField())
        if hit is None
        else Case(When(hit, then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    columns = ["checklist", "checklist__name", "checklist__position", "project", "project_text", "hit"]
    if viewer.reads_all:  # progress is not for everybody
        rows = with_state(rows, viewer, now=now)
        columns += ["stage", "late"]
        if viewer.is_office:
            drafts = Assignment.objects.filter(duty=OuterRef("pk"), status=Status.DRAFT)
            rows = rows.annotate(drafts=Exists(drafts))
            columns += ["drafts"]
    else:
        rows = rows.annotate(stage=Case(When(Exists(_leads()), then=Value(-1)), default=Value(STAGES[GAP])))
        columns += ["stage"]
    cells = rows.order_by("checklist__position", "checklist", "project").values(*columns).annotate(n=Count("pk"))
    return [cell | {"late": cell.get("late", False)} for cell in cells]


def _checklists(cells):
    totals, names = defaultdict(int), {}
    for cell in cells:
        totals[cell["checklist"]] += cell["n"]
        names[cell["checklist"]] = cell["checklist__name"]
    return [(pk, name, totals[pk]) for pk, name in names.items()]


def _count_states(cells):
    counts = defaultdict(int)
    for cell in cells:
        counts[""] += cell["n"]
        if cell["stage"] >= 0:
            counts[STATES[cell["stage"]][0]] += cell["n"]
        if cell["late"]:
            counts["late"] += cell["n"]
    return dict(counts)


def _has_state(cell, state):
    if state == "late":
        return cell["late"]
    return not state or cell["stage"] == STAGES.get(state)


def _bands(cells):
    bands = {}
    for cell in cells:
        band = bands.setdefault(cell["project"], Band(cell["project"], cell["project_text"]))
        band.total += cell["n"]
        band.late += cell["n"] * bool(cell["late"])
        band.gap += cell["n"] * (cell["stage"] == STAGES[GAP])
        band.done += cell["n"] * (cell["stage"] == STAGES[Status.DONE])
    return list(bands.values())


def _narrowed(rows, viewer, now, hit, state, project):
    if viewer.reads_all:
        rows = with_state(rows, viewer, now=now)
        if state:
            rows = rows.filter(late=True) if state == "late" else rows.filter(stage=STAGES.get(state))
    elif state:
        rows = rows.filter(~Exists(_leads())) if state == GAP else rows.none()
    if hit is not None:
        rows = rows.filter(hit)
    return rows.filter(item__path__startswith=project) if project else rows


def _ordered(rows, order):
    if order == "limit":  # inside its project: the bands stay
        return rows.annotate(project=Substr("item__path", 1, TOP)).order_by(
            "project", Case(When(due_on=None, then=Value(date.max)), default="due_on"), "position", "pk"
        )
    return rows.order_by("position", "pk")


def _deal_out(rows, bands):
    """Each row under its band, the grey line of the levels between only where it changes."""
    by_key, last = {band.key: band for band in bands}, {}
    for duty in rows:
        band = by_key[place(present(duty))]
        duty.shows_line = bool(duty.line) and last.get(band.key) != duty.line
        last[band.key] = duty.line
        band.rows.append(duty)


def _middle(item):
    """The items between the project and this one, top first."""
    above, node = [], item.parent
    while node is not None and node.parent_id:
        above.append(node)
        node = node.parent
    return above[::-1]
