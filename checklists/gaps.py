"""What the responsibility table lacks: tasks nobody leads, tasks without a limit."""

from django.db.models import Exists, OuterRef, QuerySet

from campaigns.viewer import Viewer
from checklists.models import Assignment, Claim, Duty


def without_lead(viewer: Viewer) -> QuerySet[Duty]:
    """Tasks the viewer sees that nobody leads; for the office and leaders the count beside the menu entry."""
    return Duty.objects.visible_to(viewer).without_lead()


def without_limit(viewer: Viewer) -> QuerySet[Duty]:
    """Tasks the viewer sees whose sheet names no limit: the campaign's cut-off date stands in."""
    return Duty.objects.visible_to(viewer).filter(limit_text="", due_on=None, recurrence="")


def claimable(viewer: Viewer) -> QuerySet[Duty]:
    """Tasks without a lead that one of the viewer's units has not claimed yet."""
    asked = Claim.objects.filter(duty=OuterRef("pk"), ruling=Claim.Ruling.OPEN, department__in=viewer.department_ids)
    return without_lead(viewer).exclude(Exists(asked))


def with_support(rows: QuerySet[Duty]) -> QuerySet[Duty]:
    """Whether somebody supports already."""
    return rows.annotate(supported=Exists(Assignment.objects.issued().filter(duty=OuterRef("pk"))))
