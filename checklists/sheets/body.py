"""The rows below the heading: data rows with their levels; everything that is no data row is recognised or becomes a doubt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .doubts import Doubt, short
from .grid import Grid
from .headings import LEVELS, Headings, plain
from .text import joined

METHODS = re.compile(
    r"网上申报|实地考察|问卷调查|材料审核|材料申报|听取汇报|整体观察|网络调查|网络测评"
    r"|入户调查|电话调查|自我测评|暗访"
)
METHOD_LIKE = re.compile(r"^[\u4e00-\u9fff]{2,4}(申报|考察|调查|审核|汇报|观察|自测|抽查|检查|访谈)$")
ROMAN = {"Ⅰ": "project", "I": "project", "Ⅱ": "indicator", "II": "indicator", "Ⅲ": "content", "III": "content"}
ROMAN_ROW = re.compile(r"^(III|II|I|Ⅰ|Ⅱ|Ⅲ)\s*[—–−－-]*\s*\d")
CHAPTER_ROW = re.compile(
    r"^(?:([一二三四五六七八九十]+、|第[一二三四五六七八九十]+(?:部分|章))"
    r"|[（(][一二三四五六七八九十]+[)）])"
)
NOTE = re.compile(r"^(注\s*\d*[：:.、]|备注[：:]|说明[：:]|填表说明|填报说明|填报人|填表人|制表|审核人|联系人[：:])")
TOTAL = {"合计", "总计", "小计", "共计"}
CONTINUED = {"续", "续表", "(续)", "(续表)", "续上表"}
CUT_LENGTH = 255  # old spreadsheet programs end a text there
WIDE = 0.6  # part of the columns a caption row lies over


@dataclass(frozen=True)
class BodyRow:
    """One data row. levels: level -> text, blanks left out; cells: meaning -> text (several columns joined by line breaks).

    names: meaning -> the texts of its columns; other: (heading, text) of columns without a meaning;
    method: named by a caption row above, or "".
    """

    number: int
    levels: dict[str, str]
    cells: dict[str, str]
    names: dict[str, list[str]]
    other: tuple[tuple[str, str], ...]
    method: str

    @property
    def path(self) -> tuple[tuple[str, str], ...]:
        """(level, compared text) from the top, what makes an item distinct."""
        return tuple((level, joined(self.levels[level])) for level in LEVELS if level in self.levels)


def method_named(text: str) -> str:
    """The method of assessment a sheet's name or a caption names (未成年人-网上申报 -> 网上申报), or ""."""
    if found := METHODS.search(text):
        return found[0]
    last = re.split(r"[-—–－_]+", text.strip())[-1]
    return last if METHOD_LIKE.match(last) else ""


