"""Time limits as offices write them -> a date or a recurrence; the text is always kept.

Source: the limits seen in responsibility tables and plans (glossary, "time limit").
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九十")} | {"〇": 0, "两": 2}
CHINESE_NUMBER = re.compile(r"[零〇一二三四五六七八九十]+(?=年|个?月|日|号)")
QUARTERS = {"一": 3, "1": 3, "二": 6, "2": 6, "三": 9, "3": 9, "四": 12, "4": 12}
STANDING = re.compile(r"长期|常态|常年|全年|持续|经常|日常|随时|立行立改|即知即改|即时|贯穿")
RECURRENCES = (
    (re.compile(r"每个?季度?|按季|季报|(?<![一二三四1-4])季度末"), "quarterly"),
    (re.compile(r"每个?月|按月|月报|逐月"), "monthly"),
    (re.compile(r"(我们的|传统|重要|重大|各)节(日|庆)|逢(重要|传统|重大)?佳?节|逢年过节|节日(期间|前后)"), "festivals"),
    (re.compile(r"每年|年度报|按年|逐年"), "yearly"),
)
ODD_RHYTHM = re.compile(r"每半年|每两?个?(周|旬|天|日|双月)|每周|每日|每天|按周|每半月|每两个?月")
RELATIVE = re.compile(r"工作日内|(\d+个?(天|日|周|小时|月)(之?内|以内))|(本|下|上|当)(个?月|周|季)|近期|尽快")
YEAR = r"(?:(?P<{name}>20\d\d|明|次|今|本|当)年度?)?"
DATE = re.compile(
    r"(?P<iso_year>20\d\d)[-./](?P<iso_month>\d{1,2})(?:[-./](?P<iso_day>\d{1,2})(?!\d))?"
    + rf"|{YEAR.format(name='year')}"
    + r"(?P<month>\d{1,2})月份?(?:(?P<day>\d{1,2})[日号]?(?!\d)|(?P<part>月?(?:底|末|初)|[上中下]旬))?"
    + r"|(?P<dot_month>\d{1,2})\.(?P<dot_day>\d{1,2})(?=日?(?:之?前|以前)|-|至|$)"
    + rf"|{YEAR.format(name='quarter_year')}第?(?P<quarter>[一二三四1-4])季度"
    + rf"|{YEAR.format(name='half_year')}(?P<half>[上下])半年"
    + r"|(?P<end_year>20\d\d|明|次|今|本|当|全)?年度?(?P<end>底|末|内|终)"
    + r"|(?P<whole_year>20\d\d)年"
)
YEARS = ("iso_year", "year", "quarter_year", "half_year", "end_year", "whole_year")
BARE_DAY = re.compile(r"^[-—–~至到]+(\d{1,2})[日号]")
RANGE = re.compile(r"^(?:日|号)?(?:\([^)]*\))?(?:起|开始)?(?:-{1,2}|~|至|到|直至)")
STARTS = re.compile(r"^(?:日|号)?(?:起|开始|以后|之后|后)")


@dataclass(frozen=True)
class TimeLimit:
    """text: as written; due_on: the last day; recurrence: one of Recurrence, "monthly" to "festivals"; standing: holds all the
    time (长期坚持, 立行立改); doubt: a sentence where the text cannot be what it says. All may be empty together."""

    text: str
    due_on: date | None = None
    recurrence: str | None = None
    standing: bool = False
    doubt: str | None = None


def parse_time_limit(text: str, *, year: int) -> TimeLimit:
    """What a written limit means. year: of the campaign, for limits that name none (8月15日前); of a range the end counts.

    A limit that names only a month is due on its last day. Never raises: what is not understood is a doubt.
    """
    text = text.strip()
    if not text:
        return TimeLimit("")
    plain = _plain(text)
    recurrence = next((name for pattern, name in RECURRENCES if pattern.search(plain)), None)
    standing = bool(STANDING.search(plain))
    days, doubt = _days(plain, year)
    due_on = days[-1] if days and (recurrence in (None, "yearly")) else None
    if doubt is None and len(days) > 1:
        doubt = _("“%(text)s” names several dates: the last one was taken.") % {"text": text}
    if doubt is None and ODD_RHYTHM.search(plain):
        recurrence = None
        doubt = _("“%(text)s” recurs, but not monthly, quarterly or yearly: choose one or a date.") % {"text": text}
    if doubt is None and not (due_on or recurrence or standing):
        doubt = _not_understood(text, plain)
    return TimeLimit(text, due_on, recurrence, standing, doubt)


def _not_understood(text: str, plain: str) -> str:
    if RELATIVE.search(plain):
        return _("“%(text)s” does not say from which day it counts: set a date.") % {"text": text}
    return _("“%(text)s” is not understood as a time limit: set a date.") % {"text": text}


def _plain(text: str) -> str:
    """Half-width, no white space, one dash, Chinese numbers before 年月日 as digits (八月十五日 -> 8月15日)."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    text = re.sub(r"[—–−―─~～]+", "-", text)
    text = re.sub(r"(?<!\d)(\d{1,2})[-至](\d{1,2})月", r"\1月-\2月", text)
    return CHINESE_NUMBER.sub(lambda found: str(_number(found[0])), text)


