"""Text made ready for print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.paper import Column, Table
from reports.typeset.bulletin import page_of
from reports.typeset.fonts import covered
from reports.typeset.text import broken_by_sense, chinese_day, chinese_number, printable, with_breaks
from tests.reports import papers


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (f"王{papers.RARE_NAMES}", f"王{papers.RARE_NAMES}"),
        ("一\t二\u3000三", "一 二\u3000三"),
        ("零\u200b宽\ufeff、\u202e倒\u2066写", "零宽、倒写"),
        ("控\x00制\x07", "控制"),
        ("笑😀", "笑〓"),
        ("异体\U000e0100", "异体"),
        ("旧系统\ue863", "旧系统〓"),
        ("行一\n行二", "行一\n行二"),
    ],
)
def test_what_no_font_has_becomes_the_printers_mark(text, printed):
    assert printable(text, covered()) == printed


@given(st.text(max_size=60))
def test_whatever_is_typed_ends_as_characters_the_fonts_have(text):
    codes = covered()

    assert all(char == "\n" or ord(char) in codes for char in printable(text, codes))


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("采取“四不两直”方式", "采取|“四不两直”|方式"),
        ("“甲”“乙”", "“甲”|“乙”"),
        ("（“甲”）", "（“甲”）"),
        ("他说：“好。”", "他说：|“好。”"),
        ("don’t “x”", "don’t “x”"),
        ("“甲”，乙", "“甲”，乙"),
    ],
)
def test_lines_may_break_outside_quotes(text, broken):
    assert with_breaks(text).replace("\u200b", "|") == broken


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_headings_count_in_chinese(number, text):
    assert chinese_number(number) == text


def test_there_is_no_heading_0_or_100():
    for number in (0, 100):
        with pytest.raises(ValueError):
            chinese_number(number)


def test_days_are_written_out_without_leading_zeros():
    assert chinese_day("2026-03-07") == "2026年3月7日"
    assert chinese_day("三月上旬") == "三月上旬"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于创建工作督查情况的通报", ["关于创建工作督查情况的通报"]),
        (
            "关于第十二周全国文明典范城市创建工作实地督查和问题整改情况的通报",
            ["关于第十二周全国文明典范城市创建工作", "实地督查和问题整改情况的通报"],
        ),
        ("甲乙丙丁\n戊己庚辛", ["甲乙丙丁", "戊己庚辛"]),
    ],
)
def test_titles_are_broken_by_sense(title, lines):
    assert broken_by_sense(title, width=19) == lines


@given(st.text(alphabet="的和一二三12“”（）、", min_size=1, max_size=70))
def test_no_title_loses_a_character_or_outgrows_its_line(title):
    lines = broken_by_sense(title, width=19)

    assert "".join(lines) == title
    assert max(map(len, lines)) <= 19


def widths(columns, rows):
    table = page_of(papers.paper(Table(columns, rows)), {})["blocks"][0]
    return [round(float(share)) for share in table["shares"]]


def test_columns_take_what_their_texts_need_and_the_widest_pays():
    short, long = widths([Column("名次"), Column("问题")], [["1", "占道经营" * 30]])
    assert 6 <= short <= 8
    assert short + long == 100

    assert widths([Column("甲"), Column("乙"), Column("丙")], []) == [33, 33, 33]
    assert widths([Column("甲", 20), Column("乙", 10)], [["一", "二"]]) == [66, 34]


def test_long_texts_wrap_so_that_the_table_becomes_short():
    """The column of problems gets what places and units do not need; numbers and days never wrap."""
    columns = [Column(title) for title in ("序号", "编号", "点位", "存在问题", "责任单位", "整改时限", "逾期\n工作日")]
    row = ["12", "2026-0031", "滨河小区", "单元门口张贴小广告", "县住建局", "11月13日", "15"]
    long = ["13", "2026-0032", "文化中心工地", "窨井盖松动，车辆经过有响声", "县交通运输局", "11月13日", "不足1"]

    number, code, place, problem, unit, day, days = widths(columns, [row] * 9 + [long])

    assert (number, code, day, days) == (7, 15, 13, 10)
    assert problem > 2 * place == 2 * unit
    assert sum((number, code, place, problem, unit, day, days)) in (99, 100, 101)


def test_columns_without_room_for_short_words_share_it():
    many = widths([Column("按期整改率")] * 9, [["县交通运输局"] * 9])

    assert many == [11] * 9


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("创建简报", ["创建简报"]),
        ("示范县创建全国文明城市工作简报", ["示范县创建全国文明城市", "工作简报"]),
        ("示范县创建\n工作简报", ["示范县创建", "工作简报"]),
    ],
)
def test_a_long_name_goes_on_two_lines_and_always_fits(name, lines):
    masthead = papers.Masthead(name, "2026年第1期", "办公室", "2026-01-05")
    page = page_of(papers.paper(masthead=masthead), {})

    assert page["name_lines"] == lines
    assert max(map(len, lines)) * (page["name_size"] + page["name_spacing"]) <= 442
