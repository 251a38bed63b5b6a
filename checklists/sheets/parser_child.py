"""Reads one workbook or Word document from standard input and writes its cells as JSON; run by grid.py as a process of its own.

The parsers trust what a file says about its own size, so they run with little memory and little time:
a hostile file ends this process and not the portal's. Imports nothing of ours, and only the parser that is asked for.
"""

import datetime
import io
import json
import resource
import sys

MEMORY = 1 << 30  # bytes of address space
SECONDS = 20


def cell_text(value) -> str:
    """A cell as a person would type it: 3.0 is "3", a date 2026年8月15日."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 else f"{value:.0f}"
    if isinstance(value, datetime.datetime):
        day = f"{value.year}年{value.month}月{value.day}日"
        return day if value.time() == datetime.time() else f"{day} {value:%H:%M}"
    if isinstance(value, datetime.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    return str(value)


def read_workbook(data: bytes, max_rows: int, max_columns: int) -> dict:
    """{"sheets": [{"name", "rows", "merges": [[top, left, bottom, right], ...] from 0}]} or {"error", "sheet"}."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return _sheets(workbook, max_rows, max_columns)
    except PasswordError:
        return {"error": "password"}
    except CalamineError as error:
        return {"error": "password" if "assword" in str(error) else "damaged"}


def _sheets(workbook, max_rows: int, max_columns: int) -> dict:
    sheets = []
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        last_row, last_column = sheet.end or (0, 0)
        if last_row >= max_rows:
            return {"error": "too_many_rows", "sheet": name}
        if last_column >= max_columns:
            return {"error": "too_many_columns", "sheet": name}
        rows = [[cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        merges = [[*start, *end] for start, end in sheet.merged_cell_ranges or []]
        sheets.append({"name": name, "rows": rows, "merges": merges})
    return {"sheets": sheets}


def read_document(data: bytes, max_rows: int, max_columns: int) -> dict:
    """Each table of a Word document as a sheet, in the shape of read_workbook; named by its number and the line above it.

    A broken part ends this process with an error, which is answer enough. Numbers that Word adds by itself are no text.
    """
    from docx import Document  # noqa: PLC0415
    from docx.table import Table  # noqa: PLC0415

    sheets, line = [], ""
    for block in Document(io.BytesIO(data)).iter_inner_content():
        if not isinstance(block, Table):
            line = block.text.strip() or line
            continue
        name = f"表{len(sheets) + 1} {' '.join(line.split())[:LONGEST_TITLE]}".strip()
        rows, merges, width = _table(block._tbl)
        if len(rows) > max_rows:
            return {"error": "too_many_rows", "sheet": name}
        if width > max_columns:
            return {"error": "too_many_columns", "sheet": name}
        sheets.append({"name": name, "rows": rows, "merges": merges})
        line = ""
    return {"sheets": sheets} if sheets else {"error": "no_table"}


def _table(table) -> tuple[list[list[str]], list[list[int]], int]:
    """Rows, merges and width; a cell stands at its column of the grid, one that goes on from above holds no text."""
    rows, open_ranges, merges, width = [], {}, [], 0
    for number, row in enumerate(table.tr_lst):
        cells: list[str] = []
        place = row.grid_before
        going_on = {}
        for cell in row.tc_lst:
            right = place + max(1, cell.grid_span) - 1
            if right > MOST_COLUMNS:
                return [], [], right
            cells += [""] * (right + 1 - len(cells))
            if cell.vMerge == "continue" and place in open_ranges:
                merge = going_on[place] = open_ranges[place]
                merge[2] = number
            else:
                cells[place] = _cell_text(cell)
                merge = [number, place, number, right]
                merges.append(merge)
                if cell.vMerge is not None:
                    going_on[place] = merge
            place = right + 1
        open_ranges, width = going_on, max(width, len(cells))
        rows.append(cells)
    return rows, [merge for merge in merges if merge[:2] != merge[2:]], width


def _cell_text(cell) -> str:
    return "\n".join("".join(_part_text(part) for part in line.iter()) for line in cell.p_lst)


def _part_text(part) -> str:
    name = part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""
    return part.text or "" if name == "t" else STANDS_FOR.get(name, "")


STANDS_FOR = {"tab": "\t", "br": "\n", "cr": "\n"}
LONGEST_TITLE = 24
MOST_COLUMNS = 10_000  # a span of millions of columns is not laid out
READERS = {"workbook": read_workbook, "document": read_document}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = READERS[sys.argv[1]](sys.stdin.buffer.read(), int(sys.argv[2]), int(sys.argv[3]))
    except MemoryError:
        answer = {"error": "unpacks_too_large"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
