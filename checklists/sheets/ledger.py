"""A ledger of findings -> one row per finding. Source: the 问题整改台账 that offices keep (glossary, "finding")."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from checklists.timelimits import RELATIVE, parse_time_limit

from .body import BodyRow
from .doubts import Doubt, Proposal, in_order, short
from .flat import read_flat
from .grid import Grid
from .headings import Column, Headings
from .names import name_doubts, near_names, split_roles
from .settled import NOTHING, Settled
from .text import folded, joined
from .vocabulary import LEDGER

ANY_YEAR = 2024  # a leap year: doubts about dates are the same in any year
DATES = ("found_on", "issued_on", "done_on", "verified_on", "closed_on")
PHOTOS = ("photo_before", "photo_after")
WRITTEN_DAY = re.compile(
    r"^(?:(?P<year>20\d\d) ?[-./年] ?)?(?P<month>\d{1,2}) ?[-./月] ?(?P<day>\d{1,2})(?:[日号] ?|[ T]|$)"
    r"(?:(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})?分?(?::\d{1,2})?)?$"
)
CLOSE_DAY = re.compile(r"^(20\d\d)(\d\d)(\d\d)$")
HAS_DAY = re.compile(r"\d[日号]|[十一二三四五六七八九][日号]|\d[-./]\d{1,2}[-./]\d")
STRUCK_OFF = re.compile(r"^(?:是|已.{0,3}|√|✓|完成|销号)$")  # in the column of the day of striking off


@dataclass(frozen=True)
class LedgerRow:
    """One finding. cells: meaning (a key of doubts.MEANINGS: site, problem, time_limit, found_on …) -> text as written;
    leads, supporting: names of units as written; group: the row across the table it stands under; other: kept as remarks."""

    number: int
    cells: dict[str, str]
    leads: tuple[str, ...]
    supporting: tuple[str, ...]
    group: str
    other: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LedgerSheet:
    """What a ledger says. names: distinct names of units; near: (name, the fuller one it may be); rows_without_unit: numbers."""

    name: str
    columns: tuple[Column, ...]
    heading: tuple[int, int]
    rows: tuple[LedgerRow, ...]
    names: tuple[str, ...]
    near: tuple[tuple[str, str], ...]
    rows_without_unit: tuple[int, ...]
    doubts: tuple[Doubt, ...]

    def as_json(self) -> dict:
        """What `read_sheet --as ledger --json` prints."""
        return {
            "rows": len(self.rows),
            "names": list(self.names),
            "rows_without_unit": len(self.rows_without_unit),
            "doubts": [doubt.as_json() for doubt in self.doubts],
        }


def read_ledger(
    grid: Grid, *, mapping: dict[int, str] | None = None, known_names: Iterable[str] = (), settled: Settled = NOTHING
) -> LedgerSheet:
    """Rows, names and every doubt of one sheet; rows across the table are groups, as ledgers have them by place or kind.

    known_names: names and aliases in the register: they are not doubted. Raises SheetError "no_heading", "no_rows".
    """
    headings, body, doubts = read_flat(grid, LEDGER, mapping=mapping, settled=settled)
    rows = [_make_row(row) for row in body]
    first_row: dict[str, int] = {}
    for row in rows:
        for name in (*row.leads, *row.supporting):
            first_row.setdefault(name, row.number)
    near = tuple(near_names(list(first_row)))
    doubts += [*name_doubts(first_row, near, set(known_names)), *_row_doubts(headings, rows)]
    return LedgerSheet(
        name=grid.name,
        columns=headings.columns,
        heading=(headings.top, headings.bottom),
        rows=tuple(rows),
        names=tuple(first_row),
        near=near,
        rows_without_unit=tuple(row.number for row in rows if not row.leads and not row.supporting),
        doubts=in_order(doubts, grid.name),
    )


def _make_row(row: BodyRow) -> LedgerRow:
    """责任单位 leads where no 牵头单位 stands in the row, and supports beside one."""
    pairs = [pair for text in row.names.get("lead", []) for pair in split_roles(text, default="lead")]
    default = "supporting" if pairs else "lead"
    pairs += [pair for text in row.names.get("unit", []) for pair in split_roles(text, default=default)]
    pairs += [pair for text in row.names.get("supporting", []) for pair in split_roles(text, default="supporting")]
    leads = tuple(dict.fromkeys(name for name, role in pairs if role == "lead"))
    supporting = tuple(dict.fromkeys(name for name, role in pairs if role != "lead" and name not in leads))
    return LedgerRow(row.number, row.cells, leads, supporting, row.group, row.other)


def day_of(text: str, *, year: int) -> tuple[date, time | None] | None:
    """The day, and the hour if one is given, on which something was done; None where the text names no single day.

    year: for days that name none (3月5日). Of a range the end counts.
    """
    found = WRITTEN_DAY.match(CLOSE_DAY.sub(r"\1-\2-\3", joined(text).replace("：", ":")))
    if found:
        part = {name: int(value) for name, value in found.groupdict().items() if value}
        try:
            day = date(part.get("year", year), part["month"], part["day"])
            return day, time(part["hour"], part.get("minute", 0)) if "hour" in part else None
        except ValueError:
            return None
    limit = parse_time_limit(text, year=year) if HAS_DAY.search(text) else None
    return (limit.due_on, None) if limit and limit.due_on and not limit.doubt else None


def _row_doubts(headings: Headings, rows: list[LedgerRow]) -> list[Doubt]:
    doubts: list[Doubt] = []
    printed = {column.meaning: column.text for column in reversed(headings.columns)}
    doubts += [
        Doubt(headings.top, "photo_column", {"column": column.letter, "heading": short(column.text)})
        for column in headings.columns
        if column.meaning in PHOTOS
    ]
    first: dict[tuple[str, str, str], int] = {}
    for row in rows:
        skip = Proposal("skip", row=row.number)
        problem = row.cells.get("problem", "")
        if not problem:
            doubts.append(Doubt(row.number, "no_text", {"heading": short(printed["problem"])}, proposals=(skip,)))
            continue
        site = joined(row.cells.get("site", ""))
        seen = first.setdefault((folded(site), folded(problem), folded(row.cells.get("found_on", ""))), row.number)
        if seen != row.number:
            doubts.append(Doubt(row.number, "duplicate", {"first": seen, "start": short(problem)}, proposals=(skip,)))
        for meaning in DATES:
            text = row.cells.get(meaning, "")
            if text and day_of(text, year=ANY_YEAR) is None and not (meaning == "closed_on" and STRUCK_OFF.match(text)):
                doubts.append(Doubt(row.number, "odd_date", {"text": short(text), "heading": short(printed[meaning])}))
        limit = row.cells.get("time_limit", "")
        doubt = parse_time_limit(limit, year=ANY_YEAR).doubt
        if doubt and not RELATIVE.search(limit):  # 3个工作日内 counts from the day of issue
            doubts.append(Doubt(row.number, "time_limit", {"problem": doubt}))
    return doubts
