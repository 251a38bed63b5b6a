"""One checkpoint: what is asked, proof, handing in, the office's review."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.typed import typed_number
from campaigns.calendars import calendar_of
from checklists import rules
from checklists.actions import checkpoints as actions
from checklists.actions.assignments import LIVE
from checklists.actions.checkpoints import CHECKPOINT_MOVES
from checklists.actions.evidence import may_write
from checklists.actions.shares import ASKED
from checklists.dossiers import dossier_of, gate, units_of_reader
from checklists.forms.checkpoints import (
    PlainForm,
    RefuseSkipForm,
    ReturnForm,
    SetAsideForm,
    SkipForm,
    SubmitForm,
)
from checklists.forms.evidence import EvidenceForm
from checklists.history import events_about
from checklists.models import Assignment, Checkpoint, Share
from checklists.tree import ancestors_of
from checklists.views.proof import links_under, reusable, wanted, wants
from checklists.views.shares import shares_of

FORMS = {
    "submit": SubmitForm,
    "withdraw": PlainForm,
    "approve": PlainForm,
    "return": ReturnForm,
    "set_aside": SetAsideForm,
    "ask_skip": SkipForm,
    "accept_skip": PlainForm,
    "refuse_skip": RefuseSkipForm,
}
ICONS = {"submit": "send", "withdraw": "arrow-left", "approve": "circle-check", "return": "arrow-back-up", "set_aside": "ban"}
ICONS |= {"ask_skip": "ban", "accept_skip": "circle-check", "refuse_skip": "arrow-back-up"}
FASTER = ("wrong_status", "stale")


@require_safe
def checkpoint_detail(request, pk):
    return show_checkpoint(request, get_checkpoint(request, pk))


@require_POST
def checkpoint_move(request, pk):
    """Hand in, approve or return; `back=list` goes back to the list the tick was in."""
    checkpoint = get_checkpoint(request, pk)
    move = request.POST.get("move", "")
    if move not in FORMS:
        raise PermissionDenied
    form = FORMS[move](request.POST)
    status = 422
    if form.is_valid():
        try:
            actions.move_checkpoint(
                checkpoint,
                move=move,
                by=request.viewer,
                version=typed_number(request.POST.get("version")),
                **form.cleaned_data,
            )
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") in FASTER else 422
            if status == 422:
                form.add_error(None, error)
        else:
            return _done(request, checkpoint, move)
    return show_checkpoint(request, get_checkpoint(request, pk), failed=(move, form), status=status)


def _done(request, checkpoint, move):
    if request.htmx:
        return show_checkpoint(request, get_checkpoint(request, checkpoint.pk))
    messages.success(
        request, _("%(act)s: %(task)s") % {"act": CHECKPOINT_MOVES[move].label, "task": checkpoint.assignment.duty.text[:60]}
    )
    if request.POST.get("back") == "list":
        return redirect("my_duties", request.campaign.pk)
    return redirect(checkpoint)


def get_checkpoint(request, pk):
    rows = Checkpoint.objects.visible_to(request.viewer).select_related(
        "assignment__duty__item",
        "assignment__duty__checklist",
        "assignment__person",
        "department",
        "submitted_by",
        "reviewed_by",
        "skip_asked_by",
    )
    return get_object_or_404(rows.annotate(**wants("assignment__duty__item")), pk=pk)


def show_checkpoint(request, checkpoint, *, failed=None, proof_form=None, refusals=(), status=200):
    """The panel alone for htmx, the whole page otherwise.

    failed: (move, bound form) that did not go through; refusals: sentences on files that were not kept.
    """
    viewer = request.viewer
    duty = checkpoint.assignment.duty
    writable = may_write(checkpoint, viewer)
    text = request.GET.get("q", "").strip()
    dossier = _dossier(checkpoint, viewer)
    shares = shares_of(viewer, [checkpoint.pk])
    gated = gate(checkpoint) if writable and dossier and dossier.state else None
    context = {
        "checkpoint": checkpoint,
        "assignment": checkpoint.assignment,
        "duty": duty,
        "ancestors": ancestors_of(duty.item),
        "calendar": calendar_of(request.campaign),
        "links": links_under(checkpoint.links),
        "writable": writable,
        "proof_url": reverse("evidence_link", args=[checkpoint.campaign_id, checkpoint.pk]),
        "proof_target": "#checkpoint",
        "dossier": dossier,
        "moves": _moves(checkpoint, viewer, failed, lacks=bool(gated and gated.lacks)),
        "refused": _refused(checkpoint, viewer),
        "is_stale": status == 409,
        "refusals": refusals,
        "shares": shares,
        "may_share": checkpoint.status in ASKED and checkpoint.assignment.status in LIVE and rules.may_share(viewer, checkpoint),
        "parts_open": sum(share.status == Share.Status.OPEN for share in shares),
        "events": events_about(checkpoint, shares),
        "text": text,
    }
    if writable:
        context["proof_form"] = proof_form or EvidenceForm(
            units=[checkpoint.department], initial={"department": checkpoint.department_id}
        )
        context["proof_form"].ask(wanted(checkpoint))
        context["reusable"] = reusable(viewer, checkpoint, text)
    name = "_checkpoint_panel" if request.htmx else "checkpoint_detail"
    return render(request, f"checklists/{name}.html", context, status=status)


def _dossier(checkpoint, viewer):
    """What the item's material lacks: for its leads, the office and leaders, where the campaign files material."""
    if not (checkpoint.campaign.asks_filing and checkpoint.assignment.is_lead):
        return None
    return dossier_of(checkpoint, units=units_of_reader(viewer))


