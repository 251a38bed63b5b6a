"""Limits and days as they are read: spoken, once, and in the reader's language."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from checklists.actions.limits import limit_days
from checklists.actions.telling import tell_unit
from notices.models import Notice
from tests.conftest import viewer
from tests.factories import AssignmentFactory, DepartmentFactory, DutyFactory

DAY = datetime.date(2020, 1, 1)
TODAY = datetime.date(2026, 3, 25)


@pytest.mark.parametrize(
    ("facts", "cutoff", "said"),
    [
        ({"due_on": DAY}, TODAY, "时限 2020年1月1日 早于下达日期"),
        ({"due_on": None}, DAY, "2020年1月1日"),
    ],
)
def test_a_day_that_has_passed_is_spoken(campaign, facts, cutoff, said):
    duty = DutyFactory(campaign=campaign, **facts)

    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        limit_days(duty, today=TODAY, cutoff=cutoff)

    assert said in refused.value.messages[0]
    assert "2020-01-01" not in refused.value.messages[0]


def test_a_message_speaks_days_in_each_readers_language(campaign):
    unit = DepartmentFactory(parent=campaign.host)
    people = [viewer(campaign, head_of=unit), viewer(campaign, liaison_of=unit)]
    people[1].user.language = "en"
    people[1].user.save()
    part = AssignmentFactory(duty=DutyFactory(campaign=campaign), department=unit)

    tell_unit(part, kind="x", key="x", text="%(day)s", url="", subject=part, by=None, at=timezone.now(), day=DAY)

    said = dict(Notice.objects.values_list("user", "text"))
    assert said == {people[0].user.pk: "2020年1月1日", people[1].user.pk: "1 Jan 2020"}


@pytest.mark.parametrize(("written", "times"), [("每月", 1), ("每月25日前", 2), ("", 1)])
def test_what_recurs_is_printed_once_where_the_words_are_the_same(campaign, signed_in, written, times):
    duty = DutyFactory(campaign=campaign, recurrence="monthly", due_on=None, limit_text=written, text="按月报送")
    AssignmentFactory(duty=duty, department=DepartmentFactory(parent=campaign.host))
    client = signed_in(viewer(campaign, office=True))

    table = client.get(reverse("duty_list", args=[campaign.pk])).content.decode()
    page = client.get(duty.get_absolute_url()).content.decode()

    row = table.partition("按月报送")[2].partition("</tr>")[0]
    facts = page.partition("<dt>完成时限</dt>")[2].partition("</dd>")[0]
    assert (row.count("每月"), facts.count("每月")) == (times, times)
