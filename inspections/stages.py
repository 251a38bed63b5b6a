"""On which day which reminder is due: pure, working days by the campaign's calendar.

A stage is a signed number of working days from the limit: -3 … -1 before, 0 the day itself, 1 … after. After the
last stage a reminder comes every WEEK working days. Source: docs/glossary.md, "stages of reminders".
"""

from collections.abc import Iterable
from datetime import date, timedelta

from campaigns.worktime import Calendar

WEEK = 5  # working days


def stage_on(due_on: date, on: date, *, stages: Iterable[int], calendar: Calendar) -> int | None:
    """The stage that falls on the working day `on`, or None. A limit on a day off counts as the working day before it."""
    if not calendar.is_workday(on):
        return None
    distance = calendar.workdays_between(limit_day(due_on, calendar), on)
    stages = set(stages)
    last = max(stages, default=0)
    weekly = distance > last and distance > 0 and (distance - max(last, 0)) % WEEK == 0
    return distance if distance in stages or weekly else None


def limit_day(due_on: date, calendar: Calendar) -> date:
    """The working day on which people can still act: the limit, or the one before a limit on a day off."""
    while not calendar.is_workday(due_on):
        due_on -= timedelta(days=1)
    return due_on


def horizon(on: date, *, stages: Iterable[int], calendar: Calendar) -> date:
    """The latest limit that can have a stage on `on`: what lies beyond need not be read."""
    ahead = max((-stage for stage in stages if stage < 0), default=0)
    day = calendar.add_workdays(on, ahead + 1)
    return day - timedelta(days=1)
