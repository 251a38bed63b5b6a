"""Two at once: each race beside a control without the lock or key, in which it goes wrong."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import Event
from inspections.actions import findings
from inspections.actions.findings import move_finding
from inspections.actions.recording import report_finding
from inspections.models import Finding
from tests.conftest import viewer
from tests.factories import CampaignFactory
from tests.inspections.test_finding_moves import finding_in

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    """Run the acts in threads that start together; what each gave, or the code of what it raised."""
    start, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        start.wait(10)
        try:
            outcomes.append(act())
        except ValidationError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def two_verifiers(row):
    """One closes, one returns; each with a copy fetched before."""
    office, other = viewer(row.campaign, office=True), viewer(row.campaign, office=True)
    first, second = Finding.objects.get(pk=row.pk), Finding.objects.get(pk=row.pk)
    return at_once(
        lambda: move_finding(first, move="close", by=office, how="online").status,
        lambda: move_finding(second, move="return", by=other, how="on_site", reason="不到位").status,
    )


def verdicts(row):
    return Event.objects.filter(subject_id=row.pk, verb__in=["finding.close", "finding.return"]).count()


def test_of_two_verifiers_one_wins_and_the_other_hears_of_it():
    row = finding_in("submitted", campaign=CampaignFactory())

    outcomes = two_verifiers(row)

    row.refresh_from_db()
    assert sorted(outcomes) == sorted([row.status, "wrong_status"])
    assert (verdicts(row), row.rectifications.exclude(outcome="waiting").count()) == (1, 1)


def test_control_without_the_lock_both_verifiers_win(monkeypatch):
    row = finding_in("submitted", campaign=CampaignFactory())
    both_have_read = threading.Barrier(2)

    def no_lock(pk, by):
        finding = Finding.objects.get(pk=pk)
        finding.campaign = by.campaign
        both_have_read.wait(10)
        return finding

    monkeypatch.setattr(findings, "lock", no_lock)
    outcomes = two_verifiers(row)

    assert sorted(outcomes) == ["closed", "returned"]
    assert verdicts(row) == 2


def test_two_taps_at_once_are_one_finding():
    campaign = CampaignFactory()
    inspector, key = viewer(campaign, inspector=True), uuid.uuid4()

    def tap():
        return report_finding(by=inspector, key=key, text="地面积水", place="北门").pk

    outcomes = at_once(tap, tap, tap)

    assert outcomes == [Finding.objects.get().pk] * 3
    assert Event.objects.filter(verb="finding.report").count() == 1
