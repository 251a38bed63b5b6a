"""What an upload gives when it is read with the decisions a person has taken so far. Nothing is written here.

Import.reading: {"sheets": [{"name", "rows", "merges"}]}. Import.decisions, all optional: "sheets" chosen names; "mapping"
{sheet: {column: meaning}}; "cells" {sheet: {"row:column": text}} cells filled in; "skipped" {sheet: [row]}; "known" keys of
doubts a person has looked at; "names" {name: decision} of units, "items" {"sheet|row": item id} (responsibilities).
"""

from dataclasses import dataclass

from checklists.models import Import
from checklists.sheets.doubts import Doubt
from checklists.sheets.errors import SheetError
from checklists.sheets.grid import Grid, Merge, make_grid
from checklists.sheets.standard import StandardSheet, StandardTree, merge_standards, read_standard


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
    """tree: of the chosen sheets that can be read, None when there is none."""

    sheets: list[SheetReading]
    tree: StandardTree | None
    known: frozenset[str] = frozenset()

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        return self.tree.doubts if self.tree else ()

    @property
    def open_doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if doubt_key(doubt) not in self.known]


def read_standard_import(row: Import) -> StandardReading:
    sheets = read_sheets(row, read_standard)
    chosen: list[StandardSheet] = [one.sheet for one in sheets if one.chosen and one.sheet]
    return StandardReading(sheets, merge_standards(chosen) if chosen else None, known(row))


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
