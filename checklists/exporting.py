"""The responsibility table as the office's own sheet: its columns, its merges; what is written reads back without a doubt."""

from campaigns.viewer import Viewer
from checklists.models import Checklist, Duty, Item
from checklists.sheets.writing import WrittenColumn, level_merges, write_sheet
from checklists.table import present, with_parts

LEVELS = list(Item.Grade.values)
# Heading of a column the office has no own one for.
HEADINGS = {
    "number": "序号",
    "method": "测评方式",
    "project": "测评项目",
    "indicator": "指标名称",
    "content": "测评内容",
    "criterion": "测评标准",
    "requirement": "具体要求",
    "duty": "任务内容",
    "measures": "工作措施",
    "time_limit": "完成时限",
    "leading_leader": "牵头领导",
    "person": "责任人",
    "lead": "牵头单位",
    "supporting": "责任单位",
}
WIDTHS = {"number": 6, "method": 10, "project": 16, "requirement": 48, "duty": 40, "measures": 36, "lead": 24, "supporting": 24}
CENTRED = {"number", "method", "time_limit", "person"}


def write_responsibilities(checklist: Checklist, viewer: Viewer) -> bytes:
    """The workbook of the rows the viewer sees; three queries, whatever the number of rows."""
    rows = with_parts(Duty.objects.visible_to(viewer).running().filter(checklist=checklist), viewer).order_by("position", "pk")
    duties = [present(duty) for duty in rows]
    if checklist.export_columns:
        duties = _as_in_the_sheet(duties)
    paths = [_levels(duty.item) for duty in duties]
    columns = _columns(checklist, duties, paths)
    table = [
        [_cell(column, duty, path, number) for column in columns]
        for number, (duty, path) in enumerate(zip(duties, paths, strict=True), 1)
    ]
    return write_sheet(
        name=checklist.name,
        columns=[WrittenColumn(one["text"], WIDTHS.get(one["meaning"], 16), one["meaning"] in CENTRED) for one in columns],
        rows=table,
        merges=_merges(columns, table),
        paper="A3" if len(columns) > 8 else "A4",
    )


def _as_in_the_sheet(duties):
    """The rows of the sheet that came last in its own order, so that they merge as it came; others behind their neighbours."""
    last = max((duty.source.get("import", 0) for duty in duties if duty.source_row), default=0)
    place, placed = (0, 0), []
    for number, duty in enumerate(duties):
        if duty.source_row and duty.source.get("import", 0) == last:
            place = duty.source.get("sheet", 0), duty.source_row
        placed.append((place, number, duty))
    return [duty for _place, _number, duty in sorted(placed, key=lambda one: one[:2])]


def _columns(checklist, duties, paths):
    """The office's own columns, or the usual ones; what the table has learnt since stands behind them."""
    columns = [dict(one) for one in checklist.export_columns]
    if not columns:
        levels = [level for level in LEVELS if any(level in path for path in paths)]
        methods = ["method"] if any(duty.item.methods for duty in duties) else []
        columns = [_column(meaning, merged=True) for meaning in ["number", *methods, *levels]]
        columns[0]["merged"] = False
        columns += [_column(meaning) for meaning in ("lead", "supporting")]
    have = {one["meaning"] for one in columns}
    wanted = {
        "duty": any(duty.text != duty.item.text for duty in duties),
        "measures": any(duty.measures for duty in duties),
        "time_limit": any(duty.limit_text for duty in duties),
        "leading_leader": any(duty.leading_leader for duty in duties),
        "person": any(duty.person for duty in duties),
        "supporting": any(duty.supports for duty in duties),
    }
    return columns + [_column(meaning) for meaning, is_wanted in wanted.items() if is_wanted and meaning not in have]


def _column(meaning, *, merged=False):
    return {"text": HEADINGS[meaning], "meaning": meaning, "merged": merged}


def _levels(item):
    """Level -> text, of the item and everything above it."""
    levels, node = {}, item
    while node is not None:
        levels[node.grade] = node.text
        node = node.parent if node.parent_id else None
    return levels


def _cell(column, duty, path, number):
    meaning = column["meaning"]
    if meaning in LEVELS:
        return path.get(meaning, "")
    if meaning == "number":
        return number
    if meaning == "":
        return next((text for heading, text in duty.source.get("other", ()) if heading == column["text"]), "")
    values = {
        "method": duty.source.get("method") or duty.item.methods,
        "duty": duty.text,
        "measures": duty.measures,
        "time_limit": duty.limit_text,
        "leading_leader": duty.leading_leader,
        "person": duty.person,
        "proof": duty.item.wanted_proof,
        "code": duty.item.code,
        "note": duty.source.get("note", ""),
        "phone": duty.source.get("phone", ""),
    }
    if meaning == "lead":
        return "、".join(part.department.name for part in duty.leads)
    if meaning == "supporting":
        return "、".join(part.department.name for part in duty.supports)
    return values.get(meaning, "")


def _merges(columns, table):
    """Equal neighbours in the columns that were merged in the office's sheet, each inside the one before it."""
    places = [index for index, one in enumerate(columns) if one["meaning"] in (*LEVELS, "method")]
    merged = [index for index in places if columns[index].get("merged")]
    if not merged:
        return []
    last = next((index for index in places if index > merged[-1]), None)
    used = [*merged, last] if last is not None else merged
    return level_merges([[str(row[index]) for index in used] for row in table], columns=used)
