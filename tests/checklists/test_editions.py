"""New editions: copied or imported beside the old one, compared, and the campaign's tasks carried over."""

import datetime
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Event
from checklists import decisions
from checklists.actions.carrying import carry_over
from checklists.actions.claims import claim_duty
from checklists.actions.disputes import dispute_assignment
from checklists.actions.editions import copy_standard, load_standard
from checklists.actions.imports import save_standard, settle_import, start_import
from checklists.actions.issuing import issue_drafts
from checklists.actions.items import add_item, delete_item, edit_item, merge_items, split_item
from checklists.actions.standards import adopt_standard, publish_standard
from checklists.actions.undoing import take_back_standard
from checklists.carrying import checklist_to_carry, plan_carry
from checklists.itemdata import ItemData, of_node, walk
from checklists.models import Assignment, CarriedDuty, Checklist, Checkpoint, Duty, EvidenceLink, Import, ItemOrigin, Standard
from checklists.portable import StandardFile
from checklists.readings import read_standard_import
from checklists.sheets.standard import Node
from checklists.tree import read_items
from checklists.wantedproof import Wanted
from notices.models import Notice
from tests.checklists.sheet_maker import workbook
from tests.checklists.test_standards import refused
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    DepartmentFactory,
    DutyFactory,
    EvidenceFactory,
    ItemFactory,
    ParticipationFactory,
)

HEADINGS = ["测评项目", "测评标准"]
LINES = [
    ("1.街面环境", "1）主次干道公益广告醒目完好"),
    ("1.街面环境", "2）背街小巷路面平整无坑洼；路灯完好"),
    ("2.公共服务", "1）办事窗口一次告知"),
    ("2.公共服务", "2）投诉电话公开并有人接听"),
    ("2.公共服务", "3）大厅设无障碍通道"),
]


def sheet(lines):
    """An office's workbook of two levels, the first merged."""
    rows, merges = [HEADINGS], []
    for number, (project, text) in enumerate(lines, 2):
        first = number == 2 or lines[number - 3][0] != project
        rows.append([project if first else None, text])
        last = max(n for n, line in enumerate(lines, 2) if line[0] == project)
        if first and last > number:
            merges.append(f"A{number}:A{last}")
    return SimpleUploadedFile("体系.xlsx", workbook({"实地考察": rows}, {"实地考察": merges}))


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


def tree(lines):
    found = {}
    for project, text in lines:
        found.setdefault(project, ItemData("project", project, key=uuid4())).children.append(
            ItemData("criterion", text, key=uuid4())
        )
    return list(found.values())


@pytest.fixture
def old(office):
    items = tree(LINES)
    first = items[0].children[0]
    first.points, first.scoring, first.frequency = D(4), "conform", "monthly"
    first.wanted, first.is_veto = [Wanted("photo", 3)], True
    standard = load_standard(StandardFile("示范体系", "2026年版", items), by=office)
    return publish_standard(standard, by=office)


def key_of(standard, start):
    return standard.items.get(text__contains=start).key


# --- adopting -------------------------------------------------------------------------------------


def test_what_an_item_repeats_its_task_repeats(office, old):
    checklist = adopt_standard(old, by=office, name="清单")

    tasks = list(checklist.duties.values_list("recurrence", "limit_text"))
    assert tasks == [("monthly", "每月"), *[("", "")] * 4]


def test_a_node_becomes_an_item_with_its_points_and_grades():
    steps = (("A", "全做到"), ("B", "做了些"), ("C", "没有做"))
    facts = {"places": [("表", 3)], "points": D("2.5"), "methods": ["材料审核"], "steps": steps}
    item = of_node(Node("criterion", "条目", (("criterion", "条目"),), **facts))
    odd = of_node(Node("criterion", "条目", (("criterion", "条目"),), places=[("表", 3)], steps=(("好", "一"), ("差", "二"))))

    assert (item.points, item.source_row, item.methods, item.scoring) == (D("2.5"), 3, "材料审核", "grade")
    assert [(step.label, step.text, step.share) for step in item.steps] == [
        ("A", "全做到", D(1)),
        ("B", "做了些", D("0.5")),
        ("C", "没有做", D(0)),
    ]
    assert [step.share for step in odd.steps] == [None, None]


