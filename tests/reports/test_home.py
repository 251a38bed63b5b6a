"""Start pages: a figure says what it counts, a sentence stands only where it is true."""

import datetime
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from campaigns.calendars import calendar_of
from checklists import rules
from checklists.models import Claim, Dispute, EvidenceLink
from checklists.workbench import reviewable, to_review
from inspections.models import Extension, Finding, FindingAssignment, FindingDispute, Reminder
from reports.home import SHOWN, office_home
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    BulletinFactory,
    ChecklistFactory,
    CheckpointFactory,
    DutyFactory,
    EvidenceFactory,
    FindingFactory,
    ItemFactory,
    ParticipationFactory,
    RoundFactory,
    UserFactory,
)

LONG_AGO = timezone.now() - timezone.timedelta(days=30)


@pytest.fixture
def unit(campaign):
    return ParticipationFactory(campaign=campaign).department


def late_checkpoint(campaign, unit, *, is_lead):
    part = AssignmentFactory(duty=DutyFactory(campaign=campaign), department=unit, is_lead=is_lead, status="accepted")
    return CheckpointFactory(assignment=part, due_on=LONG_AGO.date(), due_at=LONG_AGO, clock_due_at=LONG_AGO)


@pytest.mark.parametrize("role", ["office", "leader"])
def test_late_checkpoints_say_how_many_of_them_are_of_lead_units(campaign, unit, role, signed_in):
    for is_lead in (True, False, False):
        late_checkpoint(campaign, unit, is_lead=is_lead)
    client = signed_in(viewer(campaign, **{role: True}))

    start = client.get(reverse("campaign_home", args=[campaign.pk]))
    progress = client.get(reverse("progress", args=[campaign.pk])).content.decode()

    counts = (start.context["office"] if role == "office" else start.context["leader"]).counts
    assert (counts["late_checkpoints"], counts["late_led"]) == (3, 1)
    assert "含配合，其中牵头 1" in start.content.decode()
    behind = reverse("checkpoint_review", args=[campaign.pk]) + "?view=late"
    assert behind in start.content.decode()
    assert [row.assignment.is_lead for row in client.get(behind).context["page"]] == [True, False, False]
    assert "只计牵头单位：待审核 0 · 已退回 0 · 已逾期 1" in progress


def test_what_is_to_be_signed_names_its_first_checkpoint(campaign, unit, signed_in):
    part = AssignmentFactory(duty=DutyFactory(campaign=campaign, text="背街小巷保洁"), department=unit, status="issued")
    for month in (9, 3, 6):
        CheckpointFactory(assignment=part, due_on=datetime.date(2099, month, 30))

    page = signed_in(viewer(campaign, head_of=unit)).get(reverse("campaign_home", args=[campaign.pk])).content.decode()

    panel = page.partition('id="h-sign"')[2].partition("</section>")[0]
    assert re.findall(r'<a class="title"[^>]*>(.*?)</a><div class="note">(.*?)</div>', panel) == [
        ("背街小巷保洁", "首个任务节点 2099年3月30日 到期")
    ]


def test_every_kind_of_sheet_is_imported_from_the_start_page(campaign, signed_in):
    text = signed_in(viewer(campaign, office=True)).get(reverse("campaign_home", args=[campaign.pk])).content.decode()

    names = ["standard_upload", "responsibility_upload", "people_upload", "site_upload", "ledger_upload"]
    assert [name for name in names if f'href="{reverse(name, args=[campaign.pk])}"' not in text] == []


def test_tasks_without_a_written_limit_are_as_many_as_on_the_page_of_gaps(campaign, signed_in):
    DutyFactory(campaign=campaign, limit_text="长期坚持", due_on=None)
    DutyFactory(campaign=campaign, limit_text="", due_on=None)
    client = signed_in(viewer(campaign, office=True))

    start = client.get(reverse("campaign_home", args=[campaign.pk]))
    gaps = client.get(reverse("duty_gaps", args=[campaign.pk]) + "?kind=limit")

    assert start.context["office"].counts["unlimited"] == gaps.context["page"].paginator.count == 1


def test_what_the_office_person_cannot_decide_does_not_wait_for_them(campaign, unit, signed_in):
    """Of the own unit, leading or supporting; what other units ask is all that waits."""
    _both_ask(campaign, unit)
    names = ("disputes", "finding_disputes", "extensions", "claims", "findings")

    counts = [office_home(person, calendar_of(campaign), timezone.now()).counts for person in _two_of_the_office(campaign, unit)]

    assert [[found[name] for name in names] for found in counts] == [[2, 2, 2, 2, 1], [1, 1, 1, 1, 0]]


