"""The tables go out in the columns the office chose, and come back without a doubt and without a change."""

import datetime
import io
import random

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Event
from checklists.actions.duties import split_duty
from checklists.actions.imports import start_import
from checklists.actions.layouts import reset_layout, set_layout
from checklists.actions.responsibilities import save_responsibilities
from checklists.columns import Column, column
from checklists.exporting import layout_of, write_progress, write_responsibilities
from checklists.matching import read_responsibility_import
from checklists.models import Assignment, Checkpoint, Duty, ExportLayout, Import, SheetMapping
from checklists.register import Register
from checklists.standing import standings
from tests.checklists.test_imports import upload
from tests.conftest import viewer
from tests.factories import AssignmentFactory, ChecklistFactory, CheckpointFactory, DepartmentFactory, DutyFactory, ItemFactory

NOW = datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC)
LEVELS = ["project", "indicator", "content", "criterion", "requirement"]
WRITE = {"table": write_responsibilities, "progress": write_progress}


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def checklist(campaign):
    return ChecklistFactory(campaign=campaign, name="示范清单")


def item(checklist, text, parent=None, number=1, grade="project", is_leaf=False):
    path = f"{parent.path if parent else ''}{number:04d}."
    return ItemFactory(standard=checklist.standard, parent=parent, path=path, grade=grade, text=text, is_leaf=is_leaf)


def any_table(checklist, office, seed):
    """A table of some thirty tasks: uneven levels, several leads, measures, limits, texts that look like formulas, a split task."""
    chance = random.Random(seed)
    units = [DepartmentFactory(parent=checklist.campaign.host, name=f"示范{name}委") for name in "甲乙丙丁"]
    words = ["", "=加强巡查", "+补充", "每周一次，\n月底汇总", "@各街道", "- 落实到人"]
    limits = [
        ("", None, ""),
        ("每月", None, "monthly"),
        ("2026年6月底前", datetime.date(2026, 6, 30), ""),
        ("长期坚持", None, ""),
    ]
    position = 0
    for number in range(11, 15):
        project = item(checklist, f"{number}.示范项目{number}", number=number)
        for below in range(1, chance.randint(2, 4)):
            grades = sorted(chance.sample(LEVELS[1:], chance.randint(1, 3)), key=LEVELS.index)
            node = project
            for depth, grade in enumerate(grades):
                # Some lowest texts stand in several projects, or look like a formula.
                text = f"{chance.choice('甲乙丙=+')}{grade}{chance.randint(1, 99)}第{below}条{depth}"
                is_leaf = depth == len(grades) - 1
                node = item(checklist, text, node, below if depth == 0 else 1, grade, is_leaf)
            position += 1
            limit_text, due_on, recurrence = chance.choice(limits)
            duty = DutyFactory(
                campaign=checklist.campaign,
                checklist=checklist,
                item=node,
                text=node.text,
                measures=chance.choice(words),
                limit_text=limit_text,
                due_on=due_on,
                recurrence=recurrence,
                leading_leader=chance.choice(["", "张示范"]),
                person=chance.choice(["", "李示范"]),
                position=position,
            )
            for unit in chance.sample(units, chance.randint(0, 3)):
                status = chance.choice(["draft", "issued"])
                part = AssignmentFactory(duty=duty, department=unit, is_lead=chance.random() < 0.6, status=status)
                if part.status == "issued":
                    CheckpointFactory(assignment=part, status="submitted", note="=已完成一半", submitted_at=NOW)
    duty = chance.choice(list(checklist.duties.all()))
    split_duty(duty, by=office, version=duty.version, texts=["先做的一半。", "后做的一半。"])


def state(checklist):
    """Everything of the table that an import could change."""
    duties = Duty.objects.filter(checklist=checklist).order_by("pk")
    parts = Assignment.objects.filter(duty__checklist=checklist).order_by("pk")
    columns = ("pk", "item", "text", "measures", "limit_text", "due_on", "recurrence", "leading_leader", "person", "position")
    return list(duties.values_list(*columns, "version")), list(parts.values_list("pk", "duty", "department", "is_lead", "status"))


def taken_in(checklist, office, body):
    """The import of the workbook, and its reading."""
    row = start_import(upload(body), by=office, kind=Import.Kind.RESPONSIBILITIES, checklist=checklist)
    return row, read_responsibility_import(row, register=Register(row.campaign.host))


