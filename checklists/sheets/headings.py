"""What the columns of a sheet mean, and the search for its heading rows. The words are those of vocabulary.py."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from .doubts import Doubt, Proposal, short
from .errors import SheetError
from .grid import Grid
from .settled import NOTHING, Settled
from .vocabulary import LEVELS, MEANING_OF, NAMES, STANDARD, Vocabulary

__all__ = ["LEVELS", "MEANING_OF", "NAMES", "Column", "Headings", "column_letter", "find_headings", "meaning_of", "proposal_for"]

SEARCHED_ROWS = 60
LONGEST_HEADING = 30
RANK = re.compile(r"^(本|全|各)?(省|市|区|县|校|院|局|街道|乡镇|镇)?(级|直)?")  # 区级牵头单位
ALIKE = 0.6
DEEPEST = 3  # rows of a heading
GRADE = re.compile(r"^(?:等级)?([A-E]#?|优秀?|良好?|中等?|差|合格|不合格|基本合格)(?:级|等|档|类|等次)?$")
GRADES = "ABC"


@dataclass(frozen=True)
class Column:
    """index: from 0 in the grid; text: the heading as printed; meaning: key of doubts.MEANINGS, "" = kept as a remark;
    label: of the grade that stands in this column (A), "" = none."""

    index: int
    text: str
    meaning: str
    label: str = ""

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(frozen=True)
class Headings:
    """The heading of one sheet. top, bottom: its first and last row; titles: texts of the rows above, for recognising repeats."""

    top: int
    bottom: int
    columns: tuple[Column, ...]
    titles: frozenset[str]
    doubts: tuple[Doubt, ...]
    _texts: dict[int, set[str]] = field(default_factory=dict, repr=False)

    @property
    def levels(self) -> tuple[str, ...]:
        """The level columns of this sheet in the order of the tree."""
        meanings = {column.meaning for column in self.columns}
        return tuple(level for level in LEVELS if level in meanings)

    @property
    def grades(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.label)

    def index_of(self, meaning: str) -> int | None:
        """The first column of this meaning."""
        return next((column.index for column in self.columns if column.meaning == meaning), None)

    def of(self, *meanings: str) -> list[Column]:
        return [column for column in self.columns if column.meaning in meanings]

    def repeats(self, cells: tuple[str, ...]) -> bool:
        """The row is the heading once more, as printed at the top of a new page: every text stands in its own column again."""
        filled = [(index, plain(text)) for index, text in enumerate(cells) if text]
        return len(filled) > 1 and all(text in self._texts.get(index, ()) for index, text in filled)


def plain(heading: str) -> str:
    """A heading without white space, half-width, lower case."""
    return "".join(unicodedata.normalize("NFKC", heading).split()).strip(":*").lower()


def meaning_of(heading: str, words: dict[str, str] = MEANING_OF) -> str:
    """The meaning of a heading by the table, or "". Several names with a slash between them count when all are known.

    Text in brackets is left out when the whole is not known: 牵头单位（盖章）.
    """
    text = plain(heading)
    for variant in (text, re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", text)):
        if variant in words:
            return words[variant]
        parts = [part for part in re.split(r"[/、|,;]|或", variant) if part]
        meanings = [words.get(part, "") for part in parts]
        if len(parts) > 1 and all(meanings):
            return next((meaning for meaning in meanings if meaning in LEVELS), meanings[0])
        without_rank = RANK.sub("", variant)
        if len(without_rank) > 2 and without_rank in words:
            return words[without_rank]
    return ""


def proposal_for(heading: str, vocabulary: Vocabulary = STANDARD) -> tuple[str, bool]:
    """The likeliest meaning of an unknown heading, or "", and whether it may be read so at once; levels never are."""
    text = plain(heading)
    if found := _by_part(text, vocabulary):
        return found
    words = vocabulary.meaning_of
    alike = get_close_matches(text, words, n=1, cutoff=ALIKE)
    return (words[alike[0]] if alike else ""), False


def _by_part(text: str, vocabulary: Vocabulary) -> tuple[str, bool] | None:
    """(meaning, is sure) by a part of a plain heading."""
    return next(((meaning, is_sure) for pattern, meaning, is_sure in vocabulary.proposed_by if re.search(pattern, text)), None)


def column_letter(index: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def find_headings(grid: Grid, vocabulary: Vocabulary, settled: Settled = NOTHING) -> Headings:
    """The first rows (up to three, below headings over several columns) that name at least two columns.

    What a person has settled goes before the words of the vocabulary. Raises SheetError "no_heading".
    """
    if settled.heading:
        top, bottom = settled.heading
        if 1 <= top <= bottom <= grid.height:
            return _make_headings(grid, top, bottom, vocabulary, settled.mapping)
        raise SheetError("no_heading", sheet=grid.name, examples=vocabulary.examples)
    blocks = [_block(grid, top, vocabulary) for top in range(1, min(grid.height, SEARCHED_ROWS) + 1)]
    best = max((score for score, _, _ in blocks), default=0)
    for score, top, bottom in blocks:
        # A damaged first heading must not push the search to its repeat further down, where rows would be lost.
        if score >= 2 and score >= 0.6 * best:
            headings = _make_headings(grid, top, bottom, vocabulary, settled.mapping)
            if any(column.meaning in vocabulary.wanted for column in headings.columns):
                return headings
    raise SheetError("no_heading", sheet=grid.name, examples=vocabulary.examples)


def _block(grid: Grid, top: int, vocabulary: Vocabulary) -> tuple[int, int, int]:
    """(how many meanings, first row, last row) of the heading that would begin in this row."""
    bottom, score = top, _known(grid, top, top, vocabulary)
    for last in range(top + 1, min(grid.height, top + DEEPEST - 1) + 1):
        if not _spreads(grid, last - 1):
            break
        deeper = _known(grid, top, last, vocabulary)
        if deeper > score or score >= 2 and _only_grades(grid, last):
            bottom, score = last, max(score, deeper)
    return score, top, bottom


def _only_grades(grid: Grid, row: int) -> bool:
    """The row below a heading names the grades of its scale: A, B, C."""
    texts = [text for index, text in enumerate(grid.row(row)) if text and not _is_from_above(grid, row, index)]
    return len(texts) > 1 and all(GRADE.match(plain(text).upper()) for text in texts)


def _is_from_above(grid: Grid, row: int, index: int) -> bool:
    merge = grid.merge_at(row, index)
    return merge is not None and merge.top < row


def _texts(grid: Grid, top: int, bottom: int) -> list[str]:
    """Per column the lowest text of the heading rows; a grade's label only where nothing else stands."""
    return [_heading_text([grid.row(row)[index] for row in range(bottom, top - 1, -1)]) for index in range(grid.width)]


