"""Inside a unit: what is handed on to sections and people, and what they do with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Department, Event
from accounts.typed import typed_number
from campaigns.calendars import calendar_of
from campaigns.gates import blame
from checklists import rules
from checklists.actions import shares as actions
from checklists.actions.evidence import is_writable
from checklists.actions.parts import task_of
from checklists.actions.shares import SHARE_MOVES, latest_limit, people_inside, sections_of, share_out
from checklists.forms.evidence import EvidenceForm
from checklists.forms.shares import FinishForm, ReopenForm, ShareForm, TakeBackForm
from checklists.history import events_about
from checklists.models import Assignment, Checkpoint, Share
from checklists.views.proof import links_under, reusable, wanted, wants

FORMS = {"finish": FinishForm, "reopen": ReopenForm, "take_back": TakeBackForm}
ICONS = {"finish": "circle-check", "reopen": "arrow-back-up", "take_back": "ban"}
FASTER = ("wrong_status", "stale")
RESTS = {  # of the unit's task: why nothing is to be done inside
    Assignment.Status.ENDED: gettext_lazy("The unit's task has ended: nothing is left to do here."),
    Assignment.Status.DISPUTED: gettext_lazy("The unit objects to the task: this rests until the office has ruled."),
    Assignment.Status.DONE: gettext_lazy("The unit's task is done: nothing is left to do here."),
}


def shares_of(viewer, checkpoints):
    """Standing parts of these checkpoints that the viewer sees, each with `is_late`; one query."""
    rows = Share.objects.visible_to(viewer).standing().filter(checkpoint__in=checkpoints)
    rows, today = list(rows.select_related("section", "person", "checkpoint")), timezone.localdate()
    for row in rows:
        row.is_late = row.is_waited_for and row.due_on < today
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def share_new(request, pk):
    """Hand a checkpoint, or parts of it, to sections and people of the unit."""
    rows = Checkpoint.objects.visible_to(request.viewer).select_related("assignment__duty", "department")
    checkpoint = get_object_or_404(rows, pk=pk)
    if not rules.may_share(request.viewer, checkpoint):
        raise PermissionDenied
    today = timezone.localdate()
    sections, people = list(sections_of(checkpoint.department)), list(people_inside(checkpoint, today))
    latest = latest_limit(checkpoint, today)
    form = ShareForm(request.POST or None, sections=sections, people=people, latest=latest)
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        version = typed_number(request.POST.get("version"))
        try:
            made = share_out(checkpoint, by=request.viewer, version=version, **form.cleaned_data)
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") in FASTER else 422
            blame(form, error)
        else:
            names = "、".join(share.whom for share in made)
            messages.success(request, _("Handed on to %(names)s; they were told.") % {"names": names})
            return redirect("share_new", request.campaign.pk, checkpoint.pk)
    checkpoint = get_object_or_404(rows, pk=pk)
    context = {
        "checkpoint": checkpoint,
        "duty": checkpoint.assignment.duty,
        "form": form,
        "shares": shares_of(request.viewer, [checkpoint.pk]),
        "is_open": checkpoint.status in actions.ASKED and checkpoint.assignment.status in actions.LIVE,
        "is_stale": status == 409,
        "faster": Event.objects.about(checkpoint).first() if status == 409 else None,  # scoped: found through visible_to
    }
    return render(request, "checklists/share_new.html", context, status=status)


@require_safe
def share_detail(request, pk):
    return show_share(request, get_share(request, pk))


@require_POST
def share_move(request, pk):
    """Tick off, send back, take back."""
    share, move = get_share(request, pk), request.POST.get("move", "")
    if move not in FORMS:
        raise PermissionDenied
    form, status = FORMS[move](request.POST), 422
    if form.is_valid():
        version = typed_number(request.POST.get("version"))
        try:
            actions.move_share(share, move=move, by=request.viewer, version=version, **form.cleaned_data)
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") in FASTER else 422
            blame(form, error)
        else:
            if request.htmx:
                return show_share(request, get_share(request, pk))
            messages.success(request, _("%(act)s: %(task)s") % {"act": SHARE_MOVES[move].label, "task": task_of(share)})
            return redirect("my_duties", share.campaign_id) if request.POST.get("back") == "list" else redirect(share)
    return show_share(request, get_share(request, pk), failed=(move, form), status=status)


def units_to_attach(share, viewer):
    """Units and sections of whoever has the part in hand, within the unit that handed it on: whose record it can be."""
    if share.status == Share.Status.ENDED or not rules.holds_share(viewer, share) or not is_writable(share.checkpoint):
        return []
    own = Department.objects.filter(pk__in=viewer.department_ids, is_active=True)  # scoped: the viewer's own units
    return list(own.filter(path__startswith=share.department.path).order_by("path"))


def get_share(request, pk):
    rows = Share.objects.visible_to(request.viewer).select_related(
        "checkpoint__assignment__duty__item", "section", "person", "department", "by", "done_by", "campaign"
    )
    return get_object_or_404(rows.annotate(**wants("checkpoint__assignment__duty__item")), pk=pk)


def show_share(request, share, *, failed=None, proof_form=None, refusals=(), status=200):
    """The panel alone for htmx, the whole page otherwise.

    failed: (move, bound form) that did not go through; refusals: sentences on files that were not kept.
    """
    viewer, open_moves = request.viewer, actions.moves_for(share, request.viewer)
    if failed:  # what was typed stays, even where the move is gone
        open_moves = {failed[0]: SHARE_MOVES[failed[0]]} | open_moves
    shown = [
        {
            "name": name,
            "label": move.label,
            "icon": ICONS[name],
            "form": failed[1] if failed and failed[0] == name else FORMS[name](),
        }
        for name, move in open_moves.items()
    ]
    sees_unit = viewer.reads_all or share.department_id in viewer.department_ids
    context = {
        "share": share,
        "checkpoint": share.checkpoint,
        "duty": share.checkpoint.assignment.duty,
        "calendar": calendar_of(request.campaign),
        "moves": shown,
        "refused": _refused(share, open_moves),
        "sees_unit": sees_unit,
        "links": links_under(share.checkpoint.links if sees_unit else actions.own_proof(share.checkpoint, viewer)),
        "refusals": refusals,
        "proof_url": reverse("share_proof", args=[share.campaign_id, share.pk]),
        "proof_target": "#share",
        "events": events_about(share),
        "is_stale": status == 409,
    }
    if units := units_to_attach(share, viewer):
        context["writable"] = True
        first = share.section_id or units[0].pk
        context["proof_form"] = proof_form or EvidenceForm(units=units, initial={"department": first})
        context["proof_form"].ask(wanted(share))
        context["reusable"] = reusable(viewer, share.checkpoint)
    name = "_share_panel" if request.htmx else "share_detail"
    return render(request, f"checklists/{name}.html", context, status=status)


def _refused(share, open_moves):
    if share.status == Share.Status.ENDED:
        return [_("Taken back: nothing is left to do here.")]
    if share.checkpoint.assignment.status in RESTS:
        return [RESTS[share.checkpoint.assignment.status]]
    if share.checkpoint.status not in actions.ASKED:
        return [_("The unit has handed in what this belongs to: nothing is left to do here.")]
    if not open_moves and share.status == Share.Status.DONE:
        return [_("Ticked off: the unit looks at it and hands in the whole.")]
    return []
