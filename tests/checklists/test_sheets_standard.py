"""A standard's sheets: counting, doubts, one tree of several sheets. Source: glossary, "standard"."""

import os

import pytest

from checklists.sheets.errors import SheetError
from checklists.sheets.grid import read_workbook
from checklists.sheets.headings import LEVELS
from checklists.sheets.standard import merge_standards, read_standard
from tests.checklists.sheet_maker import DECLARED, DECLARED_MERGES, standard_workbook, workbook


def read(rows, merges=(), name="示范", **options):
    (grid,) = read_workbook(workbook({name: rows}, {name: merges}))
    return read_standard(grid, **options)


def counts(sheet):
    """Rows, the five levels and leaves in one tuple."""
    return len(sheet.rows), *(sheet.levels[level] for level in LEVELS), sheet.leaves


def doubts(sheet):
    return [(doubt.row, doubt.kind) for doubt in sheet.doubts]


def tree(nodes):
    return [(node.level, node.text, tree(node.children)) if node.children else (node.level, node.text) for node in nodes]


def test_a_declared_sheet_gives_rows_tree_proof_method_and_doubts():
    sheet = read(DECLARED, DECLARED_MERGES, "示范-网上申报")

    assert counts(sheet) == (7, 2, 0, 0, 4, 6, 7)
    assert doubts(sheet) == [(5, "several_in_cell"), (7, "duplicate")]
    assert "6" in sheet.doubts[1].text
    assert "7" in sheet.doubts[1].text
    assert tree(sheet.nodes[:1]) == [
        (
            "project",
            "1.组织领导",
            [
                (
                    "criterion",
                    "1）有专门班子抓示范项目。",
                    [("requirement", "①班子名单齐全。"), ("requirement", "②每季度开会。")],
                ),
                ("criterion", "2）有年度计划。", [("requirement", "年度计划印发到各单位。\n①有文号；\n②有时限。")]),
            ],
        )
    ]
    leaf = sheet.nodes[1].children[1].children[0]
    assert (leaf.wanted, leaf.methods, leaf.code, leaf.places) == (
        "上报：安排。", ["网上申报"], "①", [("示范-网上申报", 6), ("示范-网上申报", 7)],
    )  # fmt: skip
    assert sheet.as_json()["levels"] == {"project": 2, "indicator": 0, "content": 0, "criterion": 4, "requirement": 6}
    assert sheet.as_json()["doubts"][1] == {"row": 7, "kind": "duplicate", "text": sheet.doubts[1].text}


def test_three_sheets_become_one_tree_with_equal_projects_and_criteria_one():
    merged = merge_standards(map(read_standard, read_workbook(standard_workbook())))

    assert [counts(sheet) for sheet in merged.sheets] == [(7, 2, 0, 0, 4, 6, 7), (2, 2, 0, 0, 2, 2, 2), (1, 1, 0, 0, 1, 1, 1)]
    assert merged.levels == {"project": 3, "indicator": 0, "content": 0, "criterion": 5, "requirement": 9}
    assert len(merged.lowest) == 9
    plan = merged.nodes[0].children[1]
    assert [(leaf.text, leaf.methods) for leaf in plan.children] == [
        ("年度计划印发到各单位。\n①有文号；\n②有时限。", ["网上申报"]),
        ("对年度计划的知晓率。", ["问卷调查"]),
    ]
    assert [place[0] for place in plan.places] == ["示范-网上申报", "示范-问卷调查"]


def test_a_criterion_split_further_in_another_sheet_is_doubted():
    data = workbook(
        {
            "甲-问卷调查": [["项目", "测评标准"], ["卫生", "街面干净"]],
            "甲-实地考察": [["项目", "测评标准", "具体要求"], ["卫生", "街面干净", "无积水"]],
        }
    )

    merged = merge_standards(map(read_standard, read_workbook(data)))

    assert [(doubt.sheet, doubt.row, doubt.kind) for doubt in merged.doubts] == [("甲-问卷调查", 2, "ended_above")]


