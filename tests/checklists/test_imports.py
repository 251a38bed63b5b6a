"""Workbooks go in with their doubts: on the page, by action, by command; what goes out comes in again."""

import io
import zipfile
from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.departments import make_group
from accounts.models import Alias, Department, Event
from campaigns.models import StoredFile
from checklists import decisions
from checklists.actions.imports import drop_import, save_standard, settle_import, start_import
from checklists.actions.issuing import issue_drafts
from checklists.actions.responsibilities import save_responsibilities
from checklists.actions.standards import adopt_standard, publish_standard
from checklists.exporting import write_responsibilities
from checklists.matching import read_responsibility_import
from checklists.models import Assignment, Duty, Import, Item, Standard
from checklists.readings import doubt_key, read_standard_import
from checklists.register import Register
from tests.checklists.sheet_maker import SHARED_OUT, SHARED_OUT_MERGES, responsibility_workbook, standard_workbook, workbook
from tests.conftest import viewer
from tests.factories import CampaignFactory, DepartmentFactory

Kind = Import.Kind


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


def upload(data, name="表.xlsx"):
    return SimpleUploadedFile(name, data)


def started(office, data=None, **facts):
    facts = {"kind": Kind.STANDARD, "name": "示范体系", "edition": "2026年版"} | facts
    return start_import(upload(data or standard_workbook()), by=office, **facts)


@pytest.fixture
def standard(office):
    row = started(office)
    return save_standard(row, by=office, version=row.version, is_checked=True)


@pytest.fixture
def checklist(office, standard):
    publish_standard(standard, by=office)
    return adopt_standard(standard, by=office, name="示范清单")


def shared_out(office, checklist, data=None):
    return started(office, data or responsibility_workbook(), kind=Kind.RESPONSIBILITIES, checklist=checklist)


def reading_of(row):
    return read_responsibility_import(row, register=Register(row.campaign.host))


def decide(row, office, *changes):
    for change in changes:
        row = settle_import(row, by=office, version=row.version, change=change)
    return row


def make_all(row, office, *but):
    """Every name not known becomes a unit, but those given as another name of the sheet."""
    changes = [decisions.name_unit(name, {"do": "same", "as": other}) for name, other in but]
    rest = [name.name for name in reading_of(row).open_names if name.name not in dict(but)]
    return decide(row, office, *changes, decisions.name_units(rest, {"do": "make"}))


def code_of(act):
    with pytest.raises(ValidationError) as caught:
        act()
    return caught.value.code if hasattr(caught.value, "code") else sorted(caught.value.error_dict)


# --- the standard --------------------------------------------------------------------------------------


def test_three_sheets_become_one_draft_edition(office, standard):
    grades = Counter(standard.items.values_list("grade", flat=True))
    leaves = standard.items.filter(is_leaf=True)

    assert (standard.status, standard.edition, standard.original.name) == ("draft", "2026年版", "表.xlsx")
    assert grades == {"project": 3, "criterion": 5, "requirement": 9}
    assert leaves.count() == 9
    assert [item.text for item in standard.items.filter(parent=None)] == ["1.组织领导", "2.宣传发动", "3.环境卫生"]
    first = leaves.get(text="①班子名单齐全。")
    assert (first.path, first.code, first.methods) == ("0001.0001.0001.", "①", "网上申报")
    assert (first.wanted_proof, first.source_sheet, first.source_row) == ("上报：名单（规范文件）。", "示范-网上申报", 2)
    asked = leaves.get(text="对年度计划的知晓率。")
    assert (asked.parent.text, asked.methods) == ("2）有年度计划。", "问卷调查")
    assert Counter(Event.objects.values_list("verb", flat=True)) == {"import.read": 1, "standard.create": 1, "import.save": 1}


def test_nothing_is_saved_while_a_doubt_is_open_unless_a_person_says_so(office):
    row = started(office)
    keys = {doubt.kind for doubt in read_standard_import(row).open_doubts}

    assert keys >= {"duplicate", "several_in_cell"}
    assert code_of(lambda: save_standard(row, by=office, version=row.version)) == "doubts"
    assert not Standard.objects.exists()


