"""A finding enters the ledger, and its facts are corrected."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department
from campaigns.models import StoredFile
from campaigns.viewer import Viewer
from checklists.models import Item
from inspections import rules
from inspections.actions.effects import limit_of, reassign
from inspections.actions.findings import lock, move_finding
from inspections.actions.kinds import check_version
from inspections.actions.proposals import Unit, propose
from inspections.actions.spells import keep_spell
from inspections.models import Finding, FindingAssignment, FindingFile, ProblemKind, Round, Severity, Site, Source


def report_finding(
    *,
    by: Viewer,
    key: UUID,
    text: str,
    site: Site | None = None,
    place: str = "",
    kind: ProblemKind | None = None,
    severity: str = Severity.ORDINARY,
    source: str = Source.INSPECTION,
    round: Round | None = None,
    items: Iterable[Item] = (),
    lead: Department | None = None,
    supporting: Iterable[Department] | None = None,
    due_on: date | None = None,
    photos: Iterable[StoredFile] = (),
    after_photos: Iterable[StoredFile] = (),
    issue: bool = False,
    entered: str = "",
    old_number: str = "",
    remarks: str = "",
    at: datetime | None = None,
) -> Finding:
    """Record a finding as a draft; with `issue` it goes out at once, with after_photos it was put right on the spot.

    key: made on the phone; the same key again gives the row that is there. kind, lead, supporting None: as the portal
    proposes; due_on None: by the campaign's rule, counted from the day of issue. entered: where it stands in an old ledger
    (old_number, remarks: what else stands there); nothing is proposed then. Raises PermissionDenied, ValidationError.
    """
    if not (by.is_office or by.is_inspector):
        raise PermissionDenied
    if known := known_by_key(key, by):
        return known
    try:
        with transaction.atomic():
            finding = _new_row(by, key, text, site, place, kind, severity, source, round, due_on, at)
            finding.is_entered, finding.old_number, finding.remarks = bool(entered), old_number, remarks
            if entered:
                _write_as_given(finding, lead, supporting or ())
            else:
                _write_units(finding, lead, supporting, list(items), text)
            finding.save()
            FindingFile.objects.bulk_create(
                [FindingFile(finding=finding, file=file, position=n) for n, file in enumerate(photos)]
            )
            record(
                by,
                "finding.report",
                finding,
                at=finding.found_at,
                department_id=finding.lead_id,
                new=finding.status,
                role=rules.acting_as(by, finding),
                entered=entered,
            )
            after = list(after_photos)
            if after:
                return move_finding(finding, move="put_right", by=by, files=after, at=finding.found_at)
            if issue:
                return move_finding(finding, move="issue", by=by, at=finding.found_at)
            return finding
    except IntegrityError:  # the other tap was a moment faster
        known = known_by_key(key, by)
        if known is None:
            raise
        return known


def known_by_key(key: UUID, by: Viewer) -> Finding | None:
    """What the person recorded under this key already; somebody else's key is refused."""
    known = Finding.objects.filter(key=key).first()
    if known and (known.campaign_id, known.found_by_id) != (by.campaign.pk, by.user.pk):
        raise PermissionDenied
    return known


def _new_row(by, key, text, site, place, kind, severity, source, round, due_on, at):
    now = timezone.now()
    text, place = text.strip(), place.strip()
    if not text:
        raise ValidationError({"text": ValidationError(_("Write what is wrong."), "required")})
    if site is None and not place:
        raise ValidationError({"place": ValidationError(_("Say where: choose a site or write the place."), "required")})
    finding = Finding(
        campaign=by.campaign,
        key=key,
        text=text,
        site=site,
        place=place,
        kind=kind,
        severity=severity,
        source=source,
        round=round,
        due_on=due_on,
        found_by=by.user,
        found_at=at or now,
        received_at=now,
    )
    if due_on:
        limit_of(finding, due_on, finding.found_at)  # refuses a day that has passed
    return finding


