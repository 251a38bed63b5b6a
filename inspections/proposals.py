"""What the portal proposes for a finding: its kind, its units with the reason, its limit. Pure: plain values in and out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

DELIMITERS = re.compile(r"[、,，;；\s]+")


class KindWords(NamedTuple):
    """A kind of problem and the words that point to it; `line`: the unit that usually answers, or None."""

    kind_id: int
    name: str
    words: str
    line: int | None = None


class Answerer(NamedTuple):
    """A unit that leads the task of an item; `label`: what the item is called."""

    department_id: int
    label: str


class Rule(NamedTuple):
    """How long a unit has; kind_id None: any kind."""

    kind_id: int | None
    severity: str
    amount: int
    unit: str  # "days" or "hours"


class Reason:
    """Why a unit is proposed; the page words it."""

    RULED = "ruled"
    ITEM = "item"
    KIND = "kind"
    LINE = "line"
    TERRITORY = "territory"


@dataclass(frozen=True)
class Proposal:
    department_id: int
    reason: str  # of Reason
    about: str = ""  # the ruling, the item, the kind of problem, the kind of site


def words_of(text: str) -> list[str]:
    return [word for word in DELIMITERS.split(text) if word]


def propose_kind(text: str, kinds: Sequence[KindWords]) -> KindWords | None:
    """The kind whose words are found most in the text, by their length; the first in order of two equals; None for no word."""

    def weight(kind):
        return sum(len(word) for word in {kind.name, *words_of(kind.words)} if word in text)

    best = max(kinds, key=weight, default=None)
    return best if best and weight(best) else None


def propose_units(
    *,
    ruled: Answerer | None = None,
    answerers: Iterable[Answerer] = (),
    kind: KindWords | None = None,
    site_line: int | None = None,
    site_kind: str = "",
    territory: int | None = None,
) -> list[Proposal]:
    """At most two: who answers by a ruling, for the item or the line, then the unit of the territory; the first one leads.

    ruled: of the rule that fits best; answerers: leads of the chosen items, in the order of the items. A unit is proposed
    once, for its first reason.
    """
    asked = [Proposal(ruled.department_id, Reason.RULED, ruled.label)] if ruled else []
    asked += [Proposal(one.department_id, Reason.ITEM, one.label) for one in answerers]
    if kind and kind.line:
        asked.append(Proposal(kind.line, Reason.KIND, kind.name))
    if site_line:
        asked.append(Proposal(site_line, Reason.LINE, site_kind))
    found = asked[:1]
    if territory and territory not in [one.department_id for one in found]:
        found.append(Proposal(territory, Reason.TERRITORY))
    return found


def limit_for(severity: str, kind_id: int | None, rules: Sequence[Rule]) -> Rule:
    """The rule of the kind and severity, else that of any kind, else three working days."""
    fitting = [rule for rule in rules if rule.severity == severity and rule.kind_id in (kind_id, None)]
    own = [rule for rule in fitting if rule.kind_id is not None]
    return (own or fitting or [Rule(None, severity, 3, "days")])[0]
