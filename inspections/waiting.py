"""Findings that wait for somebody's act: counts beside the menu, tabs of the list, the home pages."""

from django.db.models import Q, QuerySet

from campaigns.viewer import Viewer
from inspections.models import Extension, Finding

Status = Finding.Status


def to_rule(viewer: Viewer) -> QuerySet[Finding]:
    """An open objection, or more time asked for."""
    return Finding.objects.visible_to(viewer).filter(asks(viewer))


def asks(viewer: Viewer) -> Q:
    """The condition of `to_rule`: two short lists, each read by its own index; an "or" would look at every finding."""
    disputed = Finding.objects.filter(campaign=viewer.campaign, status=Status.DISPUTED)
    asked = Extension.objects.filter(campaign=viewer.campaign, ruling=Extension.Ruling.OPEN)
    return Q(pk__in=disputed.order_by().values("pk").union(asked.order_by().values("finding"), all=True))


def to_verify(viewer: Viewer) -> QuerySet[Finding]:
    """Answered: the office's and the inspectors' backlog, never the unit's lateness."""
    return Finding.objects.visible_to(viewer).filter(status=Status.SUBMITTED)


def to_answer(viewer: Viewer) -> QuerySet[Finding]:
    """Led by a unit of the viewer, its clock running."""
    running = [Status.ISSUED, Status.ACCEPTED, Status.RETURNED]
    return Finding.objects.visible_to(viewer).filter(lead__in=viewer.department_ids, status__in=running)
