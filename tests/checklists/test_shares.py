"""Inside a unit: handed to sections and people with limits inside the unit's, ticked off, sent back; the unit stays accountable."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Event
from campaigns.actions.deputies import name_deputy
from campaigns.viewer import viewer_for
from checklists.actions.checkpoints import move_checkpoint
from checklists.actions.disputes import dispute_assignment, rule_dispute
from checklists.actions.duties import edit_duty
from checklists.actions.evidence import link_evidence, make_evidence, unlink_evidence
from checklists.actions.shares import move_share, moves_for, people_inside, sections_of, share_out
from checklists.models import Checkpoint, Evidence, Share
from checklists.workbench import handed_to
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CheckpointFactory, DepartmentFactory, DutyFactory, MembershipFactory, ShareFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)
LIMIT = TODAY + 10 * DAY


@pytest.fixture
def unit(campaign):
    return DepartmentFactory(parent=campaign.host, name="示范城管局")


@pytest.fixture
def section(unit):
    return DepartmentFactory(parent=unit, name="市容科", kind="section")


@pytest.fixture
def head(campaign, unit, section):
    return viewer(campaign, head_of=unit)


@pytest.fixture
def chief(campaign, section):
    return viewer(campaign, head_of=section)


@pytest.fixture
def clerk(campaign, unit):
    return viewer(campaign, liaison_of=unit)


@pytest.fixture
def checkpoint(campaign, unit):
    return checkpoint_of(unit, campaign)


def checkpoint_of(unit, campaign, *, part="accepted", due_on=LIMIT, **more):
    duty = DutyFactory(campaign=campaign, text="整治主次干道")
    return CheckpointFactory(
        assignment=AssignmentFactory(duty=duty, department=unit, status=part, is_lead=True), due_on=due_on, **more
    )


def handed(checkpoint, head, *to, due_on=TODAY + 5 * DAY, **more):
    return share_out(checkpoint, to=to, due_on=due_on, by=head, **more)


def code_of(refused):
    error = refused.value
    return next(iter(error.error_dict.values()))[0].code if hasattr(error, "error_dict") else error.code


# --- handing on -----------------------------------------------------------------------------------


def test_each_section_and_person_gets_a_part_and_is_told(checkpoint, head, section, chief, clerk):
    before = Checkpoint.objects.filter(pk=checkpoint.pk).values().get()

    shares = handed(checkpoint, head, section, clerk.user, text="  清理  小广告 ")

    assert [(row.section, row.person, row.text, row.due_on, row.status) for row in shares] == [
        (section, None, "清理 小广告", TODAY + 5 * DAY, "open"),
        (None, clerk.user, "清理 小广告", TODAY + 5 * DAY, "open"),
    ]
    assert {notice.user for notice in Notice.objects.filter(kind="share.create")} == {chief.user, clerk.user}
    assert Event.objects.filter(verb="share.create").count() == 2
    assert Checkpoint.objects.filter(pk=checkpoint.pk).values().get() == before  # the unit's own is not touched


def test_who_hands_on_has_signed_for_the_task(campaign, unit, head, section):
    checkpoint = checkpoint_of(unit, campaign, part="issued")

    handed(checkpoint, head, section)

    checkpoint.assignment.refresh_from_db()
    assert checkpoint.assignment.status == "accepted"


REFUSED = {
    "nobody": ({"to": []}, "required"),
    "another unit's section": ({"to": ["strange section"]}, "outside"),
    "another unit's person": ({"to": ["stranger"]}, "outside"),
    "the unit itself": ({"to": ["unit"]}, "outside"),
    "after the unit's limit": ({"due_on": LIMIT + DAY}, "after_unit"),
    "before today": ({"due_on": TODAY - DAY}, "past"),
    "twice the same": ({"text": "清理小广告"}, "already"),
    "stale": ({"version": 0}, "stale"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(case, campaign, checkpoint, unit, head, section):
    change, code = REFUSED[case]
    elsewhere = DepartmentFactory(parent=campaign.host)
    rows = {
        "strange section": DepartmentFactory(parent=elsewhere, kind="section"),
        "stranger": viewer(campaign, head_of=elsewhere).user,
        "unit": unit,
    }
    handed(checkpoint, head, section, text="清理小广告")
    counts = (Share.objects.count(), Notice.objects.count(), Event.objects.count())
    data = {"to": [section], "due_on": LIMIT, "text": "另一件"} | change
    data["to"] = [rows.get(one, one) if isinstance(one, str) else one for one in data["to"]]

    with pytest.raises(ValidationError) as refused:
        share_out(checkpoint, by=head, **data)

    assert code_of(refused) == code
    assert (Share.objects.count(), Notice.objects.count(), Event.objects.count()) == counts


@pytest.mark.parametrize(
    ("part", "status"),
    [("draft", "open"), ("disputed", "open"), ("ended", "open"), ("accepted", "submitted"), ("done", "approved")],
)
def test_nothing_is_handed_on_of_what_does_not_run(part, status, campaign, unit, head, section):
    checkpoint = checkpoint_of(unit, campaign, part=part, status=status)

    with pytest.raises(ValidationError) as refused:
        handed(checkpoint, head, section)

    assert code_of(refused) == "wrong_status"


def test_a_unit_that_is_late_may_still_hand_on_for_today(campaign, unit, head, section):
    checkpoint = checkpoint_of(unit, campaign, due_on=TODAY - 3 * DAY)

    share = handed(checkpoint, head, section, due_on=TODAY)[0]

    assert share.due_on == TODAY


def edited(duty, campaign, **changes):
    return edit_duty(duty, by=viewer(campaign, office=True), version=duty.version, text=duty.text, **changes)


def limit_text(day):
    return f"{day.year}年{day.month}月{day.day}日前"


def test_no_part_ends_after_a_limit_that_was_moved_forward(campaign, checkpoint, head, chief, section):
    late, early, done = (handed(checkpoint, head, section, due_on=TODAY + days * DAY, text=str(days))[0] for days in (10, 1, 9))
    move_share(done, move="finish", by=chief, note="已办")

    edited(checkpoint.assignment.duty, campaign, limit_text=limit_text(TODAY + 2 * DAY))

    days = dict(Share.objects.values_list("pk", "due_on"))
    assert days == {late.pk: TODAY + 2 * DAY, early.pk: TODAY + DAY, done.pk: TODAY + 2 * DAY}
    events = Event.objects.filter(verb="share.limit").values_list("subject_id", "data")
    new = str(TODAY + 2 * DAY)
    assert dict(events) == {late.pk: {"old": str(LIMIT), "new": new}, done.pk: {"old": str(TODAY + 9 * DAY), "new": new}}
    assert [(row.user, row.subject_id) for row in Notice.objects.filter(kind="share.limit")] == [(chief.user, late.pk)]


def test_a_limit_that_is_moved_back_leaves_the_parts_as_they_are(campaign, checkpoint, head, section):
    share = handed(checkpoint, head, section)[0]

    edited(checkpoint.assignment.duty, campaign, limit_text=limit_text(LIMIT + DAY))

    assert (Share.objects.get().due_on, Event.objects.filter(verb="share.limit").count()) == (share.due_on, 0)


def test_with_the_end_of_the_units_part_whoever_has_parts_of_it_in_hand_is_told_once(campaign, unit, head, chief, clerk, section):
    checkpoint = checkpoint_of(unit, campaign)
    for text in ("一", "二"):
        handed(checkpoint, head, section, clerk.user, text=text)
    finished = handed(checkpoint, head, head.user)[0]
    move_share(finished, move="finish", by=head, note="已办")

    edited(checkpoint.assignment.duty, campaign, leads=[DepartmentFactory(parent=campaign.host)])

    told = Notice.objects.filter(kind="share.end").values_list("user", flat=True)
    assert sorted(told) == sorted([chief.user.pk, clerk.user.pk])


def test_an_upheld_objection_tells_the_section_too(campaign, checkpoint, head, chief, section):
    handed(checkpoint, head, section)
    dispute = dispute_assignment(checkpoint.assignment, by=head, reason="不是我们的")
    assert Notice.objects.filter(kind="share.end").count() == 0

    rule_dispute(dispute, by=viewer(campaign, office=True), upheld=True, moved_to=DepartmentFactory(parent=campaign.host))

    assert [row.user for row in Notice.objects.filter(kind="share.end")] == [chief.user]


RESTS = {"ended": "单位任务已终止", "disputed": "单位已提出异议", "done": "单位任务已办结"}


@pytest.mark.parametrize("status", RESTS)
def test_the_page_says_why_nothing_is_to_be_done(status, campaign, unit, chief, section, signed_in):
    checkpoint = checkpoint_of(unit, campaign, part=status)
    share = ShareFactory(checkpoint=checkpoint, section=section)

    text = signed_in(chief).get(share.get_absolute_url()).text

    assert RESTS[status] in text and 'value="finish"' not in text


def test_sections_and_people_are_the_units_own(campaign, unit, section, checkpoint, head, chief, clerk):
    DepartmentFactory(parent=unit, name="停用科", is_active=False)
    viewer(campaign, office=True), viewer(campaign, head_of=campaign.host)
    MembershipFactory(campaign=campaign, role="liaison", department=unit, ended_on=TODAY - DAY)

    assert list(sections_of(unit)) == [section]
    assert set(people_inside(checkpoint, TODAY)) == {head.user, chief.user, clerk.user}


# --- moves ----------------------------------------------------------------------------------------

WHO = {  # of a part of the section -> moves on it open, moves on it done
    "head": ({"finish", "take_back"}, {"reopen", "take_back"}),
    "clerk": ({"finish", "take_back"}, {"reopen", "take_back"}),
    "chief": ({"finish"}, set()),
    "office": (set(), set()),
    "neighbour": (set(), set()),
}


@pytest.mark.parametrize("who", WHO)
def test_who_may_what(who, campaign, checkpoint, section, head, chief, clerk):
    people = {
        "head": head,
        "clerk": clerk,
        "chief": chief,
        "office": viewer(campaign, office=True),
        "neighbour": viewer(campaign, head_of=DepartmentFactory(parent=campaign.host)),
    }
    share = ShareFactory(checkpoint=checkpoint, section=section)
    on_open = set(moves_for(share, people[who]))
    share.status = "done"

    assert (on_open, set(moves_for(share, people[who]))) == WHO[who]


def test_a_named_person_ticks_off_and_so_does_who_stands_in(campaign, unit, checkpoint, head, clerk, chief):
    shares = [ShareFactory(checkpoint=checkpoint, person=clerk.user, text=text) for text in ("一", "二")]
    campaign.liaison_may_submit = False
    campaign.save()
    stranger = viewer(campaign, liaison_of=unit)

    move_share(shares[0], move="finish", by=clerk, note="已办")
    with pytest.raises(PermissionDenied):
        move_share(shares[1], move="finish", by=stranger, note="不是我的")
    row = clerk.user.memberships.get()
    name_deputy(row, user=chief.user, starts_on=TODAY, ended_on=TODAY, by=head)
    standing = viewer_for(chief.user, campaign)
    assert list(handed_to(standing)) == [shares[1]]
    move_share(shares[1], move="finish", by=standing, note="代办")

    assert [row.done_by for row in Share.objects.order_by("pk")] == [clerk.user, chief.user]
    assert Event.objects.get(verb="share.finish", actor=chief.user).data["acting_for"] == clerk.user.name


def lent_to(person, row, by):
    """The person as a viewer who stands in today for the role of the row."""
    name_deputy(row, user=person.user, starts_on=TODAY, ended_on=TODAY, by=by)
    return viewer_for(person.user, row.campaign)


def test_a_deputy_sees_and_finishes_what_the_person_has_by_name_only_where_they_stand_in(campaign, unit, section, head, clerk):
    """A role lent in another unit, or in the office, opens nothing of this one."""
    elsewhere = DepartmentFactory(parent=campaign.host)
    office = viewer(campaign, office=True)
    share = ShareFactory(checkpoint=checkpoint_of(unit, campaign), person=clerk.user)
    rows = [MembershipFactory(campaign=campaign, user=clerk.user, role="liaison", department=elsewhere)]
    rows.append(MembershipFactory(campaign=campaign, user=clerk.user, role="office"))
    rows.append(MembershipFactory(campaign=campaign, user=clerk.user, role="liaison", department=section))
    campaign.liaison_may_submit = False
    campaign.save()
    neighbour, inspector = viewer(campaign, liaison_of=elsewhere), viewer(campaign, inspector=True)
    below = viewer(campaign, liaison_of=DepartmentFactory(parent=section, kind="section"))

    who = [lent_to(person, row, office) for person, row in zip((neighbour, inspector, below), rows, strict=True)]

    assert [set(moves_for(share, one)) for one in who] == [set(), set(), {"finish"}]
    assert [Share.objects.visible_to(one).exists() for one in who] == [False, True, True]  # the office's deputy reads all
    assert [handed_to(one).exists() for one in who] == [False, False, True]


def acted_for(share, by):
    move_share(share, move="finish", by=by, note="已办")
    return Event.objects.get(verb="share.finish", subject_id=share.pk).data.get("acting_for", "")


def test_what_a_sections_deputy_finishes_is_recorded_as_done_for_the_person(campaign, checkpoint, section, head, chief):
    office = viewer(campaign, office=True)
    below = DepartmentFactory(parent=section, kind="section")
    helper = lent_to(viewer(campaign, liaison_of=below), chief.user.memberships.get(), office)
    to_section, to_own, to_helper = (
        ShareFactory(checkpoint=checkpoint, **whom)
        for whom in ({"section": section}, {"section": below}, {"person": helper.user})
    )

    said = [acted_for(share, helper) for share in (to_section, to_own, to_helper)]

    assert said == [chief.user.name, "", ""]


def test_a_section_head_who_stands_in_for_its_liaison_by_name_is_recorded_so(campaign, checkpoint, section, chief):
    clerk = viewer(campaign, liaison_of=section)
    share = ShareFactory(checkpoint=checkpoint, person=clerk.user)

    standing = lent_to(chief, clerk.user.memberships.get(), viewer(campaign, office=True))

    assert acted_for(share, standing) == clerk.user.name


def test_ticked_off_sent_back_and_ticked_off_again(checkpoint, head, chief, section):
    share = handed(checkpoint, head, section)[0]

    share = move_share(share, move="finish", by=chief, note="清理完毕", version=share.version)
    assert (share.status, share.note, share.done_by) == ("done", "清理完毕", chief.user)
    assert [notice.user for notice in Notice.objects.filter(kind="share.finish")] == [head.user]
    share = move_share(share, move="reopen", by=head, reason="缺一张照片")
    assert (share.status, share.reason, share.done_at, share.round_no) == ("open", "缺一张照片", None, 2)
    assert "缺一张照片" in Notice.objects.get(kind="share.reopen", user=chief.user).text
    share = move_share(share, move="finish", by=chief, note="补齐了")
    assert (share.status, share.reason) == ("done", "")
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["share.create", "share.finish", "share.reopen", "share.finish"]
    checkpoint.refresh_from_db()
    assert checkpoint.status == "open"


@pytest.mark.parametrize(
    ("move", "data", "code"),
    [("finish", {}, "required"), ("reopen", {"reason": "x"}, "wrong_status"), ("finish", {"note": "x", "version": 9}, "stale")],
)
def test_a_move_that_does_not_fit_changes_nothing(move, data, code, checkpoint, head, section):
    share = ShareFactory(checkpoint=checkpoint, section=section)

    with pytest.raises(ValidationError) as refused:
        move_share(share, move=move, by=head, **data)

    assert (code_of(refused), Share.objects.get().status, Event.objects.count()) == (code, "open", 0)


def test_with_the_units_handing_in_the_parts_rest_and_with_a_return_they_run_on(campaign, checkpoint, head, chief, section):
    share = handed(checkpoint, head, section)[0]
    move_checkpoint(checkpoint, move="submit", by=head, note="全部完成")

    assert list(handed_to(chief)) == []
    with pytest.raises(ValidationError) as refused:
        move_share(share, move="finish", by=chief, note="晚了")
    assert code_of(refused) == "wrong_status"

    move_checkpoint(checkpoint, move="return", by=viewer(campaign, office=True), reason="缺材料")
    assert list(handed_to(chief)) == [share]


def test_who_stands_in_for_the_unit_keeps_the_sections_parts_in_hand(campaign, unit, checkpoint, head, clerk, chief, section):
    share = ShareFactory(checkpoint=checkpoint, section=section)
    name_deputy(head.user.memberships.get(), user=chief.user, starts_on=TODAY, ended_on=TODAY, by=head)

    assert list(handed_to(viewer_for(chief.user, campaign))) == [share]
    assert list(handed_to(head)) == list(handed_to(clerk)) == []


# --- pages ----------------------------------------------------------------------------------------


def new_url(checkpoint):
    return reverse("share_new", args=[checkpoint.campaign_id, checkpoint.pk])


def test_the_head_hands_on_from_the_tasks_page(checkpoint, head, section, clerk, signed_in):
    client = signed_in(head)
    assert new_url(checkpoint) in client.get(checkpoint.get_absolute_url()).text
    assert new_url(checkpoint) in client.get(checkpoint.assignment.get_absolute_url()).text
    data = {"to": [f"s{section.pk}", f"p{clerk.user.pk}"], "text": "清理", "due_on": TODAY + DAY, "version": checkpoint.version}

    answer = client.post(new_url(checkpoint), data)

    assert (answer.url, Share.objects.count()) == (new_url(checkpoint), 2)
    for url in (answer.url, checkpoint.get_absolute_url(), checkpoint.assignment.get_absolute_url()):
        text = client.get(url).text
        assert "市容科" in text and clerk.user.name in text, url


def test_a_limit_after_the_units_is_said_beside_the_field_and_keeps_what_was_typed(checkpoint, head, section, signed_in):
    data = {"to": [f"s{section.pk}"], "text": "清理小广告", "due_on": LIMIT + DAY, "version": checkpoint.version}

    answer = signed_in(head).post(new_url(checkpoint), data)

    assert answer.status_code == 422
    assert "id_due_on_error" in answer.text and "内部时限不能晚于这一天" in answer.text
    assert "清理小广告" in answer.text and f'value="{LIMIT + DAY}"' in answer.text and "checked" in answer.text
    assert Share.objects.count() == 0


def test_a_stale_form_answers_409_and_keeps_what_was_typed(checkpoint, head, section, signed_in):
    data = {"to": [f"s{section.pk}"], "text": "清理小广告", "due_on": LIMIT, "version": checkpoint.version - 1}

    answer = signed_in(head).post(new_url(checkpoint), data)

    assert (answer.status_code, "清理小广告" in answer.text, Share.objects.count()) == (409, True, 0)


def test_a_form_with_rows_of_others_is_refused_as_a_wrong_choice(campaign, checkpoint, head, section, signed_in):
    strange = DepartmentFactory(parent=DepartmentFactory(parent=campaign.host), kind="section")

    for wrong in (f"s{strange.pk}", "s", "p²", "p" + "9" * 30):
        answer = signed_in(head).post(new_url(checkpoint), {"to": [wrong], "due_on": LIMIT})
        assert (answer.status_code, Share.objects.count()) == (422, 0)


def test_the_section_finds_its_part_in_its_list_and_ticks_it_off(campaign, checkpoint, head, chief, section, signed_in):
    share = handed(checkpoint, head, section, text="清理小广告")[0]
    client = signed_in(chief)

    for name in ("my_duties", "campaign_home"):
        assert "清理小广告" in client.get(reverse(name, args=[campaign.pk])).text
    assert client.get(checkpoint.get_absolute_url()).status_code == 404  # the whole is the unit's
    assert "清理小广告" in client.get(checkpoint.assignment.get_absolute_url()).text
    url = reverse("share_move", args=[campaign.pk, share.pk])
    assert client.post(url, {"move": "finish", "note": "", "version": share.version}).status_code == 422
    assert client.post(url, {"move": "finish", "note": "写好的话", "version": 9}).status_code == 409
    answer = client.post(url, {"move": "finish", "note": "清理完毕", "version": share.version})

    assert (answer.url, Share.objects.get().status) == (share.get_absolute_url(), "done")
    assert "清理完毕" in client.get(answer.url).text
    assert "清理小广告" not in client.get(reverse("my_duties", args=[campaign.pk])).text
    assert "清理完毕" in signed_in(head).get(checkpoint.get_absolute_url()).text


# --- proof under a part ----------------------------------------------------------------------------

ATTACHES = {
    "the section": ("chief", True),
    "who is named": ("named", True),
    "the unit": ("head", True),
    "whose part was taken back": ("former", False),
    "who holds a part of another task": ("beside", False),
    "another unit": ("stranger", False),
}


@pytest.fixture
def holders(campaign, unit, section, head, chief, checkpoint):
    """label -> (viewer, a record of theirs); all parts are of this checkpoint but `beside`'s."""
    other, third, elsewhere = (DepartmentFactory(parent=unit), DepartmentFactory(parent=unit), DepartmentFactory(parent=unit))
    rows = {"chief": chief, "head": head, "stranger": viewer(campaign, head_of=DepartmentFactory(parent=campaign.host))}
    rows |= {label: viewer(campaign, head_of=one) for label, one in (("named", other), ("former", third), ("beside", elsewhere))}
    ShareFactory(checkpoint=checkpoint, section=section)
    ShareFactory(checkpoint=checkpoint, person=rows["named"].user)
    ShareFactory(checkpoint=checkpoint, section=third, status="ended")
    ShareFactory(checkpoint=checkpoint_of(unit, campaign), section=elsewhere)
    return {
        label: (one, make_evidence(Department.objects.get(pk=one.own_ids[0]), by=one, figure="12")) for label, one in rows.items()
    }


