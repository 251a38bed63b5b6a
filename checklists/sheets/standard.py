"""A sheet of a standard -> its tree with counts and doubts; several sheets -> one tree.

Rules of counting: glossary, "standard". A node is distinct by its whole path, texts compared after trimming and joining
white space; a blank that no merge covers is no node and is a doubt; parts ①②③ inside a cell stay one requirement.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .body import Body, BodyRow, method_named
from .doubts import Doubt, short
from .errors import SheetError
from .grid import Grid
from .headings import LEVELS, Column, find_headings
from .text import code_of, joined, numbered_parts

NodePath = tuple[tuple[str, str], ...]  # ((level, compared text), ...) from the top


@dataclass
class Node:
    """A node of the tree. level: one of LEVELS; text: as printed; code: the number it begins with; places: (sheet, row);
    wanted: wanted proof as printed; methods: of assessment, in order of appearance."""

    level: str
    text: str
    path: NodePath
    code: str = ""
    places: list[tuple[str, int]] = field(default_factory=list)
    wanted: str = ""
    methods: list[str] = field(default_factory=list)
    points: str = ""
    children: list["Node"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        """Itself and everything below, parents first, in the order of the sheet."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def texts(self) -> tuple[str, ...]:
        """The compared texts from the top."""
        return tuple(text for _, text in self.path)


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


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, parents before children, in the order of the sheet."""
    for node in nodes:
        yield from node.walk()


def read_standard(grid: Grid, *, mapping: dict[int, str] | None = None) -> StandardSheet:
    """The tree, the counts and every doubt of one sheet; the sheet's name gives the method.

    mapping: column index (from 0) -> meaning ("" = a remark), decided by a person. Raises SheetError "no_heading", "no_rows".
    """
    headings = find_headings(grid, wanted=LEVELS, examples="测评项目、测评标准、具体要求", mapping=mapping)
    body, tree = Body(grid, headings, trailing_blanks=True), _Tree(grid.name)
    method = method_named(grid.name)
    lowest = headings.levels[-1]
    rows = [_place_row(tree, row, method=method, lowest=lowest) for row in body.rows()]
    if not rows:
        raise SheetError("no_rows", sheet=grid.name)
    doubts = [*headings.doubts, *body.doubts, *_repeats(rows, grid), *tree.doubts]
    return StandardSheet(
        name=grid.name,
        method=method,
        columns=headings.columns,
        rows=tuple(rows),
        nodes=tuple(tree.roots),
        levels=_counts(tree.roots),
        leaves=sum(row.is_leaf for row in rows),
        doubts=_in_order(doubts, grid.name),
    )


def merge_standards(sheets: Iterable[StandardSheet]) -> StandardTree:
    """One tree of all sheets: nodes with the same path are one and keep every method, place and wanted proof."""
    sheets = tuple(sheets)
    tree = _Tree("")
    for sheet in sheets:
        for node in walk(sheet.nodes):
            tree.add_node(node)
    said = [doubt for sheet in sheets for doubt in sheet.doubts]
    known = {(doubt.facts["code"], doubt.facts["start"]) for doubt in said if doubt.kind == "same_code"}
    between = [doubt for doubt in tree.doubts if (doubt.facts["code"], doubt.facts["start"]) not in known]
    between += _ended_above(sheets, tree.roots)
    return StandardTree(
        sheets=sheets,
        nodes=tuple(tree.roots),
        levels=_counts(tree.roots),
        leaves=sum(sheet.leaves for sheet in sheets),
        doubts=(*said, *between),
    )


class _Tree:
    """Nodes by path. doubts: siblings that begin with the same number but differ, and cells of several standards."""

    def __init__(self, sheet: str):
        self.sheet = sheet
        self.roots: list[Node] = []
        self.doubts: list[Doubt] = []
        self._nodes: dict[NodePath, Node] = {}
        self._by_code: dict[tuple[NodePath, str, str], Node] = {}

    def put(self, path: NodePath, text: str, *, place: tuple[str, int]) -> Node:
        """The node of this path, made below its parent if it is new."""
        node = self._nodes.get(path)
        if node is None:
            node = self._nodes[path] = Node(path[-1][0], text, path, code_of(text))
            parent = self._nodes.get(path[:-1])
            (parent.children if parent else self.roots).append(node)
            self._doubt_code(node, place)
        node.places.append(place)
        return node

    def has(self, path: NodePath) -> bool:
        return path in self._nodes

    def add_node(self, other: Node) -> None:
        """A node of a sheet into the tree of several."""
        node = self.put(other.path, other.text, place=other.places[0])
        node.places += other.places[1:]
        _add_facts(node, wanted=other.wanted, methods=other.methods, points=other.points)

    def _doubt_code(self, node: Node, place: tuple[str, int]) -> None:
        if not node.code or node.level == "requirement":  # ① begins many a cell of several parts and means nothing
            return
        first = self._by_code.setdefault((node.path[:-1], node.level, node.code), node)
        if first is not node:
            facts = {"code": node.code, "first": first.places[0][1], "start": _after(node), "other": _after(first)}
            self.doubts.append(Doubt(place[1], "same_code", facts, place[0]))


def _after(node: Node) -> str:
    return short(node.text[len(node.code) :], 30)


def _place_row(tree: _Tree, row: BodyRow, *, method: str, lowest: str) -> StandardRow:
    """Puts the row's nodes into the tree; a cell of several criteria is split only if criterion is the lowest column."""
    criterion = row.levels.get("criterion", "")
    parts = numbered_parts(criterion)
    if len(parts) > 1 and lowest != "criterion":
        if not _seen_cell(tree, row):
            facts = {"count": len(parts), "start": short(criterion)}
            tree.doubts.append(Doubt(row.number, "several_in_cell", facts, tree.sheet))
        parts = [criterion]
    wanted = _shared_out(row.cells.get("proof", ""), len(parts))
    own_method = row.cells.get("method") or row.method or method
    methods = _shared_out(own_method, len(parts))
    paths = []
    for part, part_wanted, part_method in zip(parts, wanted, methods, strict=True):
        levels = row.levels | ({"criterion": part} if criterion else {})
        node = None
        path: NodePath = ()
        for level in LEVELS:
            if level in levels:
                path += ((level, joined(levels[level])),)
                node = tree.put(path, levels[level], place=(tree.sheet, row.number))
        if node:
            points = row.cells.get("points", "")
            _add_facts(node, wanted=part_wanted, methods=[joined(part_method)] if part_method else [], points=points)
            paths.append(path)
    return StandardRow(
        row.number, row.levels, tuple(paths), own_method, row.cells.get("proof", ""), lowest in row.levels, row.other
    )


