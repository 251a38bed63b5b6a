"""Our materials: the unit's proof, added once, used for any number of checkpoints and items; its versions and files."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Department
from accounts.typed import typed_number
from campaigns.files import about_file, serve, serve_original, store_upload
from campaigns.paging import page_of
from checklists import rules
from checklists.actions import evidence as actions
from checklists.actions.uploads import forget_uploads, take_uploads
from checklists.forms.checkpoints import units_of
from checklists.forms.evidence import EvidenceEditForm, EvidenceFilter, EvidenceForm, ItemChoiceForm
from checklists.history import events_about
from checklists.models import Assignment, Checkpoint, Evidence, EvidenceFile
from checklists.views.checkpoints import get_checkpoint, show_checkpoint
from checklists.views.proof import with_text


@require_safe
def evidence_list(request):
    viewer = request.viewer
    if not (viewer.reads_all or viewer.department_ids):
        raise PermissionDenied
    form = EvidenceFilter(request.GET, units=units_of(request.campaign) if viewer.reads_all else None)
    rows = (
        Evidence.objects.visible_to(viewer)
        .select_related("department", "by", "campaign")
        .annotate(used_count=Count("links", filter=Q(links__ended_at=None), distinct=True))
        .with_files()
        .order_by("-at", "-pk")
    )
    if viewer.reads_all:
        rows = rows.filter(campaign=request.campaign)
    else:
        rows = rows.filter(department__in=viewer.department_ids)
    if form.is_valid():
        rows = _filtered(rows, request.campaign, **form.cleaned_data)
    context = {
        "page": page_of(request, rows),
        "filter_form": form,
        "may_add": bool(viewer.department_ids),
        "many_units": viewer.reads_all or len(viewer.department_ids) > 1,
    }
    return render(request, "checklists/evidence_list.html", context)


def _filtered(rows, campaign, *, q, kind, since, until, unit=None, origin=""):
    if q:
        rows = rows.filter(with_text(q))
    if kind:
        rows = rows.filter(kind=kind)
    if since:
        rows = rows.filter(event_on__gte=since)
    if until:
        rows = rows.filter(event_on__lte=until)
    if unit:
        rows = rows.filter(department__path__startswith=unit.path)
    if origin:
        here = Q(campaign=campaign)
        rows = rows.filter(here if origin == EvidenceFilter.HERE else ~here)
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_new(request):
    """A page of its own for "our materials"; with `checkpoint` it answers with that checkpoint."""
    viewer = request.viewer
    if not viewer.department_ids:
        raise PermissionDenied
    number = typed_number(request.POST.get("checkpoint"))
    checkpoint = get_checkpoint(request, number) if number is not None else None
    units = [checkpoint.department] if checkpoint else list(own_units(viewer))
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
            evidence, refusals = add_record(request, form, checkpoint)
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") == "wrong_status" else 422
            form.add_error(None, error)
        else:
            if checkpoint and request.htmx:
                return show_checkpoint(request, get_checkpoint(request, checkpoint.pk), refusals=refusals)
            say_refused(request, refusals)
            if checkpoint is None:
                messages.success(request, _("Kept among our materials: %(title)s") % {"title": evidence.title})
                return redirect("evidence_list", request.campaign.pk)
            messages.success(request, _("Proof added: %(title)s") % {"title": evidence.title})
            return redirect(checkpoint)
    if checkpoint:
        return show_checkpoint(request, get_checkpoint(request, checkpoint.pk), proof_form=form, status=status)
    return render(request, "checklists/evidence_new.html", {"form": form}, status=status)


def add_record(request, form, checkpoint):
    """The record, and a sentence per refused file: the good ones are stored. ValidationError when there is nothing to keep."""
    data = dict(form.cleaned_data)
    known = Evidence.objects.visible_to(request.viewer).filter(key=data["key"], by=request.user).first() if data["key"] else None
    if known:  # the second tap on one form
        return known, []
    keys = data.pop("uploads")
    stored, refusals = _store(request, data.pop("files"), keys)
    evidence = actions.make_evidence(data.pop("department"), by=request.viewer, files=stored, checkpoint=checkpoint, **data)
    forget_uploads(keys, by=request.viewer)
    return evidence, refusals


def _store(request, files, keys):
    """Files of the form and those that came in parts before it: the stored rows, and a sentence per refused one."""
    stored, refusals = [], []
    for upload in [*files, *take_uploads(keys, by=request.viewer)]:
        try:
            stored.append(store_upload(upload, campaign=request.campaign, by=request.viewer))
        except ValidationError as error:
            refusals.append(about_file(upload.name, error.messages[0]))
    if refusals and not stored:
        raise ValidationError({"files": refusals})
    return stored, refusals


def say_refused(request, refusals):
    for refusal in refusals:
        messages.warning(request, _("Not kept: %(refusal)s") % {"refusal": refusal})


def own_units(viewer):
    """Own units in the official order; those below them as well."""
    return Department.objects.filter(pk__in=viewer.department_ids, is_active=True)  # scoped: the viewer's own units


@require_safe
def evidence_detail(request, pk):
    return _show(request, _get_evidence(request, pk))


def _get_evidence(request, pk):
    rows = Evidence.objects.visible_to(request.viewer).select_related("department", "by", "changed_by", "campaign")
    return get_object_or_404(rows.with_files(), pk=pk)


def _show(request, evidence, *, item_form=None, status=200):
    viewer = request.viewer
    seen = Checkpoint.objects.visible_to(viewer)
    running = evidence.links.running()
    links = running.filter(checkpoint__in=seen).select_related("checkpoint__assignment__duty", "checkpoint__department")
    item_links = list(running.filter(checklist__campaign=request.campaign).select_related("item"))
    places = _places(request, evidence)
    for link in item_links:
        link.may_drop = (link.checklist_id, link.item_id) in {(checklist.pk, item.pk) for checklist, item in places}
    holder = actions.handed_in_with(evidence)
    context = {
        "evidence": evidence,
        "links": list(links),
        "used_count": len(links) + len(item_links),
        "item_links": item_links,
        "item_form": item_form or (ItemChoiceForm(places=places) if places else None),
        "holder": holder if rules.owns_material(viewer, evidence) else None,
        "may_take_originals": _may_take_originals(viewer, evidence),
        "may_edit": rules.belongs(viewer, evidence) and holder is None,
        "current_files": list(evidence.files.all()),
        "versions": _versions(evidence),
        "events": events_about(evidence),
    }
    return render(request, "checklists/evidence_detail.html", context, status=status)


def _places(request, evidence):
    """Items the viewer's units have a part in, where the campaign files material: (checklist, item)."""
    viewer = request.viewer
    if not request.campaign.asks_filing or not rules.owns_material(viewer, evidence):
        return []
    parts = Assignment.objects.visible_to(viewer).filter(department__in=viewer.department_ids).filter(status__in=actions.LIVE)
    rows = parts.select_related("duty__item", "duty__checklist").order_by("duty__checklist__position", "duty__item__path")
    return list({(part.duty.checklist_id, part.duty.item_id): (part.duty.checklist, part.duty.item) for part in rows}.values())


