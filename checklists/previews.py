"""The preview of a workbook: its rows as they came, with folds, and each doubt with what can be done about it."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from checklists.models import Import
from checklists.readings import SheetReading, doubt_key
from checklists.sheets.doubts import MEANINGS, Doubt, Proposal, short
from checklists.sheets.headings import LEVELS, column_letter
from checklists.sheets.standard import StandardTree
from checklists.sheets.vocabulary import LEDGER, RESPONSIBILITIES, SITES

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
    Import.Kind.SITES: [
        *((name, word) for name, word in MEANINGS.items() if name in set(SITES.meaning_of.values())),
        NOT_READ,
    ],
    Import.Kind.LEDGER: [
        *((name, word) for name, word in MEANINGS.items() if name in set(LEDGER.meaning_of.values())),
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
    "no_text": _("Empty where a text must stand"),
    "same_site": _("Stands twice"),
    "odd_phone": _("Telephone number"),
    "odd_place": _("Longitude or latitude"),
    "long_text": _("Too long"),
    "several_lines": _("Several units in charge"),
    "several_leads": _("Several units answer"),
    "photo_column": _("Pictures in the sheet"),
    "odd_date": _("Not a day"),
    "no_year": _("Days without a year"),
    "acts_order": _("Days against their order"),
    "future_date": _("Days that have not come yet"),
    "not_done": _("Struck off without a day of rectification"),
    "odd_verdict": _("Put right or not?"),
    "no_lead": _("No unit in charge"),
    "own_unit": _("Your own unit"),
    "limit_before": _("Time limit"),
    "limit_by_rule": _("Time limit"),
    "limit_past": _("Time limit"),
    "no_place": _("No place"),
}
TREE_ROWS = 600  # lowest nodes listed in the preview; the counts are of all


# kind of a sheet -> what it is called, the page where it belongs
PLACES = {
    "standard": (_("a standard"), _("Standards"), "standard_upload"),
    "survey": (_("survey questions"), _("Standards"), "standard_upload"),
    "responsibilities": (_("a responsibility table"), _("Responsibilities"), "responsibility_upload"),
    "sites": (_("a table of sites"), _("Sites"), "site_upload"),
    "ledger": (_("a ledger of findings"), _("Findings"), "ledger_upload"),
    "people": (_("a list of units and people"), _("Units"), "unit_list"),
}
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


def doubt_views(reading, sheet_by_name: dict[str, SheetReading]) -> list[DoubtView]:
    views = []
    for doubt in reading.doubts:
        acts = [(number, _act_words(doubt, one)) for number, one in enumerate(doubt.proposals) if can_accept(one)]
        column = next((one.column for one in doubt.proposals if one.column is not None), None)
        one = sheet_by_name.get(doubt.sheet)
        if column is None and one and one.sheet and "heading" in doubt.facts:
            column = next((c.index for c in one.sheet.columns if short(c.text) == doubt.facts["heading"]), None)
        views.append(DoubtView(doubt, doubt_key(doubt), doubt_key(doubt) in reading.known, column, acts))
    return views


def accepted(open_doubts, data) -> list[tuple[Doubt, Proposal]]:
    """What a form accepts: `choice` of the doubt `key`, or the answer `value` to every open doubt of the kinds `kind`."""
    pairs, value, kinds = [], data.get("value"), data.getlist("kind")
    for doubt in open_doubts:
        numbered = [(str(number), one) for number, one in enumerate(doubt.proposals) if can_accept(one)]
        if value is None and doubt_key(doubt) == data.get("key"):
            pairs += [(doubt, one) for number, one in numbered if number == data.get("choice")][:1]
        elif value is not None and doubt.kind in kinds:
            pairs += [(doubt, one) for _number, one in numbered if bulk_value(doubt, one) == value][:1]
    return pairs


def can_accept(proposal: Proposal) -> bool:
    """It is about cells, columns or rows; names of units have questions of their own on the page."""
    return not proposal.name


def _act_words(doubt, proposal):
    act, text = proposal.act, short(proposal.text, 16)
    if doubt.kind == "same_code":
        return _("Yes, one with row %(first)s") % {"first": doubt.facts["first"]}
    if act == "fill":
        if proposal.parts:
            return _("Spread over %(count)s columns") % {"count": len(proposal.parts)}
        return (_("Same as above: %(text)s") if doubt.kind in SAME else _("Write: %(text)s")) % {"text": text}
    if act == "split":
        return _("Split into %(count)s") % {"count": len(proposal.parts)}
    if act == "skip":
        return _("Leave this row out")
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
        "split": _("Split all %(count)s"),
        "skip": _("Leave all %(count)s rows out"),
        "map": _("All %(count)s: take the proposal"),
        "caption": _("All %(count)s: level %(level)s") if level else _("All %(count)s: only captions"),
    }[act]
    return words % {"count": count, "level": MEANINGS.get(level, "")}


def bulk_value(doubt: Doubt, proposal: Proposal) -> str:
    """What makes proposals of several doubts the same answer."""
    if proposal.act == "fill":
        return "spread" if proposal.parts else "same" if doubt.kind in SAME else "fill"
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
    top, bottom = one.sheet.heading if one.sheet else (1, 0)
    return set(range(top, bottom + 1))


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
