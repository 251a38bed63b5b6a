"""When a recurring task is due. Pure: days in, days out."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

AHEAD = timedelta(days=30)  # a period's checkpoint appears so long before it is due
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


def end_of_period(day: date, recurrence: str) -> date:
    """The last day of the month, quarter or year in which the day lies."""
    months = MONTHS[recurrence]
    month = (day.month - 1) // months * months + months
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def dues(recurrence: str, *, today: date, cutoff: date, after: date | None = None, day_of_year: date | None = None) -> list[date]:
    """Days on which checkpoints are due that ought to exist today; the last one at the cut-off day at the latest.

    after: the last due day that exists already, None = none yet: then the running period has one whatever its length.
    day_of_year: for "yearly", the day of every year (每年6月底前) instead of its end.
    """
    return list(_dues(recurrence, today, cutoff, after, day_of_year))


def _dues(recurrence, today, cutoff, after, day_of_year) -> Iterator[date]:
    day = today if after is None else end_of_period(after, recurrence) + timedelta(days=1)
    first = after is None
    while day <= cutoff:
        end = end_of_period(day, recurrence)
        due = min(_same_day(day_of_year, end.year) if day_of_year else end, cutoff)
        if not first and due - AHEAD > today:
            return
        if due >= today or not first:  # this year's day may be over
            yield due
            first = False
        day = end + timedelta(days=1)


def festival_dues(
    days: list[tuple[date, str]], *, after_days: int, today: date, cutoff: date, after: date | None = None
) -> list[tuple[date, str]]:
    """(due day, name) of the festivals whose checkpoints ought to exist today: so many days after each, the cut-off at most.

    days: of the festivals, in order. after: the last due day that exists already, None = none yet: then festivals that are
    over are not asked for, and the next one has a checkpoint however far it is. A festival beyond the cut-off day has none.
    """
    found = []
    for day, name in days:
        due = min(day + timedelta(days=after_days), cutoff)
        if day > cutoff or (day if after is None else due) < today:
            continue
        if after is not None and (due < after or due == after < cutoff):  # several may be due at the cut-off day
            continue
        if day - AHEAD <= today or (after is None and not found):
            found.append((due, name))
    return found


def _same_day(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
