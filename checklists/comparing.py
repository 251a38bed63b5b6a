"""Two editions of a standard as plain rows -> what became of each item, and whose work grows or shrinks. Pure.

Items are the same by their key; what an item took over from others is told by its origins (ItemOrigin). Numbers at the
beginning of a text (1）, ①) are not compared: one item more renumbers all that follow.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher

from checklists.sheets.text import CODE, folded

SAME, ADDED, DROPPED, MOVED, SPLIT, MERGED, REWORDED, POINTS, DEMANDS = (
    "same",
    "added",
    "dropped",
    "moved",
    "split",
    "merged",
    "reworded",
    "points",
    "demands",
)
KINDS = (ADDED, DROPPED, MOVED, SPLIT, MERGED, REWORDED, POINTS, DEMANDS)
STEP_LENGTH = 5  # of one step of a path, "0001."
SMALL_GAP = 2  # equal characters between two changes that are marked with them: shreds are not readable


@dataclass(frozen=True)
class Row:
    """One item of an edition. demands: (name, value) of scoring, proof, methods and so on, for comparison alone."""

    key: str
    path: str
    text: str
    grade: str = ""
    points: Decimal | None = None
    is_leaf: bool = True
    origins: tuple[str, ...] = ()
    demands: tuple[tuple[str, object], ...] = ()

    @property
    def above(self) -> str:
        """The path of what it stands under, "" at the top."""
        return self.path[:-STEP_LENGTH]


@dataclass(frozen=True)
class Difference:
    """What became of some items: one or more kinds; old and new are empty, one or several rows each, in their order."""

    kinds: tuple[str, ...]
    old: tuple[Row, ...]
    new: tuple[Row, ...]

    @property
    def row(self) -> Row:
        """The row that stands for it."""
        return (self.new or self.old)[0]


def compare(old: Sequence[Row], new: Sequence[Row]) -> list[Difference]:
    """Every row of both editions in exactly one difference (SAME included), in the order of the new edition.

    A dropped item stands where it stood: behind the last item before it that is still there.
    """
    groups = _groups(old, new, _links(old, new))
    whose = {("old", row.key): n for n, group in enumerate(groups) for row in group[0]}
    whose |= {("new", row.key): n for n, group in enumerate(groups) for row in group[1]}
    parents = _Parents(old, new, whose)
    found = [Difference(_kinds(before, after, parents), before, after) for before, after in groups]
    return _in_order(found, old)


def _links(old, new):
    """(old key, new key) of rows that have to do with each other."""
    olds, news = {row.key: row for row in old}, {row.key: row for row in new}
    links = {(key, key) for key in olds.keys() & news.keys()}
    for row in new:
        # A copy carries the origins of its past editions along: only what is new or what has gone tells of a change here.
        links |= {(key, row.key) for key in row.origins if key in olds and (key not in news or row.key not in olds)}
    linked_old, linked_new = {one for one, _other in links}, {other for _one, other in links}
    for key in olds.keys() & news.keys():
        if olds[key].is_leaf and not news[key].is_leaf:  # its parts are its items now
            parts = [row for row in _below(news[key], new) if row.is_leaf and row.key not in linked_new]
            links |= {(key, row.key) for row in parts}
        elif news[key].is_leaf and not olds[key].is_leaf:  # it speaks for its former parts
            parts = [row for row in _below(olds[key], old) if row.is_leaf and row.key not in linked_old]
            links |= {(row.key, key) for row in parts}
    return links


def _below(row, rows):
    return [one for one in rows if one.path.startswith(row.path) and one.path != row.path]


def _groups(old, new, links):
    """Rows that hang together by links: [(old rows, new rows)]."""
    group_of = {("old", row.key): {("old", row.key)} for row in old} | {("new", row.key): {("new", row.key)} for row in new}
    for one, other in links:
        mine, yours = group_of["old", one], group_of["new", other]
        if mine is not yours:
            mine |= yours
            for member in yours:
                group_of[member] = mine
    rows = {("old", row.key): (n, row) for n, row in enumerate(old)} | {("new", row.key): (n, row) for n, row in enumerate(new)}
    groups = []
    for group in {id(group): group for group in group_of.values()}.values():
        sides = {side: sorted(rows[one][0] for one in group if one[0] == side) for side in ("old", "new")}
        groups.append((tuple(old[n] for n in sides["old"]), tuple(new[n] for n in sides["new"])))
    return groups


class _Parents:
    """Which group a row stands under, in its own edition."""

    def __init__(self, old, new, whose):
        self.by_path = {"old": {row.path: row for row in old}, "new": {row.path: row for row in new}}
        self.whose = whose

    def of(self, side: str, row: Row) -> int | None:
        parent = self.by_path[side].get(row.above)
        return self.whose[side, parent.key] if parent else None


def _kinds(before, after, parents):
    if not before:
        return (ADDED,)
    if not after:
        return (DROPPED,)
    if len(after) > 1 or len(before) > 1:
        return tuple(kind for kind, applies in ((SPLIT, len(after) > 1), (MERGED, len(before) > 1)) if applies)
    old, new = before[0], after[0]
    changes = {
        MOVED: parents.of("old", old) != parents.of("new", new),
        REWORDED: body(old.text) != body(new.text),
        POINTS: old.points != new.points,
        DEMANDS: old.demands != new.demands,
    }
    return tuple(kind for kind, applies in changes.items() if applies) or (SAME,)


def _in_order(found, old):
    """New order; dropped ones behind the last old row before them that has a place."""
    place_of = {row.key: one.new[0].path for one in found if one.new for row in one.old}
    places, last = {}, ""
    for row in old:
        last = place_of.get(row.key, last)
        places[row.key] = last
    return sorted(found, key=lambda one: (one.new[0].path, 0, "") if one.new else (places[one.old[0].key], 1, one.old[0].path))


def body(text: str) -> str:
    """What texts are compared by: without the number they begin with, white space, width, dashes."""
    return folded(CODE.sub("", text.strip(), count=1))


def changed_demands(old: Row, new: Row) -> list[tuple[str, object, object]]:
    """(name, before, after) of the demands that differ."""
    before, after = dict(old.demands), dict(new.demands)
    names = dict.fromkeys([*before, *after])
    return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


# --- words --------------------------------------------------------------------------------------------

WORD = re.compile(r"[A-Za-z0-9.%]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    text: str
    is_changed: bool


def mark_words(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces: those only one of them has are changed. Joined, the pieces give the texts again."""
    before, after = WORD.findall(old), WORD.findall(new)
    old_flags, new_flags = [True] * len(before), [True] * len(after)
    for start, other, size in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        is_shred = size <= SMALL_GAP and 0 < start < len(before) - size and 0 < other < len(after) - size
        if not is_shred:
            old_flags[start : start + size] = [False] * size
            new_flags[other : other + size] = [False] * size
    return _pieces(before, old_flags), _pieces(after, new_flags)


