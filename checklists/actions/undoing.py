"""A saved workbook is taken back whole, as long as nobody outside the office has seen what it made; then it is open again."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record, record_each, record_many
from accounts.verbs import WORDS
from campaigns.viewer import Viewer
from checklists.actions.assignments import LIVE
from checklists.actions.duties import start_parts
from checklists.actions.imports import open_import
from checklists.actions.limits import move_limits
from checklists.models import Assignment, Duty, Import, Item, ItemOrigin, ScoreStep, Standard, WantedProof

WORDS.update(
    {
        "import.reopen": _("Took the saved workbook back"),
        "standard.drop": _("Took back the draft edition"),
        "duty.drop": _("Took back the task"),
    }
)
USED = _("Something else hangs on what was saved: it cannot be taken back any more.")


@transaction.atomic
def take_back_standard(row: Import, *, by: Viewer, version: int, at: datetime | None = None) -> Import:
    """The draft edition this workbook became is gone with its items; what was written into it by hand is gone, too.

    Raises PermissionDenied; ValidationError "stale", "closed" (it is not saved), "published", "used".
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVED)
    standard = Standard.objects.select_for_update().get(pk=row.standard_id)
    if standard.status != Standard.Status.DRAFT:
        raise ValidationError(_("The edition is published: it cannot be taken back any more."), "published")
    record(by, "standard.drop", standard, at=at, old=str(standard))
    row = reopen(row, by, at, standard=None)
    try:
        with transaction.atomic():
            _delete_tree(standard)
    except ProtectedError as error:
        raise ValidationError(USED, "used") from error
    return row


def _delete_tree(standard):
    ScoreStep.objects.filter(item__standard=standard).delete()
    WantedProof.objects.filter(item__standard=standard).delete()
    ItemOrigin.objects.filter(item__standard=standard).delete()
    items = Item.objects.filter(standard=standard).annotate(depth=Length("path"))
    for depth in sorted(set(items.order_by().values_list("depth", flat=True)), reverse=True):  # the lowest first
        items.filter(depth=depth).delete()
    standard.delete()


@transaction.atomic
def take_back_responsibilities(row: Import, *, by: Viewer, version: int, at: datetime | None = None) -> Import:
    """Drafts and tasks this workbook made are gone, texts and limits it changed are as before; units it made stay.

    What was changed by hand since then stays. Raises PermissionDenied; ValidationError "stale", "closed" (it is not
    saved), "issued", "later" (another workbook was saved since), "used".
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVED)
    done = row.saved
    later = Import.objects.filter(checklist=row.checklist_id, kind=row.kind, status=Import.Status.SAVED, pk__gt=row.pk)
    if later.exists():
        raise ValidationError(_("A later workbook was saved into this table: take that one back first."), "later")
    duties = {duty.pk: duty for duty in row.checklist.duties.select_for_update()}
    tasks = [duties[pk] for pk in done.get("tasks", ()) if pk in duties]
    parts = list(Assignment.objects.select_for_update().filter(pk__in=done.get("parts", ())))
    parts += Assignment.objects.select_for_update().filter(duty__in=tasks).exclude(pk__in=[part.pk for part in parts])
    if any(part.status != Assignment.Status.DRAFT for part in parts):
        raise ValidationError(_("Parts of it were issued: it cannot be taken back any more."), "issued")
    record_many(by, "assignment.drop", parts, at=at)
    record_many(by, "duty.drop", tasks, at=at)
    try:
        with transaction.atomic():
            Assignment.objects.filter(pk__in=[part.pk for part in parts]).delete()
            Duty.objects.filter(pk__in=[duty.pk for duty in tasks]).delete()
    except ProtectedError as error:
        raise ValidationError(USED, "used") from error
    _restore(done, duties, by=by, at=at)
    row.checklist.export_columns = done.get("columns", row.checklist.export_columns)
    row.checklist.save(update_fields=["export_columns"])
    return reopen(row, by, at, saved={})


def _restore(done, duties, *, by, at):
    edits, limits = [], []
    for pk, (old, new) in done.get("changed", {}).items():
        duty = duties.get(int(pk))
        same = [name for name in new if duty and _plain(getattr(duty, name)) == new[name]]
        if not same:
            continue
        due_on = duty.due_on
        for name in same:
            setattr(duty, name, date.fromisoformat(old[name]) if name == "due_on" and old[name] else old[name])
        duty.version += 1
        limits += [(duty, due_on)] if {"due_on", "recurrence"} & set(same) else []
        edits.append((duty, {"old": {name: new[name] for name in same}, "new": {name: old[name] for name in same}}))
    for pk, origin in done.get("sources", {}).items():
        if duty := duties.get(int(pk)):
            duty.source, duty.source_row = origin["source"], origin["source_row"]
    columns = ["text", "measures", "limit_text", "due_on", "recurrence", "leading_leader", "person", "version"]
    Duty.objects.bulk_update([duty for duty, _facts in edits], columns, batch_size=200)
    touched = [duties[int(pk)] for pk in done.get("sources", {}) if int(pk) in duties]
    Duty.objects.bulk_update(touched, ["source", "source_row"], batch_size=500)
    record_each(by, "duty.edit", edits, at=at)
    issued = set(
        Assignment.objects.filter(duty__in=[duty.pk for duty, _due in limits], status__in=LIVE).values_list("duty", flat=True)
    )
    for duty, due_on in limits:
        if duty.pk in issued:
            duty.campaign = by.campaign
            move_limits(duty, old=due_on, by=by, at=at)
    running = set(Assignment.objects.running().filter(duty__in=duties).values_list("duty", "department"))
    again = [(duties[pk], unit, leads) for pk, unit, leads in done.get("dropped", ()) if pk in duties]
    start_parts([one for one in again if (one[0].pk, one[1]) not in running], by=by, at=at)


def reopen(row: Import, by: Viewer, at: datetime, **values) -> Import:
    """A saved workbook is open again: to be called by what took back what it saved, in the same transaction."""
    for name, value in values.items():
        setattr(row, name, value)
    row.status, row.version = Import.Status.READ, row.version + 1
    row.save(update_fields=["status", "version", *values])
    record(by, "import.reopen", row, at=at, old=row.original.name)
    return row


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
