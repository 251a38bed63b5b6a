"""The tables as workbooks, and the columns in which they go out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.typed import typed_number
from campaigns.files import harmless
from checklists.actions.layouts import reset_layout, set_layout
from checklists.columns import HEADINGS, MERGED
from checklists.exporting import NAMES, layout_of, write_progress, write_responsibilities
from checklists.forms.layouts import ColumnFormSet, LayoutForm, initial_columns
from checklists.models import Checklist, ExportLayout

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORTS = {ExportLayout.Kind.TABLE: "responsibility_export", ExportLayout.Kind.PROGRESS: "progress_export"}


@require_GET
def responsibility_export(request, pk):
    """The rows the viewer sees, in the office's own columns."""
    checklist = _checklist(request, pk)
    return workbook_answer(
        write_responsibilities(checklist, request.viewer), f"{checklist.name}-{NAMES[ExportLayout.Kind.TABLE]}"
    )


@require_GET
def progress_export(request, pk):
    """The work progress table: office and leaders all rows, a unit its own."""
    if not (request.viewer.reads_all or request.viewer.department_ids):
        raise PermissionDenied
    checklist = _checklist(request, pk)
    return workbook_answer(write_progress(checklist, request.viewer), f"{checklist.name}-{NAMES[ExportLayout.Kind.PROGRESS]}")


@require_http_methods(["GET", "HEAD", "POST"])
def export_layout(request, pk, table):
    """Which columns one of the two tables goes out in, in which order, with which words; the office's."""
    if table not in EXPORTS:
        raise Http404
    checklist = _checklist(request, pk)
    if not request.viewer.is_office:
        raise PermissionDenied
    layout, offered = layout_of(checklist, table, request.viewer)
    here = reverse("export_layout", args=[request.campaign.pk, pk, table])
    form = LayoutForm(request.POST or None, initial={"title": layout.title, "paper": layout.paper})
    lines = ColumnFormSet(request.POST or None, initial=initial_columns(layout, offered))
    status, version = 200, layout.version
    if request.method == "POST":
        version = typed_number(request.POST.get("version")) or 0
        status = _save(request, checklist, table, form, lines, version)
        if status == 302:
            return redirect(here)
        if status == 409:  # what was typed stays; sending it again is then a decision
            version = layout.version
    context = {
        "checklist": checklist,
        "table": table,
        "tables": [(kind, label, reverse("export_layout", args=[request.campaign.pk, pk, kind])) for kind, label in _kinds()],
        "form": form,
        "lines": lines,
        "layout": layout,
        "version": version,
        "is_stale": status == 409,
        "export_url": reverse(EXPORTS[table], args=[request.campaign.pk, pk]),
    }
    for line in lines:
        meaning = line["meaning"].value() or ""
        line.holds = HEADINGS.get(meaning, "") or line["other"].value() or ""
        line.may_merge = meaning in MERGED
        line.is_own = not meaning
    return render(request, "checklists/export_layout.html", context, status=status)


def _save(request, checklist, table, form, lines, version):
    """Do what the button asks; the status of the answer, 302 when it is done."""
    try:
        if request.POST.get("do") == "reset":
            reset_layout(checklist, kind=table, by=request.viewer, version=version)
            messages.success(request, _("The table goes out as your own sheet came again."))
            return 302
        if not (form.is_valid() & lines.is_valid()):
            return 422
        set_layout(checklist, kind=table, columns=lines.chosen(), by=request.viewer, version=version, **form.cleaned_data)
        messages.success(request, _("Saved: the table goes out in these columns."))
        return 302
    except ValidationError as error:
        lines.said = " ".join(error.messages)
        return 409 if getattr(error, "code", "") == "stale" else 422


def _kinds():
    return ExportLayout.Kind.choices


def _checklist(request, pk):
    return get_object_or_404(Checklist.objects.visible_to(request.viewer), pk=pk)


def workbook_answer(body: bytes, name: str) -> HttpResponse:
    """A workbook to keep; name: without its ending."""
    answer = HttpResponse(body, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return harmless(answer)
