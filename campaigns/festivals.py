"""Our festivals (我们的节日): the days the portal ships, with the campaign's own word on them.

Source of the days of the lunar calendar: GB/T 33661-2017, "Calculation and promulgation of the Chinese calendar", as
published for 2026 to 2028; Qingming is a solar term and moves by a day, too.
"""

from datetime import date
from typing import NamedTuple

from django.utils import timezone

from campaigns.models import Campaign, Festival

MOVING = {  # name -> year -> (month, day)
    "春节": {2026: (2, 17), 2027: (2, 6), 2028: (1, 26)},
    "元宵节": {2026: (3, 3), 2027: (2, 20), 2028: (2, 9)},
    "清明节": {2026: (4, 5), 2027: (4, 5), 2028: (4, 4)},
    "端午节": {2026: (6, 19), 2027: (6, 9), 2028: (5, 28)},
    "七夕节": {2026: (8, 19), 2027: (8, 8), 2028: (8, 26)},
    "中秋节": {2026: (9, 25), 2027: (9, 15), 2028: (10, 3)},
    "重阳节": {2026: (10, 18), 2027: (10, 8), 2028: (10, 26)},
}
FIXED = {"国庆节": (10, 1)}


class FestivalDay(NamedTuple):
    """on: None where nobody has said the day yet. is_own: the campaign said so, not the table."""

    name: str
    on: date | None
    is_own: bool = False


class Festivals:
    """The festivals of one campaign; one query."""

    def __init__(self, campaign: Campaign):
        self.days_after = campaign.festival_days
        self._own: dict[int, dict[str, date | None]] = {}
        for row in Festival.objects.filter(campaign=campaign):
            self._own.setdefault(row.year, {})[row.name] = row.on

    def of_year(self, year: int) -> list[FestivalDay]:
        """Those kept in the year, by day; last those whose day is not known yet."""
        own = self._own.get(year, {})
        days = {name: FestivalDay(name, day) for name, day in shipped(year).items() if name not in own}
        days |= {name: FestivalDay(name, day, is_own=True) for name, day in own.items() if day}
        return sorted(days.values(), key=lambda row: (row.on is None, row.on or date.max, row.name))

    def struck(self, year: int) -> list[str]:
        """Names the campaign does not keep in the year."""
        return [name for name, day in self._own.get(year, {}).items() if day is None]

    def between(self, first: date, last: date) -> list[FestivalDay]:
        """Those with a day in [first, last], by day."""
        rows = [row for year in range(first.year, last.year + 1) for row in self.of_year(year)]
        return [row for row in rows if row.on and first <= row.on <= last]

    def missing(self, first_year: int, last_year: int) -> list[int]:
        """The years in which a festival's day is not known."""
        return [year for year in range(first_year, last_year + 1) if any(row.on is None for row in self.of_year(year))]


def shipped(year: int) -> dict[str, date | None]:
    """name -> day; None where the table does not reach."""
    days = {name: known.get(year) for name, known in MOVING.items()} | FIXED
    return {name: date(year, *day) if day else None for name, day in days.items()}


def warned_years(campaign: Campaign, festivals: Festivals) -> list[int]:
    """From this year to the last the campaign runs into, those with a festival whose day is not known."""
    return festivals.missing(timezone.localdate().year, max(timezone.localdate().year, campaign.cutoff_on.year))
