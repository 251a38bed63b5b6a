"""Which rules from rulings fit a new case. Pure: plain values in and out."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID


class Bounds(NamedTuple):
    """What a rule holds for; None (area: "") where it does not ask. item, parent: keys of its item and of the one above."""

    rule_id: int
    item: UUID | None = None
    parent: UUID | None = None
    kind: int | None = None
    site_kind: int | None = None
    area: str = ""  # path of the unit

    @property
    def narrowness(self) -> int:
        return sum(bool(one) for one in (self.item, self.kind, self.site_kind, self.area))


class Case(NamedTuple):
    """A task (its item alone) or a finding. items: (key, key of the item above) each; area: path of the territory's unit."""

    items: tuple[tuple[UUID, UUID | None], ...] = ()
    kind: int | None = None
    site_kind: int | None = None
    area: str = ""


class Fit(NamedTuple):
    rule_id: int
    is_neighbour: bool  # the item is not the rule's own but one beside it


def fitting(rules: Iterable[Bounds], case: Case) -> list[Fit]:
    """The rules whose bounds hold the case: the item itself before its neighbours, the narrower first, then as they came."""
    found = []
    for rule in rules:
        own = rule.item is None or any(key == rule.item for key, _parent in case.items)
        beside = rule.parent is not None and any(parent == rule.parent for _key, parent in case.items)
        if (own or beside) and _holds(rule, case):
            found.append((not own, -rule.narrowness, Fit(rule.rule_id, not own)))
    return [fit for _is_neighbour, _narrowness, fit in sorted(found, key=lambda one: one[:2])]


def _holds(rule, case):
    if rule.kind is not None and rule.kind != case.kind:
        return False
    if rule.site_kind is not None and rule.site_kind != case.site_kind:
        return False
    return not rule.area or case.area.startswith(rule.area)
