"""The demo's past, played in order: every act is done at its moment through the same action as a real one."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

from django.utils import timezone

Act = Callable[[datetime], object]


class Timeline:
    """Acts by moment; an act may plan others. What lies after the end is never done: it is still to come."""

    def __init__(self, end: datetime):
        self.end = end
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def plan(self, at: datetime, act: Act) -> None:
        if at <= self.end:
            heapq.heappush(self._waiting, (at, next(self._order), act))

    def play(self) -> None:
        while self._waiting:
            at, _order, act = heapq.heappop(self._waiting)
            act(at)


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """The local time of a day."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def monday_of(day: date, *, weeks_ago: int = 0) -> date:
    return day - timedelta(days=day.weekday() + 7 * weeks_ago)
