"""A unit's part in a task: issued, signed for, objected to, done, ended. Only move_assignment changes a status."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.actions import record, record_many
from accounts.verbs import WORDS
from campaigns import clock
from campaigns.calendars import calendar_of
from campaigns.moves import Move, check_move, open_moves
from campaigns.viewer import Viewer
from checklists import rules
from checklists.actions.parts import tell_end
from checklists.actions.telling import short, tell_unit
from checklists.models import Assignment, Checkpoint, Dispute
from checklists.recurring import comes_again

Status = Assignment.Status

ASSIGNMENT_MOVES = {
    "issue": Move(_("Issue the task"), {Status.DRAFT}, Status.ISSUED, rules.is_office),
    "accept": Move(_("Sign for"), {Status.ISSUED}, Status.ACCEPTED, rules.may_submit),
    "sign_claim": Move(_("Signed for by the claim"), {Status.ISSUED}, Status.ACCEPTED, rules.by_portal),
    "dispute": Move(_("Object"), {Status.ISSUED, Status.ACCEPTED}, Status.DISPUTED, rules.may_dispute, needs=("reason",)),
    "refuse": Move(_("Refuse the objection"), {Status.DISPUTED}, Status.ISSUED, rules.may_rule, needs=("reason",)),
    "uphold": Move(_("Uphold the objection"), {Status.DISPUTED}, Status.ENDED, rules.may_rule),
    "finish": Move(_("All done"), {Status.ISSUED, Status.ACCEPTED}, Status.DONE, rules.by_portal),
    "look_again": Move(_("Look again"), {Status.DONE}, Status.ISSUED, rules.is_office, needs=("reason", "until")),
    "end": Move(_("End this part"), {Status.DRAFT, Status.ISSUED, Status.ACCEPTED, Status.DONE}, Status.ENDED, rules.is_office),
}

# Checkpoints and their proof change only while the responsibility is in force and not objected to.
LIVE = {Status.ISSUED, Status.ACCEPTED}

WORDS.update(
    {
        "assignment.issue": _("Issued the task"),
        "assignment.accept": _("Signed for"),
        "assignment.sign_claim": _("Signed for by the claim"),
        "assignment.revive": _("In force again"),
        "assignment.dispute": _("Objected"),
        "assignment.refuse": _("Refused the objection"),
        "assignment.uphold": _("Upheld the objection"),
        "assignment.finish": _("All done"),
        "assignment.look_again": _("Looks again"),
        "assignment.end": _("Ended this part"),
    }
)


def moves_for(assignment: Assignment, viewer: Viewer) -> dict[str, Move]:
    """The moves the viewer may make now; after a binding ruling nobody objects."""
    moves = open_moves(ASSIGNMENT_MOVES, assignment, viewer)
    if "dispute" in moves and is_ruled_for_good(assignment):
        del moves["dispute"]
    return moves


def is_ruled_for_good(assignment: Assignment) -> bool:
    """A binding ruling stands: nobody objects to this part of the task again."""
    return Dispute.objects.before(assignment).filter(earlier_count__gte=Dispute.BINDING_AFTER).exists()


@transaction.atomic
def move_assignment(
    assignment: Assignment,
    *,
    move: str,
    by: Viewer | None,
    reason: str = "",
    until: date | None = None,
    at: datetime | None = None,
) -> Assignment:
    """Make one move of ASSIGNMENT_MOVES and return the fresh row; the act is recorded.

    The assignment's row is the lock of everything under it. With its end those are told who have parts of it in hand.
    Raises PermissionDenied, or ValidationError "wrong_status", "required"; nothing is saved then.
    """
    at = at or timezone.now()
    assignment = lock(assignment.pk)
    rule = check_move(ASSIGNMENT_MOVES, assignment, move, by, reason=reason.strip(), until=until)
    old, assignment.status = assignment.status, rule.target
    assignment.version += 1
    day = timezone.localdate(at)
    if move == "issue":
        assignment.issued_at = at
    elif rule.target == Status.ACCEPTED:
        assignment.accepted_at = at
    elif rule.target == Status.ENDED:
        assignment.ended_on = max(assignment.starts_on, day - timedelta(days=1))
    assignment.save()
    if rule.target in (Status.DISPUTED, Status.ENDED):
        assignment.checkpoints.update(clock_due_at=None)
    record(
        by,
        f"assignment.{move}",
        assignment,
        at=at,
        old=old,
        new=assignment.status,
        note=reason.strip(),
        for_head=rules.for_head(by, assignment),
    )
    if rule.target == Status.ENDED:
        tell_end(assignment, by=by, at=at)
    return assignment


@transaction.atomic
def revive_assignment(assignment: Assignment, *, status: str, by: Viewer, at: datetime) -> Assignment:
    """A part that an act on many tasks has ended is in force again as it was, and its clocks run on. For undo_bulk.

    Raises PermissionDenied for others than the office.
    """
    if not by.is_office:
        raise PermissionDenied
    assignment = lock(assignment.pk)
    old, assignment.status, assignment.ended_on = assignment.status, status, None
    assignment.version += 1
    assignment.save()
    if status in LIVE:
        due = assignment.checkpoints.filter(status__in=(Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED))
        due.update(clock_due_at=F("due_at"))
    record(by, "assignment.revive", assignment, at=at, old=old, new=status)
    return assignment


def lock(pk: int) -> Assignment:
    """The row as it is now, locked until the transaction ends."""
    return (
        Assignment.objects.select_for_update(of=("self",)).select_related("duty", "campaign", "department", "person").get(pk=pk)
    )


@transaction.atomic
def issue_assignments(rows: Iterable[Assignment], *, by: Viewer, at: datetime | None = None) -> list[Assignment]:
    """Issue the drafts among the rows in a fixed number of queries; return those issued by this call.

    Checkpoints and notices are the caller's. Raises PermissionDenied if one of them is not theirs to issue.
    """
    at = at or timezone.now()
    drafts = list(
        Assignment.objects.select_for_update().filter(pk__in=[row.pk for row in rows], status=Status.DRAFT).order_by("pk")
    )
    for assignment in drafts:
        check_move(ASSIGNMENT_MOVES, assignment, "issue", by)
        assignment.status, assignment.issued_at, assignment.version = Status.ISSUED, at, assignment.version + 1
    rows = Assignment.objects.filter(pk__in=[row.pk for row in drafts])
    rows.update(status=Status.ISSUED, issued_at=at, version=F("version") + 1)
    record_many(by, "assignment.issue", drafts, at=at, old=Status.DRAFT, new=Status.ISSUED)
    return drafts


def accept_assignments(rows: Iterable[Assignment], *, by: Viewer, at: datetime | None = None) -> list[Assignment]:
    """Sign for each row that still waits for it and is theirs to sign; return those signed for by this call."""
    done = []
    for assignment in rows:
        if not rules.may_submit(by, assignment):
            continue
        try:
            done.append(move_assignment(assignment, move="accept", by=by, at=at))
        except ValidationError:  # somebody else of the unit was faster
            continue
    return done


@transaction.atomic
def look_again(assignment: Assignment, *, by: Viewer, reason: str, until: date, at: datetime | None = None) -> Assignment:
    """回头看: a finished part is issued anew with one more checkpoint up to the day `until`."""
    at = at or timezone.now()
    assignment = move_assignment(assignment, move="look_again", by=by, reason=reason, until=until, at=at)
    if until < timezone.localdate(at):
        raise ValidationError({"until": ValidationError(_("The limit lies before today."), "past")})
    limit = clock.start(until, calendar_of(assignment.campaign))
    with translation.override(assignment.campaign.language):
        title = str(_("Look again"))
    before = assignment.checkpoints.filter(title__startswith=title).count()
    checkpoint = Checkpoint.objects.create(
        campaign=assignment.campaign,
        assignment=assignment,
        department=assignment.department,
        title=f"{title} {before + 1}" if before else title,
        reason=reason.strip(),
        **limit._asdict(),
    )
    tell_unit(
        assignment,
        kind="assignment.look_again",
        key=f"assignment.look_again:{assignment.pk}:{checkpoint.pk}",
        text=_("Look again: %(task)s, by %(until)s. %(reason)s"),
        url=assignment.get_absolute_url(),
        subject=checkpoint,
        by=by,
        at=at,
        task=short(assignment),
        until=until,
        reason=reason.strip(),
    )
    return assignment


def finish_if_complete(assignment: Assignment, *, at: datetime) -> Assignment:
    """Done by itself once all its checkpoints are approved (or not applicable) and no period is left before the cut-off date.

    assignment: locked by the caller.
    """
    rows = list(assignment.checkpoints.values_list("status", "due_on"))
    if assignment.status not in LIVE or any(status not in Checkpoint.FINISHED for status, _due in rows):
        return assignment
    if comes_again(assignment.duty, after=max(due for _status, due in rows), campaign=assignment.campaign):
        return assignment
    return move_assignment(assignment, move="finish", by=None, at=at)
