"""The people of the demo: names nobody bears, accounts that only the demo's doors open."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product

from accounts.models import Department, User
from campaigns.actions import add_member, add_person
from campaigns.models import Campaign, Role
from campaigns.viewer import Viewer, viewer_for

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "甲乙丙丁戊己庚辛壬癸"


def invented_names() -> Iterator[str]:
    """赵示甲, 钱示甲, … : plainly made up, each once."""
    for given, surname in product(GIVEN, SURNAMES):
        yield f"{surname}示{given}"


class Cast:
    """Who acts in one campaign; viewers are made once, after all roles are given."""

    def __init__(self, campaign: Campaign, chief: Viewer, prefix: str, names: Iterator[str], at: datetime):
        self.campaign, self.chief, self.at = campaign, chief, at
        self._prefix, self._names, self._count = prefix, names, 0
        self.people: dict[tuple[str, int | None], list[User]] = {}
        self._viewers: dict[int, Viewer] = {}

    def hire(self, role: str, department: Department | None = None, title: str = "") -> User:
        """A new person with a role; the office's one-time link is made as for everybody."""
        self._count += 1
        username = f"{self._prefix}{self._count:03d}"
        membership, _link = add_person(
            self.campaign,
            username=username,
            name=next(self._names),
            email=f"{username}@example.invalid",
            phone=f"0000-{self._count:07d}",
            role=role,
            department=department,
            title=title,
            by=self.chief,
            at=self.at,
        )
        return self._enter(role, department, membership.user)

    def invite(self, user: User, role: str, department: Department | None = None) -> User:
        """A person of another campaign takes a role here too."""
        add_member(self.campaign, user=user, role=role, department=department, by=self.chief, at=self.at)
        return self._enter(role, department, user)

    def _enter(self, role, department, user):
        self.people.setdefault((role, department.pk if department else None), []).append(user)
        return user

    def viewer(self, user: User) -> Viewer:
        if user.pk not in self._viewers:
            self._viewers[user.pk] = viewer_for(user, self.campaign)
        return self._viewers[user.pk]

    def one(self, role: str, department: Department | int | None = None, number: int = 0) -> Viewer:
        """The viewer of the n-th person with the role."""
        key = department.pk if isinstance(department, Department) else department
        people = self.people[role, key]
        return self.viewer(people[number % len(people)])

    def head(self, department: Department | int) -> Viewer:
        return self.one(Role.HEAD, department)

    def liaison(self, department: Department | int) -> Viewer:
        """The liaison, or the head of a unit that has none."""
        key = department.pk if isinstance(department, Department) else department
        return self.one(Role.LIAISON, key) if (Role.LIAISON, key) in self.people else self.head(key)

    def heads(self) -> dict[str, str]:
        """Name of a unit -> name of its head, as a responsibility table prints them."""
        units = Department.objects.in_bulk([pk for role, pk in self.people if role == Role.HEAD])
        return {unit.name: self.people[Role.HEAD, pk][0].name for pk, unit in units.items()}

    @property
    def office(self) -> Viewer:
        return self.one(Role.OFFICE)
