"""Editions of a measurement standard: written as a draft, published, adopted by a campaign as its checklist."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.actions import record, record_many
from accounts.verbs import WORDS
from campaigns.moves import Move, check_move
from campaigns.viewer import Viewer
from checklists import rules
from checklists.models import Checklist, Duty, Item, Standard
from checklists.tree import earlier_editions

Status = Standard.Status

STANDARD_MOVES = {
    "publish": Move(_("Publish"), {Status.DRAFT}, Status.PUBLISHED, rules.owns_standard),
    "supersede": Move(_("Supersede"), {Status.PUBLISHED}, Status.SUPERSEDED, rules.by_portal),
}

WORDS.update(
    {
        "standard.create": _("Imported the standard"),
        "standard.publish": _("Published the standard"),
        "standard.supersede": _("Replaced by a newer edition"),
        "standard.adopt": _("Adopted the standard"),
        "checklist.create": _("Made the checklist"),
    }
)


@transaction.atomic
def move_standard(standard: Standard, *, move: str, by: Viewer | None, at: datetime | None = None) -> Standard:
    """Make one move of STANDARD_MOVES and return the fresh row; the act is recorded."""
    at = at or timezone.now()
    standard = Standard.objects.select_for_update().get(pk=standard.pk)
    rule = check_move(STANDARD_MOVES, standard, move, by)
    old, standard.status = standard.status, rule.target
    if move == "publish":
        standard.published_at = at
    standard.version += 1
    standard.save()
    record(by, f"standard.{move}", standard, at=at, old=old, new=standard.status)
    return standard


@transaction.atomic
def publish_standard(standard: Standard, *, by: Viewer, at: datetime | None = None) -> Standard:
    """Freeze the edition: from now on it can be adopted, and its items no longer change.

    The edition it follows, and older ones of the same name in the same campaign, are superseded; checklists made from them stay.
    Raises PermissionDenied; ValidationError "wrong_status", "empty".
    """
    at = at or timezone.now()
    standard = move_standard(standard, move="publish", by=by, at=at)
    if not standard.items.filter(is_leaf=True).exists():
        raise ValidationError(_("The standard has no item yet."), "empty")
    named = Q(name=standard.name) | Q(pk=standard.follows_id)
    older = Standard.objects.filter(named, campaign=standard.campaign_id, status=Status.PUBLISHED)
    for edition in older.exclude(pk=standard.pk):
        move_standard(edition, move="supersede", by=None, at=at)
    return standard


@transaction.atomic
def adopt_standard(
    standard: Standard, *, by: Viewer, name: str, kind: str = Checklist.Kind.MAIN, at: datetime | None = None
) -> Checklist:
    """Make the campaign's checklist of a published standard, with one task per lowest item in the standard's order.

    What an item repeats, its task repeats. Raises PermissionDenied; ValidationError "not_published", "adopted", "carry" (the
    campaign works by an earlier edition: its tasks are carried over instead), {"name": …} "required".
    """
    at = at or timezone.now()
    if not by.is_office:
        raise PermissionDenied
    standard = Standard.objects.select_for_update().get(pk=standard.pk)
    if standard.status != Status.PUBLISHED:
        raise ValidationError(_("Publish the standard first: only a published edition can be adopted."), "not_published")
    if Checklist.objects.filter(campaign=by.campaign, standard=standard).exists():
        raise ValidationError(_("The campaign has adopted this edition already."), "adopted")
    if Checklist.objects.running().filter(campaign=by.campaign, standard__in=earlier_editions(standard)).exists():
        raise ValidationError(
            _("The campaign works by an earlier edition: carry its tasks over instead of adopting anew."), "carry"
        )
    if not name.strip():
        raise ValidationError({"name": ValidationError(_("Give the checklist a name."), "required")})
    last = Checklist.objects.filter(campaign=by.campaign).aggregate(last=Max("position"))["last"]
    checklist = Checklist.objects.create(
        campaign=by.campaign, standard=standard, name=name.strip(), kind=kind, position=0 if last is None else last + 1
    )
    leaves = standard.items.filter(is_leaf=True).order_by("path")
    duties = Duty.objects.bulk_create(
        [new_duty(checklist, item, position=number) for number, item in enumerate(leaves, 1)],
        batch_size=500,
    )
    record(by, "checklist.create", checklist, at=at, new=checklist.name, standard=standard.pk, tasks=len(duties))
    record(by, "standard.adopt", standard, at=at, new=checklist.name)
    record_many(by, "duty.create", duties, at=at)
    return checklist


def new_duty(checklist: Checklist, item: Item, *, position: int = 0) -> Duty:
    """The task of a lowest item, not saved yet."""
    limit = ""
    if item.frequency:
        with translation.override(checklist.campaign.language):
            limit = str(Duty.Recurrence(item.frequency).label)
    return Duty(
        campaign=checklist.campaign,
        checklist=checklist,
        item=item,
        text=item.text,
        limit_text=limit,
        recurrence=item.frequency,
        position=position,
    )
