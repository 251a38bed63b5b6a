"""A unit's part in a task: the whole table of moves, and each rule allowed once and refused once."""

import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Event
from checklists.actions.assignments import (
    ASSIGNMENT_MOVES,
    accept_assignments,
    issue_assignments,
    look_again,
    move_assignment,
    moves_for,
)
from checklists.models import Assignment
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CampaignFactory, CheckpointFactory, DepartmentFactory, DutyFactory

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 3, 23, 10, tzinfo=ZONE)

# status -> move -> where it leads. What is not written here is refused.
LEADS = {
    "draft": {"issue": "issued", "end": "ended"},
    "issued": {"accept": "accepted", "sign_claim": "accepted", "dispute": "disputed", "finish": "done", "end": "ended"},
    "accepted": {"dispute": "disputed", "finish": "done", "end": "ended"},
    "disputed": {"refuse": "issued", "uphold": "ended"},
    "done": {"look_again": "issued", "end": "ended"},
    "ended": {},
}
# role -> moves that are this role's to make
MAY = {
    "office": {"issue", "refuse", "uphold", "look_again", "end"},
    "office_and_head": {"issue", "accept", "dispute", "look_again", "end"},
    "head": {"accept", "dispute"},
    "head_above": {"accept", "dispute"},
    "liaison": {"accept"},
    "liaison_who_may_all": {"accept", "dispute"},
    "liaison_who_may_nothing": set(),
    "head_of_another": set(),
    "inspector": set(),
    "leader": set(),
    "office_elsewhere": set(),
    "portal": {"finish", "sign_claim"},
}


def person(role, assignment):
    """A viewer in this role towards the assignment."""
    campaign, unit = assignment.campaign, assignment.department
    if role.startswith("liaison"):
        campaign.liaison_may_submit = role != "liaison_who_may_nothing"
        campaign.liaison_may_dispute = role == "liaison_who_may_all"
        campaign.save()
        return viewer(campaign, liaison_of=unit)
    return {
        "office": lambda: viewer(campaign, office=True),
        "office_and_head": lambda: viewer(campaign, office=True, head_of=unit),
        "head": lambda: viewer(campaign, head_of=unit),
        "head_above": lambda: viewer(campaign, head_of=unit.parent),
        "head_of_another": lambda: viewer(campaign, head_of=DepartmentFactory(parent=unit.parent)),
        "inspector": lambda: viewer(campaign, inspector=True),
        "leader": lambda: viewer(campaign, leader=True),
        "office_elsewhere": lambda: viewer(CampaignFactory(host=campaign.host), office=True),
        "portal": lambda: None,
    }[role]()


def test_the_table_of_this_test_names_every_status_and_every_move():
    assert set(LEADS) == set(Assignment.Status.values)
    assert {move for moves in LEADS.values() for move in moves} == set(ASSIGNMENT_MOVES)


@pytest.mark.parametrize(("status", "role"), list(product(LEADS, MAY)))
def test_every_status_by_move_by_role(status, role):
    assignment = AssignmentFactory(status=status)
    by = person(role, assignment)

    for move in ASSIGNMENT_MOVES:
        Assignment.objects.filter(pk=assignment.pk).update(status=status, ended_on=None)
        before = Event.objects.count()
        try:
            moved = move_assignment(assignment, move=move, by=by, reason="理由", until=NOW.date(), at=NOW)
        except PermissionDenied:
            outcome = "not theirs"
        except ValidationError as error:
            outcome = error.code
        else:
            outcome = moved.status

        expected = "not theirs" if move not in MAY[role] else LEADS[status].get(move, "wrong_status")
        assert (move, outcome) == (move, expected)
        assignment.refresh_from_db()
        assert assignment.status == (outcome if outcome in LEADS else status)
        assert Event.objects.count() - before == (outcome in LEADS)
        if by:
            assignment.status = status
            assert (move in moves_for(assignment, by)) == (outcome in LEADS)