# --- making a new edition -------------------------------------------------------------------------


def test_a_copy_holds_everything_with_the_same_keys(office, old):
    copy = copy_standard(old, by=office, edition="2027年版")

    assert read_items(copy) == read_items(old)
    assert (copy.follows, copy.status, str(copy)) == (old, "draft", "示范体系 2027年版")
    assert set(copy.items.values_list("pk", flat=True)).isdisjoint(old.items.values_list("pk", flat=True))


def test_what_may_be_copied_and_by_whom(campaign, office, old):
    draft = copy_standard(old, by=office, edition="2027年版")
    stranger = viewer(CampaignFactory(), office=True)

    refused("not_published", lambda: copy_standard(draft, by=office, edition="2028年版"))
    refused("required", lambda: copy_standard(old, by=office, edition=" "))
    with pytest.raises(PermissionDenied):
        copy_standard(old, by=viewer(campaign, leader=True), edition="2027年版")
    assert copy_standard(old, by=stranger, edition="我市版").campaign == stranger.campaign  # shared by campaigns
    assert Standard.objects.count() == 3


def test_publishing_supersedes_the_edition_it_follows_under_whatever_name(office, old):
    copy = copy_standard(old, by=office, edition="2027年版")
    copy.name = "示范测评体系（修订）"
    copy.save()

    publish_standard(copy, by=office)

    old.refresh_from_db()
    assert old.status == "superseded"


NEW_LINES = [
    ("1.街面环境", "1）主次干道、广场公益广告醒目完好"),  # near
    ("1.街面环境", "2）背街小巷路面平整无坑洼"),  # near, split
    ("1.街面环境", "3）路灯照明设施完好整洁"),  # new
    ("2.公共服务", "2）办事窗口一次告知"),  # the same, numbered anew
    ("3.热线", "1）投诉电话公开并有人接听"),  # moved
]


def imported(office, old, lines=NEW_LINES, signed_in=None):
    client = signed_in(office)
    address = reverse("standard_upload", args=[office.campaign.pk]) + f"?follows={old.pk}"
    client.post(address, {"file": sheet(lines), "name": "示范体系", "edition": "2027年版"})
    return client, Import.objects.latest("pk")


def test_a_sheet_as_the_new_edition_is_matched_shown_and_corrected(office, old, signed_in):
    client, row = imported(office, old, signed_in=signed_in)
    address = reverse("standard_pairs", args=[office.campaign.pk, row.pk])
    pairs = {pair.new.text[2:8]: pair for pair in read_standard_import(row).pairs}

    shown = client.get(address).content.decode()
    version = row.version
    lamps, kept = pairs["路灯照明设施"], key_of(old, "无障碍")
    number = [pair.new.path for pair in read_standard_import(row).pairs].index(lamps.new.path)
    answer = client.post(address, {"version": version, f"old-{number}": str(kept)})
    row.refresh_from_db()
    stale = client.post(address, {"version": version, f"old-{number}": ""})

    how = {text: pair.how for text, pair in pairs.items()}
    assert how == {
        "街面环境": "path",
        "主次干道、广": "near",
        "背街小巷路面": "near",
        "路灯照明设施": "new",
        "公共服务": "path",
        "办事窗口一次": "path",
    } | {
        "热线": "new",
        "投诉电话公开": "text",
    }
    assert "<ins>、广场</ins>" in shown and "相近" in shown
    assert (answer.status_code, stale.status_code) == (302, 409)
    found = {pair.new.text[2:8]: pair for pair in read_standard_import(row).pairs}
    assert (found["路灯照明设施"].how, found["路灯照明设施"].old.key) == ("chosen", str(kept))


