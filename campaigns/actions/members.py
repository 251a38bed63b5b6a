"""People and units of a campaign: spells that begin and end, never re-pointed and never deleted."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import change_person, make_user, one_time_link, record, record_each, record_many
from accounts.models import Department, User
from campaigns.actions.estates import estate_of, tell_left_behind
from campaigns.models import LENDABLE, UNIT_ROLES, Campaign, Membership, Participation, RankingGroup, Role, WorkGroup
from campaigns.viewer import Viewer


def may_add(by: Viewer, role: str, department: Department | None) -> bool:
    """The office adds everybody; the head of a unit its liaisons, sections below included."""
    own = role == Role.LIAISON and department is not None and department.pk in by.head_of
    return by.is_office or own


def may_end(by: Viewer, membership: Membership) -> bool:
    """Who may give the role may end it; a deputy's, who may name the deputy."""
    if membership.stands_for_id:
        return may_name_deputy(by, membership.stands_for)
    return may_add(by, membership.role, membership.department)


def may_name_deputy(by: Viewer, membership: Membership) -> bool:
    """The person themself, the office, the head of the unit for those below; nobody who is only a deputy there.

    membership: of a role that acts for the office or a unit; inspectors are named in their rounds, leaders sign themselves.
    """
    if membership.stands_for_id or membership.role not in LENDABLE or membership.campaign_id != by.campaign.pk:
        return False
    return Role.OFFICE in by.own_roles or membership.user_id == by.user.pk or membership.department_id in by.own_head_of


def lock_people(campaign_id: int) -> None:
    """Who holds which role in the campaign changes by one act after the other; taken before the lock of any membership."""
    Campaign.objects.select_for_update().get(pk=campaign_id)


@transaction.atomic
def add_member(
    campaign: Campaign,
    *,
    user: User,
    role: str,
    by: Viewer,
    department: Department | None = None,
    title: str = "",
    work_group: WorkGroup | None = None,
    starts_on: date | None = None,
    at: datetime | None = None,
) -> Membership:
    """Give the person a role from a day on (None: the day of the act); head and liaison for a unit under the host.

    Raises PermissionDenied; ValidationError "department", "outside", "already", "inactive".
    """
    if by.campaign.pk != campaign.pk or not may_add(by, role, department):
        raise PermissionDenied
    if role in UNIT_ROLES and department is None:
        raise ValidationError({"department": ValidationError(_("A head or a liaison is for a unit: choose it."), "department")})
    department = department if role in UNIT_ROLES else None
    if department and not department.path.startswith(campaign.host.path):
        raise ValidationError({"department": ValidationError(_("Choose a unit of this register."), "outside")})
    if not user.is_active:
        raise ValidationError(_("This account has ended."), "inactive")
    starts_on = starts_on or _day(at)
    lock_people(campaign.pk)  # two who add the same person at once
    same = Membership.objects.own().filter(campaign=campaign, user=user, role=role, department=department)
    if same.filter(Q(ended_on=None) | Q(ended_on__gte=starts_on)).exists():
        raise ValidationError(_("This person already has this role."), "already")
    row = Membership(
        campaign=campaign, user=user, role=role, department=department, title=title, work_group=work_group, starts_on=starts_on
    )
    _check_work_group(campaign, work_group)
    row.full_clean()
    row.save()
    record(by, "member.add", row, at=at, new=user.name, role=role)
    return row


@transaction.atomic
def add_members(campaign: Campaign, rows: list[Membership], *, by: Viewer, at: datetime | None = None) -> list[Membership]:
    """Many roles at once from the day of the act on; who has the role already is left out. Returns the new rows.

    rows: unsaved, with user, role, title and, for the roles of a unit, department. Raises as add_member does.
    """
    if by.campaign.pk != campaign.pk or not by.is_office:
        raise PermissionDenied
    starts_on = _day(at)
    lock_people(campaign.pk)
    present = Membership.objects.own().filter(Q(ended_on=None) | Q(ended_on__gte=starts_on), campaign=campaign)
    taken, new = set(present.values_list("user", "role", "department")), []
    for row in rows:
        row.campaign, row.starts_on = campaign, starts_on
        if (row.role in UNIT_ROLES) != bool(row.department):
            message = _("A head or a liaison is for a unit: choose it.")
            raise ValidationError({"department": ValidationError(message, "department")})
        if row.department and not row.department.path.startswith(campaign.host.path):
            raise ValidationError({"department": ValidationError(_("Choose a unit of this register."), "outside")})
        if not row.user.is_active:
            raise ValidationError(_("This account has ended."), "inactive")
        if (row.user_id, row.role, row.department_id) not in taken:
            taken.add((row.user_id, row.role, row.department_id))
            row.clean_fields(exclude=["user", "campaign", "department", "work_group"])
            new.append(row)
    Membership.objects.bulk_create(new, batch_size=500)
    record_each(by, "member.add", [(row, {"new": row.user.name, "role": row.role}) for row in new], at=at)
    return new


