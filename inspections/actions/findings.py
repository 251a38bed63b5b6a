"""What becomes of a finding: one table of moves, one door. Only move_finding changes a status or a clock."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from campaigns.moves import Move, check_move, open_moves
from campaigns.viewer import Viewer
from inspections import rules
from inspections.actions.effects import EFFECTS, Given, has_objected
from inspections.actions.reminders import cancel_for
from inspections.actions.spells import keep_spell
from inspections.actions.telling import tell_issued, tell_unit
from inspections.models import (
    Extension,
    Finding,
    Reminder,
)

DRAFT, ISSUED, ACCEPTED, DISPUTED, SUBMITTED, RETURNED, PARKED, CLOSED, VOID = Finding.Status
RUNNING = frozenset({ISSUED, ACCEPTED, RETURNED})  # the unit's clock runs

# Source: design of states, "Finding".
MOVES = {
    "issue": Move(_("Hand over to the unit"), {DRAFT}, ISSUED, rules.may_issue),
    "put_right": Move(_("Put right on the spot"), {DRAFT}, CLOSED, rules.may_put_right),
    "accept": Move(_("Sign for"), {ISSUED}, ACCEPTED, rules.may_submit),
    "submit": Move(_("Answer the finding"), RUNNING, SUBMITTED, rules.may_submit, needs=("text",)),
    "dispute": Move(_("Object"), {ISSUED, ACCEPTED}, DISPUTED, rules.may_dispute, needs=("reason",)),
    "rule": Move(_("Rule"), {DISPUTED}, ISSUED, rules.may_decide, needs=("reason",)),
    "close": Move(_("Strike off"), {SUBMITTED}, CLOSED, rules.may_verify, needs=("how",)),
    "return": Move(_("Return"), {SUBMITTED}, RETURNED, rules.may_verify, needs=("how", "reason")),
    "transfer": Move(_("Give to another unit"), RUNNING, ISSUED, rules.may_decide, needs=("department", "reason")),
    "park": Move(_("Park it"), RUNNING, PARKED, rules.may_decide, needs=("plan", "until")),
    "resume": Move(_("Take up again"), {PARKED}, ISSUED, rules.is_office),
    "relapse": Move(_("It has come back: hand over again"), {CLOSED}, ISSUED, rules.may_issue, needs=("reason",)),
    "void": Move(_("Make void"), {DRAFT, ISSUED, ACCEPTED}, VOID, rules.may_void, needs=("reason",)),
}
# What an old ledger says was done: the office enters it for those who did it, and takes it back. No page and no API offers these.
ENTERED = {
    "issue": replace(MOVES["issue"], allowed=rules.is_office),
    "submit": replace(MOVES["submit"], allowed=rules.is_office),
    "close": replace(MOVES["close"], needs=()),
    "return": replace(MOVES["return"], needs=("reason",)),
    "void": replace(MOVES["void"], sources={DRAFT, ISSUED, SUBMITTED, RETURNED, CLOSED}),
}


def moves_for(finding: Finding, viewer: Viewer) -> dict[str, Move]:
    """The moves the viewer may make now; a unit objects once."""
    moves = open_moves(MOVES, finding, viewer)
    if "dispute" in moves and has_objected(finding):
        del moves["dispute"]
    return moves


@transaction.atomic
def move_finding(
    finding: Finding, *, move: str, by: Viewer, at: datetime | None = None, version: int | None = None, tells: bool = True, **data
) -> Finding:
    """Make one move of MOVES and return the fresh row; the act is recorded and the unit told. One `entered` is of ENTERED.

    data: fields of Given. at: the moment it happened, None = now. version: of the row the person looked at. tells: False
    when the caller tells of many at once. Nothing is saved when it raises: PermissionDenied if `by` may not; ValidationError
    "wrong_status" or "stale" if somebody was faster, "required" or the rule's own code with the field it is about.
    """
    at = at or timezone.now()
    given = Given(**{name: _plain(value) for name, value in data.items()})
    finding = lock(finding.pk, by)
    rule = check_move(ENTERED if given.entered else MOVES, finding, move, by, **vars(given))
    if version is not None and finding.version != version:
        raise ValidationError(_("Somebody was faster: look again."), "stale")
    old, lead = finding.status, finding.lead
    facts = EFFECTS[move](finding, given, by, at) or {}
    finding.status = rule.target
    finding.version += 1
    finding.save()
    keep_spell(finding, at=at)
    if move not in ("issue", "accept") and not (given.entered and move != "void"):  # of the past: nobody asked or was reminded
        _drop_extensions(finding, by, at)
        cancel_for(Reminder.Subject.FINDING, finding.pk, at=at)
    record(
        by,
        f"finding.{move}",
        finding,
        at=at,
        department_id=finding.lead_id,
        old=old,
        new=finding.status,
        note=given.note,
        entered=given.entered,
        role=rules.acting_as(by, finding),
        for_head=rules.for_head(by, finding) if move in ("accept", "submit", "dispute") else None,
        **facts,
    )
    if tells:
        _tell(finding, move, given, lead, by, at)
    return finding


def lock(pk: int, by: Viewer) -> Finding:
    """The row as it is now, locked until the transaction ends; PermissionDenied for a row of another campaign."""
    finding = Finding.objects.select_for_update(of=("self",)).select_related("lead", "kind", "site", "round").get(pk=pk)
    if finding.campaign_id != by.campaign.pk:
        raise PermissionDenied
    finding.campaign = by.campaign
    return finding


@transaction.atomic
def issue_findings(
    findings: Iterable[Finding], *, by: Viewer, at: datetime | None = None
) -> list[tuple[Finding, ValidationError | None]]:
    """Issue each of them that can be; return every row with what hindered it. One notice per person for all."""
    at = at or timezone.now()
    results = []
    for finding in findings:
        try:
            with transaction.atomic():
                results.append((move_finding(finding, move="issue", by=by, at=at, tells=False), None))
        except ValidationError as error:
            results.append((finding, error))
        except PermissionDenied:
            results.append((finding, ValidationError(_("This is not yours to issue."), "forbidden")))
    tell_issued([finding for finding, error in results if error is None], by=by, at=at)
    return results


def accept_findings(
    findings: Iterable[Finding], *, by: Viewer, at: datetime | None = None
) -> list[tuple[Finding, ValidationError | None]]:
    """Sign for each of them that still waits for it; return every row with what hindered it."""
    results = []
    for finding in findings:
        try:
            results.append((move_finding(finding, move="accept", by=by, at=at), None))
        except ValidationError as error:
            results.append((finding, error))
        except PermissionDenied:
            results.append((finding, ValidationError(_("This is not yours to sign for."), "forbidden")))
    return results


# --- after every move -----------------------------------------------------------------------------


def _drop_extensions(finding, by, at):
    """What was asked for and not ruled on is no longer needed."""
    for row in finding.extensions.filter(ruling=Extension.Ruling.OPEN):
        row.ruling, row.ruled_at = Extension.Ruling.LAPSED, at
        row.save()
        record(by, "extension.lapse", row, at=at, department_id=row.department_id)


def _plain(value):
    if isinstance(value, str):
        return value.strip()
    return tuple(value) if isinstance(value, list) else value


def _tell(finding, move, given, lead, by, at):
    """lead: who led before the move."""
    if move == "issue":
        tell_issued([finding], by=by, at=at)
    elif move in ("return", "relapse", "resume", "transfer"):
        tell_unit(finding, finding.lead_id, move, by=by, at=at, note=given.reason)
        if finding.lead != lead and lead:
            tell_unit(finding, lead.pk, "left", by=by, at=at, link=False)
    elif move == "void" and finding.issued_at:
        tell_unit(finding, finding.lead_id, move, by=by, at=at, note=given.reason)
    elif move == "rule" and given.upheld:
        tell_unit(finding, lead.pk, "rule.upheld", by=by, at=at, link=False)
        tell_unit(finding, finding.lead_id, "transfer", by=by, at=at)
    elif move == "rule":
        tell_unit(finding, lead.pk, "rule.refused", by=by, at=at, note=given.reason)
