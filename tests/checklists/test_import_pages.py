"""The preview of a workbook settles every doubt by a click, remembers headings, hands sheets back and takes back what was saved."""

import io
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from accounts.models import Department, Event
from campaigns.models import Membership
from checklists import decisions
from checklists.actions import saving
from checklists.actions.imports import save_standard, settle_import, start_import
from checklists.actions.issuing import issue_drafts
from checklists.actions.responsibilities import save_responsibilities
from checklists.actions.standards import adopt_standard, publish_standard
from checklists.actions.undoing import take_back_responsibilities, take_back_standard
from checklists.matching import read_responsibility_import
from checklists.models import Assignment, Duty, Import, Item, ScoreStep, SheetMapping, Standard
from checklists.previews import doubt_views, row_views
from checklists.readings import doubt_key, read_standard_import
from checklists.register import Register
from tests.checklists.sheet_maker import DECLARED, SHARED_OUT, responsibility_workbook, standard_workbook, workbook
from tests.conftest import viewer
from tests.factories import CampaignFactory

Kind = Import.Kind
BLANKS = [
    ["测评项目", "测评标准", "具体要求"],
    ["示范项目一", "标准甲", "要求一"],
    [None, "标准乙", "要求二"],
    [None, "标准丙", "要求三"],
    [None, "标准丁", "要求四"],
]
SITES = [["点位名称", "点位类型", "详细地址"], ["示范广场", "广场", "示范路1号"], ["示范市场", "农贸市场", "示范路2号"]]


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


def started(office, data, name="表.xlsx", **facts):
    facts = {"kind": Kind.STANDARD, "name": "示范体系"} | facts
    return start_import(SimpleUploadedFile(name, data), by=office, **facts)


def decide(row, office, *changes):
    for change in changes:
        row = settle_import(row, by=office, version=row.version, change=change)
    return row


def doubts(row, *kinds):
    return [doubt for doubt in read_standard_import(row).open_doubts if doubt.kind in kinds]


def pressing(client, row):
    """Presses a button of the preview as it stands now."""

    def press(**data):
        row.refresh_from_db()
        address = reverse(
            "standard_preview" if row.kind == Kind.STANDARD else "responsibility_preview", args=[row.campaign_id, row.pk]
        )
        answer = client.post(address, {"version": row.version, **data})
        row.refresh_from_db()
        return answer

    return press


def code_of(act, *args, **facts):
    with pytest.raises(ValidationError) as caught:
        act(*args, **facts)
    return caught.value.code


# --- files ------------------------------------------------------------------------------------------------


def table_of(rows):
    document, stream = Document(), io.BytesIO()
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for number, cells in enumerate(rows):
        for index, text in enumerate(cells):
            table.cell(number, index).text = text or ""
    document.save(stream)
    return stream.getvalue()


FULL = [["测评项目", "测评标准"], ["示范项目", "标准甲"], ["示范项目", "标准乙"]]
CSV = "\n".join(",".join(row) for row in FULL)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("表.csv", CSV.encode(), "sheet"),
        ("表.CSV", CSV.encode("gb18030"), "sheet"),
        ("表.docx", table_of(FULL), "document"),
    ],
)
def test_csv_and_word_tables_go_in_and_are_kept(campaign, office, name, data, kind):
    row = started(office, data, name)

    assert (row.original.kind, row.original.name) == (kind, name.lower())
    assert len(read_standard_import(row).tree.lowest) == 2


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("表.txt", CSV.encode()),
        ("表.csv", b"<html><script>1</script></html>"),
        ("表.csv", b"\x00\x01\x02"),
        ("表.pdf", b"%PDF-1.4"),
        ("表.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ],
)
def test_what_is_no_sheet_is_refused_and_not_kept(campaign, office, name, data):
    with pytest.raises(ValidationError):
        started(office, data, name)

    assert not Import.objects.exists()


def test_an_unknown_office_file_is_told_to_be_saved_as_xlsx(campaign, office):
    with pytest.raises(ValidationError) as caught:
        started(office, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "表.et")

    assert "xlsx" in str(caught.value)


