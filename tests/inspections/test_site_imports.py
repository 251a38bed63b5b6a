"""A table of sites becomes sites with kinds and units: asked where it is not sure, saved as one, taken back as one."""

import io
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Alias, Department, Event
from campaigns.models import Participation
from checklists import decisions
from checklists.actions import saving
from checklists.actions.imports import settle_import, start_import
from checklists.models import Import
from checklists.readings import doubt_key
from checklists.register import Register
from inspections.actions.siteimports import save_sites, take_back_sites
from inspections.actions.sites import save_site
from inspections.models import Site, SiteKind
from inspections.sitesheets import choose_kind, kind_of_row, read_site_import
from tests.checklists.sheet_maker import DECLARED, DECLARED_MERGES, PEOPLE_HEADS, STAFF, workbook
from tests.conftest import viewer
from tests.factories import CampaignFactory, DepartmentFactory, FindingFactory, SiteFactory, SiteKindFactory

HEADS = ["序号", "点位名称", "类别", "地址", "属地", "主管单位"]
MARKET = [1, "示范市场", "农贸市场", "示范路1号", "示范东街道", "示范甲局"]
ROAD = [2, "示范大道", "主次干道", None, "示范东街道", None]


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def known(campaign):
    """What the register knows already: the two kinds and the two units of the rows above."""
    host = campaign.host
    return {
        "market": SiteKindFactory(host=host, name="农贸市场", position=1),
        "road": SiteKindFactory(host=host, name="主次干道", position=2),
        "town": DepartmentFactory(parent=host, name="示范东街道", kind="town"),
        "bureau": DepartmentFactory(parent=host, name="示范甲局"),
    }


def started(office, *rows, heads=HEADS, merges=()):
    upload = SimpleUploadedFile("点位.xlsx", workbook({"点位表": [heads, *rows]}, {"点位表": merges}))
    return start_import(upload, by=office, kind=Import.Kind.SITES)


def reading_of(row):
    return read_site_import(row, register=Register(row.campaign.host))


def decide(row, office, *changes):
    for change in changes:
        row = settle_import(row, by=office, version=row.version, change=change)
    return row


def save(row, office, **facts):
    return save_sites(row, by=office, version=row.version, **facts)


def register(campaign):
    sites = Site.objects.filter(host=campaign.host).order_by("position")
    return [(site.name, site.kind.name, site.address, str(site.territory or ""), str(site.line or "")) for site in sites]


def test_rows_the_register_understands_are_sites_at_once(campaign, office, known):
    row = started(office, MARKET, ROAD)
    assert (reading_of(row).waiting, reading_of(row).doubts) == (0, ())

    saved = save(row, office)

    assert register(campaign) == [
        ("示范市场", "农贸市场", "示范路1号", "示范东街道", "示范甲局"),
        ("示范大道", "主次干道", "", "示范东街道", ""),
    ]
    assert [len(rows) for rows in (saved.sites, saved.kinds, saved.units, saved.changed)] == [2, 0, 0, 0]
    verbs = list(Event.objects.filter(verb__startswith="site").values_list("verb", "data__note"))
    assert sorted(verbs) == [("site.create", "示范大道"), ("site.create", "示范市场")]


def test_the_same_sheet_again_changes_nothing(campaign, office, known):
    save(started(office, MARKET, ROAD), office)
    before = list(Site.objects.values())

    row = started(office, MARKET, ROAD)
    saved = save(row, office)

    assert [one.status for one in reading_of(row).rows] == ["same", "same"]
    assert (saved.same, saved.sites, saved.changed, list(Site.objects.values())) == (2, [], [], before)


def test_what_the_sheet_says_otherwise_is_shown_and_written_and_a_blank_says_nothing(campaign, office, known):
    site = SiteFactory(kind=known["market"], name="示范 市场", address="旧路", line=known["town"], is_active=False)
    row = started(office, [1, "示范市场", "农贸市场", "新路", None, "示范甲局"])

    changes = reading_of(row).rows[0].changes
    saved = save(row, office)

    assert changes == [("address", "旧路", "新路"), ("line", "示范东街道", "示范甲局"), ("is_active", "", "")]
    site.refresh_from_db()
    assert (site.address, site.territory, site.line, site.is_active, site.version) == ("新路", None, known["bureau"], True, 2)
    assert (len(saved.sites), len(saved.changed)) == (0, 1)


