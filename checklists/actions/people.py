"""Save a workbook of units and people: units, groups, accounts and roles, all of them or nothing; then hand out the links."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import make_users, one_time_links, record
from accounts.departments import NewDepartment, edit_group, learn_aliases, make_departments, make_group
from accounts.models import UNOPENED, Department, DepartmentGroup, User
from campaigns.actions import add_members, add_participations, end_member
from campaigns.actions.members import linkable
from campaigns.models import UNIT_ROLES, Campaign, Membership
from campaigns.viewer import Viewer
from checklists.actions.imports import open_import, remember_headings
from checklists.actions.writing import silent
from checklists.models import Import
from checklists.register import Register, key
from checklists.roster import PeopleReading, is_mobile, read_people_import

TOWN = re.compile(r"(街道(办事处)?|镇|乡)$")
LONGEST_ACCOUNT = 30  # characters of a name used as the account
LONGEST_POST = 40
LONGEST_SHORT_NAME = 40


@dataclass
class Handed:
    """A one-time link with what stands beside it on the paper. The path is a secret: it is kept nowhere."""

    user: User
    department: Department | None
    role: str
    path: str


@dataclass
class SavedPeople:
    """What was saved. units, accounts: made; found: of the register; reused: people who had an account; undo: Import.saved.

    undo: ids of what was made ("units", "aliases", "groups", "parts", "accounts", "members"), "grouped" {group: units put into
    it}, "ended" ids of roles, "ended_on" their last day, "lent" names of those whose deputies ended with them; "at" when.
    """

    units: list[Department] = field(default_factory=list)
    found: int = 0
    reused: int = 0
    accounts: list[User] = field(default_factory=list)
    members: list[Membership] = field(default_factory=list)
    ended: list[Membership] = field(default_factory=list)
    undo: dict = field(default_factory=dict)


@transaction.atomic
def save_people(
    row: Import,
    *,
    by: Viewer,
    version: int,
    ends: tuple[int, ...] = (),
    is_checked: bool = False,
    at: datetime | None = None,
    is_asked: bool = False,
    tell: Callable[[int], None] = silent,
) -> SavedPeople:
    """Accounts are made without links: hand_out_links makes them when somebody is there to print them.

    ends: roles a person ticked to be ended, of those the sheet does not name; is_asked, tell: as for save_standard.
    Raises PermissionDenied; ValidationError "stale", "closed", "empty", "names" (a unit is not settled), "people" (a row has no
    role or no unit), "doubts" (unless is_checked), "ends", and what the register refuses.
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVING if is_asked else Import.Status.READ)
    Department.objects.select_for_update().get(pk=by.campaign.host_id)  # two who save at once make no unit twice
    reading = read_people_import(row, register=Register(by.campaign.host), today=timezone.localdate(at))
    check_people(reading, is_checked, ends)
    tell(20)
    saved = SavedPeople()
    units = _make_units(reading, saved, by=by, at=at)
    _fill_groups(reading, units, saved, by=by, at=at)
    part = [unit for unit in units.values() if unit.pk != by.campaign.host_id]
    saved.undo["parts"] = _ids(add_participations(by.campaign, departments=part, by=by, at=at))
    tell(50)
    _make_people(reading, units, saved, by=by, at=at)
    tell(80)
    _end_missing(reading, ends, saved, by=by, at=at)
    saved.undo["at"] = timezone.now().isoformat()
    saved.undo |= {name: _ids(getattr(saved, name)) for name in ("units", "accounts", "members", "ended")}
    remember_headings(row, reading.sheets)
    row.status, row.version, row.saved = Import.Status.SAVED, row.version + 1, saved.undo
    row.save(update_fields=["status", "version", "saved"])
    facts = {"units": len(saved.units), "members": len(saved.members), "accounts": len(saved.accounts), "ended": len(saved.ended)}
    record(by, "import.save", row, at=at, new=row.original.name, doubts=len(reading.open_doubts), **facts)
    return saved


