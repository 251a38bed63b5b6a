"""'Not ours': objecting, ruling, handing over, and the pages of both."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import Event
from checklists.actions.disputes import dispute_assignment, rule_dispute
from checklists.models import Assignment, Checkpoint, Dispute
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CheckpointFactory, DepartmentFactory, ParticipationFactory

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime.datetime(2026, 3, 23, 10, tzinfo=ZONE)
WEDNESDAY = datetime.datetime(2026, 3, 25, 10, tzinfo=ZONE)


@pytest.fixture
def assignment():
    return AssignmentFactory(status="accepted")


@pytest.fixture
def checkpoint(assignment):
    return CheckpointFactory(assignment=assignment, due_on=datetime.date(2026, 3, 26))


@pytest.fixture
def head(assignment):
    return viewer(assignment.campaign, head_of=assignment.department)


@pytest.fixture
def office(assignment):
    return viewer(assignment.campaign, office=True)


@pytest.fixture
def other(assignment):
    """A unit that takes part, too: only such a one is proposed."""
    unit = DepartmentFactory(parent=assignment.campaign.host)
    ParticipationFactory(campaign=assignment.campaign, department=unit)
    return unit


@pytest.fixture
def dispute(assignment, checkpoint, head, other):
    return dispute_assignment(assignment, by=head, reason="无此职能", proposed=other, at=MONDAY)


def test_an_objection_stops_the_clock_and_tells_nobody(dispute, checkpoint, assignment, head):
    assignment.refresh_from_db()
    checkpoint.refresh_from_db()

    assert (assignment.status, checkpoint.status, checkpoint.clock_due_at) == ("disputed", "open", None)
    assert (dispute.by, dispute.department, dispute.at, dispute.ruling) == (head.user, assignment.department, MONDAY, "open")
    assert list(Event.objects.values_list("verb", "data__note")) == [("assignment.dispute", "无此职能")]
    assert Notice.objects.count() == 0


def test_a_liaison_objects_only_where_the_campaign_says_so(assignment):
    liaison = viewer(assignment.campaign, liaison_of=assignment.department)

    with pytest.raises(PermissionDenied):
        dispute_assignment(assignment, by=liaison, reason="无此职能")
    assert (Dispute.objects.count(), Event.objects.count()) == (0, 0)

    liaison.campaign.liaison_may_dispute = True
    dispute_assignment(assignment, by=liaison, reason="无此职能")
    assert Event.objects.get().data["for_head"] is True


def test_nobody_proposes_the_unit_itself(assignment, head):
    with pytest.raises(ValidationError) as caught:
        dispute_assignment(assignment, by=head, reason="无此职能", proposed=assignment.department)

    assert list(caught.value.message_dict) == ["proposed"]
    assignment.refresh_from_db()
    assert (assignment.status, Dispute.objects.count(), Event.objects.count()) == ("accepted", 0, 0)


def test_a_refusal_issues_again_with_the_rest_of_the_time_and_tells_the_unit(dispute, assignment, checkpoint, head, office):
    ruled = rule_dispute(dispute, by=office, upheld=False, note="职责清单第 3 条", at=WEDNESDAY)

    assignment.refresh_from_db()
    checkpoint.refresh_from_db()
    assert (ruled.ruling, ruled.ruled_by, ruled.ruled_at, ruled.note) == ("refused", office.user, WEDNESDAY, "职责清单第 3 条")
    assert assignment.status == "issued"
    assert checkpoint.due_on == datetime.date(2026, 3, 30)  # three working days after Wednesday, as there were after Monday
    assert checkpoint.clock_due_at == checkpoint.due_at == datetime.datetime(2026, 3, 31, tzinfo=ZONE)
    assert [(notice.user, notice.kind) for notice in Notice.objects.all()] == [(head.user, "dispute.refused")]


def test_upholding_ends_the_part_and_starts_another_for_the_ruled_unit(dispute, assignment, checkpoint, head, office, other):
    new_head = viewer(assignment.campaign, head_of=other)

    rule_dispute(dispute, by=office, upheld=True, moved_to=other, at=WEDNESDAY)

    assignment.refresh_from_db()
    new = Assignment.objects.get(department=other)
    assert (assignment.status, assignment.ended_on) == ("ended", datetime.date(2026, 3, 24))
    assert (new.status, new.is_lead, new.starts_on, new.issued_at) == ("issued", True, datetime.date(2026, 3, 25), WEDNESDAY)
    copied = new.checkpoints.get()
    assert (copied.department, copied.due_on, copied.status) == (other, datetime.date(2026, 3, 30), "open")
    assert copied.clock_due_at == datetime.datetime(2026, 3, 31, tzinfo=ZONE)
    assert Checkpoint.objects.get(assignment=assignment).clock_due_at is None
    assert {(notice.user, notice.kind) for notice in Notice.objects.all()} == {
        (head.user, "dispute.upheld"),
        (new_head.user, "duty.issued"),
    }
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "assignment.dispute",
        "assignment.uphold",
        "assignment.create",
        "assignment.issue",
        "checkpoint.create",
    ]
    assert Event.objects.get(verb="checkpoint.create").subject_id == copied.pk


def test_the_unit_that_only_supported_leads_from_now_on(dispute, assignment, office, other):
    supporting = AssignmentFactory(duty=assignment.duty, department=other, is_lead=False, status="accepted")

    rule_dispute(dispute, by=office, upheld=True, moved_to=other, at=WEDNESDAY)

    supporting.refresh_from_db()
    running = assignment.duty.assignments.running()
    assert supporting.status == "ended"
    assert [(row.department, row.is_lead) for row in running] == [(other, True)]


def test_a_supporting_part_may_end_without_another(assignment, office):
    supporting = AssignmentFactory(duty=assignment.duty, is_lead=False)
    by = viewer(assignment.campaign, head_of=supporting.department)
    dispute = dispute_assignment(supporting, by=by, reason="无此职能", at=MONDAY)

    rule_dispute(dispute, by=office, upheld=True, at=WEDNESDAY)

    supporting.refresh_from_db()
    assert (supporting.status, Assignment.objects.count()) == ("ended", 2)


@pytest.mark.parametrize(
    ("ruling", "field"),
    [
        ({"upheld": False, "note": " "}, "reason"),
        ({"upheld": True}, "moved_to"),
        ({"upheld": True, "moved_to": "itself"}, "moved_to"),
        ({"upheld": True, "moved_to": "a unit that leads it too"}, "moved_to"),
    ],
)
def test_a_ruling_that_lacks_something_saves_nothing(dispute, assignment, office, ruling, field):
    if ruling.get("moved_to") == "itself":
        ruling = ruling | {"moved_to": assignment.department}
    elif "moved_to" in ruling:
        ruling = ruling | {"moved_to": AssignmentFactory(duty=assignment.duty).department}
    before = Event.objects.count()

    with pytest.raises(ValidationError) as caught:
        rule_dispute(dispute, by=office, at=WEDNESDAY, **ruling)

    dispute.refresh_from_db()
    assignment.refresh_from_db()
    assert list(caught.value.message_dict) == [field]
    assert (dispute.ruling, assignment.status, Event.objects.count(), Notice.objects.count()) == ("open", "disputed", before, 0)


def test_where_others_lead_too_the_part_may_end_without_another(dispute, assignment, office):
    beside = AssignmentFactory(duty=assignment.duty, status="accepted")

    rule_dispute(dispute, by=office, upheld=True, at=WEDNESDAY)

    assert [row.department for row in assignment.duty.assignments.running()] == [beside.department]


def test_a_lead_that_objects_itself_is_not_counted_on(dispute, assignment, office):
    AssignmentFactory(duty=assignment.duty, status="disputed")

    with pytest.raises(ValidationError) as caught:
        rule_dispute(dispute, by=office, upheld=True, at=WEDNESDAY)

    assert list(caught.value.message_dict) == ["moved_to"]


def test_nobody_rules_on_the_objection_of_their_own_unit(dispute, assignment, head):
    both = viewer(assignment.campaign, user=head.user, office=True)

    with pytest.raises(PermissionDenied):
        rule_dispute(dispute, by=both, upheld=False, note="不成立")

    dispute.refresh_from_db()
    assert dispute.ruling == "open"


def test_of_two_rulings_the_second_is_told(dispute, office):
    rule_dispute(dispute, by=office, upheld=False, note="不成立", at=WEDNESDAY)

    with pytest.raises(ValidationError) as caught:
        rule_dispute(dispute, by=office, upheld=False, note="再驳回", at=WEDNESDAY)

    dispute.refresh_from_db()
    assert (caught.value.code, dispute.note) == ("wrong_status", "不成立")


# --- pages, without JavaScript --------------------------------------------------------------------


def url(name, row, *args):
    return reverse(name, args=[row.campaign_id, *args])


def test_the_page_of_a_task_takes_an_objection(assignment, head, other, signed_in):
    answer = signed_in(head).post(
        url("assignment_move", assignment, assignment.pk), {"move": "dispute", "reason": "无此职能", "proposed": other.pk}
    )

    assert answer.url == assignment.get_absolute_url()
    assert Dispute.objects.get().proposed == other


def test_an_objection_without_reason_keeps_the_proposed_unit(assignment, head, other, signed_in):
    answer = signed_in(head).post(
        url("assignment_move", assignment, assignment.pk), {"move": "dispute", "reason": "", "proposed": other.pk}
    )

    assert answer.status_code == 422
    assert f'value="{other.pk}" selected' in answer.text
    assert Dispute.objects.count() == 0


def test_an_objection_that_came_too_late_keeps_its_text(assignment, head, signed_in):
    Assignment.objects.update(status="done")

    answer = signed_in(head).post(
        url("assignment_move", assignment, assignment.pk), {"move": "dispute", "reason": "写了很久的异议理由", "proposed": ""}
    )

    assert (answer.status_code, "写了很久的异议理由" in answer.text, Dispute.objects.count()) == (409, True, 0)


def test_the_office_rules_on_its_page(dispute, assignment, office, other, signed_in):
    client = signed_in(office)

    page = client.get(url("dispute_rule", dispute, dispute.pk))
    wrong = client.post(url("dispute_rule", dispute, dispute.pk), {"ruling": "refuse", "note": "", "moved_to": ""})
    answer = client.post(url("dispute_rule", dispute, dispute.pk), {"ruling": "uphold", "moved_to": other.pk, "note": ""})

    assert (page.status_code, wrong.status_code) == (200, 422)
    assert list(wrong.context["form"].errors) == ["note"]
    assert answer.url == url("dispute_list", dispute)
    dispute.refresh_from_db()
    assert (dispute.ruling, dispute.moved_to) == ("upheld", other)


def test_the_page_offers_only_units_that_can_take_it_and_to_leave_it_with_the_others(
    dispute, assignment, office, other, signed_in
):
    beside = AssignmentFactory(duty=assignment.duty, department=DepartmentFactory(parent=assignment.campaign.host))
    client, address = signed_in(office), url("dispute_rule", dispute, dispute.pk)

    form = client.get(address).context["form"]
    assert list(form.fields["moved_to"].queryset) == [other]
    assert [name for name, _label in form.fields["ruling"].choices] == ["uphold", "rest", "refuse"]
    assert beside.department.name in str(form["ruling"])
    assert list(client.post(address, {"ruling": "uphold"}).context["form"].errors) == ["moved_to"]
    client.post(address, {"ruling": "rest"})

    dispute.refresh_from_db()
    assert (dispute.ruling, dispute.moved_to) == ("upheld", None)


def test_where_nobody_else_leads_it_cannot_be_left_to_others(dispute, office, signed_in):
    answer = signed_in(office).post(url("dispute_rule", dispute, dispute.pk), {"ruling": "rest"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ruling"])


def test_the_loser_of_two_rulings_keeps_the_text(dispute, office, signed_in):
    rule_dispute(dispute, by=office, upheld=False, note="先到的裁定")

    answer = signed_in(office).post(url("dispute_rule", dispute, dispute.pk), {"ruling": "refuse", "note": "后到的裁定"})

    assert answer.status_code == 409
    assert "后到的裁定" in answer.text
    assert office.user.name in answer.text


@pytest.mark.parametrize("role", ["head", "leader"])
def test_others_read_but_do_not_rule(dispute, assignment, head, role, signed_in):
    reader = head if role == "head" else viewer(assignment.campaign, leader=True)
    client = signed_in(reader)

    page = client.get(url("dispute_rule", dispute, dispute.pk))
    answer = client.post(url("dispute_rule", dispute, dispute.pk), {"ruling": "refuse", "note": "不成立"})

    assert (page.status_code, page.context["may_rule"], answer.status_code) == (200, False, 403)
    dispute.refresh_from_db()
    assert dispute.ruling == "open"


def test_another_unit_does_not_see_the_objection(dispute, other, signed_in):
    client = signed_in(viewer(dispute.campaign, head_of=other))

    assert client.get(url("dispute_rule", dispute, dispute.pk)).status_code == 404
    assert list(client.get(url("dispute_list", dispute)).context["page"]) == []


def test_the_list_offers_a_ruling_to_whoever_may_rule(dispute, assignment, office, head, signed_in):
    own = viewer(assignment.campaign, office=True, head_of=assignment.department)
    offered = {}
    for name, reader in (("office", office), ("office of the unit", own), ("head", head)):
        page = signed_in(reader).get(url("dispute_list", dispute))
        offered[name] = (len(page.context["page"]), '">裁定</a>' in page.text)

    assert offered == {"office": (1, True), "office of the unit": (1, False), "head": (1, False)}


@pytest.mark.parametrize(("role", "expected"), [("office", 9), ("head", 10)])
def test_the_list_of_objections_costs_the_same_for_one_and_three_rows(
    dispute, assignment, head, office, signed_in, django_assert_num_queries, role, expected
):
    client = signed_in(office if role == "office" else head)
    with django_assert_num_queries(expected):
        client.get(url("dispute_list", dispute))
    for _n in range(2):
        another = AssignmentFactory(duty__campaign=assignment.campaign, department=assignment.department)
        dispute_assignment(another, by=head, reason="无此职能", at=MONDAY)
    with django_assert_num_queries(expected):
        client.get(url("dispute_list", dispute))