def test_a_doubt_once_looked_at_is_closed_and_can_be_opened_again(office):
    row = started(office)
    row = decide(row, office, decisions.know(_keys(row)))
    closed = len(read_standard_import(row).open_doubts)
    row = decide(row, office, decisions.take_back("doubt", "", _keys(row)[0]))

    assert (closed, len(read_standard_import(row).open_doubts)) == (0, 1)


def _keys(row):
    return [doubt_key(doubt) for doubt in read_standard_import(row).doubts]


CODES = [["测评项目", "测评标准"], ["甲", "1）一"], ["甲", "1）二"], ["甲", "3）三"], ["甲", "3）三"]]


def test_two_of_one_number_are_made_one_or_both_kept(campaign, office, signed_in):
    row = started(office, workbook({"表": CODES}))
    client, here = signed_in(office), address("standard_preview", campaign, row.pk)

    page = client.get(here).content.decode()
    assert ("是，并入第2行" in page, "不是，两条都留" in page, "已合并为一条" in page) == (True, True, True)
    key = next(doubt_key(doubt) for doubt in read_standard_import(row).doubts if doubt.kind == "same_code")
    client.post(here, {"do": "accept", "sheet": "表", "key": key, "choice": "0", "version": row.version})

    tree = read_standard_import(Import.objects.get(pk=row.pk)).tree
    assert [node.text for node in tree.lowest] == ["1）一", "3）三"]


def test_a_responsibility_table_given_as_a_standard_is_said_and_its_units_are_no_project(campaign, office, signed_in):
    client = signed_in(office)
    table = started(office, responsibility_workbook())
    standard = started(office)

    page, other = [client.get(address("standard_preview", campaign, row.pk)) for row in (table, standard)]
    said = "这份表格看起来是责任分解表"

    assert (said in page.content.decode(), said in other.content.decode()) == (True, False)
    assert [column["choice"] for column in page.context["headings"]][-2:] == ["", ""]


def test_sheets_are_chosen_and_columns_given_another_meaning(office):
    row = decide(started(office), office, decisions.choose_sheets(["示范-实地考察"]))
    before = read_standard_import(row).tree.levels
    row = decide(row, office, decisions.map_columns("示范-实地考察", {0: "project", 1: "criterion", 2: "proof"}))
    reading = read_standard_import(row)

    assert (before["requirement"], reading.tree.levels["requirement"], reading.tree.levels["criterion"]) == (2, 0, 2)
    assert reading.tree.lowest[0].wanted.startswith("学校：")
    row = decide(row, office, decisions.take_back("columns", "示范-实地考察", ""))
    assert read_standard_import(row).tree.levels == before


GAPPY = [
    ["测评项目", "测评标准", "具体要求"],
    ["1.组织", "1）班子", "①名单"],
    ["1.组织", None, "②会议"],
    ["1.组织", "2）计划", "①文件"],
]


def test_a_blank_is_filled_from_above_left_empty_or_the_row_left_out(office):
    row = started(office, workbook({"网上申报": GAPPY}))
    assert [(doubt.row, doubt.kind) for doubt in read_standard_import(row).doubts] == [(3, "blank")]

    filled = decide(row, office, decisions.fill_cell("网上申报", 3, 1, "1）班子"))
    levels = read_standard_import(filled).tree.levels
    assert (read_standard_import(filled).doubts, levels["criterion"], levels["requirement"]) == ((), 2, 3)

    empty = decide(filled, office, decisions.take_back("cell", "网上申报", "3:1"), decisions.skip_row("网上申报", 3))
    assert read_standard_import(empty).tree.levels["requirement"] == 2

    back = decide(empty, office, decisions.take_back("row", "网上申报", "3"))
    assert len(read_standard_import(back).open_doubts) == 1


def test_only_the_office_of_the_campaign_and_only_the_newest_preview(campaign, office):
    row = started(office)
    strangers = [viewer(campaign, leader=True), viewer(CampaignFactory(), office=True)]

    for person in strangers:
        with pytest.raises(PermissionDenied):
            settle_import(row, by=person, version=row.version, change=decisions.know(["x"]))
        with pytest.raises(PermissionDenied):
            save_standard(row, by=person, version=row.version, is_checked=True)
        with pytest.raises(PermissionDenied):
            start_import(upload(standard_workbook()), by=viewer(campaign, inspector=True), kind=Kind.STANDARD)
    assert code_of(lambda: save_standard(row, by=office, version=row.version + 1, is_checked=True)) == "stale"
    drop_import(row, by=office, version=row.version)
    assert code_of(lambda: save_standard(row, by=office, version=row.version + 1, is_checked=True)) == "closed"
    assert not Standard.objects.exists()


