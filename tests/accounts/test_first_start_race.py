"""Two people open the first link at the same moment: one becomes the keeper, the other reads that it is used."""

import contextlib
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts import actions
from accounts.models import User

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two_starts(monkeypatch):
    """two_starts() -> what became of each; both look whether there is an account before either has made one, if the
    lock lets both so far."""
    token = actions.first_link().split("/")[2]
    both_have_looked, exists, outcomes = threading.Barrier(2), User.objects.exists, []

    def look_and_wait():
        found = exists()
        with contextlib.suppress(threading.BrokenBarrierError):
            both_have_looked.wait(timeout=1)
        return found

    def start(name):
        try:
            actions.open_portal(token=token, username=name, name=name, password="a long enough one")
            outcomes.append("keeper")
        except ValidationError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    def run():
        monkeypatch.setattr(User.objects, "exists", look_and_wait)
        people = [threading.Thread(target=start, args=[name]) for name in ("first", "second")]
        for person in people:
            person.start()
        for person in people:
            person.join()
        return sorted(outcomes)

    return run


def test_two_first_starts_make_one_keeper(two_starts):
    assert two_starts() == ["keeper", "used"]
    assert User.objects.count() == 1


def test_control_without_the_lock_there_are_two(two_starts, monkeypatch):
    monkeypatch.setattr(actions, "_first_come", lambda: None)

    assert two_starts() == ["keeper", "keeper"]
