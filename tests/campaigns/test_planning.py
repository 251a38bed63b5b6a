"""The plan counted back from the assessment: stages end to end in working days, the latest start, the stages themselves."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Event
from campaigns.actions.planning import set_stages
from campaigns.models import PlanStage
from campaigns.planning import count_back, latest_start
from campaigns.worktime import Calendar
from tests.conftest import viewer
from tests.factories import CampaignFactory

D = datetime.date
# 1 to 7 October off, Saturday 10 October worked.
OCTOBER = Calendar({D(2026, 10, n): False for n in range(1, 8)} | {D(2026, 10, 10): True}, frozenset({2026}))


def test_stages_end_to_end_before_the_assessment_over_the_holiday():
    spans = count_back([("收集", 3), ("排查", 2), ("封档", 1)], before=D(2026, 10, 12), calendar=OCTOBER)

    assert [(span.name, span.starts_on, span.ends_on) for span in spans] == [
        ("收集", D(2026, 9, 28), D(2026, 9, 30)),
        ("排查", D(2026, 10, 8), D(2026, 10, 9)),
        ("封档", D(2026, 10, 10), D(2026, 10, 10)),
    ]


CASES = [  # (to be done on, working days, latest start)
    (D(2026, 10, 9), 1, D(2026, 10, 9)),
    (D(2026, 10, 9), 2, D(2026, 10, 8)),
    (D(2026, 10, 9), 3, D(2026, 9, 30)),
    (D(2026, 10, 4), 1, D(2026, 9, 30)),  # a day off: done by the working day before
    (D(2026, 10, 11), 2, D(2026, 10, 9)),  # the made-up Saturday counts
]


@pytest.mark.parametrize(("ends", "days", "starts"), CASES)
def test_the_latest_start(ends, days, starts):
    assert latest_start(ends, days, OCTOBER) == starts


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=8),
    st.dates(D(2026, 1, 1), D(2027, 12, 31)),
    st.dictionaries(st.dates(D(2025, 6, 1), D(2027, 12, 31)), st.booleans(), max_size=40),
)
def test_stages_never_overlap_and_take_their_days_whatever_the_calendar(days, before, exceptions):
    calendar = Calendar(exceptions)
    spans = count_back([(str(number), n) for number, n in enumerate(days)], before=before, calendar=calendar)

    assert [span.days for span in spans] == days
    assert spans[-1].ends_on < before
    assert not any(
        calendar.is_workday(spans[-1].ends_on + datetime.timedelta(n)) for n in range(1, (before - spans[-1].ends_on).days)
    )
    for span in spans:
        assert (
            sum(
                calendar.is_workday(span.starts_on + datetime.timedelta(n))
                for n in range((span.ends_on - span.starts_on).days + 1)
            )
            == span.days
        )
    for one, other in zip(spans, spans[1:], strict=False):
        assert calendar.add_workdays(one.ends_on, 1) == other.starts_on


@pytest.fixture
def campaign(db):
    return CampaignFactory()


def test_the_office_writes_the_stages_whole(campaign):
    office = viewer(campaign, office=True)
    set_stages(campaign, stages=[("收集材料", 20), ("复查", 5)], by=office)

    set_stages(campaign, stages=[("复查", 4), (" 封档 ", 2), ("", None)], by=office)

    assert list(PlanStage.objects.filter(campaign=campaign).values_list("name", "days")) == [("复查", 4), ("封档", 2)]
    assert Event.objects.filter(verb="plan.stages").count() == 2


REFUSED = {
    "empty": [("", 3)],
    "days": [("收集", 0)],
    "twice": [("收集", 3), ("收集", 4)],
    "many": [(f"阶段{n}", 1) for n in range(13)],
}


@pytest.mark.parametrize(("code", "stages"), REFUSED.items())
def test_stages_that_do_not_fit_are_refused_and_nothing_changes(campaign, code, stages):
    with pytest.raises(ValidationError) as caught:
        set_stages(campaign, stages=stages, by=viewer(campaign, office=True))

    assert caught.value.code == code
    assert (PlanStage.objects.count(), Event.objects.count()) == (0, 0)


def test_only_the_office_sets_the_stages(campaign):
    for other in (viewer(campaign, leader=True), viewer(CampaignFactory(), office=True)):
        with pytest.raises(PermissionDenied):
            set_stages(campaign, stages=[("收集", 3)], by=other)
