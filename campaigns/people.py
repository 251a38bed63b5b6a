"""Who is to be told: the people of a unit, of the office, and the leaders, on a day."""

from collections import defaultdict
from datetime import date

from accounts.asking import Asking
from accounts.models import Department, User
from campaigns.models import UNIT_ROLES, Campaign, Membership, Role


def _spells(campaign, day):
    rows = Membership.objects.on(day).filter(campaign=campaign, user__is_active=True)
    return rows.select_related("user", "department", "stands_for").order_by("pk")


SPELLS = Asking(_spells, campaign=int, day=date)


class Directory:
    """The people of one campaign on one day, read at once: one query, then two for all units that are asked for by id.

    For sweeps and lists that ask for many units; `office_people` asks once.
    """

    def __init__(self, campaign: Campaign, on: date):
        self._common = defaultdict(list)  # role -> people
        self._units = defaultdict(list)  # (role, path) -> people
        self._paths = {}
        self._members = set()
        self._deputies = defaultdict(list)  # person -> who acts in their place
        for row in SPELLS.rows(campaign=campaign.pk, day=on):
            self._members.add(row.user_id)
            if row.stands_for_id:
                _add(self._deputies[row.stands_for.user_id], row.user)
            if row.role in UNIT_ROLES:
                self._paths[row.department_id] = row.department.path
                _add(self._units[row.role, row.department.path], row.user)
            else:
                _add(self._common[row.role], row.user)

    def having(self, role: str) -> list[User]:
        """People with a role of the campaign as a whole: office, inspector, leader."""
        return list(self._common[role])

    def includes(self, user: User) -> bool:
        """Whether the person has any role in the campaign on the day."""
        return user.pk in self._members

    def with_deputies(self, user: User) -> list[User]:
        """The person and who acts in their place on the day: a named person who is away is told, and somebody who is there."""
        return [user, *self._deputies.get(user.pk, [])]

    def of(self, department: Department | int, roles=UNIT_ROLES) -> list[User]:
        """The unit's people in these roles, each once, in the order of the roles.

        A unit (a section) without a head has the head of the nearest unit above; its liaison comes from above only
        when it has nobody of its own at all.
        """
        path = self._path(department)
        own = any(self._units.get((role, path)) for role in UNIT_ROLES)
        found = []
        for role in roles:
            for user in self._units.get((role, path)) or (self._above(role, path) if role == Role.HEAD or not own else []):
                _add(found, user)
        return found

    def _above(self, role, path):
        while path := path[: path.rstrip(".").rfind(".") + 1]:
            if people := self._units.get((role, path)):
                return people
        return []

    def _path(self, department):
        if isinstance(department, Department):
            return department.path
        if department not in self._paths:
            self._paths.update(Department.objects.values_list("pk", "path"))
        return self._paths[department]


def office_people(campaign: Campaign, on: date) -> list[User]:
    return Directory(campaign, on).having(Role.OFFICE)


def _add(people, user):
    if user not in people:
        people.append(user)
