"""Plain items -> rows of a draft edition: one insert per level of the tree, whatever its size."""

from collections.abc import Callable
from uuid import uuid4

from checklists.branches import STEP
from checklists.itemdata import PLAIN, ItemData, walk
from checklists.models import Item, ItemOrigin, ScoreStep, Standard, WantedProof


def silent(_percent: int) -> None:
    """Nobody waits to be told how far the writing is."""


def write_items(standard: Standard, items: list[ItemData], *, tell: Callable[[int], None] = silent) -> int:
    """Write the tree into the empty edition; how many items. An item without a key gets a new one. tell: is told the percent."""
    whole = sum(1 for _item in walk(items))
    written: list[tuple[Item, ItemData]] = []
    level = [(None, item, number) for number, item in enumerate(items, 1)]
    while level:
        rows = [(_row(standard, parent, item, number), item) for parent, item, number in level]
        Item.objects.bulk_create([row for row, _item in rows], batch_size=500)
        written += rows
        tell(100 * len(written) // whole)
        level = [(row, child, number) for row, item in rows for number, child in enumerate(item.children, 1)]
    write_rules(written)
    origins = [ItemOrigin(item=row, key=key) for row, item in written for key in item.origins]
    ItemOrigin.objects.bulk_create(origins, batch_size=500)
    return len(written)


def write_rules(pairs: list[tuple[Item, ItemData]]) -> None:
    """Steps and wanted proof of items that have none yet."""
    steps = [ScoreStep(item=row, position=n, **vars(step)) for row, item in pairs for n, step in enumerate(item.steps, 1)]
    wanted = [WantedProof(item=row, position=n, **vars(one)) for row, item in pairs for n, one in enumerate(item.wanted, 1)]
    ScoreStep.objects.bulk_create(steps, batch_size=500)
    WantedProof.objects.bulk_create(wanted, batch_size=500)


def _row(standard, parent, item, number):
    return Item(
        standard=standard,
        parent=parent,
        path=(parent.path if parent else "") + STEP.format(number),
        key=item.key or uuid4(),
        is_leaf=not item.children,
        **{name: getattr(item, name) for name in PLAIN},
    )
