"""Rates and ranks of a bulletin: plain values in and out."""

from collections.abc import Sequence
from fractions import Fraction

MINIMUM = 3  # fewer in the denominator: not ranked


def rate_of(*, in_time: int, due: int, waiting: int) -> Fraction | None:
    """按期整改率 = 按期办结 ÷ (应办结 − 待核查), 0-1; None ("—") when nothing is left to count."""
    left = due - waiting
    return Fraction(in_time, left) if left else None


def change_of(rate: Fraction | None, before: Fraction | None) -> Fraction | None:
    """Difference of two rates (0-1); None when either week had nothing to count."""
    return None if rate is None or before is None else rate - before


def ranks(rates: Sequence[tuple[Fraction | None, int]]) -> list[int | None]:
    """The rank of each (rate, denominator), best first; ties share it (1, 1, 3); None = not ranked.

    A unit with fewer than MINIMUM in the denominator is not ranked (不参与排名).
    """
    counted = [rate for rate, count in rates if rate is not None and count >= MINIMUM]
    return [
        1 + sum(other > rate for other in counted) if rate is not None and count >= MINIMUM else None for rate, count in rates
    ]


def as_percent(rate: Fraction | None) -> str:
    """ "87.5%" rounded half up to one decimal; "—" for None. Papers and pages print rates by this alone."""
    if rate is None:
        return "—"
    tenths = int(rate * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%"


def as_points(change: Fraction | None) -> str:
    """Change in percentage points: "+2.5", "-0.4", "0.0"; empty for None."""
    if change is None:
        return ""
    tenths = int(abs(change) * 1000 + Fraction(1, 2))
    sign = "+" if change > 0 and tenths else "-" if change < 0 and tenths else ""
    return f"{sign}{tenths // 10}.{tenths % 10}"
