"""Queries that are compiled once: the same rows as a fresh one, whoever asks, and counts that follow their campaign."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.asking import Asking
from campaigns import navigation
from campaigns.context import MINE
from campaigns.counting import counts_alike, row_counts
from campaigns.models import Campaign, Membership
from campaigns.viewer import SPELLS, viewer_at, viewer_for
from tests.factories import CampaignFactory, MembershipFactory, UserFactory
from tests.isolation import VIEWERS

TODAY = date(2026, 8, 3)


def spells(user, campaign, day):
    rows = Membership.objects.on(day).filter(user=user, campaign=campaign)
    return list(rows.select_related("campaign__host", "department", "stands_for__user").order_by("department__position", "pk"))


@pytest.mark.parametrize("who", VIEWERS)
def test_roles_are_those_of_a_fresh_query_with_all_that_hangs_on_them(world, who, django_assert_num_queries):
    seen = world.viewers[who]
    values = {"user": seen.user.pk, "campaign": seen.campaign.pk, "day": timezone.localdate()}

    with django_assert_num_queries(1):
        kept = SPELLS.rows(**values)
        names = [row.department and row.department.name for row in kept]
        people = [row.stands_for and row.stands_for.user.name for row in kept]

    fresh = spells(seen.user, seen.campaign, timezone.localdate())
    assert [vars(row) | {"_state": None} for row in kept] == [vars(row) | {"_state": None} for row in fresh]
    assert names == [row.department and row.department.name for row in fresh]
    assert people == [row.stands_for and row.stands_for.user.name for row in fresh]


def test_each_value_and_each_day_is_the_calls_own(campaign):
    one, other = UserFactory(), UserFactory()
    MembershipFactory(user=one, campaign=campaign, role="office", starts_on=TODAY, ended_on=TODAY + timedelta(days=2))
    later = CampaignFactory()
    MembershipFactory(user=other, campaign=later, role="leader", starts_on=TODAY + timedelta(days=3))

    def found(user, day):
        return MINE.rows(user=user.pk, day=TODAY + timedelta(days=day))

    assert [[found(user, day) for day in (-1, 0, 2, 3)] for user in (one, other)] == [
        [[], [campaign], [campaign], []],
        [[], [], [], [later]],
    ]


def test_a_row_comes_with_its_values_as_they_are_kept(campaign, django_assert_num_queries):
    campaign.reminder_stages = [-5, 0, 7]
    campaign.assessment_from = TODAY
    campaign.save()
    person = MembershipFactory(campaign=campaign, role="leader").user

    with django_assert_num_queries(1):
        row = viewer_at(person, campaign.pk).campaign
        assert row.host == campaign.host

    assert (row.reminder_stages, row.assessment_from, row.digest_at) == ([-5, 0, 7], TODAY, campaign.digest_at)
    assert row._state.db == "default"
    assert viewer_at(person, campaign.pk + 1) is None


@pytest.mark.parametrize(
    ("build", "kinds", "said"),
    [
        (lambda pk: Campaign.objects.none(), {"pk": int}, "no rows whatever"),
        (lambda pk: Campaign.objects.all(), {"pk": int}, r"Not used as they are: \['pk'\]"),
        (lambda pk, other: Campaign.objects.filter(pk=pk, version=other + 1), {"pk": int, "other": int}, r"\['other'\]"),
    ],
)
def test_a_query_whose_values_would_not_be_the_calls_is_refused(db, build, kinds, said):
    with pytest.raises(ValueError, match=said):
        Asking(build, **kinds).rows(**dict.fromkeys(kinds, 1))


def test_a_moment_is_not_taken_for_a_day(campaign):
    with pytest.raises(TypeError, match="for a date"):
        MINE.rows(user=1, day=timezone.now())


# --- counts beside the menu -------------------------------------------------------------------------


def rules_of(viewer):
    wanted = {place.count for place in navigation.places_of(viewer)}
    return tuple((name, rule) for name, rule in navigation.COUNTS.items() if name in wanted)


def counted(viewer):
    rules = rules_of(viewer)
    return counts_alike(("here", viewer.sight, rules), lambda: {name: rule(viewer) for name, rule in rules})


def refuse(execute, sql, *others):
    raise AssertionError(f"a count is a query, not an answer: {sql}")


@pytest.mark.parametrize("who", VIEWERS)
def test_counts_of_the_menu_are_those_of_fresh_queries(world, who):
    viewer = world.viewers[who]
    with connection.execute_wrapper(refuse):  # nothing that is asked while it is made could be stale afterwards
        queries = {name: rule(viewer) for name, rule in rules_of(viewer)}

    assert counted(viewer) == counted(viewer) == row_counts(**queries)


@pytest.mark.parametrize("who", VIEWERS)
def test_a_count_of_the_menu_reads_no_moment(world, who):
    viewer, asked = world.viewers[who], []
    for moment in ("2026-02-03T08:00:00+08:00", "2027-11-30T23:59:00+08:00"):
        with time_machine.travel(moment):
            asked.append([rule(viewer).order_by().values("pk").query.sql_with_params() for _name, rule in rules_of(viewer)])

    assert asked[0] == asked[1]


def test_nobodys_counts_are_anybody_elses(world):
    sights = {who: world.viewers[who].sight for who in VIEWERS}

    assert len(set(sights.values())) == len(VIEWERS)


def test_a_kept_count_follows_its_rows_its_roles_and_its_campaign(world, monkeypatch):
    asked = []
    rows = lambda viewer: asked.append(viewer) or Campaign.objects.filter(leads_most__gte=viewer.campaign.leads_most)  # noqa: E731
    monkeypatch.setattr(navigation, "COUNTS", {"duty_gaps": rows})
    office = world.viewers["office"]

    def see():
        return counted(viewer_for(office.user, Campaign.objects.get(pk=office.campaign.pk)))["duty_gaps"]

    every = Campaign.objects.count()
    assert (see(), see(), len(asked)) == (every, every, 1)
    CampaignFactory()
    assert (see(), len(asked)) == (every + 1, 1)
    Campaign.objects.filter(pk=office.campaign.pk).update(leads_most=3)
    assert (see(), len(asked)) == (1, 2)
    MembershipFactory(user=office.user, campaign=office.campaign, role="leader")
    assert (see(), len(asked)) == (1, 3)