def test_a_workbook_of_3000_rows_takes_a_bounded_number_of_queries(office, django_assert_max_num_queries):
    book = Workbook()
    sheet = book.active
    sheet.append(["测评项目", "指标名称", "测评内容", "测评标准", "具体要求", "提供材料", "分值", "备注"])
    for number in range(3000):
        place = (number // 500, number // 100, number // 20, number // 4, number)
        sheet.append([f"{level}层{value}" for level, value in enumerate(place)] + ["材料", "1", "无"])
    stream = io.BytesIO()
    book.save(stream)

    row = started(office, stream.getvalue())
    with django_assert_max_num_queries(100):  # inserts in blocks; a query per row would be thousands
        standard = save_standard(row, by=office, version=row.version, is_checked=True)

    assert standard.items.filter(is_leaf=True).count() == 3000


# --- the responsibility sheet --------------------------------------------------------------------------


def test_what_the_sheet_gives_is_counted_before_anything_is_saved(office, checklist):
    reading = reading_of(shared_out(office, checklist))

    assert (len(reading.rows), reading.lead_links, reading.supporting_links, len(reading.names)) == (10, 8, 6, 7)
    assert (reading.rows_without_unit, reading.items_without_lead, reading.open_rows) == ([7, 10], 4, [])
    assert [(name.name, name.near_name) for name in reading.names if name.near_name] == [("示范办", "区示范办")]
    assert len(reading.open_names) == 7


def test_names_are_never_made_silently(office, checklist):
    row = shared_out(office, checklist)

    assert code_of(lambda: save_responsibilities(row, by=office, version=row.version, is_checked=True)) == "names"
    assert (Assignment.objects.count(), Department.objects.filter(parent=office.campaign.host).count()) == (0, 0)


def test_a_remark_instead_of_a_unit_is_never_made_together_with_the_others(campaign, office, checklist, signed_in):
    rows = [SHARED_OUT[0], [*SHARED_OUT[1][:5], "请区里指定单位", "区甲局"]]
    row = shared_out(office, checklist, workbook({"表": rows}))
    client = signed_in(office)

    page = client.get(address("responsibility_preview", campaign, row.pk)).content.decode()
    together = page.split('name="do" value="names"')[1].split("</form>")[0]

    assert [(name.name, name.is_plain) for name in reading_of(row).names] == [("请区里指定单位", False), ("区甲局", True)]
    assert ("区甲局" in together, "请区里指定单位" in together) == (True, False)


@pytest.mark.parametrize("name", ["各街道", "全县各单位", "示范领导小组成员单位"])
def test_a_name_that_stands_for_several_is_kept_as_a_group_and_never_made_a_unit(campaign, office, checklist, signed_in, name):
    streets = [DepartmentFactory(parent=campaign.host, name=one, kind="town") for one in ("东街道", "西街道", "区丁局")]
    rows = [SHARED_OUT[0], [*SHARED_OUT[1][:5], "区甲局", name]]
    row = shared_out(office, checklist, workbook({"表": rows}))
    client, here = signed_in(office), address("responsibility_preview", campaign, row.pk)

    together = client.get(here).content.decode().split('name="do" value="names"')[1].split("</form>")[0]
    data = {"do": "name", "name": name, "choice": "group", "member": [streets[0].pk, streets[1].pk], "version": row.version}
    client.post(here, data)
    row = make_all(Import.objects.get(pk=row.pk), office)
    save_responsibilities(row, by=office, version=row.version, is_checked=True)

    assert (f'value="{name}"' in together, 'value="区甲局"' in together) == (False, True)
    assert Register(campaign.host).find(name) == streets[:2]
    assert sorted(Assignment.objects.filter(is_lead=False).values_list("department__name", flat=True)) == ["东街道", "西街道"]
    assert not Department.objects.filter(name=name).exists()


def test_the_units_a_group_speaks_of_are_ticked_beforehand(campaign, office, checklist):
    for name in ("东街道", "西街道", "北镇", "区丁局"):
        DepartmentFactory(parent=campaign.host, name=name)
    rows = [SHARED_OUT[0], [*SHARED_OUT[1][:5], "各街道、各镇街道", "全县各单位"]]
    names = reading_of(shared_out(office, checklist, workbook({"表": rows}))).names

    ticked = {one.name: [unit.name for unit, proposed in one.members if proposed] for one in names}
    assert ticked == {
        "各街道": ["东街道", "西街道"],
        "各镇街道": ["东街道", "西街道", "北镇"],
        "全县各单位": ["东街道", "西街道", "北镇", "区丁局"],
    }


def test_a_group_without_a_ticked_unit_stays_a_question(campaign, office, checklist, signed_in):
    row = shared_out(office, checklist)

    signed_in(office).post(
        address("responsibility_preview", campaign, row.pk),
        {"do": "name", "name": "各街道", "choice": "group", "version": row.version},
    )

    assert "各街道" in [name.name for name in reading_of(Import.objects.get(pk=row.pk)).open_names]


def test_a_group_that_stood_empty_is_filled(campaign, office, checklist):
    street = DepartmentFactory(parent=campaign.host, name="东街道")
    make_group(campaign.host, name="各街道", members=[], by=office)
    row = shared_out(office, checklist)
    row = decide(row, office, decisions.name_unit("各街道", {"do": "group", "units": [street.pk]}))
    row = make_all(row, office)

    save_responsibilities(row, by=office, version=row.version, is_checked=True)

    assert Register(campaign.host).find("各街道") == [street]


@pytest.mark.parametrize(
    ("host", "name", "unit"),
    [
        ("示范县", "区教育局", "示范县教育局"),
        ("示范县", "县教育局", "示范县教育局"),
        ("示范县", "教育局", "示范县教育局"),
        ("示范县", "示范县教育局", "县教育局"),
        ("示范市", "市教育局", "示范市教育局"),
        ("示范县", "市教育局", None),
        ("示范市", "区教育局", None),
        ("示范县", "区妇联", None),
    ],
)
def test_a_unit_is_proposed_whatever_its_region_is_written_as(campaign, host, name, unit):
    campaign.host.name = host
    campaign.host.save()
    for known in (unit or "示范教育局", f"{host}残联"):
        DepartmentFactory(parent=campaign.host, name=known)
    if unit is None:
        DepartmentFactory(parent=campaign.host, name=f"{host}教育局")

    near = Register(campaign.host).near(name)

    assert (near and near.name) == unit


def test_the_preview_counts_the_parts_that_are_saved(campaign, office, checklist):
    streets = [DepartmentFactory(parent=campaign.host, name=name) for name in ("东街道", "西街道")]
    row = shared_out(office, checklist)
    row = decide(
        row,
        office,
        decisions.name_unit("各街道", {"do": "group", "units": [unit.pk for unit in streets]}),
        decisions.name_unit("示范项目联席会", {"do": "skip"}),
    )
    row = make_all(row, office, ("示范办", "区示范办"))
    reading = reading_of(row)

    saved = save_responsibilities(row, by=office, version=row.version, is_checked=True)

    assert (reading.lead_links, reading.supporting_links) == (8, 6)
    assert reading.parts == (saved.leads, saved.supports) == (8, 6)


def test_every_row_becomes_drafts_on_its_task(office, checklist):
    row = make_all(shared_out(office, checklist), office, ("示范办", "区示范办"))

    saved = save_responsibilities(row, by=office, version=row.version, is_checked=True)

    assert (saved.leads, saved.supports, len(saved.made), saved.aliases, saved.split) == (8, 6, 6, ["示范办"], 0)
    assert set(Assignment.objects.values_list("status", flat=True)) == {"draft"}
    assert Duty.objects.without_lead().count() == 4
    plan = Duty.objects.get(text__startswith="年度计划印发")
    parts = [(part.department.name, part.is_lead) for part in plan.assignments.order_by("-is_lead", "department__position")]
    assert parts == [("区甲局", True), ("区乙局", True), ("区示范办", False)]
    assert Register(office.campaign.host).find("示范办")[0].name == "区示范办"
    assert Event.objects.filter(verb="department.create").count() == 6
    assert Event.objects.filter(verb="assignment.create").count() == 14


def test_known_names_aliases_and_groups_need_no_answer(campaign, office, checklist):
    known = {name: DepartmentFactory(parent=campaign.host, name=name) for name in ("区示范办", "区甲局", "区乙局", "区丙委")}
    Alias.objects.create(department=known["区示范办"], name="示范办")
    streets = [DepartmentFactory(parent=campaign.host, name=name, kind="town") for name in ("东街", "西街")]
    make_group(campaign.host, name="各街道", members=streets, by=office)
    row = shared_out(office, checklist)
    assert [name.name for name in reading_of(row).open_names] == ["示范项目联席会"]

    row = decide(row, office, decisions.name_unit("示范项目联席会", {"do": "skip"}))
    saved = save_responsibilities(row, by=office, version=row.version, is_checked=True)

    meeting = Duty.objects.get(text="②每季度开会。")
    assert {part.department.name for part in meeting.assignments.filter(is_lead=False)} == {"东街", "西街"}
    assert (saved.made, not Duty.objects.get(text="②有活动总结。").assignments.exists()) == ([], True)


def test_a_name_mapped_to_a_unit_is_remembered(campaign, office, checklist):
    unit = DepartmentFactory(parent=campaign.host, name="区精神示范建设办公室")
    row = decide(
        shared_out(office, checklist),
        office,
        decisions.name_unit("区示范办", {"do": "map", "unit": unit.pk}),
        decisions.name_unit("示范办", {"do": "same", "as": "区示范办"}),
    )
    row = make_all(row, office)

    save_responsibilities(row, by=office, version=row.version, is_checked=True)

    assert set(unit.aliases.values_list("name", flat=True)) == {"区示范办", "示范办"}


def test_several_rows_of_one_item_with_other_texts_split_the_task(office, checklist):
    rows = [
        ["测评标准", "具体要求", "任务内容", "牵头单位", "配合单位", "工作措施", "完成时限", "责任人", "牵头领导"],
        ["3）学校有主题活动。", "②有活动总结。", "城区学校写总结", "区甲局", None, "每校一份", "6月底前", "周示", "吴示"],
        ["3）学校有主题活动。", "②有活动总结。", "农村学校写总结", "区乙局", "区甲局", None, "每季度", None, None],
        ["3）学校有主题活动。", "②有活动总结。", "城区学校写总结", "区丙委", None, None, None, None, None],
        ["3）学校有主题活动。", "①有活动安排。", None, "区甲局", None, None, "4月31日前", None, None],
    ]
    row = make_all(shared_out(office, checklist, workbook({"任务分解表": rows})), office)
    before = Duty.objects.count()

    saved = save_responsibilities(row, by=office, version=row.version, is_checked=True)

    split = list(Duty.objects.filter(item__text="②有活动总结。").values_list("text", "limit_text", "recurrence", "measures"))
    assert split == [("城区学校写总结", "6月底前", "", "每校一份"), ("农村学校写总结", "每季度", "quarterly", "")]
    assert (saved.split, Duty.objects.count() - before) == (1, 1)
    town = Duty.objects.get(text="城区学校写总结")
    assert {part.department.name for part in town.assignments.filter(is_lead=True)} == {"区甲局", "区丙委"}
    positions = list(Duty.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, before + 2))
    wrong = Duty.objects.get(text="①有活动安排。")
    assert (wrong.limit_text, wrong.due_on) == ("4月31日前", None)  # kept as written, doubted, never guessed
    assert "time_limit" in {doubt.kind for doubt in reading_of(row).doubts}