QUESTIONS = {
    "an unknown kind": ([1, "一", "公园广场", None, None, None], "open_kinds"),
    "an unknown town": ([1, "一", "农贸市场", None, "西街道", None], "open_names"),
    "an unknown unit in charge": ([1, "一", "农贸市场", None, None, "市监局"], "open_names"),
    "no kind": ([1, "一", None, "某路", None, None], "open_rows"),
}


@pytest.mark.parametrize("case", QUESTIONS)
def test_what_is_not_known_is_asked_and_nothing_is_saved_before(campaign, office, known, case):
    line, what = QUESTIONS[case]
    row = started(office, line, ROAD)

    assert [len(getattr(reading_of(row), name)) for name in ("open_kinds", "open_names", "open_rows")] == [
        int(name == what) for name in ("open_kinds", "open_names", "open_rows")
    ]
    with pytest.raises(ValidationError) as error:
        save(row, office, is_checked=True)
    assert (error.value.code, Site.objects.count()) == ("names", 0)


def test_answers_make_map_or_leave_out(campaign, office, known):
    row = started(
        office,
        [1, "人民公园", "公园广场", None, "示范西街道", "园林中心"],
        [2, "老市场", "集贸市场", None, None, "某某"],
        [3, "无名点", "其他类", None, None, None],
        [4, "后街", None, None, "东街办", None],
    )
    row = decide(
        row,
        office,
        choose_kind(["公园广场"], {"do": "make"}),
        choose_kind(["集贸市场"], {"do": "map", "kind": known["market"].pk}),
        choose_kind(["其他类"], {"do": "skip"}),
        kind_of_row("点位表|5", "主次干道"),
        decisions.name_units(["示范西街道", "园林中心"], {"do": "make"}),
        decisions.name_unit("某某", {"do": "skip"}),
        decisions.name_unit("东街办", {"do": "map", "unit": known["town"].pk}),
    )

    save(row, office, is_checked=True)

    assert register(campaign) == [
        ("人民公园", "公园广场", "", "示范西街道", "园林中心"),
        ("老市场", "农贸市场", "", "", ""),
        ("后街", "主次干道", "", "示范东街道", ""),
    ]
    made = Department.objects.filter(name__in=["示范西街道", "园林中心"])
    assert dict(made.values_list("name", "kind")) == {"示范西街道": "town", "园林中心": "unit"}
    assert Participation.objects.filter(campaign=campaign, department__in=made).count() == 2
    assert list(Alias.objects.values_list("name", "department")) == [("东街办", known["town"].pk)]
    assert reading_of(started(office, [1, "后巷", "主次干道", None, "东街办", None])).waiting == 0


def test_a_sheet_whose_columns_only_a_person_knows_is_saved_and_known_again(campaign, office, known):
    book = workbook({"点位表": [["归档", "地方名称", "属于哪类"], [1, "后街", "主次干道"]]})
    row = start_import(SimpleUploadedFile("点位.xlsx", book), by=office, kind=Import.Kind.SITES)
    row = decide(
        row, office, decisions.choose_heading("点位表", 1, 1), decisions.map_columns("点位表", {0: "", 1: "site", 2: "site_kind"})
    )

    save(row, office, is_checked=True)

    assert register(campaign) == [("后街", "主次干道", "", "", "")]


def test_a_kind_written_with_a_space_is_the_same_kind(office):
    row = started(office, [1, "人民公园", "公园广场", None, None, None], [2, "小公园", "公园 广场", None, None, None])
    row = decide(row, office, choose_kind(["公园广场", "公园 广场"], {"do": "make"}))

    save(row, office, is_checked=True)

    assert SiteKind.objects.get(name__startswith="公园").sites.count() == 2


def test_one_name_twice_a_long_name_and_several_units_are_doubts(campaign, office, known):
    DepartmentFactory(parent=campaign.host, name="示范乙局")
    row = started(
        office,
        MARKET,
        [2, "示范市场", "农贸市场", "另一处", None, None],
        [3, "长" * 90, "农贸市场", None, None, "示范甲局、示范乙局"],
    )

    assert [doubt.kind for doubt in reading_of(row).doubts] == ["same_site", "long_text", "several_lines"]
    with pytest.raises(ValidationError) as error:
        save(row, office)
    assert error.value.code == "doubts"
    save(row, office, is_checked=True)
    assert [(name, line) for name, _kind, _address, _town, line in register(campaign)] == [
        ("示范市场", "示范甲局"),
        ("长" * 80, "示范甲局"),
    ]