def _seen_cell(tree: _Tree, row: BodyRow) -> bool:
    """The criterion of this row is in the tree already: the same merged cell, doubted once."""
    path = row.path
    upto = next(place for place, (level, _) in enumerate(path) if level == "criterion")
    return tree.has(path[: upto + 1])


def _shared_out(text: str, count: int) -> list[str]:
    """One text for each part: numbered like the parts, each its own; otherwise all of them the whole."""
    parts = numbered_parts(text)
    return parts if len(parts) == count else [text] * count


def _add_facts(node: Node, *, wanted: str, methods: list[str], points: str) -> None:
    if wanted and joined(wanted) not in map(joined, node.wanted.split("\n\n")):
        node.wanted = f"{node.wanted}\n\n{wanted}" if node.wanted else wanted
    node.methods += [method for method in methods if method not in node.methods]
    node.points = node.points or points


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
                doubts.append(Doubt(row.number, "duplicate", {"first": seen, "start": short(path[-1][1])}))
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


def _counts(roots: list[Node]) -> dict[str, int]:
    """level -> number of distinct nodes, every level named."""
    found = Counter(node.level for node in walk(roots))
    return {level: found[level] for level in LEVELS}


def _in_order(doubts: list[Doubt], sheet: str) -> tuple[Doubt, ...]:
    """By row, each with the sheet's name."""
    named = [Doubt(doubt.row, doubt.kind, doubt.facts, doubt.sheet or sheet) for doubt in doubts]
    return tuple(sorted(named, key=lambda doubt: doubt.row))
