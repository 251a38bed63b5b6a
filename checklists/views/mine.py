"""The unit's own list, one task with everything around it, and the moves of a unit's part."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.typed import typed_numbers
from campaigns.calendars import calendar_of
from campaigns.paging import page_of
from checklists import rules
from checklists.actions import assignments as actions
from checklists.actions.assignments import LIVE
from checklists.actions.claims import may_claim
from checklists.actions.disputes import ACTS, act_on_assignment
from checklists.actions.shares import ASKED
from checklists.forms.checkpoints import DisputeForm, LookAgainForm, participants_of
from checklists.history import events_about
from checklists.models import Assignment, Checkpoint, Dispute, Duty
from checklists.tree import ancestors_of
from checklists.views.shares import shares_of
from checklists.workbench import MOST, count_parts, due_this_week, handed_to, own_checkpoints, workbench

FASTER = ("wrong_status", "stale")


@require_safe
def my_duties(request):
    viewer = request.viewer
    if not viewer.department_ids:
        raise PermissionDenied
    if request.GET.get("due") == "week":
        return _week(request)
    rows = own_checkpoints(viewer)
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(Q(assignment__duty__text__icontains=text) | Q(assignment__duty__item__code__startswith=text))
    part = request.GET.get("part", "")
    if part in ("lead", "supporting"):
        rows = rows.filter(assignment__is_lead=part == "lead")
    now = timezone.now()
    bench = workbench(rows, now=now)
    for row in bench.with_act():
        # What came back is opened first, not handed in again by one tap.
        row.may_tick = row.status == Checkpoint.Status.OPEN and bool(row.proof_count) and rules.may_submit(viewer, row)
    count_parts([*bench.with_act(), *bench.in_review], viewer)
    handed = handed_to(viewer)
    if text:
        handed = handed.filter(Q(text__icontains=text) | Q(checkpoint__assignment__duty__text__icontains=text))
    for row in bench.to_sign:
        row.may_sign = rules.may_submit(viewer, row)
    context = {
        "bench": bench,
        "may_sign_all": len([row for row in bench.to_sign if row.may_sign]) > 1 and not (text or part),
        "handed": list(handed[:MOST]),
        "today": timezone.localdate(now),
        "calendar": calendar_of(request.campaign),
        "text": text,
        "part": part,
        "many_units": len(viewer.department_ids) > 1,
    }
    return render(request, "checklists/my_duties.html", context)


def _week(request):
    """Everything the week asks of the viewer's units, done or not."""
    rows = due_this_week(request.viewer, timezone.now()).select_related("assignment__duty__item", "department")
    page = page_of(request, rows.order_by("due_on", "assignment__duty__position", "pk"))
    return render(request, "checklists/my_week.html", {"page": page})


@require_POST
def assignment_accept(request):
    """Sign for the one pressed, for all that are ticked, or for all that wait."""
    picked = [request.POST["only"]] if "only" in request.POST else request.POST.getlist("pick")
    rows = Assignment.objects.visible_to(request.viewer).filter(status=Assignment.Status.ISSUED)
    rows = rows if "all" in request.POST else rows.filter(pk__in=typed_numbers(picked))
    done = actions.accept_assignments(rows, by=request.viewer)
    if done:
        messages.success(request, _("Signed for: %(count)s.") % {"count": len(done)})
    else:
        messages.warning(request, _("Nothing was signed for: tick the tasks first."))
    return redirect("my_duties", request.campaign.pk)


@require_safe
def duty_detail(request, pk):
    return _show_duty(request, _get_duty(request, pk), part=request.GET.get("part", ""))


@require_POST
def assignment_move(request, pk):
    assignment = get_object_or_404(Assignment.objects.visible_to(request.viewer).select_related("duty"), pk=pk)
    move = request.POST.get("move", "")
    if move not in ACTS:
        raise PermissionDenied
    form = _form_of(move, request, data=request.POST)
    status = 422
    if form is None or form.is_valid():
        try:
            act_on_assignment(assignment, move=move, by=request.viewer, **(form.cleaned_data if form else {}))
            if not request.htmx:
                messages.success(request, _("Done."))
                return redirect(assignment)
            return _show_duty(request, _get_duty(request, assignment.duty_id), part=str(pk))
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") in FASTER else 422
            if form is not None and status == 422:
                form.add_error(None, error)
    return _show_duty(request, _get_duty(request, assignment.duty_id), part=str(pk), failed=(move, form), status=status)


