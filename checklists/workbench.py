"""What a unit has to do, sorted by when; one query."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from campaigns.clock import is_late
from campaigns.viewer import Viewer
from campaigns.weeks import this_week
from checklists.models import Assignment, Checkpoint, EvidenceLink, Share

MOST = 300  # rows shown on one page; limits come nearest first

PROOF = Count("links", filter=Q(links__ended_at=None))


def own_checkpoints(viewer: Viewer) -> QuerySet[Checkpoint]:
    """Not approved yet, of the viewer's units and below, in force, nearest limit first; with what a row shows."""
    return (
        Checkpoint.objects.filter(campaign=viewer.campaign, department__in=viewer.department_ids)
        .exclude(status__in=Checkpoint.FINISHED)
        .exclude(assignment__status__in=[Assignment.Status.DRAFT, Assignment.Status.ENDED])
        .select_related("assignment__duty__item", "department")
        .annotate(proof_count=PROOF)
        .order_by("due_on", "assignment__duty__position", "pk")
    )


def due_this_week(viewer: Viewer, now: datetime) -> QuerySet[Checkpoint]:
    """What the week asks of the viewer's units, done or not."""
    begin, end = this_week(now)
    rows = Checkpoint.objects.visible_to(viewer).current()
    return rows.filter(department__in=viewer.department_ids, due_at__gt=begin, due_at__lte=end)


def to_do(viewer: Viewer) -> QuerySet[Checkpoint]:
    """What waits for an act of the viewer's units: the count beside the menu entry."""
    return (
        Checkpoint.objects.filter(campaign=viewer.campaign, department__in=viewer.department_ids)
        .filter(status__in=[Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED])
        .filter(assignment__status__in=[Assignment.Status.ISSUED, Assignment.Status.ACCEPTED])
    )


def handed_to(viewer: Viewer) -> QuerySet[Share]:
    """Parts the viewer's section or the viewer has in hand, nearest limit first: handed down from the unit above, or by name.

    Who is of the section and of the unit above (or stands in there) has the section's in hand, too; the unit's head has not.
    Each with `proof_count`, of the viewer's own proof under it.
    """
    theirs = Q(checkpoint__links__ended_at=None, checkpoint__links__evidence__department__in=viewer.department_ids)
    own = Count("checkpoint__links", filter=theirs, distinct=True)
    rows = Share.objects.visible_to(viewer).to_do()
    return (
        rows.filter(rows.from_above(viewer) | rows.by_name(viewer))
        .select_related("checkpoint__assignment__duty__item", "section", "person", "department", "by")
        .annotate(proof_count=own)
        .order_by("due_on", "pk")
    )


def count_parts(checkpoints: list[Checkpoint], viewer: Viewer) -> None:
    """Give each row `parts` and `parts_done`, of what it was split into inside; one query."""
    found = Share.objects.visible_to(viewer).standing().filter(checkpoint__in=[row.pk for row in checkpoints]).order_by()
    done = Count("pk", filter=Q(status=Share.Status.DONE))
    counts = {pk: (every, ticked) for pk, every, ticked in found.values_list("checkpoint").annotate(every=Count("pk"), done=done)}
    for row in checkpoints:
        row.parts, row.parts_done = counts.get(row.pk, (0, 0))


def to_review(viewer: Viewer) -> QuerySet[Checkpoint]:
    """Handed in, or asked not to be held this time, and waiting for the office."""
    waiting = [Checkpoint.Status.SUBMITTED, Checkpoint.Status.ASKED]
    return Checkpoint.objects.visible_to(viewer).current().filter(status__in=waiting)


def reviewable(viewer: Viewer) -> QuerySet[Checkpoint]:
    """Of to_review what the viewer may decide on, as rules.may_review says it of one row."""
    own = Q(evidence__by=viewer.user) | Q(evidence__changed_by=viewer.user) | Q(evidence__versions__by=viewer.user)
    written = EvidenceLink.objects.running().filter(own, checkpoint__isnull=False)
    rows = to_review(viewer).exclude(department__in=viewer.department_ids).exclude(pk__in=written.values("checkpoint"))
    return rows.exclude(submitted_by=viewer.user).exclude(skip_asked_by=viewer.user)


@dataclass
class Workbench:
    """to_sign: parts to sign for, each once, with `checkpoint` the first one under it. The other lists hold checkpoints.

    What is still to be signed for stands in `late` and `today` as well, but not in `week` and `later`.
    """

    to_sign: list[Assignment] = field(default_factory=list)
    returned: list[Checkpoint] = field(default_factory=list)
    late: list[Checkpoint] = field(default_factory=list)
    today: list[Checkpoint] = field(default_factory=list)
    week: list[Checkpoint] = field(default_factory=list)
    later: list[Checkpoint] = field(default_factory=list)
    in_review: list[Checkpoint] = field(default_factory=list)
    objected: list[Checkpoint] = field(default_factory=list)
    is_cut: bool = False  # there is more than MOST

    def with_act(self) -> list[Checkpoint]:
        """All rows that can be handed in."""
        return [*self.returned, *self.late, *self.today, *self.week, *self.later]

    @property
    def is_empty(self) -> bool:
        return not (self.to_sign or self.with_act())


def workbench(checkpoints: QuerySet[Checkpoint], *, now: datetime) -> Workbench:
    """Sort the rows of own_checkpoints (or a part of them) by what they ask for. Week: up to Sunday."""
    rows = list(checkpoints[: MOST + 1])
    bench = Workbench(is_cut=len(rows) > MOST)
    today = timezone.localdate(now)
    sunday = today + timedelta(days=6 - today.weekday())
    signed = {}
    for checkpoint in rows[:MOST]:
        assignment = checkpoint.assignment
        unsigned = assignment.status == Assignment.Status.ISSUED
        if unsigned and assignment.pk not in signed:
            assignment.checkpoint = checkpoint
            signed[assignment.pk] = assignment
        if checkpoint.status in (Checkpoint.Status.SUBMITTED, Checkpoint.Status.ASKED):
            bench.in_review.append(checkpoint)
        elif assignment.status == Assignment.Status.DISPUTED:
            bench.objected.append(checkpoint)
        elif checkpoint.status == Checkpoint.Status.RETURNED:
            bench.returned.append(checkpoint)
        elif is_late(checkpoint.clock_due_at, now):
            bench.late.append(checkpoint)
        elif checkpoint.due_on == today:
            bench.today.append(checkpoint)
        elif not unsigned:
            (bench.week if checkpoint.due_on <= sunday else bench.later).append(checkpoint)
    bench.to_sign = list(signed.values())
    return bench
