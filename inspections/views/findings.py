"""One finding: read, correct, move; its photos."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Event
from accounts.typed import typed_number
from campaigns.files import ALL_KINDS, serve
from campaigns.models import StoredFile
from inspections import rules
from inspections.actions import effects, extensions, findings, recording
from inspections.forms.fields import Photos
from inspections.forms.moves import FORMS, RuleExtensionForm
from inspections.forms.record import EditForm, site_label
from inspections.models import Extension, Finding, FindingDispute, FindingFile, Rectification
from inspections.views.showing import clock_face, photos_of, sees_names, shown_name, time_line
from inspections.views.uploads import keep_uploads, kept_names, say_refused

ICONS = {
    "issue": "send",
    "put_right": "check",
    "accept": "check",
    "submit": "pencil",
    "dispute": "gavel",
    "extend": "clock-pause",
    "rule": "gavel",
    "close": "check",
    "return": "arrow-back-up",
    "transfer": "git-branch",
    "park": "hourglass-high",
    "resume": "player-play",
    "relapse": "refresh",
    "void": "ban",
}


@require_safe
def finding_detail(request, pk):
    return _show(request, _get_finding(request, pk))


@require_POST
def finding_move(request, pk):
    """One move, or the question for more time; what was typed stays when somebody was faster."""
    finding = _get_finding(request, pk)
    move = request.POST.get("move", "")
    if move not in findings.MOVES and move != "extend":
        raise Http404
    form, data = None, {}
    if _asks(move, finding):
        form = _bound(request, finding, move)
        if not form.is_valid():
            return _show(request, finding, form=form, status=422)
        data = form.data_for_move()
    version = typed_number(request.POST.get("version"))
    try:
        if move == "extend":
            extensions.ask_extension(finding, by=request.viewer, version=version, **data)
        else:
            findings.move_finding(finding, move=move, by=request.viewer, version=version, **data)
    except ValidationError as error:
        return _refused(request, finding, form, error)
    if request.htmx:
        seen = Finding.objects.visible_to(request.viewer).filter(pk=pk)
        if not seen.exists():
            return redirect("finding_list", request.campaign.pk)
        return _show(request, _get_finding(request, pk))
    return _onward(request, finding)


def _onward(request, finding):
    """Back to the finding; to the list when it has gone to another unit."""
    if Finding.objects.visible_to(request.viewer).filter(pk=finding.pk).exists():
        return redirect(finding)
    return redirect("finding_list", request.campaign.pk)


def _bound(request, finding, move):
    form_class = FORMS[move]
    if not form_class.keeps:
        return form_class(request.POST, finding=finding, viewer=request.viewer, move=move)
    kinds = (StoredFile.Kind.PHOTO,) if isinstance(form_class.base_fields["files"], Photos) else ALL_KINDS
    data, errors = keep_uploads(request, kinds=kinds, files="kept")
    form = form_class(data, finding=finding, viewer=request.viewer, move=move)
    form.is_valid()
    say_refused(form, errors)
    kept_names(form)
    return form


def _refused(request, finding, form, error):
    """409 when somebody was faster: the newest state, who it was, and what was typed; else 422 beside the field."""
    if getattr(error, "code", "") in ("wrong_status", "stale"):
        typed = [str(value) for name, value in request.POST.items() if name in ("text", "reason", "plan") and value.strip()]
        return _show(request, _get_finding(request, finding.pk), typed=typed, faster=True, status=409)
    if form is None:
        return _show(request, finding, refusal=error, status=422)
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            for one in errors:
                form.add_error(name if name in form.fields else None, one)
    else:
        form.add_error(None, error)
    return _show(request, finding, form=form, status=422)


def _get_finding(request, pk):
    rows = Finding.objects.visible_to(request.viewer).with_related()
    disputes = FindingDispute.objects.annotate(photo_count=Count("visit_photos"))  # scoped: of a visible finding
    rows = rows.select_related("site__territory", "site__line").prefetch_related(
        "files__file", Prefetch("disputes", disputes), "disputes__department", "disputes__moved_to", "disputes__proposed"
    )
    finding = get_object_or_404(rows, pk=pk)
    finding.campaign = request.campaign
    return finding


def _show(request, finding, *, form=None, refusal=None, typed=None, faster=False, status=200):
    """The panel alone for htmx, the whole page otherwise."""
    viewer, now = request.viewer, timezone.now()
    answers = list(
        Rectification.objects.visible_to(viewer)
        .filter(finding=finding)
        .select_related("by", "department", "verified_by")
        .prefetch_related("files__file")
    )
    pair, others = photos_of(finding, answers, viewer)
    asked = list(finding.extensions.select_related("department", "by", "ruled_by"))
    units = list(finding.assignments.select_related("department"))
    line = time_line(finding, viewer)
    context = {
        "finding": finding,
        "clock": clock_face(finding, now),
        "pair": pair,
        "photos": others,
        "answers": _answers(answers, viewer),
        "extensions": asked,
        "extension": next((row for row in asked if row.ruling == Extension.Ruling.OPEN), None),
        "disputes": list(finding.disputes.all()),
        "lead": next((row for row in units if row.ended_at is None and row.is_lead), None),
        "supporting": [row for row in units if row.ended_at is None and not row.is_lead],
        "earlier": [row for row in units if row.ended_at is not None],
        "items": finding.items.all(),
        "finder": shown_name(viewer, finding.found_by, "inspector"),
        "shows_round": sees_names(viewer),
        "events": line,
        "moves": _moves(finding, viewer, form, now),
        "refused": _why_not(finding, viewer, now),
        "refusal": refusal,
        "typed": typed,
        "faster": line[0] if faster and line else None,
        "may_edit": rules.may_edit(viewer, finding),
        "is_own": rules.belongs(viewer, finding),
    }
    if context["extension"] and rules.may_decide(viewer, finding):
        context["extension_form"] = RuleExtensionForm(initial={"granted_on": context["extension"].proposed_on})
    name = "_finding_panel" if request.htmx else "finding_detail"
    return render(request, f"inspections/{name}.html", context, status=status)


def _answers(answers, viewer):
    """The answers with their number and the names this reader may know."""
    for row in answers:
        row.on_spot = row.verified_at == row.at  # the finder's own record, in one act with the closing
        row.who = shown_name(viewer, row.by, "inspector" if row.on_spot else "head")
    given = [row for row in answers if not row.on_spot]
    for number, row in enumerate(reversed(given), 1):
        row.number = number
    for row in answers:
        row.verifier = shown_name(viewer, row.verified_by, "inspector") if row.verified_by else ""
        row.papers = [one.file for one in row.files.all() if one.file.kind != StoredFile.Kind.PHOTO]
    return answers


def _moves(finding, viewer, form, now):
    """The folds of the panel, in the order of the table; the failed form stands in its own fold."""
    shown = []
    for name, move in findings.moves_for(finding, viewer).items():
        shown.append({"name": name, "label": move.label, "icon": ICONS[name], "form": _form(name, finding, viewer, form)})
        if name == "submit" and _may_extend(finding, viewer, now):
            label = _("Ask for more time")
            shown.append(
                {"name": "extend", "label": label, "icon": ICONS["extend"], "form": _form("extend", finding, viewer, form)}
            )
    for move in shown:
        move["hint"] = _hint(move["name"], finding)
        move["folded"] = move["name"] == "relapse"  # rarely needed
    return shown


def _asks(move, finding):
    """Whether the move has fields; a draft with its unit goes out at one press."""
    return move in FORMS and not (move == "issue" and finding.lead_id)


def _form(name, finding, viewer, failed):
    if failed is not None and failed.move == name:
        return failed
    if not _asks(name, finding):
        return None
    initial = {"how": Finding.How.ON_SITE if viewer.is_inspector else Finding.How.ONLINE}
    return FORMS[name](finding=finding, viewer=viewer, move=name, initial=initial)


def _hint(name, finding):
    if name == "issue" and not finding.kind_id:
        return _("No kind of problem is chosen: in the figures it counts under none. It can be set under “Correct the facts”.")
    if name == "submit":
        if effects.needs_after_photo(finding):
            return _("One photo from the same angle belongs to the answer. The answer signs for the problem, too.")
        return _("Photos may be left out. The answer signs for the problem, too.")
    return {
        "accept": _("The clock goes on, signed for or not."),
        "extend": _("Before the limit only; the clock goes on until the office decides."),
        "dispute": _("Once; the clock stands still until the ruling."),
        "park": _("For what cannot be solved now; no time runs."),
        "void": _("The number stays; the reason is kept."),
    }.get(name, "")


def _may_extend(finding, viewer, now):
    return extensions.may_ask(finding, viewer, now) and not any(
        row.ruling == Extension.Ruling.OPEN for row in finding.extensions.all()
    )


def _why_not(finding, viewer, now):
    """Sentences on acts people will look for and not find."""
    Status = Finding.Status
    sentences = []
    if rules.belongs(viewer, finding) and finding.status in findings.RUNNING:
        if now >= finding.due_at:
            sentences.append(_("The limit is past: more time can no longer be asked for."))
        elif any(row.ruling == Extension.Ruling.OPEN for row in finding.extensions.all()):
            sentences.append(_("More time has been asked for; the office has not decided yet."))
        if finding.status in (Status.ISSUED, Status.ACCEPTED) and effects.has_objected(finding):
            sentences.append(_("The office has ruled on this already: no further objection."))
    decides = (viewer.is_office or viewer.is_inspector) and rules.of_own_unit(viewer, finding)
    if decides and finding.status in (Status.SUBMITTED, Status.DISPUTED):
        sentences.append(_("You belong to this unit: somebody else verifies and rules."))
    return sentences


# --- facts ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def finding_edit(request, pk):
    finding = _get_finding(request, pk)
    if not rules.may_edit(request.viewer, finding):
        raise PermissionDenied
    if request.method != "POST":
        form = EditForm(viewer=request.viewer, finding=finding, initial=_facts(finding))
        return render(request, "inspections/finding_edit.html", {"finding": finding, "form": form})
    data, errors = keep_uploads(request, kinds=(StoredFile.Kind.PHOTO,), photos="kept")
    form = EditForm(data, viewer=request.viewer, finding=finding)
    form.is_valid()
    say_refused(form, errors)
    kept_names(form, files="photos")
    conflict = None
    if form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name not in ("kept", "photos")}
        try:
            recording.edit_finding(
                finding,
                by=request.viewer,
                version=typed_number(request.POST.get("version")),
                photos=form.cleaned_data["kept"],
                **facts,
            )
            return redirect(finding)
        except ValidationError as error:
            if getattr(error, "code", "") == "stale":
                conflict = Event.objects.about(finding).first()  # scoped: the finding is visible
            else:
                form.add_error(None, error)
    context = {"finding": finding, "form": form, "conflict": conflict}
    return render(request, "inspections/finding_edit.html", context, status=409 if conflict else 422)


def _facts(finding):
    return {
        "site": site_label(finding.site) if finding.site else "",
        "place": finding.place,
        "text": finding.text,
        "kind": finding.kind_id,
        "severity": finding.severity,
        "items": list(finding.items.all()),
        "lead": finding.lead_id,
        "supporting": list(finding.assignments.filter(ended_at=None, is_lead=False).values_list("department", flat=True)),
        "due_on": finding.due_on,
        "source": finding.source,
        "round": finding.round_id,
    }


@require_safe
def finding_file(request, pk, file, size):
    """A photo or paper of a finding the reader may see; a photo only ever as one of our own pictures."""
    here = {"finding": pk, "file": file}
    of_answer = Rectification.objects.visible_to(request.viewer).filter(finding=pk, files__file=file)
    if not FindingFile.objects.visible_to(request.viewer).filter(**here).exists() and not of_answer.exists():
        raise Http404
    if size not in ("thumb", "print", "screen", "full"):
        raise Http404
    stored = StoredFile.objects.get(pk=file)  # scoped: hangs on a visible finding
    return serve(stored, rendition="" if size == "full" else size)
