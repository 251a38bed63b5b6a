"""Tables of working time around 国庆 2026: off 1–7 October, worked on Sunday 20 September and Saturday 10 October."""

import datetime
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.actions import load_holidays
from campaigns.calendars import calendar_of, national_days
from campaigns.models import CampaignHoliday, Holiday
from campaigns.worktime import ZONE, Calendar
from tests.factories import CampaignFactory

EXCEPTIONS = {row.on: row.is_workday for row in national_days()}
CHINA = Calendar(EXCEPTIONS, frozenset({2025, 2026}))


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-09-18", True),  # Friday
        ("2026-09-19", False),  # Saturday
        ("2026-09-20", True),  # make-up Sunday
        ("2026-09-25", False),  # 中秋, a Friday
        ("2026-09-30", True),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # make-up Saturday
        ("2026-10-11", False),
        ("2026-01-04", True),  # make-up Sunday
    ],
)
def test_which_days_are_worked(day, worked):
    assert CHINA.is_workday(date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("day", "n", "reached"),
    [
        ("2026-09-18", 1, "2026-09-20"),  # Friday, then the make-up Sunday
        ("2026-09-18", 2, "2026-09-21"),
        ("2026-09-24", 1, "2026-09-28"),  # over 中秋 and the weekend
        ("2026-09-30", 1, "2026-10-08"),  # over 国庆
        ("2026-09-30", 3, "2026-10-10"),  # Saturday is worked
        ("2026-09-30", 4, "2026-10-12"),
        ("2026-10-03", 1, "2026-10-08"),
        ("2026-10-03", 0, "2026-10-08"),  # a day off counts from the next working day
        ("2026-10-08", 0, "2026-10-08"),
        ("2026-10-08", -1, "2026-09-30"),
        ("2026-10-03", -1, "2026-09-30"),
        ("2026-10-12", -3, "2026-10-08"),
        ("2026-12-31", 1, "2027-01-01"),  # nobody has published 2027: a Friday counts
    ],
)
def test_adding_working_days(day, n, reached):
    assert CHINA.add_workdays(date.fromisoformat(day), n) == date.fromisoformat(reached)


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        ("2026-09-30", "2026-09-30", 0),
        ("2026-09-30", "2026-10-07", 0),
        ("2026-09-30", "2026-10-08", 1),
        ("2026-09-30", "2026-10-12", 4),
        ("2026-10-12", "2026-09-30", -4),
        ("2026-09-18", "2026-09-21", 2),
        ("2026-10-02", "2026-10-05", 0),
    ],
)
def test_counting_working_days(a, b, days):
    assert CHINA.workdays_between(date.fromisoformat(a), date.fromisoformat(b)) == days


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@given(a=days, b=days, exceptions=st.dictionaries(days, st.booleans()))
def test_counting_working_days_counts_each_day_once(a, b, exceptions):
    calendar = Calendar(exceptions)
    first, last = sorted((a.toordinal(), b.toordinal()))

    counted = sum(calendar.is_workday(date.fromordinal(day)) for day in range(first + 1, last + 1))

    assert calendar.workdays_between(a, b) == (counted if a <= b else -counted)


@pytest.mark.parametrize(
    ("moment", "hours", "reached"),
    [
        ("2026-09-28T09:00", 2, "2026-09-28T11:00"),
        ("2026-09-28T11:00", 2, "2026-09-28T14:30"),  # over the break at noon
        ("2026-09-28T17:00", 2, "2026-09-29T09:30"),
        ("2026-09-28T20:00", 1, "2026-09-29T09:30"),
        ("2026-09-28T06:00", 8, "2026-09-28T18:00"),
        ("2026-09-30T16:00", 26, "2026-10-10T18:00"),  # 2 h, then all of 8, 9 and 10 October
        ("2026-09-19T10:00", 1.5, "2026-09-20T10:00"),  # Saturday off, Sunday worked
    ],
)
def test_adding_working_hours(moment, hours, reached):
    assert CHINA.add_work_hours(at(moment), hours) == at(reached)


@pytest.mark.parametrize(
    ("a", "b", "hours"),
    [
        ("2026-09-28T09:00", "2026-09-28T11:00", 2),
        ("2026-09-28T11:00", "2026-09-28T14:30", 2),
        ("2026-09-30T17:00", "2026-10-08T09:30", 2),
        ("2026-10-01T09:00", "2026-10-07T18:00", 0),
        ("2026-09-28T11:00", "2026-09-28T10:00", 0),
    ],
)
def test_counting_working_hours(a, b, hours):
    assert CHINA.work_hours_between(at(a), at(b)) == hours


def test_a_limit_ends_with_its_local_day():
    ends = CHINA.end_of_day(date(2026, 9, 30))

    assert ends == datetime.datetime(2026, 9, 30, 16, tzinfo=datetime.UTC)


def test_loading_the_national_days_twice_adds_nothing_and_keeps_a_correction(db):
    first = load_holidays()
    Holiday.objects.filter(on=date(2026, 10, 7)).update(is_workday=True, name="更正")

    assert (first, load_holidays()) == (len(national_days()), 0)
    assert Holiday.objects.get(on=date(2026, 10, 7)).name == "更正"


def test_national_rows_are_days_off_on_weekdays_and_worked_days_at_weekends():
    assert {(row.is_workday, row.on.weekday() > 4) for row in national_days()} == {(False, False), (True, True)}


def test_a_campaigns_own_day_beats_the_national_one(db):
    load_holidays()
    campaign = CampaignFactory()
    CampaignHoliday.objects.create(campaign=campaign, on=date(2026, 10, 7), name="值守", is_workday=True)
    CampaignHoliday.objects.create(campaign=CampaignFactory(), on=date(2026, 10, 6), name="别处", is_workday=True)

    calendar = calendar_of(campaign)

    assert [day for day in range(1, 11) if calendar.is_workday(date(2026, 10, day))] == [7, 8, 9, 10]


def test_a_campaign_that_runs_into_a_year_without_data_is_warned(db, django_assert_num_queries):
    load_holidays()
    year = max(row.on.year for row in national_days())
    campaign = CampaignFactory(cutoff_on=date(year + 1, 6, 30))

    with django_assert_num_queries(1):
        calendar = calendar_of(campaign)

    assert year + 1 in calendar.warned_years
    assert (calendar.is_known(date(year, 5, 1)), calendar.is_known(date(year + 1, 5, 1))) == (True, False)
