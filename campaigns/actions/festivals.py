"""The campaign's own word on the festivals of a year."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from campaigns.festivals import shipped
from campaigns.models import Campaign, Festival
from campaigns.viewer import Viewer

LONGEST = 60  # days after a festival


@transaction.atomic
def save_festivals(
    campaign: Campaign,
    *,
    by: Viewer,
    year: int,
    days: Mapping[str, date | None],
    days_after: int,
    version: int | None = None,
    at: datetime | None = None,
) -> Campaign:
    """Write the days of the festivals named; what is as shipped leaves no row. Checkpoints that exist keep their limits.

    days: name -> day, None = not kept in this year; a shipped festival whose day is not known yet stays so at None. Raises
    PermissionDenied; ValidationError "stale", {name of the festival: …} "other_year", {"days_after": …} "range".
    """
    if not by.is_office or by.campaign.pk != campaign.pk:
        raise PermissionDenied
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if version is not None and version != campaign.version:
        raise ValidationError(_("Somebody was faster: look again."), "stale")
    wrong = [name for name, day in days.items() if day and day.year != year]
    if wrong:
        raise ValidationError(
            {name: ValidationError(_("This day is not in %(year)s.") % {"year": year}, "other_year") for name in wrong}
        )
    if not 0 <= days_after <= LONGEST:
        raise ValidationError({"days_after": ValidationError(_("Give 0 to 60 days."), "range")})
    known = shipped(year)
    own = {row.name: row for row in Festival.objects.filter(campaign=campaign, year=year)}
    for name, day in days.items():
        _write(campaign, year, name, day, own.get(name), known)
    campaign.festival_days = days_after
    campaign.version += 1
    campaign.save(update_fields=["festival_days", "version"])
    said = "、".join(f"{name} {day or '—'}" for name, day in days.items())
    record(by, "festival.save", campaign, at=at, new=f"{year}：{said}", days_after=days_after)
    return campaign


def _write(campaign, year, name, day, row, known):
    if day is None and name not in known:  # the campaign's own festival: taken off
        if row:
            row.delete()
    elif known.get(name) == day:
        if row:
            row.delete()
    elif row is None:
        Festival.objects.create(campaign=campaign, year=year, name=name, on=day)
    elif row.on != day:
        row.on = day
        row.save(update_fields=["on"])
