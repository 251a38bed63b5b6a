"""Opening and changing a campaign."""

import datetime
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Event
from campaigns.actions import AFTER_OPEN, edit_campaign, open_campaign
from campaigns.kinds import DEFAULTS
from campaigns.models import Campaign, Holiday, Membership
from tests.conftest import viewer
from tests.factories import CampaignFactory, DepartmentFactory, MembershipFactory, UserFactory

DAY = date(2026, 12, 31)


def opened(by, host, **more):
    values = {"name": "示范县创建", "kind": "county", "cutoff_on": DAY, "office_name": "示范县创建办"} | more
    return open_campaign(host=host, by=by, **values)


@pytest.fixture
def keeper(db):
    return UserFactory(is_superuser=True)


@pytest.mark.parametrize("kind", Campaign.Kind.values)
def test_a_new_campaign_has_the_defaults_of_its_kind_and_its_opener_in_the_office(kind, keeper):
    campaign = opened(keeper, DepartmentFactory(), kind=kind)

    assert {name: getattr(campaign, name) for name in DEFAULTS[kind]} == DEFAULTS[kind]
    member = Membership.objects.get(campaign=campaign)
    assert (member.user, member.role, member.department) == (keeper, "office", None)
    event = Event.objects.get(verb="campaign.open")
    assert (event.actor, event.campaign_id, event.subject_id) == (keeper, campaign.pk, campaign.pk)
    assert Holiday.objects.exists()


def test_what_is_said_beats_the_defaults_and_apps_add_theirs(keeper, monkeypatch):
    asked = []
    monkeypatch.setattr("campaigns.actions.campaigns.AFTER_OPEN", [lambda campaign, **more: asked.append((campaign, more))])
    at = datetime.datetime(2026, 3, 2, 1, tzinfo=datetime.UTC)

    campaign = opened(keeper, DepartmentFactory(), kind="unit", asks_filing=False, at=at)

    assert campaign.asks_filing is False
    assert [(one, more["by"].is_office, more["at"]) for one, more in asked] == [(campaign, True, at)]
    assert campaign.memberships.get().starts_on == date(2026, 3, 2)


def test_the_apps_to_the_right_give_their_own_defaults(keeper):
    campaign = opened(keeper, DepartmentFactory())

    assert AFTER_OPEN
    assert (campaign.problem_kinds.exists(), campaign.limit_rules.exists()) == (True, True)


def test_the_office_opens_campaigns_at_or_below_its_own_host_only(campaign):
    office = viewer(campaign, office=True).user
    below = DepartmentFactory(parent=campaign.host)

    assert opened(office, below, kind="unit").host == below
    with pytest.raises(PermissionDenied):
        opened(office, DepartmentFactory())


@pytest.mark.parametrize("role", ["inspector", "leader", "stranger"])
def test_nobody_else_opens_a_campaign(role, campaign):
    user = UserFactory()
    if role != "stranger":
        MembershipFactory(campaign=campaign, user=user, role=role)

    with pytest.raises(PermissionDenied):
        opened(user, campaign.host)

    assert (Campaign.objects.count(), Event.objects.count()) == (1, 0)


def test_an_ended_office_opens_none(campaign):
    user = MembershipFactory(campaign=campaign, ended_on=date(2026, 1, 2)).user

    with pytest.raises(PermissionDenied):
        opened(user, campaign.host)


def test_the_office_changes_its_settings_and_the_act_is_recorded(campaign):
    office = viewer(campaign, office=True)

    changed = edit_campaign(campaign, by=office, version=1, honour="示范荣誉", reminder_stages=[3, -1, 3])

    assert (changed.honour, changed.reminder_stages, changed.version) == ("示范荣誉", [-1, 3], 2)
    event = Event.objects.get()
    assert (event.verb, event.data["fields"]) == ("campaign.edit", ["honour", "reminder_stages"])


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"assessment_from": date(2026, 5, 2), "assessment_until": date(2026, 5, 1)}, "assessment_until", "order"),
        ({"reminder_stages": []}, "reminder_stages", "stages"),
        ({"reminder_stages": ["x"]}, "reminder_stages", "stages"),
        ({"reminder_stages": [99]}, "reminder_stages", "stages"),
        ({"reminder_stages": list(range(21))}, "reminder_stages", "stages"),
        ({"cutoff_on": None}, "cutoff_on", "null"),
    ],
)
def test_values_that_do_not_fit_are_refused_beside_their_field(changes, field, code, campaign):
    with pytest.raises(ValidationError) as refused:
        edit_campaign(campaign, by=viewer(campaign, office=True), **changes)

    assert {name: errors[0].code for name, errors in refused.value.error_dict.items()} == {field: code}
    assert (Campaign.objects.get().version, Event.objects.count()) == (1, 0)


def test_a_stale_form_changes_nothing(campaign):
    office = viewer(campaign, office=True)
    edit_campaign(campaign, by=office, version=1, honour="先到")

    with pytest.raises(ValidationError) as refused:
        edit_campaign(campaign, by=office, version=1, honour="后到")

    assert (refused.value.code, Campaign.objects.get().honour) == ("stale", "先到")


@pytest.mark.parametrize("role", ["inspector", "leader"])
def test_others_change_nothing(role, campaign):
    with pytest.raises(PermissionDenied):
        edit_campaign(campaign, by=viewer(campaign, **{role: True}), honour="x")


def test_the_office_of_another_campaign_changes_nothing(campaign):
    with pytest.raises(PermissionDenied):
        edit_campaign(campaign, by=viewer(CampaignFactory(), office=True), honour="x")


def test_kind_and_host_stay(campaign):
    with pytest.raises(TypeError):
        edit_campaign(campaign, by=viewer(campaign, office=True), kind="city")
