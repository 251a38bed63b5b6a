"""A bundle and its sheet of captions: one record per row or file, every doubt named."""

import datetime

import pytest

from checklists.captions import DOUBTS, BundleFile, entries_of, is_caption_sheet, said

TODAY = datetime.date(2026, 3, 23)
HEAD = ["文件名", "标题", "类别", "日期", "文号", "时间", "地点", "人物", "主题", "背景", "事由", "说明"]
FULL = ["一.jpg", "道德讲堂", "图片", "2026年3月5日", "3号", "上午", "三楼", "职工", "诚信", "年度计划", "第三期", "现场"]


def files(*names, **facts):
    return [BundleFile(no, name, 10, sha256=f"sha{no}", **facts) for no, name in enumerate(names)]


def test_a_row_fills_every_field():
    (entry,) = entries_of(files("三月/一.jpg"), [["图注表"], HEAD, FULL], today=TODAY)

    assert (entry.files, entry.row, entry.title, entry.kind, entry.event_on, entry.number) == (
        [0],
        3,
        "道德讲堂",
        "photo",
        "2026-03-05",
        "3号",
    )
    assert (entry.time_text, entry.place, entry.people, entry.subject, entry.background, entry.occasion, entry.caption) == (
        "上午",
        "三楼",
        "职工",
        "诚信",
        "年度计划",
        "第三期",
        "现场",
    )
    assert (entry.doubts, entry.is_refused) == ([], False)


def test_a_row_may_name_several_files_and_files_without_endings():
    (entry,) = entries_of(files("一.jpg", "二.jpg"), [["文件名"], ["一；二.jpg"]], today=TODAY)

    assert (entry.files, entry.title) == ([0, 1], "一")


def test_without_a_sheet_each_file_is_a_record_of_its_own_name():
    found = entries_of(files("a/一.jpg", "二.pdf"), None, today=TODAY)

    assert [(entry.title, entry.files, entry.doubts) for entry in found] == [("一", [0], []), ("二", [1], [])]


def row(**values):
    """A row of the sheet with these columns, the rest empty."""
    return [values.get(head, "") for head in HEAD]


CASES = {  # code -> files, rows below the heading
    "no_file": (files("一.jpg"), [row(文件名="一.jpg、三.jpg")]),
    "no_row": (files("一.jpg", "二.jpg"), [row(文件名="一.jpg")]),
    "bad_date": (files("一.jpg"), [row(文件名="一.jpg", 日期="三月上旬")]),
    "future": (files("一.jpg"), [row(文件名="一.jpg", 日期="2026-03-24")]),
    "bad_kind": (files("一.jpg"), [row(文件名="一.jpg", 类别="杂项")]),
    "cut": (files("一.jpg"), [row(文件名="一.jpg", 标题="长" * 121)]),
    "known": (files("一.jpg", known="讲堂"), [row(文件名="一.jpg")]),
    "path": (files("../一.jpg", refused="path"), [row(文件名="一.jpg")]),
    "too_large": (files("一.jpg", refused="too_large"), [row(文件名="一.jpg")]),
    "empty": (files("一.jpg", refused="empty"), [row(文件名="一.jpg")]),
    "wrong_kind": (files("一.exe", refused="wrong_kind"), [row(文件名="一.exe")]),
    "twice": (
        [BundleFile(0, "一.jpg", 1, "same"), BundleFile(1, "二.jpg", 1, "same")],
        [row(文件名="一.jpg"), row(文件名="二.jpg")],
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_each_doubt_is_named_once(code):
    given, rows = CASES[code]

    found = entries_of(given, [HEAD, *rows], today=TODAY)

    doubts = [doubt for entry in found for doubt in entry.doubts]
    assert [name for name, _facts in doubts] == [code]
    assert "%" not in said(*doubts[0])


def test_every_doubt_has_a_case():
    assert set(CASES) == set(DOUBTS)


def test_what_has_no_good_file_is_refused():
    found = entries_of(files("空.pdf", refused="empty"), [HEAD, row(文件名="没有.jpg", 标题="x")], today=TODAY)

    assert [entry.is_refused for entry in found] == [True, True]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-3-5", "2026-03-05"),
        ("2026.03.05", "2026-03-05"),
        ("20260305", "2026-03-05"),
        ("2026/3/5", "2026-03-05"),
        ("2026年2月30日", ""),
        ("", ""),
    ],
)
def test_days_as_people_write_them(text, day):
    (entry,) = entries_of(files("一.jpg"), [HEAD, row(文件名="一.jpg", 日期=text)], today=TODAY)

    assert entry.event_on == day


def test_a_name_that_fits_two_files_fits_none():
    found = entries_of(files("a/一.jpg", "b/一.jpg"), [HEAD, row(文件名="一.jpg"), row(文件名="b/一.jpg")], today=TODAY)

    assert [entry.files for entry in found] == [[], [1], [0]]


def test_only_a_sheet_that_names_files_is_one_of_captions():
    assert is_caption_sheet([["题目"], ["文 件 名", "日期"]])
    assert not is_caption_sheet([["序号", "日期"]])
