"""Time lines: lines that would read the same are one, with their number."""

import datetime

from django.utils import timezone

from accounts.models import Event
from checklists.history import MOST, events_about
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CheckpointFactory, DutyFactory

AT = timezone.make_aware(datetime.datetime(2026, 3, 2, 9))
LATER = AT + datetime.timedelta(hours=1)


def told(rows, verb, at, actor=None, **data):
    for row in rows:
        Event.objects.create(subject=row._meta.label_lower, subject_id=row.pk, verb=verb, at=at, actor=actor, data=data)


def test_a_year_of_checkpoints_is_one_line_and_hides_nothing_older(campaign, signed_in):
    duty = DutyFactory(campaign=campaign)
    part = AssignmentFactory(duty=duty)
    rows = [CheckpointFactory(assignment=part, due_on=datetime.date(2026, 1, 1) + datetime.timedelta(days=n)) for n in range(12)]
    told([duty], "duty.create", AT)
    told(rows * 10, "checkpoint.create", LATER)

    lines = events_about(duty, rows)

    assert [(line.verb, line.count) for line in lines] == [("checkpoint.create", 120), ("duty.create", 1)]
    page = signed_in(viewer(campaign, office=True)).get(duty.get_absolute_url()).content.decode()
    assert "生成任务节点 （120 项）" in page


def test_lines_that_say_different_things_stay_apart(campaign):
    part = AssignmentFactory(duty=DutyFactory(campaign=campaign))
    rows = [CheckpointFactory(assignment=part, due_on=datetime.date(2026, 1, n)) for n in (1, 2)]
    people = [viewer(campaign, office=True).user for _ in range(2)]
    told(rows[:1], "checkpoint.return", AT, people[0], note="缺照片")
    told(rows[1:], "checkpoint.return", AT, people[0], note="缺签到")
    told(rows[:1], "checkpoint.approve", AT, people[0])
    told(rows[1:], "checkpoint.approve", AT, people[1])
    told(rows[1:], "checkpoint.approve", LATER, people[1])

    assert [line.count for line in events_about(rows)] == [1] * 5


def test_no_more_lines_than_a_person_reads(campaign):
    duty = DutyFactory(campaign=campaign)
    for n in range(MOST + 5):
        told([duty], "duty.edit", AT + datetime.timedelta(minutes=n))

    assert len(events_about(duty)) == MOST


def test_the_acts_of_a_unit_say_which_where_several_answer(campaign):
    part = AssignmentFactory(duty=DutyFactory(campaign=campaign))
    row, actor = CheckpointFactory(assignment=part), viewer(campaign, head_of=part.department).user
    for verb in ("submit", "withdraw", "ask_skip", "approve"):
        Event.objects.create(
            subject=row._meta.label_lower,
            subject_id=row.pk,
            verb=f"checkpoint.{verb}",
            at=AT,
            actor=actor,
            department_id=part.department_id,
        )

    said = {line.verb: line.who for line in events_about(row, units={part.department_id: "示范局"})}

    assert [verb for verb, who in said.items() if not who.startswith("示范局")] == ["checkpoint.approve"]
