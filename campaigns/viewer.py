"""Who looks: a person in one campaign, with everything the rules of access need."""

from dataclasses import dataclass, field

from django.utils import timezone

from accounts.models import Department
from campaigns.models import Membership, Role


@dataclass(frozen=True)
class Viewer:
    """Made once per request from the address; all `visible_to` and MOVES rules read only this.

    department_ids: own units and all below, as head or liaison; head_of, liaison_of: the same by role.
    """

    user: object
    campaign: object
    roles: frozenset = frozenset()
    department_ids: frozenset = frozenset()
    head_of: frozenset = frozenset()
    liaison_of: frozenset = frozenset()
    own_ids: tuple = field(default=())  # the units named in the memberships themselves, official order

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

    def belongs_to(self, department_id):
        return department_id in self.department_ids


def viewer_for(user, campaign, *, on=None) -> Viewer:
    """The person's roles in the campaign on the day; no role gives a viewer that sees nothing. Two queries."""
    rows = list(
        Membership.objects.on(on or timezone.localdate())
        .filter(user=user, campaign=campaign)
        .select_related("department")
        .order_by("department__position", "pk")
    )
    if not user.is_active or not rows:
        return Viewer(user, campaign)
    paths = {role: [m.department.path for m in rows if m.role == role] for role in (Role.HEAD, Role.LIAISON)}
    below = (
        list(Department.objects.under_any(paths[Role.HEAD] + paths[Role.LIAISON]).values_list("pk", "path"))
        if any(paths.values())
        else []
    )

    def ids(role):
        return frozenset(pk for pk, path in below if path.startswith(tuple(paths[role])) and paths[role])

    return Viewer(
        user=user,
        campaign=campaign,
        roles=frozenset(m.role for m in rows),
        department_ids=frozenset(pk for pk, _path in below),
        head_of=ids(Role.HEAD),
        liaison_of=ids(Role.LIAISON),
        own_ids=tuple(dict.fromkeys(m.department_id for m in rows if m.department_id)),
    )
