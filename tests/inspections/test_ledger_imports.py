"""An old ledger becomes findings that stand where the ledger says, on its days; asked where it is not sure, taken back as one."""

import io
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Alias, Department, Event
from campaigns.calendars import calendar_of
from campaigns.worktime import ZONE
from checklists import decisions
from checklists.actions.imports import settle_import, start_import
from checklists.actions.saving import SAVERS, is_large, save_waiting
from checklists.models import Import
from checklists.register import Register
from inspections.actions.extensions import ask_extension
from inspections.actions.findings import issue_findings, move_finding
from inspections.actions.ledgerimports import save_ledger, take_back_ledger
from inspections.actions.reminders import run_reminders
from inspections.ledgersheets import answer, read_ledger_import, take_again
from inspections.ledgerwords import choose_word
from inspections.models import Finding, FindingSpell, ProblemKind, Rectification, Reminder
from notices.models import Notice
from reports.figures import weekly_figures
from reports.home import leader_home, office_home, unit_home
from tests.checklists.sheet_maker import workbook
from tests.conftest import viewer
from tests.factories import DepartmentFactory, FindingFactory, ProblemKindFactory, SiteFactory, SiteKindFactory

NOW = datetime(2026, 5, 20, 9, tzinfo=ZONE)
HEADS = "点位 问题描述 责任单位 发现时间 交办时间 整改时限 整改措施 完成时间 核查时间 核查结论 销号时间".split()


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def unit(campaign):
    return DepartmentFactory(parent=campaign.host, name="示范甲局")


@pytest.fixture
def market(campaign, unit):
    """Its line is the unit: proposed where a finding is recorded by hand, never where a ledger is silent."""
    return SiteFactory(kind=SiteKindFactory(host=campaign.host, name="农贸市场"), name="示范市场", line=unit)


def line(**cells):
    """A row of HEADS; what is not said is the first finding of the campaign's market, with no act but its finding."""
    usual = {"点位": "示范市场", "问题描述": "占道经营", "责任单位": "示范甲局", "发现时间": "2026-05-06"}
    return [(usual | cells).get(head) for head in HEADS]


def started(office, *rows, heads=HEADS, name="台账.xlsx"):
    upload = SimpleUploadedFile(name, workbook({"台账": [heads, *rows]}))
    return start_import(upload, by=office, kind=Import.Kind.LEDGER)


def reading_of(row, office, now=NOW):
    return read_ledger_import(row, register=Register(row.campaign.host), by=office, now=now)


def decide(row, office, *changes):
    for change in changes:
        row = settle_import(row, by=office, version=row.version, change=change)
    return row


def save(row, office, **facts):
    return save_ledger(row, by=office, version=row.version, at=NOW, **{"is_checked": True} | facts)


def acts_of(finding):
    """(act, day) of everything the log says of the finding, in its order."""
    events = Event.objects.filter(subject="inspections.finding", subject_id=finding.pk).order_by("pk")
    return [(event.verb.partition(".")[2], timezone.localdate(event.at).strftime("%m-%d")) for event in events]


# --- what a row becomes ---------------------------------------------------------------------------

