"""The plan counted back from the assessment: stages of so many working days, one after the other. Pure: days in, days out."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from campaigns.worktime import Calendar


class Span(NamedTuple):
    """A stage with its first and last working day."""

    name: str
    starts_on: date
    ends_on: date
    days: int


def count_back(stages: Iterable[tuple[str, int]], *, before: date, calendar: Calendar) -> list[Span]:
    """The stages in their order, the last one ending on the last working day before `before`.

    stages: (name, working days, at least 1). A year without known days off counts Monday to Friday (worktime).
    """
    spans, end = [], calendar.add_workdays(before, -1)
    for name, days in reversed(list(stages)):
        start = latest_start(end, days, calendar)
        spans.append(Span(name, start, end, days))
        end = calendar.add_workdays(start, -1)
    return spans[::-1]


def latest_start(ends_on: date, days: int, calendar: Calendar) -> date:
    """The day on which work of so many working days must begin to be done on `ends_on`."""
    last = ends_on if calendar.is_workday(ends_on) else calendar.add_workdays(ends_on, -1)
    return calendar.add_workdays(last, 1 - days) if days > 1 else last
