"""The one register of units: paths, the official order, names, groups."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import departments as act
from accounts.models import Department, DepartmentGroup, Event
from tests.conftest import viewer
from tests.factories import CampaignFactory, DepartmentFactory, UserFactory


@pytest.fixture
def keeper(db):
    return UserFactory(is_superuser=True)


@pytest.fixture
def county(keeper):
    return act.make_department(None, name="示范县", kind="region", by=keeper)


def make(parent, name, by, **more):
    return act.make_department(parent, name=name, by=by, **more)


def in_order(root):
    return [row.name for row in Department.objects.under(root)]


def code_of(refused):
    error = refused.value
    return next(iter(error.error_dict.values()))[0].code if hasattr(error, "error_dict") else error.code


def test_paths_hold_the_way_down_and_the_flat_order_is_that_of_the_tree(county, keeper):
    education = make(county, "教育局", keeper)
    market = make(county, "市场监管局", keeper)
    section = make(education, "基础教育科", keeper, kind="section")

    assert section.path == f"{county.pk:06d}.{education.pk:06d}.{section.pk:06d}."
    assert in_order(county) == ["示范县", "教育局", "基础教育科", "市场监管局"]
    assert set(Department.objects.under(education)) == {education, section}
    assert set(Department.objects.under(market)) == {market}


def test_a_new_or_changed_unit_takes_its_place_among_its_siblings(county, keeper):
    first, second = make(county, "甲局", keeper), make(county, "乙局", keeper)
    make(first, "甲局办公室", keeper)

    make(county, "丙局", keeper, place=1)
    assert in_order(county) == ["示范县", "丙局", "甲局", "甲局办公室", "乙局"]
    act.edit_department(second, name="乙局", by=keeper, place=2)
    assert in_order(county) == ["示范县", "丙局", "乙局", "甲局", "甲局办公室"]


def test_moving_rewrites_the_paths_of_all_below(county, keeper):
    first, second = make(county, "甲局", keeper), make(county, "乙局", keeper)
    section = make(first, "甲局办公室", keeper)
    desk = make(section, "窗口", keeper)

    act.move_department(section, parent=second, by=keeper)

    desk.refresh_from_db()
    assert desk.path == f"{second.path}{section.pk:06d}.{desk.pk:06d}."
    assert in_order(county) == ["示范县", "甲局", "乙局", "甲局办公室", "窗口"]
    assert Event.objects.filter(verb="department.move").count() == 1


def test_nothing_moves_below_itself_or_into_another_register(county, keeper):
    unit = make(county, "甲局", keeper)
    section = make(unit, "甲局办公室", keeper)
    elsewhere = act.make_department(None, name="另一县", by=keeper)

    for parent, code in ((section, "inside_itself"), (unit, "inside_itself"), (elsewhere, "other_register")):
        with pytest.raises(ValidationError) as refused:
            act.move_department(unit, parent=parent, by=keeper)
        assert code_of(refused) == code
    with pytest.raises(ValidationError) as refused:
        act.move_department(county, parent=elsewhere, by=keeper)
    assert code_of(refused) == "other_register"
    assert Event.objects.filter(verb="department.move").count() == 0


def test_two_siblings_never_share_a_name(county, keeper):
    make(county, "甲局", keeper)

    for parent, name in ((county, " 甲局 "), (None, "示范县")):
        with pytest.raises(ValidationError) as refused:
            make(parent, name, keeper)
        assert code_of(refused) == "name_taken"

    assert Department.objects.count() == 2


def test_other_names_are_learnt_and_lead_to_one_unit(county, keeper):
    unit = make(county, "县精神文明办", keeper, aliases=["文明办", " ", "文明办"])
    other = make(county, "宣传部", keeper)
    act.learn_alias(unit, name="县文明办", by=keeper)
    act.learn_alias(unit, name="县文明办", by=keeper)

    assert list(Department.objects.named("县文明办")) == [unit]
    assert Event.objects.filter(verb="department.alias").count() == 1
    with pytest.raises(ValidationError) as refused:
        act.learn_alias(other, name="文明办", by=keeper)
    assert code_of(refused) == "name_taken"
    with pytest.raises(ValidationError):
        act.edit_department(other, name="宣传部", aliases=["县精神文明办"], by=keeper)


def test_an_old_name_stays_known_and_aliases_are_replaced_as_a_whole(county, keeper):
    unit = make(county, "甲局", keeper, aliases=["一", "二"])

    act.edit_department(unit, name="甲新局", short_name="甲", aliases=["二", "三"], by=keeper)

    assert sorted(alias.name for alias in unit.aliases.all()) == sorted(["二", "三", "甲局"])


def test_the_office_edits_what_lies_under_its_host_only(keeper, county):
    campaign = CampaignFactory(host=county)
    office = viewer(campaign, office=True)
    unit = make(county, "甲局", office)
    outside = act.make_department(None, name="另一县", by=keeper)
    below = viewer(CampaignFactory(host=unit, kind="unit"), office=True)

    refused = [
        lambda: make(outside, "x", office),
        lambda: make(None, "x", office),
        lambda: act.edit_department(outside, name="x", by=office),
        lambda: act.move_department(unit, parent=outside, by=office),
        lambda: act.edit_department(county, name="x", by=below),
        lambda: act.make_group(outside, name="x", members=[], by=office),
        lambda: act.learn_alias(unit, name="x", by=viewer(campaign, leader=True)),
        lambda: make(unit, "x", viewer(campaign, head_of=unit)),
        lambda: make(unit, "x", UserFactory()),
    ]
    for act_of in refused:
        with pytest.raises(PermissionDenied):
            act_of()
    assert make(unit, "办公室", below).parent == unit


def test_a_group_stands_for_units_of_its_register(county, keeper):
    first, second = make(county, "甲街道", keeper), make(county, "乙街道", keeper)

    group = act.make_group(county, name="各街道", members=[first], by=keeper)
    group = act.edit_group(group, name="各镇街", members=[first, second], by=keeper)

    assert (group.name, set(group.members.all())) == ("各镇街", {first, second})
    with pytest.raises(ValidationError):
        act.edit_group(group, name="各镇街", members=[DepartmentFactory()], by=keeper)
    assert set(group.members.all()) == {first, second}
    act.drop_group(group, by=keeper)
    assert not DepartmentGroup.objects.exists()


def test_adding_a_unit_costs_the_same_in_a_large_register(county, keeper, django_assert_max_num_queries):
    Department.objects.bulk_create(
        Department(name=f"局{n}", parent=county, path=f"{county.path}x{n:05d}.", position=county.position + n)
        for n in range(1, 400)
    )

    with django_assert_max_num_queries(14):
        make(county, "新局", keeper)

    assert in_order(county)[-1] == "新局"


def test_the_slower_of_two_editors_is_told(county, keeper):
    act.edit_department(county, by=keeper, name="示范一县", version=1)

    with pytest.raises(ValidationError) as error:
        act.edit_department(county, by=keeper, name="示范二县", version=1)

    county.refresh_from_db()
    assert (error.value.code, county.name) == ("stale", "示范一县")
