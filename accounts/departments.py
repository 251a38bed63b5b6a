"""Writes with a rule about the one register of units: names, order, place in the tree, groups.

`by`: the office of a campaign, for what lies under its host; or the keeper (a superuser), for all.
`position` counts through the whole register, depth first, so that a flat list stands in the order of the tree.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import record, record_each
from accounts.models import Alias, Department, DepartmentGroup, User
from accounts.usage import hanging_on


@transaction.atomic
def make_department(
    parent: Department | None,
    *,
    name: str,
    by,
    kind: str = Department.Kind.UNIT,
    short_name: str = "",
    aliases: Iterable[str] = (),
    place: int | None = None,
    at: datetime | None = None,
) -> Department:
    """A new unit below `parent` (None: the top of a new register, the keeper's alone), last among its siblings.

    place: 1 for the first among the siblings, and so on. Raises PermissionDenied; ValidationError for a name in use.
    """
    _check_may(by, parent)
    position = _end_of(parent) + 1
    if parent:  # make room: what stands behind the parent's block moves on by one
        _register_of(parent).filter(position__gte=position).update(position=F("position") + 1)
    row = Department(name=name.strip(), short_name=short_name.strip(), kind=kind, parent=parent, position=position)
    row.path = f"new-{uuid4()}"  # replaced below: the path holds the row's own number
    _check_name(row)
    row.full_clean(exclude=["path"])
    row.save()
    row.path = f"{parent.path if parent else ''}{row.pk:06d}."
    row.save(update_fields=["path"])
    _set_aliases(row, aliases)
    record(by, "department.create", row, at=at, department_id=row.pk, new=row.name)
    return _place(row, place) if place else row


@dataclass
class NewDepartment:
    """A unit to be made. parent: one that exists, or another of the same list; row: what was made of it."""

    name: str
    parent: "Department | NewDepartment"
    kind: str = Department.Kind.UNIT
    short_name: str = ""
    row: Department | None = None


@transaction.atomic
def make_departments(host: Department, plan: list[NewDepartment], *, by, at: datetime | None = None) -> list[Department]:
    """Many new units below the host in the order of the plan, each last among its siblings: one insert per level.

    Raises PermissionDenied; ValidationError for a name in use or a unit above that lies elsewhere or in a circle.
    """
    _check_may(by, host)
    first, left = _end_of(host) + 1, list(enumerate(plan))
    taken = set(Department.objects.under(host).values_list("parent", "name"))
    while left:
        level = [(number, new) for number, new in left if isinstance(new.parent, Department) or new.parent.row]
        if not level:
            raise ValidationError(_("A unit cannot lie below itself."), "inside_itself")
        for number, new in level:
            parent = new.parent if isinstance(new.parent, Department) else new.parent.row
            new.row = _new_row(host, parent, new, position=first + number, taken=taken)
        made = [new.row for _number, new in level]
        Department.objects.bulk_create(made, batch_size=500)
        for row in made:
            row.path = f"{row.parent.path}{row.pk:06d}."
        Department.objects.bulk_update(made, ["path"], batch_size=200)
        left = [(number, new) for number, new in left if new.row is None]
    rows = [new.row for new in plan]
    if rows:
        _number(host)
    record_each(by, "department.create", [(row, {"new": row.name}) for row in rows], at=at)
    return rows


def _new_row(host, parent, new, *, position, taken):
    if not parent.path.startswith(host.path):
        raise ValidationError(_("Choose a unit of this register."), "other_register")
    if (parent.pk, new.name) in taken:
        raise ValidationError({"name": ValidationError(_("A unit of this name already stands here."), "name_taken")})
    taken.add((parent.pk, new.name))
    row = Department(name=new.name, short_name=new.short_name, kind=new.kind, parent=parent, position=position)
    row.path = f"new-{uuid4()}"  # replaced when the number is known
    row.clean_fields(exclude=["path", "parent"])
    return row


@transaction.atomic
def learn_aliases(host: Department, pairs: Iterable[tuple[Department, str]], *, by, at: datetime | None = None) -> list[Alias]:
    """Other names of many units below the host; a name that another unit bears is left out. Returns the new ones."""
    _check_may(by, host)
    bearers = defaultdict(set)
    register = _register_of(host)
    for pk, name, short_name in register.values_list("pk", "name", "short_name"):
        for one in {name, short_name} - {""}:
            bearers[one].add(pk)
    for pk, name in Alias.objects.filter(department__in=register).values_list("department", "name"):
        bearers[name].add(pk)
    rows = []
    for department, name in pairs:
        if not bearers[name]:
            rows.append(Alias(department=department, name=name))
            rows[-1].clean_fields(exclude=["department"])
            bearers[name].add(department.pk)
    Alias.objects.bulk_create(rows, batch_size=500)
    record_each(by, "department.alias", [(row.department, {"new": row.name}) for row in rows], at=at)
    return rows


@transaction.atomic
def drop_departments(host: Department, pks: Iterable[int], *, by, at: datetime | None = None) -> list[tuple[Department, str]]:
    """Delete the units below the host that nobody has changed or used; those that stay, each with the reason."""
    _check_may(by, host)
    rows = list(Department.objects.under(host).select_for_update().filter(pk__in=pks))
    kept = []
    for depth in sorted({row.path.count(".") for row in rows}, reverse=True):
        level = [row for row in rows if row.path.count(".") == depth]
        hanging = hanging_on(Department, [row.pk for row in level], but=(Alias,))
        used = [(row, gettext("in use: %(what)s") % {"what": hanging[row.pk]}) for row in level if row.pk in hanging]
        used += [(row, gettext("changed since")) for row in level if row.version > 1 and row.pk not in hanging]
        kept += used
        gone = [row for row in level if row not in {one for one, _reason in used}]
        record_each(by, "department.drop", [(row, {"old": row.name}) for row in gone], at=at)
        Alias.objects.filter(department__in=gone).delete()
        Department.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return sorted(kept, key=lambda one: one[0].position)


@transaction.atomic
def forget_aliases(host: Department, pks: Iterable[int], *, by, at: datetime | None = None) -> None:
    """Other names of units below the host are forgotten again."""
    _check_may(by, host)
    rows = list(Alias.objects.filter(pk__in=pks, department__path__startswith=host.path).select_related("department"))
    record_each(by, "department.forget", [(row.department, {"old": row.name}) for row in rows], at=at)
    Alias.objects.filter(pk__in=[row.pk for row in rows]).delete()


@transaction.atomic
def edit_department(
    department: Department,
    *,
    by,
    name: str,
    short_name: str = "",
    kind: str | None = None,
    is_active: bool = True,
    aliases: Iterable[str] | None = None,
    place: int | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Department:
    """Change the names, the kind, whether it is in use, and the place among its siblings; None leaves as it is.

    An old name becomes an alias, so that sheets which still use it are understood. version: the one the form was made
    from; raises ValidationError "stale" if somebody was faster.
    """
    row = _locked(department, by)
    if version is not None and version != row.version:
        raise ValidationError(_("Somebody changed this while you were writing."), "stale")
    old, row.version = row.name, row.version + 1
    row.name, row.short_name, row.is_active = name.strip(), short_name.strip(), is_active
    row.kind = kind or row.kind
    _check_name(row)
    row.full_clean(exclude=["path"])
    row.save()
    if aliases is not None:
        _set_aliases(row, aliases)
    if old != row.name:
        Alias.objects.get_or_create(department=row, name=old)
    record(by, "department.edit", row, at=at, department_id=row.pk, old=old, new=row.name)
    return _place(row, place) if place else row


@transaction.atomic
def move_department(department: Department, *, parent: Department, by, at: datetime | None = None) -> Department:
    """Hang the department with all below it under another one of the same register, last among its siblings."""
    row, parent = _locked(department, by), _locked(parent, by)
    if parent.path.startswith(row.path):
        raise ValidationError(_("A unit cannot lie below itself."), "inside_itself")
    if row.parent_id is None or _root(parent.path) != _root(row.path):
        raise ValidationError(_("A unit stays in its register."), "other_register")
    old, old_path = row.parent, row.path
    row.parent, row.path, row.position = parent, f"{parent.path}{row.pk:06d}.", _end_of(parent) + 1
    row.full_clean(exclude=["path"])
    moved = list(Department.objects.filter(path__startswith=old_path).exclude(pk=row.pk))
    for below in moved:
        below.path = row.path + below.path[len(old_path) :]
    row.save()
    Department.objects.bulk_update(moved, ["path"], batch_size=200)
    _number(row)
    record(by, "department.move", row, at=at, department_id=row.pk, old=old.name, new=parent.name)
    row.refresh_from_db()
    return row


@transaction.atomic
def learn_alias(department: Department, *, name: str, by, at: datetime | None = None) -> None:
    """Remember that sheets call the department by this name; known already is fine."""
    row, name = _locked(department, by), name.strip()
    if name in (row.name, row.short_name):
        return
    _check_free(row, name)
    _alias, made = Alias.objects.get_or_create(department=row, name=name)
    if made:
        record(by, "department.alias", row, at=at, department_id=row.pk, new=name)


@transaction.atomic
def make_group(host: Department, *, name: str, members: Iterable[Department], by, at: datetime | None = None) -> DepartmentGroup:
    """A name that stands for several departments under the host."""
    _check_may(by, host)
    group = DepartmentGroup(host=host, name=name.strip())
    _check_group_name(group)
    group.full_clean()
    group.save()
    _set_members(group, members)
    record(by, "group.create", group, at=at, new=group.name)
    return group


@transaction.atomic
def edit_group(
    group: DepartmentGroup, *, name: str, members: Iterable[Department], by, at: datetime | None = None
) -> DepartmentGroup:
    group = DepartmentGroup.objects.select_for_update().select_related("host").get(pk=group.pk)
    _check_may(by, group.host)
    old, group.name = group.name, name.strip()
    _check_group_name(group)
    group.full_clean()
    group.save()
    _set_members(group, members)
    record(by, "group.edit", group, at=at, old=old, new=group.name)
    return group


@transaction.atomic
def drop_group(group: DepartmentGroup, *, by, at: datetime | None = None) -> None:
    """A group is only a way of writing; what was assigned by it stays with its departments."""
    _check_may(by, group.host)
    record(by, "group.drop", group, at=at, old=group.name)
    group.delete()


def _check_group_name(group):
    if DepartmentGroup.objects.filter(host=group.host_id, name=group.name).exclude(pk=group.pk).exists():
        raise ValidationError({"name": ValidationError(_("There is a group of this name already."), "taken")})


def _check_may(by, department: Department | None) -> None:
    """The keeper everywhere; the office of a campaign from its host down."""
    user = by if isinstance(by, User) else getattr(by, "user", None)
    if by is None or (user is not None and user.is_superuser):  # None: the portal itself
        return
    host = getattr(getattr(by, "campaign", None), "host", None)
    if not host or not by.is_office or department is None or not department.path.startswith(host.path):
        raise PermissionDenied


def _locked(department, by):
    row = Department.objects.select_for_update().get(pk=department.pk)
    _check_may(by, row)
    return row


def _root(path):
    return path[: path.find(".") + 1]


def _register_of(department):
    return Department.objects.filter(path__startswith=_root(department.path))


def _end_of(parent):
    """The last position of the parent's block; of the whole table for a new register."""
    rows = Department.objects.under(parent) if parent else Department.objects.all()
    return rows.aggregate(last=Max("position"))["last"] or 0


def _check_name(row):
    """Two siblings never share a name; the constraint does not see two registers without a parent."""
    same = Department.objects.filter(parent=row.parent, name=row.name).exclude(pk=row.pk)
    if same.exists():
        raise ValidationError({"name": ValidationError(_("A unit of this name already stands here."), "name_taken")})


def _check_free(row, name):
    taken = _register_of(row).named(name).exclude(pk=row.pk).first()
    if taken:
        message = _("“%(name)s” is already a name of %(unit)s.")
        error = ValidationError(message, "name_taken", params={"name": name, "unit": taken.name})
        raise ValidationError({"aliases": error})


def _set_aliases(row, names):
    wanted = {name.strip() for name in names} - {"", row.name, row.short_name}
    known = set(row.aliases.values_list("name", flat=True))
    for name in wanted - known:
        _check_free(row, name)
    row.aliases.filter(name__in=known - wanted).delete()
    Alias.objects.bulk_create(Alias(department=row, name=name) for name in sorted(wanted - known))


def _set_members(group, members):
    members = list(members)
    if any(not member.path.startswith(group.host.path) for member in members):
        raise ValidationError({"members": ValidationError(_("Choose units of this register."), "other_register")})
    group.members.set(members)


def _place(row, place):
    """Put the row at its place among the siblings and number the register anew."""
    siblings = list(Department.objects.filter(parent=row.parent).exclude(pk=row.pk)) if row.parent_id else []
    siblings.insert(place - 1, row)
    for position, sibling in enumerate(siblings, row.parent.position + 1 if row.parent else 1):
        sibling.position = position
    Department.objects.bulk_update(siblings, ["position"], batch_size=200)
    _number(row)
    row.refresh_from_db()
    return row


def _number(row):
    """Number the register depth first from its top's own position on, siblings in their present order."""
    rows = list(_register_of(row).select_for_update())
    children, order, top = defaultdict(list), [], []
    for one in rows:
        (children[one.parent_id] if one.parent_id else top).append(one)
    stack = top[::-1]
    while stack:
        order.append(one := stack.pop())
        stack += children[one.pk][::-1]
    changed = []
    for position, one in enumerate(order, order[0].position if order else 0):
        if one.position != position:
            one.position = position
            changed.append(one)
    Department.objects.bulk_update(changed, ["position"], batch_size=200)