@transaction.atomic
def hand_out_links(row: Import, *, by: Viewer, at: datetime | None = None) -> list[Handed]:
    """New one-time links for those of its accounts that have not been opened yet, by unit in the official order.

    Earlier links of theirs stay good until they run out. Raises PermissionDenied; ValidationError "closed" (it is not saved).
    """
    if not by.is_office or by.campaign.pk != row.campaign_id:
        raise PermissionDenied
    row = Import.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.status != Import.Status.SAVED:
        raise ValidationError(_("Save the sheet first: then its accounts can have their links."), "closed")
    users = linkable(by, unopened(row))
    today = timezone.localdate(at) if at else timezone.localdate()
    places = Membership.objects.own().filter(campaign=row.campaign_id, user__in=users, ended_on=None)
    places = {one.user_id: one for one in places.exclude(starts_on__gt=today).select_related("department").order_by("-pk")}
    users = [user for user in users if user.pk in places]
    links = one_time_links(users, by=by, at=at)
    handed = [
        Handed(user, places[user.pk].department, places[user.pk].get_role_display(), path)
        for user, path in zip(users, links, strict=True)
    ]
    return sorted(handed, key=lambda one: (one.department.position, one.department.pk) if one.department else (0, 0))


def unopened(row: Import) -> QuerySet[User]:
    """The accounts a saved workbook made that nobody has opened yet."""
    return User.objects.filter(UNOPENED, pk__in=row.saved.get("accounts", ()), is_active=True).order_by("pk")


def check_people(reading: PeopleReading, is_checked: bool, ends: tuple[int, ...] = ()) -> None:
    """Raises what save_people says."""
    if not reading.units and not reading.people:
        raise ValidationError(_("No sheet can be read yet: choose a sheet, or say what its columns mean."), "empty")
    if reading.open_units:
        text = _("%(count)s names are not settled yet: say for each which unit it is.")
        raise ValidationError(text % {"count": len(reading.open_units)}, "names")
    if reading.open_people:
        text = _("%(count)s people have no role or no unit yet: choose it or leave the row out.")
        raise ValidationError(text % {"count": len(reading.open_people)}, "people")
    if reading.open_doubts and not is_checked:
        raise ValidationError(_("Doubts are still open: settle them, or confirm that you have looked at them."), "doubts")
    if set(ends) - {one.pk for one in reading.missing}:
        raise ValidationError(_("Only roles that the sheet does not name can be ended here: look again."), "ends")


def _make_units(reading, saved, *, by, at) -> dict[str, Department]:
    """Every name of a unit that is not left out, with its row; new ones in the order of the sheet."""
    host = by.campaign.host
    new = [one for one in reading.units.values() if one.status == "new"]
    new.sort(key=lambda one: one.row.position if one.row.position is not None else float("inf"))
    plan = {one.name: NewDepartment(one.name, host, short_name=_short_name(one, reading)) for one in new}
    for one in new:
        above = reading.final(one.row.parent) if one.row.parent else None
        plan[one.name].parent = host if above is None else above.unit or plan[above.name]
    for made in plan.values():
        made.kind = _kind(made, by.campaign)
    saved.units = make_departments(host, list(plan.values()), by=by, at=at)
    finals = {name: reading.final(name) for name in reading.units}
    units = {name: one.unit or plan[one.name].row for name, one in finals.items() if one}
    saved.found = len({one.unit.pk for one in finals.values() if one and one.unit})
    pairs = [(units[name], other) for name in units for other in (name, *reading.units[name].row.aliases)]
    saved.undo["aliases"] = _ids(learn_aliases(host, pairs, by=by, at=at))
    return units


def _short_name(one, reading):
    """The first other name, where the column is called 简称: lists show it instead of the name."""
    sheet = next(sheet.sheet for sheet in reading.sheets if sheet.name == one.sheet)
    is_short = any(column.meaning == "alias" and "简称" in column.text for column in sheet.columns)
    first = one.row.aliases[0] if one.row.aliases and is_short else ""
    return first if len(first) <= LONGEST_SHORT_NAME else ""


