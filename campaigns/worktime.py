"""Working days and working hours between two moments. Pure: days and moments in, days and moments out."""

import datetime
from bisect import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY = datetime.timedelta(days=1)
# The working day of the offices, eight hours: morning and afternoon, local time.
HOURS = (
    (datetime.time(8, 30), datetime.time(12, 0)),
    (datetime.time(13, 30), datetime.time(18, 0)),
)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: Monday to Friday, save the exceptions.

    exceptions: day -> True worked, False off. known_years: years with national data; any other year counts
    Monday to Friday. warned_years: the unknown ones among the years the campaign still runs through.
    """

    exceptions: Mapping[datetime.date, bool] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()
    warned_years: tuple[int, ...] = ()

    def is_workday(self, day: datetime.date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def is_known(self, day: datetime.date) -> bool:
        """Whether the national calendar of that year has been published to us."""
        return day.year in self.known_years

    def add_workdays(self, day: datetime.date, n: int) -> datetime.date:
        """The n-th working day after the day (before it when n < 0); n = 0: the day itself, or the next working day."""
        if n == 0:
            return day if self.is_workday(day) else self.add_workdays(day, 1)
        step = DAY if n > 0 else -DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def workdays_between(self, a: datetime.date, b: datetime.date) -> int:
        """Working days after a up to and with b: 0 on the same day, negative when b lies before a."""
        if b < a:
            return -self.workdays_between(b, a)
        weeks, rest = divmod((b - a).days, 7)
        plain = 5 * weeks + sum((a.weekday() + n) % 7 < 5 for n in range(1, rest + 1))
        return plain + sum(self._more[1][bisect(self._more[0], a) : bisect(self._more[0], b)])

    @cached_property
    def _more(self) -> tuple[list[datetime.date], list[int]]:
        """The exceptions in order, and for each 1 for a working day more than the week has, -1 for one less."""
        days = sorted(self.exceptions)
        return days, [self.exceptions[day] - (day.weekday() < 5) for day in days]

    def days_left(self, due_on: datetime.date, today: datetime.date) -> int:
        """Working days to go as people are told: 0 only on the day itself, negative when it is over, never 0 by a week-end."""
        if due_on == today:
            return 0
        days = self.workdays_between(today, due_on)
        return max(days, 1) if due_on > today else min(days, -1)

    def end_of_day(self, day: datetime.date) -> datetime.datetime:
        """The first instant after the local day: a limit on that day has passed from here on."""
        return datetime.datetime.combine(day + DAY, datetime.time(), ZONE)

    def add_work_hours(self, moment: datetime.datetime, n: float) -> datetime.datetime:
        """The moment when n working hours have gone by since the moment; n > 0.

        Outside the hours of HOURS nothing passes: 2 hours from 17:00 end at 9:30 of the next working day.
        """
        left = datetime.timedelta(hours=n)
        for begins, ends in self._spells(moment.astimezone(ZONE)):
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        raise AssertionError("the spells of work never end")

    def work_hours_between(self, a: datetime.datetime, b: datetime.datetime) -> float:
        """Working hours from a to b; 0 when b is not later."""
        total = datetime.timedelta()
        b = b.astimezone(ZONE)
        for begins, ends in self._spells(a.astimezone(ZONE)):
            if begins >= b:
                break
            total += min(ends, b) - begins
        return total / datetime.timedelta(hours=1)

    def _spells(self, moment: datetime.datetime) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
        """The spells of work from the moment on, the running one cut at it."""
        day = moment.date()
        while True:
            if self.is_workday(day):
                for begins, ends in HOURS:
                    begins, ends = datetime.datetime.combine(day, begins, ZONE), datetime.datetime.combine(day, ends, ZONE)
                    if ends > moment:
                        yield max(begins, moment), ends
            day += DAY