def test_only_the_office_saves_and_only_what_it_saw(campaign, office, known):
    row = started(office, MARKET)
    for person in (viewer(campaign, inspector=True), viewer(CampaignFactory(), office=True)):
        with pytest.raises(PermissionDenied):
            save(row, person)
    with pytest.raises(ValidationError) as error:
        save_sites(row, by=office, version=row.version + 1)
    assert (error.value.code, Site.objects.count()) == ("stale", 0)


PLACE_HEADS = ["点位名称", "点位类别", "联系人", "联系电话", "经度", "纬度"]


def test_contact_and_place_are_taken_in_shown_as_changes_and_taken_back(campaign, office, known):
    site = SiteFactory(kind=known["market"], name="示范市场", contact="赵示范", longitude="117.1", latitude="36.6")
    row = started(office, ["示范市场", "农贸市场", "钱示范", "0000-1234567", "117°07′12″", "36.65"], heads=PLACE_HEADS)

    assert reading_of(row).rows[0].changes == [
        ("contact", "赵示范", "钱示范"),
        ("phone", "", "00001234567"),
        ("longitude", "117.100000", "117.120000"),
        ("latitude", "36.600000", "36.650000"),
    ]
    save(row, office)
    site.refresh_from_db()
    assert (site.contact, site.phone, str(site.longitude), str(site.latitude)) == (
        "钱示范",
        "00001234567",
        "117.120000",
        "36.650000",
    )
    row.refresh_from_db()
    take_back_sites(row, by=office, version=row.version)
    site.refresh_from_db()
    assert (site.contact, site.phone, str(site.longitude)) == ("赵示范", "", "117.100000")


def test_places_in_one_column_are_read_in_either_order(campaign, office, known):
    heads = ["点位名称", "点位类别", "坐标"]
    row = started(
        office,
        ["一", "农贸市场", "117.12,36.65"],
        ["二", "农贸市场", "北纬36.65°，东经117.12°"],
        ["三", "农贸市场", "路口东侧"],
        heads=heads,
    )

    places = [(one.longitude, one.latitude) for one in reading_of(row).rows]
    assert places[0] == places[1] != (None, None)
    assert (places[2], [doubt.kind for doubt in reading_of(row).doubts]) == ((None, None), ["odd_place"])


def test_a_place_outside_the_country_is_not_taken_and_can_be_exchanged_by_a_click(campaign, office, known, signed_in):
    row = started(office, ["示范市场", "农贸市场", None, None, "36.65", "117.12"], heads=PLACE_HEADS)
    doubt = reading_of(row).open_doubts[0]
    assert (doubt.kind, reading_of(row).rows[0].longitude) == ("far_place", None)

    signed_in(office).post(row.get_absolute_url(), {"do": "accept", "key": doubt_key(doubt), "choice": 0, "version": 1})

    row.refresh_from_db()
    reading = reading_of(row)
    assert (str(reading.rows[0].longitude), str(reading.rows[0].latitude), reading.doubts) == ("117.120000", "36.650000", ())


def test_sites_the_sheet_does_not_name_are_ended_only_when_ticked_and_only_those_of_its_kinds(campaign, office, known):
    gone, stays, other = (
        SiteFactory(kind=known[kind], name=name) for kind, name in (("market", "旧市场"), ("market", "老市场"), ("road", "后街"))
    )
    SiteFactory(kind=known["market"], name="早已停用", is_active=False)
    left_out = decide(started(office, MARKET, ROAD), office, choose_kind(["农贸市场"], {"do": "skip"}))
    row = started(office, MARKET)
    assert (reading_of(row).missing, reading_of(left_out).missing) == ([gone, stays], [other])
    with pytest.raises(ValidationError) as error:
        save(row, office, ends=(other.pk,))
    assert error.value.code == "ends"

    saved = save(row, office, ends=(gone.pk,))

    assert (saved.ended, list(Site.objects.filter(is_active=False).values_list("name", flat=True))) == (
        [gone],
        ["旧市场", "早已停用"],
    )
    assert Event.objects.filter(verb="site.end", subject_id=gone.pk).exists()
    row.refresh_from_db()
    take_back_sites(row, by=office, version=row.version)
    gone.refresh_from_db()
    assert gone.is_active


def test_a_site_that_stands_twice_is_doubted_once(campaign, office, known):
    row = started(office, MARKET, MARKET)

    assert [doubt.kind for doubt in reading_of(row).doubts] == ["same_number", "same_site"]


def test_a_sheet_without_a_heading_is_not_called_clear(campaign, office, known, signed_in):
    row = started(office, ["示范市场", "农贸市场"], heads=["甲", "乙"])

    page = signed_in(office).get(row.get_absolute_url()).content.decode()

    assert ("没有疑点" in page, "还没有读到数据" in page) == (False, True)


