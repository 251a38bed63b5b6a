"""Completeness in the database: what is counted, who is told what, and what it forbids at handing in."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from checklists.actions.checkpoints import move_checkpoint
from checklists.actions.evidence import make_evidence
from checklists.actions.windows import set_window
from checklists.dossiers import counts_by_project, counts_by_unit, dossiers_of, gate
from checklists.models import Checkpoint, EvidenceLink, ProofWindow
from tests.checklists.material import DAY, NOW, add_photo, head_of, material_case, noise
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CheckpointFactory, EvidenceFactory

pytestmark = pytest.mark.django_db


def codes(case, **more):
    (found,) = dossiers_of(case.campaign, items=[case.item.pk], **more)
    return [lack.code for lack in found.lacks]


def refused(case, by, **more):
    with pytest.raises(ValidationError) as caught:
        move_checkpoint(case.checkpoint, move="submit", by=by, note="完成", at=NOW, **more)
    case.checkpoint.refresh_from_db()
    assert case.checkpoint.status == "open"
    error = caught.value
    return error.code if hasattr(error, "code") else next(iter(error.error_dict.values()))[0].code


def test_a_complete_item_is_ready_and_handed_in_without_a_question():
    case = material_case()
    head = head_of(case)
    add_photo(case, by=head)

    assert (codes(case), gate(case.checkpoint).state) == ([], "ready")
    assert move_checkpoint(case.checkpoint, move="submit", by=head, at=NOW).status == "submitted"


def test_what_lacks_something_is_handed_in_only_when_confirmed():
    case = material_case(rules=[("photo", {"least": 3})])
    head = head_of(case)
    add_photo(case, by=head)

    assert (codes(case), refused(case, head)) == (["too_few"], "lacking")
    assert move_checkpoint(case.checkpoint, move="submit", by=head, confirmed=True, at=NOW).status == "submitted"


def test_without_a_wanted_kind_nothing_is_handed_in_even_when_confirmed():
    case = material_case(rules=[("photo", {}), ("document", {})])
    head = head_of(case)
    add_photo(case, by=head)

    assert (codes(case), refused(case, head, confirmed=True)) == (["missing_kind"], "impossible")


@pytest.mark.parametrize(
    "why", ["no filing", "no rule", "supporting", "a later period", "another task open", "another task asked to be left out"]
)
def test_where_nothing_can_be_missing_yet_nothing_is_asked(why):
    case = material_case(
        rules=() if why == "no rule" else (("photo", {}),),
        is_filing=why != "no filing",
        is_lead=why != "supporting",
        duty__recurrence="monthly" if why == "a later period" else "",
    )
    if why.startswith("another task"):
        other = AssignmentFactory(
            duty__campaign=case.campaign, duty__checklist=case.checklist, duty__item=case.item, status="accepted"
        )
        CheckpointFactory(assignment=other, status="open" if why.endswith("open") else "asked")

    assert gate(case.checkpoint) is None
    assert move_checkpoint(case.checkpoint, move="submit", by=head_of(case), note="完成", at=NOW).status == "submitted"


def test_the_last_task_of_an_item_answers_for_all_its_material():
    case = material_case()
    other = AssignmentFactory(
        duty__campaign=case.campaign, duty__checklist=case.checklist, duty__item=case.item, status="accepted"
    )
    last = CheckpointFactory(assignment=other)
    head = head_of(case)
    add_photo(case, by=head)
    move_checkpoint(case.checkpoint, move="submit", by=head, at=NOW)

    assert gate(last).state == "ready"


def test_the_same_picture_in_two_items_is_named_with_the_other_item():
    case = material_case()
    second = material_case(checklist=case.checklist, department=case.unit)
    head = head_of(case)
    for one in (case, second):
        add_photo(one, by=head, upload=noise(seed=7))

    (found,) = dossiers_of(case.campaign, items=[case.item.pk])

    assert [(lack.code, second.item.text in str(lack)) for lack in found.lacks] == [("same_picture", True)]
    assert [one.state for one in dossiers_of(case.campaign)] == ["lacking", "lacking"]


@pytest.mark.parametrize("gone", ["taken off", "ended", "another campaign"])
def test_what_is_no_longer_there_does_not_count(gone):
    case = material_case()
    head = head_of(case)
    piece = add_photo(case, by=head)
    assert codes(case) == []

    if gone == "taken off":
        EvidenceLink.objects.update(ended_at=NOW)
    elif gone == "ended":
        case.checkpoint.assignment.status = "ended"
        case.checkpoint.assignment.save()
    else:
        other = material_case()
        EvidenceLink.objects.filter(evidence=piece).update(checkpoint=other.checkpoint)

    assert codes(case) == ["missing_kind"]


def test_the_window_is_the_checklists_own_or_the_usual_one():
    case = material_case(rules=[("document", {})])
    head, office = head_of(case), viewer(case.campaign, office=True)
    make_evidence(case.unit, by=head, kind="document", figure="1", event_on=DAY, checkpoint=case.checkpoint, at=NOW)
    assert codes(case) == []

    set_window(case.checklist, first=datetime.date(2026, 3, 6), last=datetime.date(2026, 3, 31), by=office)
    assert codes(case) == ["outside_window"]
    set_window(case.checklist, first=None, last=None, by=office)

    assert (codes(case), ProofWindow.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(DAY, None, "both"), (None, DAY, "both"), (DAY, datetime.date(2026, 3, 4), "order")],
)
def test_a_window_without_sense_is_refused(first, last, code):
    case = material_case()

    with pytest.raises(ValidationError) as caught:
        set_window(case.checklist, first=first, last=last, by=viewer(case.campaign, office=True))

    error = caught.value
    assert code == (error.code if hasattr(error, "code") else error.error_dict["last"][0].code)
    assert ProofWindow.objects.count() == 0


@pytest.mark.parametrize("role", ["leader", "inspector", "head"])
def test_only_the_office_sets_the_window(role):
    case = material_case()
    by = head_of(case) if role == "head" else viewer(case.campaign, **{role: True})

    with pytest.raises(PermissionDenied):
        set_window(case.checklist, first=DAY, last=DAY, by=by)

    assert ProofWindow.objects.count() == 0


def test_items_are_counted_by_unit_and_project():
    ready = material_case()
    lacking = material_case(checklist=ready.checklist, rules=[("photo", {"least": 2})], department=ready.unit)
    impossible = material_case(checklist=ready.checklist)
    aside = material_case(checklist=ready.checklist, department=impossible.unit)
    material_case(checklist=ready.checklist, rules=(), department=impossible.unit)
    head = head_of(ready)
    add_photo(ready, by=head, upload=noise(seed=1))
    add_photo(lacking, by=head, upload=noise(seed=2))
    office = viewer(ready.campaign, office=True)
    move_checkpoint(aside.checkpoint, move="set_aside", by=office, reason="无此项业务", at=NOW)

    found = dossiers_of(ready.campaign)
    names = ("ready", "lacking", "impossible", "not_needed", "no_rule")

    assert [[getattr(row, name) for name in names] for row in counts_by_project(found)] == [[1, 1, 1, 1, 1]]
    rows = {row.about: [getattr(row, name) for name in names] for row in counts_by_unit(found)}
    assert rows == {ready.unit: [1, 1, 0, 0, 0], impossible.unit: [0, 0, 1, 1, 1]}
    assert {one.set_aside for one in found} == {"", "无此项业务"}


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("skipped", "not_needed"), {"馆舍维修", "无此项业务"}),
        (("skipped", "skipped"), {"馆舍维修"}),
        (("skipped", "open"), {""}),
        (("skipped", "approved"), {""}),
    ],
)
def test_an_item_of_which_every_time_was_agreed_away_does_not_apply(states, expected):
    case = material_case()
    Checkpoint.objects.filter(pk=case.checkpoint.pk).update(status=states[0], skip_reason="馆舍维修")
    said = {"reason": "无此项业务"} if states[1] == "not_needed" else {"skip_reason": "馆舍维修"}
    CheckpointFactory(assignment=case.checkpoint.assignment, title="二", status=states[1], **said)

    (found,) = dossiers_of(case.campaign, items=[case.item.pk])

    assert found.set_aside in expected
    assert (found.word == "not_needed") == bool(found.set_aside)


def test_a_unit_is_not_told_the_names_of_anothers_material():
    """The item is split between two leading units; supporting units' material is the lead's to read."""
    case = material_case(rules=[("document", {"needs_number": True})])
    other = AssignmentFactory(
        duty__campaign=case.campaign, duty__checklist=case.checklist, duty__item=case.item, status="accepted"
    )
    support = AssignmentFactory(duty=case.duty, is_lead=False, status="accepted")
    for part, title in ((other, "别单位的方案"), (support, "配合单位的方案")):
        piece = EvidenceFactory(campaign=case.campaign, department=part.department, title=title, kind="document", event_on=DAY)
        EvidenceLink.objects.create(evidence=piece, checkpoint=CheckpointFactory(assignment=part), by=piece.by)

    (found,) = dossiers_of(case.campaign, units=[case.unit.pk])
    told = " ".join(str(lack) for lack in found.lacks)
    (own,) = dossiers_of(case.campaign, units=[case.unit.pk], with_others=False)
    (all_of_it,) = dossiers_of(case.campaign)

    assert ("别单位的方案" in told, "配合单位的方案" in told, other.department.name in told) == (False, True, True)
    assert [piece.title for piece in own.pieces] == ["配合单位的方案"]
    assert len(all_of_it.pieces) == 2


# --- pages ----------------------------------------------------------------------------------------


def page(name, case, *args):
    return reverse(name, args=[case.campaign.pk, *args])


def test_the_checkpoint_names_what_is_missing_before_handing_in(signed_in):
    case = material_case(rules=[("photo", {"least": 3})])
    head = head_of(case)
    add_photo(case, by=head)
    client = signed_in(head)

    shown = client.get(case.checkpoint.get_absolute_url())
    refused = client.post(page("checkpoint_move", case, case.checkpoint.pk), {"move": "submit", "note": "完成"})
    done = client.post(page("checkpoint_move", case, case.checkpoint.pk), {"move": "submit", "note": "完成", "confirmed": "on"})

    assert [lack.code for lack in shown.context["dossier"].lacks] == ["too_few"]
    assert 'name="confirmed"' in shown.text
    assert (refused.status_code, 'name="confirmed"' in refused.text) == (422, True)
    assert (done.status_code, Checkpoint.objects.get().status) == (302, "submitted")


def test_a_complete_item_asks_for_no_confirmation(signed_in):
    case = material_case()
    head = head_of(case)
    add_photo(case, by=head)

    assert 'name="confirmed"' not in signed_in(head).get(case.checkpoint.get_absolute_url()).text


@pytest.mark.parametrize("name", ["material_check", "package_list"])
def test_where_nothing_is_filed_the_pages_stay_quiet(name, signed_in):
    case = material_case(is_filing=False)
    head = head_of(case)
    client = signed_in(head)

    answers = [client.get(page(name, case)).status_code]
    shown = client.get(case.checkpoint.get_absolute_url())
    listed = client.get(page("evidence_list", case))

    assert answers == [404]
    assert (shown.context["dossier"], 'id="lacks"' in shown.text, 'name="confirmed"' in shown.text) == (None, False, False)
    assert page(name, case) not in listed.text
    assert dossiers_of(case.campaign) == []


def test_the_page_shows_a_unit_the_items_it_leads_and_the_office_all(signed_in):
    case = material_case()
    material_case(checklist=case.checklist)

    mine = signed_in(head_of(case)).get(page("material_check", case))
    everything = signed_in(viewer(case.campaign, office=True)).get(page("material_check", case))

    assert [one.item for one in mine.context["page"]] == [case.item]
    assert [row.about for row in mine.context["by_unit"]] == [case.unit]
    assert len(everything.context["page"]) == 2
    assert everything.context["total"]["impossible"] == 2


def test_items_are_filtered_by_state_and_unit(signed_in):
    case = material_case()
    other = material_case(checklist=case.checklist)
    add_photo(case, by=head_of(case))
    client = signed_in(viewer(case.campaign, office=True))

    found = {
        name: [one.item for one in client.get(page("material_check", case), data).context["page"]]
        for name, data in {
            "ready": {"state": "ready"},
            "unit": {"unit": other.unit.pk},
            "text": {"q": other.item.text},
            "project": {"project": case.item.parent_id},
        }.items()
    }

    assert found == {"ready": [case.item], "unit": [other.item], "text": [other.item], "project": [case.item, other.item]}


def test_the_office_sets_the_window_on_the_page(signed_in):
    case = material_case()
    client = signed_in(viewer(case.campaign, office=True))

    client.post(page("window_edit", case, case.checklist.pk), {"first": "2025-07-01", "last": "2026-06-30"})
    answer = client.post(page("window_edit", case, case.checklist.pk), {"first": "2025-07-01", "last": ""}, follow=True)

    window = ProofWindow.objects.get()
    assert (window.first, window.last) == (datetime.date(2025, 7, 1), datetime.date(2026, 6, 30))
    assert any("起止日期" in str(message) for message in answer.context["messages"])


@pytest.mark.parametrize(("role", "expected"), [("office", 17), ("head", 19)])
def test_the_page_costs_the_same_with_more_items(role, expected, signed_in, django_assert_num_queries):
    case = material_case()
    head = head_of(case)
    add_photo(case, by=head)
    client = signed_in(head if role == "head" else viewer(case.campaign, office=True))

    for seed in (2, 3):
        with django_assert_num_queries(expected):
            client.get(page("material_check", case))
        add_photo(material_case(checklist=case.checklist, department=case.unit), by=head, upload=noise(seed=seed))
