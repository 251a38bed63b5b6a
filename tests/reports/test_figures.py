"""The definitions of the bulletin's figures, each on rows that a neighbour definition would count wrongly."""

import datetime

import pytest
from django.utils import timezone

from reports.figures import Figures, weekly_figures
from reports.sections import values
from tests.factories import (
    BulletinFactory,
    CampaignFactory,
    DepartmentFactory,
    FindingFactory,
    ParticipationFactory,
    RankingGroupFactory,
)

MONDAY = datetime.date(2026, 3, 9)
AFTER = timezone.make_aware(datetime.datetime(2026, 3, 16, 9))


def moment(day, hour=0, minute=0):
    return timezone.make_aware(datetime.datetime(2026, 3, day, hour, minute))


@pytest.fixture
def unit(campaign):
    group = RankingGroupFactory(campaign=campaign, name="县直单位", position=1)
    return ParticipationFactory(campaign=campaign, ranking_group=group).department


def finding(campaign, lead, *, issued, due, status="issued", **fields):
    """due: the March day of the limit; the clock runs out at its end."""
    due_at = moment(due + 1)
    running = due_at if status in ("issued", "accepted", "returned") else None
    return FindingFactory(
        campaign=campaign,
        lead=lead,
        issued_at=issued,
        due_on=datetime.date(2026, 3, due),
        due_at=due_at,
        clock_due_at=running,
        status=status,
        **fields,
    )


def week(campaign, now=AFTER):
    return weekly_figures(campaign, monday=MONDAY, now=now)


@pytest.mark.parametrize(
    ("issued", "counted"),
    [(moment(8, 23, 59), 0), (moment(9), 1), (moment(15, 23, 59), 1), (moment(16), 0)],
)
def test_found_is_issued_from_monday_midnight_to_sunday_midnight(campaign, unit, issued, counted):
    finding(campaign, unit, issued=issued, due=20)

    assert len(week(campaign).total.found) == counted


@pytest.mark.parametrize(
    ("due", "status", "counted"),
    [
        (8, "issued", 0),
        (9, "issued", 1),
        (15, "issued", 1),
        (16, "issued", 0),
        (12, "void", 0),
        (12, "parked", 0),
        (12, "closed", 1),
        (12, "submitted", 1),
        (12, "returned", 1),
    ],
)
def test_due_is_the_limit_in_the_week_without_void_and_parked(campaign, unit, due, status, counted):
    finding(campaign, unit, issued=moment(2), due=due, status=status, closed_at=moment(11) if status == "closed" else None)

    assert len(week(campaign).total.due) == counted


def test_in_time_needs_the_accepted_answer_before_the_limit(campaign, unit):
    good = finding(campaign, unit, issued=moment(3), due=12, status="closed", in_time=True, closed_at=moment(20))
    finding(campaign, unit, issued=moment(3), due=12, status="closed", in_time=False, closed_at=moment(13))
    waiting = finding(campaign, unit, issued=moment(3), due=12, status="submitted", submitted_at=moment(11))

    total = week(campaign).total

    assert (total.in_time, total.waiting, len(total.due)) == ([good.pk], [waiting.pk], 3)
    assert str(total.rate) == "1/2"


def test_the_limit_itself_is_not_late_and_the_next_instant_is(campaign, unit):
    row = finding(campaign, unit, issued=moment(3), due=12)

    assert week(campaign, moment(13)).total.late == []
    assert week(campaign, moment(13, 0, 1)).total.late == [row.pk]


def test_late_list_runs_from_the_longest_then_the_gravest(campaign, unit):
    grave = finding(campaign, unit, issued=moment(2), due=11, severity="at_once")
    plain = finding(campaign, unit, issued=moment(2), due=11)
    oldest = finding(campaign, unit, issued=moment(2), due=4)

    figures = week(campaign)

    assert [(row.finding_id, row.days) for row in figures.late] == [(oldest.pk, 7), (grave.pk, 2), (plain.pk, 2)]


def test_five_at_most_are_the_worst(campaign, unit):
    rows = [finding(campaign, unit, issued=moment(2), due=day) for day in (9, 5, 11, 7, 4, 10)]

    figures = week(campaign)

    assert [row.finding_id for row in figures.worst] == [rows[place].pk for place in (4, 1, 3, 0, 5)]


def test_units_are_ranked_inside_their_group_and_sections_count_for_the_unit(campaign, unit):
    section = DepartmentFactory(parent=unit, kind="section")
    other = ParticipationFactory(campaign=campaign, ranking_group=campaign.ranking_groups.get()).department
    for lead, in_time in ((section, True), (unit, True), (unit, False), (other, True), (other, True), (other, True)):
        finding(campaign, lead, issued=moment(3), due=12, status="closed", in_time=in_time, closed_at=moment(12))

    (group,) = week(campaign).groups

    assert [(row.name, str(row.rate), row.rank) for row in group.rows] == [(unit.name, "2/3", 2), (other.name, "1", 1)]