def test_a_row_without_a_certain_item_waits_for_an_answer(office, checklist):
    rows = [SHARED_OUT[0], [1, "网上申报", "9.别的", "9）别的标准", "完全不同的要求", "区甲局", None]]
    row = make_all(shared_out(office, checklist, workbook({"表": rows})), office)
    item = Item.objects.get(text="①班子名单齐全。")

    assert code_of(lambda: save_responsibilities(row, by=office, version=row.version, is_checked=True)) == "items"
    row = decide(row, office, decisions.choose_item("表", 2, item.pk))
    save_responsibilities(row, by=office, version=row.version, is_checked=True)

    assert Assignment.objects.get().duty.item == item


def test_what_is_issued_stays_when_the_sheet_comes_again(office, checklist):
    row = make_all(shared_out(office, checklist), office, ("示范办", "区示范办"))
    save_responsibilities(row, by=office, version=row.version, is_checked=True)
    issue_drafts(by=office)
    swapped = [line[:5] + [line[6], line[5]] if number else line for number, line in enumerate(SHARED_OUT)]
    row = shared_out(office, checklist, workbook({"表": swapped}, {"表": SHARED_OUT_MERGES}))

    saved = save_responsibilities(row, by=office, version=row.version, is_checked=True)

    assert (saved.leads, saved.supports, len(saved.kept)) == (0, 0, 14)


