"""What each move changes in a finding's row and beside it. Called by move_finding alone, on the locked row."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from campaigns import clock
from campaigns.actions import take_number
from campaigns.calendars import calendar_of
from campaigns.models import StoredFile
from checklists.actions.disputes import check_binding
from inspections import rules
from inspections.actions.proposals import begin, rules_of
from inspections.models import (
    Finding,
    FindingAssignment,
    FindingDispute,
    FindingFile,
    Rectification,
    RectificationFile,
)
from inspections.proposals import limit_for


@dataclass(frozen=True)
class Given:
    """What a move may carry. due_on: a limit chosen instead of the campaign's rule; files: photos and papers, stored already;
    entered: where in an old ledger the act stands (补录)."""

    text: str = ""
    reason: str = ""
    how: str = ""
    plan: str = ""
    until: date | None = None
    department: Department | None = None
    proposed: Department | None = None
    upheld: bool = False
    due_on: date | None = None
    files: tuple[StoredFile, ...] = ()
    without_visit: str = ""
    entered: str = ""

    @property
    def note(self) -> str:
        return self.reason or self.text or self.plan


def has_objected(finding: Finding) -> bool:
    """The unit that leads now has objected before, or a binding ruling stands: the office has ruled."""
    binding = Q(earlier_count__gte=FindingDispute.BINDING_AFTER) & ~Q(ruling=FindingDispute.Ruling.OPEN)
    return finding.disputes.filter(Q(department=finding.lead_id) | binding).exists()


def _issue(finding, given, by, at):
    if given.department:
        reassign(finding, given.department, at=at)
    if finding.lead is None:
        raise ValidationError({"department": ValidationError(_("It has no unit yet: choose one."), "no_unit")})
    _begin_clock(finding, given.due_on or finding.due_on, at)
    finding.issued_at = at
    finding.assignments.filter(ended_at=None).update(starts_at=at)
    _number(finding, at)


def _put_right(finding, given, by, at):
    if not any(file.kind == StoredFile.Kind.PHOTO for file in given.files):
        raise ValidationError({"files": ValidationError(_("Take a photo of how it is now."), "no_photo")})
    finding.submitted_at = finding.closed_at = at
    answer = Rectification.objects.create(
        finding=finding,
        round_no=finding.round_no,
        department=finding.lead,
        text=given.text,
        by=by.user,
        at=at,
        outcome=Rectification.Outcome.ACCEPTED,
        how=Finding.How.ON_SITE,
        verified_by=by.user,
        verified_at=at,
    )
    _attach(RectificationFile, given.files, rectification=answer)


def _accept(finding, given, by, at):
    """Signing for it does not stop the clock."""


def _submit(finding, given, by, at):
    if not given.entered and needs_after_photo(finding) and not any(file.kind == StoredFile.Kind.PHOTO for file in given.files):
        raise ValidationError(
            {"files": ValidationError(_("This kind of problem needs one photo from the same angle."), "no_photo")}
        )
    in_time = clock.in_time(finding.due_at, at)
    _stop_clock(finding, at)
    finding.submitted_at = at
    answer = Rectification.objects.create(
        finding=finding,
        round_no=finding.round_no,
        department=finding.lead,
        text=given.text,
        by=by.user,
        for_head=bool(rules.for_head(by, finding)),
        at=at,
        in_time=in_time,
    )
    _attach(RectificationFile, given.files, rectification=answer)


def _dispute(finding, given, by, at):
    if has_objected(finding):
        raise ValidationError(_("The office has ruled on this already: no further objection."), "disputed_already")
    if given.proposed and given.proposed.pk == finding.lead_id:
        raise ValidationError({"proposed": ValidationError(_("Propose another unit than your own."), "own")})
    _stop_clock(finding, at)
    FindingDispute.objects.create(
        campaign=by.campaign,
        finding=finding,
        department=finding.lead,
        reason=given.reason,
        proposed=given.proposed,
        by=by.user,
        at=at,
        earlier_count=finding.disputes.exclude(ruling=FindingDispute.Ruling.OPEN).count(),
    )
    return {"proposed": str(given.proposed or "")}


def _rule(finding, given, by, at):
    dispute = finding.disputes.select_for_update().get(ruling=FindingDispute.Ruling.OPEN)
    check_binding(dispute, note=given.reason, without_visit=given.without_visit)
    before = finding.lead
    if given.upheld:
        if given.department is None:
            raise ValidationError({"department": ValidationError(_("Choose a unit."), "required")})
        reassign(finding, given.department, at=at)
        dispute.moved_to = finding.lead
    dispute.ruling = FindingDispute.Ruling.UPHELD if given.upheld else FindingDispute.Ruling.REFUSED
    dispute.note, dispute.ruled_by, dispute.ruled_at = given.reason, by.user, at
    dispute.without_visit = given.without_visit
    dispute.version += 1
    dispute.save()
    _begin_anew(finding, given, at)
    return {"upheld": given.upheld, "left": str(before), "unit": str(finding.lead)}


def _close(finding, given, by, at):
    answer = _verify(finding, Rectification.Outcome.ACCEPTED, given, by, at)
    finding.in_time, finding.closed_at = answer.in_time, at
    return {"how": given.how}


def _return(finding, given, by, at):
    _verify(finding, Rectification.Outcome.RETURNED, given, by, at)
    limit = clock.resume(
        finding.due_on, finding.due_at, stopped_at=finding.clock_stopped_at, now=at, calendar=calendar_of(finding.campaign)
    )
    limit.write_to(finding)
    finding.clock_stopped_at = finding.submitted_at = None
    finding.round_no += 1
    finding.rework_count += 1
    return {"how": given.how}


def _transfer(finding, given, by, at):
    before = finding.lead
    reassign(finding, given.department, at=at)
    _begin_anew(finding, given, at)
    return {"left": str(before), "unit": str(finding.lead)}


def _park(finding, given, by, at):
    if given.until <= timezone.localdate(at):
        raise ValidationError({"until": ValidationError(_("The next date must lie ahead."), "past")})
    _stop_clock(finding, at)
    finding.parked_plan, finding.parked_until = given.plan, given.until
    return {"until": given.until.isoformat()}


def _resume(finding, given, by, at):
    finding.parked_until = None
    _begin_anew(finding, given, at)


def _relapse(finding, given, by, at):
    if given.department and given.department != finding.lead:
        reassign(finding, given.department, at=at)
    if finding.lead is None:
        raise ValidationError({"department": ValidationError(_("It has no unit yet: choose one."), "no_unit")})
    _begin_anew(finding, given, at)
    finding.relapse_count += 1
    finding.submitted_at = finding.closed_at = finding.in_time = None
    _attach(FindingFile, given.files, start=finding.files.count(), finding=finding)
    if finding.issued_at is None:  # was put right on the spot and never issued
        finding.issued_at = at
        finding.assignments.filter(ended_at=None).update(starts_at=at)
    _number(finding, at)


def _void(finding, given, by, at):
    if finding.due_at:
        _stop_clock(finding, at)


EFFECTS = {
    "issue": _issue,
    "put_right": _put_right,
    "accept": _accept,
    "submit": _submit,
    "dispute": _dispute,
    "rule": _rule,
    "close": _close,
    "return": _return,
    "transfer": _transfer,
    "park": _park,
    "resume": _resume,
    "relapse": _relapse,
    "void": _void,
}


# --- parts of moves -------------------------------------------------------------------------------


def needs_after_photo(finding: Finding) -> bool:
    """A street finding whose kind of problem asks for it; nothing else asks for photos."""
    return bool(finding.kind and finding.kind.needs_after_photo and (finding.site_id or finding.place))


def reassign(finding: Finding, department: Department, *, at: datetime, reason: str = "") -> None:
    """Another unit leads from now on: one spell ends, another starts. The finding's `lead` follows."""
    if department.pk == finding.lead_id:
        raise ValidationError({"department": ValidationError(_("It is with this unit already: choose another one."), "same")})
    finding.assignments.filter(ended_at=None, is_lead=True).update(ended_at=at)
    finding.assignments.filter(ended_at=None, department=department).update(ended_at=at)
    FindingAssignment.objects.create(finding=finding, department=department, is_lead=True, reason=reason, starts_at=at)
    finding.lead = department