HEAD = ["测评项目", "测评标准", "具体要求"]
CASES = {
    "titles above the heading": (
        [["示范市测评体系"], ["说明：供内部使用"], HEAD, ["甲", "一", "1"]], ["A1:C1", "A2:C2"], (1, 1, 0, 0, 1, 1, 1), [],
    ),
    "columns in another order": (
        [["具体要求", "测评标准", "测评项目"], ["1", "一", "甲"], ["2", None, None]], ["B2:B3", "C2:C3"], (2, 1, 0, 0, 1, 2, 2), [],
    ),
    "a heading repeated in the middle, with the title": (
        [["示范体系"], HEAD, ["甲", "一", "1"], ["示范体系"], ["测评 项目", "测评标准", "具体要求"], ["甲", "一", "2"], ["续表"], HEAD, ["乙", "二", "3"]],
        ["A1:C1", "A4:C4"], (3, 2, 0, 0, 2, 3, 3), [],
    ),
    "headings over several columns": (
        [["测评项目", "测评内容", "要求", None], [None, None, "测评标准", "具体要求"], ["甲", "子", "一", "1"]],
        ["A1:A2", "B1:B2", "C1:D1"], (1, 1, 0, 1, 1, 1, 1), [],
    ),
    "blank rows and rows that only a merge reaches": (
        [HEAD, ["甲", "一", "1"], [], [None, "二", "2"], [None, None, None]], ["A2:A6"], (2, 1, 0, 0, 2, 2, 2), [],
    ),
    "a blank no merge covers": (
        [HEAD, ["甲", "一", "1"], [None, "二", "2"]], [], (2, 1, 0, 0, 2, 2, 2), [(3, "blank")],
    ),
    "a blank in the lowest column is no leaf": (
        [HEAD, ["甲", "一", "1"], ["甲", "二", None]], [], (2, 1, 0, 0, 2, 1, 1), [(3, "blank")],
    ),
    "a blank with nothing above": (
        [HEAD, [None, "一", "1"]], [], (1, 0, 0, 0, 1, 1, 1), [(2, "blank_top")],
    ),
    "a blank that a merge covers sideways": (
        [HEAD, ["甲", "一", None], ["甲", "二", "2"]], ["B2:C2"], (2, 1, 0, 0, 2, 1, 1), [],
    ),
    "the same under two parents is two": (
        [HEAD, ["甲", "一", "1"], ["乙", "一", "1"]], [], (2, 2, 0, 0, 2, 2, 2), [],
    ),
    "white space does not make a difference": (
        [HEAD, ["甲", "一 二", "1"], [" 甲", "一\n二", "2"]], [], (2, 1, 0, 0, 1, 2, 2), [],
    ),
    "an exact repeat is counted and doubted": (
        [HEAD, ["甲", "一", "1"], ["甲", "一", "2"], ["甲", "一", "1"]], [], (3, 1, 0, 0, 1, 2, 3), [(4, "duplicate")],
    ),
    "rows that share the merged leaf do not repeat it": (
        [[*HEAD, "提供材料"], ["甲", "一", "1", "图"], [None, None, None, "文"]], ["A2:A3", "B2:B3", "C2:C3"], (2, 1, 0, 0, 1, 1, 2), [],
    ),
    "several criteria are split where criterion is lowest": (
        [["测评项目", "测评标准"], ["甲", "1）一；\n2)二；\n3）三。"], ["乙", "1）一"]], [], (2, 2, 0, 0, 4, 0, 2), [],
    ),
    "and are one where requirements stand beside them": (
        [HEAD, ["甲", "1）一；\n2）二", "1"], [None, None, "2"]], ["A2:A3", "B2:B3"], (2, 1, 0, 0, 1, 2, 2), [(2, "several_in_cell")],
    ),
    "numbers inside a line and circled parts split nothing": (
        [["测评项目", "测评标准"], ["甲", "1）见附件2）及3）；①一；\n②二"]], [], (1, 1, 0, 0, 1, 0, 1), [],
    ),
    "five levels of a city": (
        [["测评项目", "指标名称", "测评内容", "测评标准", "实地考察要求", "测评方法"], ["Ⅰ—1", "Ⅱ-1", "Ⅲ−1", "1）一", "①", "实地"]],
        [], (1, 1, 1, 1, 1, 1, 1), [],
    ),
    "rows across the table that carry the levels above": (
        [["测评内容", "测评标准"], ["Ⅰ—1 环境"], ["Ⅱ—1 市容"], ["Ⅲ-1 街面", "干净"], ["Ⅱ-2 绿化", None], ["Ⅲ-2 树木", "成活"], ["Ⅰ-2 秩序"], ["Ⅲ-3 交通", "畅通"]],
        ["A2:B2", "A3:B3", "A5:B5", "A7:B7"], (3, 2, 2, 3, 3, 0, 3), [],
    ),
    "chapters across the table without a merge": (
        [["测评标准", "具体要求"], ["一、环境", None], ["干净", "无积水"], ["二、秩序", None], ["畅通", "不拥堵"]], [], (2, 2, 0, 0, 2, 2, 2), [],
    ),
    "a caption that is no level": (
        [HEAD, ["以下内容仅供参考", None, None], ["甲", "一", "1"]], ["A2:C2"], (1, 1, 0, 0, 1, 1, 1), [(2, "group_row")],
    ),
    "notes and totals below": (
        [HEAD, ["甲", "一", "1"], ["合计", None, "1项"], ["注：本表由创建办解释", None, None]], ["A4:C4"], (1, 1, 0, 0, 1, 1, 1), [(3, "note_row"), (4, "note_row")],
    ),
    "an unknown heading": (
        [[*HEAD, "口径"], ["甲", "一", "1", "同上年"]], [], (1, 1, 0, 0, 1, 1, 1), [(1, "strange_heading")],
    ),
    "an unknown heading that may be a level": (
        [["测评项目", "测评标准", "检查要点"], ["甲", "一", "1"]], [], (1, 1, 0, 0, 1, 0, 1), [(1, "unknown_heading")],
    ),
    "a column without a heading": (
        [[*HEAD, None], ["甲", "一", "1", "图"]], [], (1, 1, 0, 0, 1, 1, 1), [(1, "no_heading_text")],
    ),
    "two headings of one meaning": (
        [["测评项目", "测评标准", "工作任务"], ["甲", "一", "1"]], [], (1, 1, 0, 0, 1, 0, 1), [(1, "same_heading")],
    ),
    "one number for two criteria": (
        [HEAD, ["甲", "1）一", "1"], ["甲", "1）二", "2"]], [], (2, 1, 0, 0, 2, 2, 2), [(3, "same_code")],
    ),
    "a text of exactly 255 characters": (
        [HEAD, ["甲", "一" * 255, "1"], [None, None, "2"]], ["A2:A3", "B2:B3"], (2, 1, 0, 0, 1, 2, 2), [(2, "cut_text")],
    ),
    "downward writing": (
        [HEAD, ["组\n织\n领\n导", "一", "1"], ["组织领导", "一", "2"]], [], (2, 1, 0, 0, 1, 2, 2), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "merges", "counted", "doubted"), CASES.values(), ids=CASES)
