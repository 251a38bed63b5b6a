"""The responsibility table: edited, split, assigned to many, issued; checkpoints follow the limits."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Event
from checklists.actions.assignments import move_assignment
from checklists.actions.bulk import assign_many
from checklists.actions.duties import edit_duty, split_duty
from checklists.actions.issuing import issue_drafts, plan_issue, tight_periods
from checklists.actions.limits import make_due_checkpoints
from checklists.models import Assignment, Checkpoint, Duty
from checklists.periods import dues
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    ChecklistFactory,
    DepartmentFactory,
    DutyFactory,
    MembershipFactory,
    UserFactory,
)

NOW = timezone.make_aware(datetime.datetime(2026, 3, 2, 9))


def day(month, number, year=2026):
    return datetime.date(year, month, number)


@pytest.fixture
def campaign(db):
    return CampaignFactory(cutoff_on=day(12, 31), review_year=2026)


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def checklist(campaign):
    return ChecklistFactory(campaign=campaign)


@pytest.fixture
def duty(checklist):
    return task(checklist, text="打扫主街", limit_text="", due_on=None)


@pytest.fixture
def units(campaign):
    return [DepartmentFactory(parent=campaign.host, name=name) for name in ("甲局", "乙局", "丙局")]


def task(checklist, **data):
    return DutyFactory(campaign=checklist.campaign, checklist=checklist, **data)


def write(duty, by, **data):
    """edit_duty with everything as it is but `data`."""
    kept = {name: getattr(duty, name) for name in ("text", "measures", "limit_text", "leading_leader", "person")}
    return edit_duty(duty, by=by, at=NOW, **{"version": duty.version, **kept, **data})


def parts(duty):
    rows = duty.assignments.running().order_by("-is_lead", "department__position")
    return [(row.department.name, row.is_lead, row.status) for row in rows]


def code_of(caught):
    error = caught.value
    return (
        [one.code for one in error.error_list]
        if hasattr(error, "error_list")
        else [one.code for rows in error.error_dict.values() for one in rows]
    )


# --- editing -------------------------------------------------------------------------------------------


def test_the_office_writes_a_row_and_its_units_are_drafts(office, duty, units):
    changed = write(duty, office, limit_text="6月底前", leads=units[:1], supports=units[1:], person="周示")

    assert (changed.due_on, changed.recurrence, changed.version) == (day(6, 30), "", 2)
    assert parts(duty) == [("甲局", True, "draft"), ("乙局", False, "draft"), ("丙局", False, "draft")]
    event = Event.objects.get(verb="duty.edit")
    assert event.data["new"] == {"limit_text": "6月底前", "person": "周示"}
    assert Event.objects.filter(verb="assignment.create").count() == 3
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("text", "due_on", "recurrence"),
    [
        ("每月", None, "monthly"),
        ("每季度", None, "quarterly"),
        ("8月15日前", day(8, 15), ""),
        ("长期坚持", None, ""),
        ("", None, ""),
    ],
)
def test_limits_in_the_offices_words(office, duty, text, due_on, recurrence):
    changed = write(duty, office, limit_text=text)

    assert (changed.limit_text, changed.due_on, changed.recurrence) == (text, due_on, recurrence)


def test_a_limit_that_does_not_exist_is_refused_and_nothing_is_saved(office, duty, units):
    with pytest.raises(ValidationError) as caught:
        write(duty, office, limit_text="4月31日前", leads=units[:1])

    assert list(caught.value.message_dict) == ["limit_text"]
    duty.refresh_from_db()
    assert (duty.version, duty.limit_text, Assignment.objects.count(), Event.objects.count()) == (1, "", 0, 0)


def test_a_stale_form_an_empty_text_and_a_stranger_are_refused(campaign, office, duty):
    with pytest.raises(ValidationError) as stale:
        write(duty, office, version=0)
    with pytest.raises(ValidationError) as empty:
        write(duty, office, text="  ")
    for person in (viewer(campaign, leader=True), viewer(CampaignFactory(), office=True)):
        with pytest.raises(PermissionDenied):
            write(duty, person, text="x")

    assert (code_of(stale), code_of(empty)) == (["stale"], ["required"])
    assert Event.objects.count() == 0


def test_a_draft_is_taken_back_and_an_issued_part_ends_and_stays_on_record(office, duty, units):
    draft = AssignmentFactory(duty=duty, department=units[0], status="draft", is_lead=True)
    issued = AssignmentFactory(duty=duty, department=units[1], status="issued", is_lead=False)

    write(duty, office, leads=[units[2]], supports=[])

    assert parts(duty) == [("丙局", True, "draft")]
    assert not Assignment.objects.filter(pk=draft.pk).exists()
    issued.refresh_from_db()
    assert (issued.status, issued.ended_on) == ("ended", day(3, 1))
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert verbs == {"assignment.drop", "assignment.end", "assignment.create", "duty.edit"}


def test_a_part_objected_to_waits_for_the_ruling(office, duty, units):
    AssignmentFactory(duty=duty, department=units[0], status="disputed")

    with pytest.raises(ValidationError) as caught:
        write(duty, office, leads=[units[1]])

    assert code_of(caught) == ["disputed"]
    assert parts(duty) == [("甲局", True, "disputed")]


def test_what_ended_today_starts_again_tomorrow_at_the_earliest(office, duty, units):
    part = AssignmentFactory(duty=duty, department=units[0], status="issued", starts_on=day(3, 2))
    move_assignment(part, move="end", by=office, at=NOW)

    with pytest.raises(ValidationError) as caught:
        write(duty, office, leads=[units[0]])

    assert code_of(caught) == ["ended_today"]


def test_who_leads_does_not_support_as_well(office, duty, units):
    write(duty, office, leads=units[:1], supports=units[:2])

    assert parts(duty) == [("甲局", True, "draft"), ("乙局", False, "draft")]


def test_a_new_limit_moves_the_open_checkpoint_and_tells_each_person_once(campaign, office, duty, units):
    head = UserFactory()
    for unit in units[:2]:
        MembershipFactory(campaign=campaign, user=head, role="head", department=unit)
    write(duty, office, limit_text="6月底前", leads=units[:1], supports=units[1:2])
    issue_drafts(by=office, at=NOW)
    duty.refresh_from_db()
    Notice.objects.all().delete()

    write(duty, office, limit_text="5月底前")

    rows = Checkpoint.objects.values_list("due_on", "clock_due_at")
    end = timezone.make_aware(datetime.datetime(2026, 6, 1))
    assert list(rows) == [(day(5, 31), end)] * 2
    assert [(notice.user, "5月31日" in notice.text) for notice in Notice.objects.all()] == [(head, True)]


def test_a_new_limit_before_today_is_refused_once_issued(office, duty, units):
    write(duty, office, limit_text="6月底前", leads=units[:1])
    issue_drafts(by=office, at=NOW)
    duty.refresh_from_db()

    with pytest.raises(ValidationError) as caught:
        write(duty, office, limit_text="1月底前")

    assert list(caught.value.message_dict) == ["limit_text"]
    assert Checkpoint.objects.get().due_on == day(6, 30)


# --- splitting -----------------------------------------------------------------------------------------


def test_a_row_is_split_without_touching_the_standard(office, checklist, duty, units):
    after = task(checklist, text="后一条", position=duty.position + 1)
    write(duty, office, limit_text="6月底前", leads=units[:1])
    duty.refresh_from_db()

    rows = split_duty(duty, by=office, version=duty.version, texts=["打扫东街", " 打扫西街 ", ""], at=NOW)

    table = list(Duty.objects.filter(checklist=checklist).values_list("text", "due_on", "item"))
    assert table == [
        ("打扫东街", day(6, 30), duty.item_id),
        ("打扫西街", day(6, 30), duty.item_id),
        ("后一条", after.due_on, after.item_id),
    ]
    assert parts(rows[1]) == [("甲局", True, "draft")]
    assert duty.item.text != "打扫东街"


def test_a_split_needs_two_texts_the_newest_version_and_the_office(campaign, office, duty):
    with pytest.raises(ValidationError) as one:
        split_duty(duty, by=office, version=1, texts=["只有一条"])
    with pytest.raises(ValidationError) as stale:
        split_duty(duty, by=office, version=7, texts=["一", "二"])
    with pytest.raises(PermissionDenied):
        split_duty(duty, by=viewer(campaign, leader=True), version=1, texts=["一", "二"])

    assert (code_of(one), code_of(stale)) == (["required"], ["stale"])
    assert (Duty.objects.count(), Event.objects.count()) == (1, 0)


# --- many at once --------------------------------------------------------------------------------------


def test_many_rows_get_a_lead_with_one_result_each(office, checklist, duty, units):
    disputed = task(checklist)
    AssignmentFactory(duty=disputed, department=units[1], status="disputed")

    results, _act = assign_many([duty, disputed], by=office, lead=units[0], at=NOW)

    assert [(result.duty, result.done) for result in results] == [(duty, True), (disputed, False)]
    assert parts(duty) == [("甲局", True, "draft")]
    assert parts(disputed) == [("乙局", True, "disputed")]


def test_support_is_added_beside_the_present_units(office, duty, units):
    AssignmentFactory(duty=duty, department=units[0], status="issued")
    AssignmentFactory(duty=duty, department=units[1], status="issued", is_lead=False)

    assert assign_many([duty], by=office, supports=[units[2]], at=NOW)[0][0].done
    refused = assign_many([duty], by=office, supports=[units[0]], at=NOW)[0][0]

    assert parts(duty) == [("甲局", True, "issued"), ("乙局", False, "issued"), ("丙局", False, "draft")]
    assert (refused.done, "甲局" in refused.text) == (False, True)


def test_many_rows_get_a_limit_and_a_wrong_one_stops_before_the_first(office, checklist, duty):
    other = task(checklist)

    assign_many([duty, other], by=office, limit_text="每月", at=NOW)
    with pytest.raises(ValidationError):
        assign_many([duty, other], by=office, limit_text="2月30日", at=NOW)

    assert list(Duty.objects.values_list("limit_text", "recurrence")) == [("每月", "monthly")] * 2


def test_only_the_office_assigns(campaign, duty, units):
    with pytest.raises(PermissionDenied):
        assign_many([duty], by=viewer(campaign, leader=True), lead=units[0])
    assert not Assignment.objects.exists()


# --- issuing -------------------------------------------------------------------------------------------


def test_drafts_go_out_in_one_act_with_checkpoints_and_one_notice_per_person(campaign, office, checklist, units):
    head, liaison = UserFactory(), UserFactory()
    MembershipFactory(campaign=campaign, user=head, role="head", department=units[0])
    MembershipFactory(campaign=campaign, user=head, role="head", department=units[1])
    MembershipFactory(campaign=campaign, user=liaison, role="liaison", department=units[0])
    for _ in range(3):
        duty = task(checklist, due_on=day(6, 30))
        AssignmentFactory(duty=duty, department=units[0], status="draft")
        AssignmentFactory(duty=duty, department=units[1], status="draft", is_lead=False)
    AssignmentFactory(duty=duty, department=units[2], status="draft", is_lead=False)

    before = plan_issue(by=office, at=NOW)
    plan = issue_drafts(by=office, at=NOW)
    again = issue_drafts(by=office, at=NOW)

    assert (len(before.duties), len(before.people), before.deaf) == (3, 2, [units[2]])
    assert set(Assignment.objects.values_list("status", "issued_at")) == {("issued", NOW)}
    assert set(Checkpoint.objects.values_list("due_on", "title", "status")) == {(day(6, 30), "", "open")}
    assert Checkpoint.objects.count() == 7
    assert sorted(notice.user_id for notice in Notice.objects.all()) == sorted([head.pk, liaison.pk])
    assert Event.objects.filter(verb="assignment.issue").count() == Event.objects.filter(verb="checkpoint.create").count() == 7
    assert (len(plan.parts), len(again.parts)) == (7, 0)


def test_a_limit_before_the_day_of_issue_holds_back_its_own_row_only(office, checklist, units):
    late = task(checklist, due_on=day(2, 27))
    fine = task(checklist, due_on=day(3, 2))
    for duty in (late, fine):
        AssignmentFactory(duty=duty, department=units[0], status="draft")

    plan = issue_drafts(by=office, at=NOW)

    assert [duty for duty, _why in plan.refused] == [late]
    assert "2026年2月27日" in plan.refused[0][1]
    assert set(Assignment.objects.values_list("duty", "status")) == {(late.pk, "draft"), (fine.pk, "issued")}


def test_chosen_rows_only(office, checklist, units):
    duties = [task(checklist) for _ in range(2)]
    for duty in duties:
        AssignmentFactory(duty=duty, department=units[0], status="draft")

    issue_drafts(by=office, duties=[duties[0].pk], at=NOW)

    assert [row.status for row in Assignment.objects.order_by("pk")] == ["issued", "draft"]


def test_only_the_office_issues(campaign, duty, units):
    AssignmentFactory(duty=duty, department=units[0], status="draft")
    with pytest.raises(PermissionDenied):
        issue_drafts(by=viewer(campaign, leader=True), at=NOW)
    assert Assignment.objects.get().status == "draft"


def test_a_task_without_limit_is_due_at_the_cut_off(office, duty, units):
    AssignmentFactory(duty=duty, department=units[0], status="draft")

    issue_drafts(by=office, at=NOW)

    assert Checkpoint.objects.get().due_on == day(12, 31)


def test_issuing_costs_the_same_for_many_tasks(office, checklist, units, django_assert_num_queries):
    def give(count):
        for _ in range(count):
            AssignmentFactory(duty=task(checklist), department=units[0], status="draft")

    give(1)
    with django_assert_num_queries(15):
        issue_drafts(by=office, at=NOW)
    give(30)
    with django_assert_num_queries(15):
        issue_drafts(by=office, at=NOW)


@pytest.mark.parametrize(
    ("recurrence", "today", "tight"),
    [
        ("monthly", day(3, 2), None),
        ("monthly", day(3, 24), None),  # Tuesday: five working days up to the 31st
        ("monthly", day(3, 25), (day(3, 31), 4, day(4, 30))),
        ("monthly", day(3, 31), (day(3, 31), 0, day(4, 30))),
        ("quarterly", day(3, 27), (day(3, 31), 2, day(6, 30))),
        ("monthly", day(11, 27), (day(11, 30), 1, None)),  # the cut-off day: no further period
        ("", day(3, 31), None),
    ],
)
def test_the_preview_names_recurring_tasks_whose_period_ends_in_few_working_days(checklist, recurrence, today, tight):
    campaign = checklist.campaign
    campaign.cutoff_on = day(11, 30)
    campaign.save()
    task(checklist, recurrence=recurrence, due_on=None if recurrence else day(4, 2))

    found = tight_periods(Duty.objects.all(), campaign=campaign, today=today)

    assert [(one.day, one.left, one.next and one.next[0]) for one in found] == ([tight] if tight else [])


@pytest.mark.parametrize(("later", "due"), [(False, day(3, 31)), (True, day(4, 30))])
def test_a_task_begins_with_its_next_period_where_the_office_says_so_and_is_not_asked_for_the_running_one(
    office, checklist, units, later, due
):
    duty = task(checklist, recurrence="monthly", due_on=None)
    AssignmentFactory(duty=duty, department=units[0], status="draft")
    at = timezone.make_aware(datetime.datetime(2026, 3, 27, 9))

    issue_drafts(by=office, later=[duty.pk] if later else [], at=at)
    make_due_checkpoints(now=at + datetime.timedelta(days=1))

    assert Checkpoint.objects.order_by("due_on").first().due_on == due


# --- what recurs ---------------------------------------------------------------------------------------

PERIODS = [
    # recurrence, today, after, due days
    ("monthly", day(3, 2), None, [day(3, 31)]),
    ("monthly", day(3, 31), None, [day(3, 31), day(4, 30)]),
    ("monthly", day(4, 1), day(3, 31), [day(4, 30)]),
    ("monthly", day(3, 30), day(3, 31), []),
    ("quarterly", day(3, 2), None, [day(3, 31)]),
    ("quarterly", day(4, 5), None, [day(6, 30)]),
    ("quarterly", day(5, 30), day(3, 31), []),
    ("quarterly", day(5, 31), day(3, 31), [day(6, 30)]),
    ("yearly", day(3, 2), None, [day(11, 30)]),
    ("monthly", day(11, 20), None, [day(11, 30)]),
    ("monthly", day(12, 1), day(11, 30), []),
    ("monthly", day(6, 15), day(3, 31), [day(4, 30), day(5, 31), day(6, 30)]),  # the portal was down
]


@pytest.mark.parametrize(("recurrence", "today", "after", "expected"), PERIODS)
def test_checkpoints_of_periods_appear_thirty_days_ahead(recurrence, today, after, expected):
    assert dues(recurrence, today=today, cutoff=day(11, 30), after=after) == expected


def test_a_day_of_every_year():
    assert dues("yearly", today=day(3, 2), cutoff=day(12, 31), day_of_year=day(6, 30)) == [day(6, 30)]
    assert dues("yearly", today=day(8, 2), cutoff=day(12, 31, 2027), day_of_year=day(6, 30)) == [day(6, 30, 2027)]


def test_the_sweep_makes_the_next_period_once_and_leaves_ended_parts(office, duty, units):
    write(duty, office, limit_text="每月", leads=units[:1], supports=units[1:2])
    issue_drafts(by=office, at=NOW)
    move_assignment(duty.assignments.get(is_lead=False), move="end", by=office, at=NOW)
    later = timezone.make_aware(datetime.datetime(2026, 4, 1, 0, 5))

    assert [make_due_checkpoints(now=NOW), make_due_checkpoints(now=later), make_due_checkpoints(now=later)] == [0, 1, 0]

    rows = Checkpoint.objects.filter(assignment__is_lead=True).values_list("due_on", "title")
    assert list(rows) == [(day(3, 31), "3月"), (day(4, 30), "4月")]
    assert Event.objects.filter(verb="checkpoint.create", actor=None).count() == 1


# --- the person in charge ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "found"),
    [("周示", True), ("王示、周示", True), ("周示 副局长", True), ("周示范", False), ("", False), ("周示、吴示", False)],
)
def test_issuing_finds_the_person_written_in_the_task_among_the_units_people(campaign, office, duty, units, written, found):
    for name, role in (("周示", "head"), ("吴示", "liaison")):
        MembershipFactory(campaign=campaign, department=units[0], role=role, user=UserFactory(name=name))
    write(duty, office, limit_text="6月底前", leads=units[:1], supports=units[1:2], person=written)

    issue_drafts(by=office, at=NOW)

    lead, support = duty.assignments.order_by("-is_lead")
    assert (lead.person and lead.person.name, support.person) == ("周示" if found else None, None)


def test_another_person_written_in_an_issued_task_takes_its_place(campaign, office, duty, units):
    for name, role in (("周示", "head"), ("吴示", "liaison")):
        MembershipFactory(campaign=campaign, department=units[0], role=role, user=UserFactory(name=name))
    write(duty, office, limit_text="6月底前", leads=units[:1], person="周示")
    issue_drafts(by=office, at=NOW)
    duty.refresh_from_db()

    write(duty, office, person="吴示")
    assert duty.assignments.get().person.name == "吴示"

    duty.refresh_from_db()
    write(duty, office, person="不在名册的人")
    assert duty.assignments.get().person is None