def chosen_at_random(checklist, office, kind, seed):
    """The proposed columns in any order of the units and texts, with new words for some of them."""
    chance = random.Random(seed)
    layout, offered = layout_of(checklist, kind, office)
    levels = [one for one in layout.columns if one.meaning in LEVELS]
    others = [one for one in (*layout.columns, *offered) if one.meaning not in (*LEVELS, "method", "code", "proof", "number")]
    chance.shuffle(others)
    renamed = {"moving": "本周新进展", "duty": "工作事项", "person": "具体负责人", "lead": "承办单位"}
    others = [Column(one.meaning, renamed.get(one.meaning, one.text), 20, one.merged, one.other) for one in others]
    columns = [column("number"), *levels, *others]
    return set_layout(checklist, kind=kind, columns=columns, by=office, version=0, title="示范区任务表", paper="A3")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["table", "progress"])
@pytest.mark.parametrize("is_chosen", [False, True])
def test_any_table_comes_back_without_a_doubt_and_changes_nothing(checklist, office, kind, seed, is_chosen):
    any_table(checklist, office, seed)
    if is_chosen:
        chosen_at_random(checklist, office, kind, seed)
    before = state(checklist)

    row, reading = taken_in(checklist, office, WRITE[kind](checklist, office, now=NOW))

    assert [str(doubt.text) for doubt in reading.doubts] == []
    assert ([name.name for name in reading.open_names], [one.row.number for one in reading.open_rows]) == ([], [])
    saved = save_responsibilities(row, by=office, version=row.version)
    assert state(checklist) == before
    assert (saved.tasks, saved.split, saved.leads, saved.supports, saved.made, saved.kept) == (0, 0, 0, 0, [], [])


def test_what_a_column_says_that_the_sheet_lacks_stays_for_the_next_export(checklist, office):
    any_table(checklist, office, 1)
    duty = checklist.duties.first()
    duty.source = {"note": "备注一", "other": [["责任处室意见", "同意"]]}
    duty.save()

    row, _reading = taken_in(checklist, office, write_responsibilities(checklist, office))
    save_responsibilities(row, by=office, version=row.version, is_checked=True)

    duty.refresh_from_db()
    assert (duty.source["note"], duty.source["other"]) == ("备注一", [["责任处室意见", "同意"]])


# --- the sheet --------------------------------------------------------------------------------------------