@pytest.mark.parametrize(("move", "status"), [("dispute", "issued"), ("refuse", "disputed"), ("look_again", "done")])
def test_a_move_without_what_it_must_carry_saves_nothing(move, status):
    assignment = AssignmentFactory(status=status)
    by = person("head" if move == "dispute" else "office", assignment)

    with pytest.raises(ValidationError) as caught:
        move_assignment(assignment, move=move, by=by, reason=" ")

    assert "reason" in caught.value.message_dict
    assignment.refresh_from_db()
    assert (assignment.status, Event.objects.count()) == (status, 0)


def test_signing_stamps_the_moment_and_says_that_the_liaison_did_it():
    assignment = AssignmentFactory()
    by = person("liaison", assignment)

    move_assignment(assignment, move="accept", by=by, at=NOW)

    assignment.refresh_from_db()
    event = Event.objects.get()
    assert (assignment.accepted_at, event.at, event.actor) == (NOW, NOW, by.user)
    assert event.data == {"old": "issued", "new": "accepted", "for_head": True}


def test_an_ended_part_still_says_who_answered_then():
    assignment = AssignmentFactory(status="accepted", starts_on=datetime.date(2026, 1, 1))
    checkpoint = CheckpointFactory(assignment=assignment)

    move_assignment(assignment, move="end", by=person("office", assignment), at=NOW)

    assert list(Assignment.objects.on(datetime.date(2026, 3, 22))) == [assignment]
    assert list(Assignment.objects.on(datetime.date(2026, 3, 23))) == []
    checkpoint.refresh_from_db()
    assert checkpoint.clock_due_at is None


def test_all_drafts_are_issued_in_one_act_and_twice_is_once(django_assert_num_queries):
    duty = DutyFactory()
    rows = [AssignmentFactory(duty=duty, is_lead=n == 0, status="draft") for n in range(3)]
    by = person("office", rows[0])

    with django_assert_num_queries(5):  # savepoint, lock, update, events, release
        issued = issue_assignments(rows, by=by, at=NOW)
    again = issue_assignments(rows, by=by, at=NOW)

    assert ([row.pk for row in issued], again) == ([row.pk for row in rows], [])
    assert set(Assignment.objects.values_list("status", "issued_at")) == {("issued", NOW)}
    assert list(Event.objects.values_list("verb", flat=True)) == ["assignment.issue"] * 3


def test_only_the_office_issues():
    assignment = AssignmentFactory(status="draft")

    with pytest.raises(PermissionDenied):
        issue_assignments([assignment], by=person("head", assignment))

    assignment.refresh_from_db()
    assert (assignment.status, Event.objects.count()) == ("draft", 0)


def test_signing_many_leaves_out_what_is_signed_already_or_another_unit_s():
    waiting, foreign = AssignmentFactory(), AssignmentFactory()
    signed = AssignmentFactory(duty=waiting.duty, department=waiting.department, is_lead=False, status="accepted")
    by = person("head", waiting)

    done = accept_assignments([waiting, signed, foreign], by=by, at=NOW)

    assert done == [waiting]
    assert list(Assignment.objects.order_by("pk").values_list("status", flat=True)) == ["accepted", "issued", "accepted"]


def test_looking_again_makes_one_more_checkpoint_with_a_running_clock_and_tells_the_unit():
    assignment = AssignmentFactory(status="done")
    CheckpointFactory(assignment=assignment, status="approved")
    head = person("head", assignment)

    look_again(assignment, by=person("office", assignment), reason="现场又见积水", until=datetime.date(2026, 3, 27), at=NOW)

    assignment.refresh_from_db()
    made = assignment.checkpoints.get(status="open")
    assert (assignment.status, made.due_on, made.reason) == ("issued", datetime.date(2026, 3, 27), "现场又见积水")
    assert made.clock_due_at == made.due_at == datetime.datetime(2026, 3, 28, tzinfo=ZONE)
    assert [notice.user for notice in Notice.objects.all()] == [head.user]


def test_looking_again_needs_a_day_to_come():
    assignment = AssignmentFactory(status="done")

    with pytest.raises(ValidationError) as caught:
        look_again(assignment, by=person("office", assignment), reason="再看", until=datetime.date(2026, 3, 20), at=NOW)

    assert "until" in caught.value.message_dict
    assignment.refresh_from_db()
    assert (assignment.status, assignment.checkpoints.count(), Event.objects.count()) == ("done", 0, 0)