@pytest.mark.parametrize("case", ATTACHES)
def test_who_has_a_part_in_hand_attaches_proof_to_its_checkpoint_and_nobody_else_does(case, checkpoint, holders):
    label, allowed = ATTACHES[case]
    person, record = holders[label]

    if allowed:
        link = link_evidence(record, checkpoint=checkpoint, by=person)
        assert (link.by, list(checkpoint.links.values_list("evidence", flat=True))) == (person.user, [record.pk])
    else:
        with pytest.raises(PermissionDenied):
            link_evidence(record, checkpoint=checkpoint, by=person)
        assert not checkpoint.links.exists()


def test_a_holder_takes_off_only_their_own_and_nothing_once_the_unit_has_handed_in(checkpoint, holders):
    (chief, mine), (named, theirs), (head, _own) = (holders[label] for label in ("chief", "named", "head"))
    link_evidence(mine, checkpoint=checkpoint, by=chief)
    link_evidence(theirs, checkpoint=checkpoint, by=named)

    with pytest.raises(PermissionDenied):
        unlink_evidence(theirs, checkpoint=checkpoint, by=chief)
    unlink_evidence(mine, checkpoint=checkpoint, by=chief)
    assert list(checkpoint.links.running().values_list("evidence", flat=True)) == [theirs.pk]

    with pytest.raises(PermissionDenied):  # the unit's own act
        move_checkpoint(checkpoint, move="submit", by=chief, note="整治完毕")
    move_checkpoint(checkpoint, move="submit", by=head, note="整治完毕")
    with pytest.raises(ValidationError) as refused:
        link_evidence(mine, checkpoint=checkpoint, by=chief)
    assert refused.value.code == "wrong_status"