def test_dirt_is_counted_by_the_rules_and_doubted(rows, merges, counted, doubted):
    sheet = read(rows, merges)

    assert (counts(sheet), doubts(sheet)) == (counted, doubted)
    assert not [doubt.text for doubt in sheet.doubts if "%(" in doubt.text]


def test_columns_that_are_only_kept_are_not_two_of_one_meaning():
    sheet = read([[*HEAD, "口径", "图号"], ["甲", "一", "1", "同上年", "图1"]], mapping={3: "", 4: ""})

    assert (doubts(sheet), [column.meaning for column in sheet.columns[3:]]) == ([], ["", ""])


def test_levels_carried_by_rows_across_the_table_begin_the_paths_below():
    sheet = read(
        [["测评内容", "测评标准"], ["Ⅰ—1 环境"], ["Ⅱ—1 市容"], ["Ⅲ-1 街面", "干净"], ["Ⅰ-2 秩序"], ["Ⅲ-2 交通", "畅通"]],
        ["A2:B2", "A3:B3", "A5:B5"],
    )

    assert tree(sheet.nodes) == [
        ("project", "Ⅰ—1 环境", [("indicator", "Ⅱ—1 市容", [("content", "Ⅲ-1 街面", [("criterion", "干净")])])]),
        ("project", "Ⅰ-2 秩序", [("content", "Ⅲ-2 交通", [("criterion", "畅通")])]),
    ]


