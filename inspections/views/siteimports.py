"""A table of sites: uploaded, looked at beside the register, saved as one, taken back as one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.typed import typed_number
from campaigns.files import harmless
from checklists import decisions
from checklists.actions.imports import drop_import, settle_import, start_import
from checklists.forms.standards import UploadForm
from checklists.models import Import
from checklists.previews import accepted
from checklists.register import Register
from checklists.sheets.writing import WrittenColumn, write_sheet
from checklists.views.exports import XLSX
from checklists.views.imports import change_of, common_context
from inspections.actions.siteimports import save_sites, take_back_sites
from inspections.models import SiteKind
from inspections.sitesheets import choose_kind, kind_of_row, read_site_import

TEMPLATE = (("序号", 6), ("点位名称", 24), ("点位类别", 14), ("地址", 30), ("所属街道", 18), ("主管单位", 18), ("备注", 20))
FACT_WORDS = {
    "address": gettext_lazy("address"),
    "territory": gettext_lazy("town or street"),
    "line": gettext_lazy("unit in charge"),
    "is_active": gettext_lazy("in use again"),
}
SHOWN = 200  # sites listed under what would change; the counts are of all


@require_http_methods(["GET", "HEAD", "POST"])
def site_upload(request):
    _office_only(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            row = start_import(form.cleaned_data["file"], by=request.viewer, kind=Import.Kind.SITES)
            return redirect("site_preview", request.campaign.pk, row.pk)
        except ValidationError as error:
            form.add_error("file", error)
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/site_upload.html", {"form": form}, status=status)


@require_GET
def site_template(request):
    """An empty workbook with the headings the portal knows."""
    _office_only(request)
    body = write_sheet(name="点位表", columns=[WrittenColumn(text, width) for text, width in TEMPLATE], rows=[])
    answer = HttpResponse(body, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, "点位表.xlsx")
    return harmless(answer)


@require_http_methods(["GET", "HEAD", "POST"])
def site_preview(request, pk):
    rows = Import.objects.visible_to(request.viewer).select_related("original", "by", "campaign")
    row = get_object_or_404(rows, pk=pk, kind=Import.Kind.SITES)
    error = _settle(request, row) if request.method == "POST" else None
    if isinstance(error, HttpResponse):
        return error
    register = Register(request.campaign.host)
    reading = read_site_import(row, register=register)
    context = common_context(request, row, reading) | {
        "reading": reading,
        "counts": _saved_counts(row.saved) if row.status == Import.Status.SAVED else _counts(reading),
        "changed": [(one, _changes(one)) for one in reading.having("changed")[:SHOWN]],
        "register": register.units if reading.open_names else [],
        "kinds": list(SiteKind.objects.visible_to(request.viewer)),
        "said_kinds": [one for one in reading.kinds.values() if one.do],
        "said_names": [one for one in reading.names.values() if one.do],
        "said_rows": [one for one in reading.rows if one.is_decided],
        "may_save": bool(reading.rows) and not reading.waiting,
    }
    status = 200
    if error is not None:
        status = 409 if getattr(error, "code", "") == "stale" else 422
        context["error"] = " ".join(error.messages)
    return render(request, "inspections/site_preview.html", context, status=status)


def _counts(reading):
    words = [("new", _("new sites")), ("changed", _("sites that change")), ("same", _("as in the register"))]
    counts = [(word, len(reading.having(status))) for status, word in words]
    return [*counts, (_("left out"), len(reading.having("left")) + len(reading.having("twice")))]


def _saved_counts(saved):
    """What saving did: beside the register as it is now the sheet has nothing new any more."""
    words = [("sites", _("new sites")), ("changed", _("sites that change")), ("kinds", _("new kinds"))]
    return [(word, len(saved.get(name, ()))) for name, word in words]


def _changes(one):
    return [(FACT_WORDS[fact], old, new) for fact, old, new in one.changes]


def _settle(request, row):
    """Do what a button of the preview asks; an answer, or the error to show on the page."""
    data, do = request.POST, request.POST.get("do", "")
    version = typed_number(data.get("version")) or 0
    try:
        if do == "save":
            return _save(request, row, version)
        if do == "reopen":
            take_back_sites(row, by=request.viewer, version=version)
            messages.success(request, _("Taken back: what was saved is gone, and the sheet can be looked at again."))
            return redirect("site_preview", request.campaign.pk, row.pk)
        if do == "drop":
            drop_import(row, by=request.viewer, version=version)
            messages.success(request, _("Thrown away. The file stays on record."))
            return redirect("site_list", request.campaign.pk)
        change = _accepted(row, version, data) if do in ("accept", "accept_all") else _change(do, data)
        if change is None:
            raise Http404
        settle_import(row, by=request.viewer, version=version, change=change, note=do)
    except ValidationError as error:
        if getattr(error, "code", "") == "closed":
            messages.warning(request, " ".join(error.messages))
            return redirect("site_list", request.campaign.pk)
        return error
    query = {name: data[name] for name in ("sheet", "rows") if data.get(name)}
    address = reverse("site_preview", args=[request.campaign.pk, row.pk])
    return redirect(f"{address}?{urlencode(query)}" + ("#answers" if do not in ("columns", "sheets") else ""))


def _accepted(row, version, data):
    pairs = accepted(read_site_import(row, register=Register(row.campaign.host)).open_doubts, data)
    return decisions.accept(pairs) if pairs or version != row.version else None


def _change(do, data):
    """The change of decisions a button means; None for no such button or values that are none."""
    try:
        if do == "kind":
            return choose_kind(data.getlist("name"), _kind_meant(data["choice"]))
        if do == "row_kind":
            return kind_of_row(data["place"], data["kind"].strip())
        if do == "row_skip":
            return decisions.skip_row(data["sheet"], _number(data["row"]))
        if do == "unit":
            return _names_decided(data)
    except (KeyError, ValueError):
        return None
    return change_of(do, data)


def _names_decided(data):
    meant = _unit_meant(data["choice"])
    if meant is None:
        return decisions.name_unit(data["name"], None)
    return decisions.name_units(data.getlist("name"), meant)


def _kind_meant(choice):
    """ "kind:7", "make", "skip", or "" to take the decision back."""
    if choice.startswith("kind:"):
        return {"do": "map", "kind": _number(choice[5:])}
    return {"do": choice} if choice in ("make", "skip") else None


def _unit_meant(choice):
    """ "unit:7", "make", "skip", or "" to take the decision back."""
    if choice.startswith("unit:"):
        return {"do": "map", "unit": _number(choice[5:])}
    return {"do": choice} if choice in ("make", "skip") else None


def _number(text):
    number = typed_number(text)
    if number is None:
        raise ValueError(text)
    return number


def _save(request, row, version):
    saved = save_sites(row, by=request.viewer, version=version, is_checked="checked" in request.POST)
    text = _("Saved: %(new)s sites added, %(changed)s changed, %(same)s stood so; %(kinds)s kinds and %(units)s units made.")
    facts = {"new": len(saved.sites), "changed": len(saved.changed), "same": saved.same}
    messages.success(request, text % (facts | {"kinds": len(saved.kinds), "units": len(saved.units)}))
    return redirect("site_preview", request.campaign.pk, row.pk)


def _office_only(request):
    if not request.viewer.is_office:
        raise PermissionDenied