def test_a_large_table_is_saved_in_the_background_with_what_was_ticked(campaign, office, known, signed_in, monkeypatch):
    monkeypatch.setattr(saving, "LARGE", 1)
    gone = SiteFactory(kind=known["market"], name="旧市场")
    row = started(office, MARKET)
    client = signed_in(office)

    client.post(row.get_absolute_url(), {"do": "save", "version": 1, "end": [gone.pk]})
    waits = ("<progress" in client.get(row.get_absolute_url()).content.decode(), Site.objects.count())
    saving.save_waiting(now=timezone.now())

    row.refresh_from_db()
    gone.refresh_from_db()
    done = client.get(row.get_absolute_url(), {"saving": 1}, headers={"hx-request": "true"})
    assert done["HX-Redirect"] == row.get_absolute_url()
    assert (waits, row.status, gone.is_active, Site.objects.count()) == ((True, 1), "saved", False, 2)


def test_the_table_handed_back_says_what_is_wrong_in_each_row(campaign, office, known, signed_in):
    row = started(office, [1, "一", "公园", None, "西街道", "市监局"], [2, "二", None, None, None, None], MARKET)

    answer = signed_in(office).get(reverse("import_marked", args=[campaign.pk, row.pk]))

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [sheet.cell(number, 7).value for number in range(1, 5)] == [
        "导入疑问",
        "第2行“公园”不是已有的点位类别。\n第2行“西街道”不是单位库里的单位。\n第2行“市监局”不是单位库里的单位。",
        "第3行点位“二”没有类别。",
        "第4行序号1与第2行相同。",
    ]


def test_the_register_goes_out_and_comes_in_again_without_a_change(campaign, office, known, signed_in):
    facts = {
        "address": "=路1号",
        "territory": known["town"],
        "line": known["bureau"],
        "contact": "赵示范",
        "phone": "00001234567",
    }
    SiteFactory(kind=known["market"], name="示范市场", longitude="117.120089", latitude="36.651216", **facts)
    SiteFactory(kind=known["road"], name="示范大道")
    SiteFactory(kind=known["road"], name="停用路", is_active=False)

    body = signed_in(office).get(reverse("site_export", args=[campaign.pk])).content

    row = start_import(SimpleUploadedFile("点位.xlsx", body), by=office, kind=Import.Kind.SITES)
    reading = reading_of(row)
    assert ([one.status for one in reading.rows], reading.doubts, reading.missing) == (["same", "same"], (), [])


# --- taken back -------------------------------------------------------------------------------------------


def test_a_saved_table_is_taken_back_whole(campaign, office, known):
    old = SiteFactory(kind=known["market"], name="示范市场", address="旧路", territory=known["town"])
    row = started(office, MARKET, [2, "人民公园", "公园广场", None, "示范西街道", None])
    row = decide(row, office, choose_kind(["公园广场"], {"do": "make"}), decisions.name_unit("示范西街道", {"do": "make"}))
    save(row, office)
    row.refresh_from_db()

    take_back_sites(row, by=office, version=row.version)

    row.refresh_from_db()
    assert register(campaign) == [("示范市场", "农贸市场", "旧路", "示范东街道", "")]
    assert Site.objects.get().pk == old.pk
    assert SiteKind.objects.filter(name="公园广场").count() == 0
    assert Department.objects.filter(name="示范西街道").exists()  # units stay
    assert (row.status, row.saved) == ("read", {})
    assert {"site.drop", "site_kind.drop", "import.reopen"} <= set(Event.objects.values_list("verb", flat=True))


def test_what_was_changed_by_hand_since_stays(campaign, office, known):
    site = SiteFactory(kind=known["market"], name="示范市场", address="旧路")
    row = started(office, MARKET)
    save(row, office)
    site.refresh_from_db()
    facts = {"kind": site.kind, "name": site.name, "territory": site.territory, "line": site.line}
    save_site(site, by=office, address="手改的", **facts)
    row.refresh_from_db()

    take_back_sites(row, by=office, version=row.version)

    site.refresh_from_db()
    assert (site.address, site.territory, site.line) == ("手改的", None, None)


