"""What is still missing of the material to be filed, by unit and project; packages to hand over."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Department
from campaigns.files import harmless
from campaigns.gates import office_only
from campaigns.paging import page_of
from checklists.actions.packages import ask_package, package_name
from checklists.actions.windows import set_window
from checklists.dossiers import counts_by_project, counts_by_unit, dossiers_of, units_of_reader, window_of
from checklists.forms.checkpoints import units_of
from checklists.forms.filing import MaterialFilter, PackageForm, WindowForm
from checklists.models import Checklist, Package
from checklists.progress import projects_of
from checklists.views.evidence import own_units

SHOWN_LACKS = 4
ASKED = ("ready", "lacking", "impossible")


def filing_only(view):
    """The page is there only where the campaign files material, and for those who read or add it."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.campaign.asks_filing:
            raise Http404
        if not (request.viewer.reads_all or request.viewer.department_ids):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@filing_only
def material_check(request):
    """All items for office and leaders, a unit those it leads; counts by unit and project, then the items."""
    viewer = request.viewer
    found = dossiers_of(request.campaign, units=units_of_reader(viewer))
    if not viewer.reads_all:
        found = [one for one in found if any(unit.pk in viewer.department_ids for unit in one.leads)]
    units = {unit.pk for one in found for unit in one.leads}
    if not viewer.reads_all:
        units &= viewer.department_ids
    form = MaterialFilter(
        request.GET,
        units=Department.objects.filter(pk__in=units),  # scoped: leads of dossiers the viewer reads
        projects=projects_of(request.campaign),
    )
    by_unit = [row for row in counts_by_unit(found) if row.about.pk in units]
    context = {
        "by_project": counts_by_project(found),
        "by_unit": by_unit,
        "asked": sum(one.word in ASKED for one in found),
        "total": {name: sum(one.word == name for one in found) for name in (*ASKED, "not_needed", "no_rule")},
        "filter_form": form,
        "page": page_of(request, _filtered(found, form)),
        "windows": _windows(request),
        "shown": SHOWN_LACKS,
    }
    for one in context["page"]:
        own = [duty for unit, duty in one.duties.items() if unit in viewer.department_ids]
        one.duty = next(iter(own or one.duties.values()), None)
        one.first_lacks, one.more_lacks = one.lacks[:SHOWN_LACKS], max(0, len(one.lacks) - SHOWN_LACKS)
    return render(request, "checklists/material_check.html", context)


def _filtered(found, form):
    if not form.is_valid():
        return found
    data = form.cleaned_data
    tests = {
        "q": lambda one: data["q"].lower() in f"{one.item.code} {one.item.text}".lower(),
        "state": lambda one: data["state"] in (one.word, "all"),
        "project": lambda one: one.project == data["project"],
        "unit": lambda one: data["unit"] in one.leads,
    }
    wanted = [test for name, test in tests.items() if data[name]]
    if not data["state"]:  # items nobody asks anything of only fill the page
        wanted.append(lambda one: one.word != "no_rule")
    return [one for one in found if all(test(one) for test in wanted)]


def _windows(request):
    """(checklist, window, form) of each checklist; the form for the office alone."""
    rows = []
    checklists = Checklist.objects.visible_to(request.viewer).running().select_related("proof_window", "campaign")
    for checklist in checklists:
        window, own = window_of(checklist), getattr(checklist, "proof_window", None)
        form = None
        if request.viewer.is_office:
            initial = {"first": own.first, "last": own.last} if own else {}
            form = WindowForm(initial=initial, auto_id=f"id_{checklist.pk}_%s")
        rows.append({"checklist": checklist, "window": window, "is_own": bool(own), "form": form})
    return rows


@require_POST
@office_only
@filing_only
def window_edit(request, pk):
    checklist = get_object_or_404(Checklist.objects.visible_to(request.viewer), pk=pk)
    form = WindowForm(request.POST)
    try:
        if form.is_valid():
            set_window(checklist, by=request.viewer, **form.cleaned_data)
            messages.success(request, _("The window of proof was set: %(name)s") % {"name": checklist.name})
        else:
            messages.warning(request, _("Not saved: give both days as dates."))
    except ValidationError as error:
        messages.warning(request, _("Not saved: %(why)s") % {"why": error.messages[0]})
    return redirect("material_check", request.campaign.pk)


# --- packages -------------------------------------------------------------------------------------


@require_safe
@filing_only
def package_list(request):
    return _packages(request, _package_form(request))


def _packages(request, form, status=200):
    rows = Package.objects.visible_to(request.viewer).select_related("checklist", "department", "by")
    page = page_of(request, rows)
    context = {"page": page, "form": form, "is_waiting": any(not row.file and not row.failed for row in page)}
    return render(request, "checklists/package_list.html", context, status=status)


def _package_form(request, data=None):
    """None for those who ask for no package: leaders read."""
    viewer = request.viewer
    if not (viewer.is_office or viewer.department_ids):
        return None
    units = units_of(request.campaign) if viewer.is_office else own_units(viewer)
    return PackageForm(data, checklists=Checklist.objects.visible_to(viewer).running(), units=units, of_all=viewer.is_office)


@require_POST
@filing_only
def package_new(request):
    form = _package_form(request, request.POST)
    if form is None:
        raise PermissionDenied
    if not form.is_valid():
        return _packages(request, form, status=422)
    data = dict(form.cleaned_data)
    ask_package(data.pop("checklist"), by=request.viewer, **data)
    messages.success(request, _("It is being made; you may leave the page."))
    return redirect("package_list", request.campaign.pk)


@require_safe
@filing_only
def package_file(request, pk):
    """The package itself, streamed; 404 until it is made."""
    package = get_object_or_404(Package.objects.visible_to(request.viewer).exclude(file=""), pk=pk)
    kind = "application/zip" if package.form == Package.Form.ARCHIVE else "application/pdf"
    body = default_storage.open(package.file)
    return harmless(FileResponse(body, as_attachment=True, filename=package_name(package), content_type=kind))
