"""The national calendar, and a campaign's own exceptions."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from campaigns.calendars import national_days
from campaigns.models import Campaign, CampaignHoliday, Holiday
from campaigns.viewer import Viewer


def load_holidays() -> int:
    """Add the published national days that are not there yet; return how many. Twice equals once.

    A row the keeper has corrected stays as it is.
    """
    before = Holiday.objects.count()
    Holiday.objects.bulk_create(national_days(), ignore_conflicts=True)
    return Holiday.objects.count() - before


@transaction.atomic
def add_holiday(
    campaign: Campaign, *, on: date, name: str, by: Viewer, is_workday: bool = False, at: datetime | None = None
) -> CampaignHoliday:
    """The campaign's own day off, or its own working day; limits that were given already stay as they are.

    Raises PermissionDenied; ValidationError for a day that has an exception already.
    """
    if not by.is_office or by.campaign.pk != campaign.pk:
        raise PermissionDenied
    row = CampaignHoliday(campaign=campaign, on=on, name=name.strip(), is_workday=is_workday)
    if CampaignHoliday.objects.filter(campaign=campaign, on=on).exists():
        raise ValidationError(
            {"on": ValidationError(_("This day stands in the list already: take it off there first."), "taken")}
        )
    row.full_clean()
    row.save()
    record(by, "holiday.add", row, at=at, new=f"{on} {name}")
    return row


@transaction.atomic
def drop_holiday(row: CampaignHoliday, *, by: Viewer, at: datetime | None = None) -> None:
    """From now on the day counts as in the national calendar."""
    if not by.is_office or by.campaign.pk != row.campaign_id:
        raise PermissionDenied
    record(by, "holiday.drop", row, at=at, old=f"{row.on} {row.name}")
    row.delete()
