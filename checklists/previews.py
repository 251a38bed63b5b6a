"""The preview of a workbook: its rows as they came, with folds, and each doubt with what can be done about it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from checklists.models import Import
from checklists.readings import SheetReading, doubt_key
from checklists.sheets.doubts import MEANINGS, Doubt, short
from checklists.sheets.headings import LEVELS, column_letter
from checklists.sheets.standard import StandardTree
from checklists.sheets.vocabulary import RESPONSIBILITIES

NOT_READ = ("", _("only kept, not read"))
SHARED_OUT = set(RESPONSIBILITIES.meaning_of.values())
COLUMN_MEANINGS = {
    Import.Kind.STANDARD: [
        *((name, MEANINGS[name]) for name in (*LEVELS, "method", "proof", "points", "grade", "number", "code", "note")),
        NOT_READ,
    ],
    Import.Kind.RESPONSIBILITIES: [
        *((name, word) for name, word in MEANINGS.items() if name in SHARED_OUT and name not in ("points", "code", "unit")),
        NOT_READ,
    ],
}
DOUBT_WORDS = {
    "blank": _("Level is empty"),
    "blank_top": _("Level is empty"),
    "several_in_cell": _("Several standards in one cell"),
    "duplicate": _("Says the same twice"),
    "same_code": _("Same number, other text"),
    "cut_text": _("Text may be cut off"),
    "group_row": _("Row across the table"),
    "note_row": _("Note below the table"),
    "unknown_heading": _("Unknown heading"),
    "used_heading": _("Unknown heading"),
    "strange_heading": _("Unknown heading"),
    "no_heading_text": _("Column without heading"),
    "same_heading": _("Two columns of one meaning"),
    "time_limit": _("Time limit"),
    "same_above": _("Same as above"),
    "same_above_top": _("Same as above"),
    "unit_in_text": _("Unit named in the text"),
    "unit_number": _("Number instead of a unit"),
    "unit_without_name": _("Number instead of a unit"),
    "test_row": _("Trial entry"),
    "tabbed_row": _("Pasted row"),
    "same_number": _("Number used twice"),
    "looks_differ": _("Same but for its looks"),
    "several_methods": _("Several methods in one cell"),
    "points_sum": _("Points"),
    "points_differ": _("Points"),
    "points_text": _("Points"),
    "several_points": _("Points"),
    "ended_above": _("Ends higher than in another sheet"),
}
TREE_ROWS = 600  # lowest nodes listed in the preview; the counts are of all


@dataclass
class DoubtView:
    """A doubt with what can be done about it. fill: text of the cell that `row` has, above or the one it may be the same as;
    None where there is nothing to fill."""

    doubt: Doubt
    key: str
    is_known: bool
    column: int | None = None
    fill: str | None = None
    may_skip: bool = False


@dataclass
class RowView:
    """One row of the sheet as it came. cells: (text, css class, rows merged, note); fold: rows left out before it."""

    number: int
    cells: list
    css: str = ""
    fold: tuple[int, int] | None = None


def doubt_views(reading, sheet_by_name: dict[str, SheetReading]) -> list[DoubtView]:
    views = []
    for doubt in reading.doubts:
        view = DoubtView(doubt, doubt_key(doubt), doubt_key(doubt) in reading.known)
        one = sheet_by_name.get(doubt.sheet)
        if doubt.kind in ("blank", "blank_top") and one:
            view.may_skip = True
            view.column = next((c.index for c in one.sheet.columns if short(c.text) == doubt.facts["heading"]), None)
            if doubt.kind == "blank" and view.column is not None:
                view.fill = _above(one.grid, doubt.row, view.column)
        elif doubt.kind == "same_code" and one:
            view.column, view.fill = _same_cell(one, doubt)
        elif doubt.kind in ("duplicate", "group_row", "note_row"):
            view.may_skip = doubt.kind == "duplicate"
        views.append(view)
    return views


def _same_cell(one, doubt):
    """(column, text) that makes the row say what the first row with its number says; (None, None) where that is not one cell."""
    code, other, grid = doubt.facts["code"], doubt.facts["other"].rstrip("…"), one.grid
    if not 0 < doubt.facts["first"] <= grid.height:
        return None, None
    for column in (column.index for column in one.sheet.columns if column.meaning in LEVELS):
        here, there = grid.row(doubt.row)[column], grid.row(doubt.facts["first"])[column]
        if here != there and here.startswith(code) and short(there.removeprefix(code), 200).startswith(other):
            return column, there
    return None, None


def _above(grid, row, column):
    return next((grid.row(number)[column] for number in range(row - 1, 0, -1) if grid.row(number)[column]), None)


AROUND = 1  # rows shown before and after a doubt
FIRST = 12  # rows always shown below the heading
MOST = 3000


def row_views(one: SheetReading, doubts: list[DoubtView], *, whole: bool) -> list[RowView]:
    """The sheet's rows for the preview: all, or the first ones and those around a doubt with folds between them."""
    grid = one.grid
    data = {row.number for row in one.sheet.rows} if one.sheet else set(range(1, grid.height + 1))
    head = _heading_rows(one)
    doubted = {view.doubt.row: view for view in doubts if view.doubt.sheet == one.name}
    shown = set(range(1, min(grid.height, FIRST) + 1))
    for number in doubted:
        shown.update(range(max(1, number - AROUND), min(grid.height, number + AROUND) + 1))
    if whole:
        shown = set(range(1, min(grid.height, MOST) + 1))
    rows, last = [], 0
    for number in sorted(shown):
        css = "head-row" if number in head else "" if number in data else "skip-row"
        view = RowView(number, _cells(grid, number, doubted.get(number)), css)
        if number - last > 1:
            view.fold = (last + 1, number - 1)
        rows.append(view)
        last = number
    if last < grid.height:
        rows.append(RowView(0, [], fold=(last + 1, grid.height)))
    return rows


