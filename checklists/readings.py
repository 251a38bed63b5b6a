"""What an upload gives when it is read with the decisions a person has taken so far. Nothing is written here.

Import.reading: {"sheets": [{"name", "kind", "rows", "merges", "widths" {column: width} where the file gives them}]}.
Import.decisions, all optional: "sheets" chosen names;
"headings" {sheet: [first row, last row]}; "mapping" {sheet: {column: meaning}}; "captions" {sheet: {row: level}}; "splits"
{sheet: [row]}; "cells" {sheet: {"row:column": text}} cells filled in; "skipped" {sheet: [row]}; "known" keys of doubts a
person has looked at; "names" {name: decision} of units, "items" {"sheet|row": item id} (responsibilities); "remembered"
{heading: meaning} as said for an earlier sheet; "before" the decisions before the last one; "follows" id of the edition it
replaces, "pairs" {texts from the top, a line each: key of its old item or ""}.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

from checklists.itemdata import ItemData, of_node, rows_of, walk
from checklists.models import Import, Standard
from checklists.pairing import Pairing, pair_items
from checklists.sheets.doubts import Doubt
from checklists.sheets.errors import SheetError
from checklists.sheets.grid import Grid, Merge, make_grid
from checklists.sheets.headings import SEARCHED_ROWS, plain
from checklists.sheets.kinds import KINDS, propose_kind
from checklists.sheets.settled import Settled
from checklists.sheets.standard import StandardSheet, StandardTree, merge_standards
from checklists.tree import read_items

LONGEST_NAME = Standard._meta.get_field("name").max_length
ATTACHED = re.compile(r"^附[件表录]\s*[\d一二三四五六七八九十]*[:：]?$")
TAKEN = {  # kinds of sheets an import takes by itself
    Import.Kind.STANDARD: ("standard", "survey"),
    Import.Kind.RESPONSIBILITIES: ("responsibilities",),
    Import.Kind.PEOPLE: ("people",),
    Import.Kind.SITES: ("sites",),
    Import.Kind.LEDGER: ("ledger",),
}


@dataclass(frozen=True)
class SheetReading:
    """One sheet of the workbook. sheet: what it gave, or None and `error` says why not; kind: what it looks like, "" = unsure;
    remembered: columns read as an earlier sheet taught."""

    grid: Grid
    chosen: bool
    sheet: object | None = None
    error: str = ""
    kind: str = ""
    is_other: bool = False  # it looks like a sheet of another kind
    remembered: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        return self.grid.name


@dataclass(frozen=True)
class StandardReading:
    """tree: of the chosen sheets that can be read, None when there is none; name: the one it is saved under. old, pairs: of a
    new edition."""

    sheets: list[SheetReading]
    tree: StandardTree | None
    known: frozenset[str] = frozenset()
    name: str = ""
    follows: Standard | None = None
    old: list[ItemData] = field(default_factory=list)  # of the edition it replaces
    pairs: list[Pairing] = field(default_factory=list)  # of every node with an old item, in order

    @property
    def open_pairs(self) -> list[Pairing]:
        return [pair for pair in self.pairs if pair.is_doubtful]

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        return self.tree.doubts if self.tree else ()

    @property
    def open_doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if doubt_key(doubt) not in self.known]

    @property
    def marks(self) -> list[Doubt]:
        """What the sheet handed back says beside its rows."""
        return self.open_doubts


def read_standard_import(row: Import) -> StandardReading:
    sheets = read_sheets(row, lambda grid, kind, settled: KINDS[kind].read(grid, settled=settled))
    used = [one for one in sheets if one.chosen and one.sheet]
    chosen: list[StandardSheet] = [one.sheet for one in used]
    tree = merge_standards(chosen) if chosen else None
    follows = Standard.objects.filter(pk=row.decisions.get("follows")).first()
    plain_reading = StandardReading(sheets, tree, known(row), _name_of(row, used, follows), follows)
    if not follows or not tree:
        return plain_reading
    old = read_items(follows)
    chosen_pairs = row.decisions.get("pairs", {})
    news = rows_of([of_node(node) for node in tree.nodes])
    names = dict(zip([one.path for one in news], pair_names(tree), strict=True))
    chosen_by_path = {path: chosen_pairs[name] for path, name in names.items() if name in chosen_pairs}
    return replace(plain_reading, old=old, pairs=pair_items(rows_of(old), news, chosen_by_path))


def _name_of(row: Import, sheets: list[SheetReading], follows: Standard | None) -> str:
    """What the person wrote, else the edition before, else the title above a heading, else the name of the file."""
    titles = [title_above(one.grid, one.sheet.heading[0]) for one in sheets]
    names = (row.decisions.get("name", ""), follows.name if follows else "", *titles, row.original.name.rpartition(".")[0])
    return next(filter(None, names))[:LONGEST_NAME]


def title_above(grid: Grid, top: int) -> str:
    """The first text that stands alone in a row above the heading and is no 附件1 or the like; "" where there is none."""
    for number in range(1, top):
        texts = [text for text in grid.row(number) if text]
        if len(texts) == 1 and not ATTACHED.match(texts[0]):
            return " ".join(texts[0].split())
    return ""


def pair_names(tree: StandardTree) -> list[str]:
    """What names each node between two readings: its texts from the top."""
    return ["\n".join(node.texts) for node in tree.walk()]


# What a sheet does not say of an item, the old edition's item goes on to say.
INHERITED = ("wanted", "frequency", "site_kinds", "is_veto", "note")
INHERITED_IF_EMPTY = ("methods", "points", "scoring", "steps", "wanted_proof")


def items_of(reading: StandardReading) -> list[ItemData]:
    """The items to save; of a new edition with the keys, the origins and the unsaid rules of their old ones."""
    items = [of_node(node) for node in reading.tree.nodes]
    olds = {str(item.key): item for item in walk(reading.old)}
    for item, pair in zip(walk(items), reading.pairs, strict=bool(reading.pairs)):
        item.origins = [UUID(key) for key in pair.origins]
        if pair.old:
            old = olds[pair.old.key]
            item.key, item.origins = old.key, sorted({*item.origins, *old.origins} - {old.key})
            for name in INHERITED:
                setattr(item, name, getattr(old, name))
            for name in INHERITED_IF_EMPTY:
                setattr(item, name, getattr(item, name) or getattr(old, name))
    return items


def read_sheets(row: Import, read: Callable[[Grid, str, Settled], object]) -> list[SheetReading]:
    """Every sheet of the workbook through `read`, as the kind of this import that fits it best.

    Not chosen by the person: those that can be read and do not look like another kind; if all look so, all that can be read.
    """
    found = []
    for stored in row.reading["sheets"]:
        grid, kind = edited_grid(stored, row.decisions), stored.get("kind", "")
        found.append(_read_sheet(row, read, grid, kind))
    chosen = row.decisions.get("sheets")
    if chosen is None:
        fit = [one for one in found if one.sheet and not one.is_other] or [one for one in found if one.sheet]
        chosen = [one.name for one in fit]
    return [replace(one, chosen=one.name in chosen) for one in found]


def _as_kind(row, kind):
    """The kind a sheet is read as: its own where this import takes it, else the first that it takes."""
    taken = TAKEN[row.kind]
    return kind if kind in taken else taken[0]


def _read_sheet(row, read, grid, kind):
    settled, remembered = settled_of(row, grid)
    sheet, error = None, ""
    for attempt in (settled, _with_taught_heading(row, grid, settled)):
        try:
            sheet, error = read(grid, _as_kind(row, kind), attempt), ""
            break
        except SheetError as refused:
            error = error or str(refused)
    return SheetReading(grid, False, sheet, error, kind, kind not in ("", *TAKEN[row.kind]), remembered if sheet else frozenset())


def settled_of(row: Import, grid: Grid) -> tuple[Settled, frozenset[int]]:
    """What is settled about one sheet, and the columns whose meaning an earlier sheet taught; the person goes before it."""
    decided, name = row.decisions, grid.name
    own, heading = mapping_of(row, name), decided.get("headings", {}).get(name)
    _number, taught = _taught(row, grid)
    taught = {index: meaning for index, meaning in taught.items() if index not in own}
    settled = Settled(
        heading=tuple(heading) if heading else None,
        mapping=taught | own,
        captions={int(number): level for number, level in decided.get("captions", {}).get(name, {}).items()},
        splits=frozenset(decided.get("splits", {}).get(name, ())),
    )
    return settled, frozenset(taught)


def _taught(row, grid):
    """(row, column -> meaning) of the row with most headings that an earlier sheet taught, among those chosen as heading."""
    remembered, heading = row.decisions.get("remembered", {}), row.decisions.get("headings", {}).get(grid.name)
    first, last = heading or (1, SEARCHED_ROWS)
    found = [
        (number, {index: remembered[plain(text)] for index, text in enumerate(grid.row(number)) if plain(text) in remembered})
        for number in range(first, min(grid.height, last) + 1)
    ]
    return max(found if remembered else [], key=lambda one: len(one[1]), default=(0, {}))


def _with_taught_heading(row, grid, settled):
    """The same, the heading being where an earlier sheet's own words stand."""
    number, taught = _taught(row, grid)
    return replace(settled, heading=(number, number)) if taught and not settled.heading else settled


