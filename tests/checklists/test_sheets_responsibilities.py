"""Responsibility tables: names, links, items. Source: glossary, "responsibility table"."""

import pytest

from checklists.sheets.errors import SheetError
from checklists.sheets.grid import read_workbook
from checklists.sheets.names import alike_names, edit_distance, is_group, is_number, is_odd, near_names, split_names, split_roles
from checklists.sheets.responsibilities import ItemRef, match_items, read_responsibilities
from checklists.sheets.standard import merge_standards, read_standard
from tests.checklists.sheet_maker import (
    SHARED_OUT,
    SHARED_OUT_MERGES,
    responsibility_workbook,
    standard_workbook,
    workbook,
)  # fmt: skip


def read(rows, merges=(), **options):
    (grid,) = read_workbook(workbook({"分工": rows}, {"分工": merges}))
    return read_responsibilities(grid, **options)


def doubts(sheet):
    return [(doubt.row, doubt.kind) for doubt in sheet.doubts]


def items_of_the_standard():
    tree = merge_standards(map(read_standard, read_workbook(standard_workbook())))
    return [ItemRef(node.path, node.texts, tuple(node.methods)) for node in tree.lowest]


def answer(sheet):
    """What must not depend on the looks of the sheet."""
    return [(row.serial, row.method, row.path, row.leads, row.supporting, row.time_limit, row.measures) for row in sheet.rows]


def test_the_table_gives_rows_links_names_and_rows_without_a_unit():
    (grid,) = read_workbook(responsibility_workbook())

    sheet = read_responsibilities(grid)

    assert sheet.names == ("区示范办", "区甲局", "各街道", "区乙局", "示范办", "区丙委", "示范项目联席会")
    assert (len(sheet.rows), sheet.lead_links, sheet.supporting_links) == (10, 8, 6)
    assert (sheet.near, sheet.rows_without_unit) == ((("示范办", "区示范办"),), (7, 10))
    assert doubts(sheet) == [(4, "near_name"), (7, "duplicate")]
    assert sheet.rows[2].leads == ("区甲局", "区乙局")
    assert sheet.rows[8].method == "实地考察"
    assert sheet.as_json() | {"doubts": []} == {
        "rows": 10,
        "levels": {"project": 3, "indicator": 0, "content": 0, "criterion": 5, "requirement": 9},
        "leaves": 10,
        "links": {"lead": 8, "supporting": 6},
        "names": list(sheet.names),
        "rows_without_unit": 2,
        "doubts": [],
    }


def test_every_row_finds_its_item_in_the_merged_standard():
    (grid,) = read_workbook(responsibility_workbook())
    items = items_of_the_standard()

    matches = match_items(read_responsibilities(grid).rows, items)

    assert [match.how for match in matches] == ["path"] * 10
    assert len({match.ref for match in matches}) == len(items) == 9
    led = {match.ref for match in matches if match.row.leads}
    assert [item.texts[-1][:4] for item in items if item.ref not in led] == ["对年度计", "②有活动", "学校： ", "市场：无"]


def test_titles_another_order_and_other_headings_give_the_same_answer():
    order = [5, 4, 0, 3, 6, 2, 1]
    head = ["编号", "测评方法", "项目", "测评标准", "具体要求", "牵头部门", "配合单位"]
    rows = [[head[column] for column in order], *[[row[column] for column in order] for row in SHARED_OUT[1:]]]
    letters = {"B": "G", "C": "F"}
    merges = [merge.translate(str.maketrans(letters)) for merge in SHARED_OUT_MERGES]
    shifted = [
        "".join(str(int(part) + 2) if part.isdigit() else part for part in [merge[0], merge[1:].split(":")[0], ":", merge.split(":")[1][0], merge.split(":")[1][1:]])
        for merge in merges
    ]  # fmt: skip
    titled = [["示范项目责任分解表"], ["（征求意见稿）"], *rows]

    plain, other = read(SHARED_OUT, SHARED_OUT_MERGES), read(titled, ["A1:G1", "A2:G2", *shifted])

    assert answer(other) == answer(plain)
    assert other.names == plain.names
    assert doubts(other) == [(row + 2, kind) for row, kind in doubts(plain)]


