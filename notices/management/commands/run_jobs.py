import signal
import time

from django.core.management.base import BaseCommand
from django.db import connections

from config.sweeps import SWEEPS, run


class Command(BaseCommand):
    help = "The background runner of the embedded mode: every sweep of config/sweeps.py at its interval, until SIGTERM."
    requires_system_checks = []  # they import every page, and nothing here shows one

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="run each sweep once and leave, for cron")

    def handle(self, *, once, **options):
        self.stopping = once
        for number in () if once else (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        due = dict.fromkeys((sweep.name for sweep in SWEEPS), 0.0)
        while True:
            for sweep in SWEEPS:
                if time.monotonic() >= due[sweep.name]:
                    self.run_one(sweep)
                    due[sweep.name] = time.monotonic() + sweep.seconds
                if self.stopping and not once:
                    return
            if self.stopping:
                return
            time.sleep(1)

    def run_one(self, sweep):
        if not run(sweep.name):
            connections.close_all()  # a broken connection would fail the next sweep too
        for connection in connections.all(initialized_only=True):
            connection.close_if_unusable_or_obsolete()

    def stop(self, *_):
        self.stopping = True