def test_the_hatch_of_points_that_cannot_be_read_stands_on_their_own_cell(campaign, office):
    row = started(office, workbook({"示范": [["测评项目", "测评标准", "分值"], ["示范项目", "酌情", "酌情"]]}))
    reading = read_standard_import(row)
    by_name = {one.name: one for one in reading.sheets}

    views = row_views(by_name["示范"], doubt_views(reading, by_name, kind=row.kind), whole=True)

    assert [cell["css"] for cell in views[1].cells] == ["", "", "doubt"]


@pytest.mark.parametrize(
    ("above", "name"),
    [([], "表"), ([["附件1"], ["示范区文明城区测评体系"]], "示范区文明城区测评体系"), ([["填报单位", "示范局"]], "表")],
)
def test_a_standard_without_a_name_takes_the_title_of_its_sheet_or_the_name_of_its_file(campaign, office, signed_in, above, name):
    upload = SimpleUploadedFile("表.xlsx", workbook({"Sheet1": [*above, *FULL]}))
    answer = signed_in(office).post(reverse("standard_upload", args=[campaign.pk]), {"file": upload, "name": "", "edition": ""})
    row = Import.objects.get()
    assert answer["Location"] == row.get_absolute_url()

    assert save_standard(row, by=office, version=row.version).name == name


def test_the_name_of_a_standard_can_be_changed_in_the_preview(campaign, office, signed_in):
    row = started(office, workbook({"示范": FULL}), name="表.xlsx")
    press = pressing(signed_in(office), row)

    press(do="rename", name="新名字", edition="2027年版")

    assert str(save_standard(row, by=office, version=row.version)) == "新名字 2027年版"


def test_a_name_typed_beside_another_button_is_not_lost(campaign, office, signed_in):
    row = started(office, workbook({"示范": BLANKS}))
    press = pressing(signed_in(office), row)
    first = doubts(row, "blank")[0]

    press(do="accept", key=doubt_key(first), choice="0", name="新名字", edition="2027年版")
    after_answer = (row.decisions["name"], row.decisions["edition"], len(doubts(row, "blank")))
    refused = press(do="save", shown="新名字", name="再改一次", edition="2027年版")
    press(do="save", shown="再改一次", name="最后的名字", edition="2027年版", checked="1")

    assert after_answer == ("新名字", "2027年版", 2)
    assert (refused.status_code, "再改一次" in refused.text) == (422, True)
    assert str(Standard.objects.get()) == "最后的名字 2027年版"


def test_a_name_left_alone_stays_the_one_of_the_sheet(campaign, office, signed_in):
    row = started(office, workbook({"示范": FULL}), name="表.xlsx")
    press = pressing(signed_in(office), row)

    press(do="save", shown=read_standard_import(row).name, name=read_standard_import(row).name, edition="")

    assert (Standard.objects.get().name, Event.objects.filter(verb="import.settle").count()) == ("示范体系", 0)


def test_a_button_leads_back_to_the_part_it_stands_in(campaign, office, signed_in):
    standard = save_standard(started(office, workbook({"示范": FULL})), by=office, version=1)
    checklist = adopt_standard(publish_standard(standard, by=office), by=office, name="示范清单")
    table = [["测评项目", "测评标准", "牵头单位"], ["示范项目", "标准甲", "示范一局"], ["示范项目", "标准乙", "示范二局"]]
    row = started(office, workbook({"分工": table}), kind=Kind.RESPONSIBILITIES, checklist=checklist)
    client = signed_in(office)
    press = pressing(client, row)

    page = client.get(row.get_absolute_url()).text
    assert '<a href="#names">' in page.partition('id="why"')[2]
    one = press(do="name", name="示范二局", choice="make", back="name-2", sheet="分工")
    all_others = press(do="names", name="示范一局", choice="make", back="names", sheet="分工")
    elsewhere = press(do="back", back="//example.org", sheet="分工")

    assert [f'id="name-{number}"' in page for number in (1, 2, 3)] == [True, True, False]
    assert [answer["Location"].partition("#")[2] for answer in (one, all_others, elsewhere)] == ["name-2", "names", "doubts"]


# --- doubts settled by a click ----------------------------------------------------------------------------


