"""Reads one workbook from standard input and writes its cells as JSON; run by grid.py as a process of its own.

The parser trusts what a workbook says about its own size, so it runs with little memory and little time:
a hostile workbook ends this process and not the portal's. Imports nothing of ours.
"""

import datetime
import io
import json
import resource
import sys

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

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


def read(data: bytes, max_rows: int, max_columns: int) -> dict:
    """{"sheets": [{"name", "rows", "merges": [[top, left, bottom, right], ...] from 0}]} or {"error", "sheet"}."""
    sheets = []
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
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


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except PasswordError:
        answer = {"error": "password"}
    except MemoryError:
        answer = {"error": "unpacks_too_large"}
    except CalamineError as error:
        answer = {"error": "password" if "assword" in str(error) else "damaged"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
