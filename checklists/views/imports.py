"""Workbooks of standards and responsibilities: uploaded, looked at with their doubts, saved or thrown away."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.typed import typed_number
from campaigns.files import harmless, serve
from checklists import decisions
from checklists.actions.editions import load_standard, read_file
from checklists.actions.imports import drop_import, save_standard, settle_import, start_again, start_import
from checklists.actions.responsibilities import save_responsibilities
from checklists.actions.saving import SAVERS, ask_to_save, is_large, progress_of
from checklists.actions.undoing import take_back_responsibilities, take_back_standard
from checklists.forms.standards import StandardUploadForm, UploadForm
from checklists.matching import read_responsibility_import
from checklists.models import Checklist, Import, Standard
from checklists.previews import (
    COLUMN_MEANINGS,
    PLACES,
    accepted,
    caption_kinds,
    doubt_views,
    group_doubts,
    headings_of,
    row_views,
    tree_rows,
)
from checklists.readings import TAKEN, filled_grid, mapping_of, read_standard_import
from checklists.register import Register
from checklists.sheets.doubts import MEANINGS
from checklists.sheets.headings import LEVELS
from checklists.sheets.marking import MarkedSheet, mark_sheets

Kind = Import.Kind
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEWS = {Kind.STANDARD: "standard_preview", Kind.RESPONSIBILITIES: "responsibility_preview"}
CAPTION_LEVELS = {"auto": None, "caption": ""} | {level: level for level in LEVELS}
AGAIN = PREVIEWS | {Kind.PEOPLE: "people_preview", Kind.SITES: "site_preview", Kind.LEDGER: "ledger_preview"}


@require_http_methods(["GET", "HEAD", "POST"])
def standard_upload(request):
    _office_only(request)
    follows = _followed(request)
    initial = {"name": follows.name} if follows else None
    form = StandardUploadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid() and (standard := _load_file(request, form, follows)):
        return redirect(standard)
    row, status = _take_upload(request, form, kind=Kind.STANDARD, follows=follows)
    if row:
        return redirect("standard_preview", request.campaign.pk, row.pk)
    return render(request, "checklists/standard_upload.html", {"form": form, "follows": follows}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_upload(request):
    _office_only(request)
    checklists = list(Checklist.objects.visible_to(request.viewer).running().select_related("standard"))
    checklist = next((one for one in checklists if str(one.pk) == request.GET.get("checklist")), None)
    checklist = checklist or (checklists[0] if checklists else None)
    if checklist is None:
        messages.warning(request, _("Import and adopt a standard first: the rows of the sheet are matched with its items."))
        return redirect("standard_list", request.campaign.pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    row, status = _take_upload(request, form, kind=Kind.RESPONSIBILITIES, checklist=checklist)
    if row:
        return redirect("responsibility_preview", request.campaign.pk, row.pk)
    context = {"form": form, "checklist": checklist, "checklists": checklists}
    return render(request, "checklists/responsibility_upload.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def standard_preview(request, pk):
    row = _get_import(request, pk, Kind.STANDARD)
    error = _settle(request, row, save=_save_standard) if request.method == "POST" else saving_page(request, row)
    if isinstance(error, HttpResponse):
        return error
    reading = read_standard_import(row)
    context = common_context(request, row, reading) | {
        "counts": [
            (label, reading.tree.levels[level])
            for level, label in MEANINGS.items()
            if level in LEVELS and reading.tree.levels[level]
        ]
        if reading.tree
        else [],
        "leaves": len(reading.tree.lowest) if reading.tree else 0,
        "tree": tree_rows(reading.tree) if reading.tree else [],
        "may_save": bool(reading.tree and reading.tree.lowest),
        "reading": reading,
        "paired": sum(pair.old is not None for pair in reading.pairs),
    }
    context["open_count"] += len(reading.open_pairs)
    return _answer(request, "standard_preview", context, error)


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_preview(request, pk):
    row = _get_import(request, pk, Kind.RESPONSIBILITIES)
    error = _settle(request, row, save=_save_responsibilities) if request.method == "POST" else saving_page(request, row)
    if isinstance(error, HttpResponse):
        return error
    register = Register(request.campaign.host)
    reading = read_responsibility_import(row, register=register)
    context = common_context(request, row, reading) | {
        "reading": reading,
        "register": register.units,
        "parts": reading.parts,
        "may_save": bool(reading.rows) and not reading.open_names and not reading.open_rows,
        "waiting": len(reading.open_names) + len(reading.open_rows),
    }
    return _answer(request, "responsibility_preview", context, error)


@require_GET
def import_original(request, pk):
    """The workbook as it came."""
    return serve(get_object_or_404(Import.objects.visible_to(request.viewer).select_related("original"), pk=pk).original)


@require_POST
def import_again(request, pk):
    """Other sheets of the same workbook, as what they look like (`kind`): an import of their own from the file that came."""
    row = get_object_or_404(Import.objects.visible_to(request.viewer).select_related("original"), pk=pk)
    kind = request.POST.get("kind", "")
    if kind not in AGAIN:
        raise Http404
    checklist = None
    if kind == Kind.RESPONSIBILITIES:
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
    return redirect(AGAIN[kind], request.campaign.pk, again.pk)


@require_GET
def import_marked(request, pk):
    """The office's own sheets with one more column that says what is open in each row."""
    row = get_object_or_404(Import.objects.visible_to(request.viewer).select_related("original", "checklist", "campaign"), pk=pk)
    if row.kind not in SAVERS:
        raise Http404
    reading = SAVERS[row.kind].read(row)
    stored = {sheet["name"]: sheet for sheet in row.reading["sheets"]}
    marked = [
        MarkedSheet(
            filled_grid(stored[one.name], row.decisions),
            tuple(doubt for doubt in reading.open_doubts if doubt.sheet == one.name),
            one.sheet.heading[0] if one.sheet else 1,
            one.error,
        )
        for one in reading.sheets
    ]
    answer = HttpResponse(mark_sheets(marked), content_type=XLSX)
    stem = row.original.name.rpartition(".")[0]
    answer["Content-Disposition"] = content_disposition_header(True, f"{stem}-{_('doubts')}.xlsx")
    return harmless(answer)