def _form_of(move, request, data=None):
    if move == "dispute":
        return DisputeForm(data, units=participants_of(request.campaign))
    if move == "look_again":
        return LookAgainForm(data)
    return None


def _get_duty(request, pk):
    rows = Duty.objects.visible_to(request.viewer).select_related("checklist__standard", "item")
    return get_object_or_404(rows, pk=pk)


def _shown_moves(request, part, failed):
    """What the moves component shows; a failed form keeps what was typed, even where the move is gone."""
    found = dict(part.moves) if part else {}
    if failed and failed[1] is not None:
        found.setdefault(failed[0], actions.ASSIGNMENT_MOVES[failed[0]])
    return [
        {
            "name": name,
            "label": move.label,
            "icon": ICONS[name],
            "form": failed[1] if failed and failed[0] == name else _form_of(name, request),
        }
        for name, move in found.items()
    ]


ICONS = {"accept": "signature", "dispute": "gavel", "look_again": "history"}


def _show_duty(request, duty, *, part="", failed=None, status=200):
    viewer = request.viewer
    parts = list(duty.assignments.issued().select_related("department", "person"))
    if viewer.is_office:
        parts = list(duty.assignments.running().select_related("department", "person"))
    seen = {row.pk: row for row in Assignment.objects.visible_to(viewer).filter(duty=duty).select_related("department", "person")}
    checkpoints = list(
        Checkpoint.objects.visible_to(viewer)
        .filter(assignment__in=seen)
        .select_related("assignment", "department", "reviewed_by")
    )
    shares = shares_of(viewer, Checkpoint.objects.filter(assignment__duty=duty))  # scoped: the parts are
    by_checkpoint = {row.pk: row for row in checkpoints}
    for row in checkpoints:
        row.may_share = row.status in ASKED and row.assignment.status in LIVE and rules.may_share(viewer, row)
        row.shares_seen = [share for share in shares if share.checkpoint_id == row.pk]
    for row in parts:
        row.is_seen = row.pk in seen
        row.moves = {name: move for name, move in actions.moves_for(row, viewer).items() if name in ACTS} if row.is_seen else {}
        may_object = row.is_seen and row.status in LIVE and rules.may_dispute(viewer, row)
        row.is_ruled_for_good = may_object and "dispute" not in row.moves
        row.checkpoints_seen = [checkpoint for checkpoint in checkpoints if checkpoint.assignment_id == row.pk]
    acting = next((row for row in parts if str(row.pk) == part), None) or next((row for row in parts if row.moves), None)
    moves = _shown_moves(request, acting, failed)
    disputes = list(
        Dispute.objects.visible_to(viewer)
        .filter(assignment__duty=duty)
        .select_related("department", "proposed", "moved_to", "by", "ruled_by")
        .annotate(photo_count=Count("visit_photos"))
        .order_by("-at")
    )
    is_free = not duty.ended_on and not any(row.is_lead for row in parts)
    context = {
        "duty": duty,
        "claim_url": reverse("duty_claim", args=[request.campaign.pk, duty.pk]) if is_free and may_claim(duty, viewer) else None,
        "ancestors": ancestors_of(duty.item),
        "carried": list(duty.carried.select_related("old_item__standard")),
        "parts": parts,
        "acting": acting,
        "move_url": acting and reverse("assignment_move", args=[request.campaign.pk, acting.pk]),
        "moves": moves,
        "disputes": disputes,
        "shares_only": [share for share in shares if share.checkpoint_id not in by_checkpoint],
        "events": events_about(
            [duty] if viewer.reads_all else [],
            seen.values(),
            checkpoints,
            units={row.department_id: str(row.department) for row in parts} if len(seen) > 1 else None,
        ),
        "calendar": calendar_of(request.campaign),
        "is_stale": status == 409,
        "others": [row for row in parts if row.moves and row != acting],
    }
    name = "_duty_panel" if request.htmx else "duty_detail"
    return render(request, f"checklists/{name}.html", context, status=status)
