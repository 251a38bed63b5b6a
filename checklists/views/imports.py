"""A workbook whatever its kind: the file as it came, its other sheets, the sheets handed back with their doubts."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.files import serve
from checklists.actions.imports import start_again
from checklists.actions.saving import SAVERS
from checklists.models import Checklist, Import
from checklists.readings import filled_grid
from checklists.sheets.marking import MarkedSheet, mark_sheets
from checklists.views.exports import workbook_answer


@require_GET
def import_original(request, pk):
    """The workbook as it came."""
    return serve(get_object_or_404(Import.objects.visible_to(request.viewer).select_related("original"), pk=pk).original)


@require_POST
def import_again(request, pk):
    """Other sheets of the same workbook, as what they look like (`kind`): an import of their own from the file that came."""
    row = get_object_or_404(Import.objects.visible_to(request.viewer).select_related("original"), pk=pk)
    kind = request.POST.get("kind", "")
    if kind not in Import.PREVIEWS:
        raise Http404
    checklist = None
    if kind == Import.Kind.RESPONSIBILITIES:
        checklists = list(Checklist.objects.visible_to(request.viewer).running())
        own = [one for one in checklists if one.standard_id == row.standard_id or one.pk == row.checklist_id]
        checklist = next(iter(own or (checklists if len(checklists) == 1 else [])), None)
        if not checklists:
            messages.warning(request, _("Import and adopt a standard first: the rows of the sheet are matched with its items."))
            return redirect("standard_list", request.campaign.pk)
        if checklist is None:
            text = _("The campaign has several checklists: choose the one the sheet belongs to, then upload it.")
            messages.warning(request, text)
            return redirect("responsibility_upload", request.campaign.pk)
    again = start_again(row, by=request.viewer, kind=kind, checklist=checklist)
    return redirect(again)


@require_GET
def import_marked(request, pk):
    """The office's own sheets with one more column that says what is open in each row."""
    row = get_object_or_404(Import.objects.visible_to(request.viewer).select_related("original", "checklist", "campaign"), pk=pk)
    reading = SAVERS[row.kind].read(row)
    marks = reading.marks
    stored = {sheet["name"]: sheet for sheet in row.reading["sheets"]}
    marked = [
        MarkedSheet(
            filled_grid(stored[one.name], row.decisions),
            tuple(doubt for doubt in marks if doubt.sheet == one.name),
            one.sheet.heading[0] if one.sheet else 1,
            one.error,
        )
        for one in reading.sheets
    ]
    return workbook_answer(mark_sheets(marked), f"{row.original.name.rpartition('.')[0]}-{_('doubts')}")
