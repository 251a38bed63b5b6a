import datetime

import pytest

from campaigns.worktime import Calendar
from inspections.stages import horizon, limit_day, stage_on

STAGES = [-3, -1, 0, 1, 2, 3, 5, 10]
# The days around 国庆 2026: off 25 September and 1-7 October, worked on Sunday 20 September and Saturday 10 October.
OFF = [datetime.date(2026, 9, 25), *(datetime.date(2026, 10, n) for n in (1, 2, 5, 6, 7))]
WORKED = [datetime.date(2026, 9, 20), datetime.date(2026, 10, 10)]
CALENDAR = Calendar(dict.fromkeys(OFF, False) | dict.fromkeys(WORKED, True), frozenset({2026}))


def day(month, number):
    return datetime.date(2026, month, number)


@pytest.mark.parametrize(
    ("due_on", "on", "stage"),
    [
        (day(9, 24), day(9, 21), -3),
        (day(9, 24), day(9, 22), None),
        (day(9, 24), day(9, 23), -1),
        (day(9, 24), day(9, 24), 0),
        (day(9, 24), day(9, 25), None),
        (day(9, 24), day(9, 28), 1),
        (day(9, 24), day(9, 30), 3),
        (day(9, 24), day(10, 8), None),
        (day(9, 24), day(10, 9), 5),
        (day(9, 23), day(9, 20), -3),
        (day(10, 8), day(9, 30), -1),
        (day(10, 8), day(10, 7), None),
        (day(10, 9), day(10, 10), 1),
        (day(9, 26), day(9, 24), 0),
        (day(9, 26), day(9, 28), 1),
        (day(9, 1), day(9, 15), 10),
        (day(9, 1), day(9, 21), 15),
        (day(9, 1), day(9, 22), None),
        (day(9, 1), day(9, 29), 20),
    ],
)
def test_a_stage_falls_on_a_working_day_counted_from_the_limit(due_on, on, stage):
    assert stage_on(due_on, on, stages=STAGES, calendar=CALENDAR) == stage


def test_a_limit_on_a_day_off_counts_as_the_working_day_before_it():
    assert limit_day(day(10, 4), CALENDAR) == day(9, 30)


def test_nothing_beyond_the_horizon_has_a_stage():
    on = day(9, 22)
    far = horizon(on, stages=STAGES, calendar=CALENDAR)

    later = [far + datetime.timedelta(days=n) for n in range(1, 20)]

    assert stage_on(day(9, 28), on, stages=STAGES, calendar=CALENDAR) == -3
    assert day(9, 28) <= far
    assert {stage_on(due_on, on, stages=STAGES, calendar=CALENDAR) for due_on in later} == {None}


def test_without_stages_only_the_weekly_reminder_is_left():
    assert [stage_on(day(9, 1), day(9, n), stages=[], calendar=CALENDAR) for n in (1, 2, 7, 8)] == [None, None, None, 5]


def test_the_weeks_after_the_last_stage_count_from_it_whatever_it_is():
    found = {n: stage_on(day(9, 1), day(9, n), stages=[-1, 0, 2], calendar=CALENDAR) for n in range(1, 22)}

    assert {n: stage for n, stage in found.items() if stage is not None} == {1: 0, 3: 2, 10: 7, 17: 12}
