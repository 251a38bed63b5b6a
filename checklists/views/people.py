"""Units and people from one sheet: uploaded, looked at, saved; then the one-time links by unit, once."""

from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.files import harmless
from campaigns.models import Role
from checklists import decisions
from checklists.actions.imports import drop_import, settle_import, start_import
from checklists.actions.people import save_people
from checklists.forms.standards import UploadForm
from checklists.models import Import
from checklists.previews import headings_of, row_views
from checklists.readings import mapping_of
from checklists.register import Register
from checklists.roster import choose_roles, read_people_import
from checklists.roster_preview import COLUMN_MEANINGS, counts_of, doubt_views, empty_template, group_doubts, lines_of
from checklists.views.imports import other_kinds


@require_http_methods(["GET", "HEAD", "POST"])
def people_upload(request):
    _office_only(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            row = start_import(form.cleaned_data["file"], by=request.viewer, kind=Import.Kind.PEOPLE)
            return redirect("people_preview", request.campaign.pk, row.pk)
        except ValidationError as error:
            form.add_error("file", error)
    status = 422 if request.method == "POST" else 200
    return render(request, "checklists/people_upload.html", {"form": form}, status=status)


@require_GET
def people_template(request):
    """An empty workbook with the headings the portal knows."""
    _office_only(request)
    answer = HttpResponse(empty_template(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = content_disposition_header(True, _("Units and people") + ".xlsx")
    return harmless(answer)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def people_preview(request, pk):
    rows = Import.objects.visible_to(request.viewer).select_related("original", "by", "campaign")
    row = get_object_or_404(rows, pk=pk, kind=Import.Kind.PEOPLE)
    error = _settle(request, row) if request.method == "POST" else None
    if isinstance(error, HttpResponse):
        return error
    context = _preview(request, row)
    status = 200
    if error is not None:
        status = 409 if getattr(error, "code", "") == "stale" else 422
        context["error"] = " ".join(error.messages)
    return render(request, "checklists/people_preview.html", context, status=status)


def _preview(request, row):
    register = Register(request.campaign.host)
    reading = read_people_import(row, register=register, today=timezone.localdate())
    sheets, views = [lines_of(one) for one in reading.sheets], doubt_views(reading)
    asked = request.GET.get("sheet") or request.POST.get("sheet")
    shown = [one for one in sheets if one.name == asked] or [one for one in sheets if one.chosen] or sheets
    one, whole = shown[0], request.GET.get("rows") == "all"
    waiting = len(reading.open_units) + len(reading.open_people)
    return {
        "row": row,
        "sheets": sheets,
        "one": one,
        "whole": whole,
        "meanings": COLUMN_MEANINGS,
        "headings": headings_of(one, mapping_of(row, one.name), COLUMN_MEANINGS),
        "rows": row_views(one, views, whole=whole),
        "doubts": group_doubts(views),
        "doubt_count": len(views),
        "open_count": len(reading.open_doubts),
        "is_open": row.status == Import.Status.READ,
        "reading": reading,
        "counts": counts_of(reading),
        "decided_units": [unit for unit in reading.units.values() if unit.is_decided],
        "decided_people": [person for person in reading.people if person.is_decided],
        "register": register.units if reading.open_units else [],
        "roles": Role.choices,
        "waiting": waiting,
        "others": other_kinds(row, reading),
        "may_save": bool(reading.units or reading.people) and not waiting,
        "edits": [
            (sheet, place.split(":")[0], place, text)
            for sheet, cells in row.decisions.get("cells", {}).items()
            for place, text in cells.items()
        ],
        "skipped": [(sheet, number) for sheet, rows in row.decisions.get("skipped", {}).items() for number in rows],
    }


def _settle(request, row):
    """Do what a button of the preview asks; an answer, or the error to show on the page."""
    data, do = request.POST, request.POST.get("do", "")
    version = int(data["version"]) if data.get("version", "").isdecimal() else 0
    try:
        if do == "save":
            return _save(request, row, version)
        if do == "drop":
            drop_import(row, by=request.viewer, version=version)
            messages.success(request, _("Thrown away. The file stays on record."))
            return redirect("unit_list", request.campaign.pk)
        change = _change(do, data)
        if change is None:
            raise Http404
        settle_import(row, by=request.viewer, version=version, change=change, note=do)
    except ValidationError as error:
        if getattr(error, "code", "") == "closed":
            messages.warning(request, " ".join(error.messages))
            return redirect("unit_list", request.campaign.pk)
        return error
    query = {name: data[name] for name in ("sheet", "rows") if data.get(name)}
    address = reverse("people_preview", args=[request.campaign.pk, row.pk])
    return redirect(f"{address}?{urlencode(query)}" + ("#answers" if do not in ("columns", "sheets") else ""))


CHANGES = {
    "sheets": lambda data: decisions.choose_sheets(data.getlist("chosen")),
    "columns": lambda data: decisions.map_columns(
        data["sheet"], {int(name[4:]): value for name, value in data.items() if name.startswith("col-")}
    ),
    "fill": lambda data: decisions.fill_cell(data["sheet"], int(data["row"]), int(data["column"]), data["text"]),
    "skip": lambda data: decisions.skip_row(data["sheet"], int(data["row"])),
    "know": lambda data: decisions.know(data.getlist("key")),
    "undo": lambda data: decisions.take_back(data["what"], data["sheet"], data["place"]),
    "name": lambda data: decisions.name_unit(data["name"], _unit_meant(data["choice"])),
    "names": lambda data: decisions.name_units(data.getlist("name"), _unit_meant(data["choice"])),
    "role": lambda data: choose_roles(data.getlist("place"), data["role"] if data["role"] in Role.values else ""),
}


def _change(do, data):
    """The change of decisions a button means; None for no such button or values that are none."""
    try:
        return CHANGES[do](data)
    except (KeyError, ValueError):
        return None


def _unit_meant(choice):
    """ "unit:7", "same:示范局", "make", "skip", or "" to take the decision back."""
    act, _colon, value = choice.partition(":")
    if act == "unit":
        return {"do": "map", "unit": int(value)}
    if act == "same":
        return {"do": "same", "as": value}
    return {"do": act} if act in ("make", "skip") else None


def _save(request, row, version):
    """The page that shows the one-time links, once: they are kept nowhere."""
    ends = tuple(int(value) for value in request.POST.getlist("end") if value.isdecimal())
    saved = save_people(row, by=request.viewer, version=version, ends=ends, is_checked="checked" in request.POST)
    links = sorted(saved.links, key=lambda one: (one.department.position, one.department.pk) if one.department else (0, 0))
    for one in links:
        one.path = request.build_absolute_uri(one.path)
    units = [(unit, list(people)) for unit, people in groupby(links, key=lambda one: one.department)]
    until = timezone.localtime(timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
    context = {"row": row, "saved": saved, "units": units, "until": until}
    return render(request, "checklists/people_links.html", context)


def _office_only(request):
    if not request.viewer.is_office:
        raise PermissionDenied
