"""Six clerks at once, some of whom fail at the last moment: numbers of bulletins and findings without gap or double."""

import datetime
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import Counter
from inspections.actions import effects, findings
from inspections.models import Finding
from reports import actions
from reports.models import Bulletin
from tests.conftest import viewer
from tests.factories import CampaignFactory
from tests.inspections.test_finding_moves import finding_in

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = timezone.make_aware(datetime.datetime(2026, 3, 16, 9))
CLERKS, EACH = 6, 4


class PowerCutError(Exception):
    """The transaction ends here and leaves nothing."""


def all_at_once(work, rows):
    """Six threads do the work on their share of the rows; every third act fails after it. What went wrong otherwise."""
    start, wrong = threading.Barrier(CLERKS), []

    def run(share):
        start.wait(10)
        try:
            for n, row in enumerate(share):
                try:
                    with transaction.atomic():
                        work(row)
                        if n % 3 == 1:
                            raise PowerCutError
                except PowerCutError:
                    continue
                except Exception as error:  # what the test then says
                    wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(rows[n::CLERKS],)) for n in range(CLERKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.fixture
def clerk():
    return viewer(CampaignFactory(), office=True)


@pytest.fixture
def bulletins(clerk):
    """Signed, each of its own week."""
    leader, weeks = viewer(clerk.campaign, leader=True), range(CLERKS * EACH)
    found = []
    for week in weeks:
        row = actions.compose_bulletin(
            clerk.campaign, monday=datetime.date(2026, 1, 5) + datetime.timedelta(weeks=week), by=clerk, at=NOW
        )
        for move, by in (("review", clerk), ("sign", leader)):
            row = actions.move_bulletin(row, move=move, by=by, at=NOW)
        found.append(row)
    return found


def naive_number(campaign, kind, year):
    """Read, add, write: what take_number must not be."""
    row, _made = Counter.objects.get_or_create(campaign=campaign, kind=kind, year=year)
    row.value += 1
    threading.Event().wait(0.02)  # time for the others to read the same
    row.save()
    return row.value


def publish(clerk):
    return lambda row: actions.move_bulletin(row, move="publish", by=clerk, at=NOW)


def issue(clerk):
    return lambda row: findings.move_finding(row, move="issue", by=clerk, at=NOW)


def test_published_bulletins_are_numbered_without_gap_or_double(clerk, bulletins):
    wrong = all_at_once(publish(clerk), bulletins)

    done = list(Bulletin.objects.filter(status="published").values_list("no", "total_no").order_by("total_no"))
    assert wrong == []
    assert done == [(n, n) for n in range(1, CLERKS * 3 + 1)]
    assert not Bulletin.objects.exclude(status="published").exclude(no=None).exists()


def test_issued_findings_are_numbered_without_gap_or_double(clerk):
    drafts = [finding_in("draft", campaign=clerk.campaign) for _n in range(CLERKS * EACH)]

    wrong = all_at_once(issue(clerk), drafts)

    assert wrong == []
    assert list(Finding.objects.exclude(no=None).values_list("no", flat=True).order_by("no")) == list(range(1, CLERKS * 3 + 1))


def test_control_without_the_counters_lock_two_bulletins_want_one_number(clerk, bulletins, monkeypatch):
    monkeypatch.setattr(actions, "take_number", naive_number)

    wrong = all_at_once(publish(clerk), bulletins)

    assert "bulletin_number_once" in str(wrong) or "bulletin_total_once" in str(wrong)


def test_control_without_the_counters_lock_two_findings_want_one_number(clerk, monkeypatch):
    monkeypatch.setattr(effects, "take_number", naive_number)
    drafts = [finding_in("draft", campaign=clerk.campaign) for _n in range(CLERKS * EACH)]

    wrong = all_at_once(issue(clerk), drafts)

    assert "finding_number_once" in str(wrong)
