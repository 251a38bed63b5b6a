"""The one command, with real processes: it answers, it ends whole, it keeps its children alive."""

import os
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.processes import PYTHON, ROOT, environment, free_port, get, is_free, ours, parent_of, started, wait_for

pytestmark = pytest.mark.server
SERVE = [PYTHON, "-m", "config.serve"]
MAKE_RUN = ["make", "--no-print-directory", "run"]


@pytest.fixture(scope="module")
def static_root(tmp_path_factory):
    """Collected once for all servers of this file."""
    return str(tmp_path_factory.mktemp("static"))


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@dataclass
class Portal:
    process: subprocess.Popen
    port: int
    log: Path

    def get(self, path):
        return get(f"http://127.0.0.1:{self.port}{path}")


@pytest.fixture
def serve(data, tmp_path, static_root):
    """serve(command) -> context of a Portal that has said its address."""

    @contextmanager
    def serving(command):
        port, log = free_port(), tmp_path / "log"
        with started(command, data=data, log=log, PORT=str(port), DEMO="0", STATIC_ROOT=static_root) as process:
            wait_for(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, seconds=240, what="start")
            assert process.poll() is None, log.read_text()
            yield Portal(process, port, log)

    return serving


def named(data, text, *, but=()):
    return [pid for pid, command in ours(data).items() if text in command and pid not in but]


def masters(data, *, but=()):
    """The web server's master: the gunicorn process whose parent is no gunicorn process."""
    web = named(data, "gunicorn")
    return [pid for pid in web if parent_of(pid) not in web and pid not in but]


def gone(data, port):
    return lambda: not ours(data) and is_free(port)


def test_a_first_start_prints_the_first_link_and_the_address_and_answers(serve, data):
    with serve(SERVE) as portal:
        text = portal.log.read_text()

        assert f"http://127.0.0.1:{portal.port}/start/" in text
        assert text.index("/start/") < text.index(f"http://127.0.0.1:{portal.port}/\n")
        assert portal.get("/healthz") == (200, "ok")
        assert portal.get("/")[0] == 200
        wait_for(lambda: portal.get("/readyz")[0] == 200, seconds=20, what="every sweep has run")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_and_frees_the_port(serve, data, number):
    with serve(SERVE) as portal:
        wait_for(lambda: len(ours(data)) == 5, seconds=20, what="parent, runner, web master, two workers")

        portal.process.send_signal(number)

        assert portal.process.wait(20) == 0
        assert ours(data) == {}
        assert is_free(portal.port)


def test_ctrl_c_in_the_terminal_of_make_run_ends_everything(serve, data):
    with serve(MAKE_RUN) as portal:
        os.killpg(portal.process.pid, signal.SIGINT)

        wait_for(gone(data, portal.port), seconds=20, what=str(ours(data)))


@pytest.mark.parametrize("command", [SERVE, MAKE_RUN], ids=["serve", "make"])
def test_kill_9_of_the_parent_leaves_no_process_and_a_free_port(serve, data, command):
    with serve(command) as portal:
        portal.process.kill()
        portal.process.wait(5)

        wait_for(gone(data, portal.port), seconds=15, what=str(ours(data)))


def test_a_killed_runner_is_started_again(serve, data):
    with serve(SERVE):
        (old,) = named(data, "run_jobs")

        os.kill(old, signal.SIGKILL)

        wait_for(lambda: named(data, "run_jobs", but=[old]), seconds=15, what="a new runner")


def test_a_killed_web_server_takes_its_workers_along_and_is_started_again(serve, data):
    with serve(SERVE) as portal:
        (master,) = masters(data)
        workers = [pid for pid in named(data, "gunicorn") if pid != master]

        os.kill(master, signal.SIGKILL)

        wait_for(lambda: not set(workers) & set(ours(data)), seconds=5, what="the workers end")
        wait_for(lambda: masters(data, but=[master]) and portal.get("/healthz")[0] == 200, seconds=20, what="a new web server")


def test_a_killed_worker_is_replaced_while_the_page_goes_on_answering(serve, data):
    with serve(SERVE) as portal:
        (master,) = masters(data)
        worker, other = [pid for pid in named(data, "gunicorn") if pid != master]

        os.kill(worker, signal.SIGKILL)

        wait_for(lambda: len(named(data, "gunicorn", but=[worker])) == 3, seconds=15, what="a new worker")
        assert portal.get("/healthz")[0] == 200
        assert {master, other} <= set(ours(data))


@pytest.mark.parametrize(
    "command",
    [SERVE, [PYTHON, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]],
    ids=["serve", "gunicorn"],
)
def test_the_demo_is_refused_on_an_address_others_can_reach(data, command):
    data.mkdir()
    values = {"DEMO": "1", "HOST": "0.0.0.0", "PORT": str(free_port())}

    done = subprocess.run(command, cwd=ROOT, env=environment(data, **values), capture_output=True, text=True, timeout=30)

    assert done.returncode != 0
    assert "loopback" in done.stderr
    assert ours(data) == {}


def test_a_port_in_use_is_named_with_the_next_one_to_try(serve, data, tmp_path):
    with serve(SERVE) as portal:
        values = {"PORT": str(portal.port), "DEMO": "0"}
        second = environment(tmp_path / "second", **values)

        done = subprocess.run(SERVE, cwd=ROOT, env=second, capture_output=True, text=True, timeout=30)

        assert done.returncode == 2
        assert f"PORT={portal.port + 1}" in done.stderr
        assert portal.get("/healthz")[0] == 200
