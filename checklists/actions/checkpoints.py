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
    "withdraw": Move(_("Withdraw"), {Status.SUBMITTED, Status.ASKED}, Status.OPEN, rules.may_submit),
    "approve": Move(_("Approve"), {Status.SUBMITTED}, Status.APPROVED, rules.may_review),
    "return": Move(
        _("Return"),
        {Status.SUBMITTED, Status.NOT_NEEDED, Status.SKIPPED},
        Status.RETURNED,
        rules.may_review,
        needs=("reason",),
    ),
    "set_aside": Move(
        _("Not applicable"),
        {Status.OPEN, Status.SUBMITTED, Status.RETURNED},
        Status.NOT_NEEDED,
        rules.may_review,
        needs=("reason",),
    ),
    # 本次不开展: of what recurs, one time is left out; not agreed or taken back, it comes back to the state it had
    "ask_skip": Move(_("Not held this time"), {Status.OPEN, Status.RETURNED}, Status.ASKED, rules.may_submit, needs=("reason",)),
    "accept_skip": Move(_("Agree: not this time"), {Status.ASKED}, Status.SKIPPED, rules.may_review),
    "refuse_skip": Move(_("Do not agree: it is held"), {Status.ASKED}, Status.OPEN, rules.may_review, needs=("reason",)),
}

WORDS.update(
    {
        "checkpoint.submit": _("Handed in"),
        "checkpoint.withdraw": _("Withdrew"),
        "checkpoint.approve": _("Approved"),
        "checkpoint.set_aside": _("Not applicable"),
        "checkpoint.return": _("Returned"),
        "checkpoint.ask_skip": _("Asked not to hold it this time"),
        "checkpoint.accept_skip": _("Agreed: not held this time"),
        "checkpoint.refuse_skip": _("Did not agree: it is held"),
    }
)

AGAIN = {"accept_skip", "refuse_skip"}  # may be told twice in one round

TELLS = {
    "approve": _("Approved: %(task)s"),
    "return": _("Returned: %(task)s. %(reason)s"),
    "set_aside": _("Not applicable: %(task)s. %(reason)s"),
    "accept_skip": _("Agreed, not held this time: %(task)s"),
    "refuse_skip": _("Not agreed, it is to be held: %(task)s. %(reason)s"),
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
    """The moves the viewer may make now; only what recurs can be left out once."""
    if checkpoint.assignment.status not in LIVE:
        return {}
    moves = open_moves(CHECKPOINT_MOVES, checkpoint, viewer)
    if not checkpoint.assignment.duty.recurrence:
        moves.pop("ask_skip", None)
    return moves


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
    return, set_aside, ask_skip (of what recurs only), refuse_skip: reason.
    version: of the row as it was shown. Raises PermissionDenied, or ValidationError
    "wrong_status" and "stale" (somebody was faster), "required", "lacking", "impossible", "once"; nothing is saved then.
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
    EFFECTS[move](checkpoint, old=old, by=by, note=note.strip(), reason=reason.strip(), confirmed=confirmed, at=at)
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
        _tell(checkpoint, move, reason.strip(), by=by, at=at)
    return checkpoint


def _tell(checkpoint, move, reason, *, by, at):
    time = checkpoint.version if move in AGAIN else checkpoint.round_no
    tell_unit(
        checkpoint.assignment,
        kind=f"checkpoint.{move}",
        key=f"checkpoint.{move}:{checkpoint.pk}:{time}",
        text=TELLS[move],
        url=checkpoint.get_absolute_url(),
        subject=checkpoint,
        by=by,
        at=at,
        task=short(checkpoint),
        reason=reason,
    )


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
    if checkpoint.skip_asked_in != Status.RETURNED:  # what was returned has been handed in all the same
        checkpoint.submitted_at = checkpoint.submitted_by = None
    checkpoint.skip_asked_at = None
    checkpoint.clock_due_at = checkpoint.due_at
    _come_back(checkpoint)


def _approve(checkpoint, *, by, at, **_other):
    checkpoint.approved_at = checkpoint.reviewed_at = at
    checkpoint.reviewed_by = by.user
    checkpoint.reason = ""


def _set_aside(checkpoint, *, by, reason, at, **_other):
    if checkpoint.clock_due_at:  # the clock stops now, whenever the unit handed it in before
        checkpoint.submitted_at = checkpoint.submitted_by = None
    checkpoint.reviewed_at, checkpoint.reviewed_by, checkpoint.reason = at, by.user, reason
    clock.stop(checkpoint.due_on, checkpoint.due_at).write_to(checkpoint)


def _return(checkpoint, *, by, reason, at, **_other):
    # Of what was left out: since it was asked; of a task that was not applicable: since that was said.
    stopped_at = checkpoint.skip_asked_at or checkpoint.submitted_at or checkpoint.reviewed_at
    checkpoint.skip_asked_at = None
    checkpoint.reviewed_at, checkpoint.reviewed_by, checkpoint.reason = at, by.user, reason
    checkpoint.round_no += 1
    clock.resume(
        checkpoint.due_on,
        checkpoint.due_at,
        stopped_at=stopped_at,
        now=at,
        calendar=calendar_of(checkpoint.assignment.campaign),
    ).write_to(checkpoint)


def _ask_skip(checkpoint, *, old, by, reason, at, **_other):
    """The clock stands still until the office has answered; asking signs for the task at once."""
    if not checkpoint.assignment.duty.recurrence:
        raise ValidationError(_("Only what recurs can be left out once."), "once")
    if checkpoint.assignment.status == Assignment.Status.ISSUED:
        checkpoint.assignment = move_assignment(checkpoint.assignment, move="accept", by=by, at=at)
    checkpoint.skip_reason, checkpoint.skip_asked_at, checkpoint.skip_asked_by = reason, at, by.user
    checkpoint.skip_asked_in = old
    clock.stop(checkpoint.due_on, checkpoint.due_at).write_to(checkpoint)


def _accept_skip(checkpoint, *, by, at, **_other):
    checkpoint.reviewed_at, checkpoint.reviewed_by, checkpoint.reason = at, by.user, ""
    checkpoint.skip_asked_in = ""


def _come_back(checkpoint):
    """To the state in which the unit asked: what was returned is returned still."""
    checkpoint.status, checkpoint.skip_asked_in = checkpoint.skip_asked_in or checkpoint.status, ""


def _refuse_skip(checkpoint, *, by, reason, at, **_other):
    """The clock runs on with the rest of the time it had when the unit asked."""
    checkpoint.reviewed_at, checkpoint.reviewed_by, checkpoint.reason = at, by.user, reason
    clock.resume(
        checkpoint.due_on,
        checkpoint.due_at,
        stopped_at=checkpoint.skip_asked_at,
        now=at,
        calendar=calendar_of(checkpoint.assignment.campaign),
    ).write_to(checkpoint)
    checkpoint.skip_asked_at = None
    checkpoint.round_no += 1  # reminders start anew
    _come_back(checkpoint)


EFFECTS = {
    "submit": _submit,
    "withdraw": _withdraw,
    "approve": _approve,
    "return": _return,
    "set_aside": _set_aside,
    "ask_skip": _ask_skip,
    "accept_skip": _accept_skip,
    "refuse_skip": _refuse_skip,
}
