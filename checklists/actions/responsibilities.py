"""Save the office's responsibility sheet: names become units, rows become drafts on the tasks they mean."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record, record_each, record_many
from accounts.departments import edit_group, learn_alias, make_department, make_group
from accounts.models import Department, DepartmentGroup
from campaigns.actions import add_participations
from campaigns.models import Campaign
from campaigns.viewer import Viewer
from checklists.actions.assignments import LIVE
from checklists.actions.duties import end_part, start_parts
from checklists.actions.imports import open_import, remember_headings, remember_kept
from checklists.actions.limits import limit_year, move_limits
from checklists.actions.writing import silent
from checklists.matching import ResponsibilityReading, RowReading, read_responsibility_import
from checklists.models import Assignment, Duty, Import
from checklists.register import Register
from checklists.sheets.text import folded
from checklists.timelimits import parse_time_limit

COLUMNS = ("text", "measures", "limit_text", "due_on", "recurrence", "leading_leader", "person")


@dataclass
class SavedTable:
    """What was saved. kept: parts of the table that the sheet sees otherwise and that stay because they are issued.

    undo: "tasks", "parts" ids of what was made; "changed" {task: [old columns, new columns]}; "dropped" [task, unit, leads?] of
    drafts taken back; "sources" {task: its origin before}; "columns" of the office's sheet before.
    """

    rows: int = 0
    tasks: int = 0  # changed or new
    split: int = 0  # new rows of the table
    leads: int = 0
    supports: int = 0
    made: list[Department] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    kept: list[Assignment] = field(default_factory=list)
    undo: dict = field(default_factory=dict)  # Import.saved


@transaction.atomic
def save_responsibilities(
    row: Import,
    *,
    by: Viewer,
    version: int,
    is_checked: bool = False,
    at: datetime | None = None,
    is_asked: bool = False,
    tell: Callable[[int], None] = silent,
) -> SavedTable:
    """All rows of the chosen sheets as drafts, or nothing.

    A task is split when several rows mean one item with different texts; rows with the same text are one. What the
    table has and the sheet does not name stays. is_asked, tell: as for save_standard.

    Raises PermissionDenied; ValidationError "stale", "closed", "empty",
    "names" (a name is not settled), "items" (a row's item is not settled), "doubts" (unless is_checked).
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVING if is_asked else Import.Status.READ)
    reading = read_responsibility_import(row, register=Register(by.campaign.host))
    check_responsibilities(reading, is_checked)
    saved = SavedTable(rows=len([one for one in reading.rows if one.item]))
    units = _settle_names(reading, saved, by=by, at=at)
    tell(30)
    _write_rows(row, reading, units, saved, by=by, at=at)
    saved.undo["columns"], row.saved = row.checklist.export_columns, saved.undo
    row.checklist.export_columns = _columns(row, reading)
    row.checklist.save(update_fields=["export_columns"])
    remember_headings(row, reading.sheets)
    remember_kept(row, reading.sheets)
    row.status, row.version = Import.Status.SAVED, row.version + 1
    row.save(update_fields=["status", "version", "saved"])
    facts = {"rows": saved.rows, "leads": saved.leads, "supports": saved.supports, "split": saved.split}
    record(by, "import.save", row, at=at, new=row.original.name, doubts=len(reading.open_doubts), **facts)
    return saved


def check_responsibilities(reading: ResponsibilityReading, is_checked: bool) -> None:
    """Raises what save_responsibilities says."""
    if not reading.rows:
        raise ValidationError(_("No sheet can be read yet: choose a sheet, or say what its columns mean."), "empty")
    if reading.open_names:
        text = _("%(count)s names are not settled yet: say for each which unit it is.")
        raise ValidationError(text % {"count": len(reading.open_names)}, "names")
    if reading.open_rows:
        text = _("%(count)s rows have no item yet: choose the item or leave the row out.")
        raise ValidationError(text % {"count": len(reading.open_rows)}, "items")
    if reading.open_doubts and not is_checked:
        raise ValidationError(_("Doubts are still open: settle them, or confirm that you have looked at them."), "doubts")


