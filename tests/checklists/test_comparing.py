"""Two editions compared: a table of cases, whose work it is, and that no row is lost."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.comparing import Row, body, compare, count_work, mark_words


def rows(*lines):
    """ "a 1 text" -> Row a at path 0001.; a row with something below its path is no leaf."""
    found = []
    for line in lines:
        key, place, text, *origins = line.split()
        path = "".join(f"{int(step):04d}." for step in place.split("."))
        found.append(Row(key, path, text, origins=tuple(origins)))
    return [replace(row, is_leaf=not any(o.path.startswith(row.path) and o != row for o in found)) for row in found]


OLD = rows("p 1 项目", "a 1.1 主街有广告", "b 1.2 小区有宣传栏", "q 2 环境", "c 2.1 市场干净")
CASES = {
    "nothing": (OLD, {}),
    "added": (
        rows("p 1 项目", "a 1.1 主街有广告", "x 1.2 新增", "b 1.3 小区有宣传栏", "q 2 环境", "c 2.1 市场干净"),
        {"x": "added"},
    ),
    "dropped": (rows("p 1 项目", "a 1.1 主街有广告", "q 2 环境", "c 2.1 市场干净"), {"b": "dropped"}),
    "moved": (rows("p 1 项目", "a 1.1 主街有广告", "q 2 环境", "c 2.1 市场干净", "b 2.2 小区有宣传栏"), {"b": "moved"}),
    "only numbered anew": (
        rows("p 1 一、项目", "a 1.1 1）主街有广告", "b 1.2 2）小区有宣传栏", "q 2 环境", "c 2.1 市场干净。"),
        {},
    ),
    "reworded": (
        rows("p 1 项目", "a 1.1 主次干道有广告", "b 1.2 小区有宣传栏", "q 2 环境", "c 2.1 市场干净"),
        {"a": "reworded"},
    ),
    "moved and reworded": (
        rows("p 1 项目", "a 1.1 主街有广告", "q 2 环境", "c 2.1 市场干净", "b 2.2 小区设公示栏"),
        {"b": "moved reworded"},
    ),
    "split": (
        rows("p 1 项目", "a 1.1 主街", "x 1.2 有广告 a", "b 1.3 小区有宣传栏", "q 2 环境", "c 2.1 市场干净"),
        {"a": "split", "x": "split"},
    ),
    "merged": (
        rows("p 1 项目", "a 1.1 主街有广告小区有宣传栏 b", "q 2 环境", "c 2.1 市场干净"),
        {"a": "merged", "b": "merged"},
    ),
    "the same item under a new key": (
        rows("p 1 项目", "x 1.1 主街有广告 a", "b 1.2 小区有宣传栏", "q 2 环境", "c 2.1 市场干净"),
        {},
    ),
    "parts of its own": (
        rows("p 1 项目", "a 1.1 主街有广告", "x 1.1.1 醒目", "y 1.1.2 完好", "b 1.2 小区有宣传栏", "q 2 环境", "c 2.1 市场干净"),
        {"a": "split", "x": "split", "y": "split"},
    ),
    "speaks for its parts": (rows("p 1 项目", "q 2 环境", "c 2.1 市场干净"), {"p": "merged", "a": "merged", "b": "merged"}),
    "a whole project dropped": (
        rows("p 1 项目", "a 1.1 主街有广告", "b 1.2 小区有宣传栏"),
        {"q": "dropped", "c": "dropped"},
    ),
    "an origin of an edition long past": (
        rows("p 1 项目", "a 1.1 主街有广告", "b 1.2 小区有宣传栏 a", "q 2 环境", "c 2.1 市场干净"),
        {},
    ),
}


def said(differences):
    return {row.key: " ".join(one.kinds) for one in differences for row in (*one.old, *one.new) if one.kinds != ("same",)}


@pytest.mark.parametrize(("new", "kinds"), CASES.values(), ids=CASES)
def test_what_became_of_each_item(new, kinds):
    assert said(compare(OLD, new)) == kinds


def test_points_and_demands_are_changes_of_their_own():
    new = [replace(OLD[1], points=D(3)), replace(OLD[2], demands=(("methods", "网络"),))]

    assert said(compare(OLD[1:3], new)) == {"a": "points", "b": "demands"}


def test_a_dropped_item_stands_where_it_stood():
    new = CASES["dropped"][0]

    assert [one.row.key for one in compare(OLD, new)] == ["p", "a", "b", "q", "c"]


TREES = st.lists(st.tuples(st.sampled_from("abcdefghij"), st.booleans(), st.lists(st.sampled_from("abcdefghij"), max_size=2)))


def drawn(picks):
    """A tree of two levels from picks (key, is it below the last top one, origins)."""
    found, top, below = [], 0, 0
    for key, is_below, origins in {key: (key, is_below, origins) for key, is_below, origins in picks}.values():
        is_below = is_below and top
        top, below = (top, below + 1) if is_below else (top + 1, 0)
        path = f"{top:04d}." + (f"{below:04d}." if is_below else "")
        found.append(Row(key, path, key, origins=tuple(one for one in origins if one != key)))
    return [replace(row, is_leaf=not any(o.path.startswith(row.path) and o != row for o in found)) for row in found]


@settings(max_examples=200, deadline=None)
@given(TREES, TREES)
def test_every_row_of_both_editions_is_told_of_once(old, new):
    old, new = drawn(old), drawn(new)

    found = compare(old, new)

    assert sorted(row.key for one in found for row in one.old) == sorted(row.key for row in old)
    assert sorted(row.key for one in found for row in one.new) == sorted(row.key for row in new)


WORDS = {
    "one word": ("主街有广告", "主次干道有广告", "主[街]有广告", "主[次干道]有广告"),
    "a figure": ("不少于80%", "不少于85%", "不少于[80%]", "不少于[85%]"),
    "nothing": ("一样", "一样", "一样", "一样"),
    "all": ("甲", "乙", "[甲]", "[乙]"),
    "no shreds": ("社区每月宣传两次有记录", "街道每季培训一次有记录", "[社区每月宣传两]次有记录", "[街道每季培训一]次有记录"),
}


def bracketed(pieces):
    return "".join(f"[{piece.text}]" if piece.is_changed else piece.text for piece in pieces)


@pytest.mark.parametrize(("old", "new", "before", "after"), WORDS.values(), ids=WORDS)
def test_changed_words_are_marked(old, new, before, after):
    assert tuple(map(bracketed, mark_words(old, new))) == (before, after)


@settings(deadline=None)
@given(st.text("甲乙丙ab1 "), st.text("甲乙丙ab1 "))
def test_the_pieces_give_the_texts_again(old, new):
    before, after = mark_words(old, new)

    assert ("".join(one.text for one in before), "".join(one.text for one in after)) == (old, new)


def test_who_gains_and_who_loses():
    new = rows("p 1 项目", "a 1.1 主街", "x 1.2 有广告 a", "q 2 环境", "c 2.1 市场很干净", "y 2.2 新增")
    units = {"a": ["城管"], "b": ["城管", "民政"], "c": ["市监"]}

    work = {
        one.unit: [[row.key for row in part] for part in (one.gains, one.loses, one.changed)]
        for one in count_work(compare(OLD, new), units)
    }

    assert work == {"城管": [["x"], ["b"], []], "民政": [[], ["b"], []], "市监": [[], [], ["c"]]}


def test_texts_are_compared_without_number_width_and_full_stop():
    assert body("1）主街有广告。") == body("②主街 有广告") != body("主街有横幅")
