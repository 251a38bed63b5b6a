"""The clock of a unit: a table of stops and returns. March 2026: the 20th is a Friday; 5 and 6 April fall into 清明."""

from datetime import date, datetime

import pytest

from campaigns import clock
from campaigns.worktime import ZONE, Calendar

CALENDAR = Calendar(exceptions={date(2026, 4, 6): False, date(2026, 3, 28): True})


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=ZONE)


RETURNS = [
    # limit, stopped, returned -> new limit
    (date(2026, 3, 26), at(3, 23), at(3, 23, 15), date(2026, 3, 26)),  # same day: the old limit
    (date(2026, 3, 26), at(3, 23), at(3, 27), date(2026, 3, 31)),  # three days left: the worked Saturday, 30 and 31 March
    (date(2026, 3, 23), at(3, 23), at(3, 23, 16), date(2026, 3, 24)),  # on the last day: one working day
    (date(2026, 3, 20), at(3, 23), at(3, 24), date(2026, 3, 25)),  # submitted late: one working day
    (date(2026, 4, 3), at(4, 3), at(4, 3, 17), date(2026, 4, 7)),  # the next working day lies after the holiday
    (date(2026, 3, 22), at(3, 16), at(3, 16, 11), date(2026, 3, 22)),  # a limit on a Sunday is not brought forward
    (date(2026, 3, 25), at(3, 21), at(3, 22), date(2026, 3, 25)),  # stopped and returned over a weekend
]


@pytest.mark.parametrize(("due_on", "stopped", "now", "expected"), RETURNS)
def test_a_return_gives_the_rest_of_the_time_at_least_one_working_day(due_on, stopped, now, expected):
    before = clock.start(due_on, CALENDAR)

    after = clock.resume(before.due_on, before.due_at, stopped_at=stopped, now=now, calendar=CALENDAR)

    assert after == clock.start(expected, CALENDAR)


def test_a_limit_ends_with_its_day():
    running = clock.start(date(2026, 3, 20), CALENDAR)

    assert not clock.is_late(running.clock_due_at, datetime(2026, 3, 20, 23, 59, 59, tzinfo=ZONE))
    assert clock.is_late(running.clock_due_at, datetime(2026, 3, 21, 0, 0, 1, tzinfo=ZONE))
    assert clock.in_time(running.due_at, datetime(2026, 3, 20, 23, 59, 59, tzinfo=ZONE))
    assert not clock.in_time(running.due_at, datetime(2026, 3, 21, tzinfo=ZONE))


def test_a_stopped_clock_keeps_its_limit_and_is_never_late():
    running = clock.start(date(2026, 3, 20), CALENDAR)

    stopped = clock.stop(running.due_on, running.due_at)

    assert stopped == clock.Clock(running.due_on, running.due_at, None)
    assert not clock.is_late(stopped.clock_due_at, at(12, 31))


def test_a_limit_to_the_hour_resumes_in_working_hours():
    before = clock.start_until(at(3, 24, 18))  # two working days and 30 minutes after the stop below

    after = clock.resume(before.due_on, before.due_at, stopped_at=at(3, 23, 9), now=at(3, 25, 9), calendar=CALENDAR)

    assert after == clock.start_until(at(3, 26, 18))


def test_less_than_a_working_day_becomes_the_next_working_day():
    before = clock.start_until(at(3, 23, 12))

    after = clock.resume(before.due_on, before.due_at, stopped_at=at(3, 23, 11), now=at(3, 23, 14), calendar=CALENDAR)

    assert after == clock.start(date(2026, 3, 24), CALENDAR)
