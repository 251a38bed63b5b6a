"""Last year's responsibility table for this year's standard: who did what is proposed again, as drafts."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from campaigns.models import Membership, Role
from campaigns.viewer import Viewer
from checklists.actions.bulk import FIELDS, Result, in_words, keep_act, state_of
from checklists.actions.duties import locked_duty, set_limit, set_parts, split_duty
from checklists.models import Assignment, BulkAct, Checklist, Duty
from checklists.sheets.text import folded


def copyable(viewer: Viewer) -> list[Checklist]:
    """Checklists of other campaigns in which the person is of the office, too; the newest first."""
    own = Membership.objects.on(timezone.localdate()).filter(user=viewer.user, role=Role.OFFICE).values("campaign")
    rows = Checklist.objects.filter(campaign__in=own).exclude(campaign=viewer.campaign)
    return list(rows.select_related("campaign").order_by("-campaign", "position"))


@dataclass
class _Source:
    """A task of the old table. leads, supports: unit ids in the official order."""

    duty: Duty
    leads: list[int]
    supports: list[int]


@transaction.atomic
def copy_table(
    checklist: Checklist, *, source: Checklist, by: Viewer, is_trial: bool = False, at: datetime | None = None
) -> tuple[list[Result], BulkAct | None]:
    """Give each task without units what its item had in `source`: units, measures, limit, leader, person; split as there.

    Items are the same by Item.key, else by their text. A task that has units already stays as it is. One result per task
    that the old table knows; the act, for undo_bulk. Raises PermissionDenied (the office of both campaigns).
    """
    at = at or timezone.now()
    if not by.is_office or by.campaign.pk != checklist.campaign_id or source not in copyable(by):
        raise PermissionDenied
    units = {unit.pk: unit for unit in Department.objects.visible_to(by).filter(is_active=True)}
    results, before = [], {}
    for duty, old in _pairs(checklist, source):
        try:
            with transaction.atomic():
                results += _copy(duty, old, units, before, by=by, at=at)
        except ValidationError as error:
            results.append(Result(duty, False, " ".join(error.messages)))
    if is_trial:
        transaction.set_rollback(True)
        return results, None
    return results, keep_act(before, act=BulkAct.Act.COPY, by=by, at=at)


def _pairs(checklist, source) -> Iterator[tuple[Duty, list[_Source]]]:
    """Each unassigned task with the old tasks of its item."""
    by_key, by_text = defaultdict(list), defaultdict(list)
    for one in _sources(source):
        by_key[one.duty.item.key].append(one)
        by_text[folded(one.duty.item.text)].append(one)
    taken = Assignment.objects.running().filter(duty__checklist=checklist).values("duty")
    for duty in checklist.duties.running().exclude(pk__in=taken).select_related("item", "campaign").order_by("position", "pk"):
        old = by_key.get(duty.item.key) or by_text.get(folded(duty.item.text))
        if old:
            own = [one for one in old if folded(one.duty.text) == folded(duty.text)]
            yield duty, own or old


def _sources(source):
    parts = defaultdict(lambda: ([], []))
    rows = Assignment.objects.running().filter(duty__checklist=source).order_by("department__position", "department")
    for duty, department, is_lead in rows.values_list("duty", "department", "is_lead"):
        parts[duty][not is_lead].append(department)
    for duty in source.duties.running().select_related("item").order_by("position", "pk"):
        if duty.pk in parts:
            yield _Source(duty, *parts[duty.pk])


def _copy(duty, old, units, before, *, by, at):
    """The old tasks onto this one; several of them split it."""
    rows = [duty]
    if len(old) > 1:
        rows = split_duty(duty, by=by, version=duty.version, texts=[one.duty.text for one in old], at=at)
    results = []
    for row, one in zip(rows, old, strict=True):
        row = locked_duty(row, by)
        was = state_of(row)
        for name in FIELDS:
            setattr(row, name, getattr(row, name) or getattr(one.duty, name))
        if row.limit_text != was["limit_text"]:
            set_limit(row, row.limit_text, by=by, at=at)
        gone = [pk for pk in (*one.leads, *one.supports) if pk not in units]
        leads, supports = ([units[pk] for pk in ids if pk in units] for ids in (one.leads, one.supports))
        set_parts(row, leads=leads, supports=supports, by=by, at=at)
        row.version += 1
        row.save()
        before[row.pk] = was | {"version": row.version}
        text = _("%(count)s units are not in this campaign's register and were left out.") % {"count": len(gone)} if gone else ""
        results.append(Result(row, True, text, in_words(was), in_words(state_of(row))))
    return results
