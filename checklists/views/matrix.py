"""The responsibility table as a grid of items and units."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from checklists.forms.duties import DutyFilter
from checklists.matrix import LATE, MARKS, read_matrix
from checklists.models import Checklist
from checklists.table import STATES
from checklists.views.bulk import BULK_ACTS

KEYS = [*((state, MARKS.get(state, "m-gap"), word) for state, word in STATES), ("late", LATE, _("overdue"))]


@require_safe
def duty_matrix(request):
    """`fold` names projects that are folded; everything else is the table's filter."""
    viewer, now = request.viewer, timezone.now()
    form = DutyFilter(request.GET, viewer=viewer)
    checklists = list(Checklist.objects.visible_to(viewer).running())
    checklist = next((one for one in checklists if one.pk == form.value("checklist")), checklists[0] if checklists else None)
    folded = frozenset(request.GET.getlist("fold"))
    matrix = read_matrix(
        viewer,
        now=now,
        checklist=checklist and checklist.pk,
        hit=form.hit(timezone.localdate(now)),
        project=form.value("project"),
        hidden=folded,
    )
    form.offer_projects([(band.key, band.text) for band in matrix.bands])
    for band in matrix.bands:
        band.url = _fold_link(request, band.key, folded)
        band.is_folded = band.key in folded
    context = {
        "form": form,
        "checklist": checklist,
        "checklists": checklists,
        "matrix": matrix,
        "keys": _keys(matrix) if viewer.reads_all else [],
        "root": reverse("duty_list", args=[request.campaign.pk]),
        "width": len(matrix.columns),
        "bulk_acts": BULK_ACTS,
        "bulk_url": f"{reverse('duty_assign', args=[request.campaign.pk])}?{request.GET.urlencode()}",
    }
    return render(request, "checklists/duty_matrix.html", context)


def _keys(matrix):
    """What the marks mean, each with the number of tasks that the table counts in this state."""
    return [(mark.removeprefix("m-"), word, matrix.counts.get(state, 0)) for state, mark, word in KEYS]


def _fold_link(request, key, folded):
    """Folds the project, or unfolds it."""
    query = request.GET.copy()
    query.setlist("fold", sorted(folded ^ {key}))
    return f"?{query.urlencode()}#p-{key}"