def test_ranks_are_of_a_group_alone_and_what_waits_is_not_in_the_three(campaign, unit):
    group = campaign.ranking_groups.get()
    few = ParticipationFactory(campaign=campaign, ranking_group=group).department
    other = ParticipationFactory(campaign=campaign, ranking_group=RankingGroupFactory(campaign=campaign, position=2)).department
    closed = {"issued": moment(3), "due": 12, "status": "closed", "closed_at": moment(12)}
    for lead, in_time in ((unit, False), (other, True)):
        for _ in range(3):
            finding(campaign, lead, in_time=in_time, **closed)
    for _ in range(2):
        finding(campaign, few, in_time=True, **closed)
    finding(campaign, few, issued=moment(3), due=12, status="submitted")

    figures = week(campaign)

    assert [[(row.department_id, row.rank) for row in one.rows] for one in figures.groups] == [
        [(unit.pk, 1), (few.pk, None)],
        [(other.pk, 1)],
    ]


def test_a_section_that_takes_part_itself_stands_beside_its_unit(campaign, unit):
    section = DepartmentFactory(parent=unit, kind="section")
    ParticipationFactory(campaign=campaign, department=section, ranking_group=campaign.ranking_groups.get())
    rows = [finding(campaign, lead, issued=moment(10), due=12) for lead in (unit, section, DepartmentFactory(parent=section))]

    figures = week(campaign)

    assert [figures.rows_behind("found", one.pk) for one in (unit, section)] == [[rows[0].pk], [rows[1].pk, rows[2].pk]]


def test_units_stand_in_official_order_whoever_was_entered_first(campaign):
    places = [8, 3, 5]
    units = [DepartmentFactory(parent=campaign.host, position=place) for place in places]
    for one in units:
        ParticipationFactory(campaign=campaign, department=one)

    (group,) = week(campaign).groups

    assert [row.department_id for row in group.rows] == [units[1].pk, units[2].pk, units[0].pk]


def test_units_are_those_that_take_part_on_the_last_day_counted(campaign):
    day = MONDAY + datetime.timedelta(days=2)
    begun = ParticipationFactory(campaign=campaign, starts_on=day).department
    ParticipationFactory(campaign=campaign, ended_on=day - datetime.timedelta(days=1))
    later = ParticipationFactory(campaign=campaign, starts_on=day + datetime.timedelta(days=1)).department

    def units(now):
        return [row.department_id for group in week(campaign, now).groups for row in group.rows]

    assert units(moment(12)) == [begun.pk]  # Wednesday is the last day counted
    assert units(AFTER) == [begun.pk, later.pk]


def test_change_compares_with_last_week_and_is_none_without_a_denominator(campaign, unit):
    finding(campaign, unit, issued=moment(3), due=12, status="closed", in_time=True, closed_at=moment(12))
    assert week(campaign).change is None

    finding(campaign, unit, issued=moment(2), due=5, status="closed", in_time=False, closed_at=moment(6))
    assert str(week(campaign).change) == "1"


def test_figures_survive_being_frozen_and_open_to_their_rows(campaign, unit):
    row = finding(campaign, unit, issued=moment(10), due=12)
    figures = week(campaign)

    again = Figures.from_json(figures.to_json())

    assert again == figures
    assert again.rows_behind("late", unit.pk) == again.rows_behind("late") == [row.pk]
    with pytest.raises(KeyError):
        again.rows_behind("name")


def test_another_campaign_counts_for_nothing(campaign, unit):
    stranger = CampaignFactory(host=campaign.host)
    finding(stranger, unit, issued=moment(10), due=12)

    assert week(campaign).total.found == []


def test_the_week_costs_a_fixed_number_of_queries(campaign, unit, django_assert_num_queries):
    def measured():
        with django_assert_num_queries(15):
            week(campaign)

    finding(campaign, unit, issued=moment(10), due=12)
    measured()
    for _ in range(3):
        finding(campaign, ParticipationFactory(campaign=campaign).department, issued=moment(10), due=12)
    measured()


def test_a_week_begins_on_a_monday(campaign):
    with pytest.raises(ValueError, match="Monday"):
        weekly_figures(campaign, monday=MONDAY + datetime.timedelta(days=1), now=AFTER)


def test_units_without_a_ranking_group_are_ranked_among_themselves(campaign):
    units = [ParticipationFactory(campaign=campaign).department for _ in range(2)]
    for lead in units:
        finding(campaign, lead, issued=moment(10), due=12)

    groups = week(campaign).groups

    assert [(group.name, [row.department_id for row in group.rows]) for group in groups] == [
        ("责任单位", [one.pk for one in units])
    ]