@pytest.fixture
def small(checklist, office):
    """Two projects; the first has two tasks of one unit, the second one of another."""
    first, second = item(checklist, "一、组织", number=1), item(checklist, "二、宣传", number=2)
    leaves = [
        item(checklist, "有班子", first, 1, "criterion", is_leaf=True),
        item(checklist, "有计划", first, 2, "criterion", is_leaf=True),
        item(checklist, "有广告", second, 1, "criterion", is_leaf=True),
    ]
    units = [DepartmentFactory(parent=checklist.campaign.host, name=name) for name in ("示范甲局", "示范乙局")]
    parts = []
    for number, leaf in enumerate(leaves):
        duty = DutyFactory(campaign=checklist.campaign, checklist=checklist, item=leaf, text=leaf.text, position=number)
        parts.append(AssignmentFactory(duty=duty, department=units[number // 2], is_lead=True, status="accepted"))
    return parts


def opened(body):
    return load_workbook(io.BytesIO(body)).active


def test_the_progress_table_is_a_landscape_sheet_with_title_heads_on_every_page_and_merged_projects(checklist, office, small):
    sheet = opened(write_progress(checklist, office, now=NOW))

    lines = list(sheet.iter_rows(values_only=True))
    assert [lines[0][0], lines[1][0]] == ["示范清单任务分解及工作推进表", "截至2026年3月20日"]
    heads = ["序号", "测评项目", "任务内容", "牵头单位", "推进情况", "完成情况", "存在问题", "下一步"]
    assert list(lines[2]) == heads
    assert [line[2] for line in lines[3:]] == ["有班子", "有计划", "有广告"]
    assert {str(merge) for merge in sheet.merged_cells.ranges} == {"A1:H1", "A2:H2", "B4:B5"}
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == ("landscape", 8, 1)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$3", "A4")
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["C"].width) == (6, 40)


def test_the_words_of_the_imported_sheet_stand_in_both_tables(checklist, office, small):
    checklist.export_columns = [
        {"text": "项目名称", "meaning": "project", "merged": True},
        {"text": "测评细则", "meaning": "criterion", "merged": False},
        {"text": "主责部门", "meaning": "lead", "merged": False},
        {"text": "工作进展", "meaning": "progress", "merged": False},
        {"text": "处室意见", "meaning": "", "merged": False},
    ]
    checklist.save()
    CheckpointFactory(assignment=small[0], status="submitted", note="已挂牌", submitted_at=NOW)

    table = list(opened(write_responsibilities(checklist, office, now=NOW)).iter_rows(values_only=True))
    progress = list(opened(write_progress(checklist, office, now=NOW)).iter_rows(values_only=True))

    assert table[0] == ("示范清单责任分解表", None, None, None, None)
    assert table[1] == ("项目名称", "测评细则", "主责部门", "工作进展", "处室意见")
    assert table[2] == ("一、组织", "有班子", "示范甲局", "3月20日：已挂牌", None)
    assert [text for text in progress[2] if text in ("项目名称", "主责部门", "工作进展", "推进情况")] == [
        "项目名称",
        "主责部门",
        "工作进展",
    ]


def test_a_formula_in_any_cell_goes_out_as_quoted_text(checklist, office, small):
    duty = small[0].duty
    duty.measures, duty.person = '=HYPERLINK("http://x")', "@a"
    duty.save()
    CheckpointFactory(assignment=small[0], status="returned", note="+1", reason="=2", submitted_at=NOW)
    layout, offered = layout_of(checklist, "progress", office)
    columns = [*layout.columns, *(one for one in offered if one.meaning in ("measures", "person"))]
    set_layout(checklist, kind="progress", columns=columns, by=office, version=0)

    cells = [cell for row in opened(write_progress(checklist, office, now=NOW)).iter_rows() for cell in row]

    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert {'\'=HYPERLINK("http://x")', "'@a"} <= {cell.value for cell in cells}


# --- how far a task is ------------------------------------------------------------------------------------

LATE, AHEAD = datetime.date(2026, 3, 10), datetime.date(2026, 4, 30)


def clock(day):
    return datetime.datetime.combine(day, datetime.time(16), datetime.UTC)


STANDS = {
    "nothing to tick off": ([], ["", "未开展", "", ""]),
    "open": ([{"due_on": AHEAD}], ["", "未完成", "", "2026年4月30日前完成"]),
    "late": (
        [{"due_on": LATE, "clock_due_at": clock(LATE)}],
        ["", "未完成", "已超期（时限2026年3月10日）", "尽快完成"],
    ),
    "handed in": (
        [{"due_on": AHEAD, "status": "submitted", "note": "完成八处", "submitted_at": NOW}],
        ["3月20日：完成八处", "已提交，待审核", "", "待示范县创建办审核"],
    ),
    "asked to be left out once": (
        [{"due_on": AHEAD, "status": "asked"}],
        ["", "申请本次不开展，待答复", "", "待示范县创建办审核"],
    ),
    "left out once": ([{"due_on": AHEAD, "status": "skipped"}], ["", "本次不开展", "", ""]),
    "returned": (
        [{"due_on": AHEAD, "status": "returned", "note": "完成八处", "reason": "缺照片", "submitted_at": NOW}],
        ["3月20日：完成八处", "已退回，待重新提交", "已退回：缺照片", "2026年4月30日前重新提交"],
    ),
    "done": ([{"due_on": LATE, "status": "approved", "submitted_at": NOW}], ["", "已完成", "", ""]),
    "of four periods one": (
        [
            {"title": "1月", "due_on": LATE, "status": "approved", "note": "一月", "submitted_at": NOW},
            {"title": "2月", "due_on": AHEAD, "status": "not_needed"},
            {"title": "3月", "due_on": AHEAD + datetime.timedelta(1)},
            {"title": "4月", "due_on": AHEAD + datetime.timedelta(2)},
        ],
        ["3月20日“1月”：一月", "已完成2项，共4项（50%）", "", "2026年5月1日前完成“3月”"],
    ),
}


@pytest.mark.parametrize("case", STANDS)
def test_what_the_table_says_of_a_task(checklist, office, small, case):
    points, words = STANDS[case]
    for facts in points:
        CheckpointFactory(assignment=small[0], **facts)

    standing = standings(checklist, office, now=NOW)[small[0].duty_id]

    assert [standing.text(name) for name in ("moving", "done", "problems", "next")] == words


@pytest.mark.parametrize("status", Checkpoint.Status)
def test_every_state_has_its_words_in_the_table(checklist, office, small, status):
    CheckpointFactory(assignment=small[0], status=status, due_on=AHEAD)

    assert standings(checklist, office, now=NOW)[small[0].duty_id].done
    assert write_progress(checklist, office, now=NOW)


def test_two_leads_stand_in_one_cell_each_with_its_name(checklist, office, small):
    other = AssignmentFactory(duty=small[0].duty, department=small[2].department, is_lead=True, status="disputed")
    CheckpointFactory(assignment=small[0], status="approved", submitted_at=NOW, note="完成")
    CheckpointFactory(assignment=other, due_on=AHEAD)

    standing = standings(checklist, office, now=NOW)[small[0].duty_id]

    assert standing.text("moving") == "示范甲局：3月20日：完成"
    assert (standing.done, standing.text("problems")) == ("已完成1项，共2项（50%）", "示范乙局：有异议，待裁定")


def test_who_reads_whose_progress(checklist, campaign, office, small, signed_in):
    supporter = DepartmentFactory(parent=campaign.host, name="示范丙局")
    AssignmentFactory(duty=small[0].duty, department=supporter, is_lead=False, status="accepted")
    CheckpointFactory(assignment=small[0], status="submitted", note="甲局的话", submitted_at=NOW)
    people = {
        "office": office,
        "leader": viewer(campaign, leader=True),
        "lead": viewer(campaign, head_of=small[0].department),
        "supporter": viewer(campaign, head_of=supporter),
        "other": viewer(campaign, head_of=small[2].department),
    }
    seen = {}
    for name, person in people.items():
        lines = list(opened(write_progress(checklist, person, now=NOW)).iter_rows(values_only=True))[3:]
        seen[name] = len(lines), any("甲局的话" in str(line) for line in lines)
    assert seen == {"office": (3, True), "leader": (3, True), "lead": (2, True), "supporter": (1, False), "other": (1, False)}
    address = reverse("progress_export", args=[campaign.pk, checklist.pk])
    assert signed_in(viewer(campaign, inspector=True)).get(address).status_code == 403


@pytest.mark.parametrize(("name", "count"), [("responsibility_export", 7), ("progress_export", 9)])
def test_the_exports_ask_a_fixed_number_of_queries(checklist, office, small, signed_in, django_assert_num_queries, name, count):
    client, address = signed_in(office), reverse(name, args=[office.campaign.pk, checklist.pk])
    client.get(address)
    with django_assert_num_queries(count):
        client.get(address)
    for part in small:
        CheckpointFactory(assignment=part, due_on=AHEAD)
    any_table(checklist, office, 3)
    with django_assert_num_queries(count):
        client.get(address)


# --- the choice -------------------------------------------------------------------------------------------

GOOD = [column("project"), column("lead")]
REFUSED = {
    "empty": ([], "empty"),
    "no heading": ([Column("lead", "  ")], "heading"),
    "no such column": ([Column("nothing", "甲")], "heading"),
    "too wide": ([Column("lead", "牵头单位", 500)], "width"),
    "twice": ([Column("lead", "单位"), Column("supporting", "单 位")], "twice"),
    "words of another": ([Column("lead", "完成时限")], "words"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_choice_that_cannot_be_printed_or_read_back_is_refused(checklist, office, case):
    columns, code = REFUSED[case]

    with pytest.raises(ValidationError) as error:
        set_layout(checklist, kind="table", columns=columns, by=office, version=0)

    assert (error.value.code, ExportLayout.objects.count(), Event.objects.count()) == (code, 0, 0)


def test_only_the_office_of_the_campaign_chooses(checklist, campaign, office):
    for person in (viewer(campaign, leader=True), viewer(ChecklistFactory().campaign, office=True)):
        with pytest.raises(PermissionDenied):
            set_layout(checklist, kind="table", columns=GOOD, by=person, version=0)
    assert ExportLayout.objects.count() == 0


def test_a_choice_is_recorded_counted_and_taken_back(checklist, office):
    set_layout(checklist, kind="table", columns=GOOD, by=office, version=0, title=" 分工表 ", paper="A4")
    row = set_layout(checklist, kind="table", columns=GOOD[:1], by=office, version=1)
    assert (row.version, [one["text"] for one in row.columns]) == (2, ["测评项目"])
    with pytest.raises(ValidationError) as error:
        set_layout(checklist, kind="table", columns=GOOD, by=office, version=1)
    assert error.value.code == "stale"

    reset_layout(checklist, kind="table", by=office, version=2)

    assert ExportLayout.objects.count() == 0
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["layout.set", "layout.set", "layout.reset"]


def test_a_heading_nobody_knows_is_remembered_and_own_columns_keep_theirs(checklist, office):
    columns = [Column("moving", "街道自述"), Column("", "改了的", other="处室意见"), Column("lead", "牵头单位")]

    row = set_layout(checklist, kind="table", columns=columns, by=office, version=0)

    assert [one["text"] for one in row.columns] == ["街道自述", "处室意见", "牵头单位"]
    assert dict(SheetMapping.objects.values_list("heading", "meaning")) == {"街道自述": "progress", "处室意见": ""}


# --- the page ---------------------------------------------------------------------------------------------


def typed(checklist, office, kind="table", **changes):
    """What the page's form would send; changes: "place-lead" = 1 and the like."""
    layout, offered = layout_of(checklist, kind, office)
    lines = [*layout.columns, *offered]
    data = {"title": "", "paper": layout.paper, "version": layout.version, "do": "save"}
    data |= {"form-TOTAL_FORMS": len(lines), "form-INITIAL_FORMS": len(lines)}
    for number, one in enumerate(lines):
        place = number + 1 if number < len(layout.columns) else ""
        facts = {"place": place, "text": one.text, "width": one.width, "meaning": one.meaning, "other": one.other}
        facts |= {name: changes[f"{name}_{one.meaning}"] for name in facts if f"{name}_{one.meaning}" in changes}
        data |= {f"form-{number}-{name}": value for name, value in facts.items()}
    return data


def test_the_page_shows_the_proposal_and_saves_another_order(checklist, office, small, signed_in):
    client, address = signed_in(office), reverse("export_layout", args=[office.campaign.pk, checklist.pk, "table"])
    assert [word in client.get(address).content.decode() for word in ("测评项目", "工作措施", "序号")] == [True] * 3

    answer = client.post(address, typed(checklist, office, place_lead=1, place_number="", text_lead="主责单位", place_person=99))

    assert (answer.status_code, answer["Location"]) == (302, address)
    assert [one["text"] for one in ExportLayout.objects.get().columns] == [
        "主责单位",
        "测评项目",
        "测评标准",
        "责任单位",
        "责任人",
    ]
    export = client.get(reverse("responsibility_export", args=[office.campaign.pk, checklist.pk]))
    assert list(opened(export.content).iter_rows(values_only=True))[0] == (
        "主责单位",
        "测评项目",
        "测评标准",
        "责任单位",
        "责任人",
    )
    answer = client.post(address, {"do": "reset", "version": "1"})
    assert (answer.status_code, ExportLayout.objects.count()) == (302, 0)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"text_lead": "完成时限"}, 422),
        ({"width_lead": "wide"}, 422),
        ({"place_lead": "0"}, 422),
        ({"place_lead": "1"}, 422),
        ({"version": "7"}, 409),
    ],
)
def test_a_refused_choice_keeps_what_was_typed(checklist, office, small, signed_in, changes, status):
    address = reverse("export_layout", args=[office.campaign.pk, checklist.pk, "progress"])
    data = typed(checklist, office, "progress", text_next="下一步打算", **changes) | {
        name: value for name, value in changes.items() if name == "version"
    }

    answer = signed_in(office).post(address, data)

    assert answer.status_code == status
    assert "下一步打算" in answer.content.decode()
    assert ExportLayout.objects.count() == 0


def test_the_page_is_the_office_s_and_of_two_tables(checklist, campaign, small, office, signed_in, django_assert_num_queries):
    address = reverse("export_layout", args=[campaign.pk, checklist.pk, "table"])
    assert signed_in(viewer(campaign, leader=True)).get(address).status_code == 403
    client = signed_in(office)
    assert client.get(reverse("export_layout", args=[campaign.pk, checklist.pk, "ledger"])).status_code == 404
    client.get(address)
    with django_assert_num_queries(9):
        client.get(address)
    any_table(checklist, office, 2)
    with django_assert_num_queries(9):
        client.get(address)
