"""Numbers of documents: from the start that was set, without gaps, one writer at a time."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import close_old_connections, connection, transaction

from campaigns.actions import set_start, take_number
from campaigns.models import Counter
from tests.conftest import viewer
from tests.factories import CampaignFactory


def test_numbers_count_per_campaign_kind_and_year(campaign):
    other = CampaignFactory()
    asked = [(campaign, "bulletin", 2026), (campaign, "bulletin", 2026), (campaign, "bulletin", 0), (other, "bulletin", 2026)]

    taken = [take_number(*key) for key in asked] + [take_number(campaign, "slip", 2026), take_number(campaign, "bulletin", 2027)]

    assert taken == [1, 2, 1, 1, 1, 1]


def test_a_failed_document_gives_its_number_back(campaign):
    take_number(campaign, "bulletin", 2026)
    with transaction.atomic():
        take_number(campaign, "bulletin", 2026)
        transaction.set_rollback(True)

    assert take_number(campaign, "bulletin", 2026) == 2


def test_the_start_is_set_until_first_use(campaign):
    office = viewer(campaign, office=True)
    set_start(campaign, kind="bulletin", year=0, start=63, by=office)
    set_start(campaign, kind="bulletin", year=0, start=12, by=office)
    assert [take_number(campaign, "bulletin", 0), take_number(campaign, "bulletin", 0)] == [12, 13]

    with pytest.raises(ValidationError) as refused:
        set_start(campaign, kind="bulletin", year=0, start=99, by=office)

    assert (refused.value.error_dict["start"][0].code, take_number(campaign, "bulletin", 0)) == ("used", 14)


def test_only_the_office_sets_a_start_and_it_is_at_least_one(campaign):
    with pytest.raises(PermissionDenied):
        set_start(campaign, kind="bulletin", year=0, start=2, by=viewer(campaign, leader=True))
    with pytest.raises(ValidationError):
        set_start(campaign, kind="bulletin", year=0, start=0, by=viewer(campaign, office=True))

    assert Counter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_number_is_given():
    with pytest.raises(RuntimeError):
        take_number(CampaignFactory(), "bulletin", 2026)


def naive_number(campaign, kind, year):
    """Read, add, write: what take_number must not be."""
    row, _made = Counter.objects.get_or_create(campaign=campaign, kind=kind, year=year)
    seen = Counter.objects.get(pk=row.pk).value
    row.value = seen + 1
    row.save()
    return row.value


def race(take, *, writers=4, each=25):
    """The numbers the writers got; every tenth transaction fails at its end and must leave no gap."""
    campaign = CampaignFactory()
    Counter.objects.create(campaign=campaign, kind="bulletin", year=2026)
    start, taken, lock = threading.Barrier(writers), [], threading.Lock()

    def write():
        close_old_connections()
        start.wait()
        for n in range(each):
            try:
                with transaction.atomic():
                    number = take(campaign, "bulletin", 2026)
                    if n % 10 == 9:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue
            with lock:
                taken.append(number)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(taken)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a race of two writers needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_get_every_number_once():
    taken = race(take_number)

    assert taken == list(range(1, len(taken) + 1))
    assert len(taken) == 4 * 23


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a race of two writers needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_race_is_seen():
    taken = race(naive_number)

    assert len(set(taken)) < len(taken)