def _two_of_the_office(campaign, unit):
    return viewer(campaign, office=True), viewer(campaign, office=True, head_of=unit)


def _both_ask(campaign, unit):
    """All that units ask of the office, once of this unit and once of another, whose one answer this one supports."""
    other = ParticipationFactory(campaign=campaign).department
    for department in (unit, other):
        part = AssignmentFactory(duty=DutyFactory(campaign=campaign), department=department, status="disputed")
        asked = {"campaign": campaign, "department": department, "by": UserFactory()}
        Dispute.objects.create(assignment=part, reason="非我职责", **asked)
        Claim.objects.create(duty=part.duty, **asked)
        finding = FindingFactory(campaign=campaign, lead=department, status="disputed")
        FindingDispute.objects.create(finding=finding, reason="非我职责", **asked)
        day = LONG_AGO.date()
        Extension.objects.create(finding=finding, reason="雨季", proposed_on=day, old_due_on=day, **asked)
    supported = FindingFactory(campaign=campaign, lead=other, status="submitted", submitted_at=LONG_AGO)
    FindingAssignment.objects.create(finding=supported, department=unit, is_lead=False)


def test_what_one_cannot_decide_stands_on_none_of_the_lists_either(campaign, unit, signed_in):
    _both_ask(campaign, unit)
    other, somebody = ParticipationFactory(campaign=campaign).department, UserFactory()
    people = _two_of_the_office(campaign, unit)
    for department, by in ((unit, somebody), (other, somebody), (other, people[0].user), (other, people[1].user)):
        for facts in (
            {"status": "submitted", "submitted_at": LONG_AGO, "submitted_by": by},
            {"status": "asked", "skip_asked_at": LONG_AGO, "skip_asked_by": by},
        ):
            part = AssignmentFactory(duty=DutyFactory(campaign=campaign), department=department, status="accepted")
            CheckpointFactory(assignment=part, **facts)

    found = []
    for person in people:
        totals = office_home(person, calendar_of(campaign), timezone.now()).decision_counts
        client = signed_in(person)
        found.append([(count, listed(client, url), LEFT_OUT.findall(client.get(url).text)) for _kind, count, url in totals])

    assert found == [
        [(2, 2, []), (2, 2, []), (2, 2, []), (2, 2, []), (3, 3, ["1"]), (3, 3, ["1"]), (1, 1, []), (0, 0, []), (0, 0, [])],
        [(1, 1, ["1"]), (1, 1, ["1"]), (1, 1, []), (1, 1, []), (2, 2, ["2"]), (2, 2, ["2"]), (0, 0, []), (0, 0, []), (0, 0, [])],
    ]


LEFT_OUT = re.compile(r"另有(\d+)[件个].*由其他同事(?:裁定|审核)")


def test_what_one_cannot_decide_is_one_step_away(campaign, unit, signed_in):
    """The whole list, and the own claims beside those to be confirmed."""
    _both_ask(campaign, unit)
    client = signed_in(_two_of_the_office(campaign, unit)[1])

    page = client.get(reverse("dispute_list", args=[campaign.pk]) + "?view=tasks&mine=1")
    everything = BeautifulSoup(page.text, "html.parser").find("a", string="全部列出")["href"]
    gaps = client.get(reverse("duty_gaps", args=[campaign.pk]))

    assert [row.department == unit for row in page.context["page"]] == [False]
    assert {row.department == unit for row in client.get(everything).context["page"]} == {True, False}
    assert [[row.department == unit for row in gaps.context[name]] for name in ("claims", "own_claims")] == [[False], [True]]
    assert "本单位的认领（由其他同事确认）" in gaps.text


