"""A deputy has the role between two days, no day longer, and acts in the other person's name."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from campaigns.actions.deputies import candidates_for, end_deputy, name_deputy
from campaigns.actions.members import add_member, end_member, may_link
from campaigns.models import Membership
from campaigns.people import Directory
from campaigns.viewer import viewer_for
from checklists.actions.assignments import move_assignment
from notices.models import Notice
from tests.access import SEES, WITH_FINDING
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CampaignFactory, DepartmentFactory, DutyFactory, MembershipFactory, UserFactory

TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def unit(campaign):
    return DepartmentFactory(parent=campaign.host, name="示范城管局")


@pytest.fixture
def head(campaign, unit):
    return viewer(campaign, head_of=unit)


@pytest.fixture
def liaison(campaign, unit):
    return viewer(campaign, liaison_of=unit)


def role_of(person, role="head"):
    return Membership.objects.own().get(user=person.user, role=role)


def named(head, user, *, by=None, first=TODAY, last=TODAY + 4 * DAY):
    return name_deputy(role_of(head), user=user, starts_on=first, ended_on=last, by=by or head)


def code_of(refused):
    error = refused.value
    return next(iter(error.error_dict.values()))[0].code if hasattr(error, "error_dict") else error.code


def test_the_settings_count_the_members_that_their_list_shows(campaign, unit, head, liaison, signed_in):
    named(head, liaison.user)
    client = signed_in(viewer(campaign, office=True))

    members = reverse("member_list", args=[campaign.pk])
    listed = client.get(members).context["page"].paginator.count

    sections = client.get(reverse("settings_edit", args=[campaign.pk])).context["sections"]
    assert [note for _title, rows in sections for _label, url, note in rows if url == members] == [listed] == [4]


# --- the spell ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "is_head"), [(0, False), (1, True), (3, True), (4, False)])
def test_the_deputy_is_head_from_the_first_to_the_last_day(day, is_head, campaign, unit, head, liaison):
    named(head, liaison.user, first=TODAY + DAY, last=TODAY + 3 * DAY)

    seen = viewer_for(liaison.user, campaign, on=TODAY + day * DAY)

    assert (unit.pk in seen.head_of, "head" in seen.roles) == (is_head, is_head)
    assert (seen.own_roles, seen.own_head_of) == (frozenset({"liaison"}), frozenset())
    assert [one.person for one in seen.lent] == ([head.user] if is_head else [])
    assert unit.pk in viewer_for(head.user, campaign, on=TODAY + day * DAY).head_of  # who is away loses nothing


def test_a_deputy_sees_what_the_person_sees_and_nothing_else(world):
    head, main = world.people["head"], world.campaigns["main"]
    deputy = MembershipFactory(user=UserFactory(), campaign=main, role="liaison", department=world.units["section"]).user
    name_deputy(world["Membership", "head"], user=deputy, starts_on=TODAY, ended_on=TODAY, by=world.viewers["head"])
    standing, away = viewer_for(deputy, main), viewer_for(head, main)
    own_only = {"checklists.CalendarFeed", "checklists.Bundle", "campaigns.Membership"}  # by person as well as by unit

    assert standing.department_ids == away.department_ids
    for name in {*SEES, *WITH_FINDING} - own_only:
        model = apps.get_model(name)
        seen = set(model.objects.visible_to(standing).values_list("pk", flat=True))
        assert seen == set(model.objects.visible_to(away).values_list("pk", flat=True)), name


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"first": TODAY + 2 * DAY, "last": TODAY + DAY}, "order"),
        ({"first": TODAY - DAY}, "past"),
        ({"last": TODAY + 40 * DAY}, "longer"),
        ({"first": TODAY + 9 * DAY, "last": TODAY + 10 * DAY, "leaving": TODAY + 9 * DAY}, "leaves"),
        ({"first": TODAY + 10 * DAY, "last": TODAY + 12 * DAY}, "already"),
    ],
)
def test_days_that_do_not_fit_are_refused_and_nothing_is_kept(days, code, campaign, head, liaison):
    Membership.objects.filter(user=head.user).update(ended_on=TODAY + 30 * DAY)
    named(head, liaison.user, first=TODAY + 11 * DAY, last=TODAY + 20 * DAY)
    days = dict(days)
    Membership.objects.own().filter(user=liaison.user).update(ended_on=days.pop("leaving", None))

    with pytest.raises(ValidationError) as refused:
        named(head, liaison.user, **days)

    assert (code_of(refused), Membership.objects.exclude(stands_for=None).count()) == (code, 1)


def test_only_people_of_the_same_unit_can_stand_in(campaign, unit, head, liaison):
    section = DepartmentFactory(parent=unit, kind="section")
    below = viewer(campaign, head_of=section).user
    elsewhere = viewer(campaign, head_of=DepartmentFactory(parent=campaign.host)).user
    host = viewer(campaign, head_of=campaign.host).user
    MembershipFactory(campaign=campaign, role="liaison", department=unit, ended_on=TODAY - DAY)
    other = MembershipFactory(campaign=CampaignFactory(host=campaign.host), role="liaison", department=unit).user

    assert set(candidates_for(role_of(head), TODAY)) == {liaison.user, below}
    assert set(candidates_for(Membership.objects.get(user=below), TODAY)) == {head.user, liaison.user}
    for user in (elsewhere, host, other, head.user):
        with pytest.raises(ValidationError) as refused:
            named(head, user)
        assert code_of(refused) == "outside"


def test_for_the_office_its_colleagues_and_inspectors(campaign, head):
    office, colleague = viewer(campaign, office=True), viewer(campaign, office=True)
    inspector = viewer(campaign, inspector=True)
    viewer(campaign, leader=True)
    row = role_of(office, "office")

    assert set(candidates_for(row, TODAY)) == {colleague.user, inspector.user}
    name_deputy(row, user=inspector.user, starts_on=TODAY, ended_on=TODAY, by=colleague)

    standing = viewer_for(inspector.user, campaign)
    assert (standing.is_office, standing.acting_for(), colleague.acting_for()) == (True, office.user.name, "")
    with pytest.raises(PermissionDenied):  # a deputy hands on nothing
        name_deputy(role_of(colleague, "office"), user=inspector.user, starts_on=TODAY, ended_on=TODAY, by=standing)
    end_member(role_of(colleague, "office"), by=colleague)
    with pytest.raises(ValidationError) as refused:  # and is not the colleague without whom the office would be empty
        end_member(row, by=office)
    assert refused.value.code == "last_office"


WHO_MAY = {"head": True, "office": True, "liaison": False, "neighbour": False, "inspector": False, "deputy": False}


@pytest.mark.parametrize(("who", "may"), WHO_MAY.items())
def test_who_names_a_deputy_of_the_head(who, may, campaign, unit, head, liaison):
    people = {
        "head": head,
        "office": viewer(campaign, office=True),
        "liaison": liaison,
        "neighbour": viewer(campaign, head_of=DepartmentFactory(parent=campaign.host)),
        "inspector": viewer(campaign, inspector=True),
        "deputy": viewer(campaign, liaison_of=unit),
    }
    if who == "deputy":
        named(head, people["deputy"].user, first=TODAY, last=TODAY)
        people["deputy"] = viewer_for(people["deputy"].user, campaign)
    before = Membership.objects.count()

    if may:
        named(head, liaison.user, by=people[who], first=TODAY + DAY)
    else:
        with pytest.raises(PermissionDenied):
            named(head, liaison.user, by=people[who], first=TODAY + DAY)

    assert Membership.objects.count() == before + may


# --- what they do ---------------------------------------------------------------------------------


def test_an_act_in_the_persons_place_says_so_and_ones_own_does_not(campaign, unit, head, signed_in):
    section = DepartmentFactory(parent=unit, kind="section")
    person = viewer(campaign, head_of=section).user
    named(head, person)
    standing = viewer_for(person, campaign)
    of_unit, of_section = (
        AssignmentFactory(duty=DutyFactory(campaign=campaign), department=one, status="issued", is_lead=True)
        for one in (unit, section)
    )

    for row in (of_unit, of_section):
        move_assignment(row, move="accept", by=standing)

    events = {event.department_id: event for event in Event.objects.filter(verb="assignment.accept")}
    assert events[unit.pk].data.get("acting_for") == head.user.name
    assert "acting_for" not in events[section.pk].data
    assert str(events[unit.pk].doer) == f"{person.name} 代 {head.user.name}"
    assert f"{person.name} 代 {head.user.name}" in signed_in(head).get(of_unit.get_absolute_url()).text
    office = viewer(campaign, office=True)
    assert f"{person.name} 代 {head.user.name}" in signed_in(office).get(reverse("event_list", args=[campaign.pk])).text


def test_the_deputy_is_told_what_the_person_is_told(campaign, unit, head, liaison):
    deputy = viewer(campaign, liaison_of=DepartmentFactory(parent=unit, kind="section")).user
    named(head, deputy, first=TODAY, last=TODAY)

    assert Directory(campaign, TODAY).of(unit) == [head.user, deputy, liaison.user]
    assert Directory(campaign, TODAY).with_deputies(head.user) == [head.user, deputy]
    assert Directory(campaign, TODAY + DAY).of(unit) == [head.user, liaison.user]
    assert [notice.user for notice in Notice.objects.filter(kind="deputy.name")] == [deputy]
    assert "代" in Notice.objects.get(kind="deputy.name").text


# --- the end --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "left"), [(-2, -1), (0, 0), (2, None)])
def test_ended_early(first, left, campaign, head, liaison):
    """Begun on an earlier day: at once; today: tonight; not begun: taken off."""
    row = named(head, liaison.user)
    Membership.objects.filter(pk=row.pk).update(starts_on=TODAY + first * DAY)

    end_deputy(row, by=head)

    ends = Membership.objects.filter(stands_for=role_of(head)).values_list("ended_on", flat=True)
    assert list(ends) == ([] if left is None else [TODAY + left * DAY])
    assert Event.objects.filter(verb="deputy.end").count() == 1


def test_with_the_role_the_deputy_ends_and_with_the_last_own_role_too(campaign, unit, head, liaison):
    office = viewer(campaign, office=True)
    second = viewer(campaign, head_of=unit)
    named(head, liaison.user, last=TODAY + 9 * DAY)
    named(head, liaison.user, first=TODAY + 10 * DAY, last=TODAY + 12 * DAY)
    named(second, liaison.user, last=TODAY + 9 * DAY)

    end_member(role_of(head), by=office)
    assert [row.stands_for.user for row in Membership.objects.exclude(stands_for=None).filter(ended_on__gt=TODAY)] == [
        second.user
    ]

    end_member(role_of(liaison, "liaison"), by=office)
    assert Membership.objects.exclude(stands_for=None).filter(ended_on__gt=TODAY).count() == 0


def test_a_deputy_can_still_be_given_the_role_itself(campaign, unit, head, liaison):
    named(head, liaison.user)

    row = add_member(campaign, user=liaison.user, role="head", department=unit, by=viewer(campaign, office=True))

    assert row.stands_for is None


def test_a_deputys_link_is_not_made_by_who_does_not_stand_above_the_lent_role(campaign, unit, head):
    """Else the head of a section would open, with the account of its liaison, the rights of the whole unit."""
    section = DepartmentFactory(parent=unit, kind="section")
    chief, clerk = viewer(campaign, head_of=section), viewer(campaign, liaison_of=section)
    assert may_link(chief, clerk.user)

    named(head, clerk.user)

    assert not may_link(chief, clerk.user)
    assert may_link(viewer(campaign, office=True), clerk.user)


# --- pages ----------------------------------------------------------------------------------------


def page_of(person, row):
    return reverse("member_deputy", args=[person.campaign.pk, row.pk])


def test_named_seen_and_ended_on_the_page(campaign, head, liaison, signed_in):
    client, url = signed_in(head), page_of(head, role_of(head))
    last = TODAY + 3 * DAY

    answer = client.post(url, {"what": "name", "user": liaison.user.pk, "starts_on": TODAY, "ended_on": last})

    row = Membership.objects.get(stands_for=role_of(head))
    assert (answer.url, row.user, row.ended_on) == (url, liaison.user, last)
    assert liaison.user.name in client.get(url).text
    assert f"代 {head.user.name}" in client.get(reverse("member_list", args=[campaign.pk])).text
    assert liaison.user.name in client.get(f"{reverse('profile')}?campaign={campaign.pk}").text
    assert client.get(reverse("member_edit", args=[campaign.pk, row.pk])).url == url
    assert client.post(url, {"what": "end", "deputy": row.pk}).url == url
    assert Membership.objects.get(pk=row.pk).ended_on == TODAY


def test_the_deputy_reads_on_every_page_for_whom_they_act(campaign, head, liaison, signed_in):
    named(head, liaison.user)
    client = signed_in(liaison)

    for url in (reverse("my_duties", args=[campaign.pk]), f"{reverse('profile')}?campaign={campaign.pk}"):
        assert head.user.name in client.get(url).text


def test_what_was_typed_stays_and_the_sentence_stands_beside_the_day(campaign, head, liaison, signed_in):
    data = {"what": "name", "user": liaison.user.pk, "starts_on": TODAY, "ended_on": TODAY - DAY}

    answer = signed_in(head).post(page_of(head, role_of(head)), data)

    assert (answer.status_code, f'value="{TODAY - DAY}"' in answer.text, "id_ended_on_error" in answer.text) == (422, True, True)
    assert Membership.objects.exclude(stands_for=None).count() == 0


def test_a_liaison_names_a_deputy_of_their_own_and_not_of_the_head(campaign, head, liaison, signed_in):
    client = signed_in(liaison)

    assert client.get(page_of(liaison, role_of(liaison, "liaison"))).status_code == 200
    assert client.get(page_of(liaison, role_of(head))).status_code == 403


def test_the_list_of_members_costs_the_same_with_deputies(campaign, head, liaison, signed_in, django_assert_num_queries):
    client, url = signed_in(head), reverse("member_list", args=[campaign.pk])
    for first in (0, 10, 20):
        named(head, liaison.user, first=TODAY + first * DAY, last=TODAY + (first + 1) * DAY)
        with django_assert_num_queries(9):
            client.get(url)


def test_a_day_far_off_is_no_error_of_the_database(campaign, head, liaison):
    assert named(head, liaison.user, last=date(2199, 12, 31)).ended_on == date(2199, 12, 31)
