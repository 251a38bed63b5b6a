"""A saved workbook of units and people is taken back: what nobody has used is gone, what it changed or ended is as before."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import drop_users
from accounts.departments import drop_departments, drop_group, edit_group, forget_aliases
from accounts.models import UNOPENED, Department, DepartmentGroup, User
from campaigns.actions.takingback import drop_members, drop_participations, revive_members
from campaigns.models import Membership
from campaigns.viewer import Viewer
from checklists.actions.imports import open_import
from checklists.actions.undoing import reopen
from checklists.models import Import
from notices.models import Delivery, Notice


@transaction.atomic
def take_back_people(row: Import, *, by: Viewer, version: int, at: datetime | None = None) -> Import:
    """Roles, accounts, participations, groups, names and units it made are gone, roles it ended run on.

    What was used or changed since stays, row by row: Import.saved["kept"] then lists [name, reason]. Raises PermissionDenied;
    ValidationError "stale", "closed" (it is not saved), "later" (another sheet of people was saved since), "unkept" (nothing is
    known of what it made).
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVED)
    later = Import.objects.filter(campaign__host=by.campaign.host_id, kind=row.kind, status=Import.Status.SAVED, pk__gt=row.pk)
    if later.exists():
        raise ValidationError(_("A later sheet of units and people was saved: take that one back first."), "later")
    if "at" not in row.saved:
        raise ValidationError(_("It was saved before the portal kept what a sheet had made: it cannot be taken back."), "unkept")
    Department.objects.select_for_update().get(pk=by.campaign.host_id)
    done, host = row.saved, by.campaign.host
    kept = _drop_people(done, by=by, at=at)
    parts = {one.department: why for one, why in drop_participations(done.get("parts", ()), by=by, at=at)}
    kept += _drop_groups(done, by=by, at=at)
    forget_aliases(host, done.get("aliases", ()), by=by, at=at)
    units = dict(drop_departments(host, done.get("units", ()), by=by, at=at)) | parts
    kept += [(unit.name, why) for unit, why in sorted(units.items(), key=lambda one: one[0].position)]
    kept += _revive(done, by=by, at=at)
    return reopen(row, by, at, saved={"kept": [list(one) for one in kept]})


def _drop_people(done, *, by, at):
    accounts = User.objects.filter(pk__in=done.get("accounts", ()))
    opened = accounts.exclude(UNOPENED)
    of_opened = Membership.objects.filter(pk__in=done.get("members", ()), user__in=opened)
    members = set(done.get("members", ())) - set(of_opened.values_list("pk", flat=True))
    since = datetime.fromisoformat(done["at"])
    roles = drop_members(members, since=since, by=by, at=at)
    accounts = drop_users(done.get("accounts", ()), by=by, along=(Notice, Delivery), at=at)
    said = {one.user_id for one, _why in roles}
    return [(_called(one), why) for one, why in roles] + [(one.name, why) for one, why in accounts if one.pk not in said]


def _drop_groups(done, *, by, at):
    """Groups without the units it put into them; one it made goes when nobody else has put a unit into it."""
    kept, put = [], done.get("grouped", {})
    for group in DepartmentGroup.objects.filter(pk__in=put, host=by.campaign.host_id).prefetch_related("members"):
        left = [unit for unit in group.members.all() if unit.pk not in put[str(group.pk)]]
        if group.pk in done["groups"] and not left:
            drop_group(group, by=by, at=at)
            continue
        edit_group(group, name=group.name, members=left, by=by, at=at)
        kept += [(group.name, _("other units are in it"))] if group.pk in done["groups"] else []
    return kept


def _revive(done, *, by, at):
    ended_on = date.fromisoformat(done["ended_on"])
    kept = [(_called(one), why) for one, why in revive_members(done.get("ended", ()), ended_on=ended_on, by=by, at=at)]
    return kept + [(name, _("the deputy has to be named again")) for name in done.get("lent", ())]


def _called(member):
    """The person with the unit: one name may stand in several."""
    return f"{member.user.name}（{member.department.name}）" if member.department else member.user.name