def test_what_one_handed_in_or_wrote_for_a_former_unit_does_not_wait_for_oneself(campaign, unit, signed_in):
    """Who came from a unit to the office reviews none of it: the start page lists what may_review allows, and nothing else."""
    moved, colleague = viewer(campaign, office=True), viewer(campaign, office=True)
    somebody = UserFactory()

    def waiting(**facts):
        part = AssignmentFactory(duty=DutyFactory(campaign=campaign), department=unit, status="accepted")
        facts = {"status": "submitted", "submitted_at": LONG_AGO, "submitted_by": somebody} | facts
        return CheckpointFactory(assignment=part, **facts)

    def proven(by, **facts):
        row = waiting()
        EvidenceLink.objects.create(
            evidence=EvidenceFactory(campaign=campaign, department=unit, by=by, **facts), checkpoint=row, by=somebody
        )
        return row

    waiting(submitted_by=moved.user)
    waiting(status="asked", skip_asked_at=LONG_AGO, skip_asked_by=moved.user)
    proven(moved.user)
    proven(somebody, changed_by=moved.user)
    proven(somebody)
    waiting()
    names = ("checkpoints", "skips")

    counts = [office_home(person, calendar_of(campaign), timezone.now()).counts for person in (moved, colleague)]

    assert [[found[name] for name in names] for found in counts] == [[2, 0], [5, 1]]
    for person in (moved, colleague):
        mine = {row.pk for row in to_review(person) if rules.may_review(person, row)}
        assert set(reviewable(person).values_list("pk", flat=True)) == mine


@pytest.mark.parametrize(
    ("waiting", "sentence"),
    [(1, None), (2, "等得最久的在前"), (SHOWN, "等得最久的在前"), (SHOWN + 1, "等得最久的排在前面，先列8件。")],
)
def test_the_order_is_told_only_where_there_is_one(campaign, unit, waiting, sentence, signed_in):
    for _ in range(waiting):
        FindingFactory(campaign=campaign, lead=unit, status="submitted", submitted_at=LONG_AGO)

    page = signed_in(viewer(campaign, office=True)).get(reverse("campaign_home", args=[campaign.pk])).content.decode()

    foot = page.partition('<div class="panel-foot">')[2].partition("</div>")[0] if '<div class="panel-foot">' in page else None
    assert foot == sentence


# --- every number leads to the rows it counts -----------------------------------------------------

WEDNESDAY = timezone.make_aware(datetime.datetime(2026, 11, 25, 12))


def day_of_week(number):
    """(day, first moment after it): 1 is the Monday of the week, 8 the next one."""
    day = datetime.date(2026, 11, 22) + datetime.timedelta(days=number)
    return day, timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))


def test_findings_sent_back_stand_there_however_many_are_due_before_them(campaign, unit, signed_in):
    soon, later = ({"due_on": at.date(), "due_at": at} for at in (LONG_AGO, timezone.now() + timezone.timedelta(days=9)))
    for _n in range(SHOWN * 2):
        FindingFactory(campaign=campaign, lead=unit, status="accepted", **soon)
    back = [FindingFactory(campaign=campaign, lead=unit, status="returned", **later) for _n in range(SHOWN + 1)]
    client = signed_in(viewer(campaign, head_of=unit))

    page = client.get(reverse("campaign_home", args=[campaign.pk]))
    more = BeautifulSoup(page.content, "html.parser").find("a", string="全部退回问题")["href"]

    assert page.context["unit"].returned == back[:SHOWN]
    assert len(page.context["unit"].findings) == SHOWN * 2
    assert {row.pk for row in client.get(more).context["rows"]} == {row.pk for row in back}


@pytest.mark.parametrize("is_late", [False, True])
def test_tasks_of_later_weeks_stand_there_where_nothing_nearer_does(campaign, unit, signed_in, is_late):
    part = AssignmentFactory(duty=DutyFactory(campaign=campaign), department=unit, status="accepted")
    later = timezone.now() + timezone.timedelta(days=15)
    CheckpointFactory(assignment=part, due_on=later.date(), due_at=later, clock_due_at=later)
    if is_late:
        late_checkpoint(campaign, unit, is_lead=True)

    page = signed_in(viewer(campaign, head_of=unit)).get(reverse("campaign_home", args=[campaign.pk]))

    assert ("今天没有待办事项" in page.text, "以后到期的任务" in page.text) == (not is_late, not is_late)


def limit(number):
    day, end = day_of_week(number)
    return {"due_on": day, "due_at": end}


