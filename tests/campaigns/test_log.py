"""The log: what the portal itself did to many rows at once is one row with their number; a person's acts each stand."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Event
from accounts.verbs import mark_of
from campaigns.subjects import kinds, names_of, page_of_subject, told_of
from inspections.models import FindingDispute
from tests.conftest import viewer
from tests.factories import CampaignFactory, FindingFactory, PrecedentFactory, UserFactory

AT = timezone.make_aware(datetime.datetime(2026, 3, 2, 6))


def told(campaign, count, *, actor=None, at=AT, verb="checkpoint.create"):
    for n in range(count):
        Event.objects.create(
            campaign_id=campaign.pk, actor=actor, verb=verb, subject="checklists.checkpoint", subject_id=n + 1, at=at
        )


def test_a_sweep_is_one_row_and_an_act_of_a_person_hides_behind_none(campaign, signed_in, django_assert_num_queries):
    office = viewer(campaign, office=True)
    told(campaign, 60)
    told(campaign, 3, at=AT - datetime.timedelta(days=1))
    told(campaign, 2, actor=office.user)
    told(campaign, 1, verb="checkpoint.lapse")
    told(CampaignFactory(), 5)
    client = signed_in(office)

    with django_assert_num_queries(LOG_QUERIES):
        answer = client.get(reverse("event_list", args=[campaign.pk]))

    rows = answer.context["page"].object_list
    assert [(row.verb, row.count) for row in rows] == [
        ("checkpoint.lapse", 1),
        ("checkpoint.create", 1),
        ("checkpoint.create", 1),
        ("checkpoint.create", 60),
        ("checkpoint.create", 3),
    ]
    assert "一次 60 项" in answer.content.decode()
    assert [row.url is None for row in rows] == [False, False, False, True, True]


LOG_QUERIES = 9


@pytest.mark.parametrize(
    ("subject", "data", "told"),
    [
        (
            "checklists.item",
            {"old": {"methods": "", "steps": []}, "new": {"methods": "网络", "steps": []}},
            ["测评方法、计分档次"],
        ),
        ("checklists.item", {"old": "两件事", "new": ["一件", "另一件"]}, ["两件事", "一件、另一件"]),
        ("checklists.item", {"old_path": "000001.", "path": "000002."}, []),
        ("checklists.checkpoint", {"old": "open", "new": "submitted"}, ["待提交 → 待审核"]),
        ("checklists.bulkact", {"new": "lead"}, ["指定牵头"]),
    ],
)
def test_the_log_tells_a_change_in_words(subject, data, told):
    with override("zh-hans"):
        assert told_of(Event(subject=subject, data=data)) == told


@pytest.mark.parametrize(
    ("subject", "page"),
    [
        ("checklists.bulkact", "/duties/bulk/7/"),
        ("inspections.findingdispute", "/disputes/findings/7/"),
        ("inspections.precedent", None),  # rules stand in a list
    ],
)
def test_the_log_knows_what_its_rows_are_about(campaign, subject, page):
    found = page_of_subject(campaign, subject, 7)

    assert found is None if page is None else found.endswith(page)
    assert subject in dict(kinds())


def test_no_two_kinds_of_rows_are_called_alike():
    words = [str(word) for _subject, word in kinds()]

    assert len(set(words)) == len(words)


def test_the_log_calls_an_objection_to_a_finding_and_a_rule_by_their_words(campaign):
    finding = FindingFactory(campaign=campaign, year=2026, no=3, text="路面破损")
    objection = FindingDispute.objects.create(
        campaign=campaign, finding=finding, department=finding.lead, reason="非我职责", by=UserFactory()
    )
    rule = PrecedentFactory(campaign=campaign, words="由示范局负责")

    names = names_of([Event(subject=row._meta.label_lower, subject_id=row.pk) for row in (objection, rule)])

    assert list(names.values()) == ["2026-0003 路面破损", "由示范局负责"]


@pytest.mark.parametrize(
    ("verb", "mark"), [("checkpoint.accept_skip", "good"), ("checkpoint.refuse_skip", "back"), ("share.reopen", "back")]
)
def test_the_time_line_marks_what_was_agreed_and_what_went_back(verb, mark):
    assert mark_of(verb) == mark
