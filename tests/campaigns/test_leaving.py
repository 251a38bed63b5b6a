"""Leaving: one act ends the role and gives all that hangs on the person to a successor; nothing stays with who left."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from campaigns.actions.deputies import name_deputy
from campaigns.actions.estates import estate_of
from campaigns.actions.leaving import hand_over, successors_for
from campaigns.actions.members import end_member
from campaigns.holdings import HOLDINGS
from campaigns.models import Membership
from campaigns.viewer import viewer_for
from checklists.models import Assignment, CalendarFeed, Share
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    CheckpointFactory,
    DepartmentFactory,
    DutyFactory,
    MembershipFactory,
    RoundFactory,
    ShareFactory,
)

TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def unit(campaign):
    return DepartmentFactory(parent=campaign.host, name="示范城管局")


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def head(campaign, unit):
    return viewer(campaign, head_of=unit)


@pytest.fixture
def liaison(campaign, unit):
    return viewer(campaign, liaison_of=unit)


@pytest.fixture
def successor(campaign, unit):
    return MembershipFactory(campaign=campaign, role="liaison", department=unit).user


def role_of(person, role="liaison"):
    return Membership.objects.own().get(user=person.user, role=role)


def burden(campaign, unit, user):
    """A task, a part, an address and a spell of another person's role, all on this person by name."""
    part = AssignmentFactory(
        duty=DutyFactory(campaign=campaign, text="整治广告"), department=unit, status="accepted", person=user
    )
    CalendarFeed.objects.create(campaign=campaign, user=user, by=user)
    return part, ShareFactory(checkpoint=CheckpointFactory(assignment=part), person=user, text="清理小广告")


def code_of(refused):
    error = refused.value
    return next(iter(error.error_dict.values()))[0].code if hasattr(error, "error_dict") else error.code


def hanging(campaign, user):
    return {name for name, kind in HOLDINGS.items() if kind.rows(campaign, user, "").exists()}


def test_everything_goes_to_the_successor_and_nothing_stays(campaign, unit, head, liaison, successor):
    part, share = burden(campaign, unit, liaison.user)
    name_deputy(role_of(head, "head"), user=liaison.user, starts_on=TODAY, ended_on=TODAY + 5 * DAY, by=head)
    assert hanging(campaign, liaison.user) == {"assignments", "shares", "feeds", "deputyships"}

    estate = hand_over(role_of(liaison), to=successor, by=head)

    assert sum(len(rows) for _kind, rows in estate.holdings) == 3  # the address ended
    assert (Assignment.objects.get(pk=part.pk).person, Share.objects.get(pk=share.pk).person) == (successor, successor)
    assert hanging(campaign, liaison.user) == set()
    assert role_of(liaison).ended_on == TODAY
    assert viewer_for(liaison.user, campaign, on=TODAY + DAY).roles == frozenset()
    assert unit.pk in viewer_for(successor, campaign, on=TODAY + DAY).head_of  # stands in for the head in their place
    verbs = set(Event.objects.exclude(verb="deputy.name").values_list("verb", flat=True))
    assert verbs == {"assignment.person", "share.person", "feed.revoke", "deputy.end", "member.hand_over", "member.end"}
    assert "交接给您 3 项" in Notice.objects.get(kind="member.hand_over", user=successor).text


def test_an_inspectors_rounds_that_still_run_go_over_and_old_ones_stay(campaign, office):
    inspector, other = viewer(campaign, inspector=True), viewer(campaign, inspector=True)
    old, new = (RoundFactory(campaign=campaign, starts_on=TODAY - 9 * DAY, ends_on=TODAY + n * DAY) for n in (-5, 5))
    for row in (old, new):
        row.inspectors.add(inspector.user)

    hand_over(role_of(inspector, "inspector"), to=other.user, by=office)

    assert (list(old.inspectors.all()), list(new.inspectors.all())) == ([inspector.user], [other.user])
    assert hanging(campaign, inspector.user) == set()


