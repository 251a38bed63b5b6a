"""The register of sites and its kinds: read by office, inspectors, leaders and the units concerned; edited by the office."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.typed import typed_number
from campaigns.paging import page_of
from inspections.actions import sites as actions
from inspections.forms.fields import units_of
from inspections.forms.filters import SiteFilter
from inspections.forms.register import SiteForm, SiteKindForm
from inspections.models import Site, SiteCheck, SiteKind


@require_safe
def site_list(request):
    viewer = request.viewer
    rows = Site.objects.visible_to(viewer)
    form = SiteFilter(request.GET, options=_options(viewer))
    form.is_valid()
    rows = _filtered(rows, form.cleaned_data).select_related("kind", "kind__line", "territory", "line")
    context = {
        "form": form,
        "page": page_of(request, rows.order_by("kind__position", "position", "pk")),
        "may_edit": viewer.is_office,
        "may_record": viewer.is_office or viewer.is_inspector,
        "is_filtered": bool(form.changed_data),
    }
    return render(request, "inspections/site_list.html", context)


def _options(viewer):
    units = [(unit.pk, unit.name, unit.kind) for unit in units_of(viewer.campaign)] if viewer.reads_all else []
    return {
        "kind": list(SiteKind.objects.visible_to(viewer).values_list("pk", "name")),
        "territory": [(pk, name) for pk, name, kind in units if kind == "town"],
        "line": [(pk, name) for pk, name, kind in units if kind != "town"],
    }


def _filtered(rows, data):
    if data.get("state") != "all":
        rows = rows.filter(is_active=data.get("state") != "ended")
    if data.get("kind"):
        rows = rows.filter(kind=data["kind"])
    if data.get("territory"):
        rows = rows.filter(territory=data["territory"])
    if data.get("line"):
        rows = rows.filter(Q(line=data["line"]) | Q(line=None, kind__line=data["line"]))
    if data.get("q"):
        rows = rows.filter(Q(name__icontains=data["q"]) | Q(address__icontains=data["q"]))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def site_new(request):
    return _edit_site(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def site_edit(request, pk):
    return _edit_site(request, _get_site(request, pk))


def _get_site(request, pk):
    return get_object_or_404(Site.objects.visible_to(request.viewer).select_related("kind"), pk=pk)


def _edit_site(request, site):
    if not request.viewer.is_office:
        raise PermissionDenied
    names = ("kind", "name", "address", "territory", "line", "contact", "phone", "longitude", "latitude")
    initial = {name: getattr(site, f"{name}_id", None) or getattr(site, name) for name in names} if site else {}
    form = SiteForm(request.POST or None, viewer=request.viewer, initial=initial)
    status = 200
    if request.method == "POST":
        saved, status = _saved(request, form, actions.save_site, site)
        if saved:
            messages.success(request, _("Saved: %(name)s") % {"name": saved.name})
            return redirect("site_list", request.campaign.pk)
    return render(request, "inspections/site_edit.html", {"form": form, "site": site, "is_stale": status == 409}, status=status)


@require_POST
def site_end(request, pk):
    """End the site, or take it up again (act=revive)."""
    site = _get_site(request, pk)
    act = actions.revive_site if request.POST.get("act") == "revive" else actions.end_site
    act(site, by=request.viewer)
    said = _("In use again: %(name)s") if act is actions.revive_site else _("Ended: %(name)s. What was found there stays.")
    messages.success(request, said % {"name": site.name})
    return redirect("site_list", request.campaign.pk)


# --- kinds ----------------------------------------------------------------------------------------


@require_safe
def site_kind_list(request):
    rows = SiteKind.objects.visible_to(request.viewer).select_related("line")
    rows = rows.annotate(sites_count=Count("sites", filter=Q(sites__is_active=True)))
    checks = Prefetch("checks", SiteCheck.objects.order_by("position", "pk"))  # scoped: of visible kinds
    context = {"kinds": rows.prefetch_related(checks), "may_edit": request.viewer.is_office}
    return render(request, "inspections/site_kind_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def site_kind_new(request):
    return _edit_kind(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def site_kind_edit(request, pk):
    return _edit_kind(request, get_object_or_404(SiteKind.objects.visible_to(request.viewer), pk=pk))


def _edit_kind(request, kind):
    if not request.viewer.is_office:
        raise PermissionDenied
    initial = {}
    if kind:
        initial = {"name": kind.name, "line": kind.line_id, "checks": "\n".join(check.text for check in kind.checks.all())}
    form = SiteKindForm(request.POST or None, viewer=request.viewer, initial=initial)
    status = 200
    if request.method == "POST":
        saved, status = _saved(request, form, actions.save_site_kind, kind)
        if saved:
            messages.success(request, _("Saved: %(name)s") % {"name": saved.name})
            return redirect("site_kind_list", request.campaign.pk)
    return render(
        request, "inspections/site_kind_edit.html", {"form": form, "kind": kind, "is_stale": status == 409}, status=status
    )


def _saved(request, form, action, row):
    """(the saved row or None, status): 422 with the sentences in the form, 409 when somebody was faster."""
    if not form.is_valid():
        return None, 422
    version = typed_number(request.POST.get("version"))
    try:
        return action(row, by=request.viewer, version=version, **form.cleaned_data), 200
    except ValidationError as error:
        form.add_error(None, error)
        return None, 409 if getattr(error, "code", "") == "stale" else 422
