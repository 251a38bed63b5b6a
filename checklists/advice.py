"""What earlier rulings say about who leads a task. The rulings kept as rules live in an app to the right."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from accounts.models import Department
from campaigns.viewer import Viewer
from checklists.models import Duty


class Advice(NamedTuple):
    """A unit that an earlier ruling speaks for: `reason` quotes its words, `url` is the page of the ruling."""

    department: Department
    reason: str
    url: str


# Apps that know rulings add a callable(viewer, item ids) -> item id -> advice, the best first, in ready().
SOURCES: list[Callable[[Viewer, set[int]], Mapping[int, list[Advice]]]] = []


def advise(viewer: Viewer, duties: Iterable[Duty]) -> None:
    """Give each task `advice`; office and leaders alone read rulings of other units. A fixed number of queries."""
    duties = list(duties)
    items, found = {duty.item_id for duty in duties}, defaultdict(list)
    for source in SOURCES if viewer.reads_all and items else ():
        for item, advice in source(viewer, items).items():
            found[item] += advice
    for duty in duties:
        duty.advice = found.get(duty.item_id, [])


def tally(duties: Iterable[Duty]) -> list[tuple[Advice, int]]:
    """Each advice to these tasks with how many it is for, the most first."""
    return Counter(advice for duty in duties for advice in duty.advice).most_common()
