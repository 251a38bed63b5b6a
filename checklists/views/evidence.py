"""Our materials: the unit's proof, added once, used for any number of checkpoints; its files."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Department
from accounts.typed import typed_number
from campaigns.files import about_file, serve, store_upload
from campaigns.paging import page_of
from checklists.actions import evidence as actions
from checklists.forms.checkpoints import units_of
from checklists.forms.evidence import EvidenceFilter, EvidenceForm
from checklists.history import events_about
from checklists.models import Checkpoint, Evidence
from checklists.views.checkpoints import get_checkpoint, show_checkpoint


@require_safe
def evidence_list(request):
    viewer = request.viewer
    if not (viewer.reads_all or viewer.department_ids):
        raise PermissionDenied
    form = EvidenceFilter(request.GET, units=units_of(request.campaign) if viewer.reads_all else None)
    rows = (
        Evidence.objects.visible_to(viewer)
        .filter(campaign=request.campaign)
        .select_related("department", "by")
        .annotate(used_count=Count("links", filter=Q(links__ended_at=None), distinct=True))
        .with_files()
        .order_by("-at", "-pk")
    )
    if not viewer.reads_all:
        rows = rows.filter(department__in=viewer.department_ids)
    if form.is_valid():
        rows = _filtered(rows, **form.cleaned_data)
    context = {
        "page": page_of(request, rows),
        "filter_form": form,
        "may_add": bool(viewer.department_ids),
        "many_units": viewer.reads_all or len(viewer.department_ids) > 1,
    }
    return render(request, "checklists/evidence_list.html", context)


def _filtered(rows, *, q, kind, since, until, unit=None):
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(caption__icontains=q))
    if kind:
        rows = rows.filter(kind=kind)
    if since:
        rows = rows.filter(event_on__gte=since)
    if until:
        rows = rows.filter(event_on__lte=until)
    if unit:
        rows = rows.filter(department__path__startswith=unit.path)
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_new(request):
    """A page of its own for "our materials"; with `checkpoint` it answers with that checkpoint."""
    viewer = request.viewer
    if not viewer.department_ids:
        raise PermissionDenied
    number = typed_number(request.POST.get("checkpoint"))
    checkpoint = get_checkpoint(request, number) if number is not None else None
    units = [checkpoint.department] if checkpoint else list(_own_units(viewer))
    if request.method != "POST":
        return render(
            request,
            "checklists/evidence_new.html",
            {"form": EvidenceForm(units=units, initial={"department": viewer.own_ids[0]})},
        )
    form = EvidenceForm(request.POST, request.FILES, units=units)
    status = 422
    if form.is_valid():
        try:
            evidence, refusals = _add(request, form, checkpoint)
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") == "wrong_status" else 422
            form.add_error(None, error)
        else:
            if checkpoint and request.htmx:
                return show_checkpoint(request, get_checkpoint(request, checkpoint.pk), refusals=refusals)
            for refusal in refusals:
                messages.warning(request, _("Not kept: %(refusal)s") % {"refusal": refusal})
            if checkpoint is None:
                messages.success(request, _("Kept among our materials: %(title)s") % {"title": evidence.title})
                return redirect("evidence_list", request.campaign.pk)
            messages.success(request, _("Proof added: %(title)s") % {"title": evidence.title})
            return redirect(checkpoint)
    if checkpoint:
        return show_checkpoint(request, get_checkpoint(request, checkpoint.pk), proof_form=form, status=status)
    return render(request, "checklists/evidence_new.html", {"form": form}, status=status)


def _add(request, form, checkpoint):
    """The record, and a sentence per refused file: the good ones are stored. ValidationError when there is nothing to keep."""
    data = dict(form.cleaned_data)
    known = Evidence.objects.visible_to(request.viewer).filter(key=data["key"], by=request.user).first() if data["key"] else None
    if known:  # the second tap on one form
        return known, []
    stored, refusals = [], []
    for upload in data.pop("files"):
        try:
            stored.append(store_upload(upload, campaign=request.campaign, by=request.viewer))
        except ValidationError as error:
            refusals.append(about_file(upload.name, error.messages[0]))
    if refusals and not stored:
        raise ValidationError({"files": refusals})
    evidence = actions.make_evidence(data.pop("department"), by=request.viewer, files=stored, checkpoint=checkpoint, **data)
    return evidence, refusals


def _own_units(viewer):
    """Own units in the official order; those below them as well."""
    return Department.objects.filter(pk__in=viewer.department_ids, is_active=True)  # scoped: the viewer's own units


@require_safe
def evidence_detail(request, pk):
    rows = Evidence.objects.visible_to(request.viewer).select_related("department", "by").with_files()
    evidence = get_object_or_404(rows, pk=pk)
    seen = Checkpoint.objects.visible_to(request.viewer)
    links = (
        evidence.links.running()
        .filter(checkpoint__in=seen)
        .select_related("checkpoint__assignment__duty", "checkpoint__department")
    )
    context = {
        "evidence": evidence,
        "links": list(links),
        "events": events_about(evidence),
    }
    return render(request, "checklists/evidence_detail.html", context)


@require_POST
def evidence_link(request, pk):
    """Use a record for the checkpoint, or take it off: `act` is link or unlink."""
    checkpoint = get_checkpoint(request, pk)
    evidence = get_object_or_404(Evidence.objects.visible_to(request.viewer), pk=typed_number(request.POST.get("evidence")))
    act = actions.unlink_evidence if request.POST.get("act") == "unlink" else actions.link_evidence
    try:
        act(evidence, checkpoint=checkpoint, by=request.viewer)
    except ValidationError:
        return show_checkpoint(request, get_checkpoint(request, pk), status=409)
    if request.htmx:
        return show_checkpoint(request, get_checkpoint(request, pk))
    return redirect(checkpoint)


@require_safe
def evidence_file(request, pk, rendition=""):
    """One file of a record the reader may see."""
    evidence = get_object_or_404(Evidence.objects.visible_to(request.viewer).distinct(), files=pk)
    return serve(evidence.files.select_related("file").get(pk=pk).file, rendition=rendition)
