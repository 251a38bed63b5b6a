"""A responsibility table -> rows with the names of units, and the item each row belongs to.

Source: the 责任分解表 that offices print (glossary, "responsibility table").
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from checklists.timelimits import parse_time_limit

from .body import Body, BodyRow, CaptionRow
from .dirt import methods_in
from .doubts import Doubt, Proposal, in_order, short
from .errors import SheetError
from .grid import Grid
from .headings import LEVELS, Column, find_headings
from .names import is_group, name_doubts, near_names, split_roles
from .settled import NOTHING, Settled
from .text import folded, joined
from .vocabulary import RESPONSIBILITIES

ANY_YEAR = 2024  # a leap year: doubts about dates are the same in any year, the due date is for the campaign to compute
NEAR = 0.6  # part of the pairs of characters two texts share


@dataclass(frozen=True)
class ResponsibilityRow:
    """One row. number: the sheet's row; serial: 序号 as printed; levels: level -> text of the item path; duty: own text of the
    duty, "" = the item's; leads, supporting: names as written, each once; other: (heading, text) kept as remarks."""

    number: int
    serial: str
    method: str
    levels: dict[str, str]
    path: tuple[tuple[str, str], ...]
    duty: str
    measures: str
    time_limit: str
    leading_leader: str
    person: str
    phone: str
    leads: tuple[str, ...]
    supporting: tuple[str, ...]
    note: str
    other: tuple[tuple[str, str], ...]
    unit_code: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The compared texts of the item path from the top; of the duty where no level is given."""
        return tuple(text for _, text in self.path) or ((joined(self.duty),) if self.duty else ())


@dataclass(frozen=True)
class ResponsibilitySheet:
    """What a responsibility sheet says. lead_links, supporting_links: pairs of row and name; names: distinct, in order of
    appearance; near: (name, the fuller one it may be); rows_without_unit: row numbers; levels: distinct nodes named."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[ResponsibilityRow, ...]
    levels: dict[str, int]
    leaves: int
    names: tuple[str, ...]
    near: tuple[tuple[str, str], ...]
    rows_without_unit: tuple[int, ...]
    doubts: tuple[Doubt, ...]
    heading: tuple[int, int] = (1, 1)  # first and last row
    captions: tuple[CaptionRow, ...] = ()  # rows across the table, as they were read

    @property
    def groups(self) -> tuple[str, ...]:
        """The names that stand for several units (各街道, 全区各单位)."""
        return tuple(name for name in self.names if is_group(name))

    @property
    def lead_links(self) -> int:
        return sum(len(row.leads) for row in self.rows)

    @property
    def supporting_links(self) -> int:
        return sum(len(row.supporting) for row in self.rows)

    def as_json(self) -> dict:
        """What `read_sheet --as responsibilities --json` prints."""
        return {
            "rows": len(self.rows),
            "levels": self.levels,
            "leaves": self.leaves,
            "links": {"lead": self.lead_links, "supporting": self.supporting_links},
            "names": list(self.names),
            "rows_without_unit": len(self.rows_without_unit),
            "doubts": [doubt.as_json() for doubt in self.doubts],
        }


@dataclass(frozen=True)
class ItemRef:
    """A lowest item as match_items needs it. ref: whatever names it to the caller (a key); texts: from the top."""

    ref: Hashable
    texts: tuple[str, ...]
    methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemMatch:
    """The item of one row. ref: None if it is not certain; how: "path", "text" or ""; proposals: refs to choose from."""

    row: ResponsibilityRow
    ref: Hashable | None
    how: str = ""
    proposals: tuple[Hashable, ...] = ()
    doubt: Doubt | None = None


