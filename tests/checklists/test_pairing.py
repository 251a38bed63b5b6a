"""Which item of a sheet is which of the edition before."""

import pytest

from checklists.comparing import Row
from checklists.pairing import likeness, pair_items
from tests.checklists.test_comparing import rows

OLD = rows(
    "p 1 项目一",
    "a 1.1 主次干道公益广告醒目完好",
    "b 1.2 小区设有宣传栏，每季度更新；楼道整洁无堆物",
    "q 2 项目二",
    "c 2.1 农贸市场干净整洁无占道",
    "d 2.2 农贸市场计量准确有公平秤",
)


def new(*lines):
    return [Row("", row.path, row.text, is_leaf=row.is_leaf) for row in rows(*(f"x {line}" for line in lines))]


CASES = {
    "all the same": (
        ["1 项目一", "1.1 主次干道公益广告醒目完好", "2 项目二", "2.1 农贸市场干净整洁无占道"],
        {"0001.": ("p", "path"), "0001.0001.": ("a", "path"), "0002.": ("q", "path"), "0002.0001.": ("c", "path")},
    ),
    "elsewhere": (
        ["1 项目三", "1.1 1）主次干道公益广告醒目完好。"],
        {"0001.": ("", "new"), "0001.0001.": ("a", "text")},
    ),
    "near": (
        ["1 项目一", "1.1 主次干道、广场公益广告醒目完好", "1.2 毫不相干的新要求"],
        {"0001.": ("p", "path"), "0001.0001.": ("a", "near"), "0001.0002.": ("", "new")},
    ),
    "no old item twice": (
        ["1 农贸市场干净整洁无占道", "2 农贸市场干净整洁无占道"],
        {"0001.": ("c", "text"), "0002.": ("", "new")},
    ),
}


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_what_is_proposed(lines, expected):
    found = pair_items(OLD, new(*lines))

    assert {one.new.path: (one.old.key if one.old else "", one.how) for one in found} == expected


def test_a_near_text_tells_how_near_and_waits_to_be_looked_at():
    found = pair_items(OLD, new("1 项目一", "1.1 主次干道、广场公益广告醒目完好"))[1]

    assert (found.how, found.is_doubtful) == ("near", True)
    assert 0.6 <= found.score < 1
    assert found.score == round(likeness("主次干道、广场公益广告醒目完好", "主次干道公益广告醒目完好"), 2)


def test_what_a_person_chose_goes_before_everything():
    sheet = new("1 项目一", "1.1 主次干道公益广告醒目完好", "1.2 另一条")

    found = pair_items(OLD, sheet, {"0001.0001.": "", "0001.0002.": "d"})

    assert [(one.old and one.old.key, one.how, one.is_doubtful) for one in found] == [
        ("p", "path", False),
        (None, "chosen", False),
        ("d", "chosen", False),
    ]


def test_a_part_of_an_old_text_and_a_text_that_holds_an_old_one():
    sheet = new(
        "1 项目一",
        "1.1 小区设有宣传栏，每季度更新",
        "1.2 楼道整洁无堆物",
        "2 项目二",
        "2.1 农贸市场干净整洁无占道；农贸市场计量准确有公平秤",
    )

    found = {one.new.path: one for one in pair_items(OLD, sheet)}

    assert (found["0001.0001."].old.key, found["0001.0001."].how) == ("b", "near")
    assert (found["0001.0002."].old, found["0001.0002."].origins) == (None, ("b",))
    merged = found["0002.0001."]
    assert (merged.old.key, merged.how, merged.origins) == ("d", "near", ("c",))