def test_one_button_fills_one_blank_and_one_all_others_and_the_last_step_goes_back(campaign, office, signed_in):
    row = started(office, workbook({"示范": BLANKS}))
    press = pressing(signed_in(office), row)
    first = doubts(row, "blank")[0]

    press(do="accept", key=doubt_key(first), choice="0")
    after_one = [doubt.row for doubt in doubts(row, "blank")]
    press(do="accept_all", kind="blank", value="same")
    after_all, tree = doubts(row, "blank"), read_standard_import(row).tree
    press(do="back")
    back = [doubt.row for doubt in doubts(row, "blank")]
    press(do="undo", what="cell", sheet="示范", place="3:0")

    assert (first.row, after_one, after_all, back) == (3, [4, 5], [], [4, 5])
    assert (len(tree.nodes), tree.levels["criterion"]) == (1, 4)
    assert [doubt.row for doubt in doubts(row, "blank")] == [3, 4, 5]


def test_the_buttons_stand_on_the_page(campaign, office, signed_in):
    row = started(office, workbook({"示范": BLANKS}))

    text = signed_in(office).get(reverse("standard_preview", args=[campaign.pk, row.pk])).content.decode()

    assert text.count('name="choice" value="0"') == 3
    assert 'name="value" value="same"' in text
    assert reverse("import_marked", args=[campaign.pk, row.pk]) in text


def test_a_proposal_that_is_none_and_an_old_page_change_nothing(campaign, office, signed_in):
    row = started(office, workbook({"示范": BLANKS}))
    client, before = signed_in(office), row.decisions
    address = reverse("standard_preview", args=[campaign.pk, row.pk])
    key = doubt_key(doubts(row, "blank")[0])

    codes = [
        client.post(address, {"do": "accept", "version": 1, "key": key, "choice": "9"}).status_code,
        client.post(address, {"do": "accept", "version": 1, "key": "x", "choice": "0"}).status_code,
        client.post(address, {"do": "accept_all", "version": 1, "kind": "blank", "value": "split"}).status_code,
        client.post(address, {"do": "accept", "version": 7, "key": key, "choice": "0"}).status_code,
    ]

    row.refresh_from_db()
    assert (codes, row.decisions, row.version) == ([422, 422, 422, 409], before, 1)


def test_a_cell_of_several_standards_is_split_into_items(campaign, office):
    row = started(office, standard_workbook())
    before = read_standard_import(row).tree.levels["criterion"]
    pairs = [(doubt, doubt.proposals[0]) for doubt in doubts(row, "several_in_cell")]

    row = decide(row, office, decisions.accept(pairs))

    assert not doubts(row, "several_in_cell")
    assert read_standard_import(row).tree.levels["criterion"] > before
    row = decide(row, office, decisions.take_back("split", pairs[0][0].sheet, str(pairs[0][1].row)))
    assert read_standard_import(row).tree.levels["criterion"] == before


ACROSS = [
    ["测评标准", "具体要求"],
    ["一、第一篇", None],
    ["（一）机关", None],
    ["1）有计划", "①要求一"],
    ["（二）社区", None],
    ["2）有队伍", "①要求二"],
    ["二、第二篇", None],
    ["3）有活动", "①要求三"],
]
ALL_ACROSS = {"示范": ["A2:B2", "A3:B3", "A5:B5", "A7:B7"]}
SAID = {  # style and answer -> nodes by level
    ("chapter", "auto"): {"project": 2, "indicator": 2},
    ("section", "caption"): {"project": 2, "indicator": 0},
    ("section", "content"): {"project": 2, "indicator": 0, "content": 2},
    ("chapter", "caption"): {"project": 1, "indicator": 1},
}