HEADS = {
    "责任单位 leads alone": (["测评标准", "责任单位"], ["一", "甲局、乙局"], (("甲局", "乙局"), ())),
    "and supports beside 牵头单位": (["测评标准", "责任单位", "牵头单位"], ["一", "甲局", "乙局"], (("乙局",), ("甲局",))),
    "and leads beside 协办单位": (["测评标准", "责任部门", "协办单位"], ["一", "甲局", "乙局"], (("甲局",), ("乙局",))),
    "all three": (["标准", "牵头科室", "责任科室", "配合科室"], ["一", "甲", "乙", "丙"], (("甲",), ("乙", "丙"))),
    "with brackets and rank": (
        ["测评标准", "区级牵头单位（盖章）", "区级配合单位"],
        ["一", "甲局", "乙局"],
        (("甲局",), ("乙局",)),
    ),
    "roles inside one column": (["测评标准", "责任单位"], ["一", "牵头：甲局、乙局\n配合：丙局"], (("甲局", "乙局"), ("丙局",))),
    "roles behind names": (["测评标准", "责任单位"], ["一", "甲局（牵头）、乙局（配合）、丙局"], (("甲局", "丙局"), ("乙局",))),
    "a unit that leads does not support too": (
        ["标准", "牵头单位", "责任单位"],
        ["一", "甲局", "甲局、乙局"],
        (("甲局",), ("乙局",)),
    ),
}


@pytest.mark.parametrize(("head", "row", "units"), HEADS.values(), ids=HEADS)
def test_who_leads_follows_from_all_headings_together(head, row, units):
    sheet = read([head, row])

    assert (sheet.rows[0].leads, sheet.rows[0].supporting) == units
    assert doubts(sheet) == []


def test_every_column_of_a_full_table_finds_its_place():
    sheet = read(
        [
            ["序号", "测评项目", "测评标准", "工作任务", "工作措施", "完成时限", "分管领导", "责任人", "联系电话", "牵头单位", "协办单位", "进展情况", "备注"],
            ["1", "甲", "一", "把街面管好", "每日巡查", "6月底前", "王示范", "李示范", "000", "甲局", "乙局", "已启动", "重点"],
        ]
    )  # fmt: skip

    row = sheet.rows[0]

    assert row.path == (("project", "甲"), ("criterion", "一"))
    assert (row.duty, row.measures, row.time_limit, row.leading_leader, row.person, row.phone, row.leads, row.supporting, row.note) == (
        "把街面管好", "每日巡查", "6月底前", "王示范", "李示范", "000", ("甲局",), ("乙局",), "重点",
    )  # fmt: skip
    assert doubts(sheet) == []


DOUBTED = {
    "a time limit that does not exist": (["标准", "牵头单位", "完成时限"], ["一", "甲局", "4月31日前"], [(2, "time_limit")]),
    "a request instead of a unit": (["标准", "牵头单位"], ["一", "请示范办协调"], [(2, "odd_name")]),
    "a heading read with a doubt": (["标准", "本年度牵头机构"], ["一", "甲局"], [(1, "used_heading")]),
    "a blank above a filled level": (["项目", "标准", "牵头单位"], [None, "一", "甲局"], [(2, "blank_top")]),
    "a row that names a higher item": (["项目", "标准", "牵头单位"], ["甲", None, "甲局"], []),
}


@pytest.mark.parametrize(("head", "row", "doubted"), DOUBTED.values(), ids=DOUBTED)
def test_what_is_doubted_in_a_row(head, row, doubted):
    sheet = read([head, row])

    assert doubts(sheet) == doubted
    assert len(sheet.names) == 1
    assert not [doubt.text for doubt in sheet.doubts if "%(" in doubt.text]