def test_the_role_goes_along_where_it_is_wanted(campaign, unit, office, head, successor):
    hand_over(role_of(head, "head"), to=successor, by=office, takes_role=True)

    assert viewer_for(successor, campaign).own_roles == {"head", "liaison"}
    assert unit.pk not in viewer_for(head.user, campaign, on=TODAY + DAY).head_of


def test_a_head_who_takes_over_from_the_liaison_needs_no_second_role(campaign, head, liaison):
    hand_over(role_of(liaison), to=head.user, by=head, takes_role=True)

    assert viewer_for(head.user, campaign).own_roles == {"head"}


def test_with_another_role_kept_only_what_belongs_to_this_one_goes(campaign, unit, office, liaison, successor):
    elsewhere = DepartmentFactory(parent=campaign.host)
    MembershipFactory(campaign=campaign, user=liaison.user, role="liaison", department=elsewhere)
    here, _share = burden(campaign, unit, liaison.user)
    there = AssignmentFactory(duty=DutyFactory(campaign=campaign), department=elsewhere, status="accepted", person=liaison.user)
    row = Membership.objects.get(user=liaison.user, department=unit)

    estate = hand_over(row, to=successor, by=office)

    assert (estate.is_last, [str(kind.label) for kind, _rows in estate.holdings]) == (
        False,
        ["任务责任人", "内部分工事项（未办完）"],
    )
    people = dict(Assignment.objects.values_list("pk", "person"))
    assert (people[here.pk], people[there.pk]) == (successor.pk, liaison.user.pk)


def test_who_leaves_a_section_keeps_no_part_of_the_unit_above_and_what_has_ended_hangs_on_nobody(
    campaign, unit, office, liaison, successor
):
    section, elsewhere = (DepartmentFactory(parent=parent) for parent in (unit, campaign.host))
    for place in (section, elsewhere):
        MembershipFactory(campaign=campaign, user=liaison.user, role="liaison", department=place)
    Membership.objects.filter(user=liaison.user, department=unit).delete()
    parts = [AssignmentFactory(duty=DutyFactory(campaign=campaign), department=place) for place in (unit, elsewhere, unit)]
    parts[2].__class__.objects.filter(pk=parts[2].pk).update(status="ended", ended_on=TODAY)
    above, other, ended = (ShareFactory(checkpoint=CheckpointFactory(assignment=one), person=liaison.user) for one in parts)

    hand_over(Membership.objects.get(user=liaison.user, department=section), to=successor, by=office)

    people = dict(Share.objects.values_list("pk", "person"))
    assert people == {above.pk: successor.pk, other.pk: liaison.user.pk, ended.pk: liaison.user.pk}


def lent(campaign, unit, user, **days):
    """A spell of another person's role, held by this one; and the other person's row."""
    lender = MembershipFactory(campaign=campaign, role="head", department=unit)
    office = viewer(campaign, office=True)
    name_deputy(lender, user=user, starts_on=TODAY + days["first"] * DAY, ended_on=TODAY + days["last"] * DAY, by=office)
    return lender


@pytest.mark.parametrize(("first", "left"), [(0, [TODAY]), (2, [])])
def test_where_the_successor_cannot_stand_in_the_person_is_told_and_the_end_is_recorded(
    first, left, campaign, unit, office, successor
):
    elsewhere = DepartmentFactory(parent=campaign.host)
    leaver = viewer(campaign, liaison_of=elsewhere)
    MembershipFactory(campaign=campaign, user=leaver.user, role="liaison", department=unit)
    follower = MembershipFactory(campaign=campaign, role="liaison", department=elsewhere).user
    lender = lent(campaign, unit, leaver.user, first=first, last=5)
    here = Membership.objects.filter(user=leaver.user, department=unit, stands_for=None)
    here.update(starts_on=TODAY - 9 * DAY, ended_on=TODAY - DAY)

    given = hand_over(Membership.objects.get(user=leaver.user, department=elsewhere), to=follower, by=office)

    assert given.holdings == []
    assert list(lender.deputies.values_list("ended_on", flat=True)) == left
    assert Event.objects.get(verb="deputy.end").data["old"] == leaver.user.name
    assert Notice.objects.filter(kind="deputy.end", user=lender.user).count() == 1
    assert "交接给您 0 项" in Notice.objects.get(kind="member.hand_over", user=follower).text


