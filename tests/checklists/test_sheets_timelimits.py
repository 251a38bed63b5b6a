"""Time limits as offices write them. Source: glossary, "time limit"."""

from datetime import date

import pytest

from checklists.timelimits import TimeLimit, parse_time_limit

DATES = {
    "8月15日前": (2026, 8, 15),
    "8月15日以前": (2026, 8, 15),
    "８月１５日之前完成": (2026, 8, 15),
    "八月十五日前": (2026, 8, 15),
    "8.15前": (2026, 8, 15),
    "2026-08-15": (2026, 8, 15),
    "2026/8/15": (2026, 8, 15),
    "2026.8.15": (2026, 8, 15),
    "2026年8月15日 17:30": (2026, 8, 15),
    "6月底前": (2026, 6, 30),
    "5月底前": (2026, 5, 31),
    "6月末": (2026, 6, 30),
    "截至8月15日": (2026, 8, 15),
    "2026年8月15日前": (2026, 8, 15),
    "八月中旬": (2026, 8, 20),
    "8月9日至8月20日": (2026, 8, 20),
    "8月9日～20日": (2026, 8, 20),
    "8月9日 - 8月20日": (2026, 8, 20),
    "9月初": (2026, 9, 10),
    "国庆节前（10月1日前）": (2026, 10, 1),
    "12 月底前": (2026, 12, 31),
    "十二月底前": (2026, 12, 31),
    "6月": (2026, 6, 30),
    "6月份": (2026, 6, 30),
    "2026年6月": (2026, 6, 30),
    "二〇二六年六月": (2026, 6, 30),
    "2月底": (2026, 2, 28),
    "6月上旬": (2026, 6, 10),
    "6月中旬": (2026, 6, 20),
    "6月下旬": (2026, 6, 30),
    "8月9日—8月20日": (2026, 8, 20),
    "8月9号—8月20号": (2026, 8, 20),
    "8月9日-20日": (2026, 8, 20),
    "8月9—20日": (2026, 8, 20),
    "1—6月": (2026, 6, 30),
    "2026年1-6月": (2026, 6, 30),
    "自3月1日起至6月底": (2026, 6, 30),
    "2026.6-2026.9": (2026, 9, 30),
    "11月—次年2月": (2027, 2, 28),
    "11月-2月": (2027, 2, 28),
    "2026年9月—2027年3月": (2027, 3, 31),
    "明年3月": (2027, 3, 31),
    "2025年12月31日前": (2025, 12, 31),
    "年底前": (2026, 12, 31),
    "2027年底": (2027, 12, 31),
    "2026年": (2026, 12, 31),
    "上半年": (2026, 6, 30),
    "第三季度末": (2026, 9, 30),
    "一季度": (2026, 3, 31),
}


@pytest.mark.parametrize(("text", "day"), DATES.items())
def test_a_date_is_its_last_day(text, day):
    assert parse_time_limit(text, year=2026) == TimeLimit(text, date(*day))


@pytest.mark.parametrize(
    ("text", "due_on", "recurrence", "standing"),
    [
        ("每月", None, "monthly", False),
        ("每个月25日前", None, "monthly", False),
        ("按月报送", None, "monthly", False),
        ("每月底", None, "monthly", False),
        ("每 月", None, "monthly", False),
        ("每月一次", None, "monthly", False),
        ("逐月推进", None, "monthly", False),
        ("每季度", None, "quarterly", False),
        ("每季度末", None, "quarterly", False),
        ("每季", None, "quarterly", False),
        ("每季度末月25日前", None, "quarterly", False),
        ("每年", None, "yearly", False),
        ("每年6月底前", date(2026, 6, 30), "yearly", False),
        ("长期坚持", None, None, True),
        ("立行立改", None, None, True),
        ("立行立改、长期坚持", None, None, True),
        ("全年", None, None, True),
        ("常年坚持", None, None, True),
        ("即知即改", None, None, True),
        ("立行立改，8月底前", date(2026, 8, 31), None, True),
        ("常态化推进", None, None, True),
        ("9月起长期坚持", None, None, True),
        ("6月底前，并长期坚持", date(2026, 6, 30), None, True),
        ("", None, None, False),
    ],
)
def test_what_recurs_or_always_holds(text, due_on, recurrence, standing):
    assert parse_time_limit(text, year=2026) == TimeLimit(text, due_on, recurrence, standing)


@pytest.mark.parametrize(
    ("text", "due_on", "fact"),
    [
        ("4月31日", None, "30"),
        ("2月29日前", None, "28"),
        ("13月", None, "13"),
        ("8月9日-40日", None, "31"),
        ("尽快", None, "尽快"),
        ("3个工作日内", None, "3个工作日内"),
        ("本月底", None, "本月底"),
        ("30日前", None, "30日前"),
        ("按上级通知", None, "按上级通知"),
        ("每周", None, "每周"),
        ("每半年", None, "每半年"),
        ("6月底前出方案，12月底前完成", date(2026, 12, 31), "6月底前出方案"),
    ],
)
def test_what_cannot_be_is_a_doubt_that_names_it(text, due_on, fact):
    limit = parse_time_limit(text, year=2026)

    assert (limit.text, limit.due_on, limit.recurrence, limit.standing) == (text, due_on, None, False)
    assert fact in limit.doubt


def test_a_leap_day_is_a_date_in_a_leap_year():
    assert parse_time_limit("2月29日前", year=2028).due_on == date(2028, 2, 29)
