"""What the responsibility table lacks, kind by kind, each line with the place that mends it."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from checklists.actions.claims import may_claim
from checklists.advice import advise
from checklists.forms.duties import LoadForm
from checklists.gaps import LOADED, count_gaps, kinds_for, tasks
from checklists.models import Claim

PER_PAGE = 50


@require_safe
def duty_gaps(request):
    viewer, kinds = request.viewer, kinds_for(request.viewer)
    form = LoadForm(request.GET, most=request.campaign.load_most)
    counts = count_gaps(viewer, load=form.load)
    name = request.GET.get("kind", "")
    name = name if name in kinds else "lead"
    kind, claims = kinds[name], _claims(viewer)
    own = [claim for claim in claims if viewer.is_office and not claim.can_rule]
    context = {
        "page": _page(request, kind, counts[name], form.load, {claim.duty_id for claim in claims} if name == "lead" else None),
        "is_blank": kind.tasks and not counts[name] and not tasks(viewer).exists(),
        "kind": kind,
        "name": name,
        "form": form if name in LOADED else None,
        "kinds": [(key, one.label, counts[key]) for key, one in kinds.items()] if viewer.reads_all else [],
        "claims": [claim for claim in claims if claim not in own],
        "own_claims": own,
    }
    return render(request, "checklists/duty_gaps.html", context)


def _page(request, kind, count, load, claimed):
    """One page of lines. claimed: tasks somebody has claimed, None where there is nothing to claim."""
    rows = kind.rows(request.viewer, load)
    if kind.tasks:
        rows = rows.select_related("item__parent").order_by("checklist__position", "position", "pk")
    pages = Paginator(rows, PER_PAGE)
    pages.count = count  # counted already
    page = pages.get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    for row in page.object_list:
        row.line = kind.line(row, request.viewer)
        row.is_claimed = claimed is not None and row.pk in claimed
        row.can_claim = claimed is not None and not row.is_claimed and may_claim(row, request.viewer)
    if claimed is not None:
        advise(request.viewer, page.object_list)
    return page


def _claims(viewer):
    """Claims that wait for the office, of the viewer's units or all."""
    if not (viewer.reads_all or viewer.department_ids):
        return []
    claims = Claim.objects.visible_to(viewer).filter(ruling=Claim.Ruling.OPEN).select_related("duty", "department", "by")
    for claim in claims:
        claim.can_rule = viewer.is_office and claim.department_id not in viewer.department_ids
    return list(claims)
