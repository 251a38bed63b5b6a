"""What an upload gives when it is read with the decisions a person has taken so far. Nothing is written here.

Import.reading: {"sheets": [{"name", "rows", "merges"}]}. Import.decisions, all optional: "sheets" chosen names; "mapping"
{sheet: {column: meaning}}; "follows" id of the edition it replaces, "pairs" {texts from the top, a line each: key of its old
item or ""}; "cells" {sheet: {"row:column": text}} cells filled in; "skipped" {sheet: [row]}; "known" keys of
doubts a person has looked at; "names" {name: decision} of units, "items" {"sheet|row": item id} (responsibilities).
"""

from dataclasses import dataclass, field
from uuid import UUID

from checklists.itemdata import ItemData, of_node, rows_of, walk
from checklists.models import Import, Standard
from checklists.pairing import Pairing, pair_items
from checklists.sheets.doubts import Doubt
from checklists.sheets.errors import SheetError
from checklists.sheets.grid import Grid, Merge, make_grid
from checklists.sheets.standard import StandardSheet, StandardTree, merge_standards, read_standard
from checklists.tree import read_items


@dataclass(frozen=True)
class SheetReading:
    """One sheet of the workbook. sheet: what it gave, or None and `error` says why not."""

    grid: Grid
    chosen: bool
    sheet: object | None = None
    error: str = ""

    @property
    def name(self) -> str:
        return self.grid.name


@dataclass(frozen=True)
class StandardReading:
    """tree: of the chosen sheets that can be read, None when there is none. old, pairs: of a new edition."""

    sheets: list[SheetReading]
    tree: StandardTree | None
    known: frozenset[str] = frozenset()
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


def read_standard_import(row: Import) -> StandardReading:
    sheets = read_sheets(row, read_standard)
    chosen: list[StandardSheet] = [one.sheet for one in sheets if one.chosen and one.sheet]
    tree = merge_standards(chosen) if chosen else None
    follows = Standard.objects.filter(pk=row.decisions.get("follows")).first()
    if not follows or not tree:
        return StandardReading(sheets, tree, known(row), follows)
    old = read_items(follows)
    chosen_pairs = row.decisions.get("pairs", {})
    news = rows_of([of_node(node) for node in tree.nodes])
    names = dict(zip([one.path for one in news], pair_names(tree), strict=True))
    chosen_by_path = {path: chosen_pairs[name] for path, name in names.items() if name in chosen_pairs}
    return StandardReading(sheets, tree, known(row), follows, old, pair_items(rows_of(old), news, chosen_by_path))


def pair_names(tree: StandardTree) -> list[str]:
    """What names each node between two readings: its texts from the top."""
    return ["\n".join(node.texts) for node in tree.walk()]


# What a sheet does not say of an item, the old edition's item goes on to say.
INHERITED = ("scoring", "steps", "wanted", "frequency", "site_kinds", "is_veto", "note")
INHERITED_IF_EMPTY = ("methods", "points", "wanted_proof")


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


def read_sheets(row: Import, read) -> list[SheetReading]:
    """Every sheet of the workbook through `read(grid, mapping=…)`; not chosen by the person: those that cannot be read."""
    chosen = row.decisions.get("sheets")
    found = []
    for stored in row.reading["sheets"]:
        grid = edited_grid(stored, row.decisions)
        try:
            sheet, error = read(grid, mapping=mapping_of(row, grid.name)), ""
        except SheetError as refused:
            sheet, error = None, str(refused)
        found.append(SheetReading(grid, bool(sheet) if chosen is None else grid.name in chosen, sheet, error))
    return found


def known(row: Import) -> frozenset[str]:
    return frozenset(row.decisions.get("known", ()))


def mapping_of(row: Import, sheet: str) -> dict[int, str]:
    return {int(column): meaning for column, meaning in row.decisions.get("mapping", {}).get(sheet, {}).items()}


def doubt_key(doubt: Doubt) -> str:
    """What names one doubt between two readings."""
    about = doubt.facts.get("heading") or doubt.facts.get("name") or doubt.facts.get("code") or doubt.facts.get("column") or ""
    return f"{doubt.sheet}|{doubt.row}|{doubt.kind}|{about}"


def stored_grid(grid: Grid) -> dict:
    """A grid as plain data."""
    merges = [[merge.top, merge.left, merge.bottom, merge.right] for merge in grid.merges]
    return {"name": grid.name, "rows": [list(cells) for cells in grid.cells], "merges": merges}


def edited_grid(stored: dict, decisions: dict) -> Grid:
    """The stored sheet with the cells a person has filled and without the rows a person has skipped."""
    rows = [list(cells) for cells in stored["rows"]]
    for place, text in decisions.get("cells", {}).get(stored["name"], {}).items():
        row, column = map(int, place.split(":"))
        rows[row - 1][column] = text
    for number in decisions.get("skipped", {}).get(stored["name"], ()):
        rows[number - 1] = [""] * len(rows[number - 1])
    merges = [Merge(*merge) for merge in stored["merges"]]
    return make_grid(stored["name"], rows, merges)