def test_matches_that_are_only_near_wait_to_be_looked_at(office, old, signed_in):
    client, row = imported(office, old, signed_in=signed_in)

    refused("doubts", lambda: save_standard(row, by=office, version=row.version))
    new = save_standard(row, by=office, version=row.version, is_checked=True)

    assert new.follows == old
    keys = {item.text[2:8]: item.key for item in new.items.filter(is_leaf=True)}
    assert keys["主次干道、广"] == key_of(old, "主次干道")
    assert keys["投诉电话公开"] == key_of(old, "投诉电话")
    assert keys["路灯照明设施"] not in set(old.items.values_list("key", flat=True))
    item = next(item for item in walk(read_items(new)) if "广场" in item.text)
    assert (item.points, item.scoring, item.frequency, item.wanted, item.is_veto) == (
        D(4),
        "conform",
        "monthly",
        [Wanted("photo", 3)],
        True,
    )


def test_the_grades_of_the_sheet_go_before_those_of_the_old_edition(office):
    contents = [ItemData("content", text, key=uuid4(), scoring="conform", points=D(1)) for text in ("内容甲", "内容乙")]
    items = [ItemData("project", "示范项目", key=uuid4(), children=contents)]
    old = publish_standard(load_standard(StandardFile("示范", "2026年版", items), by=office), by=office)
    rows = [
        ["测评项目", "测评内容", "测评标准", None, None],
        [None, None, "A", "B", "C"],
        ["示范项目", "内容甲", "做得全", "做了些", "没有做"],
        ["示范项目", "内容乙", None, None, None],
    ]
    upload = SimpleUploadedFile("体系.xlsx", workbook({"示范": rows}, {"示范": ["C1:E1"]}))
    row = start_import(upload, by=office, kind="standard", name="示范", follows=old)

    new = save_standard(row, by=office, version=row.version, is_checked=True)

    found = {item.text: (item.key, item.scoring, [step.label for step in item.steps.all()]) for item in new.items.all()}
    assert found["内容甲"] == (contents[0].key, "grade", ["A", "B", "C"])
    assert found["内容乙"] == (contents[1].key, "conform", [])


def test_a_new_edition_still_follows_the_old_one_after_a_step_back_and_is_taken_back_whole(office, old, signed_in):
    row = imported(office, old, signed_in=signed_in)[1]
    for change in (decisions.name_it("另一体系", ""), decisions.step_back()):
        row = settle_import(row, by=office, version=row.version, change=change)
    new = save_standard(row, by=office, version=row.version, is_checked=True)
    ItemOrigin.objects.create(item=new.items.first(), key=uuid4())
    row.refresh_from_db()

    take_back_standard(row, by=office, version=row.version)

    assert (new.follows, new.name, list(Standard.objects.all()), ItemOrigin.objects.count()) == (old, "示范体系", [old], 0)


def test_the_preview_of_a_first_edition_knows_nothing_of_matches(office, old, signed_in):
    client = signed_in(office)
    client.post(reverse("standard_upload", args=[office.campaign.pk]), {"file": sheet(LINES), "name": "另一体系"})
    row = Import.objects.get()

    assert read_standard_import(row).pairs == []
    assert client.get(reverse("standard_pairs", args=[office.campaign.pk, row.pk])).status_code == 404
    assert save_standard(row, by=office, version=1, is_checked=True).follows is None


def test_a_draft_or_a_strangers_draft_is_not_followed(office, old, signed_in):
    draft = copy_standard(old, by=office, edition="2027年版")

    answer = signed_in(office).get(reverse("standard_upload", args=[office.campaign.pk]) + f"?follows={draft.pk}")

    assert answer.status_code == 404


# --- comparing and carrying over ------------------------------------------------------------------

TODAY = datetime.date(2026, 3, 2)
AT = datetime.datetime(2026, 3, 2, 10, tzinfo=datetime.UTC)
LATER = datetime.datetime(2026, 4, 1, 10, tzinfo=datetime.UTC)


