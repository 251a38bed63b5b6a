"""Who looks: a person in one campaign, with everything the rules of access need."""

from dataclasses import dataclass, field, replace
from datetime import date

from django.utils import timezone
from django.utils.functional import cached_property

from accounts.asking import Asking
from accounts.models import Department
from campaigns.models import Membership, Role


@dataclass(frozen=True)
class Lent:
    """A role the viewer has today only as somebody's deputy. department_ids: the unit and all below; empty for the office."""

    person: object
    role: str
    until: date
    department: object = None
    department_ids: frozenset = frozenset()

    @property
    def word(self):
        return Role(self.role).label

    def reaches(self, department):
        """The unit is the lent one, or lies in it or above it: what the person does by name elsewhere is not lent."""
        mine = self.department.path if self.department else ""
        return bool(mine) and (department.path.startswith(mine) or mine.startswith(department.path))


@dataclass(frozen=True)
class Viewer:
    """Made once per request from the address; all `visible_to` and MOVES rules read only this.

    department_ids: own units and all below, as head or liaison; head_of, liaison_of: the same by role. All of them hold
    what is the viewer's as a deputy, too; lent says what that is, and own_head_of, own_roles leave it out.
    """

    user: object
    campaign: object
    roles: frozenset = frozenset()
    department_ids: frozenset = frozenset()
    head_of: frozenset = frozenset()
    liaison_of: frozenset = frozenset()
    own_ids: tuple = field(default=())  # the units named in the memberships themselves, official order
    lent: tuple = ()
    own_roles: frozenset = frozenset()
    own_head_of: frozenset = frozenset()
    own_liaison_of: frozenset = frozenset()

    @property
    def is_office(self):
        return Role.OFFICE in self.roles

    @property
    def is_inspector(self):
        return Role.INSPECTOR in self.roles

    @property
    def is_leader(self):
        return Role.LEADER in self.roles

    @property
    def reads_all(self):
        """Office and leaders read the whole campaign."""
        return self.is_office or self.is_leader

    @cached_property
    def sight(self):
        """All that a rule of access can read of the viewer, as plain values: who has the same sees the same rows."""
        lent = tuple((one.person.pk, one.role, one.until, one.department_ids) for one in self.lent)
        settings = tuple(str(getattr(self.campaign, field.attname)) for field in self.campaign._meta.concrete_fields)
        units = (self.department_ids, self.head_of, self.liaison_of, self.own_ids, self.own_head_of, self.own_liaison_of)
        return self.user.pk, settings, self.roles, self.own_roles, *units, lent

    @property
    def own(self):
        """The same person without what is lent."""
        heads, liaisons = self.own_head_of, self.own_liaison_of
        units = heads | liaisons
        return replace(self, lent=(), roles=self.own_roles, department_ids=units, head_of=heads, liaison_of=liaisons)

    def stands_for(self, person_id, department):
        """Name of the person, where the viewer acts in their place today in what the unit asks of them by name; else ""."""
        return next((one.person.name for one in self.lent if one.person.pk == person_id and one.reaches(department)), "")

    def belongs_to(self, department_id):
        return department_id in self.department_ids

    def acting_for(self, department_id=None):
        """Name of the person in whose place the viewer acts on a row of this unit; "" where the right is their own.

        None: a row without a unit, where the role alone decides.
        """
        for one in self.lent:
            if one.role == Role.OFFICE:
                is_own = Role.OFFICE in self.own_roles
            elif department_id is None:
                is_own = one.role in self.own_roles or Role.HEAD in self.own_roles
            else:
                own = self.own_head_of if one.role == Role.HEAD else self.own_head_of | self.own_liaison_of
                is_own = department_id in own or department_id not in one.department_ids
            if not is_own:
                return one.person.name
        return ""


def _spells(user, campaign, day):
    rows = Membership.objects.on(day).filter(user=user, campaign=campaign)
    return rows.select_related("campaign__host", "department", "stands_for__user").order_by("department__position", "pk")


SPELLS = Asking(_spells, user=int, campaign=int, day=date)


def viewer_for(user, campaign, *, on=None) -> Viewer:
    """The person's roles in the campaign on the day; no role gives a viewer that sees nothing. Two queries."""
    return _viewer(user, campaign, SPELLS.rows(user=user.pk, campaign=campaign.pk, day=on or timezone.localdate()))


def viewer_at(user, pk: int) -> Viewer | None:
    """The same today of the campaign with this number, which is read along; None: no role there, or no such campaign."""
    rows = SPELLS.rows(user=user.pk, campaign=pk, day=timezone.localdate())
    return _viewer(user, rows[0].campaign, rows) if rows else None


def _viewer(user, campaign, rows):
    if not user.is_active or not rows:
        return Viewer(user, campaign)
    own = [m for m in rows if not m.stands_for_id]
    paths = [m.department.path for m in rows if m.department_id]
    below = list(Department.objects.under_any(paths).values_list("pk", "path")) if paths else []

    def ids(members, *roles):
        starts = tuple(m.department.path for m in members if m.department_id and m.role in roles)
        return frozenset(pk for pk, path in below if starts and path.startswith(starts))

    return Viewer(
        user=user,
        campaign=campaign,
        roles=frozenset(m.role for m in rows),
        department_ids=frozenset(pk for pk, _path in below),
        head_of=ids(rows, Role.HEAD),
        liaison_of=ids(rows, Role.LIAISON),
        own_ids=tuple(dict.fromkeys(m.department_id for m in rows if m.department_id)),
        lent=tuple(Lent(m.stands_for.user, m.role, m.ended_on, m.department, ids([m], m.role)) for m in rows if m.stands_for_id),
        own_roles=frozenset(m.role for m in own),
        own_head_of=ids(own, Role.HEAD),
        own_liaison_of=ids(own, Role.LIAISON),
    )
