"""Rounds of inspection: who goes out, from when to when, to which sites."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import User
from campaigns.models import Membership, Role
from campaigns.viewer import Viewer
from inspections.actions.kinds import check_version, must_be_office
from inspections.models import Round, Site


@transaction.atomic
def save_round(
    round: Round | None,
    *,
    by: Viewer,
    name: str,
    starts_on: date,
    ends_on: date,
    is_covert: bool = False,
    inspectors: Iterable[User] = (),
    sites: Iterable[Site] = (),
    version: int | None = None,
    at: datetime | None = None,
) -> Round:
    """A new round, or this one changed. Raises ValidationError "order" for dates the wrong way, "not_inspector" for a person
    who does not inspect in this campaign.
    """
    must_be_office(by, round)
    if ends_on < starts_on:
        raise ValidationError({"ends_on": ValidationError(_("The last day lies before the first."), "order")})
    people = list(inspectors)
    known = Membership.objects.on(timezone.localdate(at)).filter(campaign=by.campaign, role__in=[Role.INSPECTOR, Role.OFFICE])
    strangers = {one.pk for one in people} - set(known.values_list("user", flat=True))
    if strangers:
        raise ValidationError(
            {"inspectors": ValidationError(_("Choose inspectors of this campaign or people of the office."), "not_inspector")}
        )
    row = Round.objects.select_for_update().get(pk=round.pk) if round else None
    check_version(row, version)
    row = row or Round(campaign=by.campaign, version=0)
    verb = "round.edit" if row.pk else "round.create"
    row.name, row.starts_on, row.ends_on, row.is_covert = name, starts_on, ends_on, is_covert
    row.version += 1
    row.save()
    row.inspectors.set(people)
    row.sites.set(sites)
    record(by, verb, row, at=at, note=name)
    return row