# --- and out again -------------------------------------------------------------------------------------


def test_the_table_goes_out_in_the_same_columns_merged_as_it_came(office, checklist):
    row = make_all(shared_out(office, checklist), office, ("示范办", "区示范办"))
    save_responsibilities(row, by=office, version=row.version, is_checked=True)
    checklist.refresh_from_db()

    sheet = load_workbook(io.BytesIO(write_responsibilities(checklist, office))).active

    rows = list(sheet.iter_rows(values_only=True))
    assert (rows[0][0], rows[1]) == ("示范清单责任分解表", tuple(SHARED_OUT[0]))
    assert len(rows) == 11  # nine items below title and heading: the repeated row is one
    assert rows[2] == (1, "网上申报", "1.组织领导", "1）有专门班子抓示范项目。", "①班子名单齐全。", "区示范办", None)
    merged = {str(merge) for merge in sheet.merged_cells.ranges} - {"A1:G1"}  # the title over all columns
    assert {merge[0] for merge in merged} == {"B", "C"}


def test_what_went_out_comes_in_without_a_doubt_and_changes_nothing(office, checklist):
    row = make_all(shared_out(office, checklist), office, ("示范办", "区示范办"))
    save_responsibilities(row, by=office, version=row.version, is_checked=True)
    first = Duty.objects.order_by("pk").first()
    Duty.objects.filter(pk=first.pk).update(measures="=两班轮换", limit_text="每月", recurrence="monthly", person="周示")
    checklist.refresh_from_db()
    before = _table()

    again = shared_out(office, checklist, write_responsibilities(checklist, office))
    reading = reading_of(again)
    saved = save_responsibilities(again, by=office, version=again.version)

    assert (reading.doubts, reading.open_names, reading.open_rows) == ((), [], [])
    assert (saved.tasks, saved.split, saved.leads, saved.supports, saved.made) == (0, 0, 0, 0, [])
    assert _table() == before


