"""The names under which sheets and people know the units of a campaign's register."""

import re
from collections import defaultdict
from dataclasses import dataclass

from accounts.models import Alias, Department, DepartmentGroup
from checklists.sheets.names import REGION, alike_names, near_names, split_names

SPACE = re.compile(r"\s+")


def key(name: str) -> str:
    """A name as it is compared: without white space."""
    return SPACE.sub("", name or "")


@dataclass(frozen=True)
class Found:
    """What a text of names gave: units in its order, each once, and the names nobody bears."""

    departments: list[Department]
    unknown: list[str]


class Register:
    """Every name of the units under a host: names, short names, aliases, groups. Four queries, made once."""

    def __init__(self, host: Department):
        self.host = host
        self.departments = {row.pk: row for row in Department.objects.under(host).filter(is_active=True)}
        self._names: dict[str, list[Department]] = defaultdict(list)
        for row in self.departments.values():
            for name in {row.name, row.short_name, self._full(row)} - {""}:
                self._names[key(name)].append(row)
        for name, pk in Alias.objects.filter(department__in=self.departments).values_list("name", "department"):
            if self.departments[pk] not in self._names[key(name)]:
                self._names[key(name)].append(self.departments[pk])
        self.groups: dict[str, list[Department]] = {key(group.name): [] for group in DepartmentGroup.objects.filter(host=host)}
        members = DepartmentGroup.members.through.objects.filter(departmentgroup__host=host)
        for name, pk in members.values_list("departmentgroup__name", "department"):
            if pk in self.departments:
                self.groups[key(name)].append(self.departments[pk])
        for rows in self.groups.values():
            rows.sort(key=lambda row: (row.position, row.pk))

    def _full(self, row):
        """A section is also known with the name of its unit before its own: two units may both have an 办公室."""
        above = self.departments.get(row.parent_id)
        return f"{above.name}{row.name}" if above and above.pk != self.host.pk else ""

    def find(self, name: str) -> list[Department]:
        """The unit that bears the name, the members of the group that bears it, or nothing; two bearers are nothing."""
        rows = self._names.get(key(name), [])
        return rows if len(rows) == 1 else self.groups.get(key(name), [])

    def bearers(self, name: str) -> list[Department]:
        """All units that bear the name."""
        return self._names.get(key(name), [])

    def read(self, text: str) -> Found:
        """The units named in a text, separated by 、 or a comma."""
        found, unknown = {}, []
        for name in split_names(text):
            rows = self.find(name)
            found.update((row.pk, row) for row in rows)
            if not rows:
                unknown.append(name)
        return Found(list(found.values()), unknown)

    def near(self, name: str) -> Department | None:
        """The unit one of whose names is a known shortening of this one, or the other way round: a proposal, never an answer."""
        mine = self._bare(key(name))
        bare = str if REGION.match(mine) else self._bare  # 市教育局 in a county: of another grade, not the county's
        known = {bare(other): rows[0] for other, rows in self._names.items() if len(rows) == 1}
        if mine in known:
            return known[mine]
        for one, other in near_names([mine, *known]):
            if mine in (one, other):
                return known[other if one == mine else one]
        return None

    def likely(self, name: str) -> list[Department]:
        """The units probably meant: the near one, else those whose names differ by few letters, the likeliest first."""
        if near := self.near(name):
            return [near]
        known = {other: rows[0] for other, rows in self._names.items() if len(rows) == 1}
        found = [known[other] for other in alike_names(key(name), known)]
        return list({unit.pk: unit for unit in found}.values())

    def _bare(self, name):
        """Without the name of the register's own region, written out or by its grade: 示范县教育局 and 区教育局 are both 教育局.

        In a county's sheet 市 is somebody above, in a city's it is the city itself.
        """
        own = key(self.host.name)
        grade = REGION.match(name)
        if grade and grade[1] in ("市" if own.endswith("市") else "区县旗"):
            return name[grade.end() :]
        return name.removeprefix(own) or name

    @property
    def names(self) -> list[str]:
        """Every name that means something: of a unit or of a group."""
        return [*(name for name, rows in self._names.items() if len(rows) == 1), *self.groups]

    @property
    def units(self) -> list[Department]:
        """The units below the host in official order: the choices where one is picked."""
        rows = [row for row in self.departments.values() if row.pk != self.host.pk]
        return sorted(rows, key=lambda row: (row.position, row.pk))