def test_a_unit_outside_the_groups_comes_last(campaign, unit):
    other = ParticipationFactory(campaign=campaign).department

    assert [(group.name, [row.department_id for row in group.rows]) for group in week(campaign).groups] == [
        ("县直单位", [unit.pk]),
        ("其他单位", [other.pk]),
    ]


def test_units_that_are_late_are_counted_also_where_they_take_no_part(campaign, unit):
    """Three of them: one with its section, and two whose findings stand in no group."""
    section, *outside = DepartmentFactory(parent=unit, kind="section"), *DepartmentFactory.create_batch(2, parent=campaign.host)
    for lead in (unit, section, *outside):
        finding(campaign, lead, issued=moment(3), due=12)

    figures = Figures.from_json(week(campaign).to_json())

    assert [len(row.late) for group in figures.groups for row in group.rows] == [2]
    assert (len(figures.total.late), values(figures, due_next=0)["逾期单位"]) == (4, "3")


def test_the_change_compares_with_what_last_week_printed(campaign, unit):
    """A rate once printed stands, whatever became of the findings since."""
    finding(campaign, unit, issued=moment(2), due=5, status="closed", in_time=True, closed_at=moment(6))
    last = weekly_figures(campaign, monday=MONDAY - datetime.timedelta(days=7), now=moment(9))
    BulletinFactory(
        campaign=campaign,
        monday=MONDAY - datetime.timedelta(days=7),
        status="published",
        published_at=moment(9, 9),
        figures={"week": last.to_json()},
    )
    finding(campaign, unit, issued=moment(2), due=6, status="closed", in_time=False, closed_at=moment(7))
    finding(campaign, unit, issued=moment(3), due=12, status="closed", in_time=True, closed_at=moment(12))

    assert str(week(campaign).change) == "0"


def test_the_change_compares_with_the_correction_where_last_week_was_corrected(campaign, unit):
    last_monday = MONDAY - datetime.timedelta(days=7)
    finding(campaign, unit, issued=moment(2), due=5, status="closed", in_time=True, closed_at=moment(6))
    for no, in_time in ((1, []), (2, [1])):  # as first printed, and as put right
        total = {"in_time": in_time, "due": [1, 2], "waiting": []}
        issue = BulletinFactory(
            campaign=campaign,
            monday=last_monday,
            status="published",
            published_at=moment(9, no),
            figures={"week": {"total": total}},
        )

    figures = week(campaign)

    assert (figures.last_rate, figures.last_issue) == ([1, 2], issue.pk)


def test_the_rows_of_last_week_are_kept_with_the_issue_that_printed_them(campaign, unit):
    last_monday = MONDAY - datetime.timedelta(days=7)
    good = finding(campaign, unit, issued=moment(2), due=5, status="closed", in_time=True, closed_at=moment(6))
    waiting = finding(campaign, unit, issued=moment(2), due=6, status="submitted")

    anew = week(campaign)
    printed = BulletinFactory(
        campaign=campaign,
        monday=last_monday,
        status="published",
        published_at=moment(9, 9),
        figures={"week": weekly_figures(campaign, monday=last_monday, now=moment(9)).to_json()},
    )
    finding(campaign, unit, issued=moment(2), due=6)
    after = Figures.from_json(week(campaign).to_json())

    rows = {column: after.rows_behind(f"last_{column}") for column in ("in_time", "due", "waiting", "counted")}
    assert rows == {"in_time": [good.pk], "due": [good.pk, waiting.pk], "waiting": [waiting.pk], "counted": [good.pk]}
    assert (anew.last, anew.last_issue) == (after.last, None)
    assert after.last_issue == printed.pk


def test_figures_frozen_before_last_weeks_rows_were_kept_still_read(campaign, unit):
    finding(campaign, unit, issued=moment(3), due=12, status="closed", in_time=True, closed_at=moment(12))
    old = week(campaign).to_json() | {"last_rate": [1, 2]}
    del old["last"], old["last_issue"]

    figures = Figures.from_json(old)

    assert (str(figures.change), figures.last, figures.rows_behind("last_due")) == ("1/2", None, [])


def test_a_limit_still_to_come_is_not_due_in_a_week_that_runs(campaign, unit):
    past = finding(campaign, unit, issued=moment(3), due=10)
    finding(campaign, unit, issued=moment(3), due=12)

    assert week(campaign, moment(11, 17)).total.due == [past.pk]
    assert len(week(campaign).total.due) == 2


def test_a_week_that_still_runs_is_cut_at_the_local_time(campaign):
    now = datetime.datetime(2026, 3, 11, 9, 16, tzinfo=datetime.UTC)

    made = weekly_figures(campaign, monday=datetime.date(2026, 3, 9), now=now)

    assert made.cut == "2026-03-11T17:16:00+08:00"
