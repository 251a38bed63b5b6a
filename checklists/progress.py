"""How far the tasks are, by project and by unit: the lead's checkpoints only, in the official order, never ranked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from accounts.models import Department
from campaigns.clock import is_late
from campaigns.models import Campaign
from checklists.models import Assignment, Checklist, Checkpoint, Item
from checklists.tree import TOP


@dataclass(frozen=True)
class Progress:
    """about: the project (Item) or the unit (Department). Counts of checkpoints; total is the sum of all but late."""

    about: Item | Department
    approved: int = 0
    not_needed: int = 0  # the office said so: done without being handed in
    skipped: int = 0  # of what recurs: the office agreed that it is not held this time
    submitted: int = 0  # waits for the office: handed in, or asked not to be held
    returned: int = 0
    open: int = 0
    late: int = 0  # of returned and open: the clock has run out

    @property
    def total(self) -> int:
        return self.done + self.submitted + self.returned + self.open

    @property
    def done(self) -> int:
        return self.approved + self.not_needed + self.skipped

    @property
    def rate(self) -> float | None:
        """Done of all, 0-1; None when there is nothing to do."""
        return self.done / self.total if self.total else None


def lead_checkpoints(campaign: Campaign) -> QuerySet[Checkpoint]:
    """Of leading units, issued and not ended: what progress counts."""
    hidden = [Assignment.Status.DRAFT, Assignment.Status.ENDED]
    return Checkpoint.objects.filter(campaign=campaign, assignment__is_lead=True).exclude(assignment__status__in=hidden)


def projects_of(campaign: Campaign) -> QuerySet[Item]:
    """The projects of the campaign's checklists, in the order of the standard."""
    return (
        Item.objects.filter(parent=None, standard__checklists__in=Checklist.objects.running().filter(campaign=campaign))
        .select_related("standard")
        .order_by("standard__checklists__position", "standard__checklists__pk", "path")
    )


def progress_by_project(
    campaign: Campaign, *, checkpoints: QuerySet[Checkpoint] | None = None, now: datetime | None = None
) -> list[Progress]:
    """One row per project of the campaign's checklists, in the order of the standard, also where nothing is issued. Two queries.

    checkpoints: a narrower set, e.g. scoped to a reader; None = lead_checkpoints.
    """
    rows = lead_checkpoints(campaign) if checkpoints is None else checkpoints
    counted = {
        (row.pop("standard"), row.pop("top")): row
        for row in _counted(
            rows, now, standard=F("assignment__duty__item__standard"), top=Substr("assignment__duty__item__path", 1, TOP)
        )
    }
    return [Progress(item, **counted.get((item.standard_id, item.path[:TOP]), {})) for item in projects_of(campaign)]


def checkpoints_by_project(campaign: Campaign, *, now: datetime) -> list[tuple[Item, dict[str, list[int]]]]:
    """The rows behind the counts of each project, as ids: "all", "done" (finished), "late" at `now`. Two queries."""
    found = defaultdict(lambda: {"all": [], "done": [], "late": []})
    rows = lead_checkpoints(campaign).order_by("pk")
    top = Substr("assignment__duty__item__path", 1, TOP)
    for standard, path, pk, status, clock in rows.values_list(
        "assignment__duty__item__standard", top, "pk", "status", "clock_due_at"
    ):
        ids = found[standard, path]
        ids["all"].append(pk)
        if status in Checkpoint.FINISHED:
            ids["done"].append(pk)
        if is_late(clock, now):
            ids["late"].append(pk)
    return [(item, found[item.standard_id, item.path[:TOP]]) for item in projects_of(campaign)]


def progress_by_unit(
    campaign: Campaign, *, checkpoints: QuerySet[Checkpoint] | None = None, now: datetime | None = None
) -> list[Progress]:
    """One row per unit that leads something, in the official order. Two queries."""
    rows = lead_checkpoints(campaign) if checkpoints is None else checkpoints
    counted = {row.pop("department"): row for row in _counted(rows, now, "department")}
    units = Department.objects.filter(pk__in=counted).order_by("position", "pk")
    return [Progress(unit, **counted[unit.pk]) for unit in units]


def _counted(rows, now, *fields, **expressions):
    now = now or timezone.now()
    states = Checkpoint.Status
    return (
        rows.order_by()
        .values(*fields, **expressions)
        .annotate(
            approved=Count("pk", filter=Q(status=states.APPROVED)),
            not_needed=Count("pk", filter=Q(status=states.NOT_NEEDED)),
            skipped=Count("pk", filter=Q(status=states.SKIPPED)),
            submitted=Count("pk", filter=Q(status__in=[states.SUBMITTED, states.ASKED])),
            returned=Count("pk", filter=Q(status=states.RETURNED)),
            open=Count("pk", filter=Q(status=states.OPEN)),
            late=Count("pk", filter=Q(clock_due_at__lt=now)),
        )
    )
