"""A deputy: a spell of somebody's role, between two days, held by somebody else. It ends by itself."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import User
from campaigns.actions.members import cut_deputy, lock_people, may_name_deputy
from campaigns.models import Membership, Role
from campaigns.viewer import Viewer
from notices.actions import notify


def candidates_for(membership: Membership, on: date) -> QuerySet[User]:
    """Who can act in the person's place: members of the same unit, its sections or what it is a section of; for the office
    its other people and the inspectors.
    """
    rows = Membership.objects.own().on(on).filter(campaign=membership.campaign_id, user__is_active=True)
    if membership.department_id:
        path, above = membership.department.path, Q(pk__in=[])
        host = membership.campaign.host.path
        while (path := path[: path.rstrip(".").rfind(".") + 1]) and len(path) > len(host):
            above |= Q(department__path=path)
        rows = rows.filter(above | Q(department__path__startswith=membership.department.path))
    else:
        rows = rows.filter(role__in=[Role.OFFICE, Role.INSPECTOR])
    return User.objects.filter(pk__in=rows.values("user")).exclude(pk=membership.user_id)


def deputies_of(membership: Membership, on: date) -> QuerySet[Membership]:
    """Now or later, the nearest first."""
    return membership.deputies.filter(ended_on__gte=on).select_related("user").order_by("starts_on", "pk")


@transaction.atomic
def name_deputy(
    membership: Membership, *, user: User, starts_on: date, ended_on: date, by: Viewer, at: datetime | None = None
) -> Membership:
    """Somebody of the same unit acts in the person's place from the one day to the other, both included.

    The deputy has the role's rights and messages in these days, what they do is recorded as done for the person. Raises
    PermissionDenied; ValidationError "outside", "order", "past", "longer" (than the role itself), "leaves" (the
    deputy, before the last day), "already".
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    lock_people(membership.campaign_id)  # the deputy may be leaving
    row = (
        Membership.objects.select_for_update(of=["self"])
        .select_related("campaign__host", "department", "user")
        .get(pk=membership.pk)
    )
    if not may_name_deputy(by, row):
        raise PermissionDenied
    if row.ended_on and row.ended_on < today:
        raise ValidationError(_("This has already ended."), "ended")
    if not candidates_for(row, max(starts_on, today)).filter(pk=user.pk).exists():
        raise ValidationError({"user": ValidationError(_("Choose somebody of the same unit."), "outside")})
    if ended_on < starts_on:
        raise ValidationError({"ended_on": ValidationError(_("The last day lies before the first."), "order")})
    if starts_on < today:
        raise ValidationError({"starts_on": ValidationError(_("The first day is today at the earliest."), "past")})
    if row.ended_on and ended_on > row.ended_on:
        raise ValidationError({"ended_on": ValidationError(_("The role itself ends before this day."), "longer")})
    if not candidates_for(row, ended_on).filter(pk=user.pk).exists():
        said = _("%(name)s leaves before this day.") % {"name": user.name}
        raise ValidationError({"ended_on": ValidationError(said, "leaves")})
    other = deputies_of(row, starts_on).filter(starts_on__lte=ended_on).first()
    if other:
        said = _("%(name)s stands in from %(first)s to %(last)s already: end that first, or choose other days.")
        facts = {"name": other.user.name, "first": _spoken(other.starts_on), "last": _spoken(other.ended_on)}
        raise ValidationError({"starts_on": ValidationError(said % facts, "already")})
    return begin_deputy(row, user=user, starts_on=starts_on, ended_on=ended_on, by=by, at=at)


def begin_deputy(row: Membership, *, user: User, starts_on: date, ended_on: date, by: Viewer, at: datetime, **data) -> Membership:
    """Write the spell, record it, tell both; whether it may be is the caller's question. data: of the record."""
    deputy = Membership(
        user=user,
        campaign=row.campaign,
        role=row.role,
        department=row.department,
        starts_on=starts_on,
        ended_on=ended_on,
        stands_for=row,
    )
    deputy.full_clean()
    deputy.save()
    record(by, "deputy.name", row, at=at, new=user.name, note=f"{starts_on} — {ended_on}", **data)
    for person in {user, row.user} - {by.user}:
        _tell(deputy, person, at)
    return deputy


def free_days(membership: Membership, first: date, last: date) -> tuple[date, date] | None:
    """The first days within these on which nobody stands in yet; None: there are none."""
    for other in deputies_of(membership, first).filter(starts_on__lte=last):
        if other.starts_on > first:
            return first, other.starts_on - timedelta(days=1)
        first = max(first, other.ended_on + timedelta(days=1))
    return (first, last) if first <= last else None


def tell_alone(membership: Membership, *, deputy: User, starts_on: date, ended_on: date, at: datetime) -> None:
    """Tell the person that who was to stand in for them on these days does not."""
    facts = {"deputy": deputy.name}
    with translation.override(membership.user.language):
        facts |= {"first": _spoken(starts_on), "last": _spoken(ended_on)}
        text = str(_("%(deputy)s has left: nobody stands in for you from %(first)s to %(last)s") % facts)
    notify(
        membership.user,
        kind="deputy.end",
        key=f"deputy.end:{membership.pk}:{deputy.pk}:{starts_on}",
        text=text,
        url=f"{reverse('profile')}?campaign={membership.campaign_id}",
        campaign_id=membership.campaign_id,
        subject=membership,
        at=at,
    )


@transaction.atomic
def end_deputy(deputy: Membership, *, by: Viewer, at: datetime | None = None) -> None:
    """The person is back: the deputy's rights end now (a spell that began today ends with the day).

    Raises PermissionDenied; ValidationError "ended".
    """
    at = at or timezone.now()
    lock_people(deputy.campaign_id)
    row = Membership.objects.select_for_update(of=["self"]).select_related("stands_for__user", "user").get(pk=deputy.pk)
    if not row.stands_for_id or not may_name_deputy(by, row.stands_for):
        raise PermissionDenied
    yesterday = timezone.localdate(at) - timedelta(days=1)
    if row.ended_on <= yesterday:
        raise ValidationError(_("This has already ended."), "ended")
    begins_today = row.starts_on == yesterday + timedelta(days=1)
    cut_deputy(row, row.starts_on if begins_today else yesterday, by=by, at=at)


def _tell(deputy, person, at):
    facts = {"deputy": deputy.user.name, "person": deputy.stands_for.user.name}
    with translation.override(person.language):
        facts |= {"first": _spoken(deputy.starts_on), "last": _spoken(deputy.ended_on), "role": str(Role(deputy.role).label)}
        text = str(_("%(deputy)s stands in for %(person)s (%(role)s) from %(first)s to %(last)s") % facts)
    notify(
        person,
        kind="deputy.name",
        key=f"deputy.name:{deputy.pk}:{person.pk}",
        text=text,
        url=f"{reverse('profile')}?campaign={deputy.campaign_id}",
        campaign_id=deputy.campaign_id,
        subject=deputy,
        at=at,
    )


def _spoken(day):
    return date_format(day, str(_("j M Y")))
