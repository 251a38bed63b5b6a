"""A whole edition as one workbook that people can edit and the portal reads back: the tree, the steps, the wanted proof.

Columns: docs/standard-file.md. Pure."""

import io
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from checklists.itemdata import ItemData
from checklists.portable import (
    FORMAT,
    LONGEST_TEXT,
    VERSION,
    StandardFile,
    checked,
    make_step,
    make_wanted,
    read_decimal,
    read_key,
    read_whole,
    refused,
)
from checklists.sheets.grid import Grid
from checklists.sheets.headings import LEVELS
from checklists.sheets.writing import safe_text

ABOUT, TREE, STEPS, WANTED = "说明", "测评体系", "计分档次", "所需材料"
PLACE, KEY = "序", "标识"
LEVEL_HEADINGS = dict(zip(LEVELS, ("测评项目", "指标名称", "测评内容", "测评标准", "具体要求"), strict=True))
COLUMNS = {
    "code": "编号",
    "methods": "测评方式",
    "points": "分值",
    "scoring": "计分方式",
    "frequency": "频次",
    "site_kinds": "点位类别",
    "is_veto": "一票否决",
    "wanted_proof": "上报材料",
    "note": "备注",
    "source_sheet": "来源表",
    "source_row": "来源行",
    "origins": "承接标识",
}
STEP_COLUMNS = {"label": "档次", "text": "条件", "threshold": "数值", "share": "得分比例", "lost": "扣分"}
WANTED_COLUMNS = {
    "kind": "种类",
    "least": "至少",
    "most": "至多",
    "words_most": "字数上限",
    "months": "近几个月",
    "needs_number": "须有文号",
    "note": "备注",
}
# What a cell says for a word of the code; also read back as the word itself.
WORDS = {
    "scoring": {"grade": "等次", "conform": "符合率", "deduct": "逐项扣分", "figure": "数值分档"},
    "frequency": {"monthly": "每月", "quarterly": "每季度", "yearly": "每年", "festivals": "逢节日"},
    "kind": {"document": "规范文件", "report": "说明报告", "photo": "实景图片", "figures": "统计表格", "link": "网址"},
}
YES = "是"
WIDE = {*LEVEL_HEADINGS.values(), "条件", "上报材料", "备注"}


