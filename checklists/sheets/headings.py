"""One table of what a column's heading means, and the search for the heading row.

Source: the tables of standards and responsibilities that offices print (glossary, "standard", "responsibility table").
"""

import re
import unicodedata
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from .doubts import Doubt, short
from .errors import SheetError
from .grid import Grid

LEVELS = ("project", "indicator", "content", "criterion", "requirement")  # grades of the standard's tree, top first

WORDS = {
    "project": "测评项目|项目|考评项目|考核项目|评价项目|创建项目|项目名称|测评项目名称|一级指标",
    "indicator": "指标名称|测评指标|指标|考评指标|考核指标|评价指标|二级指标|指标项目",
    "content": "测评内容|考评内容|考核内容|评价内容|考察内容|迎检内容|创建内容|内容|三级指标",
    "criterion": "测评标准|考评标准|考核标准|评价标准|创建标准|评分标准|标准|标准内容|指标描述|测评细则|考核细则",
    "requirement": (
        "具体要求|具体内容|实地考察要求|问卷主要内容|问卷内容|考察要求|测评要求|检查内容|具体标准|要求|任务要求|具体内容及要求"
    ),
    "task": "工作任务",  # a criterion, or the duty itself where another column holds the criterion
    "method": "测评方法|测评方式|考评方法|考评方式|考核方法|考核方式|评价方法|评价方式|检查方式|检查方法|方法|方式",
    "proof": (
        "上报材料和检查提示|网上申报具体要求|提供材料|上报材料|申报材料|所需材料|佐证材料|材料要求"
        "|材料报送说明|材料清单|检查提示|申报要求"
    ),
    "points": "分值|分数|标准分|满分|权重|基准分",
    "number": "序号|编号|序|号|no|条目编号",
    "code": "代码|编码|指标编号|指标代码|测评内容分类编号|分类编号",
    "note": "备注|说明|附注|备注说明|其他|其他说明",
    "duty": (
        "任务|任务内容|责任内容|工作内容|任务分解|具体任务|重点任务|目标任务|责任事项|工作事项|责任任务"
        "|工作职责|职责任务|职责|主要任务|任务事项"
    ),
    "measures": "措施|工作措施|具体措施|落实措施|推进措施|主要措施|工作举措|具体举措|举措|创建措施|工作要求|整改措施",
    "time_limit": (
        "完成时限|时限|完成时间|办结时限|时限要求|时间要求|时间节点|完成期限|期限|工作时限|截止时间|截止日期"
        "|完成日期|时间安排|时间|整改时限|时间进度"
    ),
    "leading_leader": (
        "牵头领导|分管领导|责任领导|包抓领导|主管领导|联系领导|挂点领导|牵头区领导|分管区领导|区领导|市领导|县领导|校领导|领导"
    ),
    "person": (
        "责任人|联系人|负责人|联络员|具体责任人|直接责任人|第一责任人|责任人员|经办人|部门负责人|责任人姓名|联络人|具体负责人"
    ),
    "phone": "联系电话|电话|手机|手机号|联系方式|办公电话",
    "lead": (
        "牵头单位|牵头部门|牵头科室|牵头处室|牵头责任单位|总牵头单位|牵头|主责单位|主责部门|主办单位|主办部门"
        "|承办单位|第一责任单位|主要责任单位|主体责任单位"
    ),
    "unit": (
        "责任单位|责任部门|责任科室|责任处室|负责单位|负责部门|提供材料部门|责任主体|落实单位|实施单位|责任分工|单位|部门|科室"
    ),
    "supporting": (
        "配合单位|配合部门|配合科室|配合处室|协办单位|协办部门|协同单位|协同部门|协助单位|协助部门|协作单位"
        "|参与单位|参加单位|参与部门|联办单位|会办单位|成员单位|配合责任单位|配合|协办|配合协办单位"
    ),
    "progress": (
        "进展情况|工作进展|推进情况|完成情况|落实情况|进度|存在问题|下一步|下一步工作|下一步打算|自评|自评分|得分|考评得分"
    ),
}
MEANING_OF = {word: meaning for meaning, words in WORDS.items() for word in words.split("|")}
NAMES = ("lead", "supporting", "unit")
MAY_STAND_TWICE = (*NAMES, "progress", "note", "proof", "method", "phone", "person")
PROPOSED_BY = (  # part of an unknown heading, what it proposes, whether it is read so at once (with a doubt)
    (r"牵头|主责|主办", "lead", True),
    (r"配合|协办|协同|协助|参与", "supporting", True),
    (r"责任.*(单位|部门|科室|处室|机构)", "unit", True),
    (r"时限|期限|截止", "time_limit", True),
    (r"措施|举措", "measures", True),
    (r"领导", "leading_leader", True),
    (r"责任人|联系人|负责人|联络", "person", True),
    (r"材料|佐证", "proof", True),
    (r"备注", "note", True),
    (r"(单位|部门|科室|处室|机构)$", "unit", False),
    (r"时间", "time_limit", False),
    (r"方法|方式", "method", False),
    (r"分值|分数", "points", False),
    (r"任务|职责", "duty", False),
    (r"项目", "project", False),
    (r"指标", "indicator", False),
    (r"标准|细则", "criterion", False),
    (r"要求|要点", "requirement", False),
    (r"内容", "content", False),
    (r"说明", "note", False),
    (r"编号|序号", "number", False),
)
SEARCHED_ROWS = 60
LONGEST_HEADING = 30
RANK = re.compile(r"^(本|全|各)?(省|市|区|县|校|院|局|街道|乡镇|镇)?(级|直)?")  # 区级牵头单位
ALIKE = 0.6


