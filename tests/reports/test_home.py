"""Start pages: a figure says what it counts, a sentence stands only where it is true."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.calendars import calendar_of
from checklists import rules
from checklists.models import Claim, Dispute, EvidenceLink
from checklists.workbench import reviewable, to_review
from inspections.models import Extension, FindingAssignment, FindingDispute
from reports.home import SHOWN, office_home
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CheckpointFactory,
    DutyFactory,
    EvidenceFactory,
    FindingFactory,
    ParticipationFactory,
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
    names = ("disputes", "finding_disputes", "extensions", "claims", "findings")

    counts = [office_home(person, calendar_of(campaign), timezone.now()).counts for person in _two_of_the_office(campaign, unit)]

    assert [[found[name] for name in names] for found in counts] == [[2, 2, 2, 2, 1], [1, 1, 1, 1, 0]]


def _two_of_the_office(campaign, unit):
    return viewer(campaign, office=True), viewer(campaign, office=True, head_of=unit)


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