def _settle_names(reading, saved, *, by, at) -> dict[str, list[Department]]:
    """Every name with its units: made, mapped, kept as a group, taken as another name of the sheet, or left out."""
    campaign, units = by.campaign, {name.name: name.units for name in reading.names if name.is_known}
    decided = {name.name: name for name in reading.names if not name.is_known}
    kind = Department.Kind.SECTION if campaign.kind == Campaign.Kind.UNIT else Department.Kind.UNIT
    for name, one in decided.items():
        if one.decision["do"] == "make":
            saved.made.append(make_department(campaign.host, name=name, kind=kind, by=by, at=at))
            units[name] = saved.made[-1:]
        elif one.decision["do"] in ("map", "group"):
            units[name] = one.units
        if one.decision["do"] == "group":
            _keep_group(campaign.host, name, one.units, by=by, at=at)
    for name, one in decided.items():
        if one.decision["do"] == "same":
            units[name] = units.get(one.decision["as"], [])
        if one.decision["do"] in ("map", "same") and len(units[name]) == 1:
            _learn(units[name][0], name, saved, by=by, at=at)
        units.setdefault(name, [])
    add_participations(campaign, departments=[unit for rows in units.values() for unit in rows], by=by, at=at)
    return units


def _keep_group(host, name, members, *, by, at):
    """The next sheet understands the name; a group that stood empty is filled."""
    group = DepartmentGroup.objects.filter(host=host, name=name).first()
    if group:
        edit_group(group, name=name, members=members, by=by, at=at)
    else:
        make_group(host, name=name, members=members, by=by, at=at)


def _learn(unit, name, saved, *, by, at):
    """The next sheet understands the name by itself; a name that two units bear stays a question each time."""
    try:
        learn_alias(unit, name=name, by=by, at=at)
        saved.aliases.append(name)
    except ValidationError:
        pass


def _write_rows(row, reading, units, saved, *, by, at):
    duties = list(row.checklist.duties.select_for_update().order_by("position", "pk"))
    placed = _place_rows(reading.rows, duties, row)
    new = [duty for duty, _rows in placed if duty.pk is None]
    sources = {duty.pk: {"source": duty.source, "source_row": duty.source_row} for duty, _rows in placed if duty.pk}
    sheets = {one.grid.name: number for number, one in enumerate(reading.sheets)}
    changed, limits = {}, []
    for duty, rows in placed:
        old = {name: getattr(duty, name) for name in COLUMNS}
        if folded(duty.text) != folded(rows[0].task):
            duty.text = rows[0].task
        _fill(duty, rows, campaign=by.campaign, today=timezone.localdate(at))
        duty.source |= {"import": row.pk, "sheet": sheets[rows[0].sheet]}  # where its source_row stands, for the export
        if duty.pk and (names := [name for name in COLUMNS if getattr(duty, name) != old[name]]):
            duty.version += 1
            changed[duty] = {name: _plain(old[name]) for name in names}, {name: _plain(getattr(duty, name)) for name in names}
            limits += [(duty, old["due_on"])] if {"due_on", "recurrence"} & set(names) else []
    if new:
        duties = _insert(duties, placed)
        for number, duty in enumerate(duties, 1):
            duty.position = number
        Duty.objects.bulk_create(new, batch_size=500)
        record_many(by, "duty.create", new, at=at, source=row.original.name)
    # A column more in a bulk_update costs every row: only what has changed is written, the origin of each row for all.
    made = {duty.pk for duty in new}
    Duty.objects.bulk_update([duty for duty, _rows in placed if duty.pk not in made], ["source_row", "source"], batch_size=500)
    Duty.objects.bulk_update(changed, [*COLUMNS, "version"], batch_size=200)
    if new:
        Duty.objects.bulk_update([duty for duty in duties if duty.pk not in made], ["position"], batch_size=500)
    edits = [(duty, {"old": before, "new": after}) for duty, (before, after) in changed.items()]
    record_each(by, "duty.edit", edits, at=at, source=row.original.name)
    issued = set(row.checklist.duties.filter(assignments__status__in=LIVE).values_list("pk", flat=True)) if limits else ()
    for duty, old in (one for one in limits if one[0].pk in issued):  # drafts have no checkpoint yet: no query for each
        duty.campaign = by.campaign
        move_limits(duty, old=old, by=by, at=at)
    saved.tasks, saved.split = len(changed) + len(new), len(new)
    saved.undo = {"tasks": [duty.pk for duty in new], "sources": sources}
    saved.undo["changed"] = {duty.pk: pair for duty, pair in changed.items()}
    _assign(placed, units, saved, by=by, at=at)


