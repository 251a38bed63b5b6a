"""Work groups and ranking groups of a campaign: two ordered lists of names with the same rules."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from campaigns.models import Campaign, RankingGroup, WorkGroup
from campaigns.viewer import Viewer

Group = WorkGroup | RankingGroup


@transaction.atomic
def make_group(model: type[Group], *, campaign: Campaign, name: str, by: Viewer, at: datetime | None = None) -> Group:
    """A new group at the end of the list. Raises PermissionDenied; ValidationError for a name in use."""
    _check_may(by, campaign.pk)
    last = model.objects.filter(campaign=campaign).aggregate(last=Max("position"))["last"] or 0
    group = model(campaign=campaign, name=name.strip(), position=last + 1)
    _check_name(group)
    group.full_clean()
    group.save()
    record(by, f"{_noun(group)}.create", group, at=at, new=group.name)
    return group


@transaction.atomic
def edit_group(group: Group, *, name: str, by: Viewer, place: int | None = None, at: datetime | None = None) -> Group:
    """Its name, and its place in the list (1: first; None: where it is)."""
    _check_may(by, group.campaign_id)
    group = type(group).objects.select_for_update().get(pk=group.pk)
    old, group.name = group.name, name.strip()
    _check_name(group)
    group.full_clean()
    group.save()
    if place:
        _place(group, place)
    record(by, f"{_noun(group)}.edit", group, at=at, old=old, new=group.name)
    return group


@transaction.atomic
def drop_group(group: Group, *, by: Viewer, at: datetime | None = None) -> None:
    """Take a group off that nobody was ever in; raises ValidationError "in_use" otherwise."""
    _check_may(by, group.campaign_id)
    pk = group.pk
    try:
        with transaction.atomic():
            group.delete()
    except ProtectedError:
        raise ValidationError(_("Units or people belong to this group: move them to another one first."), "in_use") from None
    group.pk = pk
    record(by, f"{_noun(group)}.drop", group, at=at, old=group.name)


def _place(group, place):
    rows = list(type(group).objects.filter(campaign=group.campaign_id).exclude(pk=group.pk))
    rows.insert(place - 1, group)
    for position, row in enumerate(rows, 1):
        row.position = position
    type(group).objects.bulk_update(rows, ["position"])


def _check_name(group):
    if type(group).objects.filter(campaign=group.campaign_id, name=group.name).exclude(pk=group.pk).exists():
        raise ValidationError({"name": ValidationError(_("There is a group of this name already."), "taken")})


def _noun(group):
    return "work_group" if isinstance(group, WorkGroup) else "ranking_group"


def _check_may(by, campaign_id):
    if not by.is_office or by.campaign.pk != campaign_id:
        raise PermissionDenied