def unaided(row: Import, one: SheetReading) -> dict[int, str]:
    """The meanings of the sheet's columns as the portal reads them by itself; {} where it cannot."""
    settled, _taught = settled_of(row, one.grid)
    try:
        alone = replace(settled, mapping={}, heading=one.sheet.heading)
        sheet = KINDS[_as_kind(row, one.kind)].read(one.grid, settled=alone)
    except SheetError:
        return {}
    return {column.index: column.meaning for column in sheet.columns}


def known(row: Import) -> frozenset[str]:
    return frozenset(row.decisions.get("known", ()))


def mapping_of(row: Import, sheet: str) -> dict[int, str]:
    return {int(column): meaning for column, meaning in row.decisions.get("mapping", {}).get(sheet, {}).items()}


def doubt_key(doubt: Doubt) -> str:
    """What names one doubt between two readings."""
    about = doubt.facts.get("heading") or doubt.facts.get("name") or doubt.facts.get("code") or doubt.facts.get("column") or ""
    return f"{doubt.sheet}|{doubt.row}|{doubt.kind}|{about}"


def stored_grid(grid: Grid, widths: dict[int, float] | None = None) -> dict:
    """A grid as plain data, with the kind of sheet it looks like and the widths its file gives its columns."""
    merges = [[merge.top, merge.left, merge.bottom, merge.right] for merge in grid.merges]
    kind = propose_kind(grid).kind
    stored = {"name": grid.name, "kind": kind, "rows": [list(cells) for cells in grid.cells], "merges": merges}
    return stored | ({"widths": {str(column): width for column, width in widths.items()}} if widths else {})


def filled_grid(stored: dict, decisions: dict) -> Grid:
    """The stored sheet with the cells a person has filled and every row."""
    return edited_grid(stored, {"cells": decisions.get("cells", {})})


def edited_grid(stored: dict, decisions: dict) -> Grid:
    """The stored sheet with the cells a person has filled and without the rows a person has skipped."""
    rows = [list(cells) for cells in stored["rows"]]
    for place, text in decisions.get("cells", {}).get(stored["name"], {}).items():
        row, column = map(int, place.split(":"))
        if 0 < row <= len(rows) and column < len(rows[row - 1]):
            rows[row - 1][column] = text
    for number in decisions.get("skipped", {}).get(stored["name"], ()):
        if 0 < number <= len(rows):
            rows[number - 1] = [""] * len(rows[number - 1])
    merges = [Merge(*merge) for merge in stored["merges"]]
    return make_grid(stored["name"], rows, merges)
