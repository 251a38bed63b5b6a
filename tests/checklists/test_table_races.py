"""Two people of the office at the same moment: one wins, the other is told; nothing is there twice."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from checklists.actions.carrying import carry_over
from checklists.actions.claims import claim_duty, rule_claim
from checklists.actions.duties import edit_duty
from checklists.actions.imports import save_standard, start_import
from checklists.actions.issuing import issue_drafts
from checklists.actions.items import shift_item
from checklists.actions.standards import adopt_standard
from checklists.models import Assignment, CarriedDuty, Checklist, Checkpoint, Claim, Duty, Import, Standard
from notices.models import Notice
from tests.checklists.sheet_maker import standard_workbook
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    ChecklistFactory,
    DepartmentFactory,
    DutyFactory,
    ItemFactory,
    StandardFactory,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

FUTURE = datetime.date(2099, 6, 30)


@pytest.fixture
def campaign(transactional_db):
    return CampaignFactory(cutoff_on=datetime.date(2099, 12, 31))


@pytest.fixture
def two(campaign):
    return [viewer(campaign, office=True) for _ in range(2)]


@pytest.fixture
def duty(campaign):
    return DutyFactory(campaign=campaign, checklist=ChecklistFactory(campaign=campaign), due_on=FUTURE)


def at_once(*acts):
    """Run the acts in threads of their own from one signal on; the codes of what was refused."""
    start, refused = threading.Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            act()
        except ValidationError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_of_two_editors_of_one_row_the_second_is_stale(duty, two):
    copies = [Duty.objects.get(pk=duty.pk) for _ in two]

    refused = at_once(
        *(
            lambda copy=copy, by=by: edit_duty(copy, by=by, version=1, text=f"{by.user.name}写的", limit_text="每月")
            for copy, by in zip(copies, two, strict=True)
        )
    )

    duty.refresh_from_db()
    assert (refused, duty.version) == (["stale"], 2)


def test_issued_by_two_at_once_every_part_goes_out_once(campaign, duty, two):
    unit = DepartmentFactory(parent=campaign.host)
    viewer(campaign, head_of=unit)
    for _ in range(20):
        task = DutyFactory(campaign=campaign, checklist=duty.checklist, due_on=FUTURE)
        AssignmentFactory(duty=task, department=unit, status="draft")

    at_once(*(lambda by=by: issue_drafts(by=by) for by in two))

    assert set(Assignment.objects.values_list("status", "version")) == {("issued", 2)}
    assert (Checkpoint.objects.count(), Notice.objects.count()) == (20, 1)


def test_two_claims_confirmed_at_once_give_one_lead(campaign, duty, two):
    claims = []
    for _ in two:
        unit = DepartmentFactory(parent=campaign.host)
        claims.append(claim_duty(duty, by=viewer(campaign, head_of=unit), department=unit))

    refused = at_once(
        *(lambda claim=claim, by=by: rule_claim(claim, by=by, confirmed=True) for claim, by in zip(claims, two, strict=True))
    )

    assert len(refused) == 1
    assert Assignment.objects.filter(is_lead=True).count() == 1
    assert sorted(Claim.objects.values_list("ruling", flat=True)) == ["confirmed", "refused"]


def test_a_preview_saved_twice_is_one_standard(campaign, two):
    row = start_import(SimpleUploadedFile("表.xlsx", standard_workbook()), by=two[0], kind=Import.Kind.STANDARD, name="体系")
    copies = [Import.objects.get(pk=row.pk) for _ in two]

    refused = at_once(
        *(
            lambda copy=copy, by=by: save_standard(copy, by=by, version=1, is_checked=True)
            for copy, by in zip(copies, two, strict=True)
        )
    )

    assert (refused, Standard.objects.count()) == (["closed"], 1)


def test_adopted_by_two_at_once_it_is_one_checklist(campaign, two):
    standard = StandardFactory(campaign=campaign)
    ItemFactory(standard=standard)

    refused = at_once(*(lambda by=by: adopt_standard(standard, by=by, name="清单") for by in two))

    assert (refused, Checklist.objects.count(), Duty.objects.count()) == (["adopted"], 1, 1)


def test_an_item_moved_by_two_at_once_moves_once(campaign, two):
    standard = StandardFactory(campaign=campaign, status="draft")
    rows = [ItemFactory(standard=standard, path=f"000{n}.", text=str(n)) for n in (1, 2, 3)]

    refused = at_once(*(lambda by=by: shift_item(rows[2], by=by, version=1, step="up") for by in two))

    assert (refused, list(standard.items.values_list("text", flat=True))) == (["stale"], ["1", "3", "2"])


def test_carried_over_by_two_at_once_each_task_goes_once(campaign, two):
    old = StandardFactory(campaign=campaign, status="superseded")
    new = StandardFactory(campaign=campaign, follows=old)
    checklist = ChecklistFactory(campaign=campaign, standard=old)
    item = ItemFactory(standard=old)
    ItemFactory(standard=new, key=item.key, text=item.text)
    ItemFactory(standard=new, text="新增")
    DutyFactory(campaign=campaign, checklist=checklist, item=item)

    refused = at_once(*(lambda by=by: carry_over(new, by=by) for by in two))

    assert (refused, Duty.objects.count(), CarriedDuty.objects.count()) == (["no_checklist"], 2, 1)
