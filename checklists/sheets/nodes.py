"""The tree of a standard: nodes distinct by their whole path, with what rows and sheets say about each.

Source: the rules of counting (glossary, "standard").
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from .dirt import points_in, whole_of
from .doubts import Doubt, Proposal, short
from .headings import LEVELS
from .text import code_of, folded, joined

NodePath = tuple[tuple[str, str], ...]  # ((level, compared text), ...) from the top


@dataclass
class Node:
    """A node of the tree. level: one of LEVELS; text: as printed; code: the number it begins with; places: (sheet, row);
    wanted: wanted proof as printed; methods: of assessment, in order of appearance; points: of the whole node, None where
    none are printed; steps: (label of the grade, its printed text)."""

    level: str
    text: str
    path: NodePath
    code: str = ""
    places: list[tuple[str, int]] = field(default_factory=list)
    wanted: str = ""
    methods: list[str] = field(default_factory=list)
    points: Decimal | None = None
    steps: tuple[tuple[str, str], ...] = ()
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


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, parents before children, in the order of the sheet."""
    for node in nodes:
        yield from node.walk()


class Tree:
    """Nodes by path. doubts: siblings that begin with the same number but differ, or differ only in looks; points that differ.

    columns: level -> its column in the sheet, for proposals.
    """

    def __init__(self, sheet: str, columns: dict[str, int] | None = None):
        self.sheet = sheet
        self.columns = columns or {}
        self.roots: list[Node] = []
        self.doubts: list[Doubt] = []
        self._nodes: dict[NodePath, Node] = {}
        self._by_code: dict[tuple[NodePath, str, str], Node] = {}
        self._by_looks: dict[tuple[NodePath, str, str], Node] = {}

    def put(self, path: NodePath, text: str, *, place: tuple[str, int], is_whole: bool = True) -> Node:
        """The node of this path, made below its parent if it is new. is_whole: its text is a whole cell, no part of one."""
        node = self._nodes.get(path)
        if node is None:
            node = self._nodes[path] = Node(path[-1][0], text, path, code_of(text))
            parent = self._nodes.get(path[:-1])
            (parent.children if parent else self.roots).append(node)
            self._read_points(node, place)
            if not self._doubt_looks(node, place, is_whole):
                self._doubt_code(node, place, is_whole)
        node.places.append(place)
        return node

    def has(self, path: NodePath) -> bool:
        return path in self._nodes

    def add_node(self, other: Node) -> None:
        """A node of a sheet into the tree of several."""
        node = self.put(other.path, other.text, place=other.places[0])
        node.places += other.places[1:]
        self.add_facts(node, other.places[0], wanted=other.wanted, methods=other.methods, points=other.points, steps=other.steps)

    def add_facts(
        self,
        node: Node,
        place: tuple[str, int],
        *,
        wanted: str = "",
        methods: Iterable[str] = (),
        points: Decimal | None = None,
        steps: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """What a row says about a node, added to what others said; the first points count, others are a doubt."""
        if wanted and joined(wanted) not in map(joined, node.wanted.split("\n\n")):
            node.wanted = f"{node.wanted}\n\n{wanted}" if node.wanted else wanted
        node.methods += [method for method in dict.fromkeys(methods) if method not in node.methods]
        node.steps = node.steps or steps
        if points is not None and node.points not in (None, points):
            facts = {"start": short(node.text), "points": str(points), "other": str(node.points), "first": node.places[0][1]}
            self.doubts.append(Doubt(place[1], "points_differ", facts, place[0]))
        elif points is not None:
            node.points = points

    def _read_points(self, node: Node, place: tuple[str, int]) -> None:
        """The points inside the node's own text, which is kept as printed."""
        points = points_in(node.text)
        if len(points) > 1:
            facts = {"start": short(node.text), "count": len(points), "points": str(whole_of(points))}
            self.doubts.append(Doubt(place[1], "several_points", facts, place[0]))
        node.points = whole_of(points) if points else None

    def _doubt_looks(self, node: Node, place: tuple[str, int], is_whole: bool) -> bool:
        """A sibling that says the same but for dashes, width and spaces."""
        first = self._by_looks.setdefault((node.path[:-1], node.level, folded(node.text)), node)
        if first is node:
            return False
        facts = {"start": short(node.text), "first": first.places[0][1]}
        self.doubts.append(Doubt(place[1], "looks_differ", facts, place[0], self._text_of(first, place) if is_whole else ()))
        return True

    def _doubt_code(self, node: Node, place: tuple[str, int], is_whole: bool) -> None:
        if not node.code or node.level == "requirement":  # ① begins many a cell of several parts and means nothing
            return
        first = self._by_code.setdefault((node.path[:-1], node.level, folded(node.code)), node)
        if first is not node:
            facts = {"code": node.code, "first": first.places[0][1], "start": _after(node), "other": _after(first)}
            self.doubts.append(Doubt(place[1], "same_code", facts, place[0], self._text_of(first, place) if is_whole else ()))

    def _text_of(self, first: Node, place: tuple[str, int]) -> tuple[Proposal, ...]:
        """To write what the first one says, where its level has a column."""
        column = self.columns.get(first.level)
        return (Proposal("fill", row=place[1], column=column, text=first.text),) if column is not None else ()


def _after(node: Node) -> str:
    return short(node.text[len(node.code) :], 30)


def count_levels(roots: list[Node]) -> dict[str, int]:
    """level -> number of distinct nodes, every level named."""
    found = Counter(node.level for node in walk(roots))
    return {level: found[level] for level in LEVELS}


def points_that_do_not_add_up(roots: Iterable[Node]) -> list[Doubt]:
    """A node whose parts all have points that are not its own together, or some whose points are already more."""
    doubts = []
    for node in walk(roots):
        parts = [child.points for child in node.children if child.points is not None]
        if node.points is None or not parts:
            continue
        together = sum(parts)
        if together > node.points or len(parts) == len(node.children) and together != node.points:
            sheet, row = node.places[0]
            facts = {"start": short(node.text), "whole": str(node.points), "sum": str(together)}
            doubts.append(Doubt(row, "points_sum", facts, sheet))
    return doubts