def _moves(checkpoint, viewer, failed, *, lacks=False):
    """What the moves component shows; a failed form keeps what was typed, even where the move is gone."""
    found = [
        {"name": name, "label": move.label, "icon": ICONS[name], "form": _empty_form(name, checkpoint, lacks=lacks)}
        for name, move in actions.moves_for(checkpoint, viewer).items()
    ]
    if failed and failed[1].fields:
        name, form = failed
        mine = {"name": name, "label": CHECKPOINT_MOVES[name].label, "icon": ICONS[name], "form": form}
        found = [mine, *(move for move in found if move["name"] != name)]
    return found


def _empty_form(name, checkpoint, *, lacks):
    """None where there is nothing to fill in; handing in again begins with what was said before."""
    if not FORMS[name].base_fields:
        return None
    form = FORMS[name](initial={"note": checkpoint.note})
    if name == "submit" and not lacks:
        del form.fields["confirmed"]
    return form


def _refused(checkpoint, viewer):
    """Why a move people look for is not there."""
    sentences = []
    if checkpoint.assignment.status == Assignment.Status.DISPUTED:
        sentences.append(_("An objection waits for the ruling: the clock stands still, nothing can be handed in."))
    elif checkpoint.status in (Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED):
        if rules.belongs(viewer, checkpoint) and not rules.may_submit(viewer, checkpoint):
            sentences.append(_("In this campaign the head of the unit hands in."))
    elif checkpoint.status in (Checkpoint.Status.SUBMITTED, Checkpoint.Status.ASKED):
        if viewer.is_office and rules.belongs(viewer, checkpoint):
            sentences.append(_("This is your own unit's: somebody else of the office reviews it."))
        elif viewer.is_office and not rules.may_review(viewer, checkpoint):
            sentences.append(_("You handed this in or wrote some of its proof: somebody else of the office reviews it."))
        elif rules.belongs(viewer, checkpoint) and checkpoint.status == Checkpoint.Status.ASKED:
            sentences.append(_("The office has not answered yet; your clock stands still."))
        elif rules.belongs(viewer, checkpoint):
            sentences.append(_("Handed in: the office reviews it, your clock stands still."))
    return sentences
