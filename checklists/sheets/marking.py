"""An office's own sheets handed back with one more column that says in each row what is open; mended, they come in again."""

import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .doubts import Doubt
from .grid import MARKED_WITHIN, Grid
from .vocabulary import MARKED
from .writing import FRAME, face, sheet_title, write_cell

OPEN = PatternFill("solid", fgColor="FFFFF2CC")
RED = face(color="FFC00000")
NARROWEST, WIDEST, MARKED_WIDTH = 8, 40, 60


@dataclass(frozen=True)
class MarkedSheet:
    """One sheet to hand back. heading: first row of its heading, where the added column is named; error: why it was not read."""

    grid: Grid
    doubts: tuple[Doubt, ...] = ()
    heading: int = 1
    error: str = ""


def mark_sheets(sheets: Iterable[MarkedSheet]) -> bytes:
    """An xlsx with the cells as they were read, merges kept; its last column is left out when it is read again."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for sheet in sheets:
        _write_cells(page := workbook.create_sheet(sheet_title(sheet.grid.name)), sheet.grid)
        _write_doubts(page, sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _write_cells(page: Worksheet, grid: Grid) -> None:
    widest = [0] * grid.width
    for number, row in enumerate(grid.cells, 1):
        for index, text in enumerate(row):
            merge = grid.merge_at(number, index)
            if merge is None or (merge.top, merge.left) == (number, index):
                write_cell(page.cell(number, index + 1), text, border=FRAME)
                if merge is None or merge.left == merge.right:
                    widest[index] = max(widest[index], *map(len, text.split("\n")))
    for merge in grid.merges:
        page.merge_cells(start_row=merge.top, end_row=merge.bottom, start_column=merge.left + 1, end_column=merge.right + 1)
    for index, length in enumerate(widest, 1):
        page.column_dimensions[get_column_letter(index)].width = min(WIDEST, max(NARROWEST, 2 * length + 2))


def _write_doubts(page: Worksheet, sheet: MarkedSheet) -> None:
    column = sheet.grid.width + 1
    texts: dict[int, list[str]] = defaultdict(list)
    texts[min(sheet.heading, MARKED_WITHIN)] += [MARKED, *([sheet.error] if sheet.error else [])]
    for doubt in sheet.doubts:
        texts[doubt.row].append(doubt.text)
    for row, lines in texts.items():
        cell = page.cell(row, column)
        write_cell(cell, "\n".join(lines), font=RED, border=FRAME)
        cell.fill = OPEN
    page.column_dimensions[get_column_letter(column)].width = MARKED_WIDTH
    page.freeze_panes = f"A{sheet.heading + 1}"
