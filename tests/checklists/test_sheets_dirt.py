"""The dirt of real sheets, one case each: the exact doubts, and what is proposed. Source: glossary, "standard"."""

from decimal import Decimal

import pytest

from checklists.sheets.dirt import is_trial, methods_in, points_in, points_of, units_in
from checklists.sheets.doubts import Doubt, Proposal
from checklists.sheets.headings import LEVELS
from checklists.sheets.responsibilities import read_responsibilities
from checklists.sheets.settled import Settled
from checklists.sheets.standard import merge_standards, read_standard, walk
from checklists.sheets.text import code_of, flat_text, folded
from tests.checklists.sheet_maker import grid

HEAD = ["测评项目", "测评标准", "具体要求"]
SHARED = ["序号", "测评标准", "牵头单位", "责任单位"]


def standard(rows, merges=(), **options):
    return read_standard(grid(rows, merges), **options)


def shared(rows, merges=(), **options):
    return read_responsibilities(grid(rows, merges), **options)


def fill(row, column, text):
    return {"act": "fill", "row": row, "column": column, "text": text}


def skip(row):
    return {"act": "skip", "row": row}


def doubts(sheet):
    return [(doubt.row, doubt.kind, [proposal.as_json() for proposal in doubt.proposals]) for doubt in sheet.doubts]


STANDARD_DIRT = {
    "a blank that may mean as above": (
        [HEAD, ["甲", "一", "1"], [None, "二", "2"]], [], [(3, "blank", [fill(3, 0, "甲"), skip(3)])],
    ),
    "a blank that means nothing": ([HEAD, [None, "一", "1"]], [], [(2, "blank_top", [skip(2)])]),
    "同上 in a level": (
        [HEAD, ["甲", "一", "1"], ["同上", "二", "2"]], [], [(3, "same_above", [fill(3, 0, "甲")])],
    ),
    "a ditto mark with nothing above": ([HEAD, ["〃", "一", "1"]], [], [(2, "same_above_top", [])]),
    "several standards in one cell": (
        [HEAD, ["甲", "1）一\n2）二", "1"]], [],
        [(2, "several_in_cell", [{"act": "split", "row": 2, "column": 1, "parts": ["1）一", "2）二"]}])],
    ),
    "several methods in one cell": (
        [["测评项目", "测评标准", "测评方法"], ["甲", "一", "1)材料审核 2)材料审核、问卷调查"]], [],
        [(2, "several_methods", [fill(2, 2, "材料审核、问卷调查")])],
    ),
    "the same item twice": (
        [HEAD, ["甲", "一", "1"], ["甲", "一", "1"]], [], [(3, "duplicate", [skip(3)])],
    ),
    "the same but for dashes, width and Roman letters": (
        [HEAD, ["Ⅰ—1 环境", "一", "1"], ["I-1环境", "二", "2"], ["Ⅰ－１ 环境", "三", "3"]], [],
        [(3, "looks_differ", [fill(3, 0, "Ⅰ—1 环境")]), (4, "looks_differ", [fill(4, 0, "Ⅰ—1 环境")])],
    ),
    "one number for two texts": (
        [HEAD, ["甲", "1）一", "1"], ["甲", "1）二", "2"]], [], [(3, "same_code", [fill(3, 1, "1）一")])],
    ),
    "one number in the parts of two cells": (
        [HEAD[:2], ["甲", "1）一\n2）二"], ["甲", "1）三\n2）四"]], [], [(3, "same_code", []), (3, "same_code", [])],
    ),
    "text cut at 255": ([HEAD, ["甲", "一", "长" * 255]], [], [(2, "cut_text", [])]),
    "a trial row": ([HEAD, ["甲", "一", "1"], ["测试", "test", "1111"]], [], [(3, "test_row", [skip(3)])]),
    "the same number twice": (
        [["序号", *HEAD], ["1", "甲", "一", "1"], ["2", "甲", "二", "2"], ["2", "甲", "三", "3"]], [], [(4, "same_number", [])],
    ),
    "numbers that begin anew under the next project": (
        [["序号", *HEAD], ["1", "甲", "一", "1"], ["2", "甲", "二", "2"], ["1", "乙", "三", "3"], ["2", "乙", "四", "4"]], [], [],
    ),
    "a merged number": (
        [["序号", *HEAD], ["1", "甲", "一", "1"], [None, "甲", "二", "2"]], ["A2:A3"], [],
    ),
    "a row pasted into one cell": (
        [HEAD, ["甲\t一\t1", None, None]], [],
        [(2, "tabbed_row", [{"act": "fill", "row": 2, "column": 0, "parts": ["甲", "一", "1"]}, skip(2)])],
    ),
    "a unit inside the text": (
        [HEAD, ["甲", "一", "有制度。【提供材料部门:党办】"]], [], [(2, "unit_in_text", [{"act": "new", "row": 2, "name": "党办"}])],
    ),
    "a group across the table": (
        [["测评标准", "具体要求"], ["城区部分", None], ["一", "1"]], ["A2:B2"], [],
    ),
    "a caption that is no level": (
        [HEAD, ["仅供参考", None, None], ["甲", "一", "1"]], ["A2:C2"],
        [(2, "group_row", [{"act": "map", "row": 2}, skip(2)])],
    ),
    "an unknown heading": (
        [[*HEAD, "口径"], ["甲", "一", "1", "同上年"]], [], [(1, "strange_heading", [{"act": "map", "column": 3, "text": "note"}])],
    ),
    "points that add up": (
        [HEAD, ["公共环境 12分", "一（5分）", "1"], [None, "二（7分）", "2"]], ["A2:A3"], [],
    ),
    "points that do not": (
        [HEAD, ["公共环境 12分", "一（5分）", "1"], [None, "二（0.5分）", "2"]], ["A2:A3"], [(2, "points_sum", [])],
    ),
    "parts without points say nothing": (
        [HEAD, ["公共环境 12分", "一（5分）", "1"], [None, "二", "2"]], ["A2:A3"], [],
    ),
    "but too many do": (
        [HEAD, ["公共环境 12分", "一（13分）", "1"], [None, "二", "2"]], ["A2:A3"], [(2, "points_sum", [])],
    ),
    "a cell of points that is none": (
        [[*HEAD, "分值"], ["甲", "一", "1", "酌情"]], [], [(2, "points_text", [])],
    ),
    "points twice, not the same": (
        [[*HEAD, "分值"], ["甲", "一", "做到（2分）", "3"]], [], [(2, "points_differ", [])],
    ),
    "several points in one text": ([HEAD, ["甲", "一", "有制度（1分）；有台账（2分）"]], [], [(2, "several_points", [])]),
    "points taken off are none": ([HEAD, ["甲", "一", "发现一处扣（1分），每次扣2分"]], [], []),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "merges", "expected"), STANDARD_DIRT.values(), ids=STANDARD_DIRT)