@pytest.fixture
def world(campaign, office, old):
    """The old edition adopted and issued; a new one in which everything that can happen has happened."""
    campaign.cutoff_on = datetime.date(2026, 12, 1)
    campaign.save()
    checklist = adopt_standard(old, by=office, name="主清单", at=AT)
    units = {
        name: DepartmentFactory(parent=campaign.host, name=name) for name in ("城管局", "住建局", "政务局", "信访局", "残联")
    }
    for unit in units.values():
        ParticipationFactory(campaign=campaign, department=unit)
    for start, name in (
        ("主次干道", "城管局"),
        ("背街小巷", "住建局"),
        ("办事窗口", "政务局"),
        ("投诉电话", "信访局"),
        ("无障碍", "残联"),
    ):
        duty = checklist.duties.get(text__contains=start)
        AssignmentFactory(duty=duty, department=units[name], status="draft", starts_on=TODAY)
    units["heads"] = {name: viewer(campaign, head_of=unit) for name, unit in units.items()}
    issue_drafts(by=office, at=AT)
    new = copy_standard(old, by=office, edition="2027年版", at=AT)
    item = lambda start: new.items.get(text__contains=start)  # noqa: E731
    edit_item(item("主次干道"), by=office, version=1, text="1）主次干道、广场公益广告醒目完好", points=D(5))
    split_item(item("背街小巷"), by=office, version=1, texts=["2）背街小巷路面平整无坑洼", "3）路灯完好"])
    merge_items([item("办事窗口"), item("投诉电话")], by=office, versions=[1, 1])
    delete_item(item("无障碍"), by=office, version=1)
    add_item(new, by=office, text="4）新增的一条", behind=item("路灯"))
    new = publish_standard(new, by=office, at=AT)
    return {"old": old, "new": new, "checklist": checklist, "units": units}


def test_the_comparison_shows_changes_marked_words_and_whose_work_it_is(office, world, signed_in, django_assert_num_queries):
    address = reverse("standard_compare", args=[office.campaign.pk, world["new"].pk])
    client = signed_in(office)
    text = client.get(address).content.decode()

    assert "<ins>、广场</ins>" in text
    for word in ("新增", "取消", "拆分", "合并", "文字调整", "分值调整"):
        assert word in text
    assert "4 → 5" in text
    only = client.get(address + "?kind=dropped").content.decode()
    assert "无障碍" in only and "广场" not in only
    with django_assert_num_queries(19):
        client.get(address)
    ItemFactory.create_batch(3, standard=world["new"])
    with django_assert_num_queries(19):
        assert "测评标准" in client.get(address).content.decode()


def test_after_the_carrying_over_the_comparison_still_names_whose_work_it_was(office, world, signed_in):
    address = reverse("standard_compare", args=[office.campaign.pk, world["new"].pk]) + "?kind=dropped"
    before = signed_in(office).get(address).content.decode()
    carry_over(world["new"], by=office, rows=[row.id for row in plan_carry(world["checklist"], world["new"])])

    after = signed_in(office).get(address).content.decode()

    assert ("残联" in before, "残联" in after) == (True, True)


def test_a_unit_reads_the_comparison_and_the_old_edition_must_be_readable(campaign, office, old, world, signed_in):
    unit = world["units"]["heads"]["城管局"]
    stranger = viewer(CampaignFactory(), office=True)

    assert signed_in(unit).get(reverse("standard_compare", args=[campaign.pk, world["new"].pk])).status_code == 200
    assert signed_in(unit).get(reverse("standard_compare", args=[campaign.pk, old.pk])).status_code == 404  # follows nothing
    other = reverse("standard_compare", args=[stranger.campaign.pk, world["new"].pk])
    assert signed_in(stranger).get(other).status_code == 404  # the old one is superseded and not theirs


def plan(world):
    rows = plan_carry(world["checklist"], world["new"])
    return [(row.does, row.is_sure, row.text[2:6], [unit.department.name for unit in row.parts]) for row in rows]