def test_a_split_item_with_its_own_duties_is_no_repeat():
    head = ["测评标准", "工作任务", "牵头单位"]

    assert doubts(read([head, ["一", "前半", "甲局"], ["一", "后半", "乙局"]])) == []
    assert doubts(read([head, ["一", "前半", "甲局"], ["一", "前半", "乙局"]])) == [(3, "duplicate")]


def test_names_of_the_register_are_not_doubted():
    rows = [["标准", "牵头单位"], ["一", "示范办"], ["二", "区示范办"]]

    assert doubts(read(rows)) == [(2, "near_name")]
    assert doubts(read(rows, known_names=["示范办"])) == [(2, "near_name")]
    assert doubts(read(rows, known_names=["示范办", "区示范办"])) == []


def test_a_table_without_units_is_refused():
    with pytest.raises(SheetError) as refused:
        read([["测评项目", "测评标准"], ["甲", "一"]])

    assert refused.value.code == "no_heading"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("甲局、乙局，丙局,丁局；戊局;己局／庚局/辛局 壬局\n癸局", [*"甲乙丙丁戊己庚辛壬癸"]),
        ("甲局（含一科、二科）、乙局", ["甲局（含一科、二科）", "乙局"]),
        ("甲局 （本级） 乙局", ["甲局（本级）", "乙局"]),
        ("（1）甲局 （2）乙局", ["（1）甲局", "（2）乙局"]),
        ("1.甲局 2.乙局。", ["甲局", "乙局"]),
        ("甲局、、甲局", ["甲局"]),
        ("无", []),
        ("—", []),
        ("", []),
    ],
)
def test_names_are_split_at_every_separator_but_not_inside_brackets(text, names):
    assert split_names(text) == [name if len(name) > 1 else f"{name}局" for name in names]


def test_roles_written_into_the_cell_win_over_the_column():
    assert split_roles("牵头单位：甲局；配合单位：乙局、丙局", default="lead") == [
        ("甲局", "lead"), ("乙局", "supporting"), ("丙局", "supporting"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "near"),
    [
        (["文明办", "区文明办"], [("文明办", "区文明办")]),
        (["区文明办", "区精神文明建设委员会办公室"], [("区文明办", "区精神文明建设委员会办公室")]),
        (["市场监管局", "区市场监督管理局"], [("市场监管局", "区市场监督管理局")]),
        (["妇联", "区妇女联合会"], [("妇联", "区妇女联合会")]),
        (["区妇联", "区残联"], []),
        (["市教育局", "区教育局"], []),
        (["区教育局", "区教育体育局"], []),
    ],
)
def test_only_known_shortenings_are_proposed_as_one(names, near):
    assert near_names(names) == near


UNITS = ["区教育局", "区城市管理局", "区卫生健康委员会", "区妇联", "市教育局", "示范街道办事处"]


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("教育局", ["区教育局", "市教育局"]),
        ("城管局", ["区城市管理局"]),
        ("卫健委", ["区卫生健康委员会"]),
        ("区卫健局", ["区卫生健康委员会"]),
        ("区教育体局", ["区教育局"]),
        ("区教育", ["区教育局"]),
        ("区残联", []),
        ("示范街道办", ["示范街道办事处"]),
        ("区教育局", []),
        ("全然不同的单位", []),
    ],
)
def test_like_names_are_ranked_as_proposals(name, likely):
    assert alike_names(name, UNITS) == likely


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("", "", 0), ("甲", "", 1), ("甲乙丙", "甲丙", 1), ("甲乙", "乙甲", 2), ("甲乙", "丙丁", 2)]
)
def test_the_steps_from_one_name_to_another(one, other, steps):
    assert edit_distance(one, other) == steps == edit_distance(other, one)