def test_it_stays_when_a_finding_hangs_on_it_or_another_table_came_later(campaign, office, known):
    row = started(office, MARKET)
    save(row, office)
    row.refresh_from_db()
    later = started(office, ROAD)
    save(later, office)
    codes = []
    for one in (row, later):
        FindingFactory(campaign=campaign, site=Site.objects.get(name="示范大道"))
        one.refresh_from_db()
        with pytest.raises(ValidationError) as error:
            take_back_sites(one, by=office, version=one.version)
        codes.append(error.value.code)
    assert (codes, Site.objects.count()) == (["later", "used"], 2)


# --- pages ------------------------------------------------------------------------------------------------


def test_upload_look_answer_save_and_take_back_on_the_pages(campaign, office, known, signed_in):
    client = signed_in(office)
    upload = SimpleUploadedFile("点位.xlsx", workbook({"点位表": [HEADS, [1, "人民公园", "公园广场", "南路", "西街道", None]]}))
    answer = client.post(reverse("site_upload", args=[campaign.pk]), {"file": upload})
    row, address = Import.objects.get(), answer["Location"]
    page = client.get(address).content.decode()
    assert [word in page for word in ("公园广场", "西街道", "人民公园", "disabled")] == [True] * 4

    assert client.post(address, {"do": "save", "version": 1}).status_code == 422
    assert client.post(address, {"do": "kind", "name": "公园广场", "choice": "make", "version": 1}).status_code == 302
    assert client.post(address, {"do": "kind", "name": "公园广场", "choice": "make", "version": 1}).status_code == 409
    assert (
        client.post(address, {"do": "name", "name": "西街道", "choice": f"unit:{known['town'].pk}", "version": 2}).status_code
        == 302
    )
    assert client.post(address, {"do": "name", "name": "西街道", "choice": "unit:x", "version": 3}).status_code == 422
    assert client.post(address, {"do": "save", "version": 3}).status_code == 302
    assert register(campaign) == [("人民公园", "公园广场", "南路", "示范东街道", "")]
    row.refresh_from_db()
    page = client.get(address).content.decode()
    counts = re.findall(r"<dt>(\w+)</dt><dd>(\d+)</dd>", page)
    assert counts == [("新增点位", "1"), ("改动点位", "0"), ("停用点位", "0"), ("新增类别", "1")]
    assert "撤回本次导入" in page
    assert client.post(address, {"do": "reopen", "version": row.version}).status_code == 302
    assert Site.objects.count() == 0


def test_the_empty_template_reads_without_a_doubt(campaign, office, known, signed_in):
    body = signed_in(office).get(reverse("site_template", args=[campaign.pk])).content
    with pytest.raises(ValidationError):
        start_import(SimpleUploadedFile("a.xlsx", b""), by=office, kind=Import.Kind.SITES)
    assert body[:2] == b"PK"


@pytest.mark.parametrize("count", [1, 40])
def test_the_preview_asks_a_fixed_number_of_queries(campaign, office, known, signed_in, django_assert_num_queries, count):
    rows = [[number, f"点位{number}", "农贸市场", "路", "示范东街道", "示范甲局"] for number in range(count)]
    row = started(office, *rows)
    client, address = signed_in(office), reverse("site_preview", args=[campaign.pk, row.pk])
    client.get(address)
    with django_assert_num_queries(13):
        client.get(address)


def test_one_workbook_gives_its_sheets_to_each_kind_of_import(campaign, office, known, signed_in):
    book = workbook(
        {
            "网上申报": DECLARED,
            "点位表": [HEADS, MARKET],
            "通讯录": [PEOPLE_HEADS, *STAFF],
            "台账": [["序号", "点位", "存在问题", "责任单位"], [1, "一", "积水", "甲局"]],
        },
        {"网上申报": DECLARED_MERGES},
    )
    row = start_import(SimpleUploadedFile("全.xlsx", book), by=office, kind=Import.Kind.STANDARD, name="示范")
    client = signed_in(office)

    page = client.get(reverse("standard_preview", args=[campaign.pk, row.pk])).content.decode()
    assert ["点位表" in page, "通讯录" in page, "问题台账" in page or "台账" in page] == [True] * 3
    answers = {
        kind: client.post(reverse("import_again", args=[campaign.pk, row.pk]), {"kind": kind})
        for kind in ("sites", "people", "ledger")
    }

    assert [answer.status_code for answer in answers.values()] == [302, 302, 302]
    again = Import.objects.get(kind="sites")
    assert (answers["sites"]["Location"], again.original) == (reverse("site_preview", args=[campaign.pk, again.pk]), row.original)
    assert [one.status for one in reading_of(again).rows] == ["new"]
    save(again, office)
    assert len(register(campaign)) == 1
