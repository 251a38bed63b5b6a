"""Pages of the bulletin: written by the office, signed by a leader, read by all who receive it."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Event
from accounts.typed import typed_day, typed_number
from campaigns.files import harmless, serve, store_upload
from campaigns.moves import open_moves
from campaigns.paging import page_of
from inspections.models import Finding
from reports import actions
from reports.figures import COLUMNS, week_of
from reports.forms import BulletinForm, MonthForm, PaperSignatureForm, ReasonForm
from reports.models import Bulletin
from reports.ranking import as_percent
from reports.sections import DEFINITIONS, values, week_text
from reports.taking import figures_of, this_monday
from reports.typeset.text import chinese_day

WEEKS = 4  # so far back a week's bulletin can be begun
COLUMN_NAMES = {
    "found": "新增",
    "due": "应办结",
    "in_time": "按期办结",
    "waiting": "待核查",
    "late": "逾期",
    "due_next": "下周到期",
}
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
def bulletin_retake(request, pk):
    return _after(request, pk, actions.retake_figures)


@require_POST
def bulletin_correct(request, pk):
    return _after(request, pk, actions.correct_bulletin)


def _after(request, pk, action):
    """To the draft that the action gives; to the bulletin as it is now when somebody was faster, with the sentence."""
    bulletin = _get(request, pk)
    try:
        draft = action(bulletin, by=request.viewer)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(bulletin)
    return redirect("bulletin_edit", request.campaign.pk, draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def bulletin_edit(request, pk):
    bulletin = _get(request, pk)
    if not request.viewer.is_office:
        raise PermissionDenied
    if bulletin.status != Bulletin.Status.DRAFT:
        return redirect(bulletin)
    texts = actions.texts_by_rule(bulletin) | bulletin.sections
    form = BulletinForm(request.POST or None, bulletin=bulletin, texts=texts)
    status = 200
    if request.method == "POST":
        status = _save(request, bulletin, form)
        if not status:
            return redirect("bulletin_edit", request.campaign.pk, pk)
    context = _facts(bulletin) | {
        "form": form,
        "is_stale": status == 409,
        "is_running": bulletin.figures_at < week_of(bulletin.monday)[1],
        "faults": actions.faults(bulletin),
    }
    return render(request, "reports/bulletin_edit.html", context, status=status)


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


@require_safe
def figure_rows(request, pk, column):
    """The findings behind one number of the bulletin, of one unit with `?unit=`; only those the viewer may read."""
    bulletin = _get(request, pk)
    if column not in COLUMN_NAMES:
        raise Http404
    if column in COLUMNS:
        ids = figures_of(bulletin.figures).rows_behind(column, typed_number(request.GET.get("unit")))
    else:
        ids = bulletin.figures[column]
    rows = Finding.objects.visible_to(request.viewer).filter(pk__in=ids).with_related().order_by("due_on", "pk")
    context = {
        "bulletin": bulletin,
        "column": COLUMN_NAMES[column],
        "definition": dict(DEFINITIONS).get(COLUMN_NAMES[column], ""),
        "count": len(ids),
        "page": page_of(request, rows),
    }
    return render(request, "reports/figure_rows.html", context)


def _get(request, pk):
    rows = Bulletin.objects.visible_to(request.viewer).select_related(
        "campaign__host", "drafted_by", "reviewed_by", "signed_by", "corrects", "signature"
    )
    return get_object_or_404(rows, pk=pk)


def _show(request, bulletin, forms, status=200):
    moves = [
        {"name": name, "label": move.label, "form": forms.get(name) or (FORMS[name]() if name in FORMS else None)}
        for name, move in open_moves(actions.MOVES, bulletin, request.viewer).items()
    ]
    context = _facts(bulletin) | {
        "moves": moves,
        "form": next((form for name, form in forms.items() if name not in FORMS), None),
        "events": Event.objects.about(bulletin) if request.viewer.reads_all else [],  # scoped: of a row that is
        "may_correct": request.viewer.is_office and bulletin.status == Bulletin.Status.PUBLISHED,
        "may_edit": request.viewer.is_office and bulletin.status == Bulletin.Status.DRAFT,
    }
    return render(request, "reports/bulletin_detail.html", context, status=status)


def _facts(bulletin):
    """What both the writing and the reading page show: the paper, its figures with the way to their rows."""
    figures = figures_of(bulletin.figures)
    paper = actions.paper_of(bulletin)
    known = values(figures, due_next=len(bulletin.figures["due_next"]))
    address = [bulletin.campaign_id, bulletin.pk]
    rows = {name: reverse("figure_rows", args=[*address, column]) for column, name in COLUMN_NAMES.items()}
    rows |= {"按期整改率": rows["应办结"], "逾期单位": rows["逾期"]}
    moved = [(group.name, [row for row in group.rows if row.found or row.due or row.late]) for group in figures.groups]
    groups = [(name, [_unit_row(row, rows) for row in units]) for name, units in moved if units]
    return {
        "bulletin": bulletin,
        "paper": paper,
        "day": chinese_day(paper.masthead.day),
        "blocks": [(number, block, block.kind) for number, block in paper.numbered()],
        "length": paper.length,
        "limit": actions.LENGTH,
        "week": week_text(bulletin.monday),
        "known": [(name, text, rows.get(name)) for name, text in known.items()],
        "groups": groups,
        "columns": [COLUMN_NAMES[column] for column in COLUMNS],
        "number": actions.number_text(bulletin),
        "steps": list(Bulletin.Status),
        "definitions": DEFINITIONS,
    }


def _unit_row(row, addresses):
    cells = [(len(getattr(row, column)), f"{addresses[COLUMN_NAMES[column]]}?unit={row.department_id}") for column in COLUMNS]
    return row, cells, as_percent(row.rate)
