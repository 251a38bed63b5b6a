"""A Gantt chart as plain geometry; the template draws it as SVG. Pure: days in, numbers out (user units of the view box)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

LEFT, RIGHT, TOP, ROW, BAR = 190, 16, 34, 26, 14
WIDTH = 1000


class Bar(NamedTuple):
    """What is drawn in one row: from the first to the last day, both included; css says of what kind."""

    label: str
    starts_on: date
    ends_on: date
    css: str = ""


@dataclass(frozen=True)
class Drawn:
    """One row: the bar's box, the middle of the row for texts, and the bar it is."""

    bar: Bar
    x: float
    width: float
    y: float
    middle: float


@dataclass(frozen=True)
class Chart:
    """rows; months: (x, label "2026-03", width); marks: (x, label) of single days such as today; height of the view box."""

    rows: list[Drawn]
    months: list[tuple[float, date, float]]
    marks: list[tuple[float, str, date]]
    height: float
    width: int = WIDTH
    top: int = TOP


def draw(bars: Iterable[Bar], *, marks: Iterable[tuple[str, date]] = (), left: int = LEFT) -> Chart | None:
    """The chart over all days of bars and marks, whole months; None when there is nothing to draw.

    left: room for the names of the rows, in user units.
    """
    bars, marks = list(bars), list(marks)
    if not bars:
        return None
    days = [day for bar in bars for day in (bar.starts_on, bar.ends_on)] + [day for _label, day in marks]
    first, last = min(days).replace(day=1), _month_end(max(days))
    scale = (WIDTH - left - RIGHT) / ((last - first).days + 1)

    def at(day):
        return left + (day - first).days * scale

    rows = [
        Drawn(
            bar,
            round(at(bar.starts_on), 1),
            round(max(at(bar.ends_on + timedelta(days=1)) - at(bar.starts_on), 2), 1),
            TOP + number * ROW + (ROW - BAR) / 2,
            TOP + number * ROW + ROW / 2,
        )
        for number, bar in enumerate(bars)
    ]
    months, day = [], first
    while day <= last:
        end = _month_end(day)
        months.append((round(at(day), 1), day, round(((end - day).days + 1) * scale, 1)))
        day = end + timedelta(days=1)
    places = [(round(at(day), 1), label, day) for label, day in marks]
    return Chart(rows, months, places, TOP + len(rows) * ROW + 8)


def split(chart: Chart, *, most: int) -> list[Chart]:
    """The chart in pieces of at most so many rows, each under the same months and marks: one a printed page."""
    return [_piece(chart, chart.rows[first : first + most]) for first in range(0, len(chart.rows), most)]


def _piece(chart, rows):
    up = rows[0].middle - ROW / 2 - TOP
    moved = [replace(row, y=row.y - up, middle=row.middle - up) for row in rows]
    return replace(chart, rows=moved, height=TOP + len(rows) * ROW + 8)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
