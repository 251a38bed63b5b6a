"""The clock of a unit: it runs while the unit must act, and stands still while others must.

Pure and shared by checkpoints and findings. A row stores `due_on` (the day people read), `due_at` (the first instant
after the limit) and `clock_due_at` (= due_at while the clock runs, else None); only moves write them, with what is
returned here. Source: design of states, "The clock".
"""

from datetime import date, datetime
from typing import NamedTuple

from campaigns.worktime import ZONE, Calendar

HOURS_A_DAY = 8


class Clock(NamedTuple):
    """What a move writes into the row."""

    due_on: date
    due_at: datetime
    clock_due_at: datetime | None

    def write_to(self, row) -> tuple[str, ...]:
        """Set the three columns; their names, for update_fields."""
        row.due_on, row.due_at, row.clock_due_at = self
        return self._fields


def start(due_on: date, calendar: Calendar) -> Clock:
    """Running, with the whole of the day `due_on` left."""
    due_at = calendar.end_of_day(due_on)
    return Clock(due_on, due_at, due_at)


def start_until(due_at: datetime) -> Clock:
    """Running, with a limit to the hour."""
    return Clock(due_at.astimezone(ZONE).date(), due_at, due_at)


def stop(due_on: date, due_at: datetime) -> Clock:
    """Standing still; the limit people read stays."""
    return Clock(due_on, due_at, None)


def resume(due_on: date, due_at: datetime, *, stopped_at: datetime, now: datetime, calendar: Calendar) -> Clock:
    """Running again with the rest of the time it had when it stopped, at least one working day, never less than before.

    The rest is counted in working days after the day of the stop; for a limit to the hour in working hours, and
    what is less than a working day becomes the whole next working day.
    """
    today = now.astimezone(ZONE).date()
    to_the_day = due_at == calendar.end_of_day(due_on)
    if not to_the_day:
        hours = calendar.work_hours_between(stopped_at, due_at)
        if hours >= HOURS_A_DAY:
            return start_until(max(calendar.add_work_hours(now, hours), due_at))
    rest = calendar.workdays_between(stopped_at.astimezone(ZONE).date(), due_on) if to_the_day else 1
    return start(max(calendar.add_workdays(today, max(rest, 1)), due_on), calendar)


def is_late(clock_due_at: datetime | None, now: datetime) -> bool:
    """The clock ran past the limit; one that stands still is never late."""
    return clock_due_at is not None and clock_due_at < now


def in_time(due_at: datetime, submitted_at: datetime) -> bool:
    """Handed in before the limit."""
    return submitted_at < due_at