def _heading_text(texts: list[str]) -> str:
    """texts: of one column from below."""
    filled = [text for text in texts if text]
    return next((text for text in filled if not GRADE.match(plain(text).upper())), filled[0] if filled else "")


def _known(grid: Grid, top: int, bottom: int, vocabulary: Vocabulary) -> int:
    """How many different meanings these rows name; surely proposed ones count once one is known."""
    known, proposed = set(), set()
    for text in _texts(grid, top, bottom):
        if not text or len(text) > LONGEST_HEADING:
            continue
        if meaning := meaning_of(text, vocabulary.meaning_of):
            known.add(meaning)
        elif (proposal := _by_part(plain(text), vocabulary)) and proposal[1]:
            proposed.add(proposal[0])
    return len(known | proposed) if known else 0


def _spreads(grid: Grid, row: int) -> bool:
    """A heading of this row lies over several columns, but not over the whole sheet as a title does."""
    merges = [grid.merge_at(row, index) for index in range(grid.width)]
    return any(merge and 0 < merge.right - merge.left < grid.width - 1 for merge in merges)


def _make_headings(grid: Grid, top: int, bottom: int, vocabulary: Vocabulary, mapping: dict[int, str]) -> Headings:
    texts = _texts(grid, top, bottom)
    words = vocabulary.meaning_of
    meanings = {
        index: mapping.get(index, meaning_of(text, words)) for index, text in enumerate(texts) if text or index in mapping
    }
    labels = _labels(grid, top, bottom, meanings) if set(LEVELS) & set(vocabulary.wanted) else {}
    meanings |= {index: "grade" for index in labels if not meanings.get(index) and index not in mapping}
    _settle_task(meanings, is_shared_out=vocabulary.is_shared_out)
    columns, doubts, first = [], [], {}
    for index, text in enumerate(texts):
        meaning = meanings.get(index, "")
        facts = {"column": column_letter(index), "heading": short(text)}
        if not meaning and index not in mapping:
            meaning, doubt = _unknown(grid, index, text, bottom, set(meanings.values()), facts, vocabulary)
            doubts += [replace(doubt, row=top)] if doubt else []
        elif meaning and meaning in first and meaning not in vocabulary.may_stand_twice:
            doubts.append(Doubt(top, "same_heading", facts | {"other": column_letter(first[meaning]), "meaning": meaning}))
            meaning = ""
        first.setdefault(meaning, index)
        label = labels.get(index, "") or (short(text, 8) or column_letter(index) if meaning == "grade" else "")
        columns.append(Column(index, text or label, meaning, label))
    _settle_units(columns, vocabulary)
    titles = frozenset(plain(text) for row in range(1, top) for text in grid.row(row) if text)
    rows = [grid.row(row) for row in range(top, bottom + 1)]
    printed = {index: {plain(row[index]) for row in rows if row[index]} for index in range(grid.width)}
    return Headings(top, bottom, tuple(columns), titles, tuple(doubts), printed)