def _kind(made, campaign):
    Kind = Department.Kind
    if campaign.kind == Campaign.Kind.UNIT:
        return Kind.SECTION
    if TOWN.search(made.name):
        return Kind.TOWN
    above = made.parent.kind if made.parent is not campaign.host else Kind.REGION
    return Kind.SECTION if above in (Kind.UNIT, Kind.SECTION) else Kind.UNIT


def _fill_groups(reading, units, saved, *, by, at):
    """Each group with its units added; who is in it already stays."""
    members = {}
    for name, unit in units.items():
        for group in reading.units[name].row.groups:
            members.setdefault(group, {})[unit.pk] = unit
    present = DepartmentGroup.objects.filter(host=by.campaign.host, name__in=members).prefetch_related("members")
    present = {group.name: group for group in present}
    made, grouped = [], {}
    for name, rows in members.items():
        group = present.get(name)
        if group is None:
            made.append(make_group(by.campaign.host, name=name, members=rows.values(), by=by, at=at))
            grouped[made[-1].pk] = list(rows)
        elif missing := set(rows) - {one.pk for one in group.members.all()}:
            wanted = [*group.members.all(), *(rows[pk] for pk in missing)]
            edit_group(group, name=name, members=wanted, by=by, at=at)
            grouped[group.pk] = sorted(missing)
    saved.undo |= {"groups": _ids(made), "grouped": grouped}


def _make_people(reading, units, saved, *, by, at):
    people, new = [], _NewPeople()
    for one in reading.kept_people:
        department = units[one.unit] if one.unit else None
        people.append((one, one.account or new.find(one.row, department), department))
    make_users(new.users, by=by, at=at)
    rows = [
        Membership(
            user=user,
            role=one.role,
            department=department if one.role in UNIT_ROLES else None,
            title=one.row.title[:LONGEST_POST],
        )
        for one, user, department in people
    ]
    saved.members = add_members(by.campaign, rows, by=by, at=at)
    saved.reused = len({one.account.pk for one in reading.kept_people if one.account})
    saved.accounts = new.users


def _end_missing(reading, ends, saved, *, by, at):
    """End what was ticked; who had a deputy has none afterwards, and taking back does not bring the deputy back."""
    day, rows = timezone.localdate(at), [one for one in reading.missing if one.pk in set(ends)]
    lent = Membership.objects.filter(stands_for__in=rows, ended_on__gt=day).select_related("stands_for__user").order_by("pk")
    saved.undo |= {"ended_on": day.isoformat(), "lent": list(dict.fromkeys(one.stands_for.user.name for one in lent))}
    saved.ended = [end_member(one, by=by, at=at) for one in rows]


def _ids(rows):
    return [row.pk for row in rows]


class _NewPeople:
    """Accounts to be made: one for all rows of one person, each with a name of its own."""

    def __init__(self):
        self.users: list[User] = []
        self._by = {}
        self._taken = set(User.objects.values_list("username", flat=True))

    def find(self, row, department) -> User:
        """The person's account: of an earlier row with the same name and number, address or, without another number, unit."""
        name = key(row.name)
        keys = [(name, "phone", row.phone)] if is_mobile(row.phone) else []
        keys += [(name, "email", row.email)] if row.email else []
        user = next((self._by[one] for one in keys if one in self._by), None)
        in_unit = self._by.get((name, "unit", department.pk if department else None))
        if user is None and in_unit and not (in_unit.phone and row.phone and in_unit.phone != row.phone):
            user = in_unit
        if user is None:
            user = User(username=self._username(name), name=row.name, phone=row.phone, email=row.email)
            self.users.append(user)
        user.phone, user.email = user.phone or row.phone, user.email or row.email
        for one in (*keys, (name, "unit", department.pk if department else None)):
            self._by.setdefault(one, user)
        return user

    def _username(self, name):
        """The person's own name, with the first free number from 2 on where somebody has it already."""
        plain = re.sub(r"[^\w.@+-]", "", unicodedata.normalize("NFKC", name))[:LONGEST_ACCOUNT] or "user"
        account, number = plain, 1
        while account in self._taken:
            number += 1
            account = f"{plain}{number}"
        self._taken.add(account)
        return account
