"""Units and people of one sheet -> units with their names and order, people with role and address.

Source: the 通讯录 and 联络员名单 that offices keep (glossary, "unit", "liaison").
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .body import BodyRow
from .doubts import Doubt, Proposal, in_order, short
from .flat import phone_of, read_flat
from .grid import Grid
from .headings import Column, Headings
from .names import alike_names, is_number, is_odd, near_names, split_names
from .settled import NOTHING, Settled
from .text import joined
from .vocabulary import PEOPLE

EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$")
ROLE_WORDS = {
    "office": "创建办|创建办人员|创建办工作人员|文明办|办公室|指挥部办公室|创建办成员|管理员",
    "inspector": "督查员|督查人员|督导员|检查员|测评员|督查组|督查组成员|督查",
    "leader": "领导|分管领导|主管领导|区领导|市领导|县领导|校领导|指挥长|副指挥长",
    "head": "负责人|单位负责人|主要负责人|责任人|部门负责人|科室负责人|一把手|主要领导",
    "liaison": "联络员|联系人|经办人|具体负责人|资料员|信息员|工作人员",
}
ROLE_OF = {word: role for role, words in ROLE_WORDS.items() for word in words.split("|")}


@dataclass(frozen=True)
class UnitRow:
    """One unit, from all its rows. number: the first; aliases: short and other names; position: in the order, None = the
    sheet's own; groups: names of groups it is in."""

    number: int
    name: str
    aliases: tuple[str, ...] = ()
    parent: str = ""
    position: int | None = None
    groups: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class PersonRow:
    """One person in one unit. role: office, inspector, leader, head, liaison, "" = none or not known; phone, email: half-width,
    "" where the sheet has none or it is malformed."""

    number: int
    name: str
    unit: str
    title: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""


@dataclass(frozen=True)
class PeopleSheet:
    """What a sheet of units and people says."""

    name: str
    columns: tuple[Column, ...]
    heading: tuple[int, int]
    row_count: int
    units: tuple[UnitRow, ...]
    people: tuple[PersonRow, ...]
    doubts: tuple[Doubt, ...]

    @property
    def rows(self) -> tuple[UnitRow | PersonRow, ...]:
        """What was read, with its row each."""
        return (*self.units, *self.people)

    def as_json(self) -> dict:
        """What `read_sheet --as people --json` prints."""
        return {
            "rows": self.row_count,
            "units": len(self.units),
            "people": len(self.people),
            "doubts": [doubt.as_json() for doubt in self.doubts],
        }


def read_people(
    grid: Grid, *, mapping: dict[int, str] | None = None, known_names: Iterable[str] = (), settled: Settled = NOTHING
) -> PeopleSheet:
    """Units, people and every doubt. known_names: of the register: a unit above may stand there instead of in the sheet.

    Raises SheetError "no_heading", "no_rows".
    """
    headings, body, doubts = read_flat(grid, PEOPLE, mapping=mapping, settled=settled)
    reading = _Reading(headings)
    for row in body:
        reading.add(row)
    units = list(reading.units.values())
    doubts += [*reading.doubts, *_unit_doubts(headings, units, set(known_names)), *_person_doubts(reading.people)]
    return PeopleSheet(
        name=grid.name,
        columns=headings.columns,
        heading=(headings.top, headings.bottom),
        row_count=len(body),
        units=tuple(units),
        people=tuple(reading.people),
        doubts=in_order(doubts, grid.name),
    )


def role_of(text: str) -> str:
    """The role a word stands for, or ""."""
    return ROLE_OF.get("".join(unicodedata.normalize("NFKC", text).split()), "")