def _labels(grid: Grid, top: int, bottom: int, meanings: dict[int, str]) -> dict[int, str]:
    """Columns of grades: named A, B, C, or the last three a heading of standards lies over without naming them."""
    labels = {}
    for index in range(grid.width):
        texts = [plain(grid.row(row)[index]).upper() for row in range(top, bottom + 1)]
        if found := next((found for text in texts if (found := GRADE.match(text))), None):
            labels[index] = found[1]
    if len(labels) > 1:
        return labels
    for index, meaning in meanings.items():
        merge = grid.merge_at(bottom, index)
        if meaning != "criterion" or merge is None or merge.right - merge.left not in (2, 3):
            continue
        places = range(merge.right - 2, merge.right + 1)
        if any(sum(bool(row[place]) for place in places) > 1 for row in grid.cells[bottom:]):
            return dict(zip(places, GRADES, strict=True))
    return {}


def _unknown(grid, index, text, bottom, known, facts, vocabulary) -> tuple[str, Doubt | None]:
    """What to do with a column nobody named: (meaning it is read as, the doubt)."""
    if not text:
        holds_text = any(row[index] for row in grid.cells[bottom:])
        return "", _column_doubt("no_heading_text", index, facts, "note") if holds_text else None
    proposal, is_sure = proposal_for(text, vocabulary)
    if not proposal:
        return "", _column_doubt("strange_heading", index, facts, "note")
    shown = proposal
    if _tells_units_apart(vocabulary):
        shown = {"unit": "supporting" if "lead" in known else "lead", "task": "criterion"}.get(proposal, proposal)
    facts = facts | {"meaning": shown}
    if is_sure and proposal not in known:
        return proposal, _column_doubt("used_heading", index, facts, shown)
    return "", _column_doubt("unknown_heading", index, facts, shown)


def _column_doubt(kind: str, index: int, facts: dict, meaning: str) -> Doubt:
    return Doubt(0, kind, facts, proposals=(Proposal("map", column=index, text=meaning),))


def _settle_task(meanings: dict[int, str], *, is_shared_out: bool) -> None:
    """工作任务 is the criterion; in a responsibility table only where no other column is, else (or alone) it is the duty."""
    others = {meaning for meaning in meanings.values() if meaning in LEVELS}
    is_duty = is_shared_out and (not others or "criterion" in others)
    for index, meaning in meanings.items():
        if meaning == "task":
            meanings[index] = "duty" if is_duty else "criterion"


def _tells_units_apart(vocabulary: Vocabulary) -> bool:
    return "supporting" in vocabulary.meaning_of.values() and not vocabulary.keeps_unit


def _settle_units(columns: list[Column], vocabulary: Vocabulary) -> None:
    """责任单位 supports where another column leads (牵头单位), and leads where none does."""
    if not _tells_units_apart(vocabulary):
        return
    leads = any(column.meaning == "lead" for column in columns)
    for place, column in enumerate(columns):
        if column.meaning == "unit":
            columns[place] = replace(column, meaning="supporting" if leads else "lead")
