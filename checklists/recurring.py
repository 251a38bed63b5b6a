"""Whether what recurs comes again before the cut-off date."""

from datetime import date, timedelta

from campaigns.festivals import Festivals
from campaigns.models import Campaign
from checklists.models import Duty
from checklists.periods import end_of_period


def comes_again(duty: Duty, *, after: date, campaign: Campaign) -> bool:
    """Another period, or another festival, is due after the day and not after the cut-off date; False for what is due once.

    A festival whose day nobody has said yet may still come.
    """
    if not duty.recurrence or after >= campaign.cutoff_on:
        return False
    if duty.recurrence != Duty.Recurrence.FESTIVALS:
        return end_of_period(after, duty.recurrence) + timedelta(days=1) <= campaign.cutoff_on
    festivals = Festivals(campaign)
    first = after - timedelta(days=festivals.days_after - 1)
    return bool(festivals.between(first, campaign.cutoff_on) or festivals.missing(after.year, campaign.cutoff_on.year))
