"""What a single text gives away: trial entries, "as above", pasted rows, points and units inside the text, several methods.

Source: the dirt seen in offices' sheets (glossary, "standard", "responsibility table").
"""

import re
import unicodedata
from decimal import Decimal

from .names import split_names
from .text import folded

TRIAL = re.compile(
    r"^(测试(数据|内容|行|用例?)?\d*|test\w{0,8}|1{3,}|0{3,}|a{3,}|x{3,}|asd\w*|abc\d*|123(4(56?)?)?|哈{2,}|啊{2,})$"
)
LONGEST_TRIAL = 12
SAME_ABOVE = {"同上", "同前", "同上行", "″", "〃", '"', "''", "同上述"}
BRACKETED_POINTS = re.compile(r"[（(\[【]\s*(?:共|计|满分|分值)?\s*[:：]?\s*(\d{1,4}(?:[.．]\d{1,2})?)\s*分\s*[)）\]】]")
LAST_POINTS = re.compile(r"(?<![扣减加得每罚\d.．])(?:\s*满分)?\s*(\d{1,4}(?:[.．]\d{1,2})?)\s*分$")
LONGEST_WITH_POINTS = 40  # "公共环境 12分"; in a longer text a number at the end is part of the sentence
POINTS = re.compile(r"^[（(]?\s*(\d{1,4}(?:\.\d{1,2})?)\s*[分%]?\s*[)）]?$")
DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
WORDED_POINTS = re.compile(r"^[（(]?\s*([零〇一二三四五六七八九十百两半]+)(?:点([零〇一二三四五六七八九]{1,2}))?\s*分\s*[)）]?$")
WORDED_NUMBER = re.compile(r"(?:([一二两三四五六七八九])百[零〇]?)?(?:([一二三四五六七八九])?(十))?([零〇一二两三四五六七八九])?")
UNIT_IN_TEXT = re.compile(
    r"[【\[（(]\s*(?:提供材料|材料提供|责任|牵头|负责|配合)(?:单位|部门|科室|处室)\s*[:：]\s*([^】\]）)]{1,80})[】\]）)]"
)
METHOD_NUMBER = re.compile(r"(?:^|(?<=[\s;；,，、。]))\d{1,2}\s*[）).．、]\s*")
LONGEST_METHOD = 12


def is_trial(text: str) -> bool:
    """Somebody tried the sheet out: 测试, test, 1111, aaa."""
    return len(text) <= LONGEST_TRIAL and bool(TRIAL.match(folded(text)))


def is_same_above(text: str) -> bool:
    return text.strip() in SAME_ABOVE


def pasted_cells(text: str) -> tuple[str, ...]:
    """The cells of a row that was pasted into one, () if it is one cell."""
    cells = tuple(cell.strip() for cell in text.split("\t"))
    return cells if sum(map(bool, cells)) > 1 and "\n" not in text else ()


def points_of(text: str) -> Decimal | None:
    """A cell of points: 12, 12分, （0.5分）, 三分, 一点五分; None if it is something else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := POINTS.match(plain):
        return Decimal(found[1])
    found = WORDED_POINTS.match(plain)
    whole = _number(found[1]) if found else None
    if whole is None or not found[2]:
        return whole
    return Decimal(f"{whole}.{''.join(str(DIGITS[digit]) for digit in found[2])}")


def _number(words: str) -> Decimal | None:
    """五 -> 5, 十五 -> 15, 一百二十 -> 120, 半 -> 0.5; None for words in no order that is a number."""
    if words == "半":
        return Decimal("0.5")
    found = WORDED_NUMBER.fullmatch(words)
    if not found:
        return None
    hundreds, tens, has_tens, ones = found.groups()
    ten = DIGITS[tens] if tens else int(bool(has_tens))
    return Decimal(100 * DIGITS[hundreds or "零"] + 10 * ten + DIGITS[ones or "零"])


def points_in(text: str) -> list[Decimal]:
    """The points named inside a text: every (5分), else a last 12分 of a short text. Points taken off for faults are none."""
    found = [
        match[1]
        for match in BRACKETED_POINTS.finditer(text)
        if not re.search(r"[扣减加罚][^，。；;]{0,6}$", text[: match.start()])
    ]
    if not found and len(text) <= LONGEST_WITH_POINTS and (last := LAST_POINTS.search(text)):
        found = [last[1]]
    return [Decimal(unicodedata.normalize("NFKC", one)) for one in found]


def whole_of(points: list[Decimal]) -> Decimal:
    """What several points of one text are together: the first where the others are its parts, else their sum."""
    first, *parts = points
    return first if sum(parts) == first else sum(points)


def units_in(text: str) -> list[str]:
    """Units named inside a text: 【提供材料部门:党办】."""
    return [name for found in UNIT_IN_TEXT.finditer(text) for name in split_names(found[1])]


def method_parts(text: str) -> list[str]:
    """The numbered parts of a cell of methods (1)材料审核 2)问卷调查), without their numbers; one if there is no second."""
    parts = [part.strip(" \n;；,，。、") for part in METHOD_NUMBER.split(text)]
    return (
        [part for part in parts if part]
        if len(METHOD_NUMBER.findall(text)) > 1
        else [METHOD_NUMBER.sub("", text.strip(), count=1)]
    )


def methods_in(text: str) -> list[str]:
    """The methods a cell names, each once; a text that is no list of short words stays whole."""
    parts = [word for part in method_parts(text) for word in re.split(r"[、，,;；／/\s]+", part) if word]
    if any(len(part) > LONGEST_METHOD for part in parts):
        parts = [" ".join(text.split())]
    return list(dict.fromkeys(parts))