def _versions(evidence):
    """Earlier versions, newest first, with what they said (`told`) and their files (`rows`)."""
    versions, kinds = list(evidence.versions.select_related("by")), dict(Evidence.Kind.choices)
    rows = EvidenceFile.objects.filter(evidence=evidence).select_related("file")  # scoped: the evidence is visible
    files = list(rows) if versions else []
    for version in versions:
        texts = version.frozen["texts"]
        texts["kind"] = kinds.get(texts["kind"], texts["kind"])
        version.told = [(Evidence._meta.get_field(name).verbose_name, value) for name, value in texts.items() if value]
        version.rows = [
            row for row in files if row.from_no <= version.no and (row.until_no is None or version.no <= row.until_no)
        ]
    return versions


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_edit(request, pk):
    evidence = _get_evidence(request, pk)
    if not rules.belongs(request.viewer, evidence):
        raise PermissionDenied
    if request.method != "POST":
        names = [*actions.FIELDS, "version"]
        form = EvidenceEditForm(evidence=evidence, initial={name: getattr(evidence, name) for name in names})
        return _edit_page(request, evidence, form)
    form = EvidenceEditForm(request.POST, request.FILES, evidence=evidence)
    status = 422
    if form.is_valid():
        data = dict(form.cleaned_data)
        try:
            keys = data.pop("uploads")
            files, refusals = _store(request, data.pop("files"), keys)
            actions.edit_evidence(evidence, by=request.viewer, files=files, **data)
            forget_uploads(keys, by=request.viewer)
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") in ("stale", "handed_in") else 422
            form.add_error(None, error)
            if getattr(error, "code", "") == "stale":  # what was typed stays; sending it again is then a decision
                form.data = form.data.copy()
                form.data["version"] = evidence.version
        else:
            say_refused(request, refusals)
            messages.success(request, _("Saved: %(title)s") % {"title": data["title"] or evidence.title})
            return redirect("evidence_detail", request.campaign.pk, evidence.pk)
    return _edit_page(request, evidence, form, status=status)


def _edit_page(request, evidence, form, status=200):
    context = {
        "evidence": evidence,
        "form": form,
        "current_files": list(evidence.files.all()),
        "is_stale": form.has_error(NON_FIELD_ERRORS, "stale"),
    }
    return render(request, "checklists/evidence_edit.html", context, status=status)


@require_POST
def evidence_item(request, pk):
    """File a record under an item, or take it off: `act` is link or unlink."""
    evidence = _get_evidence(request, pk)
    if not rules.owns_material(request.viewer, evidence):
        raise PermissionDenied
    places = _places(request, evidence)
    form = ItemChoiceForm(request.POST, places=places)
    if not form.is_valid():
        return _show(request, evidence, item_form=form, status=422)
    wanted = form.cleaned_data["place"]
    checklist, item = next(pair for pair in places if (pair[0].pk, pair[1].pk) == wanted)
    act = actions.take_off_item if request.POST.get("act") == "unlink" else actions.use_for_item
    try:
        act(evidence, checklist=checklist, item=item, by=request.viewer)
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, evidence, item_form=form, status=409)
    return redirect("evidence_detail", request.campaign.pk, evidence.pk)


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
    """One file of a record the reader may see, for looking: photos as our own pictures."""
    return serve(_get_file(request, pk).file, rendition=rendition)


@require_safe
def evidence_original(request, pk):
    """One file of a record byte for byte as it came in, for the unit and the office: what is declared must be clean."""
    stored = _get_file(request, pk)
    if not _may_take_originals(request.viewer, stored.evidence):
        raise PermissionDenied
    return serve_original(stored.file)


def _may_take_originals(viewer, evidence):
    return viewer.is_office or rules.owns_material(viewer, evidence)


def _get_file(request, pk):
    evidence = get_object_or_404(Evidence.objects.visible_to(request.viewer).distinct(), files=pk)
    return evidence.files.select_related("file", "evidence").get(pk=pk)