def test_dirt_in_a_standard_is_a_doubt_with_its_proposals(rows, merges, expected):
    sheet = standard(rows, merges)

    assert doubts(sheet) == expected
    assert not [doubt.text for doubt in sheet.doubts if "%(" in doubt.text]


SHARED_DIRT = {
    "同上 instead of a unit": (
        [SHARED, ["1", "一", "甲局、乙局", None], ["2", "二", "同上", None]], [(3, "same_above", [fill(3, 2, "甲局、乙局")])], ["甲局", "乙局"],
    ),
    "a request instead of a unit": (
        [SHARED, ["1", "一", "请示范办协调", None]],
        [(2, "odd_name", [{"act": "skip", "name": "请示范办协调"}, {"act": "new", "name": "请示范办协调"}])], ["请示范办协调"],
    ),
    "a reference instead of a unit": (
        [SHARED, ["1", "一", "见附件2", None]], [(2, "odd_name", [{"act": "skip", "name": "见附件2"}, {"act": "new", "name": "见附件2"}])], ["见附件2"],
    ),
    "待定": ([SHARED, ["1", "一", "待定", None]], [(2, "odd_name", [{"act": "skip", "name": "待定"}, {"act": "new", "name": "待定"}])], ["待定"]),
    "a number instead of a unit": (
        [SHARED, ["1", "一", "017", None]], [(2, "unit_number", [{"act": "skip", "name": "017"}])], ["017"],
    ),
    "the id of a unit without its name": (
        [[*SHARED, "单位编号"], ["1", "一", None, None, "A17"]], [(2, "unit_without_name", [])], [],
    ),
    "two names of one office": (
        [SHARED, ["1", "一", "文明办", None], ["2", "二", "区文明办", None]],
        [(2, "near_name", [{"act": "map", "row": 2, "name": "文明办", "text": "区文明办"}])], ["文明办", "区文明办"],
    ),
    "a unit inside the text": (
        [SHARED, ["1", "一【提供材料部门:党办、团委】", None, None]], [(2, "unit_in_text", [fill(2, 2, "党办、团委")])], [],
    ),
    "a unit inside the text that stands in its cell too": ([SHARED, ["1", "一【提供材料部门:党办】", "党办", None]], [], ["党办"]),
    "the same item twice with different units": (
        [SHARED, ["1", "一", "甲局", None], ["2", "一", "乙局", None]], [(3, "duplicate", [skip(3)])], ["甲局", "乙局"],
    ),
    "a trial row": (
        [SHARED, ["1", "一", "甲局", None], ["2", "aaa", "test1", None]], [(3, "test_row", [skip(3)])], ["甲局", "test1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "expected", "names"), SHARED_DIRT.values(), ids=SHARED_DIRT)
def test_dirt_in_a_responsibility_table_is_a_doubt_with_its_proposals(rows, expected, names):
    sheet = shared(rows)

    assert (doubts(sheet), list(sheet.names)) == (expected, names)
    assert not [doubt.text for doubt in sheet.doubts if "%(" in doubt.text]


def test_the_output_of_a_doubt_stays_row_kind_text():
    doubt = Doubt(3, "test_row", {"start": "测试"}, proposals=(Proposal("skip", row=3),))

    assert doubt.as_json() == {"row": 3, "kind": "test_row", "text": doubt.text}


def test_a_level_as_a_row_may_be_settled_by_a_person():
    rows = [["测评标准", "具体要求"], ["城区", None], ["一", "1"], ["郊区", None], ["二", "2"]]
    merges = ["A2:B2", "A4:B4"]

    read = standard(rows, merges, settled=Settled(captions={2: "project", 4: ""}))

    assert [(node.level, node.text) for node in read.nodes] == [("project", "城区")]
    assert [row.number for row in read.rows] == [3, 5]
    assert read.levels["criterion"] == 2
    assert doubts(read) == []


SPLIT = [HEAD, ["甲", "1）一\n2）二", "上"], [None, None, "下"]]


@pytest.mark.parametrize(
    ("rows", "merges", "tree"),
    [
        (SPLIT, ["A2:A3", "B2:B3"], [("1）一", ["上"]), ("2）二", ["下"])]),
        (SPLIT[:2], [], [("1）一", ["上"]), ("2）二", ["上"])]),
    ],
)
def test_a_cell_of_several_standards_is_split_when_a_person_says_so(rows, merges, tree):
    read = standard(rows, merges, settled=Settled(splits=frozenset({2})))

    assert [(node.text, [leaf.text for leaf in node.children]) for node in read.nodes[0].children] == tree
    assert doubts(read) == []


def test_a_heading_may_be_named_by_a_person():
    rows = [["测评项目", "测评标准"], ["甲", "一"], ["项目", "标准"], ["乙", "二"]]

    assert [row.number for row in standard(rows, settled=Settled(heading=(3, 3))).rows] == [4]


GRADED = {
    "three columns under one heading with their letters": (
        [["测评内容", "测评标准", None, None, "测评方法"], [None, "A", "B", "C", None], ["绿化率", "100%", ">90%", "≤90%", "材料审核"], ["制度", "有制度", None, None, "材料审核"]],
        ["A1:A2", "B1:D1", "E1:E2", "B4:D4"],
    ),
    "three columns under one heading without letters": (
        [["测评内容", "测评标准", None, None, "测评方法"], ["绿化率", "100%", ">90%", "≤90%", "材料审核"], ["制度", "有制度", None, None, "材料审核"]],
        ["B1:D1", "B3:D3"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "merges"), GRADED.values(), ids=GRADED)
def test_three_columns_of_grades_are_the_rule_of_the_item_above(rows, merges):
    read = standard(rows, merges)

    assert [(node.level, node.text, node.steps) for node in walk(read.nodes)] == [
        ("content", "绿化率", (("A", "100%"), ("B", ">90%"), ("C", "≤90%"))),
        ("content", "制度", ()),
        ("criterion", "有制度", ()),
    ]
    assert (len(read.rows), read.leaves, doubts(read)) == (2, 2, [])


@pytest.mark.parametrize(
    ("rows", "merges"),
    [
        ([["测评内容", "测评标准", "A", "B", "C"], ["环境", "绿化率", "100%", ">90%", "≤90%"]], []),
        ([["测评内容", "测评标准", None, None, None], [None, None, "A级", "B级", "C级"], ["环境", "绿化率", "100%", ">90%", "≤90%"]], ["A1:A2", "B1:E1"]),
        ([["测评内容", "测评标准", None, None, None], ["环境", "绿化率", "100%", ">90%", "≤90%"]], ["B1:E1"]),
    ],
)  # fmt: skip
def test_grades_beside_a_standard_are_its_rule(rows, merges):
    read = standard(rows, merges)

    assert [(node.text, node.steps) for node in walk(read.nodes)] == [
        ("环境", ()),
        ("绿化率", (("A", "100%"), ("B", ">90%"), ("C", "≤90%"))),
    ]
    assert doubts(read) == []


def points(sheet):
    return [(node.text, node.points) for node in walk(sheet.nodes)]


def test_points_stand_on_any_level_and_inside_the_text_which_is_kept():
    read = standard(
        [
            ["测评项目", "测评内容", "测评标准", "分值"],
            ["公共环境 12分", "街面（5分）", "净(0.5分)", None],
            [None, None, "亮", "4.5"],
            [None, "绿化", "活", "７分"],
        ],
        ["A2:A4", "B2:B3"],
    )

    assert points(read) == [
        ("公共环境 12分", Decimal(12)), ("街面（5分）", Decimal(5)), ("净(0.5分)", Decimal("0.5")), ("亮", Decimal("4.5")),
        ("绿化", None), ("活", Decimal(7)),
    ]  # fmt: skip
    assert doubts(read) == []


def test_a_merged_cell_of_points_belongs_to_the_level_merged_as_far():
    rows = [
        ["测评项目", "测评内容", "测评标准", "分值"],
        ["甲", "街面", "净", "5"],
        [None, None, "亮", None],
        [None, "绿化", "活", "3"],
    ]

    read = standard(rows, ["A2:A4", "B2:B3", "D2:D3"])

    assert points(read) == [("甲", None), ("街面", Decimal(5)), ("净", None), ("亮", None), ("绿化", None), ("活", Decimal(3))]


def test_a_column_of_points_behind_a_level_is_that_levels():
    read = standard(
        [["测评项目", "分值", "测评标准", "分值"], ["甲", "8", "一", "3"], [None, None, "二", "5"]], ["A2:A3", "B2:B3"]
    )

    assert (points(read), doubts(read)) == ([("甲", Decimal(8)), ("一", Decimal(3)), ("二", Decimal(5))], [])


def test_parts_in_another_sheet_are_added_up_with_those_of_this_one():
    one = read_standard(grid([HEAD, ["环境 10分", "一（4分）", "1"]], name="甲-网上申报"))
    other = read_standard(grid([HEAD, ["环境 10分", "二（6分）", "2"]], name="甲-实地考察"))

    assert [doubt.kind for doubt in one.doubts] == ["points_sum"]
    assert merge_standards([one, other]).doubts == ()


def test_text_written_downwards_is_laid_flat_in_headings_and_levels():
    read = standard([["测\n评\n项\n目", "测\n评\n标\n准"], ["公\n共\n环\n境\n12分", "一"], ["思\n想\n道\n德", "二"]])

    assert [(node.text, node.points) for node in read.nodes] == [("公共环境12分", Decimal(12)), ("思想道德", None)]
    assert [column.meaning for column in read.columns] == ["project", "criterion"]


def test_a_heading_of_three_rows():
    rows = [
        ["测评项目", "测评要求", None, None, "分工", None],
        [None, "测评内容", "测评标准", None, "牵头单位", "配合单位"],
        [None, None, "A", "B", None, None],
        ["甲", "绿化率", "100%", "≤90%", "甲局", "乙局"],
    ]

    read = standard(rows, ["A1:A3", "B1:D1", "E1:F1", "B2:B3", "C2:D2", "E2:E3", "F2:F3"])

    assert read.heading == (1, 3)
    assert [(node.level, node.steps) for node in walk(read.nodes)] == [
        ("project", ()),
        ("content", (("A", "100%"), ("B", "≤90%"))),
    ]


def test_a_column_of_codes_gives_the_lowest_item_its_number():
    read = standard([["分类编号", "测评标准"], ["Ⅲ-1-①", "街面净"], ["Ⅲ-1-②", "1）亮"]])

    assert [(node.text, node.code) for node in read.nodes] == [("街面净", "Ⅲ-1-①"), ("1）亮", "1）")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ⅰ—1 环境", "Ⅰ—1"),
        ("III - 2 - 1 街面", "III-2-1"),
        ("Ⅱ−1 秩序", "Ⅱ−1"),
        ("Ⅲ-1-① 宣传", "Ⅲ-1-①"),
        ("Ⅱ-1-1)-① 材料", "Ⅱ-1-1)-①"),
        ("Ⅰ一1 环境", "Ⅰ一1"),
        ("１）净", "１）"),
        ("②亮", "②"),
        ("（一）活", "（一）"),
    ],
)
def test_codes_as_printed(text, code):
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("one", "other"), [("Ⅰ—1", "I-1"), ("Ⅲ−2", "III–2"), ("Ⅰ一1", "Ⅰ-1"), ("１）净。", "1)净"), ("① 有", "1有")]
)
def test_codes_are_compared_whatever_their_looks(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("text", "is_test"), [("测试", True), ("测试数据1", True), ("test", True), ("Test 2", True), ("1111", True), ("aaa", True), ("123456", True), ("测试中心", False), ("11", False), ("检测试剂", False), ("甲", False)])  # fmt: skip
def test_trial_entries(text, is_test):
    assert is_trial(text) == is_test


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("公共环境 12分", ["12"]), ("公共环境12分", ["12"]), ("组织管理 (4分)", ["4"]), ("有规划（0.5分）。", ["0.5"]), ("满分10分", ["10"]),
        ("一(1分)二【2分】", ["1", "2"]), ("不合格每处扣0.5分", []), ("一处不符扣（2分）", []), ("得2分", []), ("30分钟内到场", []), ("", []),
    ],
)  # fmt: skip
def test_points_inside_a_text(text, found):
    assert [str(points) for points in points_in(text)] == found