def test_the_section_adds_proof_on_the_parts_page_and_then_ticks_off_on_its_list(
    campaign, checkpoint, head, chief, section, signed_in
):
    share, mine = ShareFactory(checkpoint=checkpoint, section=section), reverse("my_duties", args=[campaign.pk])
    proof, moved = (reverse(name, args=[campaign.pk, share.pk]) for name in ("share_proof", "share_move"))
    client = signed_in(chief)
    assert f'action="{proof}"' in client.get(share.get_absolute_url()).text
    assert f'action="{moved}"' not in client.get(mine).text  # without proof it is opened first

    assert client.post(proof, {"department": section.pk}).status_code == 422
    added = client.post(proof, {"department": section.pk, "figure": "清理 12 处"})
    record = Evidence.objects.get()
    assert (added.url, record.department, "清理 12 处" in client.get(added.url).text) == (share.get_absolute_url(), section, True)
    assert f'action="{moved}"' in client.get(mine).text
    done = client.post(moved, {"move": "finish", "version": share.version, "back": "list"})

    assert (done.url, Share.objects.get().status) == (mine, "done")
    text = signed_in(head).get(checkpoint.get_absolute_url()).text
    assert f"{chief.user.name}（市容科）挂接" in text


def test_who_is_of_no_unit_is_offered_no_page_they_may_not_open(campaign, checkpoint, signed_in):
    inspector = viewer(campaign, inspector=True)
    share = ShareFactory(checkpoint=checkpoint, person=inspector.user)

    assert "evidence" not in signed_in(inspector).get(share.get_absolute_url()).text