@transaction.atomic
def add_person(
    campaign: Campaign, *, username: str, name: str, by: Viewer, role: str, phone: str = "", email: str = "", at=None, **member
) -> tuple[Membership, str]:
    """A new account with a role, and the path of its one-time link, to be shown once. Raises as add_member does."""
    if not may_add(by, role, member.get("department")):
        raise PermissionDenied
    user = make_user(username=username, name=name, email=email, phone=phone, by=by, at=at)
    row = add_member(campaign, user=user, role=role, by=by, at=at, **member)
    return row, one_time_link(user, by=by, at=at)


def may_link(by: Viewer, user: User) -> bool:
    """Whoever may end all of the person's roles may give them a new link: nobody else's person, never a keeper.

    A link opens the account with everything the person may do in other campaigns, too.
    """
    return bool(linkable(by, [user]))


def linkable(by: Viewer, users: Iterable[User]) -> list[User]:
    """Those of many to whom may_link lets the viewer give a link."""
    users = [user for user in users if user.is_active and not user.is_superuser]
    rows = Membership.objects.on(timezone.localdate()).filter(user__in=users).select_related("department", "stands_for")
    barred = {row.user_id for row in rows if row.campaign_id != by.campaign.pk or not may_end(by, row)}
    return [user for user in users if user.pk not in barred]


@transaction.atomic
def new_link(membership: Membership, *, by: Viewer, at: datetime | None = None) -> str:
    """Path of a new one-time link for the person; raises PermissionDenied (see may_link)."""
    row = _locked(Membership, membership, by)
    if not may_end(by, row) or not may_link(by, row.user):
        raise PermissionDenied
    return one_time_link(row.user, by=by, at=at)


@transaction.atomic
def edit_person(membership: Membership, *, by: Viewer, name: str, phone: str, email: str, at: datetime | None = None) -> User:
    """Name, phone and mail of the person as they should have been written; raises PermissionDenied (see may_link)."""
    row = _locked(Membership, membership, by)
    if not may_end(by, row) or not may_link(by, row.user):
        raise PermissionDenied
    return change_person(row.user, name=name, phone=phone, email=email, by=by, at=at)


@transaction.atomic
def edit_member(
    membership: Membership, *, by: Viewer, title: str, work_group: WorkGroup | None = None, at: datetime | None = None
) -> Membership:
    """Post and work group; role, unit and person are never changed: end the one and begin another."""
    row = _locked(Membership, membership, by)
    if not may_end(by, row):
        raise PermissionDenied
    _check_work_group(row.campaign, work_group)
    row.title, row.work_group = title, work_group
    row.full_clean()
    row.save()
    record(by, "member.edit", row, at=at, new=row.user.name, role=row.role, note=title)
    return row


@transaction.atomic
def end_member(membership: Membership, *, by: Viewer, on: date | None = None, at: datetime | None = None) -> Membership:
    """End the role with the day (None: the day of the act is its last); hand_over gives to a successor what is in hand.

    What stays behind without a person is told to the head of the unit and the office. Raises PermissionDenied;
    ValidationError "ended", "order", "last_office": a campaign is never without an office.
    """
    lock_people(membership.campaign_id)
    row = _locked(Membership, membership, by)
    if not may_end(by, row):
        raise PermissionDenied
    if row.role == Role.OFFICE and not row.stands_for_id:
        others = Membership.objects.own().filter(campaign=row.campaign, role=Role.OFFICE, ended_on=None, user__is_active=True)
        if not others.exclude(pk=row.pk).exists():
            raise ValidationError(_("Add another member of the office first: a campaign is never without one."), "last_office")
    on, at = on or _day(at), at or timezone.now()
    left = estate_of(row, on)
    _end(row, on)
    record(by, "member.end", row, at=at, old=row.user.name, role=row.role)
    _end_lent(row, on, by=by, at=at)
    if not row.stands_for_id:
        tell_left_behind(row, left, by=by, at=at)
    return row


def _end_lent(row, on, *, by, at):
    """Who has left is represented by nobody; who has no role of their own left represents nobody."""
    rows = Membership.objects.filter(campaign=row.campaign, ended_on__gt=on)
    own = Membership.objects.own().filter(campaign=row.campaign, user=row.user)
    lent = Q(stands_for=row)
    if not own.filter(Q(ended_on=None) | Q(ended_on__gt=on)).exists():
        lent |= Q(user=row.user, stands_for__isnull=False)
    for one in rows.filter(lent).select_related("user", "stands_for__user"):
        cut_deputy(one, on, by=by, at=at)


