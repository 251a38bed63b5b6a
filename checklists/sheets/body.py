"""The rows below the heading: data rows with their levels; everything that is no data row is recognised or becomes a doubt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from .dirt import is_same_above, is_trial, pasted_cells, points_of, units_in
from .doubts import Doubt, Proposal, short
from .grid import Grid, Merge
from .headings import LEVELS, NAMES, Column, Headings, plain
from .settled import NOTHING, Settled
from .text import flat_text, joined

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
NUMBERS = {"number", "code", "points", "phone", "position", "unit_code", "lost", "longitude", "latitude", "coordinates"}
NO_TRIAL = NUMBERS | {"note", "progress", "source"}  # 1111 may stand there in earnest, 12345 is a hotline


@dataclass(frozen=True)
class BodyRow:
    """One data row. levels: level -> text, blanks left out; cells: meaning -> text (several columns joined by line breaks).

    names: meaning -> the texts of its columns; other: (heading, text) of columns without a meaning;
    method: named by a caption row above, or ""; group: the last caption row that is no level; steps: (grade, its text);
    points: level -> points of its node; area: meaning -> (first, last) row of the merged cell it stands in.
    """

    number: int
    levels: dict[str, str]
    cells: dict[str, str]
    names: dict[str, list[str]]
    other: tuple[tuple[str, str], ...]
    method: str
    group: str = ""
    steps: tuple[tuple[str, str], ...] = ()
    points: dict[str, Decimal] = field(default_factory=dict)
    area: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def path(self) -> tuple[tuple[str, str], ...]:
        """(level, compared text) from the top, what makes an item distinct."""
        return tuple((level, joined(self.levels[level])) for level in LEVELS if level in self.levels)


@dataclass(frozen=True)
class CaptionRow:
    """A row across the table and how it was read. style: what it shares with its like (Ⅰ, 一、, （一）, …); level: of the tree,
    "" = only a caption; is_method: it names the method of the rows below."""

    number: int
    text: str
    style: str
    level: str = ""
    is_method: bool = False


def style_of(text: str) -> str:
    """By what a row across the table begins with; rows of one style mean the same."""
    if roman := ROMAN_ROW.match(text):
        return ROMAN[roman[1]]
    if chapter := CHAPTER_ROW.match(text):
        return "chapter" if chapter[1] else "section"
    return "method" if len(text) < 20 and method_named(text) else "other"


def method_named(text: str) -> str:
    """The method of assessment a sheet's name or a caption names (未成年人-网上申报 -> 网上申报), or ""."""
    if found := METHODS.search(text):
        return found[0]
    last = re.split(r"[-—–－_]+", text.strip())[-1]
    return last if METHOD_LIKE.match(last) else ""


