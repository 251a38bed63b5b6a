from fractions import Fraction

import pytest

from reports.ranking import as_percent, as_points, change_of, ranks, rate_of


@pytest.mark.parametrize(
    ("in_time", "due", "waiting", "rate"),
    [
        (3, 4, 0, Fraction(3, 4)),
        (3, 5, 1, Fraction(3, 4)),
        (0, 0, 0, None),
        (0, 2, 2, None),
        (0, 2, 0, Fraction(0)),
        (2, 2, 0, Fraction(1)),
    ],
)
def test_the_rate_leaves_out_what_waits_for_verification(in_time, due, waiting, rate):
    assert rate_of(in_time=in_time, due=due, waiting=waiting) == rate


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([], []),
        ([(Fraction(1), 3)], [1]),
        ([(Fraction(1), 2), (Fraction(1, 2), 4)], [None, 1]),
        ([(Fraction(9, 10), 10), (Fraction(9, 10), 20), (Fraction(1, 2), 4)], [1, 1, 3]),
        ([(Fraction(1, 3), 3), (None, 0), (Fraction(2, 3), 3), (Fraction(2, 6), 6)], [2, None, 1, 2]),
    ],
)
def test_ties_share_a_rank_and_few_are_not_ranked(rates, expected):
    assert ranks(rates) == expected


@pytest.mark.parametrize(
    ("rate", "text"),
    [(None, "—"), (Fraction(0), "0.0%"), (Fraction(1), "100.0%"), (Fraction(2, 3), "66.7%"), (Fraction(1, 16), "6.3%")],
)
def test_a_rate_is_printed_with_one_decimal_rounded_half_up(rate, text):
    assert as_percent(rate) == text


@pytest.mark.parametrize(
    ("rate", "before", "text"),
    [
        (Fraction(3, 4), Fraction(1, 2), "+25.0"),
        (Fraction(1, 2), Fraction(3, 4), "-25.0"),
        (Fraction(1, 2), Fraction(1, 2), "0.0"),
        (Fraction(5001, 10000), Fraction(1, 2), "0.0"),
        (Fraction(1, 2), None, ""),
        (None, Fraction(1, 2), ""),
    ],
)
def test_change_is_in_percentage_points_and_none_without_two_rates(rate, before, text):
    assert as_points(change_of(rate, before)) == text
