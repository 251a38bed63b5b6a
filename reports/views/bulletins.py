"""Pages of the bulletin: written by the office, signed by a leader, read by all who receive it."""

from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Event
from accounts.typed import typed_day
from campaigns.files import harmless, serve, store_upload
from campaigns.paging import page_of
from campaigns.weeks import this_monday
from reports import actions
from reports.figures import week_of
from reports.forms import BulletinForm, MonthForm, PaperSignatureForm, ReasonForm
from reports.models import Bulletin
from reports.sections import week_text
from reports.typeset.text import chinese_day
from reports.views.figures import figures_context

WEEKS = 4  # so far back a week's bulletin can be begun
FORMS = {"return": ReasonForm, "sign_paper": PaperSignatureForm}


@require_safe
def bulletin_list(request):
    rows = Bulletin.objects.visible_to(request.viewer).select_related("drafted_by")
    form = MonthForm(request.GET)
    if form.is_valid():
        if form.cleaned_data["year"]:
            rows = rows.filter(monday__year=form.cleaned_data["year"])
        if form.cleaned_data["text"]:
            rows = rows.filter(title__contains=form.cleaned_data["text"])
        if form.cleaned_data["state"]:
            rows = rows.sent_back() if form.cleaned_data["state"] == "returned" else rows.filter(status=Bulletin.Status.REVIEWED)
    monday, page = this_monday(timezone.now()), page_of(request, rows)
    for row in page:
        row.week = week_text(row.monday)
    context = {
        "page": page,
        "form": form,
        "weeks": [(day, week_text(day)) for day in (monday - timedelta(weeks=n) for n in range(WEEKS))],
    }
    return render(request, "reports/bulletin_list.html", context)


@require_POST
def bulletin_new(request):
    """Begin the bulletin of a week (`monday`, default this one), or go on with the one that is there."""
    monday = _monday(request.POST.get("monday"))
    bulletin = actions.compose_bulletin(request.campaign, monday=monday, by=request.viewer)
    return redirect("bulletin_edit" if bulletin.status == "draft" else "bulletin_detail", request.campaign.pk, bulletin.pk)


def _monday(text):
    """The Monday asked for; today's for anything that is none."""
    day = typed_day(text) or timezone.localdate()
    return day - timedelta(days=day.weekday())


@require_safe
def bulletin_detail(request, pk):
    return _show(request, _get(request, pk), {})


@require_POST
def bulletin_move(request, pk):
    bulletin = _get(request, pk)
    move = request.POST.get("move", "")
    if move not in actions.MOVES:
        raise Http404
    form = FORMS[move](request.POST, request.FILES) if move in FORMS else None
    if form is None or form.is_valid():
        try:
            data = dict(form.cleaned_data) if form else {}
            if data.get("scan"):
                data["scan"] = store_upload(
                    data["scan"], campaign=request.campaign, by=request.viewer.user, kinds=("photo", "document")
                )
            actions.move_bulletin(bulletin, move=move, by=request.viewer, **data)
            return redirect(bulletin)
        except ValidationError as error:
            form = form or ReasonForm({})
            beside_field = hasattr(error, "error_dict") and error.error_dict.keys() <= form.fields.keys()
            form.add_error(None, error if beside_field else error.messages)
            if getattr(error, "code", "") == "wrong_status":  # somebody was faster: the bulletin as it is now
                return _show(request, _get(request, pk), {move: form}, status=409)
    return _show(request, bulletin, {move: form}, status=422)


@require_POST
def bulletin_correct(request, pk):
    bulletin = _get(request, pk)
    try:
        draft = actions.correct_bulletin(bulletin, by=request.viewer)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(bulletin)
    return redirect("bulletin_edit", request.campaign.pk, draft.pk)


THEN = {  # what a button beside the text asks for; the text is saved first, so that nothing typed is lost
    "review": partial(actions.move_bulletin, move="review"),
    "retake": actions.retake_figures,
}


@require_http_methods(["GET", "HEAD", "POST"])
def bulletin_edit(request, pk):
    bulletin = _get(request, pk)
    if not request.viewer.is_office:
        raise PermissionDenied
    if bulletin.status != Bulletin.Status.DRAFT:
        if request.method == "POST":
            messages.warning(request, _("It has gone to review: what you typed was not saved. Return it to change it."))
        return redirect(bulletin)
    texts = actions.texts_by_rule(bulletin) | bulletin.sections
    form = BulletinForm(request.POST or None, bulletin=bulletin, texts=texts)
    status = 200
    if request.method == "POST":
        status = _save(request, bulletin, form)
        if not status:
            return _go_on(request, bulletin, request.POST.get("then", ""))
    context = _facts(bulletin) | {
        "form": form,
        "is_stale": status == 409,
        "is_running": bulletin.figures_at < week_of(bulletin.monday)[1],
        "faults": actions.faults(bulletin),
        "reviewers": actions.other_reviewers(bulletin, request.viewer.user, timezone.localdate()),
    }
    return render(request, "reports/bulletin_edit.html", context, status=status)