class Body:
    """Walks the rows below `headings` once; `doubts` is complete when the walk has ended.

    trailing_blanks: a blank after the last filled level is a doubt too (it is in a standard; in a responsibility table the
    row simply names a higher item). is_flat: a table without levels, where a chapter's row is a group.
    """

    def __init__(
        self, grid: Grid, headings: Headings, *, trailing_blanks: bool = False, is_flat: bool = False, settled: Settled = NOTHING
    ):
        self.grid = grid
        self.headings = headings
        self.doubts: list[Doubt] = []
        self.captions: list[CaptionRow] = []
        self._trailing_blanks = trailing_blanks
        self._is_flat = is_flat
        self._settled = settled
        self._carried: dict[str, str] = {}  # level -> text of a caption row
        self._above: dict[int, str] = {}  # column -> last text
        self._method = self._group = ""
        self._numbers: dict[str, int] = {}  # 序号 -> its row, since it last began anew
        self._section = None
        columns = headings.levels
        top = LEVELS.index(columns[0]) if columns else 0
        self._missing = [level for level in LEVELS[:top] if columns]
        self._used = [column.index for column in headings.columns if column.text]
        self._level_columns = sorted(headings.of(*LEVELS), key=lambda column: LEVELS.index(column.meaning))
        self._name_columns = headings.of(*NAMES)

    def rows(self) -> Iterator[BodyRow]:
        for number in range(self.headings.bottom + 1, self.grid.height + 1):
            cells = self.grid.row(number)
            if not self._own(number, cells) or self.headings.repeats(cells):
                continue
            caption = self._caption(number, cells)
            if caption:
                self._read_caption(number, caption)
            else:
                yield self._read_row(number, cells)

    def _own(self, number: int, cells: tuple[str, ...]) -> list[int]:
        """The columns with a text of this row; what a range merged further up filled down is not the row's."""
        return [index for index, text in enumerate(cells) if text and not self._is_from_above(number, index)]

    def _is_from_above(self, number: int, index: int) -> bool:
        merge = self.grid.merge_at(number, index)
        return merge is not None and merge.top < number

    def _caption(self, number: int, cells: tuple[str, ...]) -> str:
        """The text of a row across the table (a level, a group, a note), or ""."""
        filled = [index for index, text in enumerate(cells) if text]
        if cells[filled[0]].replace(" ", "") in TOTAL:
            return cells[filled[0]]
        if len(filled) != 1:
            return ""
        text, merge = cells[filled[0]], self.grid.merge_at(number, filled[0])
        if number in self._settled.captions:
            return text
        if merge and merge.top == number and merge.right - merge.left + 1 >= max(2, WIDE * len(self._used)):
            return text
        if plain(text) in self.headings.titles | CONTINUED or NOTE.match(text):
            return text
        roman = ROMAN_ROW.match(text)
        if roman and ROMAN[roman[1]] not in self.headings.levels:
            return text
        return text if (self._missing or self._is_flat) and CHAPTER_ROW.match(text) else ""

    def _read_caption(self, number: int, text: str) -> None:
        settled = self._settled.captions.get(number)
        if settled is None and plain(text) in self.headings.titles | CONTINUED:
            return
        if settled is None and (NOTE.match(text) or text.replace(" ", "") in TOTAL):
            self.doubts.append(Doubt(number, "note_row", {"start": short(text)}))
        elif level := self._caption_level(text) if settled is None else settled:
            self.captions.append(CaptionRow(number, text, style_of(text), level))
            for lower in LEVELS[LEVELS.index(level) :]:
                self._carried.pop(lower, None)
            self._carried[level] = flat_text(text)
        elif settled is None and len(text) < 20 and method_named(text):
            self.captions.append(CaptionRow(number, text, style_of(text), is_method=True))
            self._method = method_named(text)
        else:
            self.captions.append(CaptionRow(number, text, style_of(text)))
            self._group = flat_text(text)
            if settled is None:
                levels = tuple(Proposal("map", row=number, text=level) for level in self._missing)
                proposals = (*levels, Proposal("map", row=number), Proposal("skip", row=number))
                self.doubts.append(Doubt(number, "group_row", {"start": short(text)}, proposals=proposals))

    def _caption_level(self, text: str) -> str:
        """The level a caption row carries: by its Roman number, else by its chapter number, else the highest without a column."""
        if roman := ROMAN_ROW.match(text):
            level = ROMAN[roman[1]]
            return "" if level in self.headings.levels or self._is_flat else level
        if not self._missing or (len(text) < 20 and method_named(text) and not self.headings.of("method")):
            return ""
        chapter = CHAPTER_ROW.match(text)
        is_second = chapter and not chapter[1] and len(self._missing) > 1 and self._missing[0] in self._carried
        return self._missing[1 if is_second else 0]

    def _read_row(self, number: int, cells: tuple[str, ...]) -> BodyRow:
        own = self._own(number, cells)
        is_pasted = len(own) == 1 and self._doubt_pasted(number, own[0], cells[own[0]])
        cells = tuple("" if self._doubt_same_above(number, index, text) else text for index, text in enumerate(cells))
        steps = self._steps(cells)
        levels, blanks, by_meaning, other, area = dict(self._carried), [], {}, [], {}
        for column in self.headings.columns:
            text, merge = cells[column.index], self.grid.merge_at(number, column.index)
            if column.meaning in LEVELS:
                if text and not (steps and column.label):
                    levels[column.meaning] = flat_text(text)
                    area[column.meaning] = (merge.top, merge.bottom) if merge else (number, number)
                elif not text and merge is None and not is_same_above(self.grid.row(number)[column.index]):
                    blanks.append(column)
            elif column.meaning and text:
                by_meaning.setdefault(column.meaning, []).append(text)
            elif text:
                other.append((column.text, text))
            if text:
                self._above[column.index] = text
            self._doubt_cut(number, column.index, text)
        if not is_pasted:
            self._doubt_blanks(number, levels, [column for column in blanks if not (steps and column.meaning == "criterion")])
        self._doubt_trial(number, own, cells)
        self._doubt_number(number, cells, next(iter(levels.values()), ""))
        self._doubt_units_in_text(number, own, cells)
        joined_cells = {meaning: "\n".join(texts) for meaning, texts in by_meaning.items()}
        points = self._points(number, cells, levels)
        return BodyRow(number, levels, joined_cells, by_meaning, tuple(other), self._method, self._group, steps, points, area)

    def _steps(self, cells: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """The grades of a row; a text that stands in the first of their columns alone is the standard itself."""
        filled = [column for column in self.headings.grades if cells[column.index]]
        if len(filled) == 1 and filled[0].meaning in LEVELS:
            return ()
        return tuple((column.label, cells[column.index]) for column in filled)

    def _points(self, number: int, cells: tuple[str, ...], levels: dict[str, str]) -> dict[str, Decimal]:
        """level -> its points. A merged cell belongs to the lowest level merged as far, another to the level before it."""
        found: dict[str, Decimal] = {}
        for column in self.headings.of("points"):
            text = cells[column.index]
            points = points_of(text) if text else None
            if text and points is None and text not in ("-", "—", "/"):
                if not self._is_from_above(number, column.index):
                    self.doubts.append(Doubt(number, "points_text", {"text": short(text), "column": column.letter}))
            elif points is not None and levels:
                level = self._points_level(number, column.index)
                found[level if level in levels else max(levels, key=LEVELS.index)] = points
        return found

    def _points_level(self, number: int, index: int) -> str:
        merge = self.grid.merge_at(number, index)
        if merge and merge.bottom > merge.top:
            for column in reversed(self._level_columns):
                if _reaches(self.grid.merge_at(number, column.index), merge):
                    return column.meaning
        before = [column for column in self._level_columns if column.index < index]
        return max(before, key=lambda column: column.index).meaning if before else ""

    def _doubt_blanks(self, number: int, levels: dict[str, str], blanks: list[Column]) -> None:
        lowest = max((LEVELS.index(level) for level in levels), default=-1)
        for column in sorted(blanks, key=lambda column: LEVELS.index(column.meaning)):
            if not self._trailing_blanks and LEVELS.index(column.meaning) > lowest:
                continue
            facts, skip = {"heading": short(column.text)}, Proposal("skip", row=number)
            if above := self._above.get(column.index):
                fill = Proposal("fill", row=number, column=column.index, text=above)
                self.doubts.append(Doubt(number, "blank", facts | {"above": short(above)}, proposals=(fill, skip)))
            else:
                self.doubts.append(Doubt(number, "blank_top", facts, proposals=(skip,)))

    def _doubt_cut(self, number: int, index: int, text: str) -> None:
        if len(text) == CUT_LENGTH and not self._is_from_above(number, index):
            self.doubts.append(Doubt(number, "cut_text", {"end": text[-12:]}))

    def _doubt_pasted(self, number: int, index: int, text: str) -> bool:
        """The row's only cell holds a whole row; it is read as it stands."""
        parts = pasted_cells(text)
        if parts:
            fits = index + len(parts) <= self.grid.width
            proposals = (Proposal("fill", row=number, column=index, parts=parts),) if fits else ()
            facts = {"count": len(parts), "start": short(text)}
            self.doubts.append(Doubt(number, "tabbed_row", facts, proposals=(*proposals, Proposal("skip", row=number))))
        return bool(parts)

    def _doubt_same_above(self, number: int, index: int, text: str) -> bool:
        """The cell says 同上: it counts as empty until somebody fills it."""
        column = self.headings.columns[index]
        if not text or not column.meaning or column.meaning in NUMBERS or not is_same_above(text):
            return False
        facts = {"heading": short(column.text), "text": text}
        if self._is_from_above(number, index):
            return True
        if above := self._above.get(index):
            fill = Proposal("fill", row=number, column=index, text=above)
            self.doubts.append(Doubt(number, "same_above", facts | {"above": short(above)}, proposals=(fill,)))
        else:
            self.doubts.append(Doubt(number, "same_above_top", facts))
        return True

    def _doubt_trial(self, number: int, own: list[int], cells: tuple[str, ...]) -> None:
        """Somebody tried the sheet out in this row."""
        columns = self.headings.columns
        meant = [cells[index] for index in own if columns[index].meaning and columns[index].meaning not in NO_TRIAL]
        if trial := next(filter(is_trial, meant), None):
            self.doubts.append(Doubt(number, "test_row", {"start": short(trial)}, proposals=(Proposal("skip", row=number),)))

    def _doubt_number(self, number: int, cells: tuple[str, ...], section: str) -> None:
        """The same 序号 twice; a number that begins anew with a new group or highest level is none."""
        index = self.headings.index_of("number")
        if index is None or not cells[index] or self._is_from_above(number, index):
            return
        text = joined(cells[index])
        if text in ("1", "1.", "一") and self._section != (section, self._group):
            self._numbers = {}
        self._section = (section, self._group)
        first = self._numbers.setdefault(text, number)
        if first != number:
            self.doubts.append(Doubt(number, "same_number", {"number": short(text), "first": first}))

    def _doubt_units_in_text(self, number: int, own: list[int], cells: tuple[str, ...]) -> None:
        """【提供材料部门:党办】 inside a text: proposed for the empty cell of units, else as a name to know."""
        printed = "".join(cells[column.index] for column in self._name_columns)
        for index in own:
            if self.headings.columns[index].meaning not in (*LEVELS, "duty", "proof"):
                continue
            names = [name for name in units_in(cells[index]) if name not in printed]
            if not names:
                continue
            text = "、".join(names)
            lead = self.headings.index_of("lead")
            fill = (Proposal("fill", row=number, column=lead, text=text),) if lead is not None and not cells[lead] else ()
            proposals = fill or tuple(Proposal("new", row=number, name=name) for name in names)
            self.doubts.append(Doubt(number, "unit_in_text", {"names": text}, proposals=proposals))


def _reaches(merge: Merge | None, other: Merge) -> bool:
    """The first range covers the rows of the second."""
    return merge is not None and merge.top <= other.top and merge.bottom >= other.bottom
