"""The kinds of sheets: which readers there are, and which kind, heading and columns a sheet most likely has."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .errors import SheetError
from .grid import Grid
from .headings import Headings, find_headings
from .ledger import read_ledger
from .people import read_people
from .responsibilities import read_responsibilities
from .sites import read_sites
from .standard import read_standard
from .survey import read_survey
from .vocabulary import LEDGER, LEVELS, PEOPLE, RESPONSIBILITIES, SITES, STANDARD, SURVEY, Vocabulary

NAMED = 2  # what the sheet's name or title weighs
LEAST = 3  # below this nothing is proposed


@dataclass(frozen=True)
class Kind:
    """weights: meaning of a column -> how much it speaks for this kind; called: names and titles of such sheets."""

    read: Callable
    vocabulary: Vocabulary
    weights: dict[str, int]
    called: str


@dataclass(frozen=True)
class SheetProposal:
    """The likeliest kind of a sheet ("" = none), how sure it is against others, the headings that spoke for it."""

    kind: str
    score: int
    reasons: tuple[str, ...]
    headings: Headings | None

    def as_json(self) -> dict:
        """{"kind", "header_row", "columns": [{"letter", "heading", "meaning"}]}; meaning "" is kept as a remark."""
        columns = self.headings.columns if self.headings else ()
        return {
            "kind": self.kind or None,
            "header_row": self.headings.top if self.headings else None,
            "columns": [
                {"letter": column.letter, "heading": column.text, "meaning": column.meaning} for column in columns if column.text
            ],
        }


_LEVELS = dict.fromkeys(LEVELS, 2)
_STANDARD = _LEVELS | {
    "proof": 2,
    "points": 2,
    "grade": 2,
    "method": 1,
    "code": 1,
    "lead": -3,
    "supporting": -3,
    "time_limit": -1,
}
KINDS = {
    "standard": Kind(read_standard, STANDARD, _STANDARD, r"体系|标准|操作手册|网上申报|实地考察|测评(?!点)"),
    "responsibilities": Kind(
        read_responsibilities,
        RESPONSIBILITIES,
        dict.fromkeys(LEVELS, 1)
        | {
            "lead": 3,
            "supporting": 3,
            "time_limit": 2,
            "measures": 2,
            "leading_leader": 2,
            "duty": 2,
            "person": 1,
            "progress": 1,
        },
        r"责任|分解|任务|分工|推进表",
    ),
    "survey": Kind(read_survey, SURVEY, _STANDARD, r"问卷|入户调查|满意度"),
    "sites": Kind(
        read_sites,
        SITES,
        {"site": 4, "site_kind": 2, "address": 2, "territory": 2, "line_unit": 2, "person": 1, "phone": 1, "longitude": 2},
        r"点位|考察地点|申报表",
    ),
    "ledger": Kind(
        read_ledger,
        LEDGER,
        {"problem": 4, "site": 3, "found_on": 2, "problem_kind": 2, "severity": 2, "photo_before": 2, "photo_after": 2}
        | {
            "verdict": 2,
            "source": 1,
            "lead": 1,
            "unit": 1,
            "time_limit": 1,
            "demand": 1,
            "closed_on": 2,
            "slip": 2,
            "relapse": 2,
        },
        r"台账|问题|整改|督查情况|汇总",
    ),
    "people": Kind(
        read_people,
        PEOPLE,
        {
            "person": 3,
            "role": 3,
            "email": 3,
            "title": 2,
            "alias": 2,
            "parent": 2,
            "unit": 1,
            "phone": 1,
            "position": 1,
            "group": 1,
        },
        r"通讯录|人员|联络员|名单|花名册|单位(?:一览|信息|名册)",
    ),
}


def propose_kind(grid: Grid) -> SheetProposal:
    """The kind whose headings and name fit best; of equal ones the first of KINDS."""
    best = SheetProposal("", 0, (), None)
    for name, kind in KINDS.items():
        found = _weigh(name, kind, grid)
        if found and found.score > best.score:
            best = found
    return best if best.score >= LEAST else SheetProposal("", best.score, (), None)


def _weigh(name: str, kind: Kind, grid: Grid) -> SheetProposal | None:
    try:
        headings = find_headings(grid, kind.vocabulary)
    except SheetError:
        return None
    telling = {column.meaning: column.text for column in reversed(headings.columns) if column.meaning in kind.weights}
    titles = [text for number in range(1, headings.top) for text in grid.row(number) if text]
    named = next((text for text in (grid.name, *titles, *_printed(headings, name)) if re.search(kind.called, text)), "")
    score = sum(kind.weights[meaning] for meaning in telling) + (NAMED if named else 0)
    reasons = [text for meaning, text in telling.items() if kind.weights[meaning] > 0]
    return SheetProposal(name, score, tuple([named] * bool(named) + reasons[::-1]), headings)


def _printed(headings: Headings, name: str) -> list[str]:
    """Questions are also known by a heading (问卷主要内容): else a survey looks like any standard."""
    return [column.text for column in headings.columns] if name == "survey" else []
