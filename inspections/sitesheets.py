"""A table of sites beside the register: which kind, units and site each row means. Nothing is written here.

Import.decisions, beside what checklists.readings names: "names" {name: decision} of units, "kinds" {name: decision} of kinds
({"do": "make"}, {"do": "map", "kind": id}, {"do": "skip"}), "row_kinds" {"sheet|row": name of a kind}.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from accounts.models import Department
from checklists.models import Import
from checklists.readings import SheetReading, doubt_key, known, read_sheets
from checklists.register import Register, key
from checklists.sheets.doubts import Doubt, Proposal, in_order, short
from checklists.sheets.flat import phone_of
from checklists.sheets.sites import SiteRow, read_sites
from inspections.models import Site, SiteKind

LONGEST = {"name": 80, "address": 120, "kind": 40, "contact": 40}
PLAIN = ("address", "contact", "phone", "longitude", "latitude")  # facts that are their own value
FACTS = (*PLAIN, "territory", "line")


@dataclass
class KindReading:
    """One name of a kind in the sheet. kind: of the register, None = to be made, left out or not said yet; near: may be it."""

    name: str
    rows: list[int]
    kind: SiteKind | None = None
    near: SiteKind | None = None
    do: str = ""  # what a person said: make, map, skip
    is_known: bool = False  # the register has it

    @property
    def is_open(self) -> bool:
        return self.kind is None and self.do not in ("make", "skip")


@dataclass
class UnitName:
    """One name of a unit in the sheet. unit: None while it is not known, to be made, or left out."""

    name: str
    rows: list[int]
    is_territory: bool = False
    unit: Department | None = None
    near: Department | None = None
    do: str = ""
    is_known: bool = False

    @property
    def is_open(self) -> bool:
        return self.unit is None and self.do not in ("make", "skip")


@dataclass
class SiteReading:
    """One row. kind: name of its kind, "" = none said; site: of the register; changes: (fact, old, new) where the sheet says
    otherwise, as shown; status: new, changed, same, left (out, with its kind), twice (as `first`), or open: its kind must be
    said."""

    row: SiteRow
    sheet: str
    kind: str = ""
    status: str = "new"
    site: Site | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    first: int = 0
    is_decided: bool = False

    @property
    def place(self) -> str:
        return f"{self.sheet}|{self.row.number}"

    @property
    def name(self) -> str:
        return self.row.name[: LONGEST["name"]]

    @property
    def address(self) -> str:
        return self.row.address[: LONGEST["address"]]

    @property
    def contact(self) -> str:
        return self.row.person[: LONGEST["contact"]]

    @property
    def phone(self) -> str:
        """Half-width; of several the first; "" for what is none."""
        return phone_of(self.row.phone)

    @property
    def longitude(self) -> Decimal | None:
        return self.row.longitude

    @property
    def latitude(self) -> Decimal | None:
        return self.row.latitude

    @property
    def line(self) -> str:
        """The name of the unit of the line: the first one."""
        return self.row.units[0] if self.row.units else ""


@dataclass
class SitesReading:
    """What the chosen sheets say beside the register. missing: sites in use, of kinds the sheets name, that no row names."""

    sheets: list[SheetReading]
    rows: list[SiteReading]
    kinds: dict[str, KindReading]
    names: dict[str, UnitName]
    doubts: tuple[Doubt, ...]
    known: frozenset[str]
    missing: list[Site] = field(default_factory=list)

    @property
    def open_kinds(self) -> list[KindReading]:
        return [one for one in self.kinds.values() if one.is_open]

    @property
    def open_names(self) -> list[UnitName]:
        return [one for one in self.names.values() if one.is_open]

    @property
    def open_rows(self) -> list[SiteReading]:
        return [one for one in self.rows if one.status == "open"]

    @property
    def open_doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if doubt_key(doubt) not in self.known]

    @property
    def marks(self) -> list[Doubt]:
        """What the sheet handed back says beside its rows: the questions, too."""
        kinds, names = {one.name for one in self.open_kinds}, {one.name for one in self.open_names}
        asked = []
        for one in self.rows:
            found = [("no_kind", one.name)] if one.status == "open" else []
            found += [("unknown_kind", one.kind)] if one.kind in kinds else []
            found += [("unknown_unit", name) for name in (one.row.territory, one.line) if name in names]
            asked += [Doubt(one.row.number, kind, {"name": short(name)}, one.sheet) for kind, name in found]
        return asked + self.open_doubts

    @property
    def waiting(self) -> int:
        """Questions a person must answer before anything is saved."""
        return len(self.open_kinds) + len(self.open_names) + len(self.open_rows)

    def having(self, status: str) -> list[SiteReading]:
        return [one for one in self.rows if one.status == status]

    def unit(self, name: str) -> Department | None:
        return self.names[name].unit if name in self.names else None


def choose_kind(names: list[str], decision: dict | None):
    """What kinds of the sheet are; None takes the decision back."""

    def change(decisions):
        kinds = decisions.setdefault("kinds", {})
        for name in names:
            kinds.pop(name, None)
            if decision:
                kinds[name] = decision

    return change


def kind_of_row(place: str, name: str):
    """The kind of one row that names none; "" takes it back."""

    def change(decisions):
        rows = decisions.setdefault("row_kinds", {})
        rows.pop(place, None)
        if name:
            rows[place] = name

    return change


def read_site_import(row: Import, *, register: Register) -> SitesReading:
    """Everything the sheets say beside what there is; a fixed number of queries whatever their size."""
    sheets = read_sheets(row, lambda grid, _kind, settled: read_sites(grid, settled=settled))
    chosen = [one for one in sheets if one.chosen and one.sheet]
    said = row.decisions.get("row_kinds", {})
    rows = [_row(site, one.name, said) for one in chosen for site in one.sheet.rows if site.name]
    host = row.campaign.host_id
    kinds = _read_kinds(rows, row.decisions.get("kinds", {}), list(SiteKind.objects.filter(host=host).order_by("position", "pk")))
    names = _read_names(rows, row.decisions.get("names", {}), register)
    reading = SitesReading(sheets, rows, kinds, names, (), known(row))
    sites = list(Site.objects.filter(host=host).select_related("kind", "territory", "line").order_by("position", "pk"))
    by_name = {(site.kind_id, key(site.name)): site for site in sites}
    own: dict[str, list[Doubt]] = {one.name: [] for one in chosen}
    first: dict[tuple, SiteReading] = {}
    for one in rows:
        _settle(one, reading, by_name, first)
        own[one.sheet] += _doubts(one)
    twice = {(one.sheet, one.row.number) for one in rows if one.status == "twice"}
    kept = [doubt for one in chosen for doubt in one.sheet.doubts if not _is_said_here(doubt, twice)]
    reading.doubts = (*kept, *(doubt for one in chosen for doubt in in_order(own[one.name], one.name)))
    reading.missing = _missing(reading, sites)
    return reading


def _is_said_here(doubt: Doubt, twice: set[tuple[str, int]]) -> bool:
    """A site without a kind is a question; one that stands twice is said once, beside the register."""
    return doubt.kind == "no_kind" or doubt.kind == "same_site" and (doubt.sheet, doubt.row) in twice


def _missing(reading: SitesReading, sites: list[Site]) -> list[Site]:
    kinds = {one.kind.pk for one in reading.kinds.values() if one.kind and one.do != "skip"}
    named = {one.site.pk for one in reading.rows if one.site}
    return [site for site in sites if site.is_active and site.kind_id in kinds and site.pk not in named]


def _row(site: SiteRow, sheet: str, said) -> SiteReading:
    chosen = said.get(f"{sheet}|{site.number}", "")
    return SiteReading(site, sheet, (chosen or site.kind)[: LONGEST["kind"]], is_decided=bool(chosen))


def _read_kinds(rows, decided, register) -> dict[str, KindReading]:
    by_key, by_pk = {key(kind.name): kind for kind in register}, {kind.pk: kind for kind in register}
    found: dict[str, KindReading] = {}
    for one in rows:
        if one.kind:
            found.setdefault(one.kind, KindReading(one.kind, [])).rows.append(one.row.number)
    for name, one in found.items():
        decision = decided.get(name, {})
        one.kind, one.do = by_key.get(key(name)), decision.get("do", "")
        one.is_known = one.kind is not None
        if one.do == "map":
            one.kind = by_pk.get(decision.get("kind"))
        elif not one.is_known:
            parts = [kind for kind in register if key(kind.name) in key(name) or key(name) in key(kind.name)]
            one.near = parts[0] if len(parts) == 1 else None
    return found


def _read_names(rows, decided, register) -> dict[str, UnitName]:
    found: dict[str, UnitName] = {}
    for one in rows:
        for name, is_territory in ((one.row.territory, True), (one.line, False)):
            if name:
                read = found.setdefault(name, UnitName(name, [], is_territory))
                read.rows.append(one.row.number)
    for name, one in found.items():
        units, decision = register.find(name), decided.get(name, {})
        one.unit, one.do = (units[0] if len(units) == 1 else None), decision.get("do", "")
        one.is_known = one.unit is not None
        if not one.is_known:
            one.unit = register.departments.get(decision.get("unit")) if one.do == "map" else None
            one.near = register.near(name)
    return found


def _settle(one: SiteReading, reading: SitesReading, by_name, first) -> None:
    """Which site the row means, and what it would change."""
    kind = reading.kinds.get(one.kind)
    if kind is None:
        one.status = "open"
        return
    if kind.do == "skip":
        one.status = "left"
        return
    named = (kind.kind.pk if kind.kind else key(kind.name)), key(one.name)
    before = first.setdefault(named, one)
    if before is not one:
        one.status, one.first = "twice", before.row.number
        return
    one.site = by_name.get((kind.kind.pk, key(one.name))) if kind.kind else None
    if one.site is None:
        return
    one.changes = list(_changes(one, reading))
    one.status = "changed" if one.changes else "same"


def _changes(one: SiteReading, reading: SitesReading):
    """What the sheet says otherwise; a blank cell says nothing."""
    site = one.site
    for fact in PLAIN:
        old, new = getattr(site, fact), getattr(one, fact)
        if new not in ("", None) and new != old:
            yield fact, "" if old is None else str(old), str(new)
    for fact, name in (("territory", one.row.territory), ("line", one.line)):
        read, unit = reading.names.get(name), getattr(site, fact)
        if read and read.do != "skip" and (read.unit is None or unit is None or read.unit.pk != unit.pk):
            yield fact, unit.name if unit else "", read.unit.name if read.unit else name
    if not site.is_active:
        yield "is_active", "", ""


def _doubts(one: SiteReading):
    number = one.row.number
    for name, text in (("name", one.row.name), ("address", one.row.address), ("contact", one.row.person)):
        if len(text) > LONGEST[name]:
            yield Doubt(number, "long_text", {"start": short(text), "most": LONGEST[name]})
    if len(one.row.units) > 1:
        yield Doubt(number, "several_lines", {"names": "、".join(one.row.units), "name": one.line})
    if one.status == "twice":
        skip = Proposal("skip", row=number)
        yield Doubt(number, "same_site", {"name": short(one.name), "first": one.first}, proposals=(skip,))
