"""Reading the tree of a standard."""

from dataclasses import fields

from checklists.itemdata import PLAIN, ItemData
from checklists.models import Item, Standard
from checklists.scoringrules import Step
from checklists.wantedproof import Wanted

TOP = 5  # length of the first step of Item.path, the project: "0001."


def ancestors_of(item: Item) -> list[Item]:
    """The nodes above the item, project first; one query."""
    steps = item.path.split(".")[:-2]
    above = [".".join(steps[: n + 1]) + "." for n in range(len(steps))]
    return list(Item.objects.filter(standard=item.standard_id, path__in=above).order_by("path"))


def read_items(standard: Standard) -> list[ItemData]:
    """The whole edition as plain data; four queries whatever its size."""
    rows = standard.items.order_by("path").prefetch_related("steps", "wanted", "origins")
    known: dict[int, ItemData] = {}
    top = []
    for row in rows:
        item = known[row.pk] = ItemData(
            key=row.key,
            steps=steps_of(row),
            wanted=wanted_of(row),
            origins=sorted(origin.key for origin in row.origins.all()),
            **{name: getattr(row, name) for name in PLAIN},
        )
        (known[row.parent_id].children if row.parent_id else top).append(item)
    return top


def steps_of(item: Item) -> list[Step]:
    return [Step(row.label, row.text, row.threshold, row.share, row.lost) for row in item.steps.all()]


def wanted_of(item: Item) -> list[Wanted]:
    names = [one.name for one in fields(Wanted)]
    return [Wanted(**{name: getattr(row, name) for name in names}) for row in item.wanted.all()]


def earlier_editions(standard: Standard) -> list[Standard]:
    """What the edition follows, the nearest first."""
    found = []
    while standard.follows_id and standard.follows_id not in {one.pk for one in found}:
        standard = standard.follows
        found.append(standard)
    return found
