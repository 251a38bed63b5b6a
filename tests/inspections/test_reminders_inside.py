"""Parts handed on inside a unit are reminded of by their own limits; the unit's reminders and the office's counts stay as they were."""

import datetime

import pytest
from django.utils import timezone

from checklists.actions.shares import move_share
from inspections.actions import reminders
from inspections.models import Reminder
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CheckpointFactory, DepartmentFactory, DutyFactory, ShareFactory

LIMIT = datetime.date(2026, 3, 20)  # a Friday; no holidays are known


def moment(day, hour=9):
    return timezone.make_aware(datetime.datetime(2026, 3, day, hour))


@pytest.fixture
def world(campaign):
    """The unit's own limit is the 20th; its section has until the 12th, its liaison by name until the 13th."""
    unit = DepartmentFactory(parent=campaign.host)
    section = DepartmentFactory(parent=unit, kind="section")
    people = {"head": viewer(campaign, head_of=unit), "liaison": viewer(campaign, liaison_of=unit)}
    people |= {"chief": viewer(campaign, head_of=section), "office": viewer(campaign, office=True)}
    duty = DutyFactory(campaign=campaign, checklist__campaign=campaign, text="整治主次干道")
    assignment = AssignmentFactory(duty=duty, department=unit, status="accepted", issued_at=moment(1))
    checkpoint = CheckpointFactory(assignment=assignment, due_on=LIMIT)
    more = {"checkpoint": checkpoint, "at": moment(2)}
    shares = {
        "section": ShareFactory(section=section, due_on=datetime.date(2026, 3, 12), text="清理小广告", **more),
        "person": ShareFactory(person=people["liaison"].user, due_on=datetime.date(2026, 3, 13), **more),
    }
    return {"campaign": campaign, "checkpoint": checkpoint, **people, **shares}


def sweep(campaign, *days):
    for day in days:
        reminders.sweep_campaign(campaign, moment(day))


def told(world, subject):
    names = {person.user.pk: name for name, person in world.items() if hasattr(person, "roles")}
    rows = {row.pk: row for row in Reminder.objects.filter(subject=subject)}
    found = Notice.objects.filter(kind="reminder", subject_id__in=rows)
    return {(rows[one.subject_id].on.day, rows[one.subject_id].stage, names[one.user_id]) for one in found}


def test_each_is_told_by_the_own_limit_and_the_unit_by_its_own(world):
    sweep(world["campaign"], *[day for day in range(9, 21) if day not in (14, 15)])

    inside = told(world, "share")
    assert {row for row in inside if row[2] == "chief"} == {
        (day, stage, "chief") for day, stage in [(12, 0), (13, 1), (16, 2), (17, 3), (19, 5)]
    } | {(9, -3, "chief"), (11, -1, "chief")}
    assert {row for row in inside if row[2] == "liaison"} >= {(10, -3, "liaison"), (12, -1, "liaison"), (13, 0, "liaison")}
    assert {row for row in told(world, "checkpoint") if row[1] <= 0} == {
        (17, -3, "liaison"),
        (19, -1, "liaison"),
        (20, 0, "liaison"),
        (20, 0, "head"),
    }


def test_the_office_counts_and_reads_only_what_went_to_units(world):
    sweep(world["campaign"], 9)

    assert Reminder.objects.filter(subject="share").count() == 1
    assert Reminder.objects.visible_to(world["office"]).count() == 0
    assert not Notice.objects.filter(user=world["office"].user, key__startswith="reminder.office").exists()


@pytest.mark.parametrize("act", ["finish", "take_back", "hand in"])
def test_what_is_dealt_with_is_taken_back_and_asked_no_more(act, world):
    sweep(world["campaign"], 9)
    if act == "hand in":
        world["checkpoint"].status = "submitted"
        world["checkpoint"].save()
    else:
        move_share(world["section"], move=act, by=world["head"], note="已办", at=moment(10))

    reminders.cancel_answered(moment(10, 10))
    sweep(world["campaign"], 11)

    assert not Notice.objects.unread().filter(kind="reminder", user=world["chief"].user).exists()
    assert told(world, "share") & {(11, -1, "chief")} == set()


def test_swept_twice_is_told_once_and_a_part_sent_back_begins_anew(world):
    sweep(world["campaign"], 9, 9)
    share = move_share(world["section"], move="finish", by=world["head"], note="已办", at=moment(9, 10))
    move_share(share, move="reopen", by=world["head"], reason="不行", at=moment(9, 11))
    sweep(world["campaign"], 11)

    rows = Reminder.objects.filter(subject="share", object_id=share.pk).values_list("round_no", "stage")
    assert sorted(rows) == [(1, -3), (2, -1)]
