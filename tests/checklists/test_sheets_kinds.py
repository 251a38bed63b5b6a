"""Which kind of sheet it is, and what the readers of sites, findings, people and questions give."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from checklists.sheets.doubts import MEANINGS
from checklists.sheets.errors import SheetError
from checklists.sheets.kinds import KINDS, propose_kind
from checklists.sheets.ledger import read_ledger
from checklists.sheets.people import read_people, role_of
from checklists.sheets.sites import read_sites
from checklists.sheets.survey import read_survey
from tests.checklists.sheet_maker import DECLARED, DECLARED_MERGES, SHARED_OUT, SHARED_OUT_MERGES, grid, workbook

SITES = [
    ["示范区实地考察点位表"],
    ["序号", "点位名称", "类别", "地址", "属地", "主管单位", "负责人", "电话"],
    ["1", "示范一路", "主次干道", "甲街1号", "示范街道", "区甲局", "王示范", "13800000000"],
    ["2", "示范市场", "集贸市场", "甲街2号", "示范街道", "区乙局、区丙局", "李示范", "0000-1234567"],
]
LEDGER = [
    ["序号", "点位", "存在问题", "责任单位", "整改时限", "核查结论"],
    ["1", "示范一路", "路面有积水", "区甲局", "3个工作日内", "已整改"],
    ["2", "示范市场", "占道经营", "区乙局", "8月15日前", None],
]
PEOPLE = [
    ["单位", "简称", "上级", "排序", "姓名", "职务", "角色", "手机", "邮箱"],
    ["示范区甲局", "甲局", None, "1", "王示范", "局长", "负责人", "138 0000 0000", "wang@example.org"],
    [None, None, None, None, "李示范", "科员", "联络员", "１３９００００００００", "li@example.org"],
    ["办公室", None, "甲局", "2", None, None, None, None, None],
]
QUESTIONS = [["序号", "测评项目", "测评标准", "问卷主要内容"], ["1", "秩序", "守秩序", "对排队是否满意"]]
PROGRESS = [
    ["序号", "工作任务", "牵头单位", "责任单位", "完成时限", "进展情况", "存在问题", "下一步"],
    ["1", "把街面管好", "区甲局", "区乙局", "6月底前", "在办", "人手不足", "增加人手"],
]
EACH = {
    "a standard": (DECLARED, DECLARED_MERGES, "示范-网上申报", "standard", 1),
    "a standard of another name": (DECLARED, DECLARED_MERGES, "Sheet1", "standard", 1),
    "a responsibility table": (SHARED_OUT, SHARED_OUT_MERGES, "Sheet1", "responsibilities", 1),
    "a progress table, which also has a column of problems": (PROGRESS, [], "Sheet1", "responsibilities", 1),
    "sites": (SITES, ["A1:H1"], "Sheet1", "sites", 2),
    "a ledger": (LEDGER, [], "Sheet1", "ledger", 1),
    "a ledger of four columns": ([["序号", "点位名称", "督查时间", "主要问题"], ["1", "示范路", "3月5日", "积水"]], [], "Sheet1", "ledger", 1),
    "units and people": (PEOPLE, ["A2:A3"], "Sheet1", "people", 1),
    "a list of contacts": ([["单位", "联络员", "联系电话"], ["甲局", "王示范", "13800000000"]], [], "联络员名单", "people", 1),
    "questions": (QUESTIONS, [], "Sheet1", "survey", 1),
    "questions without any such word in the heading": ([["测评项目", "测评标准", "具体要求"], ["甲", "一", "1"]], [], "甲-问卷调查", "survey", 1),
    "nothing known": ([["甲", "乙"], ["丙", "丁"]], [], "Sheet1", "", None),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "merges", "name", "kind", "header_row"), EACH.values(), ids=EACH)
def test_the_kind_and_the_heading_are_proposed(rows, merges, name, kind, header_row):
    proposal = propose_kind(grid(rows, merges, name))

    assert (proposal.kind, proposal.as_json()["header_row"]) == (kind, header_row)
    assert bool(proposal.reasons) == bool(kind)


def test_every_kinds_meanings_have_a_label():
    for kind in KINDS.values():
        assert set(kind.vocabulary.meaning_of.values()) - {"unit", "task"} <= set(MEANINGS)
        assert set(kind.weights) <= set(MEANINGS)


def run(path, *arguments):
    out = StringIO()
    call_command("read_sheet", str(path), *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_read_sheet_proposes_when_it_is_not_told(tmp_path):
    path = tmp_path / "upload.xlsx"
    path.write_bytes(workbook({"甲": SITES}))

    read = run(path)

    assert (read["kind"], read["header_row"]) == ("sites", 2)
    assert read["columns"][1:3] == [
        {"letter": "B", "heading": "点位名称", "meaning": "site"},
        {"letter": "C", "heading": "类别", "meaning": "site_kind"},
    ]
    told = run(path, "--as", "sites")
    assert {key: read[key] for key in told} == told


def test_read_sheet_proposes_for_every_sheet_of_a_workbook(tmp_path):
    path = tmp_path / "upload.xlsx"
    path.write_bytes(workbook({"甲": SITES, "乙": LEDGER, "丙": [["甲", "乙"]]}))

    read = run(path)["sheets"]

    assert [(one["sheet"], one["kind"], one["header_row"]) for one in read] == [
        ("甲", "sites", 2),
        ("乙", "ledger", 1),
        ("丙", None, None),
    ]


@pytest.mark.parametrize(
    ("kind", "rows", "answer"),
    [
        ("sites", SITES, {"rows": 2, "kinds": ["主次干道", "集贸市场"], "territories": ["示范街道"], "names": ["区甲局", "区乙局", "区丙局"]}),
        ("ledger", LEDGER, {"rows": 2, "names": ["区甲局", "区乙局"], "rows_without_unit": 0}),
        ("survey", QUESTIONS, {"rows": 1, "levels": {"project": 1, "indicator": 0, "content": 0, "criterion": 1, "requirement": 1}, "leaves": 1}),
    ],
)  # fmt: skip
def test_every_kind_is_read_as_it_is_told(tmp_path, kind, rows, answer):
    path = tmp_path / "upload.xlsx"
    path.write_bytes(workbook({"甲": rows}))

    assert run(path, "--as", kind) == answer | {"doubts": []}


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_of_nothing_is_refused_by_every_kind(kind):
    with pytest.raises(SheetError) as refused:
        KINDS[kind].read(grid([["甲", "乙"], ["丙", "丁"]]))

    assert refused.value.code == "no_heading"


def test_a_heading_that_has_no_row_below_it_is_refused_by_every_kind():
    for rows, read in (
        (SITES[1:2], read_sites),
        (LEDGER[:1], read_ledger),
        (PEOPLE[:1], read_people),
        (QUESTIONS[:1], read_survey),
    ):
        with pytest.raises(SheetError) as refused:
            read(grid(rows))
        assert refused.value.code == "no_rows"


def doubts(sheet):
    return [(doubt.row, doubt.kind, [proposal.as_json() for proposal in doubt.proposals]) for doubt in sheet.doubts]


def plain(sheet):
    assert not [doubt.text for doubt in sheet.doubts if "%(" in doubt.text]
    return [(doubt.row, doubt.kind) for doubt in sheet.doubts]


def test_questions_are_a_standard_asked_of_people():
    (project,) = read_survey(grid(QUESTIONS)).nodes

    assert project.children[0].children[0].methods == ["问卷调查"]


def test_a_site_has_its_kind_from_its_column_or_the_row_above():
    read = read_sites(
        grid(
            [
                ["点位名称", "地址", "经度", "纬度"],
                ["一、主次干道"],
                ["示范一路", "甲", "109.1", "34°"],
                ["二、公园"],
                ["示范公园", "乙", None, None],
            ]
        )
    )

    assert [(row.name, row.kind, row.longitude, row.latitude) for row in read.rows] == [
        ("示范一路", "主次干道", Decimal("109.1"), Decimal(34)), ("示范公园", "公园", None, None),
    ]  # fmt: skip
    assert plain(read) == []


def test_what_is_doubted_in_a_table_of_sites():
    rows = [
        ["点位名称", "类别", "地址", "电话", "经度"],
        ["示范一路", "主次干道", "甲街", "13800000000", "109"],
        ["示范二路", None, "乙街", "打总机", "东边"],
        ["示范一路", "主次干道", "甲街", None, "999"],
        [None, "公园", "丙街", None, None],
        ["测试", "公园", "丁街", None, None],
    ]

    assert doubts(read_sites(grid(rows))) == [
        (3, "no_kind", [{"act": "fill", "row": 3, "column": 1, "text": "主次干道"}]),
        (3, "odd_phone", []),
        (3, "odd_place", []),
        (4, "same_site", [{"act": "skip", "row": 4}]),
        (4, "odd_place", []),
        (5, "no_text", [{"act": "skip", "row": 5}]),
        (6, "test_row", [{"act": "skip", "row": 6}]),
    ]


def test_a_ledger_keeps_every_column_by_its_meaning():
    head = "序号|编号|来源|发现时间|发现人|辖区|点位类别|点位|问题描述|对应标准|问题类别|严重程度|整改前照片|牵头|责任单位|责任人|交办时间|整改要求|整改时限|整改措施|整改后照片|完成时间|核查人|核查时间|核查结论|回头看|是否反弹|督办单号及颜色|扣分|销号时间|备注"
    read = read_ledger(grid([head.split("|"), [f"第{n}格" for n in range(31)]]))

    assert (
        list(read.rows[0].cells)
        == (
            "number code source found_on finder territory site_kind site problem standard problem_kind severity photo_before lead unit "
            "person issued_on demand time_limit measures photo_after done_on verifier verified_on verdict look_again relapse slip lost "
            "closed_on note"
        ).split()
    )
    assert (read.rows[0].leads, read.rows[0].supporting) == (("第13格",), ("第14格",))


def test_a_ledger_is_grouped_by_rows_across_the_table():
    read = read_ledger(
        grid(
            [
                ["点位", "主要问题", "责任单位"],
                ["（一）小区"],
                ["示范小区", "积水", "甲局"],
                ["（二）道路"],
                ["示范路", "坑洼", "乙局"],
            ]
        )
    )

    assert [(row.group, row.cells["site"]) for row in read.rows] == [("（一）小区", "示范小区"), ("（二）道路", "示范路")]


def test_what_is_doubted_in_a_ledger():
    rows = [
        ["点位", "存在问题", "责任单位", "发现时间", "整改时限"],
        ["示范路", "积水", "甲局", "3月5日", "3个工作日内"],
        ["示范路", "积水", "甲局", "3月5日", "4月31日"],
        ["示范路", "坑洼", "请示范办定", "上周末", None],
        ["示范路", None, None, None, None],
        ["示范园", "同上", None, None, None],
    ]

    read = read_ledger(grid(rows))

    assert plain(read) == [
        (3, "duplicate"), (3, "time_limit"), (4, "odd_name"), (4, "odd_date"), (5, "no_text"), (6, "same_above"), (6, "no_text")]  # fmt: skip
    assert read.rows_without_unit == (5, 6)


def test_units_and_people_of_one_sheet():
    read = read_people(grid(PEOPLE, ["A2:A3"]))

    assert [(unit.name, unit.aliases, unit.parent, unit.position) for unit in read.units] == [
        ("示范区甲局", ("甲局",), "", 1), ("办公室", (), "甲局", 2),
    ]  # fmt: skip
    assert [(one.name, one.unit, one.title, one.role, one.phone, one.email) for one in read.people] == [
        ("王示范", "示范区甲局", "局长", "head", "13800000000", "wang@example.org"),
        ("李示范", "示范区甲局", "科员", "liaison", "13900000000", "li@example.org"),
    ]
    assert plain(read) == []


PEOPLE_DIRT = {
    "an unknown role": ([["单位", "姓名", "角色"], ["甲局", "王示范", "副班长"]], [(2, "unknown_role", [])]),
    "the same person twice": (
        [["单位", "姓名", "角色"], ["甲局", "王示范", "联络员"], ["甲局", "王 示范", None]], [(3, "same_person", [{"act": "skip", "row": 3}])],
    ),
    "one person in two roles or units": (
        [["单位", "姓名", "角色"], ["甲局", "王示范", "联络员"], ["甲局", "王示范", "负责人"], ["乙局", "王示范", "负责人"]], [],
    ),
    "two persons with one mobile": ([["单位", "姓名", "手机"], ["甲局", "王示范", "13800000000"], ["甲局", "李示范", "13800000000"]], [(3, "same_phone", [])]),
    "mail and phone malformed": (
        [["单位", "姓名", "手机", "邮箱"], ["甲局", "王示范", "1380000", "wang@"], ["甲局", "李示范", "1.38E+10", None]],
        [(2, "odd_email", []), (3, "odd_phone", [])],
    ),
    "a unit above that is not there": (
        [["单位", "上级"], ["示范区甲乙丙局", None], ["办公室", "区甲乙丙局"]],
        [(3, "parent_not_found", [{"act": "new", "row": 3, "name": "区甲乙丙局"}])],
    ),
    "a unit above that is there under another form": (
        [["单位", "上级"], ["甲乙管理局", None], ["办公室", "甲乙局"]],
        [(3, "parent_not_found", [{"act": "fill", "row": 3, "column": 1, "text": "甲乙管理局"}, {"act": "new", "row": 3, "name": "甲乙局"}])],
    ),
    "units above each other": ([["单位", "上级"], ["甲局", "乙局"], ["乙局", "甲局"]], [(2, "parent_loop", []), (3, "parent_loop", [])]),
    "two units above": ([["单位", "上级"], ["丙", None], ["丁", None], ["甲局", "丙"], ["甲局", "丁"]], [(5, "parent_differs", [])]),
    "two units of one short name": ([["单位", "简称"], ["示范区甲局", "甲局"], ["示范县甲局", "甲局"]], [(3, "same_name", [])]),
    "two forms of one name": (
        [["单位", "排序"], ["文明办", "1"], ["区文明办", "二"]],
        [(2, "near_name", [{"act": "map", "row": 2, "name": "文明办", "text": "区文明办"}]), (3, "odd_position", [])],
    ),
    "a person without a unit": (
        [["单位", "姓名"], ["甲局", "王示范"], [None, "李示范"]], [(3, "no_unit", [{"act": "fill", "row": 3, "column": 0, "text": "甲局"}])],
    ),
    "the number of a unit without a unit": ([["单位", "单位编号", "姓名"], [None, "17", None]], [(2, "unit_without_name", [])]),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), PEOPLE_DIRT.values(), ids=PEOPLE_DIRT)
def test_what_is_doubted_about_units_and_people(rows, expected):
    read = read_people(grid(rows))

    assert doubts(read) == expected
    plain(read)


def test_a_unit_above_may_stand_in_the_register():
    rows = [["单位", "上级"], ["办公室", "甲局"]]

    assert plain(read_people(grid(rows))) == [(2, "parent_not_found")]
    assert plain(read_people(grid(rows), known_names=["甲局"])) == []


@pytest.mark.parametrize(("text", "role"), [("联络员", "liaison"), ("单位 负责人", "head"), ("督查员", "inspector"), ("创建办", "office"), ("分管领导", "leader"), ("班长", ""), ("", "")])  # fmt: skip
def test_the_words_of_roles(text, role):
    assert role_of(text) == role
