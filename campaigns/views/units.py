"""The register of units under the host, who takes part, and groups of units."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import departments as register
from accounts.models import Alias, Department, DepartmentGroup
from accounts.typed import typed_number, typed_numbers
from campaigns.actions import members as actions
from campaigns.forms.spells import EndForm
from campaigns.forms.units import DepartmentForm, GroupOfUnitsForm, ParticipantFilter, ParticipationForm, UnitFilter
from campaigns.gates import office_only, tried
from campaigns.kinds import PARTS
from campaigns.models import UNIT_ROLES, Membership, Participation, RankingGroup, WorkGroup
from campaigns.paging import page_of


@require_safe
@office_only
def unit_list(request):
    groups = DepartmentGroup.objects.visible_to(request.viewer)
    form = UnitFilter(request.GET or None, groups=groups)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = _filtered(_with_facts(request), wanted).prefetch_related("aliases")
    page = page_of(request, rows, per_page=100)
    depth = request.campaign.host.path.count(".")
    for row in page.object_list:
        row.level = "flat" if any(wanted.values()) else min(4, row.path.count(".") - depth)
    context = {
        "form": form,
        "page": page,
        "is_filtered": any(wanted.values()),
        "bulk_acts": [("begin", _("Take part"), "plus"), ("end", _("Take part no longer"))],
    }
    return render(request, "campaigns/unit_list.html", context)


def _with_facts(request):
    """Departments of the register with: participation, its ranking group, and how many people are named for each."""
    today, viewer = timezone.localdate(), request.viewer
    taking = Participation.objects.visible_to(viewer).on(today).filter(department=OuterRef("pk")).order_by("-starts_on")
    named = Membership.objects.visible_to(viewer).on(today).filter(role__in=UNIT_ROLES, department=OuterRef("pk"))
    count = named.order_by().values("department").annotate(n=Count("user", distinct=True)).values("n")
    return Department.objects.visible_to(viewer).annotate(
        participation=Subquery(taking.values("pk")[:1]),
        ranking=Subquery(taking.values("ranking_group__name")[:1]),
        people=Coalesce(Subquery(count), 0),
    )


def _filtered(rows, wanted):
    if wanted.get("q"):
        known = Alias.objects.filter(name__icontains=wanted["q"])  # scoped: of rows that are scoped already
        rows = rows.filter(
            Q(name__icontains=wanted["q"]) | Q(short_name__icontains=wanted["q"]) | Q(pk__in=known.values("department"))
        )
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    if wanted.get("group"):
        rows = rows.filter(pk__in=wanted["group"].members.values("pk"))
    part = wanted.get("part")
    if part == "no":
        return rows.filter(participation=None)
    if part == "yes":
        return rows.exclude(participation=None)
    if part == "nobody":
        return rows.exclude(participation=None).filter(people=0)
    return rows


@require_POST
@office_only
def unit_bulk(request):
    """Take part, or no longer, for the ticked units."""
    picked = typed_numbers(request.POST.getlist("pick"))
    units = Department.objects.visible_to(request.viewer).filter(pk__in=picked)
    if request.POST.get("act") == "begin":
        done = actions.add_participations(request.campaign, departments=units, by=request.viewer)
        said = _("Take part from today: %(count)s units.")
    else:
        done, said = _end_all(request, units), _("Take part until today: %(count)s units.")
    if done:
        messages.success(request, said % {"count": len(done)})
    else:
        messages.warning(request, _("Nothing changed: tick units for which this act fits."))
    return redirect(_back(request, "unit_list"))


@transaction.atomic
def _end_all(request, units):
    running = Participation.objects.visible_to(request.viewer).on(timezone.localdate()).filter(ended_on=None)
    return [actions.end_participation(row, by=request.viewer) for row in running.filter(department__in=units)]


def _back(request, name):
    """The list as it was filtered: the page's own address was posted along, and only its query is used."""
    query = request.POST.get("query", "")
    return reverse(name, args=[request.campaign.pk]) + (f"?{query}" if query else "")


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def unit_new(request):
    """A new unit, by default below the host (?below=)."""
    viewer, host = request.viewer, request.campaign.host
    form = DepartmentForm(
        request.POST or None,
        departments=Department.objects.visible_to(viewer),
        host=host,
        initial={"parent": request.GET.get("below") or host.pk, "kind": PARTS[request.campaign.kind][0]},
    )
    if form.is_valid():
        data = dict(form.cleaned_data)
        unit = tried(form, _make_unit, request, data, "begin" in request.POST)
        if unit:
            messages.success(request, _("%(unit)s is in the register.") % {"unit": unit.name})
            if request.POST.get("next") == "more":
                return redirect(f"{reverse('unit_new', args=[request.campaign.pk])}?below={unit.parent_id}")
            return redirect("unit_list", request.campaign.pk)
    context = {"form": form, "takes_part": request.method != "POST" or "begin" in request.POST}
    return render(request, "campaigns/unit_edit.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _make_unit(request, data, begins):
    unit = register.make_department(data.pop("parent"), by=request.viewer, **data)
    if begins:
        actions.add_participation(request.campaign, department=unit, by=request.viewer)
    return unit


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def unit_edit(request, pk):
    viewer, host = request.viewer, request.campaign.host
    unit = get_object_or_404(Department.objects.visible_to(viewer), pk=pk)
    form = DepartmentForm(
        request.POST or None, instance=unit, departments=Department.objects.visible_to(viewer), host=host, initial={"place": None}
    )
    version = typed_number(request.POST.get("version"))
    data = {} if version is None else {"version": version}
    if form.is_valid() and tried(form, _change_unit, unit, data | form.cleaned_data, viewer):
        messages.success(request, _("Saved."))
        return redirect("unit_list", request.campaign.pk)
    people = Membership.objects.visible_to(viewer).on(timezone.localdate()).own().filter(department=unit)
    context = {
        "form": form,
        "unit": unit,
        "people": people.select_related("user"),
        "participation": Participation.objects.visible_to(viewer).on(timezone.localdate()).filter(department=unit).first(),
        "is_stale": form.has_error(NON_FIELD_ERRORS, "stale"),
    }
    status = 409 if context["is_stale"] else 422 if form.errors else 200
    return render(request, "campaigns/unit_edit.html", context, status=status)


@transaction.atomic
def _change_unit(unit, data, viewer):
    parent = data.pop("parent", None)
    unit = register.edit_department(unit, by=viewer, **data)
    if parent and parent.pk != unit.parent_id:
        register.move_department(unit, parent=parent, by=viewer)
    return unit


@require_safe
@office_only
def participant_list(request):
    """Units that take part, with their groups; ?state=ended those that did."""
    viewer, today = request.viewer, timezone.localdate()
    groups = {
        "ranking_groups": list(RankingGroup.objects.visible_to(viewer)),
        "work_groups": list(WorkGroup.objects.visible_to(viewer)),
    }
    form = ParticipantFilter(request.GET or None, **groups)
    wanted = form.cleaned_data if form.is_valid() else {}
    ended = request.GET.get("state") == "ended"
    rows = Participation.objects.visible_to(viewer)
    rows = rows.filter(ended_on__lt=today) if ended else rows.filter(Q(ended_on=None) | Q(ended_on__gte=today))
    if wanted.get("q"):
        rows = rows.filter(Q(department__name__icontains=wanted["q"]) | Q(department__short_name__icontains=wanted["q"]))
    rows = rows.filter(**{name: wanted[name] for name in ("ranking_group", "work_group") if wanted.get(name)})
    context = {
        "form": form,
        "ended": ended,
        **groups,
        "is_filtered": any(wanted.values()),
        "page": page_of(request, rows.select_related("department", "ranking_group", "work_group")),
    }
    return render(request, "campaigns/participant_list.html", context)


@require_POST
@office_only
def participant_bulk(request):
    """Put the ticked units into a ranking group or work group (empty: out of it)."""
    picked = typed_numbers(request.POST.getlist("pick"))
    rows = list(
        Participation.objects.visible_to(request.viewer).filter(pk__in=picked).select_related("ranking_group", "work_group")
    )
    form = ParticipationForm(request.POST, viewer=request.viewer)
    name = request.POST.get("act")
    if name not in ("ranking_group", "work_group") or not form.is_valid() or not rows:
        messages.warning(request, _("Nothing changed: tick units and choose a group."))
    else:
        with transaction.atomic():
            for row in rows:
                groups = {"ranking_group": row.ranking_group, "work_group": row.work_group, name: form.cleaned_data[name]}
                actions.edit_participation(row, by=request.viewer, **groups)
        messages.success(request, _("Saved for %(count)s units.") % {"count": len(rows)})
    return redirect(_back(request, "participant_list"))


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def participant_edit(request, pk):
    """Groups of one unit in the campaign, and its end."""
    row = get_object_or_404(Participation.objects.visible_to(request.viewer).select_related("department"), pk=pk)
    what = request.POST.get("what")
    initial = {"ranking_group": row.ranking_group_id, "work_group": row.work_group_id}
    form = ParticipationForm(request.POST if what == "groups" else None, viewer=request.viewer, initial=initial)
    end_form = EndForm(request.POST if what == "end" else None)
    if form.is_valid() and tried(form, actions.edit_participation, row, by=request.viewer, **form.cleaned_data):
        messages.success(request, _("Saved."))
        return redirect("participant_list", request.campaign.pk)
    if end_form.is_valid() and tried(end_form, actions.end_participation, row, by=request.viewer, **end_form.cleaned_data):
        messages.success(request, _("%(unit)s takes part no longer.") % {"unit": row.department.name})
        return redirect("participant_list", request.campaign.pk)
    failed = form.errors or end_form.errors
    context = {"row": row, "form": form, "end_form": end_form}
    return render(request, "campaigns/participant_edit.html", context, status=422 if failed else 200)


@require_safe
@office_only
def group_list(request):
    groups = (
        DepartmentGroup.objects.visible_to(request.viewer)
        .annotate(size=Count("members"))
        .order_by("pk")
        .prefetch_related("members")
    )
    return render(request, "campaigns/group_list.html", {"page": page_of(request, groups)})


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def group_edit(request, pk=None):
    """A new group of units, or one that is there."""
    viewer = request.viewer
    group = get_object_or_404(DepartmentGroup.objects.visible_to(viewer), pk=pk) if pk else None
    units = Department.objects.visible_to(viewer).exclude(pk=request.campaign.host_id).filter(is_active=True)
    form = GroupOfUnitsForm(request.POST or None, instance=group, departments=units)
    if request.POST.get("act") == "drop" and group:
        register.drop_group(group, by=viewer)
        messages.success(request, _("The group is taken off; its units stay as they are."))
        return redirect("group_list", request.campaign.pk)
    if form.is_valid():
        made = (
            tried(form, register.edit_group, group, by=viewer, **form.cleaned_data)
            if group
            else tried(form, register.make_group, request.campaign.host, by=viewer, **form.cleaned_data)
        )
        if made:
            messages.success(request, _("Saved."))
            return redirect("group_list", request.campaign.pk)
    context = {"form": form, "group": group}
    return render(request, "campaigns/group_edit.html", context, status=422 if form.errors else 200)
