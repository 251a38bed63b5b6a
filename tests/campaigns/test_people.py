"""Who is told about a unit."""

from datetime import date

from campaigns.people import Directory, office_people
from tests.factories import DepartmentFactory, MembershipFactory

DAY = date(2026, 3, 2)


def member(campaign, role, department=None, **more):
    return MembershipFactory(campaign=campaign, role=role, department=department, **more).user


def test_heads_come_before_liaisons_and_ended_ones_are_not_told(campaign):
    unit = DepartmentFactory(parent=campaign.host)
    liaison = member(campaign, "liaison", unit)
    head = member(campaign, "head", unit)
    member(campaign, "head", unit, ended_on=date(2026, 3, 1))
    member(campaign, "head", unit, starts_on=date(2026, 3, 3))
    member(campaign, "head", DepartmentFactory(parent=campaign.host))

    assert Directory(campaign, DAY).of(unit) == [head, liaison]
    assert Directory(campaign, DAY).of(unit.pk, ["liaison"]) == [liaison]


def test_a_section_without_a_head_has_the_head_of_the_unit_above(campaign):
    unit = DepartmentFactory(parent=campaign.host)
    section = DepartmentFactory(parent=unit, kind="section")
    head = member(campaign, "head", unit)
    unit_liaison = member(campaign, "liaison", unit)
    own = member(campaign, "liaison", section)

    assert Directory(campaign, DAY).of(section) == [head, own]
    assert Directory(campaign, DAY).of(DepartmentFactory(parent=unit)) == [head, unit_liaison]
    assert Directory(campaign, DAY).of(DepartmentFactory(parent=campaign.host)) == []


def test_one_who_is_head_and_liaison_is_told_once(campaign):
    unit = DepartmentFactory(parent=campaign.host)
    person = member(campaign, "head", unit)
    MembershipFactory(campaign=campaign, role="liaison", department=unit, user=person)

    assert Directory(campaign, DAY).of(unit) == [person]


def test_office_and_leaders_are_those_of_the_campaign(campaign):
    office, leader = member(campaign, "office"), member(campaign, "leader")
    MembershipFactory(role="office")
    gone = member(campaign, "office")
    gone.is_active = False
    gone.save()

    assert (office_people(campaign, DAY), Directory(campaign, DAY).having("leader")) == ([office], [leader])


def test_a_directory_answers_for_many_units_with_two_queries(campaign, django_assert_num_queries):
    units = [DepartmentFactory(parent=campaign.host) for _ in range(3)]
    heads = [member(campaign, "head", unit) for unit in units[:2]]

    with django_assert_num_queries(2):
        directory = Directory(campaign, DAY)
        found = [directory.of(unit.pk) for unit in units]

    assert found == [[heads[0]], [heads[1]], []]