@pytest.fixture
def full(campaign, unit, monkeypatch):
    """A campaign with two checklists in which each number of a start page differs from its neighbours; `unit`'s people."""
    monkeypatch.setattr(timezone, "now", lambda: WEDNESDAY)
    other = ParticipationFactory(campaign=campaign).department
    office, head = viewer(campaign, office=True), viewer(campaign, head_of=unit)
    inspector = viewer(campaign, inspector=True)
    people = {"office": office, "leader": viewer(campaign, leader=True), "inspector": inspector, "head": head}
    people["office of a unit"] = viewer(campaign, office=True, head_of=other)
    people["inspector of a unit"] = viewer(campaign, inspector=True, head_of=other)
    sites = {"campaign": campaign, "found_by": inspector.user, "round": RoundFactory(campaign=campaign)}
    sites["round"].inspectors.add(inspector.user)
    monday, before = WEDNESDAY - datetime.timedelta(days=2), WEDNESDAY - datetime.timedelta(days=20)

    def findings(count, lead=unit, found_at=before, issued_at=before, day=20, **facts):
        for _ in range(count):
            FindingFactory(lead=lead, found_at=found_at, issued_at=issued_at, **limit(day), **sites, **facts)

    findings(1, day=1)
    findings(2, day=3, status="accepted")
    findings(3, lead=other, day=5, status="returned")
    findings(1, day=8)
    findings(2, found_at=monday, issued_at=monday, status="submitted", submitted_at=WEDNESDAY)
    findings(1, lead=other, found_at=monday, issued_at=monday, status="closed", submitted_at=monday)
    findings(4, found_at=monday, issued_at=monday)
    findings(2, found_at=monday, issued_at=None, status="closed")
    findings(1, found_at=monday, issued_at=monday, status="void", is_entered=True)
    findings(1, lead=None, issued_at=None, status="draft", found_at=WEDNESDAY)
    for finding in Finding.objects.filter(status="submitted"):
        FindingAssignment.objects.create(finding=finding, department=other, is_lead=False)
    support = FindingFactory(lead=other, issued_at=before, status="submitted", submitted_at=before, **limit(20), **sites)
    FindingAssignment.objects.create(finding=support, department=unit, is_lead=False)
    asked = {"campaign": campaign, "department": unit, "by": head.user}
    for finding in Finding.objects.filter(status="accepted"):
        Extension.objects.create(
            finding=finding, reason="雨季", proposed_on=day_of_week(9)[0], old_due_on=finding.due_on, **asked
        )
    disputed = FindingFactory(lead=unit, issued_at=before, status="disputed", **limit(20), **sites)
    FindingDispute.objects.create(finding=disputed, reason="非我职责", **asked)

    for checklist in (
        ChecklistFactory(campaign=campaign, position=1),
        ChecklistFactory(campaign=campaign, position=2, name="二"),
    ):
        project = ItemFactory(standard=checklist.standard, is_leaf=False)

        def part(status, department=unit, *, checklist=checklist, project=project, duty=None, is_lead=True):
            item = ItemFactory(standard=checklist.standard, parent=project)
            duty = duty or DutyFactory(campaign=campaign, checklist=checklist, item=item, limit_text="6月底前")
            return AssignmentFactory(duty=duty, department=department, status=status, is_lead=is_lead)

        led = part("accepted")
        for number, status in enumerate(["open", "open", "submitted", "approved", "asked", "returned"], checklist.position):
            waits = {"submitted_at": WEDNESDAY, "skip_asked_at": WEDNESDAY, "skip_reason": "修缮"}
            CheckpointFactory(assignment=led, status=status, **waits, **limit(number))
        CheckpointFactory(assignment=part("issued", other, duty=led.duty, is_lead=False), **limit(1))
        CheckpointFactory(assignment=part("issued"), **limit(7))
        part("issued")
        part("draft")
        asked_part = part("disputed")
        for number in (4, 5):
            CheckpointFactory(assignment=asked_part, clock_due_at=None, **limit(number))
        Dispute.objects.create(assignment=asked_part, reason="非我职责", **asked)
        DutyFactory(campaign=campaign, checklist=checklist, limit_text="", due_on=None)
        Claim.objects.create(duty=DutyFactory(campaign=campaign, checklist=checklist), **asked)
    for n, moment in enumerate([before, monday, monday, WEDNESDAY]):
        facts = {"round_no": 0, "due_on": day_of_week(1)[0], "stage": n, "on": moment.date(), "department": unit}
        told = {"recorded_at": moment, "is_told": n != 3}
        Reminder.objects.create(campaign=campaign, subject="finding", object_id=disputed.pk, **facts, **told)
    BulletinFactory(campaign=campaign, returned_by=office.user, returned_at=before)
    BulletinFactory(campaign=campaign)
    BulletinFactory(campaign=campaign, status="reviewed")
    return people