def _go_on(request, bulletin, then):
    """The text is saved: what else was asked for, or the sentence why not."""
    try:
        if then in THEN:
            bulletin = THEN[then](bulletin, by=request.viewer)
    except ValidationError as error:
        messages.warning(request, " ".join([_("The text was saved."), *error.messages]))
    if bulletin.status == Bulletin.Status.REVIEWED:
        messages.success(request, _("Saved and given to the leader, who has been told."))
        return redirect(bulletin)
    return redirect("bulletin_edit", request.campaign.pk, bulletin.pk)


def _save(request, bulletin, form):
    """None when saved, else the status to answer with; what was typed stays in the form."""
    if not form.is_valid():
        return 422
    data = form.cleaned_data
    try:
        actions.edit_bulletin(
            bulletin,
            by=request.viewer,
            version=data["version"],
            title=data["title"],
            sections=form.texts(),
            receivers=data["receivers"],
        )
    except ValidationError as error:
        if error.code == "stale":
            form.data = form.data.copy()
            form.data["version"] = Bulletin.objects.visible_to(request.viewer).get(pk=bulletin.pk).version
            return 409
        form.add_error(None, error)
        return 422
    return None


@require_safe
def bulletin_pdf(request, pk):
    """The printed issue; of one not yet printed the paper as it stands, for those who write and sign it."""
    bulletin = _get(request, pk)
    if bulletin.pdf:
        with default_storage.open(bulletin.pdf) as file:
            body = file.read()
    else:  # of a published one the very bytes that the sweep is about to keep
        body = actions.render(bulletin)
    name = actions.number_text(bulletin) or f"{bulletin.title}-草稿"
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf")
    return harmless(answer)


@require_safe
def bulletin_signature(request, pk):
    """The scan of the signed paper, for those who read all."""
    bulletin = _get(request, pk)
    if not bulletin.signature or not request.viewer.reads_all:
        raise Http404
    return serve(bulletin.signature, rendition="screen" if bulletin.signature.kind == "photo" else "")


def _get(request, pk):
    rows = Bulletin.objects.visible_to(request.viewer).select_related(
        "campaign__host", "drafted_by", "reviewed_by", "signed_by", "returned_by", "corrects", "signature"
    )
    return get_object_or_404(rows, pk=pk)


def _show(request, bulletin, forms, status=200):
    moves = [
        {"name": name, "label": move.label, "form": forms.get(name) or (FORMS[name]() if name in FORMS else None)}
        | _asks(name, bulletin)
        for name, move in actions.moves_for(bulletin, request.viewer).items()
    ]
    own_draft = request.viewer.is_office and bulletin.status == Bulletin.Status.DRAFT
    context = _facts(bulletin) | {
        "moves": moves,
        "reviewers": actions.other_reviewers(bulletin, request.viewer.user, timezone.localdate()) if own_draft else [],
        "form": next((form for name, form in forms.items() if name not in FORMS), None),
        "events": Event.objects.about(bulletin) if request.viewer.reads_all else [],  # scoped: of a row that is
        "may_correct": request.viewer.is_office and bulletin.status == Bulletin.Status.PUBLISHED,
        "may_edit": request.viewer.is_office and bulletin.status == Bulletin.Status.DRAFT,
    }
    return render(request, "reports/bulletin_detail.html", context, status=status)


def _asks(move, bulletin):
    """What is said and asked before a move that cannot be taken back."""
    if move == "sign":
        return {"confirm": _("Sign this issue? The office can publish it then.")}
    if move == "publish":
        today = timezone.localdate()
        facts = {"number": actions.next_number(bulletin, today), "count": len(actions.units_of(bulletin, today))}
        text = _("Once published it cannot be changed. It becomes %(number)s and goes to %(count)s units.") % facts
        return {"confirm": text, "hint": text}
    return {}


def _facts(bulletin):
    """What both the writing and the reading page show: the paper, its figures with the way to their rows."""
    paper = actions.paper_of(bulletin)
    return figures_context(bulletin) | {
        "bulletin": bulletin,
        "paper": paper,
        "day": chinese_day(paper.masthead.day),
        "blocks": [(number, block, block.kind) for number, block in paper.numbered()],
        "length": paper.length,
        "limit": actions.LENGTH,
        "week": week_text(bulletin.monday),
        "number": actions.number_text(bulletin),
        "steps": list(Bulletin.Status),
    }