def _pieces(words, flags):
    pieces: list[Piece] = []
    for word, flag in zip(words, flags, strict=True):
        if pieces and pieces[-1].is_changed == flag:
            pieces[-1] = Piece(pieces[-1].text + word, flag)
        else:
            pieces.append(Piece(word, flag))
    return pieces


# --- work ---------------------------------------------------------------------------------------------


@dataclass
class Work:
    """What the new edition means for one unit. changed: items it has that ask for something else now."""

    unit: object
    gains: list[Row] = field(default_factory=list)
    loses: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)


def count_work(differences: Iterable[Difference], units: Mapping[str, Sequence]) -> list[Work]:
    """Whose work grows, shrinks or changes, in the order of first appearance. units: key of an old item -> its units.

    Only lowest items are work. An added item is nobody's yet; of a split one its units get the other parts too; merged ones
    stay with all their units.
    """
    found: dict[object, Work] = {}
    mine = defaultdict(list)
    for one in differences:
        for row in one.old:
            for unit in units.get(row.key, ()):
                mine[id(one)].append(unit)
        work = [found.setdefault(unit, Work(unit)) for unit in dict.fromkeys(mine[id(one)])]
        parts = [row for row in one.new if row.is_leaf]
        for row in work:
            if DROPPED in one.kinds:
                row.loses += one.old
            elif SPLIT in one.kinds:
                row.gains += parts[1:]
            elif MERGED in one.kinds or {REWORDED, DEMANDS, POINTS} & set(one.kinds):
                row.changed += one.new
    return [work for work in found.values() if work.gains or work.loses or work.changed]
