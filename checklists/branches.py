"""The tree of a standard as plain ids: put, moved, split, merged, taken out; then laid out in paths. Pure.

Every act keeps a well-formed tree or raises TreeError: no node below itself, each level deeper than the one above, at most
as deep as a requirement. Levels count from 0 (project) in the order of Item.Grade.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

STEP = "{:04d}."  # one step of Item.path
LOWEST = 4  # requirement

Id = Hashable


class TreeError(Exception):
    """code: edge (there is no place there), depth, below_itself, siblings, has_parts."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Twig:
    """A node as it is stored."""

    id: Id
    parent: Id | None
    level: int


@dataclass(frozen=True)
class Place:
    """Where a node stands in the end."""

    id: Id
    parent: Id | None
    path: str
    level: int
    is_leaf: bool


class Branches:
    """The tree while it is worked on."""

    def __init__(self, twigs: Iterable[Twig]):
        """twigs: parents before children, siblings in order."""
        self.parent: dict[Id, Id | None] = {}
        self.level: dict[Id, int] = {}
        self.below: dict[Id | None, list[Id]] = {None: []}
        for twig in twigs:
            self.parent[twig.id], self.level[twig.id] = twig.parent, twig.level
            self.below.setdefault(twig.id, [])
            self.below.setdefault(twig.parent, []).append(twig.id)

    def layout(self) -> list[Place]:
        """Every node with its path, in the order of the sheet."""
        places: list[Place] = []
        waiting: list[tuple[Id, str]] = [(one, STEP.format(n)) for n, one in enumerate(self.below[None], 1)]
        while waiting:
            one, path = waiting.pop(0)
            parts = self.below[one]
            places.append(Place(one, self.parent[one], path, self.level[one], not parts))
            waiting = [(part, path + STEP.format(n)) for n, part in enumerate(parts, 1)] + waiting
        return places

    def put(self, one: Id, *, parent: Id | None = None, behind: Id | None = None) -> None:
        """A new node: behind a sibling, else last under `parent`."""
        parent = self.parent[behind] if behind is not None else parent
        self.below[one], self.level[one] = [], -1
        self._insert(one, parent, behind)

    def move(self, one: Id, *, parent: Id | None = None, behind: Id | None = None) -> None:
        """To another place with everything below it: behind a node, else last under `parent`."""
        parent = self.parent[behind] if behind is not None else parent
        if behind == one:
            return
        above = parent
        while above is not None:
            if above == one:
                raise TreeError("below_itself")
            above = self.parent[above]
        self.below[self.parent[one]].remove(one)
        self._insert(one, parent, behind)

    def up(self, one: Id) -> None:
        """Before the sibling before it."""
        row = self._siblings(one)
        place = row.index(one)
        if not place:
            raise TreeError("edge")
        row[place - 1 : place + 1] = [one, row[place - 1]]

    def down(self, one: Id) -> None:
        row = self._siblings(one)
        place = row.index(one)
        if place == len(row) - 1:
            raise TreeError("edge")
        row[place : place + 2] = [row[place + 1], one]

    def out(self, one: Id) -> None:
        """One level up, behind what it stood under."""
        parent = self.parent[one]
        if parent is None:
            raise TreeError("edge")
        self.move(one, behind=parent)

    def into(self, one: Id) -> None:
        """One level down, last under the sibling before it."""
        row = self._siblings(one)
        place = row.index(one)
        if not place:
            raise TreeError("edge")
        self.move(one, parent=row[place - 1])

    def split(self, one: Id, others: Sequence[Id]) -> None:
        """New siblings behind it, on its level; what lies below stays with the first."""
        behind = one
        for other in others:
            self.put(other, behind=behind)
            self.level[other], behind = self.level[one], other

    def merge(self, ones: Sequence[Id]) -> Id:
        """The first of these siblings takes over everything below the others, which go; return the first."""
        if len(ones) < 2 or len({self.parent[one] for one in ones}) != 1:
            raise TreeError("siblings")
        row = self._siblings(ones[0])
        first, *others = sorted(ones, key=row.index)
        for other in others:
            for part in list(self.below[other]):
                self.move(part, parent=first)
            self.remove(other)
        return first

    def remove(self, one: Id) -> None:
        """A node with nothing below it."""
        if self.below[one]:
            raise TreeError("has_parts")
        self._siblings(one).remove(one)
        del self.below[one], self.parent[one], self.level[one]

    def _siblings(self, one):
        return self.below[self.parent[one]]

    def _insert(self, one, parent, behind):
        row = self.below[parent]
        above = -1 if parent is None else self.level[parent]
        mates = [self.level[mate] for mate in row]
        level = mates[0] if mates else max(above + 1, self.level[one])
        row.insert(row.index(behind) + 1 if behind is not None else len(row), one)
        self.parent[one] = parent
        self._set_level(one, level)

    def _set_level(self, one, level):
        if level > LOWEST:
            raise TreeError("depth")
        self.level[one] = level
        for part in self.below[one]:
            if self.level[part] <= level:
                self._set_level(part, level + 1)
