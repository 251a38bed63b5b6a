"""Folders and names of the filing package, and its bytes."""

import datetime
import hashlib
import io
import zipfile

import pytest

from checklists.layout import PieceName, Step, circled, clean, file_names, folder_of
from checklists.packing import INDEX, SUMS, Damaged, Packed, same_bytes, write_package
from checklists.sheets.writing import WrittenColumn, write_sheet

PROJECT, INDICATOR, CONTENT = Step("project", 1, "组织领导"), Step("indicator", 2, "机制"), Step("content", 3, "制度")
CRITERION, REQUIREMENT = Step("criterion", 4, "成立小组"), Step("requirement", 2, "有文件")
DAY = datetime.date(2026, 3, 5)


@pytest.mark.parametrize(
    ("steps", "folder"),
    [
        ([PROJECT, INDICATOR, CONTENT, CRITERION, REQUIREMENT], "Ⅰ-1_组织领导/Ⅱ-2_机制/Ⅲ-3_制度/4）"),
        ([PROJECT, CRITERION], "Ⅰ-1_组织领导/4）"),
        ([PROJECT, INDICATOR], "Ⅰ-1_组织领导/Ⅱ-2_机制"),
    ],
)
def test_folders_leave_out_the_levels_an_item_does_not_have(steps, folder):
    assert folder_of(steps) == folder


def test_files_are_called_by_mark_kind_title_and_day():
    names = file_names(
        [PROJECT, CRITERION],
        [PieceName("规范文件", "创建方案", DAY, ("a.PDF",)), PieceName("实景图片", "讲堂", None, ("1.jpg", "2.JPG"))],
    )

    assert names == [["①规范文件_创建方案_20260305.pdf"], ["②实景图片_讲堂.jpg", "②实景图片_讲堂_2.jpg"]]


def test_files_of_a_requirement_bear_its_mark_and_stay_apart():
    names = file_names([PROJECT, CRITERION, REQUIREMENT], [PieceName("报告", "总结", None, ("a.docx",))] * 2)

    assert names == [["②报告_总结.docx"], ["②报告_总结_2.docx"]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('a/b\\c:d*?"<>|', "abcd"),
        ("  两 行\n字 ", "两 行 字"),
        ("..", ""),
        ("con", "_con"),
        ("‮gpj.exe", "gpj.exe"),
        ("长" * 99, "长" * 24),
    ],
)
def test_names_hold_nothing_that_a_computer_trips_over(text, name):
    assert clean(text, 24) == name


def test_marks_go_on_behind_twenty():
    assert [circled(number) for number in (1, 20, 21, 35, 36, 50, 51)] == ["①", "⑳", "㉑", "㉟", "㊱", "㊿", "（51）"]


# --- bytes ----------------------------------------------------------------------------------------


def packed(files, told=None):
    out = io.BytesIO()
    rows = [
        Packed(path, hashlib.sha256(data).hexdigest(), lambda data=data: [data[:3], data[3:]]) for path, data in files.items()
    ]
    write_package(out, rows, index=b"index", tell=told.append if told is not None else lambda done: None)
    return out.getvalue()


def test_a_package_holds_files_index_and_sums():
    told = []
    body = packed({"Ⅰ-1_甲/①图片.jpg": b"picture", "Ⅰ-1_甲/②报告.docx": b"report"}, told)

    with zipfile.ZipFile(io.BytesIO(body)) as package:
        assert package.namelist() == ["Ⅰ-1_甲/①图片.jpg", "Ⅰ-1_甲/②报告.docx", INDEX, SUMS]
        assert package.read("Ⅰ-1_甲/①图片.jpg") == b"picture"
        lines = package.read(SUMS).decode().splitlines()
    assert lines[0] == f"{hashlib.sha256(b'picture').hexdigest()}  Ⅰ-1_甲/①图片.jpg"
    assert [line.split("  ")[1] for line in lines] == ["Ⅰ-1_甲/①图片.jpg", "Ⅰ-1_甲/②报告.docx", INDEX]
    assert told == [1, 2]


def test_the_same_material_gives_the_same_bytes():
    assert packed({"a": b"1234"}) == packed({"a": b"1234"})


def test_a_file_that_changed_since_it_came_in_stops_the_package():
    with pytest.raises(Damaged, match=r"a\.jpg"):
        write_package(io.BytesIO(), [Packed("a.jpg", "0" * 64, lambda: [b"x"])], index=b"", tell=lambda done: None)


def test_the_index_carries_no_clock():
    columns = [WrittenColumn("题名")]
    books = [same_bytes(write_sheet(name="目录", columns=columns, rows=[["a"]])) for _n in range(2)]

    assert books[0] == books[1]
    with zipfile.ZipFile(io.BytesIO(books[0])) as book:
        assert b"1980-01-01T00:00:00Z" in book.read("docProps/core.xml")
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