@dataclass(frozen=True)
class Column:
    """index: from 0 in the grid; text: the heading as printed; meaning: key of doubts.MEANINGS, "" = kept as a remark."""

    index: int
    text: str
    meaning: str

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

    def of(self, *meanings: str) -> list[Column]:
        return [column for column in self.columns if column.meaning in meanings]

    def repeats(self, cells: tuple[str, ...]) -> bool:
        """The row is the heading once more, as printed at the top of a new page: every text stands in its own column again."""
        filled = [(index, plain(text)) for index, text in enumerate(cells) if text]
        return len(filled) > 1 and all(text in self._texts.get(index, ()) for index, text in filled)


def plain(heading: str) -> str:
    """A heading without white space, half-width, lower case."""
    return "".join(unicodedata.normalize("NFKC", heading).split()).strip(":*").lower()


def meaning_of(heading: str) -> str:
    """The meaning of a heading by the table, or "". Several names with a slash between them count when all are known.

    Text in brackets is left out when the whole is not known: 牵头单位（盖章）.
    """
    text = plain(heading)
    for variant in (text, re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", text)):
        if variant in MEANING_OF:
            return MEANING_OF[variant]
        parts = [part for part in re.split(r"[/、|,;]|或", variant) if part]
        meanings = [MEANING_OF.get(part, "") for part in parts]
        if len(parts) > 1 and all(meanings):
            return next((meaning for meaning in meanings if meaning in LEVELS), meanings[0])
        without_rank = RANK.sub("", variant)
        if len(without_rank) > 2 and without_rank in MEANING_OF:
            return MEANING_OF[without_rank]
    return ""


def proposal_for(heading: str) -> tuple[str, bool]:
    """The likeliest meaning of an unknown heading, or "", and whether it may be read so at once; levels never are."""
    text = plain(heading)
    if proposed := _proposed_by_pattern(text):
        return proposed
    best = max(MEANING_OF, key=lambda word: SequenceMatcher(None, text, word).ratio())
    return (MEANING_OF[best] if SequenceMatcher(None, text, best).ratio() >= ALIKE else ""), False


def _proposed_by_pattern(text: str) -> tuple[str, bool] | None:
    return next(((meaning, is_sure) for pattern, meaning, is_sure in PROPOSED_BY if re.search(pattern, text)), None)


def column_letter(index: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def find_headings(
    grid: Grid, *, wanted: tuple[str, ...], examples: str, is_shared_out: bool = False, mapping: dict[int, str] | None = None
) -> Headings:
    """The first row (or two rows, below headings over several columns) that names at least two columns.

    wanted: one of these meanings must be among them; examples: headings named in the error;
    is_shared_out: the sheet is a responsibility table.
    mapping: column index -> meaning, decided by a person, goes before the table. Raises SheetError "no_heading".
    """
    mapping = mapping or {}
    blocks = []
    for top in range(1, min(grid.height, SEARCHED_ROWS) + 1):
        single, double = _known(grid, top, top), 0
        if top < grid.height and _spreads(grid, top):
            double = _known(grid, top, top + 1)
        blocks.append((max(single, double), top, top + (double > single)))
    best = max(score for score, _, _ in blocks)
    for score, top, bottom in blocks:
        # A damaged first heading must not push the search to its repeat further down, where rows would be lost.
        if score >= 2 and score >= 0.6 * best:
            headings = _make_headings(grid, top, bottom, mapping, is_shared_out)
            if any(column.meaning in wanted for column in headings.columns):
                return headings
    raise SheetError("no_heading", sheet=grid.name, examples=examples)


def _texts(grid: Grid, top: int, bottom: int) -> list[str]:
    """Per column the lowest text of the heading rows."""
    return [
        next((grid.row(row)[index] for row in range(bottom, top - 1, -1) if grid.row(row)[index]), "")
        for index in range(grid.width)
    ]


def _known(grid: Grid, top: int, bottom: int) -> int:
    """How many different meanings these rows name; surely proposed ones count once one is known."""
    known, proposed = set(), set()
    for text in _texts(grid, top, bottom):
        if not text or len(text) > LONGEST_HEADING:
            continue
        if meaning := meaning_of(text):
            known.add(meaning)
        elif (proposal := _proposed_by_pattern(plain(text))) and proposal[1]:
            proposed.add(proposal[0])
    return len(known | proposed) if known else 0


def _spreads(grid: Grid, row: int) -> bool:
    """A heading of this row lies over several columns, but not over the whole sheet as a title does."""
    merges = [grid.merge_at(row, index) for index in range(grid.width)]
    return any(merge and 0 < merge.right - merge.left < grid.width - 1 for merge in merges)


def _make_headings(grid: Grid, top: int, bottom: int, mapping: dict[int, str], is_shared_out: bool) -> Headings:
    texts = _texts(grid, top, bottom)
    meanings = {index: mapping.get(index, meaning_of(text)) for index, text in enumerate(texts) if text or index in mapping}
    _settle_task(meanings, is_shared_out=is_shared_out)
    columns, doubts, first = [], [], {}
    for index, text in enumerate(texts):
        meaning = meanings.get(index, "")
        facts = {"column": column_letter(index), "heading": short(text)}
        if not meaning and index not in mapping:
            meaning, doubt = _unknown(grid, index, text, bottom, set(meanings.values()), facts)
            doubts += [Doubt(top, *doubt)] if doubt else []
        elif meaning in first and meaning not in MAY_STAND_TWICE:
            doubts.append(Doubt(top, "same_heading", facts | {"other": column_letter(first[meaning]), "meaning": meaning}))
            meaning = ""
        first.setdefault(meaning, index)
        columns.append(Column(index, text, meaning))
    _settle_units(columns)
    titles = frozenset(plain(text) for row in range(1, top) for text in grid.row(row) if text)
    rows = [grid.row(row) for row in range(top, bottom + 1)]
    printed = {index: {plain(row[index]) for row in rows if row[index]} for index in range(grid.width)}
    return Headings(top, bottom, tuple(columns), titles, tuple(doubts), printed)


def _unknown(grid, index, text, bottom, known, facts) -> tuple[str, tuple[str, dict] | None]:
    """What to do with a column nobody named: (meaning it is read as, the doubt)."""
    if not text:
        holds_text = any(row[index] for row in grid.cells[bottom:])
        return "", ("no_heading_text", facts) if holds_text else None
    proposal, is_sure = proposal_for(text)
    if not proposal:
        return "", ("strange_heading", facts)
    shown = {"unit": "supporting" if "lead" in known else "lead", "task": "criterion"}.get(proposal, proposal)
    if is_sure and proposal not in known:
        return proposal, ("used_heading", facts | {"meaning": shown})
    return "", ("unknown_heading", facts | {"meaning": shown})


def _settle_task(meanings: dict[int, str], *, is_shared_out: bool) -> None:
    """工作任务 is the criterion; in a responsibility table only where no other column is, else (or alone) it is the duty."""
    others = {meaning for meaning in meanings.values() if meaning in LEVELS}
    is_duty = is_shared_out and (not others or "criterion" in others)
    for index, meaning in meanings.items():
        if meaning == "task":
            meanings[index] = "duty" if is_duty else "criterion"


def _settle_units(columns: list[Column]) -> None:
    """责任单位 supports where another column leads (牵头单位), and leads where none does."""
    leads = any(column.meaning == "lead" for column in columns)
    for place, column in enumerate(columns):
        if column.meaning == "unit":
            columns[place] = Column(column.index, column.text, "supporting" if leads else "lead")
