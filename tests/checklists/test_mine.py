"""The unit's list, one task, one checkpoint: what each role finds there and does, without JavaScript."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.calendars import calendar_of
from checklists.actions.checkpoints import move_checkpoint
from checklists.models import Assignment, Checkpoint, EvidenceLink
from checklists.workbench import own_checkpoints, workbench
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CheckpointFactory, DepartmentFactory, DutyFactory, EvidenceFactory

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 3, 25, 10, tzinfo=ZONE)  # a Wednesday


def url(name, row, *args):
    return reverse(name, args=[row.campaign_id, *args])


def checkpoint_of(unit, campaign, *, part="accepted", is_lead=True, **more):
    duty = DutyFactory(campaign=campaign, text=more.pop("text", "任务"))
    return CheckpointFactory(assignment=AssignmentFactory(duty=duty, department=unit, status=part, is_lead=is_lead), **more)


@pytest.fixture
def unit(campaign):
    return DepartmentFactory(parent=campaign.host)


@pytest.fixture
def head(campaign, unit):
    return viewer(campaign, head_of=unit)


def day(n, month=3):
    return datetime.date(2026, month, n)


# --- sorting out ----------------------------------------------------------------------------------


def test_the_list_sorts_by_what_each_row_asks_for(campaign, unit, head):
    rows = {
        "returned": checkpoint_of(unit, campaign, status="returned", due_on=day(20), reason="缺照片"),
        "late": checkpoint_of(unit, campaign, due_on=day(24)),
        "today": checkpoint_of(unit, campaign, due_on=day(25)),
        "week": checkpoint_of(unit, campaign, due_on=day(29)),
        "later": checkpoint_of(unit, campaign, due_on=day(30)),
        "in_review": checkpoint_of(unit, campaign, status="submitted", due_on=day(24)),
        "objected": checkpoint_of(unit, campaign, part="disputed", due_on=day(24), clock_due_at=None),
    }
    unsigned = checkpoint_of(unit, campaign, part="issued", due_on=day(30))
    unsigned_late = checkpoint_of(unit, campaign, part="issued", due_on=day(23))
    checkpoint_of(unit, campaign, status="approved", part="done")
    checkpoint_of(unit, campaign, part="draft")
    checkpoint_of(unit, campaign, part="ended")
    checkpoint_of(DepartmentFactory(parent=campaign.host), campaign)

    bench = workbench(own_checkpoints(head), now=NOW)

    found = {name: getattr(bench, name) for name in rows}
    assert found == {name: [row] for name, row in rows.items()} | {"late": [unsigned_late, rows["late"]]}
    assert bench.to_sign == [unsigned_late.assignment, unsigned.assignment]
    assert not bench.is_cut


def test_a_head_sees_the_sections_below_and_not_the_unit_above(campaign, unit):
    section = DepartmentFactory(parent=unit, kind="section")
    own, below = checkpoint_of(unit, campaign, due_on=day(1)), checkpoint_of(section, campaign, due_on=day(2))

    assert list(own_checkpoints(viewer(campaign, head_of=unit))) == [own, below]
    assert list(own_checkpoints(viewer(campaign, head_of=section))) == [below]


# --- the list -------------------------------------------------------------------------------------


def test_the_heading_says_the_answer_and_the_reason_stands_in_full(campaign, unit, head, signed_in):
    reason = "四张里有两张拍的是同一处，缺青桐巷一张；管理办法没写文号。" * 3
    checkpoint_of(unit, campaign, status="returned", due_on=timezone.localdate(), reason=reason)

    page = signed_in(head).get(reverse("my_duties", args=[campaign.pk]))

    assert "退回 1 件" in page.text
    assert reason in page.text


def test_signing_for_one_and_for_the_ticked_ones(campaign, unit, head, signed_in):
    rows = [checkpoint_of(unit, campaign, part="issued").assignment for _n in range(4)]
    foreign = checkpoint_of(DepartmentFactory(parent=campaign.host), campaign, part="issued").assignment
    client, address = signed_in(head), reverse("assignment_accept", args=[campaign.pk])

    client.post(address, {"only": rows[0].pk, "pick": [rows[3].pk]})
    client.post(address, {"pick": [rows[1].pk, rows[2].pk, foreign.pk]})
    client.post(address, {})

    found = dict(Assignment.objects.values_list("pk", "status"))
    assert [found[row.pk] for row in [*rows, foreign]] == ["accepted", "accepted", "accepted", "issued", "issued"]


def test_all_that_waits_is_signed_for_by_one_button(campaign, unit, head, signed_in):
    for _n in range(2):
        checkpoint_of(unit, campaign, part="issued")
    foreign = checkpoint_of(DepartmentFactory(parent=campaign.host), campaign, part="issued").assignment
    client = signed_in(head)

    assert "全部签收（2 项）" in client.get(reverse("my_duties", args=[campaign.pk])).text
    client.post(reverse("assignment_accept", args=[campaign.pk]), {"all": "1"})

    assert set(Assignment.objects.filter(department=unit).values_list("status", flat=True)) == {"accepted"}
    assert Assignment.objects.get(pk=foreign.pk).status == "issued"
    assert "全部签收" not in client.get(reverse("my_duties", args=[campaign.pk])).text


def test_a_row_with_proof_is_handed_in_by_its_tick(campaign, unit, head, signed_in):
    ready, bare = (checkpoint_of(unit, campaign, due_on=timezone.localdate(), text=text) for text in ("材料已齐", "没有材料"))
    EvidenceLink.objects.create(evidence=EvidenceFactory(campaign=campaign, department=unit), checkpoint=ready, by=head.user)
    returned = checkpoint_of(unit, campaign, status="returned")
    EvidenceLink.objects.create(evidence=EvidenceFactory(campaign=campaign, department=unit), checkpoint=returned, by=head.user)
    client = signed_in(head)

    page = client.get(reverse("my_duties", args=[campaign.pk]))
    answer = client.post(url("checkpoint_move", ready, ready.pk), {"move": "submit", "back": "list", "version": ready.version})

    assert page.text.count('class="tick"') == 1
    assert answer.url == reverse("my_duties", args=[campaign.pk])
    assert dict(Checkpoint.objects.values_list("pk", "status")) == {
        ready.pk: "submitted",
        bare.pk: "open",
        returned.pk: "returned",
    }


def test_a_liaison_who_may_not_hand_in_has_no_tick_and_reads_why(campaign, unit, signed_in):
    campaign.liaison_may_submit = False
    campaign.save()
    row = checkpoint_of(unit, campaign, due_on=timezone.localdate())
    EvidenceLink.objects.create(
        evidence=EvidenceFactory(campaign=campaign, department=unit), checkpoint=row, by=EvidenceFactory().by
    )
    client = signed_in(viewer(campaign, liaison_of=unit))

    listed = client.get(reverse("my_duties", args=[campaign.pk]))
    page = client.get(row.get_absolute_url())
    answer = client.post(url("checkpoint_move", row, row.pk), {"move": "submit", "note": "办了"})

    assert 'class="tick"' not in listed.text
    assert (page.context["moves"], len(page.context["refused"]), answer.status_code) == ([], 1, 403)


@pytest.mark.parametrize("role", ["office", "leader", "inspector"])
def test_who_has_no_unit_has_no_such_list(campaign, role, signed_in):
    assert signed_in(viewer(campaign, **{role: True})).get(reverse("my_duties", args=[campaign.pk])).status_code == 403


def test_the_list_costs_the_same_for_one_and_three_rows(campaign, unit, head, signed_in, django_assert_num_queries):
    client = signed_in(head)
    for rows in (1, 2):
        for _n in range(rows):
            checkpoint_of(unit, campaign, status="returned", due_on=timezone.localdate())
            checkpoint_of(unit, campaign, part="issued", due_on=timezone.localdate())
            checkpoint_of(unit, campaign, status="submitted", submitted_at=NOW)
        with django_assert_num_queries(10):
            client.get(reverse("my_duties", args=[campaign.pk]))


def test_what_the_week_asks_is_listed_done_or_not_at_one_cost(campaign, unit, head, signed_in, django_assert_num_queries):
    client, address = signed_in(head), reverse("my_duties", args=[campaign.pk]) + "?due=week"
    today = timezone.localdate()
    rows = [checkpoint_of(unit, campaign, due_on=today)]
    checkpoint_of(unit, campaign, due_on=today + datetime.timedelta(days=7))
    checkpoint_of(DepartmentFactory(parent=campaign.host), campaign, due_on=today)
    with django_assert_num_queries(8):
        client.get(address)
    rows += [checkpoint_of(unit, campaign, part="done", status="approved", due_on=today) for _n in range(2)]
    with django_assert_num_queries(8):
        page = client.get(address)

    assert list(page.context["page"]) == rows
    assert "本周到期的任务节点 3 个" in page.text


def test_search_and_part_narrow_the_list(campaign, unit, head, signed_in):
    wanted = checkpoint_of(unit, campaign, text="公厕管护台账", is_lead=False)
    checkpoint_of(unit, campaign, text="公厕管护台账")
    checkpoint_of(unit, campaign, text="背街小巷", is_lead=False)

    page = signed_in(head).get(reverse("my_duties", args=[campaign.pk]), {"q": "公厕", "part": "supporting"})

    assert page.context["bench"].with_act() == [wanted]


# --- one task -------------------------------------------------------------------------------------


def test_a_task_shows_progress_only_to_those_who_may_read_it(campaign, unit, head, signed_in):
    lead = checkpoint_of(unit, campaign, status="returned", reason="领头的退回意见")
    support = CheckpointFactory(
        assignment=AssignmentFactory(duty=lead.assignment.duty, is_lead=False, status="accepted"),
        status="returned",
        reason="配合的退回意见",
    )
    readers = {
        "office": viewer(campaign, office=True),
        "leader": viewer(campaign, leader=True),
        "lead": head,
        "supporting": viewer(campaign, head_of=support.department),
        "another unit": viewer(campaign, head_of=DepartmentFactory(parent=campaign.host)),
        "inspector": viewer(campaign, inspector=True),
    }

    seen = {}
    for name, reader in readers.items():
        text = signed_in(reader).get(lead.assignment.get_absolute_url()).text
        seen[name] = ("领头的退回意见" in text, "配合的退回意见" in text, support.department.name in text)

    assert seen == {
        "office": (True, True, True),
        "leader": (True, True, True),
        "lead": (True, True, True),
        "supporting": (False, True, True),
        "another unit": (False, False, True),  # the issued table is everybody's
        "inspector": (False, False, True),
    }


@pytest.mark.parametrize(("part", "moves"), [("issued", ["accept", "dispute"]), ("accepted", ["dispute"]), ("done", [])])
def test_the_unit_s_moves_on_its_task(campaign, unit, head, part, moves, signed_in):
    row = checkpoint_of(unit, campaign, part=part)

    page = signed_in(head).get(row.assignment.get_absolute_url())

    assert [move["name"] for move in page.context["moves"]] == moves


def test_signing_on_the_page_of_the_task(campaign, unit, head, signed_in):
    row = checkpoint_of(unit, campaign, part="issued")

    answer = signed_in(head).post(url("assignment_move", row, row.assignment_id), {"move": "accept"})
    again = signed_in(head).post(url("assignment_move", row, row.assignment_id), {"move": "accept"})

    assert (answer.status_code, again.status_code) == (302, 409)
    assert Assignment.objects.get().status == "accepted"


def test_the_office_looks_again_on_the_page_of_the_task(campaign, unit, signed_in):
    row = checkpoint_of(unit, campaign, part="done", status="approved")
    client = signed_in(viewer(campaign, office=True))
    until = timezone.localdate() + datetime.timedelta(days=7)

    client.post(url("assignment_move", row, row.assignment_id), {"move": "look_again", "reason": "再看一次", "until": until})

    assert Assignment.objects.get().status == "issued"
    assert list(Checkpoint.objects.order_by("pk").values_list("status", "title")) == [("approved", ""), ("open", "回头看")]


# --- one checkpoint -------------------------------------------------------------------------------


def test_the_office_returns_with_a_reason_and_then_approves(campaign, unit, head, signed_in):
    row = checkpoint_of(unit, campaign, status="submitted", submitted_at=timezone.now())
    client, address = signed_in(viewer(campaign, office=True)), url("checkpoint_move", row, row.pk)

    empty = client.post(address, {"move": "return", "reason": ""})
    client.post(address, {"move": "return", "reason": "缺照片"})
    signed_in(head).post(address, {"move": "submit", "note": "已补"})
    client = signed_in(viewer(campaign, office=True))
    answer = client.post(address, {"move": "approve"})

    row.refresh_from_db()
    assert (empty.status_code, answer.status_code, row.status, row.note) == (422, 302, "approved", "已补")


def test_the_loser_of_two_reviewers_reads_who_was_faster_and_keeps_the_text(campaign, unit, signed_in):
    row = checkpoint_of(unit, campaign, status="submitted", submitted_at=timezone.now())
    winner = viewer(campaign, office=True)
    move_checkpoint(row, move="approve", by=winner)

    answer = signed_in(viewer(campaign, office=True)).post(
        url("checkpoint_move", row, row.pk), {"move": "return", "reason": "写了很久的退回意见", "version": row.version}
    )

    row.refresh_from_db()
    assert (answer.status_code, row.status) == (409, "approved")
    assert "写了很久的退回意见" in answer.text
    assert winner.user.name in answer.text


def test_an_old_page_of_the_unit_keeps_its_text(campaign, unit, head, signed_in):
    row = checkpoint_of(unit, campaign, status="returned", version=3)

    answer = signed_in(head).post(url("checkpoint_move", row, row.pk), {"move": "submit", "note": "写了很久", "version": 2})

    assert (answer.status_code, "写了很久" in answer.text) == (409, True)
    assert Checkpoint.objects.get().status == "returned"


def test_htmx_gets_the_panel_alone(campaign, unit, head, signed_in):
    row = checkpoint_of(unit, campaign)

    answer = signed_in(head).post(
        url("checkpoint_move", row, row.pk), {"move": "submit", "note": "办了"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="split" id="checkpoint">')


def test_nobody_reviews_their_own_unit_on_the_page(campaign, unit, head, signed_in):
    row = checkpoint_of(unit, campaign, status="submitted", submitted_at=timezone.now())
    both = viewer(campaign, user=head.user, office=True)
    client = signed_in(both)

    page = client.get(row.get_absolute_url())
    answer = client.post(url("checkpoint_move", row, row.pk), {"move": "approve"})

    moves = [move["name"] for move in page.context["moves"]]
    assert (moves, len(page.context["refused"]), answer.status_code) == (["withdraw"], 1, 403)


@pytest.mark.parametrize("name", ["checkpoint_detail", "checkpoint_move"])
def test_another_unit_s_checkpoint_is_not_found(campaign, unit, signed_in, name):
    row = checkpoint_of(unit, campaign)
    client = signed_in(viewer(campaign, head_of=DepartmentFactory(parent=campaign.host)))

    answer = (
        client.get(url(name, row, row.pk))
        if name == "checkpoint_detail"
        else client.post(url(name, row, row.pk), {"move": "submit"})
    )

    assert answer.status_code == 404


def test_the_office_reviews_the_longest_waiting_first(campaign, unit, signed_in, django_assert_num_queries):
    client = signed_in(viewer(campaign, office=True))

    def add(days):
        return checkpoint_of(unit, campaign, status="submitted", submitted_at=timezone.now() - datetime.timedelta(days=days))

    rows = [add(3)]
    checkpoint_of(unit, campaign)
    with django_assert_num_queries(10):
        client.get(reverse("checkpoint_review", args=[campaign.pk]))
    rows = [add(9), add(5), *rows]
    with django_assert_num_queries(10):
        page = client.get(reverse("checkpoint_review", args=[campaign.pk]))

    assert list(page.context["page"]) == rows
    workdays, today = calendar_of(campaign).workdays_between, timezone.localdate()
    assert [row.waiting_days for row in page.context["page"]] == [
        workdays(timezone.localdate(row.submitted_at), today) for row in rows
    ]


def test_the_review_is_narrowed_by_unit_project_and_text(campaign, unit, signed_in):
    wanted = checkpoint_of(unit, campaign, status="submitted", submitted_at=NOW, text="公厕管护台账")
    checkpoint_of(unit, campaign, status="submitted", submitted_at=NOW, text="背街小巷")
    checkpoint_of(DepartmentFactory(parent=campaign.host), campaign, status="submitted", submitted_at=NOW, text="公厕管护台账")
    client = signed_in(viewer(campaign, leader=True))

    page = client.get(
        reverse("checkpoint_review", args=[campaign.pk]),
        {"unit": unit.pk, "q": "公厕", "project": wanted.assignment.duty.item_id},
    )

    assert list(page.context["page"]) == [wanted]


@pytest.mark.parametrize("status", ["asked", "skipped"])
def test_what_is_left_out_once_says_why_and_whether_anything_is_asked(campaign, unit, head, signed_in, status):
    row = checkpoint_of(unit, campaign, status=status, clock_due_at=None, skip_reason="场馆维修", skip_asked_at=NOW)
    client = signed_in(head)

    task = client.get(url("duty_detail", row, row.assignment.duty_id)).content.decode()
    own = client.get(url("checkpoint_detail", row, row.pk)).content.decode()

    assert "场馆维修" in task
    assert ("本项无需办理" in own) == (status == "skipped")
    assert ("计时暂停" in own) == (status == "asked")
