"""Two people at the same moment where work is split, ruled on and set up: one table, and a control without the locks.

Both transactions stay open side by side, so that what is not locked is read before the other has written it.
"""

import datetime
import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from campaigns.actions.deputies import name_deputy
from campaigns.actions.festivals import save_festivals
from campaigns.actions.leaving import hand_over
from campaigns.models import Campaign, Festival, Membership
from checklists.actions.duties import edit_duty
from checklists.actions.layouts import set_layout
from checklists.actions.shares import move_share, share_out
from checklists.actions.visits import arrange_visit, record_visit
from checklists.columns import Column
from checklists.models import Dispute, Duty, ExportLayout, Share
from inspections.actions.precedents import keep_ruling
from inspections.models import Precedent
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    ChecklistFactory,
    CheckpointFactory,
    DepartmentFactory,
    DutyFactory,
    ShareFactory,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DAY = datetime.timedelta(days=1)
HELD = 0.15  # seconds each transaction stays open after its act


def side_by_side(*acts):
    """What each of the acts came to: "done", or the code of its refusal."""
    start, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        start.wait(10)
        try:
            with transaction.atomic():
                act()
                time.sleep(HELD)
            outcomes.append("done")
        except ValidationError as error:
            outcomes.append(error.error_list[0].code if hasattr(error, "error_list") else error.message_dict.popitem()[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


class Case:
    """A campaign with two of the office, a unit with head and section, and its task."""

    def __init__(self):
        self.today = timezone.localdate()
        self.campaign = CampaignFactory(cutoff_on=datetime.date(2099, 12, 31))
        self.two = [viewer(self.campaign, office=True) for _ in range(2)]
        self.unit = DepartmentFactory(parent=self.campaign.host)
        self.section = DepartmentFactory(parent=self.unit, kind="section")
        self.head = viewer(self.campaign, head_of=self.unit)
        self.chief = viewer(self.campaign, head_of=self.section)
        self.checklist = ChecklistFactory(campaign=self.campaign)
        duty = DutyFactory(campaign=self.campaign, checklist=self.checklist, due_on=self.today + 30 * DAY)
        self.part = AssignmentFactory(duty=duty, department=self.unit, status="accepted")
        self.checkpoint = CheckpointFactory(assignment=self.part, due_on=self.today + 30 * DAY)

    def role_of(self, person):
        return Membership.objects.get(user=person.user, campaign=self.campaign)

    def objection(self, **facts):
        return Dispute.objects.create(
            campaign=self.campaign, assignment=self.part, department=self.unit, reason="非我职责", by=self.head.user, **facts
        )


# Each race: (the two acts, what must hold whoever is first: a callable on the outcomes).


def share_out_twice(case):
    acts = [lambda: share_out(case.checkpoint, to=[case.section], due_on=case.today + DAY, by=case.head)] * 2
    return acts, lambda outcomes: (outcomes, Share.objects.count()) == (["done", "to"], 1)


def tick_off_and_take_back(case):
    share = ShareFactory(checkpoint=case.checkpoint, section=case.section)
    acts = [
        lambda: move_share(Share.objects.get(), move="finish", by=case.chief, note="已办", version=share.version),
        lambda: move_share(Share.objects.get(), move="take_back", by=case.head, version=share.version),
    ]
    return acts, lambda outcomes: outcomes in (["done", "stale"], ["done", "wrong_status"])


def name_a_deputy_who_leaves(case):
    """Nobody stands in who has left."""
    deputy = viewer(case.campaign, liaison_of=case.unit)
    follower = viewer(case.campaign, liaison_of=case.unit)
    days = {"starts_on": case.today, "ended_on": case.today + 9 * DAY}
    acts = [
        lambda: name_deputy(case.role_of(case.head), user=deputy.user, by=case.head, **days),
        lambda: hand_over(Membership.objects.own().get(user=deputy.user), to=follower.user, by=case.two[0]),
    ]
    return acts, lambda _outcomes: not Membership.objects.filter(user=deputy.user, ended_on__gt=case.today).exists()


def call_and_record_a_visit(case):
    row = case.objection(visit_on=case.today, visit_place="九点，南门")
    facts = {"on": case.today + 5 * DAY, "place": "十点，北门", "units": []}
    acts = [
        lambda: arrange_visit(Dispute.objects.get(), by=case.two[0], version=row.version, **facts),
        lambda: record_visit(Dispute.objects.get(), by=case.two[1], found="红线以内", version=row.version),
    ]
    return acts, lambda outcomes: (outcomes, Dispute.objects.get().version) == (["done", "stale"], 2)


def keep_one_ruling_twice(case):
    case.objection(ruling="refused", note="三定方案", ruled_at=timezone.now())
    facts = {"department": case.unit, "words": "由其负责", "item": case.part.duty.item}
    acts = [lambda by=by: keep_ruling(Dispute.objects.get(), by=by, **facts) for by in case.two]
    return acts, lambda outcomes: (outcomes, Precedent.objects.count()) == (["done", "kept"], 1)


def choose_two_layouts(case):
    columns = [Column("duty", "任务内容", 40)]
    acts = [lambda by=by: set_layout(case.checklist, kind="table", columns=columns, by=by, version=0) for by in case.two]
    return acts, lambda outcomes: (outcomes, ExportLayout.objects.count()) == (["done", "stale"], 1)


def save_festivals_twice(case):
    acts = [
        lambda by=by: save_festivals(
            case.campaign,
            by=by,
            year=2027,
            days={"本地庙会": datetime.date(2027, 3, 3)},
            days_after=7,
            version=case.campaign.version,
        )
        for by in case.two
    ]
    held = lambda: (Festival.objects.filter(name="本地庙会").count(), Campaign.objects.get().version)  # noqa: E731
    return acts, lambda outcomes: (outcomes, held()) == (["done", "stale"], (1, case.campaign.version + 1))


def move_a_limit_and_hand_on(case):
    """No part ends after its unit's limit."""
    limit = (case.today + 10 * DAY).isoformat()
    acts = [
        lambda: edit_duty(Duty.objects.get(), by=case.two[0], version=1, text="整治", limit_text=limit),
        lambda: share_out(case.checkpoint, to=[case.section], due_on=case.today + 20 * DAY, by=case.head),
    ]
    return acts, lambda outcomes: outcomes[0] == "done" and not Share.objects.filter(due_on__gt=F("checkpoint__due_on")).exists()


RACES = [
    share_out_twice,
    tick_off_and_take_back,
    name_a_deputy_who_leaves,
    call_and_record_a_visit,
    keep_one_ruling_twice,
    choose_two_layouts,
    save_festivals_twice,
    move_a_limit_and_hand_on,
]


@pytest.mark.parametrize("race", RACES)
def test_whoever_is_first_what_must_hold_holds(race):
    acts, holds = race(Case())

    outcomes = side_by_side(*acts)

    assert holds(outcomes), outcomes


def test_control_without_the_locks_a_part_ends_after_its_units_limit(monkeypatch):
    acts, holds = move_a_limit_and_hand_on(Case())
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)

    outcomes = side_by_side(*acts)

    assert (outcomes, holds(outcomes)) == (["done", "done"], False)