def _followed(request):
    """The published edition that ?follows= names: the sheet is its next edition."""
    pk = typed_number(request.GET.get("follows"))
    if pk is None:
        return None
    return get_object_or_404(Standard.objects.visible_to(request.viewer).exclude(status=Standard.Status.DRAFT), pk=pk)


def _load_file(request, form, follows):
    """The draft of a file that a portal wrote; None for an office's own sheet, or when the form now says what is wrong."""
    data = form.cleaned_data
    try:
        upload = data["file"]
        file = read_file(upload.read(), file_name=upload.name) if upload.size <= settings.UPLOAD_MAX_BYTES else None
        upload.seek(0)
        if file is None:
            if not data["name"]:
                form.add_error("name", _("Give the standard a name."))
            return None
        standard = load_standard(file, by=request.viewer, name=data["name"], edition=data["edition"], follows=follows)
    except ValidationError as error:
        if getattr(error, "code", "") == "portable":
            form.add_error("file", error)
        return None  # the sheet's own reading says the rest
    messages.success(request, _("Loaded as a draft edition with all its items. Look through the tree, then publish it."))
    return standard


def _take_upload(request, form, **facts):
    """(the import, None), or (None, the status of the page that says what is wrong with the file)."""
    if request.method != "POST":
        return None, 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            upload = data.pop("file")
            return start_import(upload, by=request.viewer, **facts, **data), None
        except ValidationError as error:
            form.add_error("file", error)
    return None, 422


def _settle(request, row, *, save):
    """Do what a button of the preview asks; an answer, or the error to show on the page."""
    data, do = request.POST, request.POST.get("do", "")
    version = typed_number(data.get("version")) or 0
    try:
        if do == "save" and is_large(row):
            ask_to_save(row, by=request.viewer, version=version, is_checked="checked" in request.POST)
            return redirect(PREVIEWS[row.kind], request.campaign.pk, row.pk)
        if do == "save":
            return save(request, row, version)
        if do == "reopen":
            take_back = take_back_standard if row.kind == Kind.STANDARD else take_back_responsibilities
            take_back(row, by=request.viewer, version=version)
            messages.success(request, _("Taken back: what was saved is gone, and the sheet can be looked at again."))
            return redirect(PREVIEWS[row.kind], request.campaign.pk, row.pk)
        if do == "drop":
            drop_import(row, by=request.viewer, version=version)
            messages.success(request, _("Thrown away. The file stays on record."))
            return redirect("standard_list" if row.kind == Kind.STANDARD else "duty_list", request.campaign.pk)
        change = _accepted(row, version, data) if do in ("accept", "accept_all") else change_of(do, data)
        if change is None:
            raise Http404
        settle_import(row, by=request.viewer, version=version, change=change, note=do)
    except ValidationError as error:
        if getattr(error, "code", "") == "closed":
            messages.warning(request, " ".join(error.messages))
            return redirect("standard_list" if row.kind == Kind.STANDARD else "duty_list", request.campaign.pk)
        return error
    query = {key: data[key] for key in ("sheet", "rows") if data.get(key)}
    address = reverse(PREVIEWS[row.kind], args=[request.campaign.pk, row.pk])
    return redirect(f"{address}?{urlencode(query)}" + ("#doubts" if do not in ("columns", "sheets") else ""))


def _accepted(row, version, data):
    """What one proposal says, or one answer to all open doubts of some kinds; None where there is no such proposal."""
    pairs = accepted(SAVERS[row.kind].read(row).open_doubts, data)
    return decisions.accept(pairs) if pairs or version != row.version else None