@pytest.mark.parametrize(("text", "value"), [("12", "12"), ("12分", "12"), ("（5分）", "5"), ("0.5", "0.5"), ("１２", "12"), ("10%", "10"), ("三分", "3"), ("（十五分）", "15"), ("一百二十分", "120"), ("一点五分", "1.5"), ("半分", "0.5"), ("十", None), ("三五分", None), ("酌情", None), ("", None), ("10分，另加2分", None)])  # fmt: skip
def test_a_cell_of_points(text, value):
    assert points_of(text) == (None if value is None else Decimal(value))


def test_methods_and_units_inside_a_text():
    assert methods_in("1)材料审核 2)材料审核、问卷调查") == ["材料审核", "问卷调查"]
    assert methods_in("实地考察/整体观察") == ["实地考察", "整体观察"]
    assert methods_in("由市里组织专家到现场逐项查看后打分") == ["由市里组织专家到现场逐项查看后打分"]
    assert units_in("有台账【提供材料部门:党办、团委】；（责任单位：甲局）") == ["党办", "团委", "甲局"]


def test_only_writing_downwards_is_laid_flat():
    assert [flat_text(text) for text in ("一\n二", "甲\n乙\n12分", "甲局\n乙局\n丙局")] == [
        "一\n二",
        "甲乙12分",
        "甲局\n乙局\n丙局",
    ]


def test_every_level_is_counted_though_some_stand_as_rows():
    read = standard([["测评标准", "具体要求"], ["Ⅰ—1 环境（8分）", None], ["II-1 市容（8分）", None], ["净（8分）", "无积水"]])

    assert [read.levels[level] for level in LEVELS] == [1, 1, 0, 1, 1]
    assert [node.points for node in walk(read.nodes)] == [Decimal(8), Decimal(8), Decimal(8), None]
    assert doubts(read) == []
