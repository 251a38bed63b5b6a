"""The table of moves: every state × move × role, and each rule once allowed, once refused per reason."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Event
from campaigns.models import StoredFile
from inspections.actions.findings import MOVES, issue_findings, move_finding, moves_for
from inspections.actions.kinds import give_defaults
from inspections.models import Finding, FindingAssignment, FindingDispute, Rectification
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import CampaignFactory, DepartmentFactory, FindingFactory, ProblemKindFactory, RoundFactory, UserFactory

Status = Finding.Status
NOW = timezone.make_aware(datetime.datetime(2026, 3, 4, 10))  # a Wednesday


def moment(day, hour=10, month=3):
    return timezone.make_aware(datetime.datetime(2026, month, day, hour))


def photo(campaign, by, kind="photo"):
    return StoredFile.objects.create(
        campaign=campaign, key=str(uuid.uuid4()), name="a.jpg", kind=kind, media_type="image/jpeg", size=1, sha256="0", by=by.user
    )


def finding_in(status, **fields):
    """A row in the state with what its moves would have left beside it."""
    if status == "draft":
        fields = {"year": None, "no": None, "issued_at": None, "due_on": None, "due_at": None, "clock_due_at": None} | fields
    if status in ("submitted", "disputed", "parked", "closed"):
        fields = {"clock_stopped_at": moment(3)} | fields
    row = FindingFactory(status=status, **fields)
    if status in ("submitted", "closed"):
        outcome = "waiting" if status == "submitted" else "accepted"
        Rectification.objects.create(
            finding=row, round_no=1, department=row.lead, text="已整改", by=row.found_by, at=moment(3), outcome=outcome
        )
    if status == "disputed":
        FindingDispute.objects.create(campaign=row.campaign, finding=row, department=row.lead, reason="不属我局", by=row.found_by)
    return row


def carried(row, by):
    """Enough for any move."""
    other = DepartmentFactory(parent=row.campaign.host)
    return {
        "text": "已清理",
        "reason": "理由",
        "how": "on_site",
        "plan": "纳入改造",
        "until": datetime.date(2026, 6, 30),
        "department": other,
        "files": [photo(row.campaign, by)],
    }


ROLES = {
    "office": {"office": True},
    "finder": {"inspector": True},  # of the finding's own round
    "inspector": {"inspector": True},
    "leader": {"leader": True},
    "head": {"head_of": "lead"},
    "liaison": {"liaison_of": "lead"},
    "supporting": {"head_of": "support"},
    "other": {"head_of": "other"},
    "office_and_head": {"office": True, "head_of": "lead"},
    "office_and_support": {"office": True, "head_of": "support"},
    "nobody": {},
}

OFFICE, FINDER, HEAD, LIAISON, BOTH, WITH_SUPPORT = (
    "office",
    "finder",
    "head",
    "liaison",
    "office_and_head",
    "office_and_support",
)
RUNNING = ["issued", "accepted", "returned"]
# move -> (states, target, roles that may); the same lines as the design's table of states.
TABLE = {
    "issue": (["draft"], "issued", {OFFICE, BOTH, WITH_SUPPORT}),
    "put_right": (["draft"], "closed", {OFFICE, FINDER}),
    "accept": (["issued"], "accepted", {HEAD, LIAISON, BOTH}),
    "submit": (RUNNING, "submitted", {HEAD, LIAISON, BOTH}),
    "dispute": (["issued", "accepted"], "disputed", {HEAD, BOTH}),
    "rule": (["disputed"], "issued", {OFFICE}),
    "close": (["submitted"], "closed", {OFFICE, FINDER}),
    "return": (["submitted"], "returned", {OFFICE, FINDER}),
    "transfer": (RUNNING, "issued", {OFFICE}),
    "park": (RUNNING, "parked", {OFFICE}),
    "resume": (["parked"], "issued", {OFFICE, BOTH, WITH_SUPPORT}),
    "relapse": (["closed"], "issued", {OFFICE, BOTH, WITH_SUPPORT}),
    "void": (["draft", "issued", "accepted"], "void", {OFFICE}),
}
DRAFT_VOID = {OFFICE, FINDER, BOTH, WITH_SUPPORT}


@pytest.fixture
def people(campaign):
    """One person of every role, and the units they belong to."""
    units = {name: DepartmentFactory(parent=campaign.host) for name in ("lead", "support", "other")}
    made = {
        role: viewer(campaign, **{key: units.get(value, value) for key, value in given.items()}) for role, given in ROLES.items()
    }
    return campaign, units, made


def test_the_table_is_the_designs_table():
    assert {name: (set(move.sources), str(move.target)) for name, move in MOVES.items()} == {
        name: (set(states), target) for name, (states, target, _roles) in TABLE.items()
    }


@pytest.mark.django_db
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("status", Status.values)
def test_every_state_and_move_for_every_role(people, status, move):
    campaign, units, made = people
    round = RoundFactory(campaign=campaign)
    round.inspectors.add(made["finder"].user)
    states, target, may = TABLE[move]
    if (move, status) == ("void", "draft"):
        may = DRAFT_VOID
    for role, by in made.items():
        row = finding_in(status, campaign=campaign, lead=units["lead"], round=round, found_by=made["finder"].user)
        FindingAssignment.objects.create(finding=row, department=units["support"], is_lead=False, starts_at=moment(2))
        before = Event.objects.count()
        data = carried(row, by)
        if move in ("dispute", "rule"):
            data.pop("department")

        if role in may and status in states:
            assert move in moves_for(row, by), role
            assert move_finding(row, move=move, by=by, at=NOW, **data).status == target
            assert Event.objects.count() > before
        else:
            assert move not in moves_for(row, by), role
            refused = PermissionDenied if role not in may else ValidationError
            if move == "void" and role in DRAFT_VOID - {OFFICE} and status == "draft":
                refused = ValidationError
            with pytest.raises(refused):
                move_finding(row, move=move, by=by, at=NOW, **data)
            row.refresh_from_db()
            assert (row.status, Event.objects.count()) == (status, before), role


@pytest.mark.django_db
@pytest.mark.parametrize(("move", "status", "missing"), [
    ("submit", "issued", "text"),
    ("dispute", "issued", "reason"),
    ("rule", "disputed", "reason"),
    ("close", "submitted", "how"),
    ("return", "submitted", "how"),
    ("return", "submitted", "reason"),
    ("transfer", "issued", "department"),
    ("transfer", "issued", "reason"),
    ("park", "issued", "plan"),
    ("park", "issued", "until"),
    ("relapse", "closed", "reason"),
    ("void", "issued", "reason"),
])  # fmt: skip
def test_a_move_must_carry_its_data(campaign, move, status, missing):
    row = finding_in(status, campaign=campaign)
    by = viewer(campaign, head_of=row.lead) if move in ("submit", "dispute") else viewer(campaign, office=True)

    with pytest.raises(ValidationError) as refused:
        move_finding(row, move=move, by=by, at=NOW, **carried(row, by) | {missing: ""})

    assert list(refused.value.error_dict) == [missing]
    row.refresh_from_db()
    assert (row.status, row.version, Event.objects.count()) == (status, 1, 0)


def test_a_finding_of_another_campaign_is_refused(campaign):
    row = finding_in("submitted", campaign=CampaignFactory())

    with pytest.raises(PermissionDenied):
        move_finding(row, move="close", by=viewer(campaign, office=True), how="online")


# --- issue ----------------------------------------------------------------------------------------


def test_issuing_takes_a_number_starts_the_clock_and_tells_the_units_people_once(campaign):
    row = finding_in("draft", campaign=campaign)
    head, liaison = viewer(campaign, head_of=row.lead), viewer(campaign, liaison_of=row.lead)
    office = viewer(campaign, office=True)
    FindingAssignment.objects.create(finding=row, department=DepartmentFactory(), is_lead=False, starts_at=moment(2))

    issued = move_finding(row, move="issue", by=office, at=NOW)

    assert (issued.number, issued.issued_at, issued.due_on) == ("2026-0001", NOW, datetime.date(2026, 3, 9))
    assert issued.due_at == issued.clock_due_at == moment(10, 0)
    assert set(issued.assignments.values_list("starts_at", flat=True)) == {NOW}  # nobody answered for it before
    assert {notice.user for notice in Notice.objects.all()} == {head.user, liaison.user}
    assert Event.objects.get().data == {"old": "draft", "new": "issued", "role": "office"}


@pytest.mark.parametrize(
    ("severity", "limit"), [("ordinary", (9, 3)), ("serious", (9, 3)), ("at_once", (5, 3))], ids=["3 days", "3 days", "1 day"]
)
def test_the_limit_follows_severity(campaign, severity, limit):
    row = finding_in("draft", campaign=campaign, severity=severity)
    office = viewer(campaign, office=True)
    give_defaults(campaign, by=office)

    assert move_finding(row, move="issue", by=office, at=NOW).due_on == datetime.date(2026, limit[1], limit[0])


def test_a_chosen_limit_wins_over_the_rule(campaign):
    row = finding_in("draft", campaign=campaign, due_on=datetime.date(2026, 4, 30))

    assert move_finding(row, move="issue", by=viewer(campaign, office=True), at=NOW).due_at == moment(1, 0, month=5)


def test_a_limit_before_the_day_of_issue_is_refused_with_its_own_sentence(campaign):
    row = finding_in("draft", campaign=campaign)

    with pytest.raises(ValidationError) as refused:
        move_finding(row, move="issue", by=viewer(campaign, office=True), at=NOW, due_on=datetime.date(2026, 3, 3))

    assert refused.value.error_dict["due_on"][0].code == "past"


def test_without_a_unit_nothing_is_issued_and_no_number_is_lost(campaign):
    row, good = finding_in("draft", campaign=campaign, lead=None), finding_in("draft", campaign=campaign)
    office = viewer(campaign, office=True)

    results = issue_findings([row, good], by=office, at=NOW)

    assert [error.error_dict["department"][0].code if error else None for _row, error in results] == ["no_unit", None]
    good.refresh_from_db()
    assert good.number == "2026-0001"


@pytest.mark.django_db
def test_an_inspector_issues_only_where_the_campaign_allows_it():
    campaign = CampaignFactory(inspector_may_issue=True)
    inspector = viewer(campaign, inspector=True)
    own = finding_in("draft", campaign=campaign, found_by=inspector.user)
    others = finding_in("draft", campaign=campaign)

    assert move_finding(own, move="issue", by=inspector, at=NOW).status == "issued"
    with pytest.raises(PermissionDenied):
        move_finding(others, move="issue", by=inspector, at=NOW)


def test_who_supports_is_told_and_who_acts_is_not(campaign):
    row, support = finding_in("draft", campaign=campaign), DepartmentFactory(parent=campaign.host)
    FindingAssignment.objects.create(finding=row, department=support, is_lead=False, starts_at=moment(2))
    helper, both = viewer(campaign, head_of=support), viewer(campaign, office=True, head_of=row.lead)
    liaison = viewer(campaign, liaison_of=row.lead)

    row = move_finding(row, move="issue", by=both, at=NOW)
    told = {notice.user: notice.text for notice in Notice.objects.all()}
    Notice.objects.all().delete()
    Finding.objects.update(status="closed")
    move_finding(row, move="relapse", by=both, reason="又满溢", at=moment(20))

    assert set(told) == {helper.user, liaison.user}
    assert told[helper.user].startswith("配合整改：") and told[helper.user].endswith(f"由{row.lead}牵头")
    assert [notice.user for notice in Notice.objects.all()] == [liaison.user]


def test_a_batch_gives_one_notice_per_person(campaign):
    unit, other = DepartmentFactory(parent=campaign.host), DepartmentFactory(parent=campaign.host)
    head, single = viewer(campaign, head_of=unit), viewer(campaign, head_of=other)
    rows = [finding_in("draft", campaign=campaign, lead=unit) for _ in range(3)]
    rows.append(finding_in("draft", campaign=campaign, lead=other))

    issue_findings(rows, by=viewer(campaign, office=True), at=NOW)

    kinds = {notice.user: notice.kind for notice in Notice.objects.all()}
    assert (Notice.objects.count(), kinds) == (2, {head.user: "finding.batch", single.user: "finding.issue"})


# --- answer, verification, clock ------------------------------------------------------------------


@pytest.mark.parametrize(("at", "in_time"), [(moment(5), True), (moment(5, 23), True), (moment(6, 0), False), (moment(9), False)])
def test_in_time_is_the_accepted_answer_before_the_limit(campaign, at, in_time):
    row = finding_in("accepted", campaign=campaign)  # limit: March 5, to the end of the day
    answered = move_finding(row, move="submit", by=viewer(campaign, head_of=row.lead), text="已清理", at=at)
    assert (answered.clock_due_at, answered.clock_stopped_at, answered.submitted_at) == (None, at, at)

    closed = move_finding(row, move="close", by=viewer(campaign, office=True), how="online", at=moment(20))

    assert (closed.in_time, closed.closed_at, closed.clock_due_at) == (in_time, moment(20), None)


def test_answering_without_signing_signs_at_once(campaign):
    row = finding_in("issued", campaign=campaign)

    assert move_finding(row, move="submit", by=viewer(campaign, head_of=row.lead), text="已清理", at=NOW).status == "submitted"


@pytest.mark.parametrize(
    ("answered", "returned", "due_on"),
    [
        (moment(3), moment(4), datetime.date(2026, 3, 6)),  # two working days were left
        (moment(5, 23), moment(11), datetime.date(2026, 3, 12)),  # none was left: one working day
        (moment(9), moment(11), datetime.date(2026, 3, 12)),  # late: one working day
    ],
)
def test_a_return_gives_the_rest_of_the_time_and_at_least_one_working_day(campaign, answered, returned, due_on):
    row = finding_in("accepted", campaign=campaign)
    head = viewer(campaign, head_of=row.lead)
    move_finding(row, move="submit", by=head, text="已清理", at=answered)

    back = move_finding(row, move="return", by=viewer(campaign, office=True), how="on_site", reason="仍有污渍", at=returned)

    assert (back.due_on, back.clock_due_at, back.rework_count, back.round_no) == (due_on, back.due_at, 1, 2)
    assert Notice.objects.get(user=head.user).kind == "finding.return"
    assert "仍有污渍" in Notice.objects.get(user=head.user).text


def test_each_round_keeps_its_answer_and_verdict(campaign):
    row = finding_in("accepted", campaign=campaign)
    head, office = viewer(campaign, head_of=row.lead), viewer(campaign, office=True)
    move_finding(row, move="submit", by=head, text="第一次", at=moment(3))
    move_finding(row, move="return", by=office, how="on_site", reason="不到位", at=moment(4))
    move_finding(row, move="submit", by=head, text="第二次", at=moment(5))
    move_finding(row, move="close", by=office, how="online", at=moment(6))

    rounds = [(one.round_no, one.text, one.outcome, one.how, one.verdict) for one in row.rectifications.order_by("round_no")]
    assert rounds == [(1, "第一次", "returned", "on_site", "不到位"), (2, "第二次", "accepted", "online", "")]


@pytest.mark.parametrize(
    ("needs", "place", "kind", "refused"),
    [(True, "示范路", "photo", False), (True, "示范路", None, True), (True, "示范路", "document", True), (False, "示范路", None, False),
     (True, "", None, False)],
)  # fmt: skip
def test_only_a_street_finding_whose_kind_says_so_asks_for_an_after_photo(campaign, needs, place, kind, refused):
    problem = ProblemKindFactory(campaign=campaign, needs_after_photo=needs)
    row = finding_in("accepted", campaign=campaign, kind=problem, place=place)
    head = viewer(campaign, head_of=row.lead)
    files = [photo(campaign, head, kind)] if kind else []

    if refused:
        with pytest.raises(ValidationError) as error:
            move_finding(row, move="submit", by=head, text="已清理", files=files, at=NOW)
        assert error.value.error_dict["files"][0].code == "no_photo"
        assert Rectification.objects.count() == 0
    else:
        assert move_finding(row, move="submit", by=head, text="已清理", files=files, at=NOW).status == "submitted"


def test_a_liaison_answers_for_the_head_and_the_log_says_so(campaign):
    row = finding_in("accepted", campaign=campaign)

    move_finding(row, move="submit", by=viewer(campaign, liaison_of=row.lead), text="已清理", at=NOW)

    event = Event.objects.get()
    assert (event.data["for_head"], event.at) == (True, NOW)
    assert event.received_at > NOW  # told of late: when it happened, and when it came in
    assert row.rectifications.get().for_head


@pytest.mark.django_db
def test_a_liaison_may_be_kept_from_answering_and_be_let_object():
    campaign = CampaignFactory(liaison_may_submit=False, liaison_may_dispute=True)
    row = finding_in("issued", campaign=campaign)

    assert list(moves_for(row, viewer(campaign, liaison_of=row.lead))) == ["dispute"]


def test_putting_right_on_the_spot_needs_a_photo_and_closes_without_a_number(campaign):
    inspector = viewer(campaign, inspector=True)
    row = finding_in("draft", campaign=campaign, found_by=inspector.user)
    with pytest.raises(ValidationError):
        move_finding(row, move="put_right", by=inspector, at=NOW)

    closed = move_finding(row, move="put_right", by=inspector, files=[photo(campaign, inspector)], at=NOW)

    assert (closed.status, closed.no, closed.closed_at, closed.issued_at) == ("closed", None, NOW, None)
    answer = row.rectifications.get()
    assert (answer.outcome, answer.how, answer.files.count()) == ("accepted", "on_site", 1)


def test_a_draft_is_made_void_by_its_finder_and_not_by_a_colleague_of_the_round(campaign):
    finder, colleague = viewer(campaign, inspector=True), viewer(campaign, inspector=True)
    round = RoundFactory(campaign=campaign)
    round.inspectors.set([finder.user, colleague.user])
    row = finding_in("draft", campaign=campaign, round=round, found_by=finder.user)

    with pytest.raises(PermissionDenied):
        move_finding(row, move="void", by=colleague, reason="重复登记", at=NOW)
    assert "void" not in moves_for(row, colleague)

    assert move_finding(row, move="void", by=finder, reason="重复登记", at=NOW).status == "void"


# --- objections, transfers, parking ---------------------------------------------------------------


def test_an_objection_stops_the_clock_and_is_made_once(campaign):
    row = finding_in("issued", campaign=campaign)
    head, office = viewer(campaign, head_of=row.lead), viewer(campaign, office=True)

    stopped = move_finding(row, move="dispute", by=head, reason="不属我局", at=moment(3))
    assert (stopped.clock_due_at, stopped.status) == (None, "disputed")

    ruled = move_finding(row, move="rule", by=office, reason="按职责清单", upheld=False, at=NOW)
    assert (ruled.status, ruled.lead, ruled.due_on, ruled.clock_due_at) == (
        "issued",
        row.lead,
        datetime.date(2026, 3, 9),
        ruled.due_at,
    )
    assert "dispute" not in moves_for(ruled, head)
    with pytest.raises(ValidationError) as refused:
        move_finding(row, move="dispute", by=head, reason="再次提出", at=NOW)
    assert refused.value.code == "disputed_already"


def test_an_upheld_objection_moves_the_finding_and_keeps_who_refused(campaign):
    row = finding_in("disputed", campaign=campaign)
    old, new = row.lead, DepartmentFactory(parent=campaign.host)
    before, after = viewer(campaign, head_of=old), viewer(campaign, head_of=new)

    move_finding(row, move="rule", by=viewer(campaign, office=True), reason="属实", upheld=True, department=new, at=NOW)

    row.refresh_from_db()
    assert (row.lead, row.status) == (new, "issued")
    spells = [(one.department, one.ended_at) for one in row.assignments.order_by("pk")]
    assert spells == [(old, NOW), (new, None)]
    dispute = row.disputes.get()
    assert (dispute.department, dispute.ruling, dispute.moved_to) == (old, "upheld", new)
    assert {notice.user for notice in Notice.objects.all()} == {before.user, after.user}
    assert list(Finding.objects.visible_to(before)) == []
    assert list(Finding.objects.visible_to(after)) == [row]
    assert "dispute" in moves_for(row, after)


def test_an_upheld_objection_needs_another_unit(campaign):
    row = finding_in("disputed", campaign=campaign)
    office = viewer(campaign, office=True)

    for unit, code in ((None, "required"), (row.lead, "same")):
        with pytest.raises(ValidationError) as refused:
            move_finding(row, move="rule", by=office, reason="属实", upheld=True, department=unit, at=NOW)
        assert refused.value.error_dict["department"][0].code == code


def test_a_unit_does_not_propose_itself(campaign):
    row = finding_in("issued", campaign=campaign)

    with pytest.raises(ValidationError) as refused:
        move_finding(row, move="dispute", by=viewer(campaign, head_of=row.lead), reason="x", proposed=row.lead, at=NOW)

    assert refused.value.error_dict["proposed"][0].code == "own"
    assert row.disputes.count() == 0


def test_a_transfer_ends_one_spell_starts_another_and_restarts_the_clock(campaign):
    row = finding_in("returned", campaign=campaign, round_no=2)
    old, new = row.lead, DepartmentFactory(parent=campaign.host)
    FindingAssignment.objects.create(finding=row, department=new, is_lead=False, starts_at=moment(2))

    moved = move_finding(row, move="transfer", by=viewer(campaign, office=True), department=new, reason="职责调整", at=NOW)

    assert (moved.lead, moved.status, moved.due_on, moved.round_no) == (new, "issued", datetime.date(2026, 3, 9), 3)
    running = [(one.department, one.is_lead) for one in row.assignments.filter(ended_at=None)]
    assert running == [(new, True)]
    assert row.assignments.get(department=old).ended_at == NOW


def test_parking_stops_the_clock_and_taking_up_starts_it_anew(campaign):
    row = finding_in("accepted", campaign=campaign)
    office = viewer(campaign, office=True)

    parked = move_finding(row, move="park", by=office, plan="纳入年度改造", until=datetime.date(2026, 6, 30), at=NOW)
    assert (parked.clock_due_at, parked.parked_until) == (None, datetime.date(2026, 6, 30))

    again = move_finding(row, move="resume", by=office, due_on=datetime.date(2026, 7, 10), at=moment(30, month=6))
    assert (again.status, again.due_on, again.clock_due_at) == ("issued", datetime.date(2026, 7, 10), again.due_at)


def test_a_date_of_parking_must_lie_ahead(campaign):
    row = finding_in("accepted", campaign=campaign)

    with pytest.raises(ValidationError) as refused:
        move_finding(row, move="park", by=viewer(campaign, office=True), plan="x", until=NOW.date(), at=NOW)

    assert refused.value.error_dict["until"][0].code == "past"


def test_a_relapse_is_counted_apart_from_rework(campaign):
    row = finding_in("closed", campaign=campaign, in_time=True, closed_at=moment(3))

    again = move_finding(row, move="relapse", by=viewer(campaign, office=True), reason="又满溢", at=moment(20))

    assert (again.relapse_count, again.rework_count, again.round_no) == (1, 0, 2)
    assert (again.in_time, again.closed_at, again.no) == (None, None, row.no)
    assert again.clock_due_at == again.due_at


def test_a_void_finding_keeps_its_number_and_the_unit_is_told(campaign):
    row = finding_in("accepted", campaign=campaign)
    head = viewer(campaign, head_of=row.lead)

    gone = move_finding(row, move="void", by=viewer(campaign, office=True), reason="重复登记", at=NOW)

    assert (gone.number, gone.clock_due_at, Notice.objects.get().user) == (row.number, None, head.user)


# --- nobody verifies their own unit ---------------------------------------------------------------


@pytest.mark.parametrize("move", ["close", "return"])
@pytest.mark.parametrize("role", ["head_of", "liaison_of"])
@pytest.mark.parametrize("part", ["lead", "support", "above"])
def test_nobody_verifies_a_finding_of_the_own_unit_whatever_else_they_are(campaign, move, role, part):
    above = DepartmentFactory(parent=campaign.host)
    row = finding_in("submitted", campaign=campaign, lead=DepartmentFactory(parent=above))
    support = DepartmentFactory(parent=campaign.host)
    FindingAssignment.objects.create(finding=row, department=support, is_lead=False, starts_at=moment(2))
    unit = {"lead": row.lead, "support": support, "above": above}[part]
    both = viewer(campaign, office=True, inspector=True, **{role: unit})

    with pytest.raises(PermissionDenied):
        move_finding(row, move=move, by=both, how="on_site", reason="x", at=NOW)

    row.refresh_from_db()
    assert (row.status, row.rectifications.get().outcome) == ("submitted", "waiting")


def test_a_unit_whose_part_has_ended_keeps_nobody_from_verifying(campaign):
    row = finding_in("submitted", campaign=campaign)
    once = DepartmentFactory(parent=campaign.host)
    FindingAssignment.objects.create(finding=row, department=once, is_lead=False, starts_at=moment(2), ended_at=moment(3))

    closed = move_finding(row, move="close", by=viewer(campaign, office=True, head_of=once), how="on_site", at=NOW)

    assert closed.status == "closed"


# --- somebody was faster --------------------------------------------------------------------------


def test_the_second_of_two_is_told_that_somebody_was_faster(campaign):
    row = finding_in("submitted", campaign=campaign)
    first, second = viewer(campaign, office=True), viewer(campaign, office=True)
    move_finding(row, move="return", by=first, how="on_site", reason="不到位", at=NOW)

    with pytest.raises(ValidationError) as refused:
        move_finding(row, move="close", by=second, how="online", at=NOW)

    assert refused.value.code == "wrong_status"


def test_a_verdict_on_an_answer_that_was_replaced_is_stale(campaign):
    row = finding_in("submitted", campaign=campaign)
    office, head = viewer(campaign, office=True), viewer(campaign, head_of=row.lead)
    seen = row.version
    move_finding(row, move="return", by=office, how="on_site", reason="不到位", at=NOW)
    move_finding(row, move="submit", by=head, text="再次整改", at=NOW)

    with pytest.raises(ValidationError) as refused:
        move_finding(row, move="close", by=office, how="online", version=seen, at=NOW)

    assert refused.value.code == "stale"


def test_a_person_without_a_role_moves_nothing(campaign):
    row = finding_in("submitted", campaign=campaign)

    assert moves_for(row, viewer(campaign, user=UserFactory())) == {}
