"""Two sweeps of one day at once; needs PostgreSQL, SQLite lets in one writer at a time."""

import datetime
import threading
from collections import Counter
from contextlib import suppress

import pytest
from django.db import connection, connections
from django.utils import timezone

from inspections.actions import reminders
from inspections.models import Reminder, SweepDay
from notices.models import Delivery, Notice
from tests.factories import CampaignFactory, FindingFactory, MembershipFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = timezone.make_aware(datetime.datetime(2026, 9, 24, 9))
FINDINGS = 5
WAIT = 2  # seconds for the other sweep to come as far, if it can


@pytest.fixture
def campaign():
    """Five findings due today, one liaison."""
    campaign = CampaignFactory()
    unit = MembershipFactory(campaign=campaign, role="liaison", department=campaign.host).department
    for _n in range(FINDINGS):
        FindingFactory(campaign=campaign, lead=unit, due_on=NOW.date(), due_at=NOW + datetime.timedelta(hours=15))
    return campaign


def at_once(work, monkeypatch, *, gate):
    """Two threads do the work and meet before the step `gate`, unless a lock keeps one out. Their answers."""
    both_there, answers = threading.Barrier(2), []
    step = getattr(reminders, gate)

    def after_meeting(*args, **options):
        with suppress(threading.BrokenBarrierError):  # the other waits at a lock
            both_there.wait(WAIT)
        return step(*args, **options)

    monkeypatch.setattr(reminders, gate, after_meeting)

    def run():
        try:
            answers.append(work(NOW))
        except Exception as error:  # the answer of this thread
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class Without:
    """The table without one of its unique keys, which comes back (with the rows gone) at the end."""

    def __init__(self, model, name):
        self.model = model
        self.key = next(key for key in model._meta.constraints if key.name == name)

    def __enter__(self):
        with connection.schema_editor() as editor:
            editor.remove_constraint(self.model, self.key)

    def __exit__(self, *_):
        self.model.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(self.model, self.key)


def times_each():
    """How often the same reminder was recorded."""
    return set(Counter(Reminder.objects.values_list("subject", "object_id", "round_no", "due_on", "stage")).values())


def test_two_sweeps_at_once_record_and_tell_once(campaign, monkeypatch):
    answers = at_once(reminders.sweep_days, monkeypatch, gate="due_reminders")

    assert sorted(answers) == [0, 1]
    assert times_each() == {1}
    assert (Reminder.objects.count(), Notice.objects.count(), SweepDay.objects.count()) == (FINDINGS, FINDINGS, 1)


def test_without_the_row_of_the_day_the_reminders_own_key_still_holds(campaign, monkeypatch):
    with Without(SweepDay, "sweep_day_once"):
        answers = at_once(reminders.sweep_days, monkeypatch, gate="due_reminders")

        assert answers == [1, 1]  # both thought the day theirs
        assert times_each() == {1}
        assert Notice.objects.count() == FINDINGS


def test_without_both_keys_reminders_double(campaign, monkeypatch):
    """The control: this is what the two tests above would see if nothing held."""
    with Without(SweepDay, "sweep_day_once"), Without(Reminder, "reminder_once"):
        at_once(reminders.sweep_days, monkeypatch, gate="due_reminders")

        assert times_each() == {2}


def test_two_at_once_make_one_digest_with_every_message(campaign, monkeypatch):
    reminders.sweep_days(NOW)

    answers = at_once(reminders.make_digests, monkeypatch, gate="make_digest")

    assert sorted(answers) == [0, 1]
    assert Delivery.objects.get().notices.count() == FINDINGS