def _place_rows(rows: list[RowReading], duties: list[Duty], row: Import) -> list[tuple[Duty, list[RowReading]]]:
    """Each task with the rows that mean it: the one with the row's text, else the item's unsplit one, else a new one."""
    by_item, called, placed = defaultdict(list), {}, {}
    for duty in duties:
        by_item[duty.item_id].append(duty)
        called[id(duty)] = folded(duty.text)
    for one in rows:
        if one.item is None:
            continue
        own, text, unsplit = by_item[one.item.pk], folded(one.task), folded(one.item.text)
        duty = next((duty for duty in own if called[id(duty)] == text), None)
        if duty is None:
            duty = next((duty for duty in own if called[id(duty)] == unsplit and id(duty) not in placed), None)
        if duty is None:
            duty = Duty(campaign_id=row.campaign_id, checklist=row.checklist, item=one.item)
            own.append(duty)
        called[id(duty)] = text
        placed.setdefault(id(duty), (duty, []))[1].append(one)
    return list(placed.values())


def _fill(duty, rows, *, campaign, today):
    """The row's own columns; a blank cell leaves what the table has, a limit that cannot be read stays as text."""
    for name, get in (
        ("measures", lambda row: row.measures),
        ("leading_leader", lambda row: row.leading_leader[:80]),
        ("person", lambda row: row.person[:80]),
        ("limit_text", lambda row: row.time_limit[:80]),
    ):
        if text := next((get(one.row) for one in rows if get(one.row)), ""):
            if name == "limit_text" and text != duty.limit_text:
                limit = parse_time_limit(text, year=limit_year(campaign, today=today))
                duty.due_on, duty.recurrence = limit.due_on, limit.recurrence or ""
            setattr(duty, name, text)
    first, had = rows[0].row, duty.source
    duty.source_row = first.number
    duty.source = {name: getattr(first, name) or had.get(name, "") for name in ("serial", "method", "note", "phone")}
    duty.source["other"] = [list(pair) for pair in (dict(had.get("other", ())) | dict(first.other)).items()]


def _insert(duties, placed):
    """The new tasks behind the last one of their item."""
    order, behind = list(duties), {}
    for duty, _rows in placed:
        if duty.pk is None:
            behind.setdefault(duty.item_id, []).append(duty)
    last = {duty.item_id: duty for duty in order}
    result = []
    for duty in order:
        result.append(duty)
        if last[duty.item_id] is duty:
            result += behind.get(duty.item_id, [])
    return result


def _assign(placed, units, saved, *, by, at):
    """Drafts for every unit named; a draft in the other role is taken back, an issued one stays as it is."""
    present = defaultdict(list)
    for part in Assignment.objects.running().filter(duty__in=[duty for duty, _rows in placed]).select_related("department"):
        present[part.duty_id, part.department_id].append(part)
    wanted, dropped = [], []
    for duty, rows in placed:
        leads = {unit.pk for one in rows for name in one.row.leads for unit in units[name]}
        supports = {unit.pk for one in rows for name in one.row.supporting for unit in units[name]} - leads
        for pk, is_lead in [*((pk, True) for pk in sorted(leads)), *((pk, False) for pk in sorted(supports))]:
            parts = present[duty.pk, pk]
            if any(part.is_lead == is_lead for part in parts):
                continue
            if issued := [part for part in parts if part.status != Assignment.Status.DRAFT]:
                saved.kept += issued
                continue
            for part in parts:
                dropped.append([part.duty_id, part.department_id, part.is_lead])
                end_part(part, by=by, at=at)
            wanted.append((duty, pk, is_lead))
    made = start_parts(wanted, by=by, at=at)
    saved.undo |= {"parts": [part.pk for part in made], "dropped": dropped}
    saved.leads = sum(is_lead for _duty, _pk, is_lead in wanted)
    saved.supports = len(wanted) - saved.leads


def _columns(row: Import, reading: ResponsibilityReading) -> list[dict]:
    """The office's own columns as they came: heading, meaning, width, and whether its cells were merged downwards."""
    one = next(one for one in reading.sheets if one.chosen and one.sheet)
    first = one.sheet.rows[0].number
    merged = {merge.left for merge in one.grid.merges if merge.bottom > merge.top >= first}
    widths = next((sheet.get("widths", {}) for sheet in row.reading["sheets"] if sheet["name"] == one.name), {})
    return [
        {"text": column.text, "meaning": column.meaning, "merged": column.index in merged}
        | ({"width": widths[str(column.index)]} if str(column.index) in widths else {})
        for column in one.sheet.columns
        if column.text
    ]


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
