"""A unit claims a task nobody leads, the office confirms."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import Event
from checklists.actions.claims import claim_duty, rule_claim
from checklists.models import Assignment, Checkpoint, Claim
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CampaignFactory, ChecklistFactory, DepartmentFactory, DutyFactory

FUTURE = datetime.date(2099, 6, 30)


@pytest.fixture
def campaign(db):
    return CampaignFactory(cutoff_on=datetime.date(2099, 12, 31))


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def units(campaign):
    return [DepartmentFactory(parent=campaign.host, name=name) for name in ("甲局", "乙局")]


@pytest.fixture
def duty(campaign, units):
    """Nobody leads it; another task of the same checklist is issued, so units see the table."""
    checklist = ChecklistFactory(campaign=campaign)
    issued = DutyFactory(campaign=campaign, checklist=checklist, due_on=FUTURE)
    AssignmentFactory(duty=issued, department=units[0])
    return DutyFactory(campaign=campaign, checklist=checklist, due_on=FUTURE, text="无人牵头的任务")


@pytest.fixture
def head(campaign, units):
    return viewer(campaign, head_of=units[0])


def refused(code, act):
    events = Event.objects.count()
    with pytest.raises(ValidationError) as caught:
        act()
    error = caught.value
    found = error.error_list if hasattr(error, "error_list") else [one for rows in error.error_dict.values() for one in rows]
    assert [one.code for one in found] == [code]
    assert Event.objects.count() == events


def test_a_unit_claims_and_the_office_confirms(office, head, duty, units):
    AssignmentFactory(duty=duty, department=units[0], is_lead=False, status="issued", starts_on=datetime.date(2026, 1, 1))
    claim = claim_duty(duty, by=head, department=units[0], note="属我局职责")

    rule_claim(claim, by=office, confirmed=True)

    lead = Assignment.objects.get(duty=duty, is_lead=True)
    assert (lead.department, lead.status, Checkpoint.objects.get(assignment=lead).due_on) == (units[0], "accepted", FUTURE)
    assert lead.accepted_at == lead.issued_at  # the claim is the signature
    assert head.user.name in Event.objects.get(verb="assignment.sign_claim").data["note"]
    assert not any("请签收" in text for text in Notice.objects.filter(user=head.user).values_list("text", flat=True))
    assert Assignment.objects.get(duty=duty, is_lead=False).status == "ended"  # it leads now and no longer supports
    claim.refresh_from_db()
    assert (claim.ruling, claim.ruled_by) == ("confirmed", office.user)
    assert Notice.objects.filter(kind="claim.confirmed", user=head.user).count() == 1
    assert Event.objects.filter(verb__startswith="claim.").count() == 2


def test_who_claimed_reads_that_it_is_signed_for_and_who_supports_is_asked_to_sign(campaign, office, head, duty, units):
    helper = viewer(campaign, head_of=units[1])
    AssignmentFactory(duty=duty, department=units[1], is_lead=False, status="draft")
    claim = claim_duty(duty, by=head, department=units[0])

    rule_claim(claim, by=office, confirmed=True)

    told = dict(Notice.objects.filter(kind="duty.issued").values_list("user", "text"))
    assert ["您单位认领" in told[head.user.pk], "请签收" in told[head.user.pk]] == [True, False]
    assert ["认领" in told[helper.user.pk], "请签收" in told[helper.user.pk]] == [False, True]


def test_a_liaison_and_a_head_above_may_claim(campaign, duty, units):
    section = DepartmentFactory(parent=units[0], name="科室")

    assert claim_duty(duty, by=viewer(campaign, liaison_of=units[1]), department=units[1]).ruling == "open"
    assert claim_duty(duty, by=viewer(campaign, head_of=units[0]), department=section).ruling == "open"


def test_who_may_not_claim(campaign, office, head, duty, units):
    for person in (office, viewer(campaign, leader=True), viewer(campaign, inspector=True), head):
        with pytest.raises(PermissionDenied):
            claim_duty(duty, by=person, department=units[1])
    assert not Claim.objects.exists()


def test_what_has_a_lead_or_is_claimed_already_is_refused(head, duty, units):
    claim_duty(duty, by=head, department=units[0])
    refused("claimed", lambda: claim_duty(duty, by=head, department=units[0]))
    AssignmentFactory(duty=duty, department=units[1], status="draft")
    Claim.objects.all().delete()
    refused("led", lambda: claim_duty(duty, by=head, department=units[0]))


def test_a_refusal_says_why_and_the_unit_reads_it(office, head, duty, units):
    claim = claim_duty(duty, by=head, department=units[0])

    refused("required", lambda: rule_claim(claim, by=office, confirmed=False, note=" "))
    rule_claim(claim, by=office, confirmed=False, note="属乙局职责")

    assert Claim.objects.get().ruling == "refused"
    assert "属乙局职责" in Notice.objects.get(user=head.user).text
    assert not duty.assignments.exists()
    refused("wrong_status", lambda: rule_claim(claim, by=office, confirmed=True))


def test_confirming_one_claim_closes_the_others(campaign, office, head, duty, units):
    mine = claim_duty(duty, by=head, department=units[0])
    other = claim_duty(duty, by=viewer(campaign, head_of=units[1]), department=units[1])

    rule_claim(mine, by=office, confirmed=True)

    other.refresh_from_db()
    assert (other.ruling, duty.assignments.running().count()) == ("refused", 1)


def test_a_limit_that_has_passed_stops_the_confirmation(office, head, duty, units):
    claim = claim_duty(duty, by=head, department=units[0])
    duty.due_on = datetime.date(2026, 1, 5)
    duty.save()

    refused("past", lambda: rule_claim(claim, by=office, confirmed=True))

    claim.refresh_from_db()
    assert (claim.ruling, duty.assignments.count()) == ("open", 0)


def test_nobody_rules_for_their_own_unit_nor_without_the_office(campaign, head, duty, units):
    claim = claim_duty(duty, by=head, department=units[0])

    for person in (viewer(campaign, office=True, head_of=units[0]), viewer(campaign, leader=True), head):
        with pytest.raises(PermissionDenied):
            rule_claim(claim, by=person, confirmed=True)

    claim.refresh_from_db()
    assert (claim.ruling, duty.assignments.count()) == ("open", 0)


# --- pages ---------------------------------------------------------------------------------------------


def address(name, campaign, *args):
    return reverse(name, args=[campaign.pk, *args])


def test_a_unit_claims_from_the_list_and_the_office_rules_there(campaign, office, head, duty, units, signed_in):
    client = signed_in(head)
    gaps = client.get(address("duty_gaps", campaign)).content.decode()
    claimed = client.post(address("duty_claim", campaign, duty.pk), {"department": units[0].pk, "note": "我局"})
    claim = Claim.objects.get()
    client = signed_in(office)
    waiting = client.get(address("duty_gaps", campaign)).content.decode()
    no_reason = client.post(address("claim_rule", campaign, claim.pk), {"move": "refuse", "note": ""})
    confirmed = client.post(address("claim_rule", campaign, claim.pk), {"move": "confirm"})

    assert address("duty_claim", campaign, duty.pk) in gaps
    assert claimed.status_code == 302
    assert address("claim_rule", campaign, claim.pk) in waiting
    assert (no_reason.status_code, confirmed.status_code) == (422, 302)


def test_another_unit_does_not_see_the_claim(campaign, head, duty, units, signed_in):
    claim = claim_duty(duty, by=head, department=units[0])
    client = signed_in(viewer(campaign, head_of=units[1]))

    assert client.get(address("claim_rule", campaign, claim.pk)).status_code == 404
    assert "甲局" not in client.get(address("duty_gaps", campaign)).content.decode()
    assert client.post(address("duty_claim", campaign, duty.pk), {"department": units[0].pk}).status_code == 422
