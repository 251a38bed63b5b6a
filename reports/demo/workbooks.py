"""The demo's texts as the workbooks an office would have been sent: merged cells, a title above the heading."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

# Limits in the texts are written with these months; here they come to lie around the demo's day.
DAYS = {3: -12, 4: -4, 5: 1, 6: 9, 9: 40, 10: 60, 11: 75, 12: 110}
MONTH = re.compile(r"^(\d+)月(?:底|(\d+)日)前$")


@dataclass(frozen=True)
class Line:
    """One task of the texts. path: project, content (if any), criterion; person: who sees to it in the first leading unit."""

    path: tuple[str, ...]
    text: str
    leads: str
    supports: str
    measures: str
    limit: str
    method: str
    leader: str
    person: str


def near_today(limit: str, today: date) -> str:
    """6月底前 as a day around the demo's: 2026年12月2日前; anything else as it is."""
    found = MONTH.match(limit)
    if not found:
        return limit
    day = today + timedelta(days=DAYS[int(found[1])])
    return f"{day.year}年{day.month}月{day.day}日前"


def county_lines(text: str, today: date, heads: Mapping[str, str]) -> list[Line]:
    """`# project | leader`, `## content | measures`, then text | leads | supports | limit | method. heads: unit -> its head."""
    project = leader = content = measures = ""
    lines = []
    for row in text.strip().splitlines():
        if row.startswith("## "):
            content, measures = (part.strip() for part in row[3:].split("|"))
        elif row.startswith("# "):
            project, leader = (part.strip() for part in row[2:].split("|"))
        else:
            words, leads, supports, limit, method = (part.strip() for part in row.split("|"))
            path, limit, person = (project, content, words), near_today(limit, today), _person(leads, heads)
            lines.append(Line(path, words, leads, supports, measures, limit, method, leader, person))
    return lines


def unit_lines(text: str, today: date, heads: Mapping[str, str]) -> list[Line]:
    """`# project | leader`, `## criterion | method`, then task | leads | supports | measures | limit. heads as above."""
    project = leader = criterion = method = ""
    lines = []
    for row in text.strip().splitlines():
        if row.startswith("## "):
            criterion, method = (part.strip() for part in row[3:].split("|"))
        elif row.startswith("# "):
            project, leader = (part.strip() for part in row[2:].split("|"))
        else:
            words, leads, supports, measures, limit = (part.strip() for part in row.split("|"))
            path, limit, person = (project, criterion), near_today(limit, today), _person(leads, heads)
            lines.append(Line(path, words, leads, supports, measures, limit, method, leader, person))
    return lines


def _person(leads: str, heads: Mapping[str, str]) -> str:
    return heads.get(leads.split("、")[0], "")


def standard_workbook(title: str, headings: tuple[str, ...], lines: Iterable[Line]) -> SimpleUploadedFile:
    """The measurement standard: one row per lowest item, equal cells above one another merged, the method last."""
    paths = dict.fromkeys((line.path, line.method) for line in lines)
    rows = [[*path, method] for path, method in paths]
    return _workbook(title, [*headings, "测评方法"], rows, levels=len(headings) - 1)


def table_workbook(title: str, headings: tuple[str, ...], lines: Iterable[Line]) -> SimpleUploadedFile:
    """The responsibility table of the same items."""
    names = [*headings, "工作措施", "完成时限", "牵头领导", "牵头单位", "责任人", "配合单位"]
    rows = [[*line.path, line.measures, line.limit, line.leader, line.leads, line.person, line.supports] for line in lines]
    if any(line.text != line.path[-1] for line in lines):  # a criterion has several tasks
        names.insert(len(headings), "任务分解")
        rows = [[*row[: len(headings)], line.text, *row[len(headings) :]] for row, line in zip(rows, lines, strict=True)]
        return _workbook(title, names, rows, levels=len(headings))
    return _workbook(title, names, rows, levels=len(headings) - 1)


def _workbook(title, headings, rows, *, levels):
    book = Workbook()
    sheet = book.active
    sheet.title = "表1"
    sheet.append([title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headings))
    sheet.append(headings)
    for row in rows:
        sheet.append([cell or None for cell in row])
    for column in range(levels):
        start = 0
        for number in range(1, len(rows) + 1):
            if number == len(rows) or rows[number][: column + 1] != rows[start][: column + 1]:
                if number - start > 1:
                    for blank in range(start + 1, number):
                        sheet.cell(row=3 + blank, column=column + 1).value = None
                    sheet.merge_cells(start_row=3 + start, end_row=2 + number, start_column=column + 1, end_column=column + 1)
                start = number
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile(f"{title}.xlsx", file.getvalue())
