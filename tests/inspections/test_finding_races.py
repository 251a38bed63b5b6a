"""Two at once: each race beside a control without the lock or key, in which it goes wrong."""

import threading
import time
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.models import Event
from inspections.actions import findings
from inspections.actions.findings import move_finding
from inspections.actions.ledgerimports import take_back_ledger
from inspections.actions.recording import edit_finding, report_finding
from inspections.models import Finding
from inspections.models.findings import FindingQuerySet
from tests.conftest import viewer
from tests.factories import CampaignFactory, DepartmentFactory, SiteFactory, SiteKindFactory
from tests.inspections.test_finding_moves import finding_in
from tests.inspections.test_ledger_imports import line, save, started

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


def edited_while_taken_back(campaign):
    """States of two rows of an old ledger by their texts: a colleague corrects one while the ledger is taken back."""
    office, colleague = viewer(campaign, office=True), viewer(campaign, office=True)
    DepartmentFactory(parent=campaign.host, name="示范甲局")
    SiteFactory(kind=SiteKindFactory(host=campaign.host), name="示范市场")
    row = started(office, line(问题描述="破损"), line(问题描述="积水"))
    save(row, office)
    row.refresh_from_db()
    edited = threading.Event()

    def edit():
        with transaction.atomic():
            edit_finding(Finding.objects.get(text="积水"), by=colleague, text="积水两处")
            edited.set()
            time.sleep(0.3)  # the other one waits here, or has read the row as it was

    def take_back():
        edited.wait(10)
        take_back_ledger(row, by=office, version=row.version)

    at_once(edit, take_back)
    return dict(Finding.objects.values_list("text", "status"))


def test_what_a_colleague_corrects_while_a_ledger_is_taken_back_stays():
    assert edited_while_taken_back(CampaignFactory()) == {"破损": "void", "积水两处": "draft"}


def test_control_without_the_lock_the_corrected_row_is_void(monkeypatch):
    monkeypatch.setattr(FindingQuerySet, "select_for_update", lambda rows, **_options: rows, raising=False)

    assert edited_while_taken_back(CampaignFactory()) == {"破损": "void", "积水": "void"}