@pytest.mark.parametrize("case", SAID)
def test_rows_across_the_table_that_begin_alike_are_settled_by_one_answer(campaign, office, signed_in, case):
    style, level = case
    row = started(office, workbook({"示范": ACROSS}, ALL_ACROSS))
    captions = read_standard_import(row).sheets[0].sheet.captions
    numbers = ",".join(str(caption.number) for caption in captions if caption.style == style)
    client, address = signed_in(office), reverse("standard_preview", args=[campaign.pk, row.pk])
    assert [word in client.get(address).content.decode() for word in ("通栏行", "一、第一篇", "（一）机关")] == [True] * 3
    data = {"do": "captions", "sheet": "示范", "numbers": numbers}

    answer = client.post(address, data | {"level": level, "version": row.version})

    assert answer.status_code == 302
    row.refresh_from_db()
    levels = read_standard_import(row).tree.levels
    assert {name: levels[name] for name in SAID[case]} == SAID[case]
    assert client.get(address).status_code == 200
    wrong = [{"numbers": "x", "level": "project"}, {"level": "nothing"}]
    answers = [client.post(address, data | one | {"version": row.version}) for one in wrong]
    assert [answer.status_code for answer in answers] == [422, 422]
    again = client.post(address, data | {"level": "auto", "version": row.version})
    row.refresh_from_db()
    assert (again.status_code, row.decisions["captions"]["示范"]) == (302, {})


def test_a_row_across_the_table_is_only_a_caption_or_a_level_as_the_person_says(campaign, office):
    rows = [["测评项目", "具体要求"], ["示范板块", None], ["示范项目", "要求一"], ["示范项目", "要求二"]]
    row = started(office, workbook({"示范": rows}, {"示范": ["A2:B2"]}))
    doubt = doubts(row, "group_row")[0]
    caption = next(one for one in doubt.proposals if one.act == "map" and not one.text)
    row = decide(row, office, decisions.accept([(doubt, caption)]))
    settled = doubts(row, "group_row")
    row = decide(row, office, decisions.take_back("caption", "示范", "2"))

    below = started(office, workbook({"示范": [["测评标准", "具体要求"], *rows[1:]]}, {"示范": ["A2:B2"]}))
    as_level = read_standard_import(below).tree.levels["project"]
    below = decide(below, office, decisions.name_caption("示范", 2, ""))

    assert (settled, len(doubts(row, "group_row"))) == ([], 1)
    assert (as_level, read_standard_import(below).tree.levels["project"]) == (1, 0)


def test_the_person_chooses_the_heading_row(campaign, office, signed_in):
    rows = [["本单位内部表", None], ["板块内容", "办事要求"], ["示范项目", "要求一"], ["示范项目", "要求二"]]
    row = started(office, workbook({"示范": rows}))
    press = pressing(signed_in(office), row)
    unread = read_standard_import(row).tree

    refused = press(do="heading", sheet="示范", top="3", bottom="2")
    press(do="heading", sheet="示范", top="2", bottom="2")
    press(do="columns", sheet="示范", **{"col-0": "project", "col-1": "requirement"})

    assert (unread, refused.status_code) == (None, 422)
    assert [node.text for node in read_standard_import(row).tree.lowest] == ["要求一", "要求二"]


# --- several sheets ---------------------------------------------------------------------------------------


def test_sheets_of_another_kind_are_not_chosen_and_say_where_they_belong(campaign, office, signed_in):
    row = started(office, workbook({"网上申报": DECLARED, "点位表": SITES, "责任分解表": SHARED_OUT}))
    text = signed_in(office).get(reverse("standard_preview", args=[campaign.pk, row.pk])).content.decode()

    assert [one.name for one in read_standard_import(row).sheets if one.chosen] == ["网上申报"]
    assert [one.kind for one in read_standard_import(row).sheets] == ["standard", "sites", "responsibilities"]
    for name in ("site_upload", "responsibility_upload"):
        assert f'<a href="{reverse(name, args=[campaign.pk])}">' in text
    row = decide(row, office, decisions.choose_sheets(["责任分解表"]))
    assert [one.name for one in read_standard_import(row).sheets if one.chosen] == ["责任分解表"]


def test_a_workbook_of_another_kind_is_warned_of(campaign, office, signed_in):
    client, warns = signed_in(office), []
    for data in (responsibility_workbook(), standard_workbook()):
        row = started(office, data)
        text = client.get(reverse("standard_preview", args=[campaign.pk, row.pk])).content.decode()
        warns.append(f'<a class="btn" href="{reverse("responsibility_upload", args=[campaign.pk])}">' in text)

    assert warns == [True, False]


# --- handed back ------------------------------------------------------------------------------------------