def limit_of(finding: Finding, due_on: date | None, at: datetime) -> clock.Clock:
    """The clock of a finding that begins at the moment: to the end of the day given, else by the campaign's rules."""
    calendar = calendar_of(finding.campaign)
    if due_on is None:
        return begin(limit_for(finding.severity, finding.kind_id, rules_of(finding.campaign)), calendar, at)
    if due_on < timezone.localdate(at):
        raise ValidationError({"due_on": ValidationError(_("The limit lies before the day of issue."), "past")})
    return clock.start(due_on, calendar)


def _begin_clock(finding, due_on, at):
    limit_of(finding, due_on, at).write_to(finding)
    finding.clock_stopped_at = None


def _begin_anew(finding, given, at):
    _begin_clock(finding, given.due_on, at)
    finding.round_no += 1


def _stop_clock(finding, at):
    clock.stop(finding.due_on, finding.due_at).write_to(finding)
    finding.clock_stopped_at = at


def _verify(finding, outcome, given, by, at):
    answer = finding.rectifications.select_for_update().get(round_no=finding.round_no)
    answer.outcome, answer.how, answer.verdict = outcome, given.how, given.reason
    answer.verified_by, answer.verified_at = by.user, at
    answer.save()
    return answer


def _number(finding, at):
    """Taken last in the transaction: the counter's row is a lock for all."""
    if finding.no is None:
        finding.year = timezone.localdate(at).year
        finding.no = take_number(finding.campaign, "finding", finding.year)


def _attach(model, files, start=0, **owner):
    model.objects.bulk_create([model(file=file, position=n, **owner) for n, file in enumerate(files, start)])
