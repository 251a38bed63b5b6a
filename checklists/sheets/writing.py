"""Plain rows -> an xlsx as the office prints it: merged cells, widths, a repeated heading, landscape. What is written reads back.

Source: the rule for exported text cells against formulas (docs/architecture.md, "files from outside").
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .grid import Merge

PAPER = {"A4": 9, "A3": 8}
DANGEROUS = tuple("=+-@\t\r＝＋－＠")
LINE = Side(style="thin", color="FF808080")
FRAME = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
MARGIN_INCHES = 0.5
FACE = "宋体"  # on every desk of an office, and in WPS


def face(**facts) -> Font:
    return Font(**{"name": FACE, "size": 11} | facts)


FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\]")
LONGEST_SHEET_NAME = 31


@dataclass(frozen=True)
class WrittenColumn:
    """heading: as printed; width: in characters of the ordinary font; is_centred: short texts such as numbers and limits."""

    heading: str
    width: float = 16
    is_centred: bool = False


def write_sheet(
    *,
    name: str,
    columns: Sequence[WrittenColumn],
    rows: Iterable[Sequence[str | int | float | Decimal | None]],
    merges: Iterable[Merge] = (),
    titles: Sequence[str] = (),
    paper: str = "A4",
) -> bytes:
    """The bytes of a workbook with one sheet. titles: rows across the table above the heading.

    merges: rows count from 1 at the first row of `rows`, columns from 0. paper: "A4" or "A3", always landscape.
    """
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = sheet_title(name)
    heading_row = len(titles) + 1
    for number, title in enumerate(titles, 1):
        write_cell(sheet.cell(number, 1), title, font=face(bold=True, size=16 if number == 1 else 11), centred=True)
        if len(columns) > 1:
            sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(columns))
    for place, column in enumerate(columns, 1):
        write_cell(sheet.cell(heading_row, place), column.heading, font=face(bold=True), centred=True, border=FRAME)
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    for number, row in enumerate(rows, heading_row + 1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            write_cell(sheet.cell(number, place), value, centred=column.is_centred, border=FRAME)
    for merge in merges:
        sheet.merge_cells(
            start_row=merge.top + heading_row,
            end_row=merge.bottom + heading_row,
            start_column=merge.left + 1,
            end_column=merge.right + 1,
        )
    _set_page(sheet, heading_row, paper)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def sheet_title(name: str) -> str:
    """A name a workbook allows for a sheet."""
    return FORBIDDEN_IN_NAME.sub("-", name)[:LONGEST_SHEET_NAME].strip("'") or "Sheet1"


def safe_text(text: str) -> str:
    """Text for a cell: without characters a workbook cannot hold, and quoted where a program might run it as a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def level_merges(paths: Sequence[Sequence[str]], *, columns: Sequence[int]) -> list[Merge]:
    """The merges of the level columns, as a responsibility table prints them.

    paths: per row the texts of the level columns from the top, "" where a row has no such level; columns: where these
    texts stand. Equal beginnings of neighbouring rows are merged downwards in all columns but the last; a level a row does
    not have is merged with the cell to its left, so that the blank means nothing when it is read back.
    """
    merges = []
    for depth in range(len(columns)):
        start = 0
        while start < len(paths):
            end = start
            if paths[start][depth] and depth < len(columns) - 1:
                while end + 1 < len(paths) and _same_cell(paths[start], paths[end + 1], depth):
                    end += 1
            right = depth
            while right + 1 < len(columns) and columns[right + 1] == columns[right] + 1 and paths[start][depth]:
                if any(path[right + 1] for path in paths[start : end + 1]):
                    break
                right += 1
            if end > start or right > depth:
                merges.append(Merge(start + 1, columns[depth], end + 1, columns[right]))
            start = end + 1
    return merges


def _same_cell(one: Sequence[str], other: Sequence[str], depth: int) -> bool:
    """Both rows stand under the same node at this depth, and the next level they have is the same."""
    return tuple(one[: depth + 1]) == tuple(other[: depth + 1]) and _next_level(one, depth) == _next_level(other, depth)


def _next_level(path: Sequence[str], depth: int) -> int:
    return next((level for level in range(depth + 1, len(path)) if path[level]), len(path))


def write_cell(cell: Cell, value, *, font: Font | None = None, centred: bool = False, border: Border | None = None) -> None:
    """Numbers stay numbers; every text is stored as text, whatever it begins with."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        cell.value = value
    elif value not in (None, ""):
        text = safe_text(str(value))
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith("'")
    cell.alignment = Alignment(horizontal="center" if centred else None, vertical="center", wrap_text=True)
    cell.font = font or face()
    if border:
        cell.border = border


def _set_page(sheet: Worksheet, heading_row: int, paper: str) -> None:
    sheet.print_title_rows = f"1:{heading_row}"
    sheet.freeze_panes = f"A{heading_row + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = PAPER[paper]
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = MARGIN_INCHES
    sheet.oddFooter.center.text = "&P / &N"
