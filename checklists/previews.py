"""The preview of a workbook: its rows as they came, with folds, and each doubt with what can be done about it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from checklists.models import Import
from checklists.previewwords import DOUBT_WORDS, NOT_READ, OTHERS
from checklists.readings import SheetReading, doubt_key
from checklists.sheets.doubts import MEANINGS, Doubt, Proposal, short
from checklists.sheets.headings import column_letter
from checklists.sheets.standard import StandardTree

TREE_ROWS = 600  # lowest nodes listed in the preview; the counts are of all

SAME = ("blank", "same_above")  # their fill is the text above


@dataclass
class DoubtView:
    """A doubt with what can be done about it. acts: (number of the proposal, words of its button)."""

    doubt: Doubt
    key: str
    is_known: bool
    column: int | None = None
    acts: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class RowView:
    """One row of the sheet as it came. cells: (text, css class, rows merged, note); fold: rows left out before it."""

    number: int
    cells: list
    css: str = ""
    fold: tuple[int, int] | None = None


def doubt_views(reading, sheet_by_name: dict[str, SheetReading], *, kind: str) -> list[DoubtView]:
    """kind: of the import."""
    views = []
    for doubt in reading.doubts:
        acts = [(number, _act_words(doubt, one)) for number, one in enumerate(doubt.proposals) if can_accept(one, kind)]
        column = _column_of(doubt, sheet_by_name.get(doubt.sheet))
        views.append(DoubtView(doubt, doubt_key(doubt), doubt_key(doubt) in reading.known, column, acts))
    return views


def _column_of(doubt: Doubt, one: SheetReading | None) -> int | None:
    """The column of the cell in doubt: of its proposal, named in its facts, of its heading, or the cell that says its text."""
    if proposed := [proposal.column for proposal in doubt.proposals if proposal.column is not None]:
        return proposed[0]
    if not one or not one.sheet:
        return None
    facts, columns = doubt.facts, one.sheet.columns
    if "column" in facts:
        return next((column.index for column in columns if column.letter == facts["column"]), None)
    if "heading" in facts:
        return next((column.index for column in columns if short(column.text) == facts["heading"]), None)
    said = next((facts[name] for name in ("text", "names", "name") if name in facts), None)
    cells = enumerate(one.grid.row(doubt.row))
    return next((index for index, text in cells if text and said in (short(text), short(text, 40))), None)


def accepted(open_doubts, data, *, kind: str) -> list[tuple[Doubt, Proposal]]:
    """What a form accepts: `choice` of the doubt `key`, or the answer `value` to every open doubt of its kinds `kind`.

    kind: of the import.
    """
    pairs, value, kinds = [], data.get("value"), data.getlist("kind")
    for doubt in open_doubts:
        numbered = [(str(number), one) for number, one in enumerate(doubt.proposals) if can_accept(one, kind)]
        if value is None and doubt_key(doubt) == data.get("key"):
            pairs += [(doubt, one) for number, one in numbered if number == data.get("choice")][:1]
        elif value is not None and doubt.kind in kinds:
            pairs += [(doubt, one) for _number, one in numbered if bulk_value(doubt, one) == value][:1]
    return pairs


def can_accept(proposal: Proposal, kind: str) -> bool:
    """It is about cells, columns or rows; in a responsibility table names of units have questions of their own on the page."""
    return not proposal.name or kind == Import.Kind.PEOPLE


def _act_words(doubt, proposal):
    act, text = proposal.act, short(proposal.text, 16)
    if doubt.kind == "same_code":
        return _("Yes, one with row %(first)s") % {"first": doubt.facts["first"]}
    if doubt.kind == "far_place":
        return _("Exchange the two")
    if act == "fill":
        if proposal.parts:
            return _("Spread over %(count)s columns") % {"count": len(proposal.parts)}
        return (_("Same as above: %(text)s") if doubt.kind in SAME else _("Write: %(text)s")) % {"text": text}
    if act == "split":
        return _("Split into %(count)s") % {"count": len(proposal.parts)}
    if act == "new":
        return _("Make this unit")
    if act == "skip":
        return _("Leave it out") if proposal.name else _("Leave this row out")
    if proposal.name:
        return _("Same as %(other)s; remember the name") % {"other": text}
    if proposal.column is not None:
        return _("It is: %(meaning)s") % {"meaning": MEANINGS.get(proposal.text, _("only kept, not read"))}
    return _("It is a level: %(meaning)s") % {"meaning": MEANINGS[proposal.text]} if proposal.text else _("Only a caption")


def _bulk_words(value, count):
    """The button that settles all open doubts of a group in one way. value: as bulk_value gives it."""
    act, _sep, level = value.partition(":")
    words = {
        "same": _("All %(count)s: same as above"),
        "fill": _("All %(count)s: write the proposal"),
        "spread": _("Spread all %(count)s"),
        "exchange": _("Exchange them in all %(count)s"),
        "split": _("Split all %(count)s"),
        "skip": _("Leave all %(count)s rows out"),
        "map": _("All %(count)s: take the proposal"),
        "new": _("Make all %(count)s units"),
        "leave": _("Leave all %(count)s units out"),
        "caption": _("All %(count)s: level %(level)s") if level else _("All %(count)s: only captions"),
    }[act]
    return words % {"count": count, "level": MEANINGS.get(level, "")}


def bulk_value(doubt: Doubt, proposal: Proposal) -> str:
    """What makes proposals of several doubts the same answer."""
    if proposal.act == "fill":
        return "spread" if proposal.parts else "same" if doubt.kind in SAME else "fill"
    if doubt.kind == "far_place":
        return "exchange"
    if proposal.name:
        return "leave" if proposal.act == "skip" else proposal.act
    if proposal.act == "map" and proposal.column is None:
        return f"caption:{proposal.text}"
    return proposal.act


def _bulk(views):
    """(value, words) of each answer that at least two open doubts share."""
    counts = Counter()
    for view in views:
        if not view.is_known:
            counts.update(
                list(dict.fromkeys(bulk_value(view.doubt, view.doubt.proposals[number]) for number, _words in view.acts))
            )
    return [(value, _bulk_words(value, count)) for value, count in counts.items() if count > 1]


AROUND = 1  # rows shown before and after a doubt
FIRST = 12  # rows always shown below the heading
MOST = 3000


def row_views(one: SheetReading, doubts: list[DoubtView], *, whole: bool) -> list[RowView]:
    """The sheet's rows for the preview: all, or the first ones and those around a doubt with folds between them."""
    grid = one.grid
    data = {row.number for row in one.sheet.rows} if one.sheet else set(range(1, grid.height + 1))
    head = _heading_rows(one)
    doubted = defaultdict(list)
    for view in doubts:
        if view.doubt.sheet == one.name:
            doubted[view.doubt.row].append(view)
    shown = set(range(1, min(grid.height, FIRST) + 1))
    for number in doubted:
        shown.update(range(max(1, number - AROUND), min(grid.height, number + AROUND) + 1))
    if whole:
        shown = set(range(1, min(grid.height, MOST) + 1))
    rows, last = [], 0
    for number in sorted(shown):
        css = "head-row" if number in head else "" if number in data else "skip-row"
        view = RowView(number, _cells(grid, number, doubted.get(number, ())), css)
        if number - last > 1:
            view.fold = (last + 1, number - 1)
        rows.append(view)
        last = number
    if last < grid.height:
        rows.append(RowView(0, [], fold=(last + 1, grid.height)))
    return rows


