"""Roles and participations that were given by mistake, all at once: gone while nobody has used them, else they stay."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record_each, record_many
from accounts.models import Alias, Department, DepartmentGroup, Event, User
from accounts.usage import hanging_on
from campaigns.actions.estates import estate_of
from campaigns.models import Membership, Participation
from campaigns.viewer import Viewer
from notices.models import Delivery, Notice

WITH_THE_UNIT = (Participation, Alias, Department, DepartmentGroup.members.through)  # no use of a unit by themselves
NO_WORK = (Membership, Event, Notice, Delivery)  # name a person who has nothing to do for it


@transaction.atomic
def drop_members(
    pks: Collection[int], *, since: datetime, by: Viewer, at: datetime | None = None
) -> list[tuple[Membership, str]]:
    """The roles that stay, each with the reason.

    It was ended, its person has acted since then, something hangs on it, or the person would be left with work without it.
    """
    rows = _locked(Membership, pks, by, "user", "department")
    acted = Event.objects.filter(campaign_id=by.campaign.pk, actor__in={row.user_id for row in rows}, received_at__gt=since)
    acted = set(acted.exclude(verb__startswith="import.").values_list("actor", flat=True))
    hanging = hanging_on(Membership, [row.pk for row in rows])
    named = hanging_on(User, {row.user_id for row in rows}, but=NO_WORK, campaign=by.campaign)  # few: then asked one by one
    today = timezone.localdate(at)

    def reason(row):
        if row.ended_on:
            return _("ended since")
        if row.user_id in acted:
            return _("has worked in the campaign since")
        work = estate_of(row, today).work if row.user_id in named else []
        return _in_use(hanging.get(row.pk) or (str(work[0][0].label) if work else None))

    gone, kept = _parted(rows, reason)
    record_each(by, "member.drop", [(row, {"old": row.user.name, "role": row.role}) for row in gone], at=at)
    Membership.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return kept


@transaction.atomic
def drop_participations(
    pks: Collection[int], *, by: Viewer, but: tuple[type[Model], ...] = (), at: datetime | None = None
) -> list[tuple[Participation, str]]:
    """The participations that stay, each with the reason: it was changed, something of the campaign hangs on the unit.

    but: tables whose rows are no use of a unit, as the caller knows.
    """
    rows = _locked(Participation, pks, by, "department")
    hanging = hanging_on(Department, [row.department_id for row in rows], but=(*WITH_THE_UNIT, *but), campaign=by.campaign)

    def reason(row):
        is_changed = row.ended_on or row.ranking_group_id or row.work_group_id
        return _("changed since") if is_changed else _in_use(hanging.get(row.department_id))

    gone, kept = _parted(rows, reason)
    record_many(by, "participation.drop", gone, at=at)
    Participation.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return kept


@transaction.atomic
def revive_members(
    pks: Collection[int], *, ended_on: date, by: Viewer, at: datetime | None = None
) -> list[tuple[Membership, str]]:
    """Roles that ended on the day run on; those that cannot, each with the reason."""
    rows = _locked(Membership, pks, by, "user", "department")
    running = Membership.objects.own().filter(campaign=by.campaign, user__in=[row.user_id for row in rows], ended_on=None)
    running = set(running.values_list("user", "role", "department"))

    def reason(row):
        if row.ended_on != ended_on:
            return _("changed since")
        if not row.user.is_active:
            return _("the account has ended")
        return _("has the role again") if (row.user_id, row.role, row.department_id) in running else ""

    again, kept = _parted(rows, reason)
    Membership.objects.filter(pk__in=[row.pk for row in again]).update(ended_on=None)
    record_each(by, "member.revive", [(row, {"new": row.user.name, "role": row.role}) for row in again], at=at)
    return kept


def _parted(rows, reason):
    """Those without a reason to stay, and the others each with it."""
    reasons = [(row, reason(row)) for row in rows]
    return [row for row, why in reasons if not why], [(row, why) for row, why in reasons if why]


def _locked(model, pks, by, *related):
    rows = list(model.objects.select_for_update(of=("self",)).filter(pk__in=pks).select_related(*related).order_by("pk"))
    if not by.is_office or any(row.campaign_id != by.campaign.pk for row in rows):
        raise PermissionDenied
    return rows


def _in_use(what: str | None) -> str:
    return _("in use: %(what)s") % {"what": what} if what else ""