def read_responsibilities(
    grid: Grid, *, mapping: dict[int, str] | None = None, known_names: Iterable[str] = (), settled: Settled = NOTHING
) -> ResponsibilitySheet:
    """Rows, names and every doubt of one sheet. Several rows may name one item.

    mapping: column index (from 0) -> meaning ("" = a remark), short for settled.mapping. known_names: names and aliases in the
    register: they are no longer doubted. A row without a unit is counted and listed, not doubted: the table says so.
    Raises SheetError "no_heading", "no_rows".
    """
    settled = replace(settled, mapping=mapping) if mapping else settled
    headings = find_headings(grid, RESPONSIBILITIES, settled)
    body = Body(grid, headings, settled=settled)
    rows = [_make_row(row) for row in body.rows()]
    if not rows:
        raise SheetError("no_rows", sheet=grid.name)
    first_row: dict[str, int] = {}
    for row in rows:
        for name in (*row.leads, *row.supporting):
            first_row.setdefault(name, row.number)
    near = tuple(near_names(list(first_row)))
    doubts = [*headings.doubts, *body.doubts, *name_doubts(first_row, near, set(known_names)), *_row_doubts(rows)]
    lowest = headings.levels[-1] if headings.levels else ""
    return ResponsibilitySheet(
        name=grid.name,
        columns=headings.columns,
        rows=tuple(rows),
        levels=_counts(rows),
        leaves=sum(lowest in row.levels for row in rows),
        names=tuple(first_row),
        near=near,
        rows_without_unit=tuple(row.number for row in rows if not row.leads and not row.supporting),
        doubts=in_order(doubts, grid.name),
        heading=(headings.top, headings.bottom),
        captions=tuple(body.captions),
    )


def match_items(rows: Iterable[ResponsibilityRow], nodes: Iterable[ItemRef], tasks: Iterable[ItemRef] = ()) -> list[ItemMatch]:
    """For each row the lowest item it names: by its whole path, else by its last text if only one item has it, else by what it
    calls its task below the path it gives.

    tasks: the items once more under the words of tasks that are not the item's own. A likeness is only proposed (ref None,
    doubt "near_item"); a row that names a node with several items below is doubted.
    """
    index = _Index(nodes, tasks)
    return [index.match(row) for row in rows]


