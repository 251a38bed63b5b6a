"""People, units and groups of a campaign: begun, ended, never re-pointed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Event, User
from campaigns.actions import groups
from campaigns.actions.holidays import add_holiday, drop_holiday
from campaigns.actions.members import (
    add_member,
    add_participation,
    add_participations,
    add_person,
    edit_member,
    edit_participation,
    end_member,
    end_participation,
)
from campaigns.models import CampaignHoliday, Membership, Participation, RankingGroup, WorkGroup
from tests.conftest import viewer
from tests.factories import (
    CampaignFactory,
    DepartmentFactory,
    MembershipFactory,
    ParticipationFactory,
    RankingGroupFactory,
    UserFactory,
    WorkGroupFactory,
)

DAY = date(2026, 3, 2)


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def unit(campaign):
    return DepartmentFactory(parent=campaign.host)


def code_of(refused):
    error = refused.value
    return next(iter(error.error_dict.values()))[0].code if hasattr(error, "error_dict") else error.code


def test_the_office_adds_a_member_from_a_day_on(campaign, office, unit):
    group = WorkGroupFactory(campaign=campaign)
    user = UserFactory()

    row = add_member(campaign, user=user, role="head", department=unit, title="局长", work_group=group, starts_on=DAY, by=office)

    assert (row.user, row.role, row.department, row.work_group, row.starts_on, row.ended_on) == (
        user,
        "head",
        unit,
        group,
        DAY,
        None,
    )
    assert list(Membership.objects.on(DAY).filter(user=user)) == [row]
    assert list(Membership.objects.on(DAY - timedelta(days=1)).filter(user=user)) == []
    assert Event.objects.get().verb == "member.add"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"role": "head"}, "department"),
        ({"role": "liaison", "department": "elsewhere"}, "outside"),
        ({"role": "office", "user": "same"}, "already"),
        ({"role": "inspector", "user": "gone"}, "inactive"),
        ({"role": "inspector", "work_group": "elsewhere"}, "outside"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(more, code, campaign, office):
    known = {"same": office.user, "gone": UserFactory(is_active=False)}
    more = more | {"user": known.get(more.get("user")) or UserFactory()}
    if "department" in more:
        more["department"] = DepartmentFactory()
    if "work_group" in more:
        more["work_group"] = WorkGroupFactory()

    with pytest.raises(ValidationError) as refused:
        add_member(campaign, by=office, **more)

    assert (code_of(refused), Membership.objects.count(), Event.objects.count()) == (code, 1, 0)


def test_a_role_can_begin_again_after_it_ended(campaign, office):
    user = MembershipFactory(campaign=campaign, role="leader", ended_on=date(2026, 2, 1)).user

    assert add_member(campaign, user=user, role="leader", by=office, starts_on=DAY).starts_on == DAY


def test_a_head_adds_liaisons_of_the_own_unit_and_below_only(campaign, unit):
    head = viewer(campaign, head_of=unit)
    section = DepartmentFactory(parent=unit)
    head = viewer(campaign, user=head.user, head_of=unit)

    row = add_member(campaign, user=UserFactory(), role="liaison", department=section, by=head)
    assert row.department == section

    refused = [("liaison", DepartmentFactory(parent=campaign.host)), ("head", unit), ("office", None), ("inspector", None)]
    for role, department in refused:
        with pytest.raises(PermissionDenied):
            add_member(campaign, user=UserFactory(), role=role, department=department, by=head)


@pytest.mark.parametrize("role", ["inspector", "leader", "liaison_of"])
def test_others_add_nobody(role, campaign, unit):
    by = viewer(campaign, **{role: unit if role == "liaison_of" else True})

    with pytest.raises(PermissionDenied):
        add_member(campaign, user=UserFactory(), role="liaison", department=unit, by=by)


def test_the_office_of_another_campaign_adds_nobody(campaign):
    with pytest.raises(PermissionDenied):
        add_member(campaign, user=UserFactory(), role="office", by=viewer(CampaignFactory(), office=True))


def test_a_new_person_gets_an_account_and_a_link_to_set_the_password(campaign, office, unit, client):
    row, link = add_person(campaign, username="lisi", name="李示", role="liaison", department=unit, by=office)

    assert (row.user.name, row.department, row.user.has_usable_password()) == ("李示", unit, False)
    assert client.get(link).status_code == 200
    assert {event.verb for event in Event.objects.all()} == {"user.create", "user.link", "member.add"}


def test_a_refused_person_leaves_no_account(campaign, office):
    with pytest.raises(ValidationError):
        add_person(campaign, username="lisi", name="李示", role="head", by=office)
    with pytest.raises(PermissionDenied):
        add_person(campaign, username="lisi", name="李示", role="office", by=viewer(campaign, leader=True))

    assert not User.objects.filter(username="lisi").exists()


def test_a_name_of_an_account_that_is_in_use_is_refused(campaign, office):
    UserFactory(username="lisi")

    with pytest.raises(ValidationError) as refused:
        add_person(campaign, username="lisi", name="李示", role="leader", by=office)

    assert list(refused.value.error_dict) == ["username"]


def test_a_membership_ends_with_its_last_day(campaign, office):
    row = MembershipFactory(campaign=campaign, role="leader")

    ended = end_member(row, by=office, on=DAY)

    assert (ended.ended_on, Membership.objects.on(DAY).filter(pk=row.pk).exists()) == (DAY, True)
    assert not Membership.objects.on(DAY + timedelta(days=1)).filter(pk=row.pk).exists()
    assert end_member(row, by=office, on=DAY - timedelta(days=1)).ended_on == DAY - timedelta(days=1)


def test_ending_twice_or_before_the_first_day_is_refused(campaign, office):
    row = MembershipFactory(campaign=campaign, role="leader", starts_on=DAY)

    with pytest.raises(ValidationError) as refused:
        end_member(row, by=office, on=DAY - timedelta(days=1))
    assert code_of(refused) == "order"
    end_member(row, by=office, on=DAY)
    with pytest.raises(ValidationError) as refused:
        end_member(row, by=office, on=DAY)
    assert code_of(refused) == "ended"


def test_a_campaign_is_never_without_an_office(campaign, office):
    own = Membership.objects.get(user=office.user)

    with pytest.raises(ValidationError) as refused:
        end_member(own, by=office)
    assert code_of(refused) == "last_office"

    MembershipFactory(campaign=campaign, role="office")
    assert end_member(own, by=office).ended_on == timezone.localdate()


def test_a_head_ends_own_liaisons_only(campaign, unit):
    head = viewer(campaign, head_of=unit)
    own = MembershipFactory(campaign=campaign, role="liaison", department=unit)
    others = [
        MembershipFactory(campaign=campaign, role="liaison", department=DepartmentFactory(parent=campaign.host)),
        MembershipFactory(campaign=campaign, role="office"),
        MembershipFactory(campaign=campaign, role="head", department=unit),
    ]

    assert end_member(own, by=head).ended_on
    for row in others:
        with pytest.raises(PermissionDenied):
            end_member(row, by=head)


def test_post_and_work_group_may_change(campaign, office):
    row = MembershipFactory(campaign=campaign, role="leader")
    group = WorkGroupFactory(campaign=campaign)

    changed = edit_member(row, by=office, title="副指挥长", work_group=group)

    assert (changed.title, changed.work_group) == ("副指挥长", group)
    with pytest.raises(PermissionDenied):
        edit_member(row, by=viewer(campaign, leader=True), title="x")


def test_many_units_take_part_at_once_and_those_that_do_are_left_out(campaign, office, unit):
    group = RankingGroupFactory(campaign=campaign)
    more = DepartmentFactory(parent=campaign.host)
    add_participation(campaign, department=unit, by=office, starts_on=DAY)

    rows = add_participations(campaign, departments=[unit, more, more], ranking_group=group, by=office, starts_on=DAY)

    assert [(row.department, row.ranking_group) for row in rows] == [(more, group)]
    assert Event.objects.filter(verb="participation.begin").count() == 2
    with pytest.raises(ValidationError) as refused:
        add_participation(campaign, department=unit, by=office)
    assert code_of(refused) == "already"


def test_units_of_another_register_and_groups_of_another_campaign_do_not_take_part(campaign, office, unit):
    for more in ({"departments": [DepartmentFactory()]}, {"departments": [unit], "ranking_group": RankingGroupFactory()}):
        with pytest.raises(ValidationError) as refused:
            add_participations(campaign, by=office, **more)
        assert code_of(refused) == "outside"

    assert Participation.objects.count() == 0


def test_a_participation_changes_its_groups_and_ends(campaign, office):
    row = ParticipationFactory(campaign=campaign)
    group = RankingGroupFactory(campaign=campaign)

    assert edit_participation(row, by=office, ranking_group=group, work_group=None).ranking_group == group
    assert end_participation(row, by=office, on=DAY).ended_on == DAY
    by = viewer(campaign, leader=True)
    for refused in (lambda: end_participation(row, by=by), lambda: add_participations(campaign, departments=[], by=by)):
        with pytest.raises(PermissionDenied):
            refused()


@pytest.mark.parametrize("model", [WorkGroup, RankingGroup])
def test_groups_stand_in_their_order_and_go_only_when_nobody_is_in_them(model, campaign, office):
    first, second, third = (groups.make_group(model, campaign=campaign, name=f"第{n}组", by=office) for n in "一二三")

    groups.edit_group(third, name="第三组", place=1, by=office)
    assert list(model.objects.filter(campaign=campaign)) == [third, first, second]
    groups.drop_group(first, by=office)
    field = "work_group" if model is WorkGroup else "ranking_group"
    ParticipationFactory(campaign=campaign, **{field: second})
    with pytest.raises(ValidationError) as refused:
        groups.drop_group(second, by=office)
    assert (code_of(refused), list(model.objects.filter(campaign=campaign))) == ("in_use", [third, second])
    with pytest.raises(ValidationError):
        groups.make_group(model, campaign=campaign, name="第二组", by=office)
    with pytest.raises(PermissionDenied):
        groups.make_group(model, campaign=campaign, name="x", by=viewer(campaign, leader=True))


def test_own_days_are_added_once_and_taken_off_again(campaign, office):
    row = add_holiday(campaign, on=DAY, name="全县活动日", by=office)

    with pytest.raises(ValidationError):
        add_holiday(campaign, on=DAY, name="又一次", by=office)
    with pytest.raises(PermissionDenied):
        drop_holiday(row, by=viewer(campaign, inspector=True))
    drop_holiday(row, by=office)
    assert (CampaignHoliday.objects.count(), Event.objects.count()) == (0, 2)
