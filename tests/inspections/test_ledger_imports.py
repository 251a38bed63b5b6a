"""An old ledger becomes findings that stand where the ledger says, on its days; asked where it is not sure, taken back as one."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Event
from campaigns.worktime import ZONE
from checklists.actions.imports import settle_import, start_import
from checklists.models import Import
from checklists.register import Register
from inspections.actions.ledgerimports import save_ledger
from inspections.ledgersheets import read_ledger_import
from inspections.models import Finding, Rectification
from tests.checklists.sheet_maker import workbook
from tests.conftest import viewer
from tests.factories import DepartmentFactory, SiteFactory, SiteKindFactory

NOW = datetime(2026, 5, 20, 9, tzinfo=ZONE)
HEADS = "点位 问题描述 责任单位 发现时间 交办时间 整改时限 整改措施 完成时间 核查时间 核查结论 销号时间".split()


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def unit(campaign):
    return DepartmentFactory(parent=campaign.host, name="示范甲局")


@pytest.fixture
def market(campaign):
    return SiteFactory(kind=SiteKindFactory(host=campaign.host, name="农贸市场"), name="示范市场")


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

ISSUED = {"交办时间": "5月7日"}
DONE = ISSUED | {"完成时间": "5月8日", "整改措施": "已清理"}
ROWS = {
    "found only": ({}, "draft", [("report", "05-06")], []),
    "issued": (ISSUED, "issued", [("report", "05-06"), ("issue", "05-07")], []),
    "answered": (DONE, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], []),
    "struck off": (
        DONE | {"核查时间": "5月9日", "核查结论": "已整改到位", "销号时间": "2026年5月10日"},
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
        DONE | {"核查时间": "5月9日", "核查结论": "未整改"},
        "returned",
        [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08"), ("return", "05-09")],
        [],
    ),
    "issued before it was found": (ISSUED | {"发现时间": "5月8日"}, "draft", [("report", "05-08")], ["acts_order"]),
    "struck off before it was done": (
        DONE | {"销号时间": "5月7日"}, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], ["acts_order"],
    ),
    "struck off but not done": (
        ISSUED | {"销号时间": "5月9日"}, "issued", [("report", "05-06"), ("issue", "05-07")], ["not_done"],
    ),
    "done tomorrow": (
        ISSUED | {"完成时间": "5月21日"}, "issued", [("report", "05-06"), ("issue", "05-07")], ["future_date"],
    ),
    "an unclear verdict": (
        DONE | {"核查结论": "待定"}, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], ["odd_verdict"],
    ),
    "a verdict that it was not done, without a day": (
        DONE | {"核查结论": "没有整改"}, "submitted", [("report", "05-06"), ("issue", "05-07"), ("submit", "05-08")], ["odd_verdict"],
    ),
    "no unit": (ISSUED | {"责任单位": None}, "draft", [("report", "05-06")], ["no_lead"]),
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
    heads = [*HEADS, "编号", "来源", "严重程度", "发现人", "核查人", "整改要求", "备注"]
    cells = DONE | {"整改时限": "3个工作日内", "核查时间": "5月9日", "核查结论": "整改到位", "销号时间": "5月10日 16:30"}
    row = started(office, [*line(**cells), "A-7", "暗访", "突出", "李示范", "王示范", "立即清理", "重点路段"], heads=heads)

    save(row, office)

    finding, answer = Finding.objects.get(), Rectification.objects.get()
    assert (finding.site, finding.place, finding.text) == (market, "", "占道经营\n整改要求：立即清理")
    assert (finding.source, finding.severity, finding.old_number, finding.lead) == ("covert", "serious", "A-7", unit)
    assert finding.remarks.split("\n") == ["整改时限：3个工作日内", "发现人：李示范", "核查人：王示范", "备注：重点路段"]
    assert (finding.due_on, finding.in_time, finding.number) == (date(2026, 5, 12), True, "2026-0001")
    assert finding.closed_at == datetime(2026, 5, 10, 16, 30, tzinfo=ZONE)
    assert finding.received_at.date() == timezone.now().date()
    assert (answer.text, answer.by, answer.verified_by, answer.verdict, answer.how) == (
        "已清理", office.user, office.user, "整改到位", ""
    )  # fmt: skip
    events = Event.objects.filter(subject="inspections.finding").order_by("pk")
    assert {event.data["entered"] for event in events} == {"台账.xlsx，台账，第2行"}
    assert {event.actor for event in events} == {office.user}
    assert [event.received_at.date() for event in events] == [timezone.now().date()] * 4
