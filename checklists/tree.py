"""Reading the tree of a standard."""

from checklists.models import Item

TOP = 5  # length of the first step of Item.path, the project: "0001."


def ancestors_of(item: Item) -> list[Item]:
    """The nodes above the item, project first; one query."""
    steps = item.path.split(".")[:-2]
    above = [".".join(steps[: n + 1]) + "." for n in range(len(steps))]
    return list(Item.objects.filter(standard=item.standard_id, path__in=above).order_by("path"))
