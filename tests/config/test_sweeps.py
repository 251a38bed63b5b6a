"""One table of sweeps for the runner and for Celery beat."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from kombu.transport import redis

from config import celery, sweeps


def good(*, now):
    RAN.append("good")


def bad(*, now):
    raise OSError("the mail server is away")


RAN = []


@pytest.fixture
def two_sweeps(monkeypatch):
    RAN.clear()
    table = (sweeps.Sweep("bad", 60, f"{__name__}.bad"), sweeps.Sweep("good", 60, f"{__name__}.good"))
    monkeypatch.setattr(sweeps, "SWEEPS", table)
    monkeypatch.setattr("notices.management.commands.run_jobs.SWEEPS", table)


@pytest.mark.parametrize("sweep", sweeps.SWEEPS, ids=lambda sweep: sweep.name)
def test_every_sweep_names_a_function_and_goes_through_on_an_empty_database(sweep, db):
    assert sweeps.run(sweep.name)


def test_beat_rings_every_sweep_at_its_interval_and_lets_stale_rings_expire():
    timetable = {
        name: (entry["task"], entry["args"], entry["schedule"], entry["options"]["expires"])
        for name, entry in celery.app.conf.beat_schedule.items()
    }

    assert timetable == {
        sweep.name: ("config.celery.sweep", [sweep.name], sweep.seconds, sweep.seconds) for sweep in sweeps.SWEEPS
    }


def test_reminders_and_mails_are_looked_for_every_minute():
    assert {sweep.name for sweep in sweeps.SWEEPS if sweep.seconds == 60} >= {"reminders", "mails"}


def test_workers_give_work_back_when_killed_and_keep_no_results():
    conf = celery.app.conf

    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.task_ignore_result) == (True, True, True)
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_time_limit < conf.broker_transport_options["visibility_timeout"]


@pytest.mark.parametrize("answer", ["acknowledge", "reject"])
def test_a_worker_outlives_a_sweep_that_ends_while_the_broker_is_away(answer, caplog):
    def away(*args, **kwargs):
        raise AttributeError("'NoneType' object has no attribute 'hostname'")  # as kombu's transport for Redis does

    def ended(kind):
        sweep = kind.__new__(kind)
        sweep.acknowledged, sweep._connection_errors, sweep._on_ack, sweep._on_reject = False, (OSError,), away, away
        return getattr(sweep, answer)

    with pytest.raises(AttributeError):  # what Celery does by itself
        ended(celery.request.Request)()

    assert celery.sweep.Request is celery.Request
    ended(celery.Request)()
    assert "the broker was away" in caplog.text


def test_a_worker_outlives_a_channel_that_is_closed_while_the_broker_is_away(caplog, monkeypatch):
    def away(channel):
        raise AttributeError("'NoneType' object has no attribute 'hostname'")

    monkeypatch.setattr(redis.Channel, "close", away)
    channel = celery.Channel.__new__(celery.Channel)
    channel.closed = True

    channel.close()

    assert redis.Transport.Channel is celery.Channel
    assert "the broker was away" in caplog.text


def test_a_sweep_that_fails_is_logged_and_does_not_stop_the_next(two_sweeps, db, caplog):
    call_command("run_jobs", once=True)

    assert RAN == ["good"]
    assert "sweep bad failed" in caplog.text


def test_ready_names_the_sweeps_that_are_late(two_sweeps, db, client):
    sweeps.run("bad")
    sweeps.run("good")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert json.loads(answer.content) == {"database": True, "late_sweeps": ["bad"]}


def test_a_sweep_is_late_five_minutes_past_its_interval(two_sweeps, monkeypatch, db):
    monkeypatch.setattr(sweeps, "SWEEPS", sweeps.SWEEPS[1:])
    sweeps.run("good")
    last = sweeps.last_runs()["good"]

    assert sweeps.late(last + timedelta(seconds=360)) == []
    assert sweeps.late(last + timedelta(seconds=361)) == ["good"]


def test_health_asks_nobody_to_sign_in_and_touches_no_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_a_session_past_its_end_leaves_the_database(db, django_user_model):
    from django.contrib.sessions.models import Session

    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))

    sweeps.clear_sessions(now=now)

    assert [session.session_key for session in Session.objects.all()] == ["new"]