def test_the_plan_has_one_row_per_task_and_per_new_item(world):
    assert plan(world) == [
        ("keep", True, "主次干道", ["城管局"]),
        ("part", False, "背街小巷", ["住建局"]),
        ("new", True, "新增的一", []),
        ("join", False, "办事窗口", ["政务局"]),
        ("join", False, "投诉电话", ["信访局"]),
        ("end", False, "大厅设无", ["残联"]),
    ]


def test_first_what_is_sure_then_the_rest_row_by_row(office, world):
    duties = {duty.text[2:6]: duty for duty in world["checklist"].duties.all()}
    assignment = duties["主次干道"].assignments.get()

    sure = carry_over(world["new"], by=office, at=LATER)
    new = Checklist.objects.get(standard=world["new"])

    assert [(one.row.does, one.done) for one in sure] == [("keep", True), ("new", True)]
    assert [row[0] for row in plan(world)] == ["part", "join", "join", "end"]
    world["checklist"].refresh_from_db()
    assert (world["checklist"].ended_on, new.name, new.position) == (None, "主清单", world["checklist"].position)
    duty = Duty.objects.get(pk=duties["主次干道"].pk)
    assert (duty.checklist, duty.text, duty.item.points) == (new, "1）主次干道、广场公益广告醒目完好", D(5))
    assert duty.assignments.get() == assignment  # the same row, its checkpoints below it
    assert assignment.checkpoints.exists()

    rest = carry_over(world["new"], by=office, rows=[row.id for row in plan_carry(world["checklist"], world["new"])], at=LATER)

    assert all(one.done for one in rest) and plan(world) == []
    world["checklist"].refresh_from_db()
    assert world["checklist"].ended_on == datetime.date(2026, 4, 1)
    table = [
        (duty.text[2:6], duty.position, sorted((part.department.name, part.status) for part in duty.assignments.all()))
        for duty in new.duties.order_by("position")
    ]
    assert table == [
        ("主次干道", 1, [("城管局", "issued")]),
        ("背街小巷", 2, [("住建局", "issued")]),
        ("路灯完好", 3, [("住建局", "draft")]),
        ("新增的一", 4, []),
        ("办事窗口", 5, [("政务局", "issued")]),
        ("投诉电话", 6, [("信访局", "issued")]),
    ]
    assert carry_again(office, world) == "no_checklist"


def carry_again(office, world):
    with pytest.raises(ValidationError) as caught:
        carry_over(world["new"], by=office, at=LATER)
    return caught.value.code


def carry_all(office, world):
    return carry_over(world["new"], by=office, rows=[row.id for row in plan_carry(world["checklist"], world["new"])], at=LATER)


def test_a_dropped_items_task_ends_and_everything_stays_on_record(office, world):
    duty = world["checklist"].duties.get(text__contains="无障碍")
    rows = (Assignment.objects.count(), Checkpoint.objects.count(), Duty.objects.count())

    carry_all(office, world)

    duty.refresh_from_db()
    part = duty.assignments.get()
    assert (part.status, part.ended_on, duty.ended_on) == ("ended", datetime.date(2026, 3, 31), datetime.date(2026, 3, 31))
    assert not part.checkpoints.exclude(clock_due_at=None).exists()
    assert "新版" in Event.objects.get(verb="assignment.end").data["note"]
    after = (Assignment.objects.count(), Checkpoint.objects.count(), Duty.objects.count())
    assert after == (rows[0] + 1, rows[1], rows[2] + 2)  # the new ones; nothing went
    assert duty not in Duty.objects.filter(campaign=office.campaign).without_lead()  # no gap: nothing is asked for


