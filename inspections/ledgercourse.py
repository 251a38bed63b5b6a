"""What a row of an old ledger says was done and when: the acts in order, as far as they make sense. Nothing is read or written.

A day without an hour stands for its noon; acts of one day follow each other in the order of the ledger.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from campaigns.worktime import ZONE, Calendar
from checklists.sheets.doubts import MEANINGS, Doubt, Proposal, short
from checklists.sheets.ledger import DATES, STRUCK_OFF, day_of
from checklists.sheets.text import joined
from checklists.timelimits import DIGITS, RELATIVE, parse_time_limit

NOON = time(12)
NOT_PUT_RIGHT = re.compile(r"^否|未|不|没|部分|正在|整改中|推进中|反弹|×|^x$", re.IGNORECASE)
PUT_RIGHT = re.compile(r"^是$|已|完成|合格|通过|到位|达标|属实|销号|^√|^✓|良好")
STATE = re.compile(r"已?(整改|办结)?销号|(未|没有|部分|正在)(整改|完成|办结|销号)(到位)?|整改中|推进中")
WITHIN = re.compile(r"(\d{1,3}|[一二两三四五六七八九十]+)个?(工作日|天|日|周|小时)之?[内以]")
FROM_FOUND = "found"  # the answer to "when was it issued": on the day it was found
ANSWERS = ("found_on", "issued_on", "done_on")  # what is asked of all rows together where the ledger does not say it
YEAR = re.compile(r"20\d\d")
HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True)
class Frame:
    """What all rows of a sheet share. columns: meaning -> (index, heading) of its first column; answers: of a person, by ANSWERS:
    a day as ISO text, FROM_FOUND, or "none" (the row goes no further)."""

    columns: Mapping[str, tuple[int, str]]
    answers: Mapping[str, str]
    now: datetime


@dataclass
class Course:
    """found_at: None where it must be asked; acts: (move, moment) in order; asks: one of ANSWERS a person must give first."""

    found_at: datetime | None = None
    acts: list[tuple[str, datetime]] = field(default_factory=list)
    asks: str = ""
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def issued_at(self) -> datetime | None:
        return self.acts[0][1] if self.acts else None

    @property
    def state(self) -> str:
        """The state of a finding in which the row ends."""
        ends = {"issue": "issued", "submit": "submitted", "close": "closed", "return": "returned"}
        return ends[self.acts[-1][0]] if self.acts else "draft"


def past_day(text: str, *, today: date) -> tuple[date, time | None] | None:
    """Of a day that names no year the last one that is past (12月28日, read in January)."""
    found = day_of(text, year=today.year)
    if found and found[0] > today and not YEAR.search(text):
        return day_of(text, year=today.year - 1)
    return found


def _verdict_of(cells: Mapping[str, str]) -> str:
    """What the ledger says of the outcome; the column of measures stands in where it holds a state and nothing else."""
    measures = joined(cells.get("measures", ""))
    return joined(cells.get("verdict", "")) or (measures if STATE.fullmatch(measures) else "")


class _StopError(Exception):
    """The row goes no further."""


def read_course(number: int, cells: Mapping[str, str], frame: Frame) -> Course:
    """cells: meaning -> text of one row."""
    reader = _Reader(number, cells, frame)
    try:
        reader.read()
    except _StopError:
        pass
    return reader.course


class _Reader:
    def __init__(self, number, cells, frame):
        self.number, self.cells, self.frame = number, cells, frame
        self.course = Course()
        self.verdict = _verdict_of(cells)
        today = frame.now.astimezone(ZONE).date()
        self.days = {meaning: past_day(cells.get(meaning, ""), today=today) for meaning in DATES}
        self.last: tuple[str, datetime] | None = None  # the step before: its meaning, its moment

    def read(self):
        self.course.found_at = self._found()
        self.last = ("found_on", self.course.found_at)
        passed = self._passed()
        is_done = bool(self.days["done_on"] or self.days["verified_on"] or self.days["closed_on"] or passed)
        if self.days["issued_on"]:
            self._act("issue", "issued_on")
        elif is_done:
            self._answer("issued_on")
            self._add("issue", self.course.found_at, "found_on")
        if not is_done or not self.course.acts:
            return
        self._submit()
        self._verify(passed)

    def _found(self):
        if self.days["found_on"] and not self._is_ahead("found_on"):
            return self._moment("found_on")
        said = self.frame.answers.get("found_on")
        if not said:
            self._ask("found_on")
        self.days["found_on"] = (date.fromisoformat(said), None)
        return self._moment("found_on")

    def _submit(self):
        """Where the ledger has no column for the day of the answer, it came at the latest when it was verified."""
        at_least = next((name for name in ("verified_on", "closed_on") if self.days[name]), "")
        if self.days["done_on"]:
            self._act("submit", "done_on")
        elif at_least and "done_on" in self.frame.columns:
            index, heading = self.frame.columns["done_on"]
            text = self.cells[at_least]
            proposals = (Proposal("fill", row=self.number, column=index, text=text), self._skip())
            self._stop("not_done", {"text": short(text), "heading": short(heading)}, proposals)
        elif at_least:
            self._add("submit", self._in_order(at_least), at_least)
        else:
            self.days["done_on"] = (date.fromisoformat(self._answer("done_on")), None)
            self._add("submit", self._in_order("done_on"), "done_on")

    def _verify(self, passed):
        if passed is None:
            if self.days["verified_on"] or self.verdict:
                text = self.verdict or self.cells["verified_on"]
                self._stop("odd_verdict", {"text": short(text)}, (self._skip(),))
            return
        if not passed and not self.days["verified_on"]:
            self._stop("odd_verdict", {"text": short(self.verdict)}, (self._skip(),))
        for meaning in ("verified_on", "closed_on"):
            if self.days[meaning] and (passed or meaning == "verified_on"):
                self.last = (meaning, self._in_order(meaning))
        self._add("close" if passed else "return", self.last[1], self.last[0])

    def _passed(self) -> bool | None:
        """Whether it was found put right; None: the ledger does not say so."""
        if self.days["closed_on"] or STRUCK_OFF.match(self.cells.get("closed_on", "")):
            return True
        if NOT_PUT_RIGHT.search(self.verdict):
            return False if self.days["done_on"] or self.days["verified_on"] else None
        return True if PUT_RIGHT.search(self.verdict) else None

    # --- steps ------------------------------------------------------------------------------------

    def _act(self, move, meaning):
        self._add(move, self._in_order(meaning), meaning)

    def _add(self, move, at, meaning):
        self.course.acts.append((move, at))
        self.last = (meaning, at)

    def _in_order(self, meaning) -> datetime:
        """The moment of a step, not before the step before it."""
        at, (before, last) = self._moment(meaning), self.last
        if at.date() < last.date():
            text = f"{last:%Y-%m-%d}"
            facts = {"heading": self._heading(meaning), "text": short(self.cells.get(meaning, "") or f"{at:%Y-%m-%d}")}
            facts |= {"other": self._heading(before), "before": text}
            columns = [self.frame.columns[meaning][0]] if meaning in self.frame.columns else []
            fills = [Proposal("fill", row=self.number, column=index, text=text) for index in columns]
            self._stop("acts_order", facts, (*fills, self._skip()))
        return max(at, last)

    def _moment(self, meaning) -> datetime:
        day, hour = self.days[meaning]
        at = datetime.combine(day, hour or NOON, tzinfo=ZONE)
        if self._is_ahead(meaning):
            raise _StopError
        return min(at, self.frame.now.astimezone(ZONE))

    def _is_ahead(self, meaning) -> bool:
        """The day has not come yet: that is a doubt."""
        day, _hour = self.days[meaning]
        if day <= self.frame.now.astimezone(ZONE).date():
            return False
        facts = {"heading": self._heading(meaning), "text": short(self.cells.get(meaning, "") or day.isoformat())}
        self.course.doubts.append(Doubt(self.number, "future_date", facts, proposals=(self._skip(),)))
        return True

    def _answer(self, question) -> str:
        said = self.frame.answers.get(question)
        if said is None:
            self._ask(question)
        if said == "none":
            raise _StopError
        return said

    def _ask(self, question):
        self.course.asks = question
        raise _StopError

    def _stop(self, kind, facts, proposals):
        self.course.doubts.append(Doubt(self.number, kind, facts, proposals=proposals))
        raise _StopError

    def _skip(self):
        return Proposal("skip", row=self.number)

    def _heading(self, meaning) -> str:
        _index, heading = self.frame.columns.get(meaning, (0, str(MEANINGS[meaning])))
        return short(heading)


# --- the limit ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limit:
    """due_on: None = by the campaign's rule; doubt: kind and facts, or nothing."""

    due_on: date | None = None
    doubt: tuple[str, dict] | None = None


