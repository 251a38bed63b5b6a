"""Units and people from one sheet: uploaded, looked at, saved, taken back; the one-time links by unit, shown once."""

from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.models import Role
from checklists.actions.people import hand_out_links, unopened
from checklists.models import Import
from checklists.register import Register
from checklists.roster import choose_roles
from checklists.roster_preview import counts_of, empty_template, saved_counts
from checklists.views.exports import workbook_answer
from checklists.views.importchanges import one_of
from checklists.views.importing import ImportPage, office_only, show_preview, upload_page


@require_http_methods(["GET", "HEAD", "POST"])
def people_upload(request):
    return upload_page(request, Import.Kind.PEOPLE, "checklists/people_upload.html")


@require_GET
def people_template(request):
    """An empty workbook with the headings the portal knows."""
    office_only(request)
    return workbook_answer(empty_template(), _("Units and people"))


@require_http_methods(["GET", "HEAD", "POST"])
def people_preview(request, pk):
    return show_preview(request, pk, PAGE)


@require_POST
@never_cache
def people_links(request, pk):
    """The list of one-time links, on this page and nowhere else: a second press makes new ones for those not opened yet."""
    row = get_object_or_404(Import.objects.visible_to(request.viewer), pk=pk, kind=Import.Kind.PEOPLE)
    try:
        links = hand_out_links(row, by=request.viewer)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(row)
    for one in links:
        one.path = request.build_absolute_uri(one.path)
    units = [(unit, list(people)) for unit, people in groupby(links, key=lambda one: one.department)]
    until = timezone.localtime(timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
    return render(request, "checklists/people_links.html", {"row": row, "units": units, "count": len(links), "until": until})


def _context(request, row, reading):
    is_saved = row.status == Import.Status.SAVED
    return {
        "reading": reading,
        "counts": saved_counts(row.saved) if is_saved else counts_of(reading),
        "decided_units": [unit for unit in reading.units.values() if unit.is_decided],
        "decided_people": [person for person in reading.people if person.is_decided],
        "register": Register(request.campaign.host).units if reading.open_units else [],
        "roles": Role.choices,
        "keeps_order": any(one.unit and one.row.position is not None for one in reading.units.values()),
        "waiting": reading.waiting,
        "may_save": bool(reading.units or reading.people) and not reading.waiting,
        "unopened": unopened(row).count() if is_saved else 0,
    }


def _saved(request, row, saved):
    facts = {name: len(getattr(saved, name)) for name in ("units", "members", "accounts", "ended")} | {"reused": saved.reused}
    text = _(
        "Saved: %(units)s units made, %(members)s roles given, %(accounts)s accounts made, %(reused)s people had one; "
        "%(ended)s roles ended."
    )
    messages.success(request, text % facts)
    return row.get_absolute_url()


PAGE = ImportPage(
    Import.Kind.PEOPLE,
    "unit_list",
    "checklists/people_preview.html",
    _context,
    _saved,
    {"role": lambda data: choose_roles(data.getlist("place"), one_of(data["role"], ("", *Role.values)))},
)
