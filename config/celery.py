"""The Celery app and the beat timetable: `celery -A config.celery worker`, `celery -A config.celery beat`.

The broker carries only the name of a sweep: losing it loses seconds, never work.
"""

import logging
import os
from contextlib import contextmanager, suppress

from celery import Celery
from celery.signals import beat_init, worker_init
from celery.worker import request
from django.conf import settings
from kombu.exceptions import OperationalError
from kombu.transport import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")  # they import every page, and nothing here shows one

from config.sweeps import SWEEPS, run  # noqa: E402  settings first

log = logging.getLogger(__name__)
app = Celery("portal", broker=settings.REDIS_URL or "memory://")
app.conf.update(
    task_acks_late=True,  # a worker killed in a sweep gives it back
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,  # results are rows
    task_time_limit=600,  # shorter than the visibility time-out: never two workers at one message
    task_soft_time_limit=540,
    broker_transport_options={
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "global_keyprefix": "portal:",
    },
    broker_connection_retry_on_startup=True,
    accept_content=["json"],
    task_serializer="json",
    worker_max_tasks_per_child=500,
    worker_hijack_root_logger=False,
    timezone=settings.TIME_ZONE,
    beat_schedule_filename=str(settings.DATA_DIR / "beat-schedule"),
    beat_schedule={
        sweep.name: {
            "task": "config.celery.sweep",
            "schedule": sweep.seconds,
            "args": [sweep.name],
            "options": {"expires": max(sweep.seconds, 10)},  # after a pause one run is enough
        }
        for sweep in SWEEPS
    },
)


class Request(request.Request):
    """A sweep that ends while the broker is away has nobody to tell.

    The transport then fails with an AttributeError of its own (kombu 5.7: the closed connection is None), which would end the
    worker. The message is given out once more after the visibility time-out, and a sweep that runs twice changes nothing.
    """

    def acknowledge(self):
        with _broker_away():
            super().acknowledge()

    def reject(self, requeue=False):
        with _broker_away():
            super().reject(requeue=requeue)


class Channel(redis.Channel):
    """One that is closed while the broker is away cannot give back what it holds, with the same error: the time-out does."""

    def close(self):
        with _broker_away():
            super().close()


redis.Transport.Channel = Channel


@contextmanager
def _broker_away():
    try:
        yield
    except AttributeError:
        log.warning("the broker was away when a sweep ended or a channel was closed", exc_info=True)


@app.task(name="config.celery.sweep", Request=Request)
def sweep(name: str) -> None:
    run(name)


@worker_init.connect
def import_sweeps(**kwargs) -> None:
    """Once, and not by each child of the pool."""
    for each in SWEEPS:
        each.function()


@beat_init.connect
def sweep_at_start(**kwargs) -> None:
    """Otherwise an hourly sweep would first run an hour after beat starts."""
    for each in SWEEPS:
        with suppress(OperationalError):  # no broker yet: the timetable rings again
            sweep.apply_async(args=[each.name], expires=each.seconds, retry=False)
