"""The backward plan as a PDF, made while the person waits."""

from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from campaigns.files import harmless
from checklists.plan import read_plan
from reports.plan_paper import PAPERS, plan_pdf


@require_safe
def plan_paper(request, paper):
    """As the person reads the plan: units with their own tasks. 404 while no day of assessment is set."""
    if paper not in PAPERS:
        raise Http404
    with translation.override(request.campaign.language):
        plan = read_plan(request.viewer, today=timezone.localdate())
        if not plan.stages:
            raise Http404
        body = plan_pdf(plan, request.campaign, paper=paper)
    return harmless(HttpResponse(body, content_type="application/pdf"))
