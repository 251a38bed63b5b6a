"""One item's dossier as a PDF, made while the person waits."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from campaigns.files import harmless
from checklists.dossiers import dossiers_of, units_of_reader
from checklists.views.filing import filing_only
from reports.dossier_paper import dossier_pdf


@require_safe
@filing_only
def dossier(request, checklist, item):
    """For office and leaders, and for units that lead a task of the item."""
    units = units_of_reader(request.viewer)
    with translation.override(request.campaign.language):
        found = dossiers_of(request.campaign, units=units, items=[item], with_others=False)
        one = next((one for one in found if one.checklist.pk == checklist), None)
        if one is None:
            raise Http404
        if units is not None and not any(unit.pk in units for unit in one.leads):
            raise PermissionDenied
        body = dossier_pdf(one, day=timezone.localdate())
    return harmless(HttpResponse(body, content_type="application/pdf"))
