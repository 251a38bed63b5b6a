"""A table of sites -> one row per site. Source: the 点位表 that offices keep (glossary, "site")."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .body import BodyRow
from .doubts import Doubt, Proposal, in_order, short
from .flat import phone_of, read_flat
from .grid import Grid
from .headings import Column, Headings
from .names import split_names
from .settled import NOTHING, Settled
from .text import folded, joined
from .vocabulary import SITES


@dataclass(frozen=True)
class SiteRow:
    """One site. kind: as written, or the group of rows it stands in; units: of the line, as written; longitude, latitude:
    degrees, None where none or not readable; other: (heading, text) kept as remarks."""

    number: int
    name: str
    code: str
    kind: str
    address: str
    territory: str
    units: tuple[str, ...]
    person: str
    phone: str
    longitude: Decimal | None
    latitude: Decimal | None
    note: str
    other: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SiteSheet:
    """What a table of sites says. kinds, territories, names: distinct texts in order of appearance."""

    name: str
    columns: tuple[Column, ...]
    heading: tuple[int, int]
    rows: tuple[SiteRow, ...]
    doubts: tuple[Doubt, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.kind for row in self.rows if row.kind))

    @property
    def territories(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.territory for row in self.rows if row.territory))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for row in self.rows for name in row.units))

    def as_json(self) -> dict:
        """What `read_sheet --as sites --json` prints."""
        return {
            "rows": len(self.rows),
            "kinds": list(self.kinds),
            "territories": list(self.territories),
            "names": list(self.names),
            "doubts": [doubt.as_json() for doubt in self.doubts],
        }


def read_sites(grid: Grid, *, mapping: dict[int, str] | None = None, settled: Settled = NOTHING) -> SiteSheet:
    """Rows and every doubt of one sheet. Raises SheetError "no_heading", "no_rows"."""
    headings, body, doubts = read_flat(grid, SITES, mapping=mapping, settled=settled)
    rows = [_make_row(row) for row in body]
    # A row across the table that names the kind of the sites below is understood where no column does.
    if not headings.of("site_kind"):
        doubts = [doubt for doubt in doubts if doubt.kind != "group_row"]
    doubts += _doubts(headings, body, rows)
    return SiteSheet(grid.name, headings.columns, (headings.top, headings.bottom), tuple(rows), in_order(doubts, grid.name))


def _make_row(row: BodyRow) -> SiteRow:
    cells = row.cells
    return SiteRow(
        number=row.number,
        name=joined(cells.get("site", "")),
        code=cells.get("code", ""),
        kind=joined(cells.get("site_kind", "") or row.group.lstrip("一二三四五六七八九十、（）() ")),
        address=cells.get("address", ""),
        territory=joined(cells.get("territory", "")),
        units=tuple(split_names(cells.get("line_unit", ""))),
        person=cells.get("person", ""),
        phone=cells.get("phone", ""),
        longitude=_degrees(cells.get("longitude", ""), 180),
        latitude=_degrees(cells.get("latitude", ""), 90),
        note=cells.get("note", ""),
        other=row.other,
    )


def _degrees(text: str, most: int) -> Decimal | None:
    try:
        degrees = Decimal(text.strip().rstrip("°度"))
    except InvalidOperation:
        return None
    return degrees if abs(degrees) <= most else None


def _doubts(headings: Headings, body: list[BodyRow], rows: list[SiteRow]) -> list[Doubt]:
    doubts: list[Doubt] = []
    first: dict[tuple[str, str, str], int] = {}
    kind_column, kind_above = headings.index_of("site_kind"), ""
    site_heading = next((column.text for column in headings.columns if column.meaning == "site"), "")
    for read, row in zip(body, rows, strict=True):
        skip = Proposal("skip", row=row.number)
        if not row.name:
            doubts.append(Doubt(row.number, "no_text", {"heading": short(site_heading)}, proposals=(skip,)))
            continue
        if not row.kind:
            can_fill = kind_above and kind_column is not None
            fill = (Proposal("fill", row=row.number, column=kind_column, text=kind_above),) if can_fill else ()
            doubts.append(Doubt(row.number, "no_kind", {"name": short(row.name)}, proposals=fill))
        kind_above = row.kind or kind_above
        seen = first.setdefault((folded(row.name), folded(row.address), folded(row.territory)), row.number)
        if seen != row.number:
            doubts.append(Doubt(row.number, "same_site", {"name": short(row.name), "first": seen}, proposals=(skip,)))
        if row.phone and not phone_of(row.phone):
            doubts.append(Doubt(row.number, "odd_phone", {"text": short(row.phone)}))
        for meaning, degrees in (("longitude", row.longitude), ("latitude", row.latitude)):
            if degrees is None and (text := read.cells.get(meaning)):
                doubts.append(Doubt(row.number, "odd_place", {"text": short(text)}))
    return doubts
