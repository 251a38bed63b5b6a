"""A sheet handed back with its doubts comes in again as if nothing had been added."""

import io

from openpyxl import load_workbook

from checklists.sheets.grid import read_workbook
from checklists.sheets.kinds import propose_kind
from checklists.sheets.marking import MarkedSheet, mark_sheets
from checklists.sheets.responsibilities import read_responsibilities
from checklists.sheets.standard import read_standard
from checklists.sheets.vocabulary import MARKED
from tests.checklists.sheet_maker import DECLARED, SHARED_OUT, SHARED_OUT_MERGES, grid

TITLED = [["示范体系", None, None, None], *DECLARED]
TITLED_MERGES = ["A1:D1", "A3:A5", "B3:B4", "A6:A9", "B7:B9"]


def handed_back(read, cells):
    return mark_sheets([MarkedSheet(cells, read.doubts, read.heading[0])])


def test_the_added_column_says_in_each_row_what_is_wrong_and_merges_are_kept():
    cells = grid(TITLED, TITLED_MERGES, "示范-网上申报")
    read = read_standard(cells)

    page = load_workbook(io.BytesIO(handed_back(read, cells))).active

    assert [(row, page.cell(row, 5).value) for row in range(1, 10) if page.cell(row, 5).value] == [
        (2, MARKED), *((doubt.row, doubt.text) for doubt in read.doubts),
    ]  # fmt: skip
    assert sorted(str(merge) for merge in page.merged_cells.ranges) == sorted(TITLED_MERGES)


def test_what_is_handed_back_comes_in_with_no_other_effect():
    for rows, merges, reader in ((TITLED, TITLED_MERGES, read_standard), (SHARED_OUT, SHARED_OUT_MERGES, read_responsibilities)):
        cells = grid(rows, merges, "示范")
        read = reader(cells)

        (again,) = read_workbook(handed_back(read, cells))

        assert (again.cells, again.merges) == (cells.cells, cells.merges)
        assert reader(again).as_json() == read.as_json()
        assert propose_kind(again) == propose_kind(cells)


def test_a_doubt_about_the_heading_stands_below_the_name_of_the_column():
    cells = grid([["测评项目", "测评标准", "口径"], ["甲", "一", "同上年"]])
    read = read_standard(cells)

    data = handed_back(read, cells)

    assert load_workbook(io.BytesIO(data)).active["D1"].value == f"{MARKED}\n{read.doubts[0].text}"
    assert read_workbook(data)[0].cells == cells.cells


def test_texts_that_look_like_formulas_are_text_and_come_back_as_they_were():
    cells = grid([["测评项目", "测评标准"], ["=1+1", "@甲"], ["－乙", "一"]])

    data = mark_sheets([MarkedSheet(cells, error="没有表头")])

    page = load_workbook(io.BytesIO(data)).active
    assert [(page.cell(2, column).value, page.cell(2, column).data_type) for column in (1, 2)] == [("'=1+1", "s"), ("'@甲", "s")]
    assert page["C1"].value == f"{MARKED}\n没有表头"
    assert read_workbook(data)[0].cells == cells.cells


def test_several_sheets_go_back_in_one_workbook():
    sheets = [grid([["甲"]], name="一"), grid([["乙"]], name="二/三")]

    assert [again.name for again in read_workbook(mark_sheets(map(MarkedSheet, sheets)))] == ["一", "二-三"]
