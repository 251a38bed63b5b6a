"""The columns of the tables that go out: what each means, its words and width; the office's choice or what is proposed for it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from checklists.models import Checklist, ExportLayout, Item
from checklists.sheets.headings import meaning_of, plain
from checklists.sheets.vocabulary import RESPONSIBILITIES

Kind = ExportLayout.Kind
LEVELS = list(Item.Grade.values)
MERGED = (*LEVELS, "method")  # may be printed as one cell over equal neighbours
# Heading of a column the office has no own word for; each is one that a sheet read back understands.
HEADINGS = {
    "number": "序号",
    "method": "测评方式",
    "project": "测评项目",
    "indicator": "指标名称",
    "content": "测评内容",
    "criterion": "测评标准",
    "requirement": "具体要求",
    "code": "指标编号",
    "proof": "提供材料",
    "duty": "任务内容",
    "measures": "工作措施",
    "time_limit": "完成时限",
    "leading_leader": "牵头领导",
    "lead": "牵头单位",
    "supporting": "配合单位",
    "person": "责任人",
    "phone": "联系电话",
    "note": "备注",
    "moving": "推进情况",
    "done": "完成情况",
    "rate": "进度",
    "problems": "存在问题",
    "next": "下一步",
}
PROGRESS = ("moving", "done", "rate", "problems", "next")  # what the portal knows itself: never taken in from a sheet
OFFERED = {
    Kind.TABLE: [meaning for meaning in HEADINGS if meaning not in PROGRESS],
    Kind.PROGRESS: list(HEADINGS),
}
TOLD = ("moving", "done", "problems", "next")
USUAL = ("number", "project", "duty", "measures", "lead", "supporting", "person", "time_limit", *TOLD)  # of the progress table
OF_WORD = {
    "推进": "moving",
    "进展": "moving",
    "完成": "done",
    "落实": "done",
    "进度": "rate",
    "问题": "problems",
    "下一步": "next",
}
WIDTHS = {
    "number": 6,
    "method": 10,
    "project": 16,
    "requirement": 48,
    "duty": 40,
    "measures": 36,
    "lead": 24,
    "supporting": 24,
    "time_limit": 14,
    "person": 10,
    "moving": 40,
    "done": 18,
    "rate": 8,
    "problems": 30,
    "next": 24,
}
ORDINARY = 16
CENTRED = {"number", "method", "time_limit", "person", "rate"}
NARROWEST, WIDEST = 3, 120  # characters
FEW = 8  # columns that fit on A4


@dataclass(frozen=True)
class Column:
    """One printed column. meaning: a key of HEADINGS, or "" for an own column of the office's sheet, then `other` is its
    heading there; width: characters; merged: equal neighbours are one cell."""

    meaning: str
    text: str
    width: int = ORDINARY
    merged: bool = False
    other: str = ""

    @property
    def is_own(self) -> bool:
        return self.meaning == ""

    @property
    def may_merge(self) -> bool:
        return self.meaning in MERGED

    def as_json(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Layout:
    """How one table goes out. version: of the office's choice, 0 where it is only proposed."""

    kind: str
    columns: tuple[Column, ...]
    title: str = ""
    paper: str = "A3"
    version: int = 0


def column(meaning: str, *, merged: bool = False, text: str = "") -> Column:
    return Column(meaning, text or HEADINGS[meaning], WIDTHS.get(meaning, ORDINARY), merged)


def sheet_columns(checklist: Checklist) -> list[Column]:
    """The columns of the sheet that came last, as it printed them and as wide."""
    found = []
    for one in checklist.export_columns:
        meaning, text = one["meaning"], one["text"]
        if meaning == "progress":
            meaning = next((value for word, value in OF_WORD.items() if word in text), "")
        meaning = meaning if meaning in HEADINGS else ""
        other = "" if meaning else text
        width = min(max(round(one.get("width") or WIDTHS.get(meaning, ORDINARY)), NARROWEST), WIDEST)
        found.append(Column(meaning, text, width, bool(one.get("merged")), other))
    return found


def chosen_layout(checklist: Checklist, kind: str) -> Layout | None:
    """The office's own choice, None where it made none."""
    row = ExportLayout.objects.filter(checklist=checklist, kind=kind).first()
    return row and Layout(kind, tuple(Column(**one) for one in row.columns), row.title, row.paper, row.version)


def proposed_layout(checklist: Checklist, kind: str, used: Iterable[str]) -> Layout:
    """The sheet's own columns and words, or the usual ones; what the table has learnt since stands behind them.

    used: meanings that hold something in at least one row; "alike": two tasks of a project have the same words.
    """
    used, own = set(used), sheet_columns(checklist)
    if kind == Kind.PROGRESS:
        return _progress_layout(checklist, own, used)
    columns = own or [
        column("number"),
        *(column(meaning, merged=True) for meaning in ("method", *LEVELS) if meaning in used),
        column("lead"),
        column("supporting", text="责任单位"),
    ]
    have = {one.meaning for one in columns}
    learnt = ("duty", "measures", "time_limit", "leading_leader", "person", "supporting")
    columns = [*columns, *(column(meaning) for meaning in learnt if meaning in used - have)]
    return Layout(kind, tuple(columns), title=f"{checklist.name}责任分解表", paper="A3" if len(columns) > FEW else "A4")


def _progress_layout(checklist, own, used):
    """The usual columns of a work progress table in the words of the office's sheet."""
    words = {one.meaning: one.text for one in reversed(own) if one.meaning}
    asked = [one for one in USUAL if one in used or one not in ("measures", "person", "time_limit", "supporting")]
    if "alike" in used:  # then the project and the task do not say which item is meant
        place, levels = asked.index("project"), [level for level in LEVELS if level in used]
        asked[place : place + 2] = [*levels, *(["duty"] if "duty" in used else [])]
    words |= {meaning: HEADINGS[meaning] for meaning in ("duty", "project") if meaning not in words}
    columns = tuple(column(meaning, merged=meaning in LEVELS, text=words.get(meaning, "")) for meaning in asked)
    return Layout(Kind.PROGRESS, columns, title=f"{checklist.name}任务分解及工作推进表", paper="A3")


def offered_columns(checklist: Checklist, layout: Layout) -> list[Column]:
    """What could be printed beside the layout's columns: the other meanings, and own columns of the office's sheet."""
    have = {(one.meaning, one.other) for one in layout.columns}
    own = [one for one in sheet_columns(checklist) if one.is_own]
    rest = [*(column(meaning) for meaning in OFFERED[layout.kind]), *own]
    return [one for one in rest if (one.meaning, one.other) not in have]


def read_back_as(one: Column) -> set[str]:
    """The meanings by which a sheet that is read may know this heading for what the column holds."""
    if one.meaning in PROGRESS:
        return {"progress"}
    also = {"lead": {"unit"}, "supporting": {"unit"}, "criterion": {"task"}, "duty": {"task"}}
    return {one.meaning, *also.get(one.meaning, ())}


def known_heading(text: str) -> str:
    """What the heading means in any responsibility sheet; "" for one nobody knows."""
    return meaning_of(plain(text), RESPONSIBILITIES.meaning_of) or ""
