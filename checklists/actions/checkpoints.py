"""Ticking off: handed in by the unit, approved or returned by the office. Only move_checkpoint changes a status."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.verbs import WORDS
from campaigns import clock
from campaigns.calendars import calendar_of
from campaigns.moves import Move, check_move, open_moves
from campaigns.viewer import Viewer
from checklists import rules
from checklists.actions.assignments import LIVE, finish_if_complete, lock, move_assignment
from checklists.actions.telling import short, tell_unit
from checklists.completeness import State
from checklists.dossiers import gate
from checklists.models import Assignment, Checkpoint

Status = Checkpoint.Status

CHECKPOINT_MOVES = {
    "submit": Move(_("Hand in"), {Status.OPEN, Status.RETURNED}, Status.SUBMITTED, rules.may_submit),
    "withdraw": Move(_("Withdraw"), {Status.SUBMITTED}, Status.OPEN, rules.may_submit),
    "approve": Move(_("Approve"), {Status.SUBMITTED}, Status.APPROVED, rules.may_review),
    "return": Move(_("Return"), {Status.SUBMITTED, Status.NOT_NEEDED}, Status.RETURNED, rules.may_review, needs=("reason",)),
    "set_aside": Move(
        _("Not applicable"),
        {Status.OPEN, Status.SUBMITTED, Status.RETURNED},
        Status.NOT_NEEDED,
        rules.may_review,
        needs=("reason",),
    ),
}

WORDS.update(
    {
        "checkpoint.submit": _("Handed in"),
        "checkpoint.withdraw": _("Withdrew"),
        "checkpoint.approve": _("Approved"),
        "checkpoint.set_aside": _("Not applicable"),
        "checkpoint.return": _("Returned"),
    }
)

TELLS = {
    "approve": _("Approved: %(task)s"),
    "return": _("Returned: %(task)s. %(reason)s"),
    "set_aside": _("Not applicable: %(task)s. %(reason)s"),
}


def check_material(checkpoint: Checkpoint, *, confirmed: bool) -> None:
    """What the campaign's rules of proof say to handing this in (checklists.dossiers.gate).

    Raises ValidationError "impossible" where a wanted kind is missing altogether, "lacking" where something is missing and
    the unit has not confirmed it. Source: docs/adr/0009-handing-in-with-lacks.md.
    """
    found = gate(checkpoint)
    if found is None or found.state == State.READY:
        return
    if found.state == State.IMPOSSIBLE:
        said = " ".join(str(lack) for lack in found.blocking)
        raise ValidationError(_("This cannot be handed in yet. %(lacks)s") % {"lacks": said}, "impossible")
    if not confirmed:
        text = _("Something is missing: add it, or confirm that you hand in all the same.")
        raise ValidationError({"confirmed": ValidationError(text, "lacking")})


def moves_for(checkpoint: Checkpoint, viewer: Viewer) -> dict[str, Move]:
    if checkpoint.assignment.status not in LIVE:
        return {}
    return open_moves(CHECKPOINT_MOVES, checkpoint, viewer)


@transaction.atomic
def move_checkpoint(
    checkpoint: Checkpoint,
    *,
    move: str,
    by: Viewer,
    note: str = "",
    reason: str = "",
    confirmed: bool = False,
    version: int | None = None,
    at: datetime | None = None,
) -> Checkpoint:
    """Make one move of CHECKPOINT_MOVES and return the fresh row; the act is recorded, the clock set, the unit told.

    submit: note says what was done; without a note there must be proof. Handing in without having signed for the
    task signs for it at once. confirmed: the unit hands in although the material lacks something (checklists.dossiers).
    return, set_aside: reason. version: of the row as it was shown. Raises PermissionDenied, or ValidationError
    "wrong_status" and "stale" (somebody was faster), "required", "lacking", "impossible"; nothing is saved then.
    """
    at = at or timezone.now()
    assignment = lock(checkpoint.assignment_id)  # two reviewers, or a review and an objection, come one after the other
    checkpoint = Checkpoint.objects.get(pk=checkpoint.pk)
    checkpoint.assignment = assignment
    rule = check_move(CHECKPOINT_MOVES, checkpoint, move, by, reason=reason.strip())
    if assignment.status not in LIVE:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    if version is not None and version != checkpoint.version:
        raise ValidationError(_("Somebody was faster: look again."), "stale")
    old, checkpoint.status = checkpoint.status, rule.target
    checkpoint.version += 1
    EFFECTS[move](checkpoint, by=by, note=note.strip(), reason=reason.strip(), confirmed=confirmed, at=at)
    checkpoint.save()
    record(
        by,
        f"checkpoint.{move}",
        checkpoint,
        at=at,
        old=old,
        new=checkpoint.status,
        note=reason.strip() or note.strip(),
        title=checkpoint.title,
        for_head=rules.for_head(by, checkpoint),
    )
    if checkpoint.status in Checkpoint.FINISHED:
        finish_if_complete(assignment, at=at)
    if move in TELLS:
        tell_unit(
            assignment,
            kind=f"checkpoint.{move}",
            key=f"checkpoint.{move}:{checkpoint.pk}:{checkpoint.round_no}",
            text=TELLS[move],
            url=checkpoint.get_absolute_url(),
            subject=checkpoint,
            by=by,
            at=at,
            task=short(checkpoint),
            reason=reason.strip(),
        )
    return checkpoint


def _submit(checkpoint, *, by, note, confirmed, at, **_other):
    if not note and not checkpoint.links.running().exists():
        raise ValidationError({"note": ValidationError(_("Add proof, or say what was done."), "required")})
    check_material(checkpoint, confirmed=confirmed)
    if checkpoint.assignment.status == Assignment.Status.ISSUED:
        checkpoint.assignment = move_assignment(checkpoint.assignment, move="accept", by=by, at=at)
    checkpoint.note, checkpoint.submitted_at, checkpoint.submitted_by = note, at, by.user
    clock.stop(checkpoint.due_on, checkpoint.due_at).write_to(checkpoint)


def _withdraw(checkpoint, *, by, at, **_other):
    """As if it had not been handed in: the clock runs on towards the same limit."""
    checkpoint.submitted_at = checkpoint.submitted_by = None
    checkpoint.clock_due_at = checkpoint.due_at


def _approve(checkpoint, *, by, at, **_other):
    checkpoint.approved_at = checkpoint.reviewed_at = at
    checkpoint.reviewed_by = by.user
    checkpoint.reason = ""


def _set_aside(checkpoint, *, by, reason, at, **_other):
    checkpoint.reviewed_at, checkpoint.reviewed_by, checkpoint.reason = at, by.user, reason
    clock.stop(checkpoint.due_on, checkpoint.due_at).write_to(checkpoint)


def _return(checkpoint, *, by, reason, at, **_other):
    stopped_at = checkpoint.submitted_at or checkpoint.reviewed_at  # of a task that was not applicable: since then
    checkpoint.reviewed_at, checkpoint.reviewed_by, checkpoint.reason = at, by.user, reason
    checkpoint.round_no += 1
    clock.resume(
        checkpoint.due_on,
        checkpoint.due_at,
        stopped_at=stopped_at,
        now=at,
        calendar=calendar_of(checkpoint.assignment.campaign),
    ).write_to(checkpoint)


EFFECTS = {"submit": _submit, "withdraw": _withdraw, "approve": _approve, "return": _return, "set_aside": _set_aside}