def test_the_sheet_comes_back_with_its_doubts_and_goes_in_without_them(campaign, office, signed_in):
    row = started(office, workbook({"示范": BLANKS}))
    row = decide(row, office, decisions.accept([(doubts(row, "blank")[0], doubts(row, "blank")[0].proposals[0])]))

    answer = signed_in(office).get(reverse("import_marked", args=[campaign.pk, row.pk]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    again = started(office, answer.content)

    assert "attachment" in answer["Content-Disposition"]
    assert [bool(sheet.cell(number, 4).value) for number in range(1, 6)] == [True, False, False, True, True]
    assert sheet.cell(3, 1).value == "示范项目一"
    assert again.reading["sheets"][0]["rows"][0] == BLANKS[0]
    assert [doubt.row for doubt in doubts(again, "blank")] == [4, 5]


# --- headings remembered ----------------------------------------------------------------------------------

OWN = [["测评项目", "咱们的要点"], ["示范项目", "要求一"], ["示范项目", "要求二"]]


def taught(office, meaning="requirement"):
    row = started(office, workbook({"示范": OWN}))
    row = decide(row, office, decisions.choose_heading("示范", 1, 1), decisions.map_column("示范", 1, meaning))
    save_standard(row, by=office, version=row.version, is_checked=True)


def test_what_a_heading_means_is_kept_and_proposed_next_time(campaign, office, signed_in):
    taught(office)
    other = viewer(CampaignFactory(), office=True)

    row = started(office, workbook({"示范": [["示范标题", None], *OWN]}))
    elsewhere = started(other, workbook({"示范": OWN}))
    page = signed_in(office).get(reverse("standard_preview", args=[campaign.pk, row.pk])).content.decode()

    assert list(SheetMapping.objects.values_list("kind", "heading", "meaning")) == [("standard", "咱们的要点", "requirement")]
    assert [node.level for node in read_standard_import(row).tree.lowest] == ["requirement"] * 2
    assert (page.count("照上次"), read_standard_import(elsewhere).tree) == (1, None)


def test_the_person_goes_before_what_was_remembered_and_may_unlearn_it(campaign, office):
    taught(office)
    row = started(office, workbook({"示范": OWN}))
    row = decide(row, office, decisions.map_column("示范", 1, ""))
    assert read_standard_import(row).tree.levels["requirement"] == 0

    save_standard(row, by=office, version=row.version, is_checked=True)

    assert not SheetMapping.objects.exists()  # the portal reads it so by itself


# --- points and grades ------------------------------------------------------------------------------------


def test_points_and_grades_are_saved_with_the_items(campaign, office):
    rows = [
        ["测评项目", "测评内容", "分值", "测评标准", None, None],
        [None, None, None, "A", "B", "C"],
        ["示范项目", "内容甲", "2.5", "做得全", "做了些", "没有做"],
        ["示范项目", "内容乙", "3", "好", "中", "差"],
    ]
    row = started(office, workbook({"示范": rows}, {"示范": ["D1:F1"]}))
    save_standard(row, by=office, version=row.version, is_checked=True)

    item = Item.objects.get(text="内容甲")
    assert (float(item.points), item.scoring, Item.objects.get(text="示范项目").scoring) == (2.5, "grade", "")
    steps = [(step.label, step.text, float(step.share)) for step in item.steps.all()]
    assert steps == [("A", "做得全", 1.0), ("B", "做了些", 0.5), ("C", "没有做", 0.0)]


# --- saved in the background ------------------------------------------------------------------------------


@pytest.fixture
def large(office, monkeypatch):
    monkeypatch.setattr(saving, "LARGE", 3)
    return started(office, standard_workbook())


def test_a_large_workbook_waits_for_the_sweep_and_says_how_far_it_is(campaign, office, large, signed_in):
    client = signed_in(office)
    press, address = pressing(client, large), reverse("standard_preview", args=[campaign.pk, large.pk])

    refused = press(do="save").status_code
    asked = press(do="save", checked="1")
    waits = (large.status, Standard.objects.count(), "<progress" in client.get(address).content.decode())
    again = press(do="save", checked="1").status_code
    saving.save_waiting(now=timezone.now())
    large.refresh_from_db()
    saving.save_waiting(now=timezone.now())

    assert (refused, asked.status_code, waits, again) == (422, 302, ("saving", 0, True), 302)
    assert (large.status, saving.progress_of(large), Standard.objects.get().items.count()) == ("saved", 100, 17)
    assert "<progress" not in client.get(address).content.decode()


def deep_workbook(count):
    """So many lowest items in eight columns, in the same tree above them whatever their number."""
    heads = ["测评项目", "指标名称", "测评内容", "测评标准", "具体要求", "提供材料", "分值", "备注"]
    places = ([number * nodes // count for nodes in (6, 30, 150, 300)] for number in range(count))
    rows = [
        [*(f"{level}层{value}" for level, value in enumerate((*place, number))), "材料", "1", "无"]
        for number, place in enumerate(places)
    ]
    return workbook({"示范": [heads, *rows]})


@contextmanager
def counted(queries, step):
    with CaptureQueriesContext(connection) as caught:
        yield
    queries[step] = len(caught)


def put_in_on_the_page(client, campaign, count):
    """step -> queries; uploaded, looked at and saved by the sweep, as an office does it."""
    upload, queries = {"file": SimpleUploadedFile(f"{count}.xlsx", deep_workbook(count)), "name": f"{count}行"}, {}
    with counted(queries, "upload"):
        sent = client.post(reverse("standard_upload", args=[campaign.pk]), upload)
    with counted(queries, "preview"):
        page = client.get(sent.url)
    with counted(queries, "save"):
        asked = client.post(sent.url, {"do": "save", "checked": "1", "version": page.context["row"].version})
    with counted(queries, "sweep"):
        saving.save_waiting(now=timezone.now())
    with counted(queries, "saved"):
        after = client.get(sent.url)
    assert [answer.status_code for answer in (sent, page, asked, after)] == [302, 200, 302, 200]
    return queries


def test_a_workbook_of_3000_rows_goes_in_on_the_page_with_the_queries_of_one_of_600(campaign, office, signed_in):
    client = signed_in(office)

    few, many = put_in_on_the_page(client, campaign, 600), put_in_on_the_page(client, campaign, 3000)

    assert max(few.pop("sweep"), many.pop("sweep")) <= 100  # inserts in blocks; a query per row would be thousands
    assert few == many
    rows = Item.objects.filter(is_leaf=True).values_list("standard__name").annotate(Count("pk"))
    assert dict(rows) == {"600行": 600, "3000行": 3000}


def test_who_left_the_office_meanwhile_saves_nothing(campaign, office, large):
    saving.ask_to_save(large, by=office, version=large.version, is_checked=True)
    Membership.objects.filter(user=office.user).update(ended_on=timezone.localdate() - timedelta(days=1))

    saving.save_waiting(now=timezone.now())

    large.refresh_from_db()
    assert (large.status, bool(large.problem), Standard.objects.count()) == ("read", True, 0)


def test_one_that_fails_is_open_again_and_the_next_one_is_saved(campaign, office, large, monkeypatch):
    second = started(office, standard_workbook(), name="二.xlsx")
    for row in (large, second):
        saving.ask_to_save(row, by=office, version=row.version, is_checked=True)
    saver = saving.SAVERS[Kind.STANDARD]

    def failing(row, **facts):
        if row.pk == large.pk:
            raise RuntimeError
        return saver.save(row, **facts)

    monkeypatch.setitem(saving.SAVERS, Kind.STANDARD, replace(saver, save=failing))
    saving.save_waiting(now=timezone.now())

    large.refresh_from_db()
    second.refresh_from_db()
    assert (large.status, bool(large.problem), second.status) == ("read", True, "saved")


def test_a_small_workbook_is_saved_at_once(campaign, office, signed_in):
    row = started(office, standard_workbook())

    pressing(signed_in(office), row)(do="save", checked="1")

    assert row.status == "saved"


# --- taken back -------------------------------------------------------------------------------------------


def saved_standard(office):
    row = started(office, standard_workbook())
    save_standard(row, by=office, version=row.version, is_checked=True)
    row.refresh_from_db()
    return row


def test_a_draft_edition_is_taken_back_whole_and_can_be_saved_again(campaign, office, signed_in):
    row = saved_standard(office)
    assert (
        reverse("standard_preview", args=[campaign.pk, row.pk])
        in signed_in(office).get(reverse("standard_list", args=[campaign.pk])).content.decode()
    )

    answer = pressing(signed_in(office), row)(do="reopen")

    assert (answer.status_code, row.status, row.standard) == (302, "read", None)
    assert (Standard.objects.count(), Item.objects.count(), ScoreStep.objects.count()) == (0, 0, 0)
    assert Event.objects.filter(verb="import.reopen").count() == 1
    save_standard(row, by=office, version=row.version, is_checked=True)
    assert Item.objects.count() == 17


def test_a_published_edition_is_not_taken_back_nor_what_is_not_saved(campaign, office):
    row, fresh = saved_standard(office), started(office, standard_workbook(), name="二.xlsx")
    publish_standard(row.standard, by=office)

    codes = [
        code_of(take_back_standard, row, by=office, version=row.version),
        code_of(take_back_standard, fresh, by=office, version=fresh.version),
        code_of(take_back_standard, row, by=office, version=9),
    ]
    with pytest.raises(PermissionDenied):
        take_back_standard(row, by=viewer(campaign, leader=True), version=row.version)

    assert (codes, Item.objects.count()) == (["published", "closed", "stale"], 17)


@pytest.fixture
def table(office):
    standard = saved_standard(office).standard
    publish_standard(standard, by=office)
    return adopt_standard(standard, by=office, name="示范清单")


def shared_out(office, table, rows):
    row = started(office, workbook({"责任分解表": rows}), kind=Kind.RESPONSIBILITIES, checklist=table)
    names = [one.name for one in read_responsibility_import(row, register=Register(row.campaign.host)).open_names]
    row = decide(row, office, decisions.name_units(names, {"do": "make"})) if names else row
    save_responsibilities(row, by=office, version=row.version, is_checked=True)
    row.refresh_from_db()
    return row


SPLIT = [
    ["测评项目", "测评标准", "具体要求", "责任内容", "牵头单位", "完成时限"],
    ["1.组织领导", "1）有专门班子抓示范项目。", "①班子名单齐全。", "报名单", "区示范办", "2026年8月15日"],
    ["1.组织领导", "1）有专门班子抓示范项目。", "①班子名单齐全。", "改名单", "区甲局", None],
]


def state():
    return list(Duty.objects.order_by("pk").values_list("pk", "text", "limit_text", "due_on", "source", "source_row"))


def test_a_table_is_taken_back_with_its_drafts_splits_and_texts_and_its_units_stay(campaign, office, table, signed_in):
    before = state()
    row = shared_out(office, table, SPLIT)
    saved = (len(state()) - len(before), Assignment.objects.count(), Duty.objects.filter(text="报名单").exists())

    pressing(signed_in(office), row)(do="reopen")

    table.refresh_from_db()
    assert saved == (1, 2, True)
    assert (state(), Assignment.objects.count(), row.status, row.saved, table.export_columns) == (before, 0, "read", {}, [])
    assert Department.objects.filter(name__in=["区示范办", "区甲局"]).count() == 2


def test_what_was_written_by_hand_since_then_stays(campaign, office, table):
    row = shared_out(office, table, SPLIT)
    Duty.objects.filter(text="报名单").update(text="自己改的")

    take_back_responsibilities(row, by=office, version=row.version)

    duty = Duty.objects.get(text="自己改的")
    assert (duty.limit_text, duty.due_on) == ("", None)


def test_nothing_is_taken_back_once_a_part_is_issued_or_a_later_sheet_is_saved(campaign, office, table):
    first = shared_out(office, table, SPLIT)
    second = shared_out(office, table, SPLIT[:2])
    later = code_of(take_back_responsibilities, first, by=office, version=first.version)
    take_back_responsibilities(second, by=office, version=second.version)
    issue_drafts(by=office, duties=[Duty.objects.get(text="改名单").pk])

    issued = code_of(take_back_responsibilities, first, by=office, version=first.version)

    assert (later, issued, Assignment.objects.count()) == ("later", "issued", 2)
