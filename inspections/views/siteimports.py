"""A table of sites: uploaded, looked at beside the register, saved, taken back; and the register as such a table."""

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from checklists.models import Import
from checklists.register import Register
from checklists.sheets.doubts import MEANINGS
from checklists.views.exports import workbook_answer
from checklists.views.importchanges import number_of, one_of
from checklists.views.importing import ImportPage, office_only, show_preview, upload_page
from inspections.exports import site_workbook
from inspections.models import Site, SiteKind
from inspections.sitesheets import choose_kind, kind_of_row

FACT_WORDS = {
    "contact": gettext_lazy("Contact"),
    "line": MEANINGS["line_unit"],
    "is_active": gettext_lazy("in use again"),
} | {name: MEANINGS[name] for name in ("address", "territory", "phone", "longitude", "latitude")}
SHOWN = 200  # sites listed under what would change or is missing; the counts are of all


@require_http_methods(["GET", "HEAD", "POST"])
def site_upload(request):
    return upload_page(request, Import.Kind.SITES, "inspections/site_upload.html")


@require_GET
def site_template(request):
    """An empty workbook with the headings the portal knows."""
    office_only(request)
    return workbook_answer(site_workbook([]), "点位表")


@require_GET
def site_export(request):
    """The sites in use in the same columns; taken in again they change nothing. With telephone numbers, so the office's alone."""
    office_only(request)
    rows = Site.objects.visible_to(request.viewer).filter(is_active=True).select_related("kind", "territory", "line")
    return workbook_answer(site_workbook(rows.order_by("position", "pk")), "点位台账")


@require_http_methods(["GET", "HEAD", "POST"])
def site_preview(request, pk):
    return show_preview(request, pk, PAGE)


def _context(request, row, reading):
    return {
        "reading": reading,
        "counts": _saved_counts(row.saved) if row.status == Import.Status.SAVED else _counts(reading),
        "changed": [(one, _changes(one)) for one in reading.having("changed")[:SHOWN]],
        "changed_more": max(0, len(reading.having("changed")) - SHOWN),
        "missing": reading.missing[:SHOWN],
        "missing_more": max(0, len(reading.missing) - SHOWN),
        "register": Register(request.campaign.host).units if reading.open_names else [],
        "kinds": list(SiteKind.objects.visible_to(request.viewer)),
        "said_kinds": [one for one in reading.kinds.values() if one.do],
        "said_names": [one for one in reading.names.values() if one.do],
        "said_rows": [one for one in reading.rows if one.is_decided],
        "may_save": bool(reading.rows) and not reading.waiting,
    }


def _counts(reading):
    words = [("new", _("new sites")), ("changed", _("sites that change")), ("same", _("as in the register"))]
    counts = [(word, len(reading.having(status))) for status, word in words]
    return [*counts, (_("left out"), len(reading.having("left")) + len(reading.having("twice")))]


def _saved_counts(saved):
    """What saving did: beside the register as it is now the sheet has nothing new any more."""
    words = [("sites", _("new sites")), ("changed", _("sites that changed")), ("ended", _("put out of use"))]
    words += [("kinds", _("new kinds"))]
    return [(word, len(saved.get(name, ()))) for name, word in words]


def _changes(one):
    return [(FACT_WORDS[fact], old, new) for fact, old, new in one.changes]


def _kind_meant(choice):
    """ "kind:7", "make", "skip", or "" to take the decision back."""
    if choice.startswith("kind:"):
        return {"do": "map", "kind": number_of(choice[5:])}
    return {"do": choice} if one_of(choice, ("make", "skip", "")) else None


def _saved(request, row, saved):
    text = _(
        "Saved: %(new)s sites added, %(changed)s changed, %(same)s stood so, %(ended)s put out of use; "
        "%(kinds)s kinds and %(units)s units made."
    )
    facts = {"new": len(saved.sites), "changed": len(saved.changed), "same": saved.same, "ended": len(saved.ended)}
    messages.success(request, text % (facts | {"kinds": len(saved.kinds), "units": len(saved.units)}))
    return row.get_absolute_url()


PAGE = ImportPage(
    Import.Kind.SITES,
    "site_list",
    "inspections/site_preview.html",
    _context,
    _saved,
    {
        "kind": lambda data: choose_kind(data.getlist("name"), _kind_meant(data["choice"])),
        "row_kind": lambda data: kind_of_row(data["place"], data["kind"].strip()),
    },
)