def test_split_criteria_share_out_methods_and_proof_numbered_like_them():
    sheet = read([["测评项目", "测评标准", "测评方法", "提供材料"], ["甲", "1）一\n2）二", "1)材料审核\n2)问卷调查", "各一份"]])

    assert [(node.text, node.methods, node.wanted) for node in sheet.nodes[0].children] == [
        ("1）一", ["材料审核"], "各一份"),
        ("2）二", ["问卷调查"], "各一份"),
    ]


def test_proof_of_a_merged_leaf_is_kept_from_every_row():
    sheet = read(
        [["测评项目", "测评标准", "提供材料"], ["甲", "一", "图"], [None, None, "文"], [None, None, "图"]], ["A2:A4", "B2:B4"]
    )

    assert sheet.nodes[0].children[0].wanted == "图\n\n文"


def test_what_no_column_means_is_kept_as_a_remark():
    sheet = read([["测评项目", "测评标准", "口径"], ["甲", "一", "同上年"]])

    assert sheet.rows[0].other == (("口径", "同上年"),)


def test_a_person_may_say_what_a_column_means():
    rows = [["测评项目", "测评标准", "检查要点", "口径"], ["甲", "一", "1", "x"]]

    sheet = read(rows, mapping={2: "requirement", 3: ""})

    assert (counts(sheet), doubts(sheet)) == ((1, 1, 0, 0, 1, 1, 1), [])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["甲", "乙"], ["丙", "丁"]], "no_heading"),
        ([["序号", "备注"], ["1", "2"]], "no_heading"),
        ([["测评项目", "测评标准"]], "no_rows"),
    ],
)
def test_a_sheet_that_is_no_standard_says_so(rows, code):
    with pytest.raises(SheetError) as refused:
        read(rows)

    assert refused.value.code == code
    assert "示范" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "method"),
    [("未成年人-网上申报", "网上申报"), ("实地考察表", "实地考察"), ("甲—入户访谈", "入户访谈"), ("Sheet1", ""), ("甲-2024", "")],
)
def test_the_sheets_name_gives_the_method(name, method):
    assert read([["测评项目", "测评标准"], ["甲", "一"]], name=name).method == method


def test_a_damaged_first_heading_is_not_passed_over_for_its_repeat():
    sheet = read([["测评项目", "测评标准", "要求x"], ["甲", "一", "1"], HEAD, ["乙", "二", "2"]])

    assert sheet.rows[0].number == 2


def test_5000_rows_of_8_columns_are_read_in_under_3_seconds_of_computing():
    head = ["测评项目", "指标名称", "测评内容", "测评标准", "具体要求", "测评方法", "提供材料", "备注"]
    rows = [
        [
            f"项目{n // 300}",
            f"指标{n // 60}",
            f"内容{n // 20}",
            f"{n // 4}）标准，写得较长的一段文字",
            f"要求{n}",
            "材料审核",
            "图片",
            "无",
        ]
        for n in range(5000)
    ]
    data = workbook({"大表": [head, *rows]})

    began = sum(os.times()[:4])  # of this process and the parser's: waiting for another one's turn is not counted
    sheet = read_standard(*read_workbook(data))

    assert sum(os.times()[:4]) - began < 2
    assert counts(sheet) == (5000, 17, 84, 250, 1250, 5000, 5000)