OTHERS = {  # days of who stands in already -> days of the successor
    "later": ([(3, 4)], [(1, 2)]),
    "first": ([(0, 2)], [(3, 5)]),
    "all": ([(0, 9)], []),
    "none": ([], [(1, 5)]),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_successor_stands_in_only_where_nobody_does_and_the_person_is_told(case, campaign, unit, office, liaison, successor):
    others, expected = OTHERS[case]
    lender = lent(campaign, unit, liaison.user, first=0, last=5)
    for first, last in others:
        days = {"starts_on": TODAY + first * DAY, "ended_on": TODAY + last * DAY}
        MembershipFactory(campaign=campaign, role="head", department=unit, stands_for=lender, **days)

    hand_over(role_of(liaison), to=successor, by=office)

    spells = lender.deputies.filter(user=successor).values_list("starts_on", "ended_on")
    assert [((one - TODAY).days, (two - TODAY).days) for one, two in spells] == expected
    told = Notice.objects.filter(kind="deputy.name", user=lender.user).count()
    assert told == 1 + len(expected)  # the first of the leaver


def test_who_can_follow(campaign, unit, office, head, liaison, successor):
    section = DepartmentFactory(parent=unit, kind="section")
    below = viewer(campaign, liaison_of=section).user
    viewer(campaign, liaison_of=DepartmentFactory(parent=campaign.host))
    inspectors = [viewer(campaign, inspector=True) for _n in range(2)]

    assert set(successors_for(role_of(liaison), TODAY)) == {head.user, successor, below}
    assert set(successors_for(role_of(inspectors[0], "inspector"), TODAY)) == {inspectors[1].user, office.user}


@pytest.mark.parametrize("case", ["outside", "ended", "stale", "last_office"])
def test_what_cannot_be_is_refused_and_nothing_is_changed(case, campaign, unit, office, head, liaison, successor):
    part, share = burden(campaign, unit, liaison.user)
    row, to, more = role_of(liaison), successor, {}
    if case == "outside":
        to = viewer(campaign, liaison_of=DepartmentFactory(parent=campaign.host)).user
    elif case == "ended":
        Membership.objects.filter(pk=row.pk).update(ended_on=TODAY - DAY)
    elif case == "stale":
        more = {"seen": estate_of(row, TODAY).seen}
        burden(campaign, unit, liaison.user)
    else:  # the successor would be an account that has ended
        row, to = role_of(office, "office"), viewer(campaign, office=True).user
        Membership.objects.filter(user=to).update(ended_on=TODAY)

    with pytest.raises(ValidationError) as refused:
        hand_over(row, to=to, by=office, **more)

    assert code_of(refused) == case
    assert (Assignment.objects.get(pk=part.pk).person, Share.objects.get(pk=share.pk).person) == (liaison.user, liaison.user)
    assert Event.objects.count() == 0


WHO_MAY = {"office": True, "head": True, "liaison": False, "neighbour": False}


@pytest.mark.parametrize(("who", "may"), WHO_MAY.items())
def test_who_hands_over_for_a_liaison(who, may, campaign, office, head, liaison, successor):
    people = {"office": office, "head": head, "liaison": liaison}
    people["neighbour"] = viewer(campaign, head_of=DepartmentFactory(parent=campaign.host))

    if may:
        hand_over(role_of(liaison), to=successor, by=people[who])
    else:
        with pytest.raises(PermissionDenied):
            hand_over(role_of(liaison), to=successor, by=people[who])

    assert (role_of(liaison).ended_on == TODAY) == may


# --- the page -------------------------------------------------------------------------------------


def test_looked_at_then_handed_over(campaign, unit, head, liaison, successor, signed_in):
    burden(campaign, unit, liaison.user)
    client, url = signed_in(head), reverse("member_leave", args=[campaign.pk, role_of(liaison).pk])

    page = client.get(url)
    assert "整治广告" in page.text and "清理小广告" in page.text
    assert url in client.get(reverse("member_edit", args=[campaign.pk, role_of(liaison).pk])).text
    seen = page.context["form"]["seen"].value()
    assert client.post(url, {"to": "", "seen": seen}).status_code == 422
    burden(campaign, unit, liaison.user)
    stale = client.post(url, {"to": successor.pk, "seen": seen})
    assert (stale.status_code, role_of(liaison).ended_on) == (409, None)
    answer = client.post(url, {"to": successor.pk, "seen": stale.context["form"].data["seen"]})

    assert answer.url == reverse("member_list", args=[campaign.pk])
    assert "任务责任人 2" in client.get(answer.url).text
    assert (hanging(campaign, liaison.user), role_of(liaison).ended_on) == (set(), TODAY)


def test_the_page_costs_the_same_for_one_and_three(
    campaign, unit, head, liaison, successor, signed_in, django_assert_num_queries
):
    client, url = signed_in(head), reverse("member_leave", args=[campaign.pk, role_of(liaison).pk])
    for rows in (1, 2):
        for _n in range(rows):
            burden(campaign, unit, liaison.user)
        with django_assert_num_queries(15):
            client.get(url)


# --- ended without a successor --------------------------------------------------------------------


def told_of_the_end():
    return {notice.user: notice.text for notice in Notice.objects.filter(kind="member.end")}


def test_ended_with_work_in_hand_the_head_and_the_office_are_told_what_is_without_a_person(campaign, unit, head, liaison, office):
    colleague = viewer(campaign, office=True)
    burden(campaign, unit, liaison.user)

    end_member(role_of(liaison), by=office)

    assert told_of_the_end().keys() == {head.user, colleague.user}  # not who did it
    assert all("整治广告" in text and "清理小广告" in text and "日历" not in text for text in told_of_the_end().values())
    end_member(role_of(head, "head"), by=office)  # nothing in hand
    assert len(told_of_the_end()) == 2


@pytest.mark.parametrize("case", ["nothing in hand", "handed over", "another role keeps it"])
def test_nobody_is_told_where_nothing_stays_behind(case, campaign, unit, head, liaison, successor, office):
    if case != "nothing in hand":
        burden(campaign, unit, liaison.user)
    viewer(campaign, office=True)
    if case == "another role keeps it":
        elsewhere = MembershipFactory(
            campaign=campaign, user=liaison.user, role="liaison", department=DepartmentFactory(parent=campaign.host)
        )
        end_member(elsewhere, by=office)
    elif case == "handed over":
        hand_over(role_of(liaison), to=successor, by=office)
    else:
        end_member(role_of(liaison), by=office)

    assert told_of_the_end() == {}


def test_the_page_says_what_is_in_hand_and_leads_to_handing_it_over(campaign, unit, liaison, office, signed_in):
    part, share = burden(campaign, unit, liaison.user)
    client, address = signed_in(office), reverse("member_edit", args=[campaign.pk, role_of(liaison).pk])

    page = client.get(address)

    assert [(kind["count"], [url for _name, url in kind["rows"]]) for kind in page.context["work"]] == [
        (1, [part.get_absolute_url()]),
        (1, [share.get_absolute_url()]),
    ]
    assert page.text.count(reverse("member_leave", args=[campaign.pk, role_of(liaison).pk])) == 2
    client.post(address, {"what": "end", "on": TODAY})
    assert role_of(liaison).ended_on == TODAY
