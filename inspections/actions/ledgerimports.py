"""Save an old ledger: each row becomes a finding and goes the way the ledger says, by the finding's own moves; all or nothing.

Taken back as far as nothing was done with the rows since: void, never deleted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import record
from accounts.departments import NewDepartment, learn_aliases, make_departments
from accounts.models import Department
from campaigns.actions import add_participations
from campaigns.models import Campaign
from campaigns.viewer import Viewer, viewer_for
from checklists.actions.imports import open_import, remember_headings, remember_kept
from checklists.actions.saving import Saver
from checklists.actions.undoing import USED, reopen
from checklists.models import Import
from checklists.register import Register, key
from inspections.actions.findings import ENTERED, move_finding
from inspections.actions.kinds import save_problem_kind
from inspections.actions.recording import report_finding
from inspections.actions.telling import tell_entered
from inspections.ledgersheets import LONGEST, FindingReading, LedgerReading, read_ledger_import
from inspections.models import Extension, Finding, ProblemKind
from notices.models import Notice

STATES = ("draft", "issued", "submitted", "returned", "closed")
EACH = 20  # rows between two words about the progress


@dataclass
class SavedLedger:
    """What was saved. findings: in the order of the days they were issued."""

    findings: list[Finding] = field(default_factory=list)
    units: list[Department] = field(default_factory=list)
    kinds: list[ProblemKind] = field(default_factory=list)
    here: int = 0

    def having(self, state: str) -> int:
        return sum(one.status == state for one in self.findings)


@transaction.atomic
def save_ledger(
    row: Import,
    *,
    by: Viewer,
    version: int,
    is_checked: bool = False,
    at: datetime | None = None,
    is_asked: bool = False,
    tell: Callable[[int], None] | None = None,
) -> SavedLedger:
    """A finding per new row, recorded, issued, answered and struck off on the days the ledger gives; each act says 补录.

    Nobody is told of the single acts: one message per person says how many came in. is_asked, tell: as for save_standard. Raises
    PermissionDenied; ValidationError "stale", "closed", "empty", "names" (questions are open), "doubts" (unless is_checked).
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVING if is_asked else Import.Status.READ)
    Department.objects.select_for_update().get(pk=by.campaign.host_id)  # two who save at once make no finding twice
    reading = read_ledger_import(row, register=Register(by.campaign.host), by=by, now=at)
    check_ledger(reading, is_checked)
    saved = SavedLedger(here=len(reading.having("here")))
    units = _make_units(reading, saved, by=by, at=at)
    kinds = _make_kinds(reading, saved, by=by, at=at)
    rows = sorted(reading.having("new"), key=lambda one: one.course.issued_at or one.course.found_at)
    with translation.override(by.campaign.language):  # what is kept with the rows is read in papers
        for done, one in enumerate(rows):
            if tell and done % EACH == 0:
                tell(100 * done // len(rows))
            saved.findings.append(_enter(one, units, kinds, file=row.original.name, by=by))
    tell_entered([finding for finding in saved.findings if finding.issued_at], by=by, at=at)
    row.saved = {"findings": {finding.pk: finding.version for finding in saved.findings}}
    remember_headings(row, reading.sheets)
    remember_kept(row, reading.sheets)
    row.status, row.version = Import.Status.SAVED, row.version + 1
    row.save(update_fields=["status", "version", "saved"])
    facts = {"findings": len(saved.findings), "units": len(saved.units), "kinds": len(saved.kinds), "here": saved.here}
    record(by, "import.save", row, at=at, new=row.original.name, doubts=len(reading.open_doubts), **facts)
    return saved


@transaction.atomic
def take_back_ledger(row: Import, *, by: Viewer, version: int, at: datetime | None = None) -> Import:
    """The findings of this workbook are void, but for those that changed since; units, aliases and kinds stay.

    What stays is named in row.saved["kept"], with the reason. Raises PermissionDenied; ValidationError "stale", "closed" (it is
    not saved), "used" (nothing can be taken back).
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVED)
    versions = {int(pk): kept for pk, kept in row.saved.get("findings", {}).items()}
    asked = set(Extension.objects.filter(finding__in=versions).values_list("finding", flat=True))
    kept = []
    with translation.override(by.campaign.language):
        given = {"reason": _("The import of the old ledger was taken back."), "entered": row.original.name}
        for finding in Finding.objects.filter(pk__in=versions).select_related("round").order_by("pk"):
            if finding.version != versions[finding.pk] or finding.pk in asked:
                kept.append([f"{finding.number} {finding.text[:30]}".strip(), _("Somebody has worked on it since.")])
            elif not ENTERED["void"].allowed(by, finding):
                kept.append([f"{finding.number} {finding.text[:30]}".strip(), _("It is your own unit's: a colleague decides.")])
            else:
                move_finding(finding, move="void", by=by, at=at, tells=False, **given)
    if versions and len(kept) == len(versions):
        raise ValidationError(USED, "used")
    about = Notice.objects.filter(kind="finding.ledger", subject=Finding._meta.label_lower, subject_id__in=versions)
    about.unread().update(cancelled_at=at)
    return reopen(row, by, at, saved={"kept": kept} if kept else {})


def check_ledger(reading: LedgerReading, is_checked: bool) -> None:
    """Raises what save_ledger raises."""
    if not reading.rows:
        raise ValidationError(gettext_lazy("No sheet can be read yet: choose a sheet, or say what its columns mean."), "empty")
    if reading.waiting:
        text = gettext_lazy("%(count)s questions must be answered first: places, words, units, days.")
        raise ValidationError(text % {"count": reading.waiting}, "names")
    if reading.open_doubts and not is_checked:
        raise ValidationError(
            gettext_lazy("Doubts are still open: settle them, or confirm that you have looked at them."), "doubts"
        )


def _make_units(reading, saved, *, by, at) -> dict[str, list[Department]]:
    """Every name of the sheet with the units it stands for."""
    host = by.campaign.host
    kind = Department.Kind.SECTION if by.campaign.kind == Campaign.Kind.UNIT else Department.Kind.UNIT
    wanted = [one.name for one in reading.names.values() if one.do == "make" and not one.members]
    plan = {name: NewDepartment(name, host, kind=kind) for name in wanted}
    saved.units = make_departments(host, list(plan.values()), by=by, at=at)
    mapped = [
        (one.members[0], one.name) for one in reading.names.values() if one.do == "map" and not one.is_known and one.members
    ]
    learn_aliases(host, mapped, by=by, at=at)
    add_participations(by.campaign, departments=saved.units, by=by, at=at)
    return {one.name: one.members for one in reading.names.values()} | {name: [new.row] for name, new in plan.items()}


def _make_kinds(reading, saved, *, by, at) -> dict[str, ProblemKind]:
    """Key of a name -> the kind of problem made for it."""
    made = {}
    for one in reading.words["kind"].values():
        if one.do == "make" and key(one.name) not in made:
            made[key(one.name)] = save_problem_kind(None, by=by, name=one.name[: LONGEST["kind"]], at=at)
    saved.kinds = list(made.values())
    return made


def _enter(one: FindingReading, units, kinds, *, file: str, by: Viewer) -> Finding:
    """The finding of one row, at the end of its way."""
    where = _("%(file)s, %(sheet)s, row %(row)s") % {"file": file, "sheet": one.sheet, "row": one.row.number}
    lead = units[one.lead][0] if one.lead else None
    finding = report_finding(
        by=by,
        key=uuid4(),
        text=one.text,
        site=one.site,
        place=one.place,
        kind=kinds[key(one.kind)] if isinstance(one.kind, str) else one.kind,
        severity=one.severity,
        source=one.source,
        lead=lead,
        supporting=[unit for name in one.supporting for unit in units[name]],
        entered=where,
        old_number=one.old_number,
        remarks=one.remarks,
        due_on=None if one.course.acts else one.due_on,
        at=one.course.found_at,
    )
    verdict = {"reason": one.row.cells.get("verdict", "")}
    said = {"issue": {"due_on": one.due_on}, "submit": {"text": _measures(one)}, "return": verdict, "close": verdict}
    for move, at in one.course.acts:
        finding = move_finding(finding, move=move, by=by, entered=where, at=at, tells=False, **said[move])
    return finding


def _measures(one: FindingReading) -> str:
    measures = one.row.cells.get("measures") or one.row.cells.get("verdict") or ""
    return measures[: LONGEST["text"]] or _("The old ledger does not say what was done.")


def _read(row: Import) -> LedgerReading:
    """As the person sees it who uploaded it."""
    return read_ledger_import(row, register=Register(row.campaign.host), by=viewer_for(row.by, row.campaign))


SAVER = Saver(_read, check_ledger, save_ledger, take_back_ledger)
