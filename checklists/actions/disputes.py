"""'Not ours': a unit objects to a responsibility, the office rules."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record, record_many
from accounts.models import Department
from campaigns import clock
from campaigns.calendars import calendar_of
from campaigns.viewer import Viewer
from checklists.actions.assignments import is_ruled_for_good, issue_assignments, look_again, move_assignment
from checklists.actions.telling import short, tell_unit
from checklists.models import Assignment, Checkpoint, Dispute, Objection

ACTS = ("accept", "dispute", "look_again")


@transaction.atomic
def dispute_assignment(
    assignment: Assignment, *, by: Viewer, reason: str, proposed: Department | None = None, at: datetime | None = None
) -> Dispute:
    """Object to a responsibility; its clocks stand still until the ruling.

    Raises as move_assignment does; ValidationError "own" if the unit proposes itself, "ruled_for_good" after a binding ruling.
    """
    at = at or timezone.now()
    if is_ruled_for_good(assignment):
        raise ValidationError(_("The office has ruled on this for good: no further objection."), "ruled_for_good")
    assignment = move_assignment(assignment, move="dispute", by=by, reason=reason, at=at)
    if proposed and proposed.pk == assignment.department_id:
        raise ValidationError({"proposed": ValidationError(_("Propose another unit than this one."), "own")})
    return Dispute.objects.create(
        campaign=assignment.campaign,
        assignment=assignment,
        department=assignment.department,
        reason=reason.strip(),
        proposed=proposed,
        by=by.user,
        at=at,
        earlier_count=Dispute.objects.before(assignment).count(),
    )


@transaction.atomic
def rule_dispute(
    dispute: Dispute,
    *,
    by: Viewer,
    upheld: bool,
    note: str = "",
    moved_to: Department | None = None,
    without_visit: str = "",
    at: datetime | None = None,
) -> Dispute:
    """Uphold (this part ends, another starts for `moved_to`) or refuse (issued again, with the rest of the time).

    A lead part needs a new unit unless other units go on leading; a refusal needs grounds, a binding ruling what
    check_binding asks for. The unit is told, and the new one too. Raises PermissionDenied; ValidationError "wrong_status"
    if somebody has ruled, "required", "taken" (moved_to has the part).
    """
    at = at or timezone.now()
    ruling = Dispute.Ruling.UPHELD if upheld else Dispute.Ruling.REFUSED
    assignment = move_assignment(dispute.assignment, move="uphold" if upheld else "refuse", by=by, reason=note, at=at)
    dispute = Dispute.objects.select_for_update().get(pk=dispute.pk)
    check_binding(dispute, note=note, without_visit=without_visit)
    dispute.ruling, dispute.note, dispute.ruled_by, dispute.ruled_at = ruling, note.strip(), by.user, at
    dispute.without_visit = without_visit.strip()
    dispute.version += 1
    if upheld:
        if moved_to is None and assignment.is_lead and not other_leads(assignment):
            raise ValidationError({"moved_to": ValidationError(_("Say which unit leads instead."), "required")})
        dispute.moved_to = moved_to
    dispute.save()
    _tell_ruling(dispute, assignment, by=by, at=at)
    if not upheld:
        _run_again(assignment, stopped_at=dispute.at, at=at)
    elif moved_to:
        _hand_over(assignment, moved_to, stopped_at=dispute.at, by=by, at=at)
    return dispute


def _tell_ruling(dispute, assignment, *, by, at):
    upheld = dispute.ruling == Dispute.Ruling.UPHELD
    tell_unit(
        assignment,
        kind=f"dispute.{dispute.ruling}",
        key=f"dispute.{dispute.ruling}:{dispute.pk}",
        text=_("Objection upheld: %(task)s") if upheld else _("Objection refused: %(task)s. %(note)s"),
        url=assignment.get_absolute_url(),
        subject=dispute,
        by=by,
        at=at,
        task=short(assignment),
        note=dispute.note,
    )


def other_leads(assignment: Assignment) -> list[Department]:
    """The units that go on leading the task when this one no longer does; who objects itself is not counted on."""
    rows = assignment.duty.assignments.running().filter(is_lead=True).exclude(pk=assignment.pk)
    return [row.department for row in rows.exclude(status=Assignment.Status.DISPUTED).select_related("department")]


def check_binding(objection: Objection, *, note: str, without_visit: str) -> None:
    """After two objections the office must rule with grounds, and after a joint visit or saying why it does without.

    Raises ValidationError {"reason": …} "required", {"without_visit": …} "visit". Source: docs/glossary.md, "binding ruling".
    """
    if not objection.is_binding:
        return
    if not note.strip():
        raise ValidationError({"reason": ValidationError(_("This ruling is the last word: give its grounds."), "required")})
    if not (objection.visit_found or without_visit.strip()):
        text = _("Record what the joint visit found, or write why there was none.")
        raise ValidationError({"without_visit": ValidationError(text, "visit")})


def act_on_assignment(
    assignment: Assignment,
    *,
    move: str,
    by: Viewer,
    reason: str = "",
    proposed: Department | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> Assignment:
    """One act of a page or the API on a part: each move by the action that writes what belongs to it.

    A ruling needs its objection: rule_dispute. Raises PermissionDenied for moves that are not made this way.
    """
    if move not in ACTS:
        raise PermissionDenied
    if move == "dispute":
        return dispute_assignment(assignment, by=by, reason=reason, proposed=proposed, at=at).assignment
    if move == "look_again":
        return look_again(assignment, by=by, reason=reason, until=until, at=at)
    return move_assignment(assignment, move=move, by=by, reason=reason, at=at)


def _run_again(assignment, *, stopped_at, at):
    """The clocks that the objection stopped run on with the rest of their time."""
    calendar = calendar_of(assignment.campaign)
    for checkpoint in assignment.checkpoints.filter(status__in=[Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED]):
        limit = clock.resume(checkpoint.due_on, checkpoint.due_at, stopped_at=stopped_at, now=at, calendar=calendar)
        checkpoint.save(update_fields=limit.write_to(checkpoint))


def _hand_over(assignment, department, *, stopped_at, by, at):
    """A new responsibility for the other unit, issued, with the checkpoints that are not approved yet."""
    day = timezone.localdate(at)
    others = Assignment.objects.filter(duty=assignment.duty, department=department)
    taken = others.running().filter(is_lead=assignment.is_lead) | others.filter(is_lead=assignment.is_lead, starts_on=day)
    if department.pk == assignment.department_id or taken.exists():
        raise ValidationError({"moved_to": ValidationError(_("This unit already has, or had today, this part."), "taken")})
    if assignment.is_lead:  # whoever leads does not support as well
        for supporting in others.running().exclude(status=Assignment.Status.DISPUTED):
            move_assignment(supporting, move="end", by=by, at=at)
    new = Assignment.objects.create(
        campaign=assignment.campaign, duty=assignment.duty, department=department, is_lead=assignment.is_lead, starts_on=day
    )
    record(by, "assignment.create", new, at=at)
    new = issue_assignments([new], by=by, at=at)[0]
    _take_over(assignment, new, stopped_at=stopped_at, by=by, at=at)
    tell_unit(
        new,
        kind="duty.issued",
        key=f"duty.issued:{new.pk}",
        text=_("A task was given to your unit by ruling: %(task)s"),
        url=new.get_absolute_url(),
        subject=new,
        by=by,
        at=at,
        task=short(new),
    )
    return new


def _take_over(assignment, new, *, stopped_at, by, at):
    """The new part gets the checkpoints that are not approved yet, with the rest of their time."""
    calendar, made = calendar_of(assignment.campaign), []
    for old in assignment.checkpoints.exclude(status__in=Checkpoint.FINISHED):
        stopped = old.submitted_at if old.status == Checkpoint.Status.SUBMITTED else old.skip_asked_at or stopped_at
        limit = clock.resume(old.due_on, old.due_at, stopped_at=stopped, now=at, calendar=calendar)
        checkpoint = Checkpoint(campaign=assignment.campaign, assignment=new, department=new.department, title=old.title)
        limit.write_to(checkpoint)
        checkpoint.save()
        made.append(checkpoint)
    record_many(by, "checkpoint.create", made, at=at)
