"""A campaign's tasks move to a newer edition of their standard; nothing is deleted. Decision: docs/adr/0008."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.verbs import WORDS
from campaigns.people import Directory
from campaigns.viewer import Viewer
from checklists.actions.duties import end_part, start_parts
from checklists.actions.evidence import refile
from checklists.actions.layouts import copy_layouts
from checklists.actions.standards import new_duty
from checklists.carrying import CarryRow, checklist_to_carry, plan_carry
from checklists.models import Assignment, CarriedDuty, Checklist, Duty, EvidenceLink, Standard
from notices.actions import notify

WORDS.update(
    {
        "duty.carry": _("Went to the new edition"),
        "duty.end": _("Ended: the new edition drops the item"),
        "checklist.carry": _("Carried tasks over to the new edition"),
        "checklist.end": _("Replaced by the checklist of the new edition"),
    }
)


@dataclass(frozen=True)
class Carried:
    """What became of one row; text says why it was refused."""

    row: CarryRow
    done: bool
    text: str = ""


@transaction.atomic
def carry_over(
    standard: Standard, *, by: Viewer, rows: Collection[str] | None = None, at: datetime | None = None
) -> list[Carried]:
    """Move the campaign's tasks to the published edition: all that are sure, or the rows named (CarryRow.id).

    A task keeps its units, checkpoints and proof: it is the same row under another item. A dropped item's task ends; a new
    item gets a task without units; parts split off get the same units as drafts. One result per row, in the order of the
    plan; the units are told once each. The old checklist ends when nothing is left. Twice equals once.
    Raises PermissionDenied; ValidationError "not_published", "no_checklist".
    """
    at = at or timezone.now()
    if not by.is_office:
        raise PermissionDenied
    standard = Standard.objects.select_related("follows").get(pk=standard.pk)
    if standard.status == Standard.Status.DRAFT:
        raise ValidationError(_("Publish the edition first."), "not_published")
    old = checklist_to_carry(standard, by.campaign)
    old = old and Checklist.objects.select_for_update().filter(pk=old.pk, ended_on=None).first()
    if old is None:
        raise ValidationError(_("The campaign works by no earlier edition of this standard."), "no_checklist")
    old.campaign = by.campaign
    plan = [row for row in plan_carry(old, standard) if (row.is_sure if rows is None else row.id in rows)]
    if not plan:
        return []
    new = _checklist(old, standard, by=by, at=at)
    carry = _Carry(new, by, at)
    results = [carry.one(row) for row in plan]
    carry.write()
    _number(new)
    done = [one for one in results if one.done]
    record(by, "checklist.carry", new, at=at, old=str(old.standard), new=str(standard), tasks=len(done))
    if not plan_carry(old, standard):
        old.ended_on = timezone.localdate(at)
        old.save(update_fields=["ended_on"])
        record(by, "checklist.end", old, at=at, new=str(standard))
    _tell(done, by=by, at=at)
    return results


def _checklist(old, standard, *, by, at):
    new, is_made = Checklist.objects.get_or_create(
        campaign=by.campaign,
        standard=standard,
        defaults={"name": old.name, "kind": old.kind, "position": old.position, "export_columns": old.export_columns},
    )
    if is_made:
        copy_layouts(old, new)
        record(by, "checklist.create", new, at=at, new=new.name, standard=standard.pk)
    return new


class _Carry:
    """Does the rows one by one and writes what can be written together."""

    def __init__(self, checklist, by, at):
        self.checklist, self.by, self.at = checklist, by, at
        self.day = timezone.localdate(at)
        self.duties: dict[int, list[Duty]] = defaultdict(list)  # item -> its tasks in the new checklist
        for duty in Duty.objects.running().filter(checklist=checklist):
            self.duties[duty.item_id].append(duty)
        self.placed: list[CarriedDuty] = []

    def one(self, row: CarryRow) -> Carried:
        if row.stops:
            return Carried(row, False, str(row.stops))
        try:
            with transaction.atomic():
                {"end": self._end, "new": self._new}.get(row.does, self._keep)(row)
        except ValidationError as error:
            return Carried(row, False, " ".join(error.messages))
        return Carried(row, True)

    def write(self) -> None:
        CarriedDuty.objects.bulk_create(self.placed, batch_size=500)

    def _keep(self, row):
        duty, item = Duty.objects.select_for_update().get(pk=row.duty.pk), row.items[0]
        self._remember(duty, item)
        self._refile(duty, item)
        old = {"item": duty.item_id, "text": duty.text}
        duty.checklist, duty.item, duty.version = self.checklist, item, duty.version + 1
        duty.text = row.new_text or duty.text
        duty.save(update_fields=["checklist", "item", "text", "version"])
        self.duties[item.pk].append(duty)
        record(self.by, "duty.carry", duty, at=self.at, old=old, new={"item": item.pk, "text": duty.text})
        if row.does == "part":
            self._share(row)

    def _refile(self, duty, item):
        """Proof filed under the item itself goes on with it; that of a checkpoint hangs on the task anyway."""
        links = EvidenceLink.objects.running().filter(checklist=duty.checklist_id, item=duty.item_id)
        for link in links.select_related("evidence"):
            refile(link, checklist=self.checklist, item=item, by=self.by, at=self.at)

    def _share(self, row):
        """The other parts get the same units, as drafts."""
        for item in row.items[1:]:
            part = self.duties[item.pk][0] if self.duties[item.pk] else self._make(item, like=row.duty)
            have = {(one.department_id, one.is_lead) for one in part.assignments.running()}
            wanted = [(one.department_id, one.is_lead) for one in row.parts if one.status != Assignment.Status.DISPUTED]
            start_parts([(part, *one) for one in dict.fromkeys(wanted) if one not in have], by=self.by, at=self.at)

    def _new(self, row):
        self._make(row.items[0])

    def _make(self, item, like: Duty | None = None):
        duty = new_duty(self.checklist, item)
        if like and not item.frequency:
            duty.limit_text, duty.due_on, duty.recurrence = like.limit_text, like.due_on, like.recurrence
        duty.save()
        self.duties[item.pk].append(duty)
        record(self.by, "duty.create", duty, at=self.at, split_from=like and like.pk)
        return duty

    def _end(self, row):
        duty = Duty.objects.select_for_update().get(pk=row.duty.pk)
        reason = _("The new edition %(edition)s no longer has this item.") % {"edition": self.checklist.standard}
        for part in row.parts:
            end_part(part, by=self.by, at=self.at, reason=str(reason))
        self._remember(duty, None)
        duty.ended_on, duty.version = self.day - timedelta(days=1), duty.version + 1
        duty.save(update_fields=["ended_on", "version"])
        record(self.by, "duty.end", duty, at=self.at, note=str(reason))

    def _remember(self, duty, item):
        self.placed.append(CarriedDuty(duty=duty, old_item_id=duty.item_id, old_text=duty.text, item=item, carried_on=self.day))


def _number(checklist):
    """The tasks in the order of the edition; those of one item keep theirs."""
    duties = list(checklist.duties.order_by("item__path", "position", "pk"))
    for number, duty in enumerate(duties, 1):
        duty.position = number
    Duty.objects.bulk_update(duties, ["position"], batch_size=500)


def _tell(done, *, by, at):
    """Each person of a unit whose issued task has new words or has ended: one notice."""
    directory, people = Directory(by.campaign, timezone.localdate(at)), defaultdict(lambda: {"changed": set(), "ended": set()})
    for one in done:
        kind = "ended" if one.row.does == "end" else "changed" if one.row.new_text else ""
        for part in one.row.parts:
            if kind and part.status != Assignment.Status.DRAFT:
                for user in dict.fromkeys([*([part.person] if part.person else []), *directory.of(part.department)]):
                    people[user][kind].add(one.row.duty.pk)
    for user, counts in people.items():
        if user == by.user:
            continue
        with translation.override(user.language):
            text = _("The standard has a new edition: %(changed)s of your tasks have new words, %(ended)s have ended.") % {
                "changed": len(counts["changed"]),
                "ended": len(counts["ended"]),
            }
        first = min(counts["changed"] | counts["ended"])
        notify(
            user,
            kind="checklist.carry",
            key=f"checklist.carry:{by.campaign.pk}:{first}:{at:%Y%m%d%H%M%S}:{user.pk}",
            text=str(text),
            url=reverse("my_duties", args=[by.campaign.pk]),
            campaign_id=by.campaign.pk,
            subject=next(one.row.duty for one in done if one.row.duty and one.row.duty.pk == first),
            at=at,
        )
