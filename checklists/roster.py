"""A workbook of units and people beside the register: which unit and which account each row means. Nothing is written here.

Import.decisions, beside what checklists.readings names: "names" {name: decision} of units, "roles" {"sheet|row": role}.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Q

from accounts.models import Department, User
from campaigns.models import UNIT_ROLES, Membership
from checklists.models import Import
from checklists.readings import SheetReading, doubt_key, known, read_sheets
from checklists.register import Register, key
from checklists.sheets.doubts import Doubt, Proposal, in_order, short
from checklists.sheets.names import near_names
from checklists.sheets.people import PersonRow, UnitRow, read_people, role_of

NAMED = {"near_name", "odd_name", "unit_number"}  # settled once a person has said what the name is
ASKED = {"parent_not_found", "unknown_role", "no_unit"}  # doubts that are questions here: nothing is saved before the answer


@dataclass
class UnitReading:
    """One name of the sheet. status: known, new, same (as `other`), left, or open: a person must say which unit it is.

    why: near (`near` of the register), several (`units`), parent (named above a unit, and nowhere else), "".
    """

    row: UnitRow
    sheet: str
    status: str = "new"
    unit: Department | None = None
    other: str = ""
    why: str = ""
    near: Department | None = None
    units: list[Department] = field(default_factory=list)
    is_decided: bool = False

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def question(self) -> Doubt:
        """Why it is open, as one sentence."""
        number, name = self.row.number, {"name": short(self.name)}
        if self.why == "near":
            return Doubt(number, "unit_near", name | {"other": self.near.name}, self.sheet)
        return Doubt(number, "unit_several" if self.why == "several" else "unknown_unit", name, self.sheet)


@dataclass
class PersonReading:
    """One row with a person. unit: its name settled, "" = none; account: theirs, None = to be made; why: role or unit, what
    a person must say first; fill: (column, text) that would answer it; is_left: left out with the unit."""

    row: PersonRow
    sheet: str
    role: str
    unit: str = ""
    account: User | None = None
    why: str = ""
    fill: tuple[int, str] | None = None
    is_left: bool = False
    is_decided: bool = False

    @property
    def place(self) -> str:
        return f"{self.sheet}|{self.row.number}"

    @property
    def question(self) -> Doubt:
        """Why it is open, as one sentence."""
        return Doubt(self.row.number, f"no_{self.why}", {"name": short(self.row.name)}, self.sheet)


@dataclass
class PeopleReading:
    """units: by name, those only named above others too; missing: roles of the campaign that no row names."""

    sheets: list[SheetReading]
    units: dict[str, UnitReading]
    people: list[PersonReading]
    doubts: tuple[Doubt, ...]
    known: frozenset[str]
    missing: list[Membership] = field(default_factory=list)

    @property
    def open_units(self) -> list[UnitReading]:
        return [one for one in self.units.values() if one.status == "open"]

    @property
    def open_people(self) -> list[PersonReading]:
        return [one for one in self.people if one.why]

    @property
    def open_doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if doubt_key(doubt) not in self.known]

    @property
    def waiting(self) -> int:
        """Questions a person must answer before anything is saved."""
        return len(self.open_units) + len(self.open_people)

    @property
    def marks(self) -> list[Doubt]:
        """What the sheet handed back says beside its rows: the questions, too."""
        return [one.question for one in (*self.open_units, *self.open_people)] + self.open_doubts

    @property
    def kept_people(self) -> list[PersonReading]:
        return [one for one in self.people if not one.is_left]

    def final(self, name: str) -> UnitReading | None:
        """The unit a name stands for once "same as" is followed; None for none, one left out, or a circle."""
        seen = set()
        while name in self.units and name not in seen:
            one = self.units[name]
            if one.status != "same":
                return None if one.status == "left" else one
            seen.add(name)
            name = one.other
        return None


def choose_roles(places: list[str], role: str):
    """The role of rows "sheet|row"; "" takes the decision back."""

    def change(decisions):
        roles = decisions.setdefault("roles", {})
        for place in places:
            roles.pop(place, None)
            if role:
                roles[place] = role

    return change


def read_people_import(row: Import, *, register: Register, today: date) -> PeopleReading:
    """Everything the sheets say beside what there is; a fixed number of queries whatever their size."""
    sheets = read_sheets(row, lambda grid, _kind, settled: read_people(grid, known_names=register.names, settled=settled))
    chosen = [one for one in sheets if one.chosen and one.sheet]
    units = _read_units(chosen, register, row.decisions.get("names", {}))
    reading = PeopleReading(sheets, units, [], (), known(row))
    for one in chosen:
        reading.people += _read_people(one, reading, row.decisions.get("roles", {}))
    own = _find_accounts(reading, register)
    kept = [doubt for one in chosen for doubt in one.sheet.doubts if _is_asked_here(doubt, row)]
    reading.doubts = (*kept, *(doubt for one in chosen for doubt in in_order(own[one.name], one.name)))
    reading.missing = _missing(reading, row, today)
    return reading


def _is_asked_here(doubt, row):
    settled = doubt.kind in NAMED and doubt.facts["name"] in row.decisions.get("names", {})
    return doubt.kind not in ASKED and not settled


def _read_units(chosen, register, decided):
    found, alias_of = {}, {}
    for one in chosen:
        for unit in one.sheet.units:
            old = found.get(unit.name)
            if old:
                unit = replace(
                    old.row,
                    aliases=tuple(dict.fromkeys((*old.row.aliases, *unit.aliases))),
                    groups=tuple(dict.fromkeys((*old.row.groups, *unit.groups))),
                    parent=old.row.parent or unit.parent,
                )
            found[unit.name] = UnitReading(unit, old.sheet if old else one.name)
            alias_of |= {alias: unit.name for alias in unit.aliases if alias not in alias_of}
    for unit in list(found.values()):
        above = unit.row.parent
        if above and above not in found:
            found[above] = UnitReading(UnitRow(unit.row.number, above), unit.sheet, why="parent", other=alias_of.get(above, ""))
    near = _near(found, register)
    for unit in found.values():
        _settle(unit, register, decided.get(unit.name), near.get(key(unit.name)), found)
    return found


def _near(found, register):
    """name -> unit of the register that may be the same."""
    bearers = {name: rows[0] for name in register.names if len(rows := register.bearers(name)) == 1}
    unknown = [key(name) for name in found if not register.bearers(name)]
    pairs = [pair for one, other in near_names([*bearers, *unknown]) for pair in ((one, other), (other, one))]
    return {name: bearers[other] for name, other in pairs if name not in bearers and other in bearers}


def _settle(unit, register, decision, near, found):
    """Which unit the name means: what a person said, else who bears the name or one of its other names."""
    if decision:
        unit.is_decided, unit.why = True, ""
        do = decision["do"]
        unit.unit = register.departments.get(decision.get("unit"))
        unit.other = decision.get("as", "")
        unit.status = {"make": "new", "skip": "left", "same": "same"}.get(do, "known" if unit.unit else "open")
        return
    if unit.why == "parent" and unit.other:
        unit.status, unit.why = "same", ""
        return
    rows = register.bearers(unit.name)
    if len(rows) > 1 and unit.row.parent:
        above = {row.pk for row in register.bearers(unit.row.parent)}
        rows = [row for row in rows if row.parent_id in above] or rows
    if not rows:
        rows = list({row.pk: row for alias in unit.row.aliases for row in register.bearers(alias)}.values())
    if len(rows) == 1:
        unit.status, unit.unit, unit.why = "known", rows[0], ""
    elif rows or near or unit.why:
        unit.status, unit.near, unit.units = "open", near, rows
        unit.why = "several" if rows else "near" if near else "parent"


def _read_people(one, reading, decided):
    heading = next((column.text for column in one.sheet.columns if column.meaning == "person"), "")
    fills = {
        doubt.row: (proposal.column, proposal.text)
        for doubt in one.sheet.doubts
        if doubt.kind == "no_unit"
        for proposal in doubt.proposals
    }
    unread = {doubt.row for doubt in one.sheet.doubts if doubt.kind == "unknown_role"}
    for row in one.sheet.people:
        said = decided.get(f"{one.name}|{row.number}", "")
        by_sheet = row.role or ("" if row.number in unread else role_of(heading))
        person = PersonReading(row, one.name, said or by_sheet, is_decided=bool(said))
        final = reading.final(row.unit) if row.unit else None
        person.unit = final.name if final else ""
        if not person.role:
            person.why = "role"
        elif person.role in UNIT_ROLES and not person.unit:
            person.is_left = bool(row.unit)
            person.why = "" if row.unit else "unit"
            person.fill = fills.get(row.number)
        yield person


def _find_accounts(reading, register) -> dict[str, list[Doubt]]:
    """Give each person the account with the same name and telephone number or mail address, or of the same unit.

    Returns the doubts of units and people against what there is, by sheet.
    """
    doubts = defaultdict(list)
    phones = {one.row.phone for one in reading.people if is_mobile(one.row.phone)}
    mails = {one.row.email for one in reading.people if one.row.email}
    by_phone, by_mail, by_unit = defaultdict(list), defaultdict(list), defaultdict(list)
    for user in User.objects.filter(Q(phone__in=phones) | Q(email__in=mails), is_active=True):
        by_phone[user.phone].append(user)
        by_mail[user.email].append(user)
    members = Membership.objects.filter(department__in=register.departments, user__is_active=True).select_related("user")
    for member in members.order_by("pk"):
        by_unit[member.department_id, key(member.user.name)].append(member.user)
    for one in reading.kept_people:
        name, unit = key(one.row.name), reading.final(one.unit)
        addressed = by_phone[one.row.phone] if is_mobile(one.row.phone) else []
        addressed = addressed + (by_mail[one.row.email] if one.row.email else [])
        same = [user for user in addressed if key(user.name) == name]
        same += by_unit[unit.unit.pk, name] if unit and unit.unit else []
        one.account = same[0] if same else None
        if addressed and not same:
            doubts[one.sheet].append(Doubt(one.row.number, "address_of_other", {"name": short(one.row.name)}))
    for unit in reading.units.values():
        doubts[unit.sheet] += _unit_doubts(unit, reading, register)
    return doubts


def _unit_doubts(unit, reading, register):
    above = reading.final(unit.row.parent) if unit.row.parent else None
    stands = register.departments.get(unit.unit.parent_id) if unit.unit else None
    if unit.unit and above and _is_other(stands, above):
        facts = {"name": short(unit.name), "parent": short(unit.row.parent), "other": str(stands or "—")}
        yield Doubt(unit.row.number, "unit_elsewhere", facts)
    if unit.unit and not unit.is_decided and not register.bearers(unit.name):
        facts, new = {"name": short(unit.name), "unit": unit.unit.name}, Proposal("new", name=unit.name)
        yield Doubt(unit.row.number, "unit_by_alias", facts, proposals=(new,))
    for alias in unit.row.aliases:
        bearer = next((row for row in register.bearers(alias) if unit.unit is None or row.pk != unit.unit.pk), None)
        if bearer:
            yield Doubt(unit.row.number, "alias_taken", {"name": short(alias), "unit": bearer.name})


def _is_other(stands: Department | None, above: UnitReading) -> bool:
    """The unit above in the register is not the sheet's; one still to be made is known by its name."""
    if above.unit:
        return stands != above.unit
    return stands is None or key(stands.name) != key(above.name)


def _missing(reading, row, today):
    """Roles in force of the kinds the sheet names, held by nobody of the sheet."""
    roles, named = {one.role for one in reading.kept_people if one.role}, set()
    for one in reading.kept_people:
        unit = reading.final(one.unit)
        if one.account:
            named.add((one.account.pk, one.role, unit.unit.pk if unit and unit.unit and one.role in UNIT_ROLES else None))
    rows = Membership.objects.on(today).filter(campaign=row.campaign, role__in=roles, ended_on=None)
    rows = rows.select_related("user", "department").order_by("department__position", "pk")
    return [one for one in rows if (one.user_id, one.role, one.department_id) not in named] if roles else []


def is_mobile(phone: str) -> bool:
    return len(phone) == 11 and phone.startswith("1")