def _table():
    columns = ("text", "measures", "limit_text", "due_on", "recurrence", "person", "position", "version")
    return list(Duty.objects.values_list(*columns)), list(
        Assignment.objects.values_list("duty", "department", "is_lead", "status")
    )


def test_a_table_that_was_never_imported_goes_out_and_comes_in(office, checklist):
    again = shared_out(office, checklist, write_responsibilities(checklist, office))

    assert (reading_of(again).doubts, reading_of(again).open_rows) == ((), [])


# --- pages ---------------------------------------------------------------------------------------------


def address(name, campaign, *args):
    return reverse(name, args=[campaign.pk, *args])


BAD = [
    ("表.xlsx", b"", "empty"),
    ("表.xlsx", b"just words", "wrong"),
    ("表.xlsx", "docx", "word"),
    ("表.xlsx", "password", "password"),
    ("表.xlsx", "blank", "blank"),
    ("表.xlsx", "no_heading", None),
]


def bad(data):
    if isinstance(data, bytes):
        return data
    if data == "docx":
        return _zip({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
    if data == "password":
        return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600
    return workbook({"表": []}) if data == "blank" else workbook({"表": [["只有", "两列"], ["没有", "表头"]]})


def _zip(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return stream.getvalue()


def test_every_bad_file_gets_its_own_sentence_beside_the_field(campaign, office, signed_in):
    client, said = signed_in(office), {}
    for name, data, kind in BAD[:5]:
        answer = client.post(
            address("standard_upload", campaign), {"file": upload(bad(data), name), "name": "我的体系", "edition": "2026年版"}
        )
        text = answer.content.decode()
        assert (answer.status_code, 'value="我的体系"' in text, 'value="2026年版"' in text) == (422, True, True)
        said[kind] = text.split('class="field-error">')[1].split("</div>")[0]
    large = client.post(address("standard_upload", campaign), {"file": upload(bytes(60 * 2**20)), "name": "我的体系"})
    said["large"] = large.content.decode().split('class="field-error">')[1].split("</div>")[0]

    assert len(set(said.values())) == 6
    assert (Import.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_sheet_without_a_heading_is_shown_and_its_columns_can_be_named(campaign, office, signed_in):
    client = signed_in(office)
    answer = client.post(address("standard_upload", campaign), {"file": upload(bad("no_heading")), "name": "我的体系"})
    row = Import.objects.get()

    page = client.get(answer.url)
    save = client.post(answer.url, {"do": "save", "version": row.version, "checked": 1})

    assert (page.status_code, "field-error" in page.content.decode(), save.status_code) == (200, True, 422)


def test_a_standard_from_upload_to_draft_by_plain_posts(campaign, office, signed_in):
    client = signed_in(office)
    uploaded = client.post(
        address("standard_upload", campaign), {"file": upload(standard_workbook()), "name": "示范体系", "edition": "2026年版"}
    )
    row = Import.objects.get()
    page = client.get(uploaded.url).content.decode()
    mapped = client.post(
        uploaded.url,
        {
            "do": "columns",
            "version": row.version,
            "sheet": "示范-实地考察",
            "col-0": "project",
            "col-1": "criterion",
            "col-2": "proof",
        },
    )
    row.refresh_from_db()
    stale = client.post(uploaded.url, {"do": "know", "version": 1, "key": "x"})
    undone = client.post(uploaded.url, {"do": "undo", "what": "columns", "sheet": "示范-实地考察", "version": row.version})
    row.refresh_from_db()
    refused = client.post(uploaded.url, {"do": "save", "version": row.version})
    saved = client.post(uploaded.url, {"do": "save", "version": row.version, "checked": 1})

    assert all(word in page for word in ("示范-网上申报", "示范-实地考察", "①班子名单齐全。", 'name="col-0"'))
    assert (mapped.status_code, stale.status_code, undone.status_code, refused.status_code) == (302, 409, 302, 422)
    assert saved.url == address("standard_detail", campaign, Standard.objects.get().pk)
    assert Standard.objects.get().items.count() == 17
    assert client.post(uploaded.url, {"do": "save", "version": 9, "checked": 1}).status_code == 302  # saved already


def test_the_responsibility_sheet_from_upload_to_drafts_by_plain_posts(campaign, office, checklist, signed_in):
    client = signed_in(office)
    uploaded = client.post(
        f"{address('responsibility_upload', campaign)}?checklist={checklist.pk}", {"file": upload(responsibility_workbook())}
    )

    def press(**data):
        row = Import.objects.get(kind=Kind.RESPONSIBILITIES)
        return client.post(uploaded.url, {"version": row.version, **data})

    page = client.get(uploaded.url).content.decode()
    waits = press(do="save", checked=1)
    press(do="name", name="示范办", choice="same:区示范办")
    row = Import.objects.get(kind=Kind.RESPONSIBILITIES)
    press(do="names", name=[name.name for name in reading_of(row).open_names], choice="make")
    saved = press(do="save", checked=1)

    assert all(word in page for word in ("区示范办", "示范项目联席会", 'value="same:区示范办"'))
    assert (waits.status_code, saved.status_code) == (422, 302)
    assert Assignment.objects.filter(status="draft").count() == 14


@pytest.mark.parametrize("role", ["leader", "inspector"])
def test_others_neither_upload_nor_look(campaign, office, checklist, signed_in, role):
    row = shared_out(office, checklist)
    client = signed_in(viewer(campaign, **{role: True}))

    codes = [
        client.get(address("standard_upload", campaign)).status_code,
        client.post(address("responsibility_upload", campaign)).status_code,
        client.get(address("responsibility_preview", campaign, row.pk)).status_code,
        client.get(address("import_original", campaign, row.pk)).status_code,
    ]

    assert codes == [403, 403, 404, 404]


def test_the_original_and_the_export_are_files_to_save(campaign, office, checklist, signed_in):
    client, row = signed_in(office), shared_out(office, checklist)

    original = client.get(address("import_original", campaign, row.pk))
    export = client.get(address("responsibility_export", campaign, checklist.pk))

    assert b"".join(original.streaming_content).startswith(b"PK")
    assert "attachment" in export["Content-Disposition"]
    assert export["X-Content-Type-Options"] == "nosniff"


def test_an_export_tells_a_reader_nothing_that_is_not_issued(campaign, office, checklist, signed_in):
    row = make_all(shared_out(office, checklist), office, ("示范办", "区示范办"))
    save_responsibilities(row, by=office, version=row.version, is_checked=True)
    issue_drafts(by=office, duties=[Duty.objects.get(text="①班子名单齐全。").pk])

    answer = signed_in(viewer(campaign, leader=True)).get(address("responsibility_export", campaign, checklist.pk))

    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    named = {cell for line in rows[1:] for cell in line if cell in ("区示范办", "区甲局", "区乙局", "区丙委")}
    assert named == {"区示范办"}


# --- commands ------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    (tmp_path / "体系.xlsx").write_bytes(standard_workbook())
    (tmp_path / "分解表.xlsx").write_bytes(responsibility_workbook())
    return tmp_path


def run(*args):
    out = io.StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_import_standard_saves_a_draft_and_dry_run_nothing(campaign, office, files):
    dry = run("import_standard", str(files / "体系.xlsx"), f"--campaign={campaign.pk}", "--dry-run")
    kept = (Standard.objects.count(), Import.objects.count(), StoredFile.objects.count(), Event.objects.count())
    run("import_standard", str(files / "体系.xlsx"), f"--campaign={campaign.pk}", "--name=示范体系")

    assert kept == (0, 0, 0, 0)
    assert "9 lowest items" in dry
    assert (Standard.objects.get().name, Standard.objects.get().items.filter(is_leaf=True).count()) == ("示范体系", 9)


def test_import_responsibilities_stops_at_unknown_names_unless_told(campaign, office, checklist, files):
    command = ["import_responsibilities", str(files / "分解表.xlsx"), f"--campaign={campaign.pk}"]

    dry = run(*command, "--dry-run")
    with pytest.raises(CommandError):
        run(*command)
    nothing = Assignment.objects.count()
    run(*command, "--same=示范办=区示范办", "--make-units")

    assert "10 rows, 8 lead and 6 supporting links, 7 names, 2 rows without a unit, 10 rows with their item, 4 of 9 items" in dry
    assert (nothing, Assignment.objects.count(), Alias.objects.get().name) == (0, 14, "示范办")


def test_commands_refuse_with_one_sentence(campaign, files, tmp_path):
    for args in (
        ["import_standard", str(files / "体系.xlsx"), f"--campaign={campaign.pk}"],  # nobody in its office
        ["import_standard", str(files / "体系.xlsx"), "--campaign=0"],
        ["import_responsibilities", str(files / "分解表.xlsx"), f"--campaign={campaign.pk}"],
    ):
        with pytest.raises(CommandError):
            run(*args)
    viewer(campaign, office=True)
    (tmp_path / "空.xlsx").write_bytes(b"")
    with pytest.raises(CommandError):
        run("import_standard", str(tmp_path / "空.xlsx"), f"--campaign={campaign.pk}")


def test_limits_of_a_large_responsibility_sheet_cost_no_query_each(campaign, office, django_assert_max_num_queries):
    DepartmentFactory(parent=campaign.host, name="区甲局")
    wide, shared = Workbook(), Workbook()
    wide.active.append(["测评项目", "测评标准", "具体要求"])
    shared.active.append(["测评项目", "测评标准", "具体要求", "牵头单位", "完成时限"])
    for number in range(600):
        place = [f"项目{number // 100}", f"标准{number // 10}", f"要求{number}"]
        wide.active.append(place)
        shared.active.append([*place, "区甲局", "2026年12月5日"])
    streams = io.BytesIO(), io.BytesIO()
    wide.save(streams[0])
    shared.save(streams[1])
    row = started(office, streams[0].getvalue())
    standard = save_standard(row, by=office, version=row.version, is_checked=True)
    publish_standard(standard, by=office)
    row = shared_out(office, adopt_standard(standard, by=office, name="大清单"), streams[1].getvalue())

    with django_assert_max_num_queries(100):
        saved = save_responsibilities(row, by=office, version=row.version, is_checked=True)

    assert saved.leads == Duty.objects.exclude(due_on=None).count() == 600
