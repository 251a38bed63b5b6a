"""离任交接: a role ends and all that hangs on the person goes to a successor, in one act."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import User
from campaigns.actions.deputies import begin_deputy, candidates_for, free_days, tell_alone
from campaigns.actions.estates import Estate, estate_of
from campaigns.actions.members import add_member, cut_deputy, end_member, lock_people, may_add, may_end
from campaigns.holdings import HOLDINGS, Holding
from campaigns.models import UNIT_ROLES, Membership, Role
from campaigns.viewer import Viewer
from notices.actions import notify


def successors_for(membership: Membership, on: date) -> QuerySet[User]:
    """Members of the same unit; for a role of the whole campaign the people of that role and of the office."""
    if membership.role in UNIT_ROLES:
        return candidates_for(membership, on)
    rows = Membership.objects.own().on(on).filter(campaign=membership.campaign_id, user__is_active=True)
    rows = rows.filter(role__in={membership.role, Role.OFFICE})
    return User.objects.filter(pk__in=rows.values("user")).exclude(pk=membership.user_id)


@transaction.atomic
def hand_over(
    membership: Membership,
    *,
    to: User,
    by: Viewer,
    takes_role: bool = False,
    seen: str | None = None,
    at: datetime | None = None,
) -> Estate:
    """End the role with today and give all that hangs on the person in it to the successor; return what was given.

    takes_role: the successor gets the role, too. seen: Estate.seen of the page. Raises PermissionDenied; ValidationError
    "ended", {to: "outside"}, "stale" (more or less hangs on the person by now), "last_office"; nothing is changed then.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    lock_people(membership.campaign_id)
    row = Membership.objects.select_related("campaign__host", "department", "user", "stands_for").get(pk=membership.pk)
    if row.campaign_id != by.campaign.pk or row.stands_for_id or not may_end(by, row):
        raise PermissionDenied
    if row.ended_on and row.ended_on < today:
        raise ValidationError(_("This has already ended."), "ended")
    if not successors_for(row, today).filter(pk=to.pk).exists():
        raise ValidationError({"to": ValidationError(_("Choose somebody of the same unit."), "outside")})
    estate = estate_of(row, today)
    if seen is not None and seen != estate.seen:
        raise ValidationError(_("Something changed meanwhile: look at the list again."), "stale")
    if takes_role:
        _give_role(row, to, by=by, at=at)
    gone = [(kind, kind.give(rows, row.user, to, by=by, at=at)) for kind, rows in estate.holdings]
    given = Estate([(kind, rows) for kind, rows in gone if rows], estate.is_last)
    note = "；".join(f"{kind.label} {len(rows)}" for kind, rows in given.holdings)
    record(by, "member.hand_over", row, at=at, old=row.user.name, new=to.name, note=note)
    if not row.ended_on or row.ended_on > today:
        end_member(row, by=by, on=today, at=at)
    _tell(row, to, given, at=at)
    return given


def _give_role(row, to, *, by, at):
    if not may_add(by, row.role, row.department):
        raise PermissionDenied
    on = timezone.localdate(at)
    enough = {row.role, Role.HEAD} if row.role == Role.LIAISON else {row.role}  # a head does what a liaison may
    same = Membership.objects.own().filter(campaign=row.campaign, user=to, role__in=enough, department=row.department)
    if not same.filter(Q(ended_on=None) | Q(ended_on__gte=on)).exists():
        add_member(row.campaign, user=to, role=row.role, department=row.department, title=row.title, by=by, at=at)


def _tell(row, to, given, *, at):
    with translation.override(to.language):
        count = sum(len(rows) for _kind, rows in given.holdings)
        text = str(_("%(name)s has left and handed over to you: %(count)s") % {"name": row.user.name, "count": count})
    notify(
        to,
        kind="member.hand_over",
        key=f"member.hand_over:{row.pk}:{to.pk}",
        text=text,
        url=reverse("campaign_home", args=[row.campaign_id]),
        campaign_id=row.campaign_id,
        subject=row,
        at=at,
    )


# --- what this app knows of a person by name -------------------------------------------------------


def _deputyships(campaign, user, path):
    rows = Membership.objects.filter(campaign=campaign, user=user, stands_for__isnull=False, ended_on__gt=timezone.localdate())
    rows = rows.filter(department__path__startswith=path) if path else rows
    return rows.select_related("stands_for__user", "department").order_by("starts_on", "pk")


def _give_deputyships(rows: Iterable[Membership], user: User, to: User, *, by: Viewer, at: datetime) -> list[Membership]:
    """The successor stands in from tomorrow on, where they can and nobody else does; else the person is told that nobody does."""
    return [new for row in rows if (new := _give_deputyship(row, user, to, by=by, at=at))]


def _give_deputyship(row, user, to, *, by, at):
    today = timezone.localdate(at)
    first, last, lender = max(row.starts_on, today + timedelta(days=1)), row.ended_on, row.stands_for
    cut_deputy(row, today, by=by, at=at)
    days = free_days(lender, first, last)
    if days and candidates_for(lender, first).filter(pk=to.pk).exists():
        return begin_deputy(lender, user=to, starts_on=days[0], ended_on=days[1], by=by, at=at, old=user.name)
    if days and lender.user != by.user:
        tell_alone(lender, deputy=user, starts_on=days[0], ended_on=days[1], at=at)
    return None


HOLDINGS["deputyships"] = Holding(
    _("stands in for"),
    _deputyships,
    _give_deputyships,
    lambda row: f"{row.stands_for.user.name} {row.starts_on} — {row.ended_on}",
    lambda row: reverse("member_deputy", args=[row.campaign_id, row.stands_for_id]),
)