def test_who_answered_then_and_for_what_stays_true(office, world):
    """.on(day) before and after; the item and the words of the day."""
    duty = world["checklist"].duties.get(text__contains="主次干道")
    old_item = duty.item
    before, after = datetime.date(2026, 3, 15), datetime.date(2026, 4, 2)
    then = list(Assignment.objects.on(before).order_by("pk").values_list("department__name", "duty"))

    carry_all(office, world)

    assert list(Assignment.objects.on(before).order_by("pk").values_list("department__name", "duty")) == then
    assert [name for name, _duty in Assignment.objects.on(after).values_list("department__name", "duty") if name == "残联"] == []
    duty.refresh_from_db()
    carried = CarriedDuty.objects.get(duty=duty)
    assert (carried.old_item, carried.old_text) == (old_item, "1）主次干道公益广告醒目完好")
    assert before < carried.carried_on <= after and duty.item.standard == world["new"]


def test_each_person_of_a_changed_unit_is_told_once(office, world):
    Notice.objects.all().delete()

    carry_all(office, world)

    told = {(row.user_id, row.text) for row in Notice.objects.all()}
    heads = world["units"]["heads"]
    assert {user for user, _text in told} == {heads[name].user.pk for name in ("城管局", "住建局", "残联")}
    assert Notice.objects.filter(user=heads["残联"].user).get().text.endswith("0 项任务文字调整，1 项任务结束。")


def test_a_task_the_office_has_rewritten_keeps_its_words(office, world):
    Duty.objects.filter(text__contains="主次干道").update(text="我局负责的广告")

    carry_all(office, world)

    assert Duty.objects.filter(text="我局负责的广告", item__standard=world["new"]).exists()


def test_a_row_that_cannot_go_says_why_and_does_not_stop_the_others(office, world):
    part = Assignment.objects.get(department=world["units"]["残联"])
    dispute_assignment(part, by=world["units"]["heads"]["残联"], reason="不属我会")

    results = carry_all(office, world)

    assert [(one.row.text[2:6], one.text) for one in results if not one.done] == [
        ("大厅设无", "残联对这项任务提出了异议，请先裁定。")
    ]
    assert [row[0] for row in plan(world)] == ["end"]
    world["checklist"].refresh_from_db()
    assert world["checklist"].ended_on is None


def test_a_task_with_an_open_claim_waits(office, world):
    part = Assignment.objects.get(department=world["units"]["残联"])
    part.status = "ended"
    part.save()
    duty, head = part.duty, world["units"]["heads"]["政务局"]
    claim_duty(duty, by=head, department=world["units"]["政务局"])

    assert [bool(row.stops) for row in plan_carry(world["checklist"], world["new"]) if row.does == "end"] == [True]


def test_who_may_carry_and_what(campaign, office, old, world):
    with pytest.raises(PermissionDenied):
        carry_over(world["new"], by=viewer(campaign, leader=True))
    refused("no_checklist", lambda: carry_over(old, by=office))
    refused("no_checklist", lambda: carry_over(world["new"], by=viewer(CampaignFactory(), office=True)))
    draft = copy_standard(world["new"], by=office, edition="2028年版")
    refused("not_published", lambda: carry_over(draft, by=office))
    refused("carry", lambda: adopt_standard(world["new"], by=office, name="又一份"))
    assert not CarriedDuty.objects.exists()


def test_two_editions_on_one_goes_over_both(office, world):
    """The campaign slept through an edition: keys and origins still tell."""
    third = copy_standard(world["new"], by=office, edition="2028年版")
    edit_item(third.items.get(text__contains="路灯"), by=office, version=1, text="3）路灯完好率达标")
    world["new"] = third = publish_standard(third, by=office)

    assert checklist_to_carry(third, office.campaign) == world["checklist"]
    assert [row[:2] for row in plan(world)][1] == ("part", False)
    assert {row[0] for row in plan(world)} == {"keep", "part", "new", "join", "end"}


