"""The calendar of a campaign: the national one with the campaign's own exceptions; and where the national one comes from."""

from chinese_calendar.constants import Holiday as Known
from chinese_calendar.constants import holidays, workdays
from django.db.models import Value
from django.utils import timezone

from accounts.asking import Asking
from campaigns.models import CampaignHoliday, Holiday
from campaigns.worktime import Calendar

SINCE = 2020  # older years concern no campaign


def national_days() -> list[Holiday]:
    """Rows for every published day off on a weekday and every make-up working day, unsaved, by day."""
    off = [Holiday(on=day, name=Known(name).chinese, is_workday=False) for day, name in holidays.items() if day.weekday() < 5]
    worked = [Holiday(on=day, name=Known(name).chinese, is_workday=True) for day, name in workdays.items() if day.weekday() > 4]
    return sorted((row for row in off + worked if row.on.year >= SINCE), key=lambda row: row.on)


def _days(campaign):
    rows = Holiday.objects.order_by().annotate(_own=Value(0)).values_list("on", "is_workday", "_own")
    own_rows = CampaignHoliday.objects.filter(campaign=campaign).order_by().annotate(_own=Value(1))
    return rows.union(own_rows.values_list("on", "is_workday", "_own"), all=True)


DAYS = Asking(_days, campaign=int)


def calendar_of(campaign) -> Calendar:
    """Working time of the campaign; one query.

    warned_years: from this year to the last the campaign runs into, those whose days off nobody has published.
    """
    national, own = {}, {}
    for day, is_workday, is_own in DAYS.tuples(campaign=campaign.pk):
        (own if is_own else national)[day] = bool(is_workday)
    known = frozenset(day.year for day in national)
    this_year = timezone.localdate().year
    last = max(day.year for day in (campaign.cutoff_on, campaign.assessment_until) if day)
    warned = tuple(year for year in range(this_year, max(last, this_year) + 1) if year not in known)
    return Calendar(national | own, known, warned)
