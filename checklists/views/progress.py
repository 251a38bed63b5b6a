"""How far the tasks are."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from checklists.models import Checkpoint
from checklists.progress import lead_checkpoints, progress_by_project, progress_by_unit


@require_safe
def progress(request):
    """By project and by unit, lead's checkpoints only; a unit reads its own."""
    viewer = request.viewer
    if not (viewer.reads_all or viewer.department_ids):
        raise PermissionDenied
    rows = lead_checkpoints(request.campaign)
    if not viewer.reads_all:
        rows = rows.filter(pk__in=Checkpoint.objects.visible_to(viewer), department__in=viewer.department_ids)
    units = progress_by_unit(request.campaign, checkpoints=rows)
    context = {
        "projects": progress_by_project(request.campaign, checkpoints=rows),
        "units": units,
        "total": {
            name: sum(getattr(row, name) for row in units)
            for name in ("total", "done", "approved", "not_needed", "skipped", "submitted", "returned", "open", "late")
        },
    }
    return render(request, "checklists/progress.html", context)
