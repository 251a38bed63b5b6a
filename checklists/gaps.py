"""What the responsibility table lacks: tasks nobody leads, tasks without a limit."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from campaigns.viewer import Viewer
from checklists.models import Assignment, Duty


def without_lead(viewer: Viewer) -> QuerySet[Duty]:
    """Tasks the viewer sees that nobody leads; for the office and leaders the count beside the menu entry."""
    return Duty.objects.visible_to(viewer).without_lead()


def without_limit(viewer: Viewer) -> QuerySet[Duty]:
    """Tasks the viewer sees whose sheet names no limit: the campaign's cut-off date stands in."""
    return Duty.objects.visible_to(viewer).running().filter(limit_text="", due_on=None, recurrence="")


def count_gaps(viewer: Viewer) -> dict[str, int]:
    """How many tasks lack a "lead" and how many a "limit"; one query."""
    rows = Duty.objects.visible_to(viewer).running()
    leads = Assignment.objects.running().filter(duty=OuterRef("pk"), is_lead=True)
    return rows.annotate(led=Exists(leads)).aggregate(
        lead=Count("pk", filter=Q(led=False)), limit=Count("pk", filter=Q(limit_text="", due_on=None, recurrence=""))
    )
