"""A Gantt chart as plain geometry; the template draws it as SVG. Pure: days in, numbers out (user units of the view box)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

LEFT, RIGHT, TOP, ROW, BAR = 190, 16, 34, 26, 14
WIDTH = 1000
WIDE, NARROW = 60, 28  # user units that "2026年10月" and "10月" take


class Bar(NamedTuple):
    """What is drawn in one row: from the first to the last day, both included; css says of what kind.

    lost: the first and last day of the stretch inside it in which something should have begun and has not.
    """

    label: str
    starts_on: date
    ends_on: date
    css: str = ""
    lost: tuple[date, date] | None = None


@dataclass(frozen=True)
class Drawn:
    """One row: the bar's box, the middle of the row for texts, the bar it is, and (x, width) of the stretch lost in it."""

    bar: Bar
    x: float
    width: float
    y: float
    middle: float
    lost: tuple[float, float] | None = None


class Tick(NamedTuple):
    """Where a month begins and what is written there; None: no room for it, or for the year nothing new."""

    x: float
    opens_year: bool
    year: int | None
    month: int | None


@dataclass(frozen=True)
class Chart:
    """rows; months: (x, label "2026-03", width); marks: (x, label) of single days such as today; height of the view box.

    row, thick: height of a row and of the bar in it.
    """

    rows: list[Drawn]
    months: list[tuple[float, date, float]]
    marks: list[tuple[float, str, date]]
    height: float
    width: int = WIDTH
    top: int = TOP
    row: float = ROW
    thick: float = BAR

    @property
    def ticks(self) -> list[Tick]:
        """The year stands where it begins, at the first month and each January, of two digits in narrow months."""
        ticks = []
        for number, (x, day, width) in enumerate(self.months):
            opens_year = number == 0 or day.month == 1
            year = (day.year if width > WIDE else day.year % 100) if opens_year else None
            ticks.append(Tick(x, opens_year, year, day.month if width > (WIDE if opens_year else NARROW) else None))
        return ticks

    @property
    def end(self) -> float:
        x, _day, width = self.months[-1]
        return x + width


def draw(bars: Iterable[Bar], *, marks: Iterable[tuple[str, date]] = (), left: int = LEFT, row: float = ROW) -> Chart | None:
    """The chart over all days of bars and marks, whole months; None when there is nothing to draw.

    left: room for the names of the rows; row: height of one; in user units.
    """
    bars, marks = list(bars), list(marks)
    if not bars:
        return None
    days = [day for bar in bars for day in (bar.starts_on, bar.ends_on)] + [day for _label, day in marks]
    first, last = min(days).replace(day=1), _month_end(max(days))
    scale = (WIDTH - left - RIGHT) / ((last - first).days + 1)

    def at(day):
        return left + (day - first).days * scale

    def stretch(begins, ends):
        return round(at(begins), 1), round(max(at(ends + timedelta(days=1)) - at(begins), 2), 1)

    thick = row * BAR / ROW
    rows = [
        Drawn(
            bar,
            *stretch(bar.starts_on, bar.ends_on),
            TOP + number * row + (row - thick) / 2,
            TOP + number * row + row / 2,
            stretch(*bar.lost) if bar.lost else None,
        )
        for number, bar in enumerate(bars)
    ]
    months, day = [], first
    while day <= last:
        end = _month_end(day)
        months.append((round(at(day), 1), day, round(((end - day).days + 1) * scale, 1)))
        day = end + timedelta(days=1)
    places = [(round(at(day), 1), label, day) for label, day in marks]
    return Chart(rows, months, places, TOP + len(rows) * row + 8, row=row, thick=thick)


def split(chart: Chart, *, most: int) -> list[Chart]:
    """The chart in pieces of at most so many rows, each under the same months and marks: one a printed page."""
    return [_piece(chart, chart.rows[first : first + most]) for first in range(0, len(chart.rows), most)]


def _piece(chart, rows):
    up = rows[0].middle - chart.row / 2 - TOP
    moved = [replace(row, y=row.y - up, middle=row.middle - up) for row in rows]
    return replace(chart, rows=moved, height=TOP + len(rows) * chart.row + 8)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