def _heading_rows(one):
    if not one.sheet:
        return set()
    texts = {column.index: column.text for column in one.sheet.columns if column.text}
    first_data = min((row.number for row in one.sheet.rows), default=1)
    return {
        number
        for number in range(1, first_data)
        if sum(1 for index, text in texts.items() if one.grid.row(number)[index] == text) >= 2
    }


def _cells(grid, number, doubted):
    cells = []
    for column, text in enumerate(grid.row(number)):
        merge = grid.merge_at(number, column)
        css, note = "", ""
        if doubted and not doubted.is_known and (doubted.column == column or doubted.column is None and column == 0):
            css = "doubt"
        elif merge and merge.bottom > merge.top and merge.left == column:
            css, note = "merged", merge.bottom - merge.top + 1 if merge.top == number else 0
            if merge.top != number:
                text = ""
        cells.append({"text": text, "css": css, "merged": note})
    return cells


def group_doubts(views: list[DoubtView]) -> list[dict]:
    """The doubts by kind, in the order of their first row: word, views, how many are open, the keys of those."""
    groups = {}
    for view in views:
        word = DOUBT_WORDS.get(view.doubt.kind, view.doubt.kind)
        groups.setdefault(str(word), []).append(view)
    return [
        {"word": word, "views": rows, "keys": [view.key for view in rows if not view.is_known]} for word, rows in groups.items()
    ]


def tree_rows(tree: StandardTree) -> list[dict]:
    """Per project its lowest nodes with what stands between and the row each comes from; cut at TREE_ROWS in all."""
    projects, left = [], TREE_ROWS
    for root in tree.nodes:
        lowest = [node for node in root.walk() if not node.children]
        shown = lowest[: max(0, left)]
        left -= len(shown)
        rows = [{"text": node.text, "line": " › ".join(node.texts[1:-1]), "place": node.places[0]} for node in shown]
        projects.append({"text": root.text, "count": len(lowest), "rows": rows, "hidden": len(lowest) - len(shown)})
    return projects


def headings_of(one: SheetReading, mapping: dict[int, str], choices: list) -> list[dict]:
    """Every column of the sheet: index, letter, and which of the choices it is read as; what is none of them is only kept."""
    meanings = {column.index: column.meaning for column in one.sheet.columns} if one.sheet else mapping
    offered = {value for value, _word in choices}
    return [
        {
            "index": index,
            "letter": column_letter(index),
            "choice": meanings.get(index, "") if meanings.get(index) in offered else NOT_READ[0],
        }
        for index in range(one.grid.width)
    ]


def looks_shared_out(reading) -> bool:
    """A workbook given as a standard that names units: more likely the responsibility table."""
    chosen = [one.sheet for one in reading.sheets if one.chosen and one.sheet]
    return any(column.meaning in ("lead", "supporting") for sheet in chosen for column in sheet.columns)