def _number(chinese: str) -> str | int:
    """十五 -> 15, 三十 -> 30, 二〇二六 -> 2026."""
    if "十" not in chinese:
        return "".join(str(DIGITS[digit]) for digit in chinese)
    tens, _ten, ones = chinese.partition("十")
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def _days(plain: str, year: int) -> tuple[list[date], str | None]:
    """The dates that end something, in order of the text, and what is wrong with one of them."""
    days: list[date] = []
    place = 0
    start: date | None = None  # of a range whose end is still to come
    while found := DATE.search(plain, place):
        day, problem = _day(found, year, after=start)
        if problem:
            return days, problem
        place, rest = found.end(), plain[found.end() :]
        if bare := BARE_DAY.match(rest):  # 8月9日-20日
            day, problem = _made(day.year, day.month, int(bare[1]), f"{day.month}月{bare[1]}日")
            if problem:
                return days, problem
            place += bare.end()
        elif RANGE.match(rest) and DATE.search(rest):
            start = day
            continue
        elif STARTS.match(rest):
            start = None
            continue
        start = None
        if day not in days:
            days.append(day)
    return days, None


def _day(found: re.Match, year: int, *, after: date | None) -> tuple[date | None, str | None]:
    """The last day a match means; `after`: the beginning of the range it ends, which may push it into the next year."""
    part = found.groupdict()
    named = next((part[key] for key in YEARS if part[key]), None)
    at_year = _year(named, year)
    month, day = _month_and_day(part)
    if not named and after and (month, day or 31) < (after.month, after.day):
        at_year = after.year + 1
    elif not named and after:
        at_year = after.year
    return _made(at_year, month, day, found[0])


def _year(named: str | None, year: int) -> int:
    if named and named.isdigit():
        return int(named)
    return year + 1 if named in ("明", "次") else year


def _month_and_day(part: dict) -> tuple[int, int | None]:
    """(month, day) of one match; day None is the last of the month."""
    if part["iso_month"]:
        return int(part["iso_month"]), int(part["iso_day"]) if part["iso_day"] else None
    if part["dot_month"]:
        return int(part["dot_month"]), int(part["dot_day"])
    if part["quarter"]:
        return QUARTERS[part["quarter"]], None
    if part["half"]:
        return (6 if part["half"] == "上" else 12), None
    if part["end"] or part["whole_year"]:
        return 12, None
    named_part = part["part"] or ""
    if part["day"]:
        return int(part["month"]), int(part["day"])
    return int(part["month"]), 10 if "上旬" in named_part or "初" in named_part else 20 if "中旬" in named_part else None


def _made(year: int, month: int, day: int | None, written: str) -> tuple[date | None, str | None]:
    if not 1 <= month <= 12:
        return None, _("There is no month %(month)s (“%(text)s”).") % {"month": month, "text": written}
    last = calendar.monthrange(year, month)[1]
    if day is not None and not 1 <= day <= last:
        return None, _("“%(text)s” does not exist: that month ends on day %(last)s.") % {"text": written, "last": last}
    return date(year, month, day or last), None
