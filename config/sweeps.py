"""The work that nobody clicks for: one table for the embedded runner and for Celery beat.

Each sweep looks for rows that wait (the row is the queue), so running one twice, late, or in two places changes nothing.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from redis.exceptions import RedisError

log = logging.getLogger("sweeps")
LATE_SECONDS = 300  # beyond its own interval: then /readyz says 503


@dataclass(frozen=True)
class Sweep:
    name: str
    usual_seconds: int  # between two runs, unless SWEEP_SECONDS says otherwise
    action: str  # dotted name of a function(*, now)

    @property
    def seconds(self) -> int:
        return settings.SWEEP_SECONDS or self.usual_seconds

    def function(self) -> Callable[..., object]:
        return import_string(self.action)


def clear_sessions(*, now: datetime) -> None:
    """Sessions past their end leave the database."""
    call_command("clearsessions")


SWEEPS = (
    Sweep("reminders", 60, "inspections.actions.reminders.run_reminders"),
    Sweep("mails", 60, "notices.actions.deliver_due"),
    Sweep("bulletins", 60, "reports.actions.render_due_bulletins"),
    Sweep("bundles", 60, "checklists.actions.bundles.make_due_bundles"),
    Sweep("packages", 60, "checklists.actions.packages.make_due_packages"),
    Sweep("dossiers", 60, "reports.dossier_paper.make_due_papers"),
    Sweep("uploads", 300, "checklists.actions.uploads.forget_old_uploads"),
    Sweep("imports", 10, "checklists.actions.saving.save_waiting"),
    Sweep("periods", 300, "checklists.actions.limits.make_due_checkpoints"),
    Sweep("sessions", 300, "config.sweeps.clear_sessions"),
)


def run(name: str) -> bool:
    """Whether the sweep went through; what went wrong is logged, and the next run tries again."""
    sweep = next(sweep for sweep in SWEEPS if sweep.name == name)
    try:
        sweep.function()(now=timezone.now())
    except Exception:  # one bad row or a database that is away must not stop the others
        log.exception("sweep %s failed", name)
        return False
    with suppress(RedisError):  # only /readyz asks; what was swept is swept
        cache.set(_key(name), timezone.now(), timeout=None)
    return True


def last_runs() -> dict[str, datetime | None]:
    """When each sweep last went through; None: never since the cache was made, or the cache is away."""
    try:
        return {sweep.name: cache.get(_key(sweep.name)) for sweep in SWEEPS}
    except RedisError:
        return dict.fromkeys(sweep.name for sweep in SWEEPS)


def late(now: datetime) -> list[str]:
    """Names of the sweeps that should have run by now."""
    runs = last_runs()
    return [
        sweep.name
        for sweep in SWEEPS
        if runs[sweep.name] is None or (now - runs[sweep.name]).total_seconds() > sweep.seconds + LATE_SECONDS
    ]


def _key(name: str) -> str:
    return f"swept:{name}"