def _write_units(finding, lead, supporting, items, text):
    """Chosen units, or the proposed ones where none was chosen; the row is saved so that they can hang on it."""
    campaign = finding.campaign
    with translation.override(campaign.language):  # the reasons are kept as they are read in papers
        proposed = propose(
            campaign, text=text, kind=finding.kind, severity=finding.severity, site=finding.site, items=items, at=finding.found_at
        )
        reasons = {unit.department.pk: str(unit.reason) for unit in proposed.units}
    finding.kind = finding.kind or proposed.kind
    finding.lead = lead or (proposed.lead and proposed.lead.department)
    if supporting is None:
        supporting = [unit.department for unit in proposed.supporting]
    finding.save()
    finding.items.set(items)
    _assign(finding, supporting, reasons)


def _write_as_given(finding, lead, supporting):
    finding.lead = lead
    finding.save()
    _assign(finding, supporting, {})


def _assign(finding, supporting, reasons):
    """reasons: id of a unit -> why it was proposed."""
    units = [Unit(finding.lead, reasons.get(finding.lead.pk, ""))] if finding.lead else []
    units += [Unit(one, reasons.get(one.pk, "")) for one in dict.fromkeys(supporting) if one != finding.lead]
    FindingAssignment.objects.bulk_create(
        [
            FindingAssignment(
                finding=finding,
                department=unit.department,
                is_lead=unit.department == finding.lead,
                reason=unit.reason,
                starts_at=finding.found_at,
            )
            for unit in units
        ]
    )


@transaction.atomic
def edit_finding(
    finding: Finding,
    *,
    by: Viewer,
    version: int | None = None,
    lead: Department | None = None,
    supporting: Iterable[Department] | None = None,
    items: Iterable[Item] | None = None,
    photos: Iterable[StoredFile] = (),
    at: datetime | None = None,
    **facts,
) -> Finding:
    """Correct the facts: text, place, site, kind, severity, source, round; of a draft also the leading unit and due_on.

    What is issued changes its unit by transfer and its limit by extension only. Raises PermissionDenied, ValidationError
    "stale", "issued".
    """
    at = at or timezone.now()
    finding = lock(finding.pk, by)
    if not rules.may_edit(by, finding):
        raise PermissionDenied
    check_version(finding, version)
    is_draft = finding.status == Finding.Status.DRAFT
    if not is_draft and ((lead and lead != finding.lead) or facts.get("due_on", finding.due_on) != finding.due_on):
        raise ValidationError(_("It is issued: transfer it to another unit, or grant more time."), "issued")
    if is_draft and facts.get("due_on") and facts["due_on"] != finding.due_on:
        limit_of(finding, facts["due_on"], at)
    changed = [name for name, value in facts.items() if getattr(finding, name) != value]
    for name in changed:
        setattr(finding, name, facts[name])
    if lead and lead != finding.lead:
        changed.append("lead")
        if is_draft:  # nobody was told yet: the earlier proposal leaves no trace
            finding.assignments.filter(is_lead=True).delete()
        reassign(finding, lead, at=at)
    if supporting is not None and _set_supporting(finding, list(supporting), is_draft, at):
        changed.append("supporting")
    if items is not None and set(finding.items.all()) != set(items):
        finding.items.set(items)
        changed.append("items")
    first = finding.files.count()
    added = [FindingFile(finding=finding, file=file, position=first + n) for n, file in enumerate(photos)]
    FindingFile.objects.bulk_create(added)
    if changed or added:
        finding.version += 1
        finding.save()
        keep_spell(finding, at=at)
        names = [*changed, *(["photos"] if added else [])]
        record(by, "finding.edit", finding, at=at, department_id=finding.lead_id, fields=names, role=rules.acting_as(by, finding))
    return finding


def _set_supporting(finding, wanted, is_draft, at):
    """End the spells of those left out, begin those of the new ones; whether anything changed."""
    running = {
        row.department: row for row in finding.assignments.filter(ended_at=None, is_lead=False).select_related("department")
    }
    wanted = [one for one in dict.fromkeys(wanted) if one != finding.lead]
    for department, row in running.items():
        if department not in wanted:
            if is_draft:
                row.delete()
            else:
                row.ended_at = at
                row.save()
    fresh = [one for one in wanted if one not in running]
    FindingAssignment.objects.bulk_create(
        [FindingAssignment(finding=finding, department=one, is_lead=False, starts_at=at) for one in fresh]
    )
    return bool(fresh) or set(running) - set(wanted) != set()