class Body:
    """Walks the rows below `headings` once; `doubts` is complete when the walk has ended.

    trailing_blanks: a blank after the last filled level is a doubt too (it is in a standard; in a responsibility table the
    row simply names a higher item).
    """

    def __init__(self, grid: Grid, headings: Headings, *, trailing_blanks: bool):
        self.grid = grid
        self.headings = headings
        self.doubts: list[Doubt] = []
        self._trailing_blanks = trailing_blanks
        self._carried: dict[str, str] = {}  # level -> text of a caption row
        self._above: dict[str, str] = {}  # level -> last text of its column
        self._method = ""
        columns = headings.levels
        top = LEVELS.index(columns[0]) if columns else 0
        self._missing = [level for level in LEVELS[:top] if columns]
        self._used = [column.index for column in headings.columns if column.text]

    def rows(self) -> Iterator[BodyRow]:
        for number in range(self.headings.bottom + 1, self.grid.height + 1):
            cells = self.grid.row(number)
            if self._is_blank(number, cells) or self.headings.repeats(cells):
                continue
            caption = self._caption(number, cells)
            if caption:
                self._read_caption(number, caption)
            else:
                yield self._read_row(number, cells)

    def _is_blank(self, number: int, cells: tuple[str, ...]) -> bool:
        """No text of its own: what a range merged further up filled down is not this row's."""
        for index, text in enumerate(cells):
            merge = self.grid.merge_at(number, index) if text else None
            if text and (merge is None or merge.top == number):
                return False
        return True

    def _caption(self, number: int, cells: tuple[str, ...]) -> str:
        """The text of a row across the table (a level, a group, a note), or ""."""
        filled = [index for index, text in enumerate(cells) if text]
        if cells[filled[0]].replace(" ", "") in TOTAL:
            return cells[filled[0]]
        if len(filled) != 1:
            return ""
        text, merge = cells[filled[0]], self.grid.merge_at(number, filled[0])
        if merge and merge.top == number and merge.right - merge.left + 1 >= max(2, WIDE * len(self._used)):
            return text
        if plain(text) in self.headings.titles | CONTINUED or NOTE.match(text):
            return text
        roman = ROMAN_ROW.match(text)
        if roman and ROMAN[roman[1]] not in self.headings.levels:
            return text
        return text if self._missing and CHAPTER_ROW.match(text) else ""

    def _read_caption(self, number: int, text: str) -> None:
        if plain(text) in self.headings.titles | CONTINUED:
            return
        if NOTE.match(text) or text.replace(" ", "") in TOTAL:
            self.doubts.append(Doubt(number, "note_row", {"start": short(text)}))
        elif level := self._caption_level(text):
            for lower in LEVELS[LEVELS.index(level) :]:
                self._carried.pop(lower, None)
            self._carried[level] = text
        elif len(text) < 20 and method_named(text):
            self._method = method_named(text)
        else:
            self.doubts.append(Doubt(number, "group_row", {"start": short(text)}))

    def _caption_level(self, text: str) -> str:
        """The level a caption row carries: by its Roman number, else by its chapter number, else the highest without a column."""
        if roman := ROMAN_ROW.match(text):
            level = ROMAN[roman[1]]
            return "" if level in self.headings.levels else level
        if not self._missing or (len(text) < 20 and method_named(text) and not self.headings.of("method")):
            return ""
        chapter = CHAPTER_ROW.match(text)
        is_second = chapter and not chapter[1] and len(self._missing) > 1 and self._missing[0] in self._carried
        return self._missing[1 if is_second else 0]

    def _read_row(self, number: int, cells: tuple[str, ...]) -> BodyRow:
        levels, blanks, by_meaning, other = dict(self._carried), [], {}, []
        for column in self.headings.columns:
            text = cells[column.index]
            if column.meaning in LEVELS:
                if text:
                    levels[column.meaning] = text
                elif self.grid.merge_at(number, column.index) is None:
                    blanks.append(column)
            elif column.meaning and text:
                by_meaning.setdefault(column.meaning, []).append(text)
            elif text:
                other.append((column.text, text))
            self._doubt_cut(number, column.index, text)
        self._doubt_blanks(number, levels, blanks)
        self._above.update(levels)
        joined_cells = {meaning: "\n".join(texts) for meaning, texts in by_meaning.items()}
        return BodyRow(number, levels, joined_cells, by_meaning, tuple(other), self._method)

    def _doubt_blanks(self, number: int, levels: dict[str, str], blanks: list) -> None:
        lowest = max((LEVELS.index(level) for level in levels), default=-1)
        for column in sorted(blanks, key=lambda column: LEVELS.index(column.meaning)):
            if not self._trailing_blanks and LEVELS.index(column.meaning) > lowest:
                continue
            facts = {"heading": short(column.text)}
            if above := self._above.get(column.meaning):
                self.doubts.append(Doubt(number, "blank", facts | {"above": short(above)}))
            else:
                self.doubts.append(Doubt(number, "blank_top", facts))

    def _doubt_cut(self, number: int, index: int, text: str) -> None:
        merge = self.grid.merge_at(number, index)
        if len(text) == CUT_LENGTH and (merge is None or merge.top == number):
            self.doubts.append(Doubt(number, "cut_text", {"end": text[-12:]}))