def read_limit(text: str, *, issued_on: date | None, today: date, calendar: Callable[[], Calendar]) -> Limit:
    """A day, or so many working days from the day of issue (3个工作日内). issued_on: None for a row that stays a draft."""
    text = joined(text)
    if not text:
        return Limit()
    within = WITHIN.search("".join(unicodedata.normalize("NFKC", text).split()))
    if within and (amount := _number(within[1])):
        return Limit(_counted(amount, within[2], issued_on, calendar) if issued_on else None)
    limit = parse_time_limit(text, year=(issued_on or today).year)
    if limit.due_on and issued_on and limit.due_on + HALF_A_YEAR < issued_on and not YEAR.search(text):  # 1月5日 of a December
        limit = parse_time_limit(text, year=issued_on.year + 1)
    if limit.due_on is None:
        is_doubted = limit.doubt and not RELATIVE.search(text)  # by the reader of the sheet
        return Limit() if is_doubted else Limit(doubt=("limit_by_rule", {"text": short(text)}))
    if issued_on and limit.due_on < issued_on:
        return Limit(doubt=("limit_before", {"text": short(text)}))
    if not issued_on and limit.due_on < today:
        return Limit(doubt=("limit_past", {"text": short(text)}))
    return Limit(limit.due_on)


def _counted(amount, unit, issued_on, calendar) -> date:
    if unit == "工作日":
        return calendar().add_workdays(issued_on, amount)
    days = {"天": amount, "日": amount, "周": 7 * amount, "小时": math.ceil(amount / 24)}
    return issued_on + timedelta(days=days[unit])


def _number(text: str) -> int | None:
    """3, 三, 十, 十五; None for what is no single number (三五)."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (DIGITS[tens] if tens else 1 if ten else 0) * 10 + (DIGITS[ones] if ones else 0)
