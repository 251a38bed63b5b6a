"""The office's responsibility sheet: uploaded, looked at beside the standard's items and the register, saved as drafts."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from checklists.forms.standards import UploadForm
from checklists.models import Checklist, Import
from checklists.register import Register
from checklists.views.importing import ImportPage, office_only, show_preview, take_upload


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_upload(request):
    office_only(request)
    checklists = list(Checklist.objects.visible_to(request.viewer).running().select_related("standard"))
    checklist = next((one for one in checklists if str(one.pk) == request.GET.get("checklist")), None)
    checklist = checklist or (checklists[0] if checklists else None)
    if checklist is None:
        messages.warning(request, _("Import and adopt a standard first: the rows of the sheet are matched with its items."))
        return redirect("standard_list", request.campaign.pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    row, status = take_upload(request, form, kind=Import.Kind.RESPONSIBILITIES, checklist=checklist)
    if row:
        return redirect(row)
    context = {"form": form, "checklist": checklist, "checklists": checklists}
    return render(request, "checklists/responsibility_upload.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_preview(request, pk):
    return show_preview(request, pk, PAGE)


def _context(request, _row, reading):
    waiting = len(reading.open_names) + len(reading.open_rows)
    return {
        "reading": reading,
        "register": Register(request.campaign.host).units if reading.open_names else [],
        "parts": reading.parts,
        "may_save": bool(reading.rows) and not waiting,
        "waiting": waiting,
    }


def _saved(request, row, saved):
    facts = {"leads": saved.leads, "supports": saved.supports, "made": len(saved.made), "split": saved.split}
    text = _(
        "Saved as drafts: %(leads)s leading and %(supports)s supporting parts; %(made)s units made, %(split)s tasks split off."
    )
    messages.success(request, text % facts)
    if saved.kept:
        text = _("%(count)s parts that were issued already stay as they are.")
        messages.warning(request, text % {"count": len(saved.kept)})
    return f"{reverse('duty_list', args=[request.campaign.pk])}?checklist={row.checklist_id}"


PAGE = ImportPage(
    Import.Kind.RESPONSIBILITIES, "duty_list", "checklists/responsibility_preview.html", _context, _saved, anchor="doubts"
)
