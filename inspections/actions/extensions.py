"""More time for a finding: asked before the limit, granted with a new date or refused. A row, not a state."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from campaigns import clock
from campaigns.calendars import calendar_of
from campaigns.viewer import Viewer
from inspections import rules
from inspections.actions.findings import RUNNING, lock
from inspections.actions.reminders import cancel_for
from inspections.actions.spells import keep_spell
from inspections.actions.telling import tell_unit
from inspections.models import Extension, Finding, Reminder

Ruling = Extension.Ruling


def may_ask(finding: Finding, viewer: Viewer, now: datetime) -> bool:
    """The leading unit, while its clock runs and the limit is not past."""
    return rules.may_submit(viewer, finding) and finding.status in RUNNING and now < finding.due_at


@transaction.atomic
def ask_extension(
    finding: Finding, *, by: Viewer, proposed_on: date, reason: str, at: datetime | None = None, version: int | None = None
) -> Extension:
    """Ask for a later limit; the clock goes on until the office grants it.

    Raises PermissionDenied; ValidationError "wrong_status", "stale", "too_late" (the limit is past), "asked" (one is
    open already), "required", "order" (a date not after the limit).
    """
    at, reason = at or timezone.now(), reason.strip()
    finding = lock(finding.pk, by)
    if not rules.may_submit(by, finding):
        raise PermissionDenied
    if finding.status not in RUNNING:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    if version is not None and finding.version != version:
        raise ValidationError(_("Somebody was faster: look again."), "stale")
    if at >= finding.due_at:
        raise ValidationError(_("The limit is past: more time can be asked for only before it."), "too_late")
    if finding.extensions.filter(ruling=Ruling.OPEN).exists():
        raise ValidationError(_("More time has been asked for already; the office has not ruled yet."), "asked")
    if not reason:
        raise ValidationError({"reason": ValidationError(_("Say why."), "required")})
    if proposed_on <= finding.due_on:
        raise ValidationError({"proposed_on": ValidationError(_("Choose a day after the present limit."), "order")})
    extension = Extension.objects.create(
        campaign=by.campaign,
        finding=finding,
        department=finding.lead,
        reason=reason,
        proposed_on=proposed_on,
        old_due_on=finding.due_on,
        by=by.user,
        at=at,
    )
    record(
        by,
        "finding.extend",
        finding,
        at=at,
        department_id=finding.lead_id,
        note=reason,
        proposed=proposed_on.isoformat(),
        role=rules.acting_as(by, finding),
        for_head=rules.for_head(by, finding),
    )
    return extension


@transaction.atomic
def rule_extension(
    extension: Extension,
    *,
    by: Viewer,
    grant: bool,
    granted_on: date | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Extension:
    """Grant a new limit (None: the day asked for) or refuse with grounds; the unit is told.

    Raises PermissionDenied, also for the own unit; ValidationError "wrong_status" if it is ruled or no longer needed,
    "order", "required".
    """
    at, note = at or timezone.now(), note.strip()
    finding = lock(extension.finding_id, by)
    extension = Extension.objects.select_for_update().get(pk=extension.pk)
    if not rules.may_decide(by, finding):
        raise PermissionDenied
    if extension.ruling != Ruling.OPEN:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    if not grant and not note:
        raise ValidationError({"note": ValidationError(_("Say why."), "required")})
    extension.ruling = Ruling.GRANTED if grant else Ruling.REFUSED
    extension.note, extension.ruled_by, extension.ruled_at = note, by.user, at
    if grant:
        extension.granted_on = granted_on or extension.proposed_on
        _move_limit(finding, extension.granted_on, at)
    extension.save()
    verb = "grant" if grant else "refuse"
    until = extension.granted_on.isoformat() if grant else ""
    record(by, f"finding.{verb}", finding, at=at, department_id=finding.lead_id, note=note, until=until, role="office")
    tell_unit(finding, finding.lead_id, f"extension.{extension.ruling}", by=by, at=at, note=note, mark=f"e{extension.pk}")
    return extension


def _move_limit(finding, granted_on, at):
    if granted_on <= finding.due_on or granted_on < timezone.localdate(at):
        raise ValidationError({"granted_on": ValidationError(_("Choose a day after the present limit."), "order")})
    clock.start(granted_on, calendar_of(finding.campaign)).write_to(finding)
    finding.version += 1
    finding.save()
    keep_spell(finding, at=at)
    cancel_for(Reminder.Subject.FINDING, finding.pk, at=at)