def test_the_panel_alone_for_htmx(checkpoint, head, section, signed_in):
    share = ShareFactory(checkpoint=checkpoint, section=section)
    url = reverse("share_move", args=[checkpoint.campaign_id, share.pk])

    answer = signed_in(head).post(url, {"move": "finish", "note": "好"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.text.lstrip().startswith('<div class="split" id="share"')) == (200, True)


def test_the_units_list_says_how_far_its_parts_are(campaign, checkpoint, head, section, signed_in):
    ShareFactory(checkpoint=checkpoint, section=section, status="done")
    ShareFactory(checkpoint=checkpoint, section=section, text="二")
    ShareFactory(checkpoint=checkpoint, section=section, text="三", status="ended")

    text = signed_in(head).get(reverse("my_duties", args=[campaign.pk])).text

    assert "已办完 1/2" in text


def test_pages_cost_the_same_for_one_and_three_parts(
    campaign, checkpoint, head, chief, section, signed_in, django_assert_num_queries
):
    costs = {
        (chief, reverse("my_duties", args=[campaign.pk])): 9,
        (head, checkpoint.get_absolute_url()): 13,
        (head, checkpoint.assignment.get_absolute_url()): 17,
        (head, new_url(checkpoint)): 11,
    }
    for rows in (1, 2):
        for n in range(rows):
            ShareFactory(checkpoint=checkpoint, section=section, text=f"{rows}{n}")
        for (person, url), queries in costs.items():
            client = signed_in(person)
            with django_assert_num_queries(queries):
                client.get(url)
