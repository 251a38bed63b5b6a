"""A sheet of a standard -> its tree with counts and doubts; several sheets -> one tree.

Rules of counting: glossary, "standard". A node is distinct by its whole path, texts compared after trimming and joining
white space; a blank that no merge covers is no node and is a doubt; parts ①②③ inside a cell stay one requirement.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .body import Body, BodyRow, CaptionRow, method_named
from .dirt import method_parts, methods_in
from .doubts import Doubt, Proposal, in_order, short
from .errors import SheetError
from .grid import Grid
from .headings import LEVELS, Column, find_headings
from .nodes import Node, NodePath, Tree, count_levels, points_that_do_not_add_up, walk
from .settled import NOTHING, Settled
from .text import code_of, joined, numbered_parts
from .vocabulary import STANDARD, Vocabulary

__all__ = ["Node", "StandardRow", "StandardSheet", "StandardTree", "merge_standards", "read_standard", "walk"]


@dataclass(frozen=True)
class StandardRow:
    """One data row of the sheet beside what it became. levels: level -> text; paths: of its lowest nodes (more than one
    only where a cell of criteria was split); other: (heading, text) of columns kept as remarks."""

    number: int
    levels: dict[str, str]
    paths: tuple[NodePath, ...]
    method: str
    wanted: str
    is_leaf: bool
    other: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StandardSheet:
    """What one sheet says. nodes: roots; leaves: data rows with text in the lowest level column; columns: headings as read."""

    name: str
    method: str
    columns: tuple[Column, ...]
    rows: tuple[StandardRow, ...]
    nodes: tuple[Node, ...]
    levels: dict[str, int]
    leaves: int
    doubts: tuple[Doubt, ...]
    heading: tuple[int, int] = (1, 1)  # first and last row
    captions: tuple[CaptionRow, ...] = ()  # rows across the table, as they were read

    def as_json(self) -> dict:
        """What `read_sheet --as standard --json` prints."""
        doubts = [doubt.as_json() for doubt in self.doubts]
        return {"rows": len(self.rows), "levels": self.levels, "leaves": self.leaves, "doubts": doubts}


@dataclass(frozen=True)
class StandardTree:
    """Several sheets as one standard: equal nodes are one. doubts: those of the sheets, then those between them."""

    sheets: tuple[StandardSheet, ...]
    nodes: tuple[Node, ...]
    levels: dict[str, int]
    leaves: int
    doubts: tuple[Doubt, ...]

    def walk(self) -> Iterator[Node]:
        return walk(self.nodes)

    @property
    def lowest(self) -> tuple[Node, ...]:
        """The nodes without children, each of which becomes a Duty when the standard is adopted."""
        return tuple(node for node in self.walk() if not node.children)


def read_standard(
    grid: Grid,
    *,
    mapping: dict[int, str] | None = None,
    settled: Settled = NOTHING,
    vocabulary: Vocabulary = STANDARD,
    method: str = "",
) -> StandardSheet:
    """The tree, the counts and every doubt of one sheet; the sheet's name gives the method where none is given.

    mapping: column index (from 0) -> meaning ("" = a remark), short for settled.mapping. Raises SheetError "no_heading",
    "no_rows".
    """
    settled = replace(settled, mapping=mapping) if mapping else settled
    headings = find_headings(grid, vocabulary, settled)
    body = Body(grid, headings, trailing_blanks=True, settled=settled)
    tree = Tree(grid.name, {meaning: headings.index_of(meaning) for meaning in (*headings.levels, "method")})
    method = method or method_named(grid.name)
    lowest = (headings.levels or LEVELS)[-1]
    rows = [_place_row(tree, row, method=method, lowest=lowest, splits=settled.splits) for row in body.rows()]
    if not rows:
        raise SheetError("no_rows", sheet=grid.name)
    doubts = [*headings.doubts, *body.doubts, *_repeats(rows, grid), *tree.doubts, *points_that_do_not_add_up(tree.roots)]
    return StandardSheet(
        name=grid.name,
        method=method,
        columns=headings.columns,
        rows=tuple(rows),
        nodes=tuple(tree.roots),
        levels=count_levels(tree.roots),
        leaves=sum(row.is_leaf for row in rows),
        doubts=in_order(doubts, grid.name),
        heading=(headings.top, headings.bottom),
        captions=tuple(body.captions),
    )


def merge_standards(sheets: Iterable[StandardSheet]) -> StandardTree:
    """One tree of all sheets: nodes with the same path are one and keep every method, place and wanted proof."""
    sheets = tuple(sheets)
    tree = Tree("")
    for sheet in sheets:
        for node in walk(sheet.nodes):
            tree.add_node(node)
    # A part of a project in another sheet may have the points that a sheet alone lacks: they are added up together.
    said = [doubt for sheet in sheets for doubt in sheet.doubts if doubt.kind != "points_sum"]
    known = {(doubt.kind, doubt.facts["start"]) for doubt in said if "start" in doubt.facts}
    between = [doubt for doubt in tree.doubts if (doubt.kind, doubt.facts["start"]) not in known]
    between += [*points_that_do_not_add_up(tree.roots), *_ended_above(sheets, tree.roots)]
    return StandardTree(
        sheets=sheets,
        nodes=tuple(tree.roots),
        levels=count_levels(tree.roots),
        leaves=sum(sheet.leaves for sheet in sheets),
        doubts=(*said, *between),
    )


def _place_row(tree: Tree, row: BodyRow, *, method: str, lowest: str, splits: frozenset[int]) -> StandardRow:
    """Puts the row's nodes into the tree; a cell of several criteria is split if criterion is the lowest column, or a person
    said so."""
    parts = _criteria(tree, row, is_lowest=lowest == "criterion", splits=splits)
    wanted = _shared_out(row.cells.get("proof", ""), len(parts))
    own_method = row.cells.get("method") or row.method or method
    methods = _methods(tree, row, own_method, len(parts))
    paths = []
    for part, part_wanted, part_methods in zip(parts, wanted, methods, strict=True):
        levels = row.levels | ({"criterion": part} if part else {})
        node = None
        path: NodePath = ()
        for level in LEVELS:
            if level in levels:
                path += ((level, joined(levels[level])),)
                place = (tree.sheet, row.number)
                node = tree.put(path, levels[level], place=place, is_whole=level != "criterion" or len(parts) == 1)
                tree.add_facts(node, place, points=row.points.get(level))
        if node:
            node.code = node.code or code_of(row.cells.get("code", ""))
            tree.add_facts(node, place, wanted=part_wanted, methods=part_methods, steps=row.steps)
            paths.append(path)
    is_leaf = lowest in row.levels or bool(row.steps and paths)
    return StandardRow(row.number, row.levels, tuple(paths), own_method, row.cells.get("proof", ""), is_leaf, row.other)


def _criteria(tree: Tree, row: BodyRow, *, is_lowest: bool, splits: frozenset[int]) -> list[str]:
    """The criteria of the row: [""] if it has none, several where its cell is split."""
    criterion = row.levels.get("criterion", "")
    parts = numbered_parts(criterion)
    if len(parts) < 2 or is_lowest:
        return parts
    first, last = row.area.get("criterion", (row.number, row.number))
    if first in splits:  # as many rows as parts: each its own; otherwise every part has all that stands beside it
        return [parts[row.number - first]] if last - first + 1 == len(parts) else parts
    if not _seen_cell(tree, row):
        facts = {"count": len(parts), "start": short(criterion)}
        split = Proposal("split", row=first, column=tree.columns.get("criterion"), parts=tuple(parts))
        tree.doubts.append(Doubt(row.number, "several_in_cell", facts, tree.sheet, (split,)))
    return [criterion]


def _methods(tree: Tree, row: BodyRow, text: str, count: int) -> list[list[str]]:
    """The methods of each part: numbered like the parts, each its own; otherwise all of them all methods."""
    numbered = method_parts(text)
    if len(numbered) > 1 and len(numbered) == count:
        return [methods_in(part) for part in numbered]
    if len(numbered) > 1:
        facts = {"count": len(numbered), "start": short(text)}
        tree.doubts.append(Doubt(row.number, "several_methods", facts, tree.sheet, _filled(tree, row, text)))
    return [methods_in(text) if text else []] * count


def _filled(tree: Tree, row: BodyRow, text: str) -> tuple[Proposal, ...]:
    column = tree.columns.get("method")
    return (Proposal("fill", row=row.number, column=column, text="、".join(methods_in(text))),) if column is not None else ()


def _seen_cell(tree: Tree, row: BodyRow) -> bool:
    """The criterion of this row is in the tree already: the same merged cell, doubted once."""
    path = row.path
    upto = next(place for place, (level, _) in enumerate(path) if level == "criterion")
    return tree.has(path[: upto + 1])


def _shared_out(text: str, count: int) -> list[str]:
    """One text for each part: numbered like the parts, each its own; otherwise all of them the whole."""
    parts = numbered_parts(text)
    return parts if len(parts) == count else [text] * count


def _repeats(rows: list[StandardRow], grid: Grid) -> list[Doubt]:
    """A leaf row that says the same as one further up; rows that share the merged cell do not repeat it."""
    first: dict[NodePath, int] = {}
    doubts = []
    for row in rows:
        for path in row.paths:
            if not row.is_leaf:
                continue
            seen = first.setdefault(path, row.number)
            if seen != row.number and not _share_a_cell(grid, seen, row.number, row.levels):
                facts, skip = {"first": seen, "start": short(path[-1][1])}, Proposal("skip", row=row.number)
                doubts.append(Doubt(row.number, "duplicate", facts, proposals=(skip,)))
    return doubts


def _ended_above(sheets: tuple[StandardSheet, ...], roots: list[Node]) -> list[Doubt]:
    """A leaf of one sheet that has parts in another: it will be no lowest item, so nobody would be asked for it."""
    inner = {node.path: node for node in walk(roots) if node.children}
    return [
        Doubt(row.number, "ended_above", {"start": short(inner[path].text), "count": len(inner[path].children)}, sheet.name)
        for sheet in sheets
        for row in sheet.rows
        for path in row.paths
        if row.is_leaf and path in inner
    ]


def _share_a_cell(grid: Grid, first: int, second: int, levels: dict[str, str]) -> bool:
    """One merged range holds the lowest text of both rows."""
    text = levels[max(levels, key=LEVELS.index)]
    for index, cell in enumerate(grid.row(second)):
        merge = grid.merge_at(second, index)
        if merge and cell == text and merge.top <= first:
            return True
    return False
