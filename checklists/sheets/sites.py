"""A table of sites -> one row per site. Source: the 点位表 that offices keep (glossary, "site")."""

from dataclasses import dataclass
from decimal import Decimal

from .body import BodyRow
from .doubts import Doubt, Proposal, in_order, short
from .flat import phone_of, read_flat
from .grid import Grid
from .headings import Column, Headings
from .names import split_names
from .places import degrees_of, is_in_china, pair_of
from .settled import NOTHING, Settled
from .text import folded, joined
from .vocabulary import SITES


@dataclass(frozen=True)
class SiteRow:
    """One site. kind: as written, or the group of rows it stands in; units: of the line, as written; longitude, latitude:
    degrees, None where none, not readable or not in China; other: (heading, text) kept as remarks."""

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
    longitude, latitude, problem = _place(cells)
    return SiteRow(
        number=row.number,
        name=joined(cells.get("site", "")),
        code=cells.get("code", ""),
        kind=joined(cells.get("site_kind", "") or row.group.lstrip("一二三四五六七八九十、（）() ")),
        address=cells.get("address", ""),
        territory=joined(cells.get("territory", "")),
        units=tuple(split_names(cells.get("line_unit", ""))),
        person="、".join(joined(text) for text in cells.get("person", "").split("\n") if text),
        phone=cells.get("phone", ""),
        longitude=None if problem else longitude,
        latitude=None if problem else latitude,
        note=cells.get("note", ""),
        other=row.other,
    )


def _place(cells: dict[str, str]) -> tuple[Decimal | None, Decimal | None, tuple[str, str] | None]:
    """(longitude, latitude, (doubt, the text in doubt) or None); of two columns or of the one that holds both."""
    text = cells.get("coordinates", "")
    texts = {name: cells[name] for name in ("longitude", "latitude") if cells.get(name)}
    if text:
        longitude, latitude = pair_of(text) or (None, None)
        unread = [] if longitude is not None else [text]
    else:
        degrees = {name: degrees_of(one) for name, one in texts.items()}
        longitude, latitude = degrees.get("longitude"), degrees.get("latitude")
        unread = [one for name, one in texts.items() if degrees[name] is None]
        text = "、".join(texts.values())
    if unread:
        return None, None, ("odd_place", unread[0])
    if not is_in_china(longitude=longitude, latitude=latitude):
        return longitude, latitude, ("far_place", text)
    return longitude, latitude, None


def _place_doubts(headings: Headings, read: BodyRow) -> list[Doubt]:
    longitude, latitude, problem = _place(read.cells)
    columns = [headings.index_of("longitude"), headings.index_of("latitude")]
    if problem:
        kind, text = problem
        exchange = ()
        can_exchange = kind == "far_place" and not read.cells.get("coordinates") and None not in (longitude, latitude, *columns)
        if can_exchange and abs(columns[0] - columns[1]) == 1 and is_in_china(longitude=latitude, latitude=longitude):
            texts = {columns[0]: read.cells["latitude"], columns[1]: read.cells["longitude"]}
            exchange = (Proposal("fill", row=read.number, column=min(columns), parts=tuple(texts[one] for one in sorted(texts))),)
        return [Doubt(read.number, kind, {"text": short(text)}, proposals=exchange)]
    if None not in columns and (longitude is None) != (latitude is None):
        return [Doubt(read.number, "half_place", {"text": short(read.cells.get("longitude") or read.cells.get("latitude", ""))})]
    return []


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
        doubts += _place_doubts(headings, read)
    return doubts