class _Index:
    """The items by path, by last text and by what stands above them."""

    def __init__(self, nodes: Iterable[ItemRef], tasks: Iterable[ItemRef]):
        self.nodes, self.tasks = list(nodes), list(tasks)
        self.by_path: dict[tuple[str, ...], list[ItemRef]] = {}
        self.by_text: dict[str, list[ItemRef]] = {}
        self.above: dict[tuple[str, ...], list[ItemRef]] = {}
        for node in self.nodes:
            texts = tuple(map(folded, node.texts))
            self.by_path.setdefault(texts, []).append(node)
            self.by_text.setdefault(texts[-1], []).append(node)
            for length in range(1, len(texts)):
                self.above.setdefault(texts[:length], []).append(node)
        self.pairs = [(_pairs(folded(node.texts[-1])), node) for node in self.nodes]

    def match(self, row: ResponsibilityRow) -> ItemMatch:
        texts = tuple(map(folded, row.texts))
        if not texts:
            return ItemMatch(row, None, doubt=Doubt(row.number, "item_not_found", {"start": row.serial}))
        if found := self._best(self.by_path.get(texts, []), texts, row):
            return ItemMatch(row, found.ref, "path")
        same_text = self.by_text.get(texts[-1], [])
        if found := self._best(same_text, texts, row):
            return ItemMatch(row, found.ref, "text")
        start = {"start": short(row.texts[-1])}
        if same_text:
            return self._ask(row, same_text, Doubt(row.number, "item_twice", start | {"count": len(same_text)}))
        if below := self.above.get(texts, []):
            if len(below) == 1:
                return ItemMatch(row, below[0].ref, "path")
            if ref := self._by_task(row, below, texts):
                return ItemMatch(row, ref, "path")
            return self._ask(row, below, Doubt(row.number, "item_above", start | {"count": len(below)}))
        if near := self._near(texts[-1]):
            return self._ask(row, [near], Doubt(row.number, "near_item", start | {"other": short(near.texts[-1])}))
        return ItemMatch(row, None, doubt=Doubt(row.number, "item_not_found", start))

    def _best(self, nodes: list[ItemRef], texts: tuple[str, ...], row: ResponsibilityRow) -> ItemRef | None:
        """The only one, or the only one that shares most of the path and the exact wording and method."""
        if len(nodes) < 2:
            return nodes[0] if nodes else None
        exact, methods = row.texts, set(methods_in(row.method))

        def likeness(node):
            shared = len({*map(folded, node.texts)} & set(texts))
            return shared, node.texts[-1] == exact[-1], bool(methods & set(node.methods))

        best = max(map(likeness, nodes))
        chosen = [node for node in nodes if likeness(node) == best]
        return chosen[0] if len(chosen) == 1 else None

    def _by_task(self, row: ResponsibilityRow, below: list[ItemRef], texts: tuple[str, ...]) -> Hashable | None:
        """Of the items below the path the only one that has the row's words of the task."""
        words, depth = folded(row.duty), len(texts)
        own = [node for node in self.tasks if tuple(map(folded, node.texts[:depth])) == texts]
        found = {node.ref for node in (*below, *own) if words and folded(node.texts[-1]) == words}
        return found.pop() if len(found) == 1 else None

    def _near(self, text: str) -> ItemRef | None:
        pairs = _pairs(text)
        score, _, node = max(
            ((_overlap(pairs, other), -place, node) for place, (other, node) in enumerate(self.pairs)),
            default=(0, 0, None),
            key=lambda found: found[:2],
        )
        return node if score >= NEAR else None

    @staticmethod
    def _ask(row: ResponsibilityRow, nodes: list[ItemRef], doubt: Doubt) -> ItemMatch:
        return ItemMatch(row, None, proposals=tuple(node.ref for node in nodes), doubt=doubt)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(max(1, len(text) - 1)))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _make_row(row: BodyRow) -> ResponsibilityRow:
    leads: dict[str, None] = {}
    supporting: dict[str, None] = {}
    for default, target in (("lead", leads), ("supporting", supporting)):
        for text in row.names.get(default, []):
            for name, role in split_roles(text, default=default):
                (leads if role == "lead" else supporting if role == "supporting" else target)[name] = None
    cells = row.cells
    return ResponsibilityRow(
        number=row.number,
        serial=cells.get("number", ""),
        method=joined(cells.get("method", "") or row.method),
        levels=row.levels,
        path=row.path,
        duty=cells.get("duty", ""),
        measures=cells.get("measures", ""),
        time_limit=cells.get("time_limit", ""),
        leading_leader=cells.get("leading_leader", ""),
        person=cells.get("person", ""),
        phone=cells.get("phone", ""),
        leads=tuple(leads),
        supporting=tuple(name for name in supporting if name not in leads),
        note=cells.get("note", ""),
        other=row.other,
        unit_code=cells.get("unit_code", ""),
    )


def _row_doubts(rows: list[ResponsibilityRow]) -> list[Doubt]:
    """Rows that say the same once more, and time limits that cannot be a date."""
    first: dict[tuple, int] = {}
    doubts = []
    for row in rows:
        key = (row.method, row.path, joined(row.duty))
        seen = first.setdefault(key, row.number)
        if seen != row.number and row.texts:
            facts, skip = {"first": seen, "start": short(row.duty or row.texts[-1])}, Proposal("skip", row=row.number)
            doubts.append(Doubt(row.number, "duplicate", facts, proposals=(skip,)))
        if row.unit_code and not row.leads and not row.supporting:
            doubts.append(Doubt(row.number, "unit_without_name", {"code": short(row.unit_code)}))
        if problem := parse_time_limit(row.time_limit, year=ANY_YEAR).doubt:
            doubts.append(Doubt(row.number, "time_limit", {"problem": problem}))
    return doubts


def _counts(rows: list[ResponsibilityRow]) -> dict[str, int]:
    paths = {row.path[: length + 1] for row in rows for length in range(len(row.path))}
    found = Counter(path[-1][0] for path in paths)
    return {level: found[level] for level in LEVELS}
