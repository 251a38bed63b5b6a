"""PostgreSQL is restarted under the processes' feet: they survive it, and what was due is done afterwards."""

import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.portals import RUNNER, Portal, of_compose
from tests.faults.seed import FINDINGS, UNITS
from tests.processes import free_port, get, wait_for

pytestmark = [pytest.mark.server, pytest.mark.postgres]


class Cluster:
    """A PostgreSQL server of the test's own."""

    def __init__(self):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            pytest.skip("needs PostgreSQL: no server programs on this machine")
        folder = tempfile.mkdtemp(prefix="portal-pg-")  # not below pytest's folder, where another user may not look
        self.programs, self.folder, self.port = found[-1], folder, free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(folder, "postgres")
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", f"--pgdata={folder}/data")

    def start(self):
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c fsync=off"
        self._run("pg_ctl", f"--pgdata={self.folder}/data", "--wait", f"--log={self.folder}/log", f"--options={options}", "start")

    def stop(self):
        """At once, as in a crash: every connection is cut."""
        self._run("pg_ctl", f"--pgdata={self.folder}/data", "--wait", "--mode=immediate", "stop")

    def _run(self, program, *arguments):
        who = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*who, str(self.programs / program), *arguments]
        subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, timeout=60)


@contextmanager
def own_cluster():
    cluster = Cluster()
    cluster.start()
    try:
        yield cluster
    finally:
        with suppress(subprocess.CalledProcessError):  # a test that failed may have stopped it
            cluster.stop()
        shutil.rmtree(cluster.folder)


class Visitors:
    """Ask for a page that reads the database, without pause."""

    def __init__(self, address):
        self.address, self.statuses, self.over = address, [], threading.Event()
        self.threads = [threading.Thread(target=self._ask) for _n in range(2)]

    def _ask(self):
        while not self.over.is_set():
            self.statuses.append(get(self.address)[0])

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def test_postgresql_restarted_under_load_is_found_again_and_the_due_work_is_done(tmp_path, static_root):
    port = free_port()
    with own_cluster() as cluster:
        commands = RUNNER | {"web": of_compose("web")}
        values = {"DATABASE_URL": cluster.url, "PORT": str(port), "STATIC_ROOT": static_root}
        portal = Portal(commands, data=tmp_path / "data", EMAIL_URL="dummymail://", **values)
        try:
            portal.run("manage.py", "migrate", "--verbosity", "0")
            portal.run("-m", "tests.faults.seed", "rows")
            portal.start()
            ready = f"http://127.0.0.1:{port}/readyz"
            wait_for(lambda: get(ready)[0] == 200, what="every sweep has run")
            with Visitors(ready) as visitors:
                portal.start_campaign(0)
                cluster.stop()
                wait_for(lambda: 503 in visitors.statuses, what="the page says that the database is away")
                assert get(f"http://127.0.0.1:{port}/healthz") == (200, "ok")
                cluster.start()
                portal.start_campaign(1)
                wait_for(lambda: get(ready)[0] == 200, what="the page finds the database again")
            done = lambda: portal.sql("SELECT count(*) FROM notices_delivery WHERE sent_at IS NOT NULL") == [(2 * UNITS,)]  # noqa: E731
            wait_for(done, what="the mails of both campaigns")

            assert portal.sql("SELECT count(*) FROM inspections_reminder") == [(2 * FINDINGS,)]
            assert {name for name, process in portal.running.items() if process.poll() is not None} == set()
            assert set(visitors.statuses) <= {200, 503}
        except AssertionError as error:
            raise AssertionError(f"{error}\n{portal.logs()}") from None
        finally:
            portal.end()
