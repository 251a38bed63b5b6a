"""One objection on the docket: its joint visit with photos, and the ruling."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.typed import typed_number
from campaigns.files import serve
from campaigns.gates import blame
from campaigns.models import StoredFile
from checklists import rules
from checklists.actions.visits import arrange_visit, record_visit
from checklists.forms.checkpoints import participants_of
from checklists.history import events_about
from inspections.actions.cases import find_case
from inspections.actions.precedents import source_name
from inspections.forms.disputes import CaseRulingForm, FoundForm, VisitForm
from inspections.forms.fields import units_taking_part
from inspections.models import Precedent
from inspections.views.showing import Shot
from inspections.views.uploads import keep_uploads, kept_names, say_refused

FASTER = ("wrong_status", "stale")


def get_case(request, pk, of):
    case = find_case(request.viewer, of, pk)
    if case is None:
        raise Http404
    return case


@require_http_methods(["GET", "HEAD", "POST"])
def dispute_rule(request, pk, of="task"):
    """The case; POST rules on it."""
    case = get_case(request, pk, of)
    if request.method != "POST":
        return _show(request, case)
    if not rules.may_rule_case(request.viewer, case.row):
        raise PermissionDenied
    form = _ruling_form(case, request.POST)
    if not case.row.is_open:
        return _show(request, case, ruling=form, status=409)
    if not form.is_valid():
        return _show(request, case, ruling=form, status=422)
    try:
        case.rule(by=request.viewer, data=form.cleaned_data)
    except ValidationError as error:
        if getattr(error, "code", "") in FASTER:
            return _show(request, get_case(request, pk, of), ruling=form, status=409)
        blame(form, _renamed(error))
        return _show(request, get_case(request, pk, of), ruling=form, status=422)
    messages.success(request, _("Ruled; the units were told."))
    return redirect(case.keep_url) if form.cleaned_data["keep"] else redirect("dispute_list", request.campaign.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute_visit(request, pk, of="task"):
    """`act` arrange: call the joint visit; record: what it found, with photos. It is shown on the case's own page."""
    case = get_case(request, pk, of)
    if request.method != "POST":
        return redirect(case.url)
    if not rules.may_rule_case(request.viewer, case.row):
        raise PermissionDenied
    records = request.POST.get("act") == "record"
    form = _sent_record(request, case) if records else VisitForm(request.POST, units=_invited(case))
    if form.is_valid():
        act, data = (record_visit, form.data_for_visit()) if records else (arrange_visit, form.cleaned_data)
        try:
            act(case.row, by=request.viewer, version=typed_number(request.POST.get("version")), **data)
        except ValidationError as error:
            if getattr(error, "code", "") in FASTER:
                return _show(request, get_case(request, pk, of), failed=form, status=409)
            blame(form, error)
        else:
            messages.success(request, _said(records, form))
            return redirect(case.url)
    return _show(request, get_case(request, pk, of), failed=form, status=422)


def _sent_record(request, case):
    """The bound form; its photos are stored, so that one that failed loses none."""
    is_open = case.row.is_open
    data, errors = keep_uploads(request, kinds=(StoredFile.Kind.PHOTO,), photos="kept") if is_open else (request.POST, {})
    form = FoundForm(data, viewer=request.viewer, present=case.row.visit_photos.all())
    form.is_valid()
    say_refused(form, errors)
    kept_names(form, files="photos")
    return form


@require_safe
def dispute_photo(request, pk, file, size, of="task"):
    """A photo of the joint visit, to whoever reads the case; only ever one of our own pictures."""
    stored = next((one for one in get_case(request, pk, of).row.visit_photos.all() if one.pk == file), None)
    if stored is None or size not in ("thumb", "print", "screen"):
        raise Http404
    return serve(stored, rendition=size)


def _said(records, form):
    if records:
        return _("Written down.")
    if form.cleaned_data["on"] < timezone.localdate():
        return _("Written down as a visit that has taken place; nobody was told.")
    return _("The joint visit is called; the units were told.")


def _show(request, case, *, ruling=None, failed=None, status=200):
    """failed: the form of the visit that did not go through."""
    row, viewer = case.row, request.viewer
    may_rule = rules.may_rule_case(viewer, row)
    is_stale = status == 409
    acts = may_rule and (row.is_open or is_stale)
    visited = row.visit_on and row.visit_on <= timezone.localdate()
    kept = Precedent.objects.filter(**{source_name(row): row}).select_related("department").first()  # scoped: of a visible case
    events = events_about(case.subject, row)
    context = {
        "case": case,
        "row": row,
        "form": (ruling or _ruling_form(case)) if acts and (row.is_open or ruling) else None,
        "visit_form": _visit_form(case, failed) if acts and (row.is_open or isinstance(failed, VisitForm)) else None,
        "found_form": _found_form(case, viewer, failed) if acts and (visited or isinstance(failed, FoundForm)) else None,
        "photos": _shots(case),
        "may_rule": may_rule,
        "is_stale": is_stale,
        "is_named": viewer.reads_all or row.department_id in viewer.department_ids,
        "proposals": case.proposals() if row.is_open and viewer.reads_all else [],
        "kept": kept,
        "may_keep": may_rule and not row.is_open and not (kept and not kept.ended_on),
        "events": events if viewer.reads_all else [],
        "faster": events[0] if is_stale and events else None,
        "is_to_come": bool(row.visit_on) and not visited,
    }
    return render(request, "inspections/dispute_rule.html", context, status=status)


def _ruling_form(case, data=None):
    row = case.row
    return CaseRulingForm(
        data,
        units=_free_units(case),
        rest=case.without_another(),
        asks_visit=row.is_binding and not row.visit_found,
        asks_grounds=row.is_binding or case.of == "finding",
        has_limit=case.of == "finding",
        initial={"moved_to": row.proposed},
    )


def _free_units(case):
    """The units that can take it over: not the one that objects, nor those that have the part already."""
    rows = units_taking_part(case.row.campaign, case.row.proposed)
    if case.of == "finding":
        return rows.exclude(pk=case.row.finding.lead_id)
    parts = case.row.assignment.duty.assignments.running()
    if case.is_lead:  # who supports may lead instead
        parts = parts.filter(is_lead=True)
    return rows.exclude(pk__in=[*parts.values_list("department", flat=True), case.row.department_id])


def _invited(case):
    return participants_of(case.row.campaign).exclude(pk=case.row.department_id).order_by("position", "pk")


def _visit_form(case, failed):
    if isinstance(failed, VisitForm):
        return failed
    row = case.row
    chosen = [unit.pk for unit in row.visit_units.all()] or ([row.proposed_id] if row.proposed_id else [])
    initial = {"on": row.visit_on, "place": row.visit_place, "units": chosen}
    return VisitForm(units=_invited(case), initial=initial)


def _found_form(case, viewer, failed):
    if isinstance(failed, FoundForm):
        return failed
    return FoundForm(viewer=viewer, present=case.row.visit_photos.all(), initial={"found": case.row.visit_found})


def _shots(case):
    return [
        Shot(case.photo_url(file, "screen"), case.photo_url(file, "print"), "", file.name, _("photo of the joint visit"))
        for file in case.row.visit_photos.all()
    ]


def _renamed(error):
    """The actions speak of `reason` and `department` where the form says `note` and `moved_to`."""
    if not hasattr(error, "error_dict"):
        return error
    names = {"reason": "note", "department": "moved_to"}
    return ValidationError({names.get(name, name): errors for name, errors in error.error_dict.items()})
