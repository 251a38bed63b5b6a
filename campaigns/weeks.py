"""This week and tonight, by the site's clock. Pure: a moment in, moments out."""

from datetime import date, datetime, timedelta

from django.utils import timezone


def this_monday(now: datetime) -> date:
    """The Monday of the local week of `now`."""
    today = timezone.localdate(now)
    return today - timedelta(days=today.weekday())


def this_week(now: datetime) -> tuple[datetime, datetime]:
    """From Monday's first moment to the next Monday's."""
    monday = this_monday(now)
    return first_moment(monday), first_moment(monday + timedelta(weeks=1))


def next_week(now: datetime) -> tuple[datetime, datetime]:
    """The seven days after this week."""
    monday = this_monday(now) + timedelta(weeks=1)
    return first_moment(monday), first_moment(monday + timedelta(weeks=1))


def tonight(now: datetime) -> datetime:
    """The first moment of tomorrow: limits of today end there."""
    return first_moment(timezone.localdate(now) + timedelta(days=1))


def first_moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
