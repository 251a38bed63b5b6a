"""The national calendar, and a campaign's own exceptions."""

from campaigns.calendars import national_days
from campaigns.models import Holiday


def load_holidays() -> int:
    """Add the published national days that are not there yet; return how many. Twice equals once.

    A row the keeper has corrected stays as it is.
    """
    before = Holiday.objects.count()
    Holiday.objects.bulk_create(national_days(), ignore_conflicts=True)
    return Holiday.objects.count() - before