GROUPS = [
    "各街道",
    "全区各单位",
    "各区",
    "各系部",
    "各处室系部",
    "各有关单位",
    "有关部门",
    "相关单位",
    "全区单位",
    "区直各部门",
    "市各有关部门",
    "各镇街",
    "示范联席会成员单位",
]
SINGLE = ["区教育局", "示范街道", "全民健身中心", "各", "区各", "有关"]


@pytest.mark.parametrize(("name", "is_one"), [*((name, True) for name in GROUPS), *((name, False) for name in SINGLE)])
def test_names_of_groups(name, is_one):
    assert is_group(name) == is_one


def test_the_groups_of_a_table_are_listed():
    assert read([["标准", "牵头单位", "责任单位"], ["一", "甲局", "各街道、乙局、全区各单位"]]).groups == ("各街道", "全区各单位")


@pytest.mark.parametrize(
    ("name", "odd", "number"),
    [
        ("请示范办协调", True, False), ("见附件2", True, False), ("详见方案", True, False), ("待定", True, False), ("单位待定", True, False),
        ("由区里定", True, False), ("017", False, True), ("ID:35", False, True), ("35号", False, True), ("12-3", False, True),
        ("区甲局", False, False), ("第一中学", False, False), ("110指挥中心", False, False), ("示范见义勇为基金会", False, False),
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_unit(name, odd, number):
    assert (is_odd(name), is_number(name)) == (odd, number)


ITEMS = [
    ItemRef("a", ("甲", "一", "①有计划"), ("网上申报",)),
    ItemRef("b", ("甲", "一", "②有总结并且报送"), ("网上申报",)),
    ItemRef("c", ("甲", "二", "同样的话"), ("网上申报",)),
    ItemRef("d", ("乙", "三", "同样的话"), ("实地考察",)),
    ItemRef("e", ("丙", "四", "独此一句")),
]
FOUND = {
    "by the whole path": (["甲", "一", "①有计划"], ("a", "path", (), None)),
    "whatever the spacing and width": (["甲", "一", "① 有计划。"], ("a", "path", (), None)),
    "by its last text though the path is abridged": ([None, "一", "②有总结并且报送"], ("b", "text", (), None)),
    "by the path the texts share": (["乙", None, "同样的话"], ("d", "text", (), None)),
    "twice": ([None, None, "同样的话"], (None, "", ("c", "d"), "item_twice")),
    "above several": (["甲", "一", None], (None, "", ("a", "b"), "item_above")),
    "above only one": (["丙", "四", None], ("e", "path", (), None)),
    "something like it": (["甲", "一", "②有总结并报送"], (None, "", ("b",), "near_item")),
    "nothing like it": (["丁", "五", "别的事"], (None, "", (), "item_not_found")),
}


@pytest.mark.parametrize(("texts", "found"), FOUND.values(), ids=FOUND)
def test_a_row_finds_its_item(texts, found):
    sheet = read([["测评项目", "测评标准", "具体要求", "牵头单位"], [*texts, "甲局"]])

    (match,) = match_items(sheet.rows, ITEMS)

    assert (match.ref, match.how, match.proposals, match.doubt and match.doubt.kind) == found
    assert match.doubt is None or "%(" not in match.doubt.text


def test_the_method_tells_two_items_of_one_path_apart():
    items = [ItemRef("a", ("甲",), ("网上申报",)), ItemRef("b", ("甲",), ("实地考察",))]
    sheet = read([["测评标准", "测评方式", "牵头单位"], ["甲", "实地考察", "甲局"]])

    assert [match.ref for match in match_items(sheet.rows, items)] == ["b"]


def test_a_row_with_only_a_task_finds_the_item_of_that_text():
    sheet = read([["序号", "工作任务", "责任单位"], ["1", "独此一句", "甲局"]])

    assert (sheet.rows[0].duty, [match.ref for match in match_items(sheet.rows, ITEMS)]) == ("独此一句", ["e"])
