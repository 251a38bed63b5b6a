"""Text made ready for print: characters every font set can show, chances to break lines, numbers in Chinese."""

import re
import unicodedata
from collections.abc import Container
from datetime import date

MISSING_SORT = "〓"  # what Chinese printers set where a character is missing; never an empty box
BREAK = "\u200b"
_HAN = "\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef\U00020000-\U0003ffff"
_OPENING, _CLOSING = "（《〈【「『〔［", "，。、；：？！％）》〉】」』〕］"
_BEFORE_OPENING = re.compile(f"(?<=[{_HAN}”’])(?<![{_OPENING}])(?=[“‘])")
_AFTER_CLOSING = re.compile(f"(?<=[”’])(?=[{_HAN}])(?![{_CLOSING}])")
_TAILS = ("工作", "情况", "问题", "行动")  # belong to the word before them
_WORDS = (*_TAILS, "创建", "文明", "城市", "督查", "整改", "责任", "单位", "通报", "检查", "测评")  # of titles, never parted
_PAUSES = ("的", "和", "与", "及", "、", "，", *_TAILS)
_DIGITS = "零一二三四五六七八九"


def printable(text: str, covered: Container[int]) -> str:
    """The text without control and direction characters, and with 〓 for whatever no print font has.

    covered: code points the fonts have. Line ends stay, tabs become spaces.
    """
    return "".join(_printed(char, covered) for char in text)


def _printed(char: str, covered: Container[int]) -> str:
    if char == "\n":
        return char
    kind = unicodedata.category(char)  # asked before the fonts: some have glyphs for tabs and zero-width marks
    is_selector = 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF
    if kind in ("Cc", "Cf", "Cs") or is_selector:
        return " " if char.isspace() else ""
    if ord(char) in covered:
        return char
    return " " if char.isspace() else MISSING_SORT


def with_breaks(text: str) -> str:
    """Chances to break a line outside curly quotes between Chinese characters.

    Unicode's line breaking glues “ and ” to both neighbours, so lines would end three or four characters short.
    """
    return _AFTER_CLOSING.sub(BREAK, _BEFORE_OPENING.sub(BREAK, text))


def chinese_number(number: int) -> str:
    """1–99 as headings count: 一, 十, 十一, 二十三."""
    if not 0 < number < 100:
        raise ValueError(f"no heading has the number {number}")
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


def chinese_day(day: str | date) -> str:
    """2026年3月27日 of an ISO date; anything else as it is written."""
    try:
        day = date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        return day
    return f"{day.year}年{day.month}月{day.day}日"


def broken_by_sense(text: str, *, width: int) -> list[str]:
    """A title as lines of at most `width` characters, about equally long, broken after 的, 和, 、 and the like.

    Breaks the writer made (new lines) are kept. Source: GB/T 9704-2012, 7.3.1.
    """
    return [line for part in text.split("\n") if part.strip() for line in _halved(part.strip(), width)]


def _halved(text: str, width: int) -> list[str]:
    if len(text) <= width:
        return [text]
    aim = len(text) / -(-len(text) // width)
    places = [place for place in range(2, min(width, len(text) - 2) + 1) if not _holds_together(text, place)]
    at = min(places, key=lambda place: abs(place - aim) - 2.5 * text[:place].endswith(_PAUSES), default=width)
    return [text[:at], *_halved(text[at:], width)]


def _holds_together(text: str, place: int) -> bool:
    left, right = text[place - 1], text[place]
    is_inside = any(word in text[max(0, place - 1) : place + 1] for word in _WORDS)
    is_tail = text.startswith(_TAILS, place)
    is_mark = left in "“‘（《〔「第" or right in "”’）》〕」、，的和与及年月日周期"
    return is_inside or is_tail or is_mark or (left.isascii() and right.isascii())
