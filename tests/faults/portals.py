"""The background processes of both profiles, to be killed; the database they work on; the mail server they send to."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path
from threading import Event

import psycopg2
import yaml
from aiosmtpd.controller import Controller

from config.processes import die_with_parent
from tests.processes import PYTHON, ROOT, environment, free_port, ours, run, wait_for

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
EXPIRED = "2000-01-01 00:00:00+00"


def of_compose(name: str) -> list[str]:
    """The command of a service with this environment's programs."""
    command = COMPOSE[name]["command"]
    return [str(Path(PYTHON).parent / command[0]), *command[1:]]


RUNNER = {"runner": [PYTHON, "manage.py", "run_jobs"]}
CELERY = {name: of_compose(name) for name in ("worker", "beat")}


class Sink:
    """A mail server that takes its time before it says 250; counts every message it has taken."""

    def __init__(self):
        self.taken: list[str] = []  # Message-IDs
        self.arrived = Event()  # a mail is being handed over and not yet taken
        self.seconds = 0.2

    async def handle_DATA(self, server, session, envelope):
        self.arrived.set()
        await asyncio.sleep(self.seconds)
        self.taken.append(BytesHeaderParser().parsebytes(envelope.content)["Message-ID"])
        return "250 taken"

    @contextmanager
    def listening(self):
        controller = Controller(self, hostname="127.0.0.1", port=free_port())
        controller.start()
        try:
            yield f"smtp://127.0.0.1:{controller.port}"
        finally:
            controller.stop()


class Portal:
    """Processes by name, each in a group of its own, on one database."""

    def __init__(self, commands: dict[str, list[str]], *, data: Path, **values: str):
        self.commands, self.data, self.values = commands, data, values
        self.told = {"SWEEP_SECONDS": "1", "LOG_LEVEL": "WARNING"} | values
        self.running: dict[str, subprocess.Popen] = {}
        self.excused: set[str] = set()  # a worker ends itself when a child of its pool is killed before it has seen it start
        self.pulses = 0
        data.mkdir(exist_ok=True)

    def run(self, *arguments: str) -> None:
        """A command of ours that ends by itself."""
        run(*arguments, data=self.data, **self.told)

    def start(self) -> None:
        """Every process that is not running; of those that ended by themselves only the excused, as compose would."""
        parent = os.getpid()
        for name in [name for name in self.excused if name in self.running and self.running[name].poll() is not None]:
            del self.running[name]
            self.excused.remove(name)
        for name, command in self.commands.items():
            if name not in self.running:
                with (self.data / f"{name}.log").open("ab") as log:
                    self.running[name] = subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env=environment(self.data, **self.told),
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                        preexec_fn=lambda: die_with_parent(signal.SIGTERM, parent),  # however the test ends
                    )

    def kill(self, names) -> None:
        """SIGKILL for the whole group of each."""
        for name in names:
            process = self.running.pop(name)
            self.excused.discard(name)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def kill_some(self, chance: random.Random) -> str:
        """One or more processes at once; of Celery also a child of the pool alone."""
        children = self._pool() if "worker" in self.running else []
        if children and chance.random() < 0.25:
            os.kill(chance.choice(children), signal.SIGKILL)
            self.excused.add("worker")
            return "a child of the pool"
        names = chance.sample(sorted(self.running), chance.randint(1, len(self.running)))
        self.kill(names)
        return " and ".join(names)

    def _pool(self) -> list[int]:
        """Processes of the worker but its first."""
        first = self.running["worker"].pid
        return [pid for pid in ours(self.data) if pid != first and os.getpgid(pid) == first]

    def end(self) -> None:
        self.kill(list(self.running))

    # --- the database, past the portal ---

    def sql(self, statement: str) -> list[tuple]:
        address = self.values.get("DATABASE_URL")
        connection = psycopg2.connect(address) if address else sqlite3.connect(self.data / "portal.sqlite3", timeout=20)
        with closing(connection):
            cursor = connection.cursor()
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
            connection.commit()
        return rows

    def start_campaign(self, n: int) -> None:
        """Its work falls due now."""
        self.sql(f"UPDATE campaigns_campaign SET stage = 'running' WHERE name = 'c{n}'")

    def let_leases_run_out(self) -> None:
        """As if the two minutes were over in which nobody else touches a mail that was being sent."""
        self.sql(f"UPDATE notices_delivery SET lease_until = '{EXPIRED}' WHERE sent_at IS NULL AND lease_until IS NOT NULL")

    def wait_for(self, condition: Callable[[], bool], *, what: str) -> None:
        """Until it is true, while every process is kept running."""
        wait_for(lambda: condition() or self.start(), what=what)

    def wait_for_pulse(self) -> None:
        """Until a sweep has gone round: a session past its end is gone."""
        self.pulses += 1
        key = f"pulse{self.pulses}"
        self.sql(f"INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('{key}', '', '{EXPIRED}')")
        gone = f"SELECT count(*) FROM django_session WHERE session_key = '{key}'"
        try:
            self.wait_for(lambda: self.sql(gone) == [(0,)], what="a sweep")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.logs()}") from None

    def logs(self) -> str:
        return "\n".join(f"--- {log.name}\n{log.read_text()[-2000:]}" for log in sorted(self.data.glob("*.log")))


def moment(chance: random.Random, longest: float) -> None:
    time.sleep(chance.uniform(0, longest))