def cut_deputy(row: Membership, on: date, *, by: Viewer, at: datetime | None) -> None:
    """The deputy's last day is `on`; a spell that had not begun by then is taken off, its line in the log stays."""
    record(by, "deputy.end", row.stands_for, at=at, old=row.user.name, role=row.role)
    if row.starts_on > on:
        row.delete()
    else:
        row.ended_on = on
        row.save(update_fields=["ended_on"])


@transaction.atomic
def add_participation(
    campaign: Campaign,
    *,
    department: Department,
    by: Viewer,
    ranking_group: RankingGroup | None = None,
    work_group: WorkGroup | None = None,
    starts_on: date | None = None,
    at: datetime | None = None,
) -> Participation:
    """The unit takes part from a day on. Raises PermissionDenied; ValidationError "already", "outside"."""
    rows = add_participations(
        campaign,
        departments=[department],
        by=by,
        ranking_group=ranking_group,
        work_group=work_group,
        starts_on=starts_on,
        at=at,
    )
    if not rows:
        raise ValidationError(_("This unit already takes part."), "already")
    return rows[0]


@transaction.atomic
def add_participations(
    campaign: Campaign,
    *,
    departments: Iterable[Department],
    by: Viewer,
    ranking_group: RankingGroup | None = None,
    work_group: WorkGroup | None = None,
    starts_on: date | None = None,
    at: datetime | None = None,
) -> list[Participation]:
    """Many at once; those that take part already are left out. Returns the new rows."""
    if not by.is_office or by.campaign.pk != campaign.pk:
        raise PermissionDenied
    starts_on = starts_on or _day(at)
    departments = list(departments)
    if any(not one.path.startswith(campaign.host.path) for one in departments):
        raise ValidationError({"department": ValidationError(_("Choose a unit of this register."), "outside")})
    _check_ranking_group(campaign, ranking_group)
    _check_work_group(campaign, work_group)
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    later = Participation.objects.filter(Q(ended_on=None) | Q(ended_on__gte=starts_on), campaign=campaign)
    taking_part = set(later.values_list("department", flat=True))
    rows = Participation.objects.bulk_create(
        Participation(campaign=campaign, department=one, ranking_group=ranking_group, work_group=work_group, starts_on=starts_on)
        for one in dict.fromkeys(departments)
        if one.pk not in taking_part
    )
    record_many(by, "participation.begin", rows, at=at)
    return rows


@transaction.atomic
def edit_participation(
    participation: Participation,
    *,
    by: Viewer,
    ranking_group: RankingGroup | None,
    work_group: WorkGroup | None,
    at: datetime | None = None,
) -> Participation:
    """Its ranking group and work group."""
    row = _locked(Participation, participation, by)
    if not by.is_office:
        raise PermissionDenied
    _check_ranking_group(row.campaign, ranking_group)
    _check_work_group(row.campaign, work_group)
    row.ranking_group, row.work_group = ranking_group, work_group
    row.save(update_fields=["ranking_group", "work_group"])
    names = [group.name for group in (ranking_group, work_group) if group]
    record(by, "participation.edit", row, at=at, note="、".join(names))
    return row


@transaction.atomic
def end_participation(
    participation: Participation, *, by: Viewer, on: date | None = None, at: datetime | None = None
) -> Participation:
    """The unit takes part up to and with the day; what it was assigned stays with it until it is ended there."""
    row = _locked(Participation, participation, by)
    if not by.is_office:
        raise PermissionDenied
    _end(row, on or _day(at))
    record(by, "participation.end", row, at=at)
    return row


def _locked(model, row, by):
    row = model.objects.select_for_update(of=["self"]).select_related("campaign", "department").get(pk=row.pk)
    if row.campaign_id != by.campaign.pk:
        raise PermissionDenied
    return row


def _end(row, on):
    if row.ended_on and row.ended_on <= on:
        raise ValidationError(_("This has already ended."), "ended")
    if on < row.starts_on:
        raise ValidationError({"on": ValidationError(_("The last day lies before the first."), "order")})
    row.ended_on = on
    row.save(update_fields=["ended_on"])


def _day(at):
    return timezone.localdate(at) if at else timezone.localdate()


def _check_work_group(campaign, group):
    if group and group.campaign_id != campaign.pk:
        raise ValidationError({"work_group": ValidationError(_("Choose a work group of this campaign."), "outside")})


def _check_ranking_group(campaign, group):
    if group and group.campaign_id != campaign.pk:
        raise ValidationError({"ranking_group": ValidationError(_("Choose a ranking group of this campaign."), "outside")})