def numbers(page):
    """(label, number, address) of each figure of the start page; a count over its own list needs no address and is left out."""
    main = page.select_one("main")
    found = [(text, text, None) for text in main.h1.find_all(string=re.compile(r"\d"), recursive=False)]
    for element in main.select("h1 a, .fig, a.note, .soon, .funnel td.n, .p-done a, .p-late, .views .count, .panel-head .count"):
        digits = re.search(r"\d+", element.get_text())
        link = element if element.name == "a" else element.find("a") or element.find_parent("a")
        if digits and (link or "count" not in element.get("class", [])):
            row = element if element.parent.name == "h1" else element.find_parent(["li", "tr", "p", "div"])
            found.append((row.get_text(" ", strip=True), int(digits[0]), link["href"] if link else None))
    return found


def listed(client, address):
    """How many rows the list at the address says and shows."""
    path, _hash, at = address.partition("#")
    answer = client.get(path)
    if at == "waiting":
        return len(answer.context["bench"].in_review)
    if at:
        return int(BeautifulSoup(answer.text, "html.parser").select_one(f"#{at} .count").get_text())
    if table := answer.context.get("table"):
        return table.counts.get(dict(parse_qsl(urlsplit(path).query)).get("state", ""), 0)
    if "/gaps/" in path and "kind=" not in path:
        return len(answer.context["claims"])
    page = answer.context["page"]
    assert len(page.object_list) == page.paginator.count, "one page"
    return page.paginator.count


@pytest.mark.parametrize(
    ("role", "least"),
    [("office", 30), ("leader", 12), ("inspector", 3), ("head", 12), ("office of a unit", 38), ("inspector of a unit", 13)],
)
def test_every_number_leads_to_the_rows_it_counts(full, campaign, signed_in, role, least):
    client = signed_in(full[role])
    start = client.get(reverse("campaign_home", args=[campaign.pk]))

    found = numbers(BeautifulSoup(start.text, "html.parser"))

    assert [label for label, _number, address in found if address is None] == []
    assert {row: number for row, number, _address in found if number} and len(found) >= least
    assert [(label, number, listed(client, address)) for label, number, address in found] == [
        (label, number, number) for label, number, _address in found
    ]


# --- the end of the week ----------------------------------------------------------------------------


@pytest.mark.parametrize(("sunday", "notes"), [(False, ["下周 2", "下周 1"]), (True, [])])
def test_when_nothing_is_due_this_week_the_next_one_is_said(campaign, unit, sunday, notes, signed_in, monkeypatch):
    """A limit of Sunday ends with the week and is none of the next."""
    monkeypatch.setattr(timezone, "now", lambda: WEDNESDAY + datetime.timedelta(days=3))
    for number in (8, 14, 15):
        FindingFactory(campaign=campaign, lead=unit, issued_at=LONG_AGO, **limit(number))
    part = AssignmentFactory(duty=DutyFactory(campaign=campaign), department=unit, status="accepted")
    for number in (9, 15):
        CheckpointFactory(assignment=part, **limit(number))
    if sunday:
        FindingFactory(campaign=campaign, lead=unit, issued_at=LONG_AGO, **limit(7))
        CheckpointFactory(assignment=part, **limit(7))
    client = signed_in(viewer(campaign, office=True))

    page = BeautifulSoup(client.get(reverse("campaign_home", args=[campaign.pk])).text, "html.parser")
    links = page.select('[aria-labelledby="h-week"] .note a')

    assert [link.get_text() for link in links] == notes
    assert [listed(client, link["href"]) for link in links] == [int(note[-1]) for note in notes]


def test_an_empty_list_of_what_is_due_leads_to_what_is_due_next(campaign, unit, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: WEDNESDAY + datetime.timedelta(days=3))
    FindingFactory(campaign=campaign, lead=unit, issued_at=LONG_AGO, **limit(9))
    part = AssignmentFactory(duty=DutyFactory(campaign=campaign), department=unit, status="accepted")
    CheckpointFactory(assignment=part, **limit(9))
    client = signed_in(viewer(campaign, office=True))

    for name, query in (("finding_list", "?view=all&counted=today"), ("checkpoint_review", "?view=today")):
        path, said = reverse(name, args=[campaign.pk]), []
        while empty := BeautifulSoup(client.get(path + query).text, "html.parser").select_one(".empty"):
            said.append(empty.p.get_text())
            query = empty.a["href"]

        assert [words[:2] for words in said] == ["今天", "本周"]
        assert listed(client, path + query) == 1
