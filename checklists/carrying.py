"""What carrying a campaign's tasks over to a newer edition would do: one row per task, and per item nobody had before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from checklists.comparing import ADDED, DROPPED, MERGED, REWORDED, SPLIT, Difference, body, compare
from checklists.itemdata import rows_of
from checklists.models import Assignment, Checklist, Claim, Duty, Item, Standard
from checklists.pairing import likeness
from checklists.tree import earlier_editions, read_items

SURE = 0.6  # likeness of a reworded text from which on it is surely the same demand

# What a row does -> what it is called.
WHAT = {
    "keep": _("stays with its item"),
    "part": _("stays with the first part; the other parts become tasks of the same units, as drafts"),
    "join": _("stays, under the merged item"),
    "end": _("ends; the units' parts end with it and stay on record"),
    "new": _("becomes a task without a unit: a gap to fill"),
}


@dataclass
class CarryRow:
    """One row of the preview. id: "d7" for a task, "i9" for an item that is new; does: a key of WHAT; stops: why it cannot yet.

    items: those of the new edition, the first takes the task. kinds: of the difference behind it.
    """

    id: str
    does: str
    kinds: tuple[str, ...]
    is_sure: bool
    duty: Duty | None = None
    items: list[Item] = field(default_factory=list)
    parts: list[Assignment] = field(default_factory=list)
    new_text: str = ""  # of the task, where it changes with the item
    stops: str = ""

    @property
    def word(self) -> str:
        return WHAT[self.does]

    @property
    def text(self) -> str:
        return self.duty.text if self.duty else self.items[0].text


def checklist_to_carry(standard: Standard, campaign) -> Checklist | None:
    """The campaign's checklist of an edition that this one follows, the nearest first."""
    earlier = [edition.pk for edition in earlier_editions(standard)]
    rows = {row.standard_id: row for row in Checklist.objects.running().filter(campaign=campaign, standard__in=earlier)}
    return next((rows[pk] for pk in earlier if pk in rows), None)


def differences_of(old: Standard, new: Standard) -> list[Difference]:
    return compare(rows_of(read_items(old)), rows_of(read_items(new)))


def plan_carry(checklist: Checklist, standard: Standard) -> list[CarryRow]:
    """What is still to be carried, in the order of the new edition; a fixed number of queries."""
    found = differences_of(checklist.standard, standard)
    items = {str(item.key): item for item in standard.items.all()}
    duties = defaultdict(list)
    rows = checklist.duties.running().select_related("item").order_by("position", "pk")
    for duty in rows:
        duties[str(duty.item.key)].append(duty)
    parts = defaultdict(list)
    running = Assignment.objects.running().filter(duty__checklist=checklist).select_related("department")
    for part in running.order_by("-is_lead", "department__position", "pk"):
        parts[part.duty_id].append(part)
    claimed = set(Claim.objects.filter(duty__checklist=checklist, ruling=Claim.Ruling.OPEN).values_list("duty", flat=True))
    taken = set(
        Duty.objects.running()
        .filter(checklist__campaign=checklist.campaign_id, item__standard=standard)
        .values_list("item", flat=True)
    )
    plan = []
    for one in found:
        lowest = [items[row.key] for row in one.new if row.is_leaf] or [items[row.key] for row in one.new]
        for old in one.old:
            for duty in duties[old.key]:
                plan.append(_row(one, duty, lowest, parts[duty.pk], duty.pk in claimed))
        if one.kinds == (ADDED,) and one.new[0].is_leaf and lowest[0].pk not in taken:
            plan.append(CarryRow(f"i{lowest[0].pk}", "new", one.kinds, is_sure=True, items=lowest))
    return plan


def _row(one, duty, lowest, parts, is_claimed):
    if DROPPED in one.kinds:
        return CarryRow(f"d{duty.pk}", "end", one.kinds, False, duty, [], parts, stops=_why_not(parts, is_claimed))
    does = "part" if SPLIT in one.kinds and len(lowest) > 1 else "join" if MERGED in one.kinds else "keep"
    is_own = body(duty.text) != body(duty.item.text)  # the office has rewritten the task: its words stay
    first = lowest[0]
    new_text = "" if is_own or MERGED in one.kinds or first.text == duty.text else first.text
    is_near = REWORDED not in one.kinds or likeness(duty.item.text, first.text) >= SURE
    return CarryRow(f"d{duty.pk}", does, one.kinds, does == "keep" and is_near, duty, lowest, parts, new_text)


def _why_not(parts: Iterable[Assignment], is_claimed: bool) -> str:
    for part in parts:
        if part.status == Assignment.Status.DISPUTED:
            return _("%(unit)s objects to this task: rule on it first.") % {"unit": part.department}
    return _("A unit offers to lead this task: rule on its claim first.") if is_claimed else ""