ISSUED = {"交办时间": "2026年5月7日"}
DONE = ISSUED | {"完成时间": "2026年5月8日", "整改措施": "已清理"}
ROWS = {
    "found only": ({}, "draft", [("report", "05-06")], []),
    "issued": (ISSUED, "issued", [("report", "05-06"), ("issue", "05-07")], []),
    "answered": (DONE, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], []),
    "struck off": (
        DONE | {"核查时间": "2026年5月9日", "核查结论": "已整改到位", "销号时间": "2026年5月10日"},
        "closed",
        [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08"), ("close", "05-10")],
        [],
    ),
    "struck off without a day": (
        DONE | {"核查结论": "是", "销号时间": "已销号"},
        "closed",
        [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08"), ("close", "05-08")],
        [],
    ),
    "verified as not done": (
        DONE | {"核查时间": "2026年5月9日", "核查结论": "未整改"},
        "returned",
        [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08"), ("return", "05-09")],
        [],
    ),
    "issued before it was found": (ISSUED | {"发现时间": "2026年5月8日"}, "draft", [("report", "05-08")], ["acts_order"]),
    "struck off before it was done": (
        DONE | {"销号时间": "2026年5月7日"}, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], ["acts_order"],
    ),
    "struck off but not done": (
        ISSUED | {"销号时间": "2026年5月9日"}, "issued", [("report", "05-06"), ("issue", "05-07")], ["not_done"],
    ),
    "done tomorrow": (
        ISSUED | {"完成时间": "2026年5月21日"}, "issued", [("report", "05-06"), ("issue", "05-07")], ["future_date"],
    ),
    "an unclear verdict": (
        DONE | {"核查结论": "待定"}, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], ["odd_verdict"],
    ),
    "a verdict that it was not done, without a day": (
        DONE | {"核查结论": "没有整改"}, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], ["odd_verdict"],
    ),
    "a state in the place of measures": (
        DONE | {"整改措施": "已销号"},
        "closed",
        [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08"), ("close", "05-08")],
        [],
    ),
    "measures that are no verdict": (
        DONE | {"整改措施": "已整改"}, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], [],
    ),
    "a day of completion beside 未整改": (
        DONE | {"整改措施": "未整改"}, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], ["odd_verdict"],
    ),
    "no unit": (ISSUED | {"责任单位": None}, "draft", [("report", "05-06")], ["no_lead"]),
    "a day written close": (ISSUED | {"交办时间": "20260507"}, "issued", [("report", "05-06"), ("issue", "05-07")], []),
    "a number that is no day": (ISSUED | {"交办时间": "20261507"}, "draft", [("report", "05-06")], ["odd_date"]),
    "a day that is none": (ISSUED | {"交办时间": "上周"}, "draft", [("report", "05-06")], ["odd_date"]),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_a_row_goes_as_far_as_its_days_say(campaign, office, unit, market, case):
    cells, status, acts, doubts = ROWS[case]
    row = started(office, line(**cells))
    assert [doubt.kind for doubt in reading_of(row, office).doubts] == doubts

    save(row, office)

    finding = Finding.objects.get()
    assert (finding.status, acts_of(finding)) == (status, acts)


def test_a_struck_off_row_keeps_what_the_ledger_says_and_who_entered_it(campaign, office, unit, market):
    asks_photo = ProblemKindFactory(campaign=campaign, name="占道经营", needs_after_photo=True)
    heads = [*HEADS, "编号", "来源", "严重程度", "发现人", "核查人", "整改要求", "备注", "问题类别"]
    cells = DONE | {
        "整改时限": "3个工作日内",
        "核查时间": "2026年5月9日",
        "核查结论": "整改到位",
        "销号时间": "2026年5月10日 16:30",
    }
    row = started(
        office, [*line(**cells), "A-7", "暗访", "突出", "李示范", "王示范", "立即清理", "重点路段", "占道经营"], heads=heads
    )

    save(row, office)

    finding, answer = Finding.objects.get(), Rectification.objects.get()
    assert (finding.site, finding.place, finding.text) == (market, "", "占道经营\n整改要求：立即清理")
    assert (finding.source, finding.severity, finding.old_number, finding.lead) == ("covert", "serious", "A-7", unit)
    assert finding.remarks.split("\n") == ["整改时限：3个工作日内", "发现人：李示范", "核查人：王示范", "备注：重点路段"]
    assert (finding.due_on, finding.in_time, finding.number) == (date(2026, 5, 12), True, "2026-0001")
    assert finding.kind == asks_photo
    assert finding.closed_at == datetime(2026, 5, 10, 16, 30, tzinfo=ZONE)
    assert (finding.received_at.date(), finding.is_entered) == (timezone.now().date(), True)
    assert (answer.text, answer.by, answer.verified_by, answer.verdict, answer.how) == (
        "已清理", office.user, office.user, "整改到位", ""
    )  # fmt: skip
    events = Event.objects.filter(subject="inspections.finding").order_by("pk")
    assert {event.data["entered"] for event in events} == {"台账.xlsx，台账，第2行"}
    assert {event.actor for event in events} == {office.user}
    assert [event.received_at.date() for event in events] == [timezone.now().date()] * 4


LIMITS = {
    "三个工作日内": (date(2026, 5, 12), []),
    "5日内": (date(2026, 5, 12), []),
    "5月15日前": (date(2026, 5, 15), []),
    "": (date(2026, 5, 12), []),  # by the campaign's rule
    "尽快": (date(2026, 5, 12), ["limit_by_rule"]),
    "5月1日": (date(2026, 5, 12), ["limit_before"]),
    "4月31日": (date(2026, 5, 12), ["time_limit"]),
    "三五天内": (date(2026, 5, 12), ["time_limit"]),  # no single number: by the campaign's rule
    "两三个工作日内": (date(2026, 5, 12), ["limit_by_rule"]),
}