class _Reading:
    """Row by row: units by name, people in the order of the sheet."""

    def __init__(self, headings: Headings):
        self.units: dict[str, UnitRow] = {}
        self.people: list[PersonRow] = []
        self.doubts: list[Doubt] = []
        self._unit_column = headings.index_of("unit")
        self._above = ""

    def add(self, row: BodyRow) -> None:
        name, person = "".join(row.cells.get("unit", "").split()), joined(row.cells.get("person", ""))
        if name:
            self._add_unit(row, name)
            self._above = name
        elif person or row.cells.get("unit_code"):
            self._doubt_unit(row, person)
        if person:
            self._add_person(row, person, name)

    def _doubt_unit(self, row: BodyRow, person: str) -> None:
        can_fill = self._above and self._unit_column is not None
        fill = (Proposal("fill", row=row.number, column=self._unit_column, text=self._above),) if can_fill else ()
        if person:
            self.doubts.append(Doubt(row.number, "no_unit", {"name": short(person)}, proposals=fill))
        else:
            self.doubts.append(Doubt(row.number, "unit_without_name", {"code": short(row.cells["unit_code"])}))

    def _add_unit(self, row: BodyRow, name: str) -> None:
        cells = row.cells
        aliases = tuple(alias for alias in split_names(cells.get("alias", "")) if alias != name)
        position = self._position(row, cells.get("position", ""))
        parent = "".join(cells.get("parent", "").split())
        found = UnitRow(
            row.number, name, aliases, parent, position, tuple(split_names(cells.get("group", ""))), cells.get("unit_code", "")
        )
        old = self.units.get(name)
        if old is None:
            self.units[name] = found
            kind = "unit_number" if is_number(name) else "odd_name" if is_odd(name) else ""
            if kind:
                self.doubts.append(Doubt(row.number, kind, {"name": short(name, 40)}, proposals=(Proposal("skip", name=name),)))
            return
        if parent and old.parent and parent != old.parent:
            facts = {"name": short(name), "parent": short(parent), "other": short(old.parent), "first": old.number}
            self.doubts.append(Doubt(row.number, "parent_differs", facts))
        self.units[name] = replace(
            old,
            aliases=tuple(dict.fromkeys((*old.aliases, *aliases))),
            parent=old.parent or parent,
            position=position if old.position is None else old.position,
            groups=tuple(dict.fromkeys((*old.groups, *found.groups))),
            code=old.code or found.code,
        )

    def _position(self, row: BodyRow, text: str) -> int | None:
        digits = unicodedata.normalize("NFKC", text).strip()
        if digits.isascii() and digits.isdigit():
            return int(digits[:9])
        if digits:
            self.doubts.append(Doubt(row.number, "odd_position", {"text": short(text)}))
        return None

    def _add_person(self, row: BodyRow, person: str, unit: str) -> None:
        cells = row.cells
        role, phone, email = cells.get("role", ""), cells.get("phone", ""), cells.get("email", "")
        address = "".join(unicodedata.normalize("NFKC", email).split())
        found = PersonRow(
            number=row.number,
            name=person,
            unit=unit,
            title=joined(cells.get("title", "")),
            role=role_of(role),
            phone=phone_of(phone),
            email=address if EMAIL.match(address) else "",
            note=cells.get("note", ""),
        )
        for kind, text, value in (
            ("unknown_role", role, found.role),
            ("odd_phone", phone, found.phone),
            ("odd_email", email, found.email),
        ):
            if text and not value:
                self.doubts.append(Doubt(row.number, kind, {"text": short(text, 40)}))
        self.people.append(found)


def _unit_doubts(headings: Headings, units: list[UnitRow], known: set[str]) -> list[Doubt]:
    """Names that two units bear, names that look like one unit, units above that are nowhere or in a circle."""
    doubts: list[Doubt] = []
    by_name: dict[str, UnitRow] = {}
    for unit in units:
        for name in (unit.name, *unit.aliases):
            first = by_name.setdefault(name, unit)
            if first is not unit:
                facts = {"name": short(name), "other": short(first.name), "first": first.number}
                doubts.append(Doubt(unit.number, "same_name", facts))
    rows = {unit.name: unit.number for unit in units}
    for name, other in near_names([unit.name for unit in units]):
        proposal = Proposal("map", row=rows[name], name=name, text=other)
        doubts.append(Doubt(rows[name], "near_name", {"name": name, "other": other}, proposals=(proposal,)))
    column = headings.index_of("parent")
    for unit in units:
        if unit.parent and unit.parent not in by_name and unit.parent not in known:
            alike = [Proposal("fill", row=unit.number, column=column, text=other) for other in alike_names(unit.parent, by_name)]
            proposals = (*alike, Proposal("new", row=unit.number, name=unit.parent))
            doubts.append(Doubt(unit.number, "parent_not_found", {"parent": short(unit.parent)}, proposals=proposals))
        elif _is_above_itself(unit, by_name):
            doubts.append(Doubt(unit.number, "parent_loop", {"name": short(unit.name)}))
    return doubts


def _is_above_itself(unit: UnitRow, by_name: dict[str, UnitRow]) -> bool:
    seen, above = set(), by_name.get(unit.parent)
    while above and above.name not in seen:
        if above is unit:
            return True
        seen.add(above.name)
        above = by_name.get(above.parent)
    return False


def _person_doubts(people: list[PersonRow]) -> list[Doubt]:
    """The same person in the same unit and role once more; two persons with one mobile number."""
    doubts: list[Doubt] = []
    by_name: dict[tuple[str, str], list[PersonRow]] = {}
    by_phone: dict[str, PersonRow] = {}
    for person in people:
        others = by_name.setdefault(("".join(person.name.split()), person.unit), [])
        twin = next((other for other in others if not other.role or not person.role or other.role == person.role), None)
        if twin:
            facts, skip = (
                {"name": short(person.name), "unit": person.unit, "first": twin.number},
                Proposal("skip", row=person.number),
            )
            doubts.append(Doubt(person.number, "same_person", facts, proposals=(skip,)))
        others.append(person)
        first = by_phone.setdefault(person.phone, person) if len(person.phone) == 11 and person.phone.startswith("1") else person
        if "".join(first.name.split()) != "".join(person.name.split()):
            facts = {"name": short(person.name), "other": short(first.name), "first": first.number}
            doubts.append(Doubt(person.number, "same_phone", facts))
    return doubts