def _heading_rows(one):
    top, bottom = one.sheet.heading if one.sheet else (1, 0)
    return set(range(top, bottom + 1))


def _cells(grid, number, doubted):
    cells, open_columns = [], {view.column or 0 for view in doubted if not view.is_known}
    for column, text in enumerate(grid.row(number)):
        merge = grid.merge_at(number, column)
        css, note = "", ""
        if column in open_columns:
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
        groups.setdefault(str(DOUBT_WORDS.get(view.doubt.kind, OTHERS)), []).append(view)
    return [
        {
            "word": word,
            "views": rows,
            "keys": [view.key for view in rows if not view.is_known],
            "kinds": sorted({view.doubt.kind for view in rows}),
            "bulk": _bulk(rows),
        }
        for word, rows in groups.items()
    ]


def caption_kinds(one: SheetReading, said: dict[str, str]) -> list[dict]:
    """The rows across the table by what they begin with: an example, the rows, how they are read now.

    said: row -> level, of the person. choice: a level, "caption", "auto" (nobody said), "" where the rows differ.
    """
    found = {}
    for caption in getattr(one.sheet, "captions", ()):
        found.setdefault(caption.style, []).append(caption)
    return [
        {
            "text": short(rows[0].text, 24),
            "count": len(rows),
            "first": rows[0].number,
            "rows": ",".join(str(row.number) for row in rows),
            "reads": _reads(rows),
            "choice": _choice([said.get(str(row.number)) for row in rows]),
        }
        for rows in found.values()
    ]


def _reads(rows) -> str:
    words = [_("method of the rows below") if row.is_method else MEANINGS.get(row.level, _("a caption")) for row in rows]
    return "、".join(dict.fromkeys(map(str, words)))


def _choice(said) -> str:
    if len(set(said)) > 1:
        return ""
    return "auto" if said[0] is None else said[0] or "caption"


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
            "is_remembered": index in one.remembered,
        }
        for index in range(one.grid.width)
    ]
