"""What the pages of every kind of workbook share: the upload, the preview with its buttons, the save and the way back."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.typed import typed_number, typed_numbers
from checklists import decisions
from checklists.actions.imports import drop_import, settle_import, start_import
from checklists.actions.saving import SAVERS, ask_to_save, is_large, progress_of, save_now
from checklists.forms.standards import UploadForm
from checklists.models import Import
from checklists.previews import accepted, caption_kinds, doubt_views, group_doubts, headings_of, row_views
from checklists.previewwords import COLUMN_MEANINGS, PLACES
from checklists.readings import TAKEN, mapping_of
from checklists.sheets.doubts import MEANINGS
from checklists.sheets.headings import LEVELS
from checklists.views.importchanges import change_of, no_value


@dataclass(frozen=True)
class ImportPage:
    """What is one kind's own. listed: name of the list the workbook is for; context(request, row, reading): what its preview
    shows beside the common; saved(request, row, saved): says what was saved and gives the address to go to; changes: its own
    buttons, as importchanges.CHANGES; anchor: the part of the preview to come back to after a button.
    """

    kind: str
    listed: str
    template: str
    context: Callable
    saved: Callable
    changes: dict[str, Callable] = field(default_factory=dict)
    anchor: str = "answers"


def office_only(request):
    if not request.viewer.is_office:
        raise PermissionDenied


def upload_page(request, kind, template):
    """The page on which the office uploads a workbook of a kind that needs no more than the file."""
    office_only(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    row, status = take_upload(request, form, kind=kind)
    return redirect(row) if row else render(request, template, {"form": form}, status=status)


def take_upload(request, form, *, kind, **facts):
    """(the import, None), or (None, the status of the page that says what is wrong with the file)."""
    if request.method != "POST":
        return None, 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            upload = data.pop("file")
            return start_import(upload, by=request.viewer, kind=kind, **facts, **data), None
        except ValidationError as error:
            form.add_error("file", error)
    return None, 422


def show_preview(request, pk, page: ImportPage):
    """The preview of one workbook; a POST does what its button asks, a workbook that is being saved shows how far it is."""
    rows = Import.objects.visible_to(request.viewer).select_related("original", "checklist", "by", "campaign__host")
    row = get_object_or_404(rows, pk=pk, kind=page.kind)
    error = None
    if request.method == "POST":
        error = _settle(request, row, page)
        if isinstance(error, HttpResponse):
            return error
    elif row.status == Import.Status.SAVING:
        return render(request, "checklists/import_saving.html", {"row": row, "percent": progress_of(row)})
    elif "saving" in request.GET:  # the page that showed how far it is has other styles: it is left whole
        return HttpResponse(headers={"HX-Redirect": row.get_absolute_url()}) if request.htmx else redirect(row)
    reading = SAVERS[row.kind].read(row)
    context = _common(request, row, reading) | page.context(request, row, reading)
    status = 200
    if error is not None:
        status = 409 if getattr(error, "code", "") == "stale" else 422
        context["error"] = " ".join(error.messages)
    return render(request, page.template, context, status=status)


def _settle(request, row, page):
    """Do what a button of the preview asks; an answer, or the error to show on the page."""
    data, do = request.POST, request.POST.get("do", "")
    version, listed = typed_number(data.get("version")) or 0, (page.listed, request.campaign.pk)
    try:
        if do == "save":
            return _save(request, row, page, _rename(request, row, version))
        if do == "reopen":
            row = SAVERS[row.kind].take_back(row, by=request.viewer, version=version)
            messages.success(request, _taken_back(row))
            return redirect(row)
        if do == "drop":
            drop_import(row, by=request.viewer, version=version)
            messages.success(request, _("Thrown away. The file stays on record."))
            return redirect(*listed)
        change = _accepted(row, version, data) if do in ("accept", "accept_all") else change_of(do, data, page.changes)
        if change is None:
            raise Http404
        if "edition" in data and do != "rename":  # the name was typed and another button pressed: it comes along
            change = decisions.together(change, change_of("rename", data, {}))
        settle_import(row, by=request.viewer, version=version, change=change, note=do)
    except ValidationError as error:
        if getattr(error, "code", "") == "closed":
            messages.warning(request, " ".join(error.messages))
            return redirect(*listed)
        return error
    query = urlencode({name: data[name] for name in ("sheet", "rows") if data.get(name)})
    back = data.get("back", "")  # the part of the page the button stands in
    anchor = back if re.fullmatch(r"[a-z]+(-\d{1,6})?", back) else page.anchor
    return redirect(f"{row.get_absolute_url()}?{query}" + (f"#{anchor}" if do not in ("columns", "sheets") else ""))


def _rename(request, row, version):
    """Keep the name and the edition typed over before a save; `shown` is the name the form came with. The version to save."""
    data, edition = request.POST, row.decisions.get("edition", "")
    if "shown" not in data or (data.get("name", ""), data.get("edition", "")) == (data["shown"], edition):
        return version
    fresh = settle_import(row, by=request.viewer, version=version, change=change_of("rename", data, {}), note="rename")
    row.decisions, row.version = fresh.decisions, fresh.version  # a save that fails shows the page with them
    return row.version


def _taken_back(row):
    if kept := len(row.saved.get("kept", ())):
        text = _("Taken back, but for %(count)s that have been used or changed since: they are listed below.")
        return text % {"count": kept}
    return _("Taken back: what was saved is gone, and the sheet can be looked at again.")


def _save(request, row, page, version):
    facts = {"is_checked": "checked" in request.POST, "ends": tuple(typed_numbers(request.POST.getlist("end")))}
    if is_large(row):
        return redirect(ask_to_save(row, by=request.viewer, version=version, **facts))
    return redirect(page.saved(request, row, save_now(row, by=request.viewer, version=version, **facts)))


def _accepted(row, version, data):
    """What one proposal says, or one answer to all open doubts of some kinds. ValidationError where there is no such proposal."""
    pairs = accepted(SAVERS[row.kind].read(row).open_doubts, data, kind=row.kind)
    if not pairs and version == row.version:
        raise no_value()
    return decisions.accept(pairs)


def _common(request, row, reading):
    """What the previews show: the sheets, the one looked at with its rows, the doubts by kind."""
    by_name = {one.name: one for one in reading.sheets}
    doubts = doubt_views(reading, by_name, kind=row.kind)
    one = by_name.get(request.GET.get("sheet") or request.POST.get("sheet")) or next(
        (one for one in reading.sheets if one.chosen), reading.sheets[0]
    )
    whole = request.GET.get("rows") == "all"
    return {
        "row": row,
        "sheets": reading.sheets,
        "one": one,
        "whole": whole,
        "meanings": COLUMN_MEANINGS[row.kind],
        "headings": headings_of(one, mapping_of(row, one.name), COLUMN_MEANINGS[row.kind]),
        "rows": row_views(one, doubts, whole=whole),
        "doubts": group_doubts(doubts),
        "open_count": len([view for view in doubts if not view.is_known]),
        "doubt_count": len(doubts),
        "is_open": row.status == Import.Status.READ,
        "caption_kinds": caption_kinds(one, row.decisions.get("captions", {}).get(one.name, {})),
        "heading": _heading(request, one),
        "levels": [(level, MEANINGS[level]) for level in LEVELS],
        "edits": [
            (sheet, place.split(":")[0], place, text)
            for sheet, cells in row.decisions.get("cells", {}).items()
            for place, text in cells.items()
        ],
        "skipped": [(sheet, number) for sheet, rows in row.decisions.get("skipped", {}).items() for number in rows],
        "splits": [(sheet, number) for sheet, rows in row.decisions.get("splits", {}).items() for number in rows],
        "captions": [
            (sheet, number, MEANINGS.get(level, ""))
            for sheet, rows in row.decisions.get("captions", {}).items()
            for number, level in rows.items()
        ],
        "headings_chosen": [(sheet, rows[0], rows[1]) for sheet, rows in row.decisions.get("headings", {}).items()],
        "columns_chosen": [sheet for sheet, columns in row.decisions.get("mapping", {}).items() if columns],
        "is_read": any(one.chosen and one.sheet for one in reading.sheets),
        "ends": set(typed_numbers(request.POST.getlist("end"))) or set(row.decisions.get("ends", ())),
        "can_step_back": "before" in row.decisions,
        "places": {one.name: PLACES[one.kind] for one in reading.sheets if one.is_other},
        "others": _other_kinds(row, reading),
        "looks_other": PLACES[reading.sheets[0].kind] if all(one.is_other for one in reading.sheets) else None,
    }


def _heading(request, one):
    """First and last row of the heading: as typed while they are wrong, else as read."""
    read = one.sheet.heading if one.sheet else (1, 1)
    return [request.POST.get(name, row) for name, row in zip(("top", "bottom"), read, strict=True)]


def _other_kinds(row, reading):
    """(kind, words, sheets) of what else the workbook holds: each can be taken in from here without a second upload."""
    found = {}
    for one in reading.sheets:
        kind = next((kind for kind, taken in TAKEN.items() if one.kind in taken), "")
        if kind and kind != row.kind:
            found.setdefault(kind, []).append(one.name)
    return [(kind, PLACES[TAKEN[kind][0]][0], "、".join(names)) for kind, names in found.items()]