def change_of(do, data):
    """The change of decisions a button means; None for no such button or numbers that are none."""
    sheet = data.get("sheet", "")
    try:
        if do == "sheets":
            return decisions.choose_sheets(data.getlist("chosen"))
        if do == "columns":
            chosen = {_number(name[4:]): value for name, value in data.items() if name.startswith("col-")}
            return decisions.map_columns(sheet, chosen)
        if do == "heading":
            return decisions.choose_heading(sheet, _number(data["top"]), _number(data["bottom"]))
        if do == "back":
            return decisions.step_back()
        if do == "know":
            return decisions.know(data.getlist("key"))
        if do == "undo":
            return decisions.take_back(data.get("what", ""), sheet, data.get("place", ""))
        if do == "name":
            return decisions.name_unit(data["name"], _name_decision(data))
        if do == "names":
            return decisions.name_units(data.getlist("name"), {"do": "make" if data.get("as") == "make" else "skip"})
        if do == "item":
            return decisions.choose_item(
                sheet, _number(data["row"]), _number(data["item"]) if data.get("item", "") != "" else None
            )
        if do == "captions":
            rows = [_number(text) for text in data["numbers"].split(",")]
            return decisions.name_captions(sheet, rows, CAPTION_LEVELS[data["level"]])
        if do == "rename":
            return decisions.name_it(data.get("name", ""), data.get("edition", ""))
    except (KeyError, ValueError):
        return None
    return None


def _number(text):
    number = typed_number(text)
    if number is None:
        raise ValueError(text)
    return number


def _name_decision(data):
    """What was chosen for a name: "unit:7", "same:区文明办", "group" of the ticked units, "make", "skip", "" to take it back."""
    choice = data.get("choice", "")
    if choice.startswith("unit:"):
        return {"do": "map", "unit": _number(choice[5:])}
    if choice.startswith("same:"):
        return {"do": "same", "as": choice[5:]}
    if choice == "group":
        members = [_number(pk) for pk in data.getlist("member")]
        return {"do": "group", "units": members} if members else None
    return {"do": choice} if choice in ("make", "skip") else None


def _save_standard(request, row, version):
    standard = save_standard(row, by=request.viewer, version=version, is_checked="checked" in request.POST)
    messages.success(request, _("Saved as a draft edition. Look through the tree, then publish it."))
    return redirect("standard_detail", request.campaign.pk, standard.pk)


def _save_responsibilities(request, row, version):
    saved = save_responsibilities(row, by=request.viewer, version=version, is_checked="checked" in request.POST)
    facts = {"leads": saved.leads, "supports": saved.supports, "made": len(saved.made), "split": saved.split}
    text = _(
        "Saved as drafts: %(leads)s leading and %(supports)s supporting parts; %(made)s units made, %(split)s tasks split off."
    )
    messages.success(request, text % facts)
    if saved.kept:
        text = _("%(count)s parts that were issued already stay as they are.")
        messages.warning(request, text % {"count": len(saved.kept)})
    return redirect(f"{reverse('duty_list', args=[request.campaign.pk])}?checklist={row.checklist_id}")


def common_context(request, row, reading):
    """What the previews show: the sheets, the one looked at with its rows, the doubts by kind."""
    by_name = {one.name: one for one in reading.sheets}
    doubts = doubt_views(reading, by_name)
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
        "can_step_back": "before" in row.decisions,
        "places": {one.name: PLACES[one.kind] for one in reading.sheets if one.is_other},
        "others": other_kinds(row, reading),
        "looks_other": PLACES[reading.sheets[0].kind] if all(one.is_other for one in reading.sheets) else None,
    }


def other_kinds(row, reading):
    """(kind, words, sheets) of what else the workbook holds: each can be taken in from here without a second upload."""
    found = {}
    for one in reading.sheets:
        kind = next((kind for kind, taken in TAKEN.items() if one.kind in taken), "")
        if kind and kind != row.kind:
            found.setdefault(kind, []).append(one.name)
    return [(kind, PLACES[TAKEN[kind][0]][0], "、".join(names)) for kind, names in found.items()]


def saving_page(request, row):
    """The page of a workbook that is being saved, None for any other."""
    if row.status != Import.Status.SAVING or request.method == "POST":
        return None
    return render(request, "checklists/import_saving.html", {"row": row, "percent": progress_of(row)})


def _answer(request, name, context, error):
    status = 200
    if error is not None:
        status = 409 if getattr(error, "code", "") == "stale" else 422
        context["error"] = " ".join(error.messages)
    return render(request, f"checklists/{name}.html", context, status=status)


def _office_only(request):
    if not request.viewer.is_office:
        raise PermissionDenied


def _get_import(request, pk, kind):
    rows = Import.objects.visible_to(request.viewer).select_related("original", "checklist", "by")
    return get_object_or_404(rows, pk=pk, kind=kind)