@pytest.mark.parametrize("text", LIMITS)
def test_a_limit_is_a_day_or_counts_from_the_day_of_issue(campaign, office, unit, market, text):
    due_on, doubts = LIMITS[text]
    row = started(office, line(**ISSUED, 整改时限=text))
    assert [doubt.kind for doubt in reading_of(row, office).doubts] == doubts

    save(row, office)

    assert Finding.objects.get().due_on == due_on


def test_drafts_of_the_ledger_are_handed_over_in_one_act_whatever_their_old_limit(campaign, office, unit, market):
    row = started(office, line(整改时限="2026年5月8日"), line(问题描述="积水", 整改时限="2099年6月1日"))
    assert [doubt.kind for doubt in reading_of(row, office).doubts] == ["limit_past"]
    save(row, office)

    results = issue_findings(Finding.objects.order_by("pk"), by=office, at=NOW)

    assert [(finding.due_on, error) for finding, error in results] == [(date(2026, 5, 25), None), (date(2099, 6, 1), None)]


# --- what is asked --------------------------------------------------------------------------------


def test_what_no_row_says_is_asked_of_all_rows_together(campaign, office, unit, market):
    rows = [
        line(发现时间=None),
        line(问题描述="积水", 核查结论="已整改"),
        line(问题描述="破损", 交办时间="2026年5月7日", 核查结论="是"),
    ]
    row = started(office, *rows)
    reading = reading_of(row, office)
    assert {name: [one.row.number for one in rows] for name, rows in reading.questions.items()} == {
        "found_on": [2], "issued_on": [3], "done_on": [4],
    }  # fmt: skip
    with pytest.raises(ValidationError) as error:
        save(row, office)
    assert (error.value.code, Finding.objects.count()) == ("names", 0)

    row = decide(row, office, answer("found_on", "2026-05-04"), answer("issued_on", "found"))
    row = decide(row, office, answer("done_on", "2026-05-12"))
    save(row, office)

    assert [(finding.text, finding.status, acts_of(finding)) for finding in Finding.objects.order_by("found_at", "pk")] == [
        ("占道经营", "draft", [("report", "05-04")]),
        ("积水", "closed", [("report", "05-06"), ("issue", "05-06"), ("submit", "05-12"), ("close", "05-12")]),
        ("破损", "closed", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-12"), ("close", "05-12")]),
    ]


def test_a_row_without_a_day_may_be_left_where_it_is(campaign, office, unit, market):
    row = started(office, line(核查结论="已整改"), line(问题描述="破损", 交办时间="2026年5月7日", 核查结论="是"))
    row = decide(row, office, answer("issued_on", "none"), answer("done_on", "none"))

    save(row, office)

    assert list(Finding.objects.order_by("pk").values_list("status", flat=True)) == ["draft", "issued"]
    assert Finding.objects.order_by("pk").first().remarks == "核查结论：已整改"


def test_places_words_and_units_are_mapped_made_or_left_blank(campaign, office, unit, market):
    clean = ProblemKindFactory(campaign=campaign, name="环境卫生")
    heads = ["属地", "点位", "问题描述", "责任单位", "配合单位", "发现时间", "问题类别", "严重程度", "来源"]
    day = "2026-05-06"
    row = started(
        office,
        ["东街道", "示范市场 二楼", "甲", "示范甲局", None, day, "环境卫生", "一般", "督查"],
        ["东街道", "解放路口", "乙", "甲局", "某中心、示范甲局", day, "卫生", "要紧", "网格"],
        ["东街道", "老市场", "丙", "无主局", None, day, "新类别", "一般", "国测"],
        heads=heads,
    )
    reading = reading_of(row, office)
    assert [(one.what, one.name) for one in reading.open_words] == [
        ("site", "解放路口"), ("site", "老市场"), ("kind", "卫生"), ("kind", "新类别"), ("severity", "要紧"), ("source", "网格"),
    ]  # fmt: skip
    assert [one.name for one in reading.open_names] == ["甲局", "某中心", "无主局"]
    assert [word.near for word in reading.open_words if word.name == "卫生"] == [[(str(clean.pk), "环境卫生")]]

    row = decide(
        row,
        office,
        choose_word("site", ["解放路口"], {"do": "skip"}),
        choose_word("site", ["老市场"], {"do": "map", "to": market.pk}),
        choose_word("kind", ["卫生"], {"do": "map", "to": clean.pk}),
        choose_word("kind", ["新类别"], {"do": "make"}),
        choose_word("severity", ["要紧"], {"do": "map", "to": "serious"}),
        choose_word("source", ["网格"], {"do": "skip"}),
        decisions.name_unit("甲局", {"do": "map", "unit": unit.pk}),
        decisions.name_unit("某中心", {"do": "make"}),
        decisions.name_unit("无主局", {"do": "skip"}),
    )
    save(row, office)

    found = list(Finding.objects.order_by("-pk").select_related("site", "kind", "lead"))
    assert [(one.site, one.place, one.kind.name, one.severity, one.source, one.lead) for one in found] == [
        (market, "", "新类别", "ordinary", "national", None),
        (None, "东街道 解放路口", "环境卫生", "serious", "other", unit),
        (market, "二楼", "环境卫生", "ordinary", "inspection", unit),
    ]
    assert [one.remarks for one in found] == ["责任单位：无主局", "来源：网格", ""]
    supporting = found[1].assignments.filter(is_lead=False).values_list("department__name", flat=True)
    assert list(supporting) == ["某中心"]
    assert list(Alias.objects.values_list("name", "department")) == [("甲局", unit.pk)]
    assert ProblemKind.objects.get(name="新类别").campaign == campaign
    assert Department.objects.filter(name="无主局").count() == 0


def test_pictures_columns_are_said_not_to_be_read(campaign, office, unit, market):
    row = started(office, [*line(), None, None], heads=[*HEADS, "整改前照片", "整改后照片"])

    assert [(doubt.kind, doubt.facts["heading"]) for doubt in reading_of(row, office).doubts] == [
        ("photo_column", "整改前照片"), ("photo_column", "整改后照片"),
    ]  # fmt: skip


def test_nobody_strikes_off_what_the_own_unit_answered(campaign, unit, market):
    office = viewer(campaign, office=True, liaison_of=unit)
    row = started(office, line(**DONE, 销号时间="2026年5月9日"))
    assert [doubt.kind for doubt in reading_of(row, office).doubts] == ["own_unit"]

    save(row, office)

    assert Finding.objects.get().status == "submitted"
    row.refresh_from_db()
    with pytest.raises(ValidationError) as error:  # nor makes it void
        take_back_ledger(row, by=office, version=row.version)
    assert error.value.code == "used"


def test_the_doubt_names_the_own_unit_where_it_only_supports(campaign, unit, market):
    own = DepartmentFactory(parent=campaign.host, name="示范乙局")
    office = viewer(campaign, office=True, liaison_of=own)
    row = started(office, [*line(**DONE, 销号时间="2026年5月9日"), "示范乙局"], heads=[*HEADS, "配合单位"])

    assert [(doubt.kind, doubt.facts["name"]) for doubt in reading_of(row, office).doubts] == [("own_unit", "示范乙局")]


def test_only_the_office_saves_and_only_what_it_saw(campaign, office, unit, market):
    row = started(office, line(**ISSUED | {"发现时间": "2026年5月8日"}))
    with pytest.raises(PermissionDenied):
        save(row, viewer(campaign, inspector=True))
    for code, facts in (("doubts", {"is_checked": False}), ("stale", {})):
        with pytest.raises(ValidationError) as error:
            save_ledger(row, by=office, version=row.version + (code == "stale"), at=NOW, **{"is_checked": True} | facts)
        assert error.value.code == code
    assert Finding.objects.count() == 0


def test_acts_of_one_day_follow_each_other(campaign, office, unit, market):
    day = "2026年5月6日"
    save(started(office, line(发现时间=f"{day} 16:30", 交办时间=day, 完成时间=f"{day} 17:00", 销号时间=day)), office)

    finding = Finding.objects.get()
    moments = [finding.found_at, finding.issued_at, finding.submitted_at, finding.closed_at]
    assert [f"{timezone.localtime(at):%H:%M}" for at in moments] == ["16:30", "16:30", "17:00", "17:00"]


def test_a_day_without_a_year_is_the_last_one_that_is_past(campaign, office, unit, market):
    cells = {"发现时间": "12月28日", "交办时间": "12月29日", "整改时限": "1月5日前", "完成时间": "1月4日"}
    row = started(office, line(**cells), line(**ISSUED))
    doubts = [(doubt.row, doubt.kind, doubt.facts["day"]) for doubt in reading_of(row, office).doubts]
    assert doubts == [(2, "no_year", "2025-12-28")]

    save(row, office)

    finding = Finding.objects.get(status="submitted")
    assert [timezone.localdate(at) for at in (finding.found_at, finding.issued_at, finding.submitted_at)] == [
        date(2025, 12, 28), date(2025, 12, 29), date(2026, 1, 4),
    ]  # fmt: skip
    assert (finding.due_on, finding.number) == (date(2026, 1, 5), "2025-0001")


# --- what is here already -------------------------------------------------------------------------


def test_the_same_ledger_again_is_here_already_unless_it_is_said_otherwise(campaign, office, unit, market):
    rows = [line(**DONE), line(点位="示范市场 二楼", 问题描述="积水"), line(问题描述="破损")]
    save(started(office, *rows), office)

    row = started(office, *rows, line(问题描述="占道经营", 发现时间="2026年5月7日"))
    assert [one.status for one in reading_of(row, office).rows] == ["here", "here", "here", "new"]
    row = decide(row, office, take_again("台账|4", takes=True))
    saved = save(row, office)

    assert (len(saved.findings), saved.here, Finding.objects.count()) == (2, 2, 5)


def test_what_the_portal_exports_is_here_already_without_a_doubt(campaign, office, unit, market, signed_in):
    rows = [line(**DONE, 销号时间="2026年5月9日", 整改时限="2026年5月10日"), line(点位="某路口 东侧", 问题描述="破损\n两处")]
    row = decide(started(office, *rows), office, choose_word("site", ["某路口 东侧"], {"do": "skip"}))
    save(row, office)
    other = DepartmentFactory(parent=campaign.host, name="示范乙局")
    for number, status in enumerate(Finding.Status.values, 50):
        finding = FindingFactory(campaign=campaign, site=market, place="门口", lead=unit, status=status, no=number, text=status)
        finding.assignments.create(department=other, is_lead=False)
    body = b"".join(signed_in(office).get(reverse("finding_export", args=[campaign.pk])).streaming_content)

    again = start_import(SimpleUploadedFile("导出.xlsx", body), by=office, kind=Import.Kind.LEDGER)

    reading = read_ledger_import(again, register=Register(campaign.host), by=office)
    found = {one.text: one.status for one in reading.rows}
    assert found == dict.fromkeys(["占道经营", "破损\n两处", *Finding.Status.values], "here") | {"void": "void"}
    assert ([doubt.text for doubt in reading.doubts], reading.waiting) == ([], 0)


# --- nobody is told of what is past ---------------------------------------------------------------


def test_one_message_per_person_and_no_reminder_of_what_is_past(campaign, office, unit, market):
    head, liaison = (viewer(campaign, **{role: unit}).user for role in ("head_of", "liaison_of"))
    rows = [line(**DONE, 销号时间="2026年5月9日"), line(**ISSUED, 问题描述="积水"), line(问题描述="破损")]
    save(started(office, *rows), office)

    told = Notice.objects.order_by("pk")
    assert [(notice.user, notice.text) for notice in told] == [
        (user, "从旧台账转入本单位的问题2条，其中待整改1条") for user in (head, liaison)
    ]
    campaign.stage = "running"
    campaign.save()
    run_reminders(now=NOW)  # six working days past the limit of the open one: no stage, and none of the past is made up for
    assert Reminder.objects.count() == 0
    run_reminders(now=NOW.replace(day=26))
    assert list(Reminder.objects.values_list("object_id", "stage")) == [(Finding.objects.get(status="issued").pk, 10)]


def test_a_ledger_is_new_in_the_week_in_which_it_was_issued_and_leaves_the_present_week_alone(campaign, office, unit, market):
    row = started(office, line(**DONE), line(**ISSUED, 问题描述="积水"), line(交办时间="2026年5月19日", 问题描述="破损"))
    save(row, office)

    weeks = {day: weekly_figures(campaign, monday=date(2026, 5, day), now=NOW).total for day in (4, 18)}

    by_text = {finding.text: finding.pk for finding in Finding.objects.all()}
    assert weeks[18].found == [by_text["破损"]]
    assert sorted(weeks[4].found) == sorted([by_text["占道经营"], by_text["积水"]])
    spells = FindingSpell.objects.filter(finding=by_text["占道经营"]).values_list("status", "ended_at__date")
    assert list(spells) == [("issued", date(2026, 5, 8)), ("submitted", None)]


def test_what_was_taken_back_counts_in_no_week_and_saved_again_it_counts_once(campaign, office, unit, market):
    def figures():
        return [weekly_figures(campaign, monday=date(2026, 5, day), now=NOW) for day in (4, 11, 18)]

    before = figures()
    rows = line(**DONE, 销号时间="2026年5月9日"), line(**ISSUED, 问题描述="积水"), line(交办时间="2026年5月19日", 问题描述="破损")
    row = started(office, *rows)
    save(row, office)
    saved = [len(week.total.found) for week in figures()]
    row.refresh_from_db()

    row = take_back_ledger(row, by=office, version=row.version, at=NOW)

    assert figures() == before
    save(row, office)
    assert [len(week.total.found) for week in figures()] == saved == [2, 0, 1]


def test_what_was_taken_back_counts_on_no_start_page(campaign, office, unit, market):
    leader, head = viewer(campaign, leader=True), viewer(campaign, head_of=unit)

    def issued():
        calendar = calendar_of(campaign)
        counts = office_home(office, calendar, NOW).counts
        of_others = leader_home(leader, NOW).counts["running"], unit_home(head, NOW).counts["week_issued"]
        return counts["found"], counts["issued"], *of_others

    row = started(office, line(**ISSUED | {"发现时间": "2026年5月18日", "交办时间": "2026年5月19日"}))
    save(row, office)
    saved = issued()
    row.refresh_from_db()
    take_back_ledger(row, by=office, version=row.version, at=NOW)

    assert (saved, issued()) == ((1, 1, 1, 1), (0, 0, 0, 0))


# --- taken back -----------------------------------------------------------------------------------


def test_taken_back_rows_are_void_but_for_those_somebody_worked_on(campaign, office, unit, market):
    head = viewer(campaign, head_of=unit)
    texts = ["草稿", "交办", "签收", "延期", "销号"]
    cells = [{}, ISSUED, ISSUED, ISSUED | {"整改时限": "2099年1月1日"}, DONE | {"销号时间": "2026年5月9日"}]
    row = started(office, *(line(**one, 问题描述=text) for text, one in zip(texts, cells, strict=True)))
    save(row, office)
    found = {finding.text: finding for finding in Finding.objects.all()}
    move_finding(found["签收"], move="accept", by=head)
    ask_extension(found["延期"], by=head, proposed_on=date(2099, 2, 1), reason="雨")
    row.refresh_from_db()

    take_back_ledger(row, by=office, version=row.version)

    assert dict(Finding.objects.values_list("text", "status")) == {
        "草稿": "void", "交办": "void", "签收": "accepted", "延期": "issued", "销号": "void",
    }  # fmt: skip
    row.refresh_from_db()
    kept = [[f"{found[text].number} {text}", "之后已有人办理。"] for text in ("签收", "延期")]
    assert (row.status, row.saved) == ("read", {"kept": kept})
    texts = ["从旧台账转入本单位的问题4条，其中待整改3条", "从旧台账转入本单位的问题已撤回2条"]
    told = Notice.objects.filter(kind="finding.ledger", cancelled_at=None).order_by("pk")
    assert [(notice.user, notice.text) for notice in told] == [(head.user, text) for text in texts]
    assert Notice.objects.filter(kind="finding.void").count() == 0
    assert [one.status for one in reading_of(row, office).rows] == ["new", "new", "here", "here", "new"]


def test_who_has_read_of_rows_taken_back_is_told_and_nobody_else(campaign, office, unit, market):
    reader, other = (viewer(campaign, **{role: unit}).user for role in ("head_of", "liaison_of"))
    row = started(office, line(**ISSUED))
    save(row, office)
    Notice.objects.filter(user=reader).update(read_at=NOW)
    row.refresh_from_db()

    take_back_ledger(row, by=office, version=row.version)

    told = Notice.objects.filter(kind="finding.ledger", cancelled_at=None).order_by("pk")
    assert [(notice.user, notice.text[-5:]) for notice in told] == [(reader, "待整改1条"), (reader, "已撤回1条")]


def test_one_new_unit_in_two_spellings_is_one_and_takes_no_part_once_taken_back(campaign, office, unit, market):
    names = ["新建局（筹）", "新建局(筹)", "新建局 （筹）", "甲局"]
    row = started(office, *(line(**ISSUED, 责任单位=name, 问题描述=str(number)) for number, name in enumerate(names)))
    make = [decisions.name_unit(one.name, {"do": "make"}) for one in reading_of(row, office).open_names if "新建" in one.name]
    row = decide(row, office, *make, decisions.name_unit("甲局", {"do": "map", "unit": unit.pk}))
    save(row, office)
    made = Department.objects.get(name="新建局（筹）")
    assert [finding.lead for finding in Finding.objects.order_by("text")] == [made, made, made, unit]
    assert (campaign.participations.filter(department=made).count(), Alias.objects.count()) == (1, 2)
    row.refresh_from_db()

    row = take_back_ledger(row, by=office, version=row.version)

    assert (campaign.participations.filter(department=made).count(), Alias.objects.count()) == (0, 0)
    save(row, office)
    assert campaign.participations.filter(department=made).count() == 1
    row.refresh_from_db()
    move_finding(Finding.objects.get(lead=made, text="0", status="issued"), move="accept", by=viewer(campaign, head_of=made))
    take_back_ledger(row, by=office, version=row.version)
    assert campaign.participations.filter(department=made).count() == 1


# --- many rows, pages, command --------------------------------------------------------------------


def many(count):
    rows = [line(**DONE, 销号时间="2026年5月9日", 问题描述=f"问题{number}") for number in range(count)]
    return [[*cells, f"{number}号"] for number, cells in enumerate(rows)]


def test_many_rows_are_saved_in_the_background_once(campaign, office, unit, market, signed_in, monkeypatch):
    few, some = (started(office, *many(count), heads=[*HEADS, "编号"]) for count in (49, 50))  # and the heading
    assert (is_large(few), is_large(some)) == (False, True)
    monkeypatch.setitem(SAVERS, Import.Kind.LEDGER, replace(SAVERS[Import.Kind.LEDGER], large=2))
    row = started(office, line(**DONE), line(**ISSUED, 问题描述="积水"))
    client, address = signed_in(office), reverse("ledger_preview", args=[campaign.pk, row.pk])

    assert client.post(address, {"do": "save", "version": 1, "checked": "1"}).status_code == 302
    page = client.get(address).content.decode()
    assert ("progress" in page, Finding.objects.count()) == (True, 0)
    save_waiting(now=timezone.now())
    save_waiting(now=timezone.now())

    row.refresh_from_db()
    assert (row.status, Finding.objects.count()) == ("saved", 2)
    assert "转入问题" in client.get(address).content.decode()


def test_upload_answer_save_and_take_back_on_the_pages(campaign, office, unit, market, signed_in):
    client = signed_in(office)
    body = workbook({"台账": [HEADS, line(点位="某路口", 责任单位="甲局", 交办时间="2026-05-07", 核查结论="是")]})
    answered = client.post(reverse("ledger_upload", args=[campaign.pk]), {"file": SimpleUploadedFile("台账.xlsx", body)})
    address, row = answered["Location"], Import.objects.get()
    page = client.get(address).content.decode()
    assert [word in page for word in ("某路口", "甲局", "采用此日期", "disabled")] == [True] * 4

    asked = [
        ({"do": "save"}, 422),
        ({"do": "word", "what": "site", "name": "某路口", "site": "没有这个"}, 302),
        ({"do": "save"}, 422),  # the register has no such site
        ({"do": "word", "what": "nothing", "name": "某路口", "choice": "skip"}, 422),
        ({"do": "word", "what": "site", "name": "某路口", "choice": "to:x"}, 422),
        ({"do": "answer", "question": "done_on", "day": "2099-01-01"}, 422),
        ({"do": "answer", "question": "done_on", "said": "found"}, 422),
        ({"do": "word", "what": "site", "name": "某路口", "site": "示范市场"}, 302),
        ({"do": "answer", "question": "done_on", "day": "2026-05-08"}, 302),
        ({"do": "name", "name": "甲局", "choice": f"unit:{unit.pk}"}, 302),
    ]
    for data, status in asked:
        row.refresh_from_db()
        assert (data, client.post(address, data | {"version": row.version}).status_code) == (data, status)
    assert client.post(address, {"do": "save", "version": 1}).status_code == 409
    row.refresh_from_db()
    assert client.post(address, {"do": "save", "version": row.version, "checked": "1"}).status_code == 302

    finding = Finding.objects.get()
    assert (finding.status, finding.site) == ("closed", market)
    page = client.get(finding.get_absolute_url()).content.decode()
    assert "旧台账补录（台账.xlsx，台账，第2行）" in page
    row.refresh_from_db()
    assert client.post(address, {"do": "reopen", "version": row.version}).status_code == 302
    finding.refresh_from_db()
    assert finding.status == "void"


def test_the_page_says_that_not_every_site_is_offered_while_typing(campaign, office, unit, market, signed_in, monkeypatch):
    row = started(office, line(点位="某路口"))
    client, address = signed_in(office), reverse("ledger_preview", args=[campaign.pk, row.pk])
    said = "其余点位请填写全称"
    assert said not in client.get(address).content.decode()
    monkeypatch.setattr("inspections.views.ledgerimports.SITES", 1)
    SiteFactory(kind=market.kind, name="示范广场")

    assert said in client.get(address).content.decode()


def test_a_unit_reads_that_it_came_from_the_ledger_but_not_who_found_it(campaign, office, unit, market, signed_in):
    heads = [*HEADS, "编号", "发现人", "核查人"]
    save(started(office, [*line(**DONE, 销号时间="2026年5月9日"), "旧-12", "李示范", "王示范"], heads=heads), office)
    client = signed_in(viewer(campaign, head_of=unit))

    page = client.get(Finding.objects.get().get_absolute_url()).content.decode()
    assert [word in page for word in ("旧台账补录", "旧-12", "李示范", "王示范", "台账.xlsx")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    export = client.get(reverse("finding_export", args=[campaign.pk])).streaming_content
    sheet = load_workbook(io.BytesIO(b"".join(export))).active
    texts = [str(value) for line in sheet.iter_rows(values_only=True) for value in line]
    assert ("旧-12" in texts, [text for text in texts if "示范" in text and text[0] in "李王"]) == (True, [])
    for asked, count in (("旧-12", 1), ("旧-13", 0)):
        assert client.get(reverse("finding_list", args=[campaign.pk]), {"q": asked}).context["page"].paginator.count == count


def test_who_entered_a_row_is_not_said_to_have_found_or_verified_it(campaign, office, unit, market, signed_in):
    office.user.name = "录入示"
    office.user.save()
    save(started(office, [*line(**DONE, 销号时间="2026年5月9日"), "旧-12"], heads=[*HEADS, "编号"]), office)
    client = signed_in(office)

    export = client.get(reverse("finding_export", args=[campaign.pk])).streaming_content
    heads, row = load_workbook(io.BytesIO(b"".join(export))).active.iter_rows(values_only=True)
    told = client.get(f"/api/v1/campaigns/{campaign.pk}/findings/").json()["results"][0]

    assert [row[heads.index(head)] for head in ("发现人", "核查人")] == [None, None]
    assert [told[name] for name in ("found_by", "is_entered", "old_number")] == [None, True, "旧-12"]


def test_the_template_and_the_marked_sheet(campaign, office, unit, market, signed_in):
    client = signed_in(office)
    body = client.get(reverse("ledger_template", args=[campaign.pk])).content
    sheet = load_workbook(io.BytesIO(body)).active
    heads = [cell.value for cell in sheet[1]]
    row = started(
        office, [{"问题描述": "积水", "点位": "示范市场", "发现时间": "2026年5月6日"}.get(head) for head in heads], heads=heads
    )
    assert [doubt.kind for doubt in reading_of(row, office).doubts] == ["no_lead"]

    marked = load_workbook(io.BytesIO(client.get(reverse("import_marked", args=[campaign.pk, row.pk])).content)).active

    assert "没有责任单位" in str(marked.cell(2, len(heads) + 1).value)


@pytest.mark.parametrize("count", [1, 600])
def test_the_preview_asks_a_fixed_number_of_queries(campaign, office, unit, market, signed_in, django_assert_num_queries, count):
    row = started(office, *many(count), heads=[*HEADS, "编号"])
    client, address = signed_in(office), reverse("ledger_preview", args=[campaign.pk, row.pk])
    client.get(address)
    with django_assert_num_queries(14):
        client.get(address)


def test_the_command_reads_as_the_page_does(campaign, office, unit, market, tmp_path):
    path, out = tmp_path / "台账.xlsx", io.StringIO()
    rows = [line(**DONE, 销号时间="2026年5月9日"), line(点位="某路口", 责任单位="无主局", 问题描述="积水", 核查结论="已整改")]
    path.write_bytes(workbook({"台账": [HEADS, *rows], "别的": [["甲", "乙"]]}))
    told = ["import_ledger", str(path), "--sheet", "台账", "--campaign", str(campaign.pk)]

    for wrong in (["--found-on", "yesterday"], ["--found-on", "2026-13-45"], ["--done-on", "soon"]):
        with pytest.raises(CommandError, match=f"{wrong[1]} is no day"):
            call_command(*told, *wrong, stdout=out)
    call_command(*told, "--dry-run", stdout=out)
    assert "which site: 某路口" in out.getvalue()
    assert "not in the register: 无主局" in out.getvalue()
    assert "not said: issued_on of 1 rows" in out.getvalue()
    with pytest.raises(CommandError):
        call_command(*told, stdout=out)
    assert (Import.objects.count(), Finding.objects.count()) == (0, 0)
    call_command(*told, "--free-places", "--skip-unknown", "--not-issued", "none", stdout=out)

    assert sorted(Finding.objects.values_list("status", flat=True)) == ["closed", "draft"]
    assert "Saved: 2 findings (1 draft, 0 issued, 0 submitted, 0 returned, 1 closed); 0 were here" in out.getvalue()
