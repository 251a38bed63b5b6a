"""A rule from a ruling is proposed wherever a task's lead is set, with its words and its ruling; a person fills it in."""

import pytest
from django.urls import reverse

from checklists.advice import advise, tally
from checklists.models import Dispute, Duty
from tests.conftest import viewer
from tests.factories import (
    AssignmentFactory,
    ChecklistFactory,
    DepartmentFactory,
    DutyFactory,
    ItemFactory,
    PrecedentFactory,
    UserFactory,
)

WORDS = "红线以内由示范裁定局负责"


@pytest.fixture
def checklist(campaign):
    return ChecklistFactory(campaign=campaign)


@pytest.fixture
def duties(campaign, checklist):
    """Led by nobody: of the rule's own item, of the one beside it, of one elsewhere."""
    content = ItemFactory(standard=checklist.standard, grade="content", is_leaf=False)
    items = [ItemFactory(standard=checklist.standard, parent=above) for above in (content, content, None)]
    return [DutyFactory(campaign=campaign, checklist=checklist, item=item) for item in items]


@pytest.fixture
def rule(campaign, duties):
    unit = DepartmentFactory(parent=campaign.host, name="示范裁定局")
    part = AssignmentFactory(duty=DutyFactory(campaign=campaign))
    dispute = Dispute.objects.create(
        campaign=campaign, assignment=part, department=part.department, reason="非我职责", by=UserFactory(), ruling="refused"
    )
    return PrecedentFactory(
        campaign=campaign,
        department=unit,
        kind=None,
        item=duties[0].item,
        words=WORDS,
        finding_dispute=None,
        dispute=dispute,
    )


def advice_of(reader, duties):
    rows = list(Duty.objects.filter(pk__in=[duty.pk for duty in duties]).order_by("pk"))
    advise(reader, rows)
    return [[(one.department, one.url) for one in row.advice] for row in rows], tally(rows)


def test_each_task_is_told_of_the_rules_that_fit_it_at_a_fixed_cost(campaign, duties, rule, django_assert_num_queries):
    office, ruling = viewer(campaign, office=True), rule.dispute.get_absolute_url()

    with django_assert_num_queries(3):  # the tasks, the rules, the keys of the items
        found, counts = advice_of(office, duties)
    with django_assert_num_queries(3):
        advice_of(office, duties[:1])

    assert found == [[(rule.department, ruling)], [(rule.department, ruling)], []]
    assert sorted(("相邻条目" in one.reason, WORDS in one.reason, count) for one, count in counts) == [
        (False, True, 1),
        (True, True, 1),
    ]


def test_a_unit_is_not_told_nor_is_anybody_once_the_rule_has_ended(campaign, duties, rule):
    head = viewer(campaign, head_of=rule.department)
    assert advice_of(head, duties) == ([[], [], []], [])

    rule.ended_on = rule.ruled_on
    rule.save()

    assert advice_of(viewer(campaign, office=True), duties) == ([[], [], []], [])


@pytest.mark.parametrize("page", ["edit", "bulk", "gaps"])
def test_where_a_lead_is_set_the_rule_stands_with_its_words_and_fills_in_its_unit(campaign, duties, rule, signed_in, page):
    client, picks = signed_in(viewer(campaign, office=True)), [duty.pk for duty in duties]
    address, query = {
        "edit": (reverse("duty_edit", args=[campaign.pk, duties[0].pk]), {}),
        "bulk": (reverse("duty_assign", args=[campaign.pk]), {"act": "lead", "pick": picks}),
        "gaps": (reverse("duty_gaps", args=[campaign.pk]), {"kind": "lead"}),
    }[page]

    text = client.get(address, query).content.decode()
    filled = client.get(address, query | {"lead": rule.department.pk}).content.decode()

    assert WORDS in text
    assert f'href="{rule.dispute.get_absolute_url()}"' in text
    assert f"lead={rule.department.pk}" in text
    assert (page == "gaps") or ('value="示范裁定局"' in filled.replace('<option value="示范裁定局"', ""))
