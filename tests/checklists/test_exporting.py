"""The responsibility table goes out as it came: rows in the sheet's order, merged as the sheet was."""

import io

import pytest
from openpyxl import load_workbook

from checklists import decisions
from checklists.actions.duties import split_duty
from checklists.actions.imports import save_standard, settle_import, start_import
from checklists.actions.responsibilities import save_responsibilities
from checklists.actions.standards import adopt_standard, publish_standard
from checklists.exporting import write_responsibilities
from checklists.matching import read_responsibility_import
from checklists.models import Duty, Import
from checklists.register import Register
from checklists.sheets.widths import column_widths
from tests.checklists.sheet_maker import SHARED_OUT, workbook
from tests.checklists.test_imports import started, upload
from tests.conftest import viewer

# Three methods, each over several projects, as an office shares a standard out; the fixture's doubled row is left out.
ROWS = [SHARED_OUT[0], *[[number, *row[1:]] for number, row in enumerate(SHARED_OUT[1:6] + SHARED_OUT[7:], 1)]]
MERGES = ["B2:B7", "B8:B9", "C2:C4", "C5:C7"]
HEAD, LINES = ROWS[0], ROWS[1:]


def unmerged():
    """The lines with what their merged cells say written into each."""
    above, filled = [None] * 4, []
    for line in LINES:
        above = [cell or before for cell, before in zip(line[:4], above, strict=True)]
        filled.append([*above, *line[4:]])
    return filled


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def checklist(office):
    row = started(office)
    standard = save_standard(row, by=office, version=row.version, is_checked=True)
    publish_standard(standard, by=office)
    return adopt_standard(standard, by=office, name="示范清单")


def take_in(office, checklist, sheets, merges=None):
    take_in_file(office, checklist, workbook(sheets, merges))


def take_in_file(office, checklist, body):
    row = start_import(upload(body), by=office, kind=Import.Kind.RESPONSIBILITIES, checklist=checklist)
    names = [name.name for name in read_responsibility_import(row, register=Register(row.campaign.host)).open_names]
    if names:
        row = settle_import(row, by=office, version=row.version, change=decisions.name_units(names, {"do": "make"}))
    save_responsibilities(row, by=office, version=row.version, is_checked=True)
    checklist.refresh_from_db()


def written(checklist, office):
    """The sheet under its title: what the office's own sheet is compared with."""
    sheet = load_workbook(io.BytesIO(write_responsibilities(checklist, office))).active
    assert (sheet["A1"].value, sheet["A1"].font.name) == ("示范清单责任分解表", "宋体")
    sheet.unmerge_cells(start_row=1, end_row=1, start_column=1, end_column=sheet.max_column)
    for merge in sheet.merged_cells.ranges:
        merge.shift(row_shift=-1)
    sheet.delete_rows(1)
    return sheet


def texts(rows):
    """The lowest text of each row, where the sheet prints it."""
    return [row[4] for row in rows]


def test_rows_and_merges_are_those_of_the_sheet_though_methods_mix_within_projects(office, checklist):
    take_in(office, checklist, {"责任分解表": ROWS}, {"责任分解表": MERGES})

    sheet = written(checklist, office)

    lines = list(sheet.iter_rows(values_only=True))
    assert [line[:5] for line in lines] == [tuple(row[:5]) for row in ROWS]
    assert {str(merge) for merge in sheet.merged_cells.ranges} == set(MERGES)


def test_columns_are_as_wide_as_they_came(office, checklist):
    book = load_workbook(io.BytesIO(workbook({"责任分解表": ROWS}, {"责任分解表": MERGES})))
    for letter, width in {"A": 4.7, "E": 61, "F": 300}.items():
        book.active.column_dimensions[letter].width = width
    stream = io.BytesIO()
    book.save(stream)
    body = stream.getvalue()
    assert column_widths(body)["责任分解表"] == {0: 4.7, 4: 61.0, 5: 300.0}
    assert [column_widths(data) for data in (b"", b"PK", b"a,b")] == [{}, {}, {}]

    take_in_file(office, checklist, body)

    widths = written(checklist, office).column_dimensions
    assert [widths[letter].width for letter in "ABEF"] == [5, 10, 61, 120]


def test_a_row_of_another_origin_stands_behind_its_neighbour(office, checklist):
    take_in(office, checklist, {"责任分解表": ROWS}, {"责任分解表": MERGES})
    duty = Duty.objects.get(text="①班子名单齐全。")
    split_duty(duty, by=office, version=duty.version, texts=["①班子名单齐全。", "名单上墙。"])

    lines = list(written(checklist, office).iter_rows(values_only=True))

    heading = [str(cell) for cell in lines[0]]
    assert [line[heading.index("任务内容")] for line in lines[1:3]] == ["①班子名单齐全。", "名单上墙。"]
    assert texts(lines[3:]) == texts(LINES[1:])


def test_two_sheets_of_one_workbook_stand_one_behind_the_other(office, checklist):
    take_in(office, checklist, {"甲": [HEAD, *unmerged()[4:]], "乙": [HEAD, *unmerged()[:4]]})

    assert texts(list(written(checklist, office).iter_rows(values_only=True))[1:]) == texts(LINES[4:] + LINES[:4])


def test_a_later_sheet_of_a_few_rows_leaves_the_others_in_the_order_of_the_standard(office, checklist):
    take_in(office, checklist, {"责任分解表": ROWS}, {"责任分解表": MERGES})
    by_standard = list(Duty.objects.filter(checklist=checklist).order_by("position").values_list("item__text", flat=True))

    take_in(office, checklist, {"补充": [HEAD, unmerged()[1]]})

    assert [line[4] for line in list(written(checklist, office).iter_rows(values_only=True))[1:]] == by_standard
