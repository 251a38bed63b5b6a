"""The responsibility table and the work progress table as the office's own sheet: its columns, its order, its merges.

What is written reads back without a doubt.
"""

from datetime import datetime

from django.utils import timezone

from campaigns.viewer import Viewer
from checklists.columns import (
    CENTRED,
    LEVELS,
    MERGED,
    PROGRESS,
    Column,
    Kind,
    Layout,
    chosen_layout,
    offered_columns,
    proposed_layout,
)
from checklists.models import Checklist, Duty
from checklists.sheets.grid import Merge
from checklists.sheets.writing import WrittenColumn, level_merges, write_sheet
from checklists.standing import Standing, standings
from checklists.table import present, with_parts
from checklists.tree import TOP

NAMES = {Kind.TABLE: "责任分解表", Kind.PROGRESS: "工作推进表"}
NOWHERE = Standing()


def write_responsibilities(checklist: Checklist, viewer: Viewer, *, now: datetime | None = None) -> bytes:
    """The workbook of the rows the viewer sees; a fixed number of queries."""
    return _write(checklist, viewer, Kind.TABLE, now or timezone.now())


def write_progress(checklist: Checklist, viewer: Viewer, *, now: datetime | None = None) -> bytes:
    """The same rows with how far each is; a unit's own and those it supports, office and leaders all."""
    return _write(checklist, viewer, Kind.PROGRESS, now or timezone.now())


def layout_of(checklist: Checklist, kind: str, viewer: Viewer) -> tuple[Layout, list[Column]]:
    """How the table goes out, and the columns that could be added."""
    layout = chosen_layout(checklist, kind) or proposed_layout(checklist, kind, _used(_duties(checklist, viewer)))
    return layout, offered_columns(checklist, layout)


def _write(checklist, viewer, kind, now) -> bytes:
    duties = _duties(checklist, viewer)
    layout = chosen_layout(checklist, kind) or proposed_layout(checklist, kind, _used(duties))
    columns = layout.columns
    stands = {}
    if kind == Kind.PROGRESS or any(one.meaning in PROGRESS for one in columns):
        stands = standings(checklist, viewer, now=now)
    if kind == Kind.PROGRESS and not viewer.reads_all:
        duties = [duty for duty in duties if duty.pk in stands]
    rows = []
    for number, duty in enumerate(duties, 1):
        path, standing = _levels(duty.item), stands.get(duty.pk, NOWHERE)
        rows.append([_cell(one, duty, path, number, standing) for one in columns])
    titles = [layout.title] if layout.title else []
    if kind == Kind.PROGRESS and titles:
        day = timezone.localdate(now)
        titles.append(f"截至{day.year}年{day.month}月{day.day}日")
    return write_sheet(
        name=checklist.name if kind == Kind.TABLE else NAMES[kind],
        columns=[WrittenColumn(one.text, one.width, one.meaning in CENTRED) for one in columns],
        rows=rows,
        merges=_merges(columns, rows),
        titles=titles,
        paper=layout.paper,
    )


def _duties(checklist, viewer) -> list[Duty]:
    rows = with_parts(Duty.objects.visible_to(viewer).running().filter(checklist=checklist), viewer).order_by("position", "pk")
    duties = [present(duty) for duty in rows]
    return _as_in_the_sheet(duties) if checklist.export_columns else duties


def _as_in_the_sheet(duties):
    """The rows of the sheet that came last in its own order, so that they merge as it came; others behind their neighbours."""
    last = max((duty.source.get("import", 0) for duty in duties if duty.source_row), default=0)
    place, placed = (0, 0), []
    for number, duty in enumerate(duties):
        if duty.source_row and duty.source.get("import", 0) == last:
            place = duty.source.get("sheet", 0), duty.source_row
        placed.append((place, number, duty))
    return [duty for _place, _number, duty in sorted(placed, key=lambda one: one[:2])]


def _used(duties) -> set[str]:
    """Meanings that hold something in at least one row."""
    used = {level for duty in duties for level in _levels(duty.item)}
    holds = {
        "method": any(duty.item.methods for duty in duties),
        "duty": any(duty.text != duty.item.text for duty in duties),
        "measures": any(duty.measures for duty in duties),
        "time_limit": any(duty.limit_text for duty in duties),
        "leading_leader": any(duty.leading_leader for duty in duties),
        "person": any(duty.person for duty in duties),
        "supporting": any(duty.supports for duty in duties),
        "alike": len({(duty.item.path[:TOP], duty.text) for duty in duties}) < len(duties),
    }
    return used | {meaning for meaning, is_used in holds.items() if is_used}


def _levels(item):
    """Level -> text, of the item and everything above it."""
    levels, node = {}, item
    while node is not None:
        levels[node.grade] = node.text
        node = node.parent if node.parent_id else None
    return levels


def _cell(column: Column, duty: Duty, path: dict[str, str], number: int, standing: Standing):
    meaning = column.meaning
    if meaning in LEVELS:
        return path.get(meaning, "")
    if meaning == "number":
        return number
    if meaning in PROGRESS:
        return standing.text(meaning)
    if meaning == "":
        return next((text for heading, text in duty.source.get("other", ()) if heading == column.other), "")
    if meaning in ("lead", "supporting"):
        return "、".join(part.department.name for part in (duty.leads if meaning == "lead" else duty.supports))
    values = {
        "method": duty.source.get("method") or duty.item.methods,
        "duty": duty.text,
        "measures": duty.measures,
        "time_limit": duty.limit_text,
        "leading_leader": duty.leading_leader,
        "person": duty.person,
        "proof": duty.item.wanted_proof,
        "code": duty.item.code,
        "note": duty.source.get("note", ""),
        "phone": duty.source.get("phone", ""),
    }
    return values.get(meaning, "")


def _merges(columns, table) -> list[Merge]:
    """Equal neighbours in the merged columns are one cell, each inside the one before it; a level a row does not have lies with
    the cell to its left, so that the blank means nothing when it is read back."""
    places = [index for index, one in enumerate(columns) if one.meaning in MERGED]
    merged = [index for index in places if columns[index].merged]
    merges = []
    if merged:
        last = next((index for index in places if index > merged[-1]), None)
        # Without a level behind them the merged columns stand before a column in which no two rows are alike.
        paths = [[str(row[index]) for index in merged] + [str(row[last]) if last else f"{n}"] for n, row in enumerate(table)]
        merges = level_merges(paths, columns=[*merged, last if last else -1])
    taken = {
        (row, column)
        for merge in merges
        for row in range(merge.top, merge.bottom + 1)
        for column in range(merge.left, merge.right + 1)
    }
    levels = [index for index, one in enumerate(columns) if one.meaning in LEVELS]
    return merges + [merge for row, cells in enumerate(table, 1) for merge in _beside(row, cells, levels, taken)]


def _beside(row, cells, levels, taken):
    """Blank levels of one row that no merge holds yet, with the level to their left."""
    start = None
    for index in levels:
        is_free = (row, index) not in taken
        if is_free and cells[index] == "" and start is not None and index == start[1] + 1:
            start = start[0], index
            continue
        if start and start[1] > start[0]:
            yield Merge(row, start[0], row, start[1])
        start = (index, index) if is_free and cells[index] != "" else None
    if start and start[1] > start[0]:
        yield Merge(row, start[0], row, start[1])