def write_workbook(file: StandardFile) -> bytes:
    """The bytes of the xlsx. Lines of the smaller sheets name their item by 序.

    Raises ValidationError "portable" for a text that no cell holds.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = ABOUT
    for line in (("格式", FORMAT), ("格式版本", VERSION), ("名称", file.name), ("版次", file.edition)):
        _append(sheet, line)
    tree = _sheet(book, TREE, [PLACE, *LEVEL_HEADINGS.values(), *COLUMNS.values(), KEY])
    steps = _sheet(book, STEPS, [PLACE, *STEP_COLUMNS.values()])
    wanted = _sheet(book, WANTED, [PLACE, *WANTED_COLUMNS.values()])
    for place, item in _placed(file.items):
        if max(map(len, (item.text, item.note, item.wanted_proof))) > LONGEST_TEXT:
            raise refused(_("Item %(place)s is too long for a cell of a workbook: take the JSON file."), place=place)
        texts = [item.text if level == item.grade else "" for level in LEVELS]
        facts = vars(item) | {"origins": " ".join(map(str, item.origins))}
        _append(tree, [place, *texts, *(_said(name, facts[name]) for name in COLUMNS), str(item.key)])
        for step in item.steps:
            _append(steps, [place, *(_said(name, getattr(step, name)) for name in STEP_COLUMNS)])
        for one in item.wanted:
            _append(wanted, [place, *(_said(name, getattr(one, name)) for name in WANTED_COLUMNS)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _placed(items, before=""):
    for number, item in enumerate(items, 1):
        yield f"{before}{number}", item
        yield from _placed(item.children, f"{before}{number}.")


def _said(name, value):
    if isinstance(value, bool):
        return YES if value else ""
    return WORDS.get(name, {}).get(value, value)


def _sheet(book, name, headings):
    sheet = book.create_sheet(name)
    _append(sheet, headings)
    for number, heading in enumerate(headings, 1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = 40 if heading in WIDE else 12
    sheet.freeze_panes = "B2"
    return sheet


def _append(sheet, values):
    """Numbers stay numbers; a text is stored as text, whatever it begins with."""
    number = sheet.max_row + (sheet.max_row > 1 or sheet.cell(1, 1).value is not None)
    for column, value in enumerate(values, 1):
        if value in (None, ""):
            continue
        cell = sheet.cell(number, column)
        if isinstance(value, Decimal | int):
            cell.value = value
        else:
            cell.value = safe_text(value)
            cell.data_type = "s"
            cell.quotePrefix = cell.value.startswith("'")
        cell.alignment = Alignment(vertical="top", wrap_text=True)


# --- reading ------------------------------------------------------------------------------------------


def is_portable(grids: list[Grid]) -> bool:
    """Whether a workbook was written by write_workbook."""
    return any(grid.name == ABOUT and grid.width > 1 and ("格式", FORMAT) in [row[:2] for row in grid.cells] for grid in grids)


def read_portable(grids: list[Grid]) -> StandardFile:
    """The edition in the sheets. Raises ValidationError "portable" that names the item that is wrong."""
    by_name = {grid.name: grid for grid in grids}
    about = {row[0]: row[1] for row in by_name[ABOUT].cells}
    if about.get("格式版本") != str(VERSION):
        raise refused(_("The file was written by a newer portal: version %(version)s."), version=about.get("格式版本"))
    if TREE not in by_name:
        raise refused(_("The sheet “%(sheet)s” is missing."), sheet=TREE)
    items: dict[str, ItemData] = {}
    top: list[ItemData] = []
    for line in _lines(by_name[TREE], [PLACE]):
        place = line[PLACE]
        above = place.rpartition(".")[0]
        if not place or place in items or above and above not in items:
            raise refused(_("The row %(place)s of the tree has no number of its own, or nothing above it."), place=place or "?")
        items[place] = _item(line, place)
        (items[above].children if above else top).append(items[place])
    for name, columns, make, kind in ((STEPS, STEP_COLUMNS, make_step, "steps"), (WANTED, WANTED_COLUMNS, make_wanted, "wanted")):
        for line in _lines(by_name.get(name), [PLACE]):
            if line[PLACE] not in items:
                raise refused(
                    _("The sheet “%(sheet)s” names an item that is not there: %(place)s."), sheet=name, place=line[PLACE]
                )
            values = {field: _word(field, line.get(heading, "")) for field, heading in columns.items()}
            if "needs_number" in values:
                values["needs_number"] = values["needs_number"] == YES
            getattr(items[line[PLACE]], kind).append(make(values, line[PLACE]))
    return checked(StandardFile(about.get("名称", ""), about.get("版次", ""), top))


def _lines(grid, needed):
    """heading -> text, for every row below the headings that says anything."""
    if grid is None or not grid.cells:
        return []
    headings = grid.row(1)
    if missing := [name for name in needed if name not in headings]:
        raise refused(_("The sheet “%(sheet)s” has no column “%(name)s”."), sheet=grid.name, name=missing[0])
    return [dict(zip(headings, row, strict=True)) for row in grid.cells[1:] if any(row)]


def _item(line, place):
    levels = [(level, line.get(heading, "")) for level, heading in LEVEL_HEADINGS.items() if line.get(heading)]
    if len(levels) != 1:
        raise refused(_("Item %(place)s needs its text in exactly one of the level columns."), place=place)
    values = {name: _word(name, line.get(heading, "")) for name, heading in COLUMNS.items()}
    return ItemData(
        grade=levels[0][0],
        text=levels[0][1],
        key=read_key(line.get(KEY), place),
        **values
        | {
            "points": read_decimal(values["points"], "points", place),
            "source_row": read_whole(values["source_row"], "source_row", place),
            "is_veto": values["is_veto"] == YES,
            "origins": [read_key(key, place) for key in values["origins"].split()],
        },
    )


def _word(name, text):
    return {said: word for word, said in WORDS.get(name, {}).items()}.get(text, text)