def test_the_pages_of_the_table_show_only_what_still_runs(office, world, signed_in):
    carry_all(office, world)
    client = signed_in(office)
    ended = Duty.objects.get(text__contains="无障碍")

    table = client.get(reverse("duty_list", args=[office.campaign.pk])).content.decode()
    page = client.get(ended.get_absolute_url()).content.decode()
    listed = client.get(f"/api/v1/campaigns/{office.campaign.pk}/duties/").json()
    one = client.get(f"/api/v1/campaigns/{office.campaign.pk}/duties/{ended.pk}/").json()

    assert "路灯完好" in table and "无障碍" not in table
    assert "该任务已于" in page and "2026年版" in page
    assert ended.pk not in [row["id"] for row in listed["results"]] and listed["count"] == 6
    assert one["ended_on"] == "2026-03-31"
    assert listed["results"][0]["about"]["points"] == "5.00"
    assert signed_in(world["units"]["heads"]["残联"]).get(ended.get_absolute_url()).status_code == 200


def test_proof_filed_under_an_item_goes_to_the_item_that_follows_it(office, world):
    item = world["old"].items.get(text__contains="主次干道")
    record = EvidenceFactory(campaign=office.campaign, department=world["units"]["城管局"])
    EvidenceLink.objects.create(evidence=record, checklist=world["checklist"], item=item, by=office.user)

    carry_all(office, world)

    link = EvidenceLink.objects.running().get()
    assert (link.checklist.standard, link.item.key, link.item.standard) == (world["new"], item.key, world["new"])
    assert EvidenceLink.objects.count() == 2  # where it was filed before stays on record


def test_what_acts_on_all_rows_or_shows_the_matrix_means_the_table_that_runs(office, world, signed_in):
    carry_all(office, world)
    client, campaign = signed_in(office), [office.campaign.pk]

    matrix = client.get(reverse("duty_matrix", args=campaign)).content.decode()
    answer = client.post(reverse("duty_assign", args=campaign), {"all": "1", "act": "support"})

    assert "路灯完好" in matrix
    assert answer.url.count("pick=") == 6


def test_the_page_of_carrying_over(office, old, world, signed_in, django_assert_num_queries):
    client = signed_in(office)
    address = reverse("standard_carry", args=[office.campaign.pk, world["new"].pk])

    preview = client.get(address).content.decode()
    with django_assert_num_queries(22):
        client.get(address)
    for item in ItemFactory.create_batch(3, standard=old):
        DutyFactory(campaign=office.campaign, checklist=world["checklist"], item=item)
    with django_assert_num_queries(22):
        assert "工作任务" in client.get(address).content.decode()
    Duty.objects.filter(text__startswith="工作任务").update(ended_on=TODAY)
    done = client.post(address, {"do": "sure"}).content.decode()
    none = client.post(address, {"do": "picked"})
    rest = [row.id for row in plan_carry(world["checklist"], world["new"])]
    all_done = client.post(address, {"do": "picked", "pick": rest})
    gone = client.get(address)

    assert "任务留在第一部分" in preview and "衔接确定的 2 行" in preview
    assert "还有 4 行在旧版之下" in done
    assert (none.status_code, all_done.status_code, gone.status_code) == (302, 200, 302)


def test_the_standards_page_offers_what_can_be_done(office, old, world, signed_in):
    client = signed_in(office)

    new = client.get(world["new"].get_absolute_url()).content.decode()
    before = client.get(old.get_absolute_url()).content.decode()
    edition = client.post(reverse("standard_edition", args=[office.campaign.pk, world["new"].pk]), {"edition": "2028年版"})

    carry = reverse("standard_carry", args=[office.campaign.pk, world["new"].pk])
    adopt = reverse("standard_adopt", args=[office.campaign.pk, world["new"].pk])
    assert carry in new and adopt not in new and "与旧版比较" in new
    assert "做新版" in before
    assert Standard.objects.get(edition="2028年版").get_absolute_url() == edition.url


def test_the_command_imports_a_new_edition(campaign, office, old, tmp_path, capsys):
    from django.core.management import call_command  # noqa: PLC0415

    file = tmp_path / "体系.xlsx"
    file.write_bytes(sheet(NEW_LINES).read())

    call_command("import_standard", file, campaign=campaign.pk, follows=old.pk, edition="2027年版")

    said = capsys.readouterr().out
    assert "6 of 8 items go on under their old keys." in said and "near 0." in said
    assert Standard.objects.latest("pk").follows == old
