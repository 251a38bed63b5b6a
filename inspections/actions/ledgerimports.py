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
from accounts.departments import NewDepartment, forget_aliases, learn_aliases, make_departments
from accounts.models import Alias, Department
from campaigns.actions import add_participations
from campaigns.actions.takingback import drop_participations
from campaigns.models import Campaign, Participation
from campaigns.viewer import Viewer, viewer_for
from checklists.actions.imports import open_import, remember_headings, remember_kept
from checklists.actions.saving import Saver
from checklists.actions.undoing import USED, reopen
from checklists.models import Import
from checklists.register import Register, key
from checklists.sheets.text import folded
from inspections.actions.findings import ENTERED, move_finding
from inspections.actions.kinds import save_problem_kind
from inspections.actions.recording import report_finding
from inspections.actions.telling import tell_entered, tell_taken_back
from inspections.ledgersheets import LONGEST, FindingReading, LedgerReading, read_ledger_import
from inspections.models import Extension, Finding, FindingAssignment, FindingSpell, ProblemKind, Rectification

STATES = ("draft", "issued", "submitted", "returned", "closed")
OF_VOID = (Finding, FindingAssignment, FindingSpell, Rectification)  # what of a void finding names its unit
LARGE = 50  # rows above which saving is not done while the person waits: each goes its whole way
EACH = 20  # rows between two words about the progress


@dataclass
class SavedLedger:
    """What was saved. findings: in the order of the days they were issued; parts, aliases: made with the units."""

    findings: list[Finding] = field(default_factory=list)
    units: list[Department] = field(default_factory=list)
    parts: list[Participation] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
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
    units = _make_units(reading, saved, again=row.saved.get("units", ()), by=by, at=at)
    kinds = _make_kinds(reading, saved, by=by, at=at)
    rows = sorted(reading.having("new"), key=lambda one: one.course.issued_at or one.course.found_at)
    with translation.override(by.campaign.language):  # what is kept with the rows is read in papers
        for done, one in enumerate(rows):
            if tell and done % EACH == 0:
                tell(100 * done // len(rows))
            saved.findings.append(_enter(one, units, kinds, file=row.original.name, by=by))
    tell_entered([finding for finding in saved.findings if finding.issued_at], by=by, at=at)
    row.saved = {"findings": {finding.pk: finding.version for finding in saved.findings}}
    row.saved |= {name: [one.pk for one in getattr(saved, name)] for name in ("parts", "aliases")}
    remember_headings(row, reading.sheets)
    remember_kept(row, reading.sheets)
    row.status, row.version = Import.Status.SAVED, row.version + 1
    row.save(update_fields=["status", "version", "saved"])
    facts = {"findings": len(saved.findings), "units": len(saved.units), "kinds": len(saved.kinds), "here": saved.here}
    record(by, "import.save", row, at=at, new=row.original.name, doubts=len(reading.open_doubts), **facts)
    return saved


@transaction.atomic
def take_back_ledger(row: Import, *, by: Viewer, version: int, at: datetime | None = None) -> Import:
    """The findings of this workbook are void, but for those that changed since; the units it made take no part any more where
    nothing else hangs on them, and names it taught are forgotten. Units, which the void rows name, and kinds stay.

    What stays is named in row.saved["kept"], with the reason. Raises PermissionDenied; ValidationError "stale", "closed" (it is
    not saved), "used" (nothing can be taken back).
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVED)
    Department.objects.select_for_update().get(pk=by.campaign.host_id)
    versions = {int(pk): kept for pk, kept in row.saved.get("findings", {}).items()}
    findings = list(
        Finding.objects.select_for_update(of=("self",)).filter(pk__in=versions).select_related("round").order_by("pk")
    )
    asked = set(Extension.objects.filter(finding__in=versions).values_list("finding", flat=True))
    kept, staying, taken = [], [], []
    with translation.override(by.campaign.language):
        given = {"reason": _("The import of the old ledger was taken back."), "entered": row.original.name}
        for finding in findings:
            if finding.version != versions[finding.pk] or finding.pk in asked:
                why = _("Somebody has worked on it since.")
            elif not ENTERED["void"].allowed(by, finding):
                why = _("It is your own unit's: a colleague decides.")
            else:
                taken.append(move_finding(finding, move="void", by=by, at=at, tells=False, **given))
                continue
            staying.append(finding)
            kept.append([f"{finding.number} {finding.text[:30]}".strip(), why])
    if findings and not taken:
        raise ValidationError(USED, "used")
    tell_taken_back(taken, staying, by=by, at=at)
    units = _end_parts(row.saved.get("parts", ()), by=by, at=at)
    forget_aliases(by.campaign.host, row.saved.get("aliases", ()), by=by, at=at)
    return reopen(row, by, at, saved={name: value for name, value in (("kept", kept), ("units", units)) if value})


def _end_parts(pks, *, by, at) -> list[int]:
    """The participations are gone where only void findings hang on the unit. Returns those units: saved again, they take part."""
    live = FindingAssignment.objects.filter(finding__campaign=by.campaign).exclude(finding__status=Finding.Status.VOID)
    free = Participation.objects.filter(pk__in=pks).exclude(department__in=live.values("department"))
    units = dict(free.values_list("pk", "department"))
    kept = drop_participations(units, but=OF_VOID, by=by, at=at)
    return sorted(set(units.values()) - {part.department_id for part, _why in kept})


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


def _make_units(reading, saved, *, again, by, at) -> dict[str, list[Department]]:
    """Every name of the sheet with the units it stands for. again: units that took part before this sheet was taken back."""
    host = by.campaign.host
    kind = Department.Kind.SECTION if by.campaign.kind == Campaign.Kind.UNIT else Department.Kind.UNIT
    wanted = [one.name for one in reading.names.values() if one.do == "make" and not one.members]
    plan: dict[str, NewDepartment] = {}  # 新建局（筹） and 新建局(筹) are one
    for name in wanted:
        plan.setdefault(folded(name), NewDepartment(name, host, kind=kind))
    saved.units = make_departments(host, list(plan.values()), by=by, at=at)
    mapped = [
        (one.members[0], one.name) for one in reading.names.values() if one.do == "map" and not one.is_known and one.members
    ]
    made = {name: plan[folded(name)].row for name in wanted}
    mapped += [(unit, name) for name, unit in made.items() if name != unit.name]
    saved.aliases = learn_aliases(host, mapped, by=by, at=at)
    back = [unit for one in reading.names.values() for unit in one.members if unit.pk in again]
    saved.parts = add_participations(by.campaign, departments=[*saved.units, *back], by=by, at=at)
    return {one.name: one.members for one in reading.names.values()} | {name: [unit] for name, unit in made.items()}


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


SAVER = Saver(_read, check_ledger, save_ledger, take_back_ledger, large=LARGE)
