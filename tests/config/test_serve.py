"""The one command, with real processes: it answers, it ends whole, it keeps its children alive."""

import http.client
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.processes import PATIENCE, PYTHON, ROOT, environment, free_port, get, is_free, ours, parent_of, started, wait_for

pytestmark = pytest.mark.server
SERVE = [PYTHON, "-m", "config.serve"]
MAKE_RUN = ["make", "--no-print-directory", "run"]


@dataclass
class Portal:
    process: subprocess.Popen
    port: int
    log: Path
    data: Path

    def get(self, path):
        return get(f"http://127.0.0.1:{self.port}{path}")


@contextmanager
def serving(command, folder, static_root):
    """A Portal that has said its address; its data folder lies in this one, or is made there by a first start."""
    port, log, data = free_port(), folder / "log", folder / "data"
    with started(command, data=data, log=log, PORT=str(port), DEMO="0", STATIC_ROOT=static_root) as process:
        wait_for(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, seconds=240, what="start")
        assert process.poll() is None, log.read_text()
        yield Portal(process, port, log, data)


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def serve(data, tmp_path, empty_file, static_root):
    """serve(command) -> context of a Portal that was started before."""

    @contextmanager
    def start(command):
        with empty_file.copied(data), serving(command, tmp_path, static_root) as portal:
            yield portal

    return start


@pytest.fixture(scope="module")
def portal(tmp_path_factory, empty_file, static_root):
    """One for all tests that leave it whole: every process of ours is there again."""
    folder = tmp_path_factory.mktemp("serve")
    with empty_file.copied(folder / "data"), serving(SERVE, folder, static_root) as portal:
        yield portal


@pytest.fixture
def whole(portal):
    """The shared portal with all its processes: parent, runner, web master, two workers."""
    wait_for(lambda: len(ours(portal.data)) == 5 and portal.get("/healthz")[0] == 200, what="a whole portal")
    return portal


def named(data, text, *, but=()):
    return [pid for pid, command in ours(data).items() if text in command and pid not in but]


def masters(data, *, but=()):
    """The web server's master: the gunicorn process whose parent is no gunicorn process."""
    web = named(data, "gunicorn")
    return [pid for pid in web if parent_of(pid) not in web and pid not in but]


def gone(data, port):
    return lambda: not ours(data) and is_free(port)


def test_a_first_start_prints_the_first_link_and_the_address_and_answers(tmp_path, static_root):
    with serving(SERVE, tmp_path, static_root) as portal:
        text = portal.log.read_text()

        assert f"http://127.0.0.1:{portal.port}/start/" in text
        assert text.index("/start/") < text.index(f"http://127.0.0.1:{portal.port}/\n")
        assert portal.get("/healthz") == (200, "ok")
        assert portal.get("/")[0] == 200
        wait_for(lambda: portal.get("/readyz")[0] == 200, what="every sweep has run")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_and_frees_the_port(serve, data, number):
    with serve(SERVE) as portal:
        wait_for(lambda: len(ours(data)) == 5, what="parent, runner, web master, two workers")

        portal.process.send_signal(number)

        assert portal.process.wait(PATIENCE) == 0
        assert ours(data) == {}
        assert is_free(portal.port)


def test_ctrl_c_in_the_terminal_of_make_run_ends_everything(serve, data):
    with serve(MAKE_RUN) as portal:
        os.killpg(portal.process.pid, signal.SIGINT)

        wait_for(gone(data, portal.port), what=str(ours(data)))


@pytest.mark.parametrize("command", [SERVE, MAKE_RUN], ids=["serve", "make"])
def test_kill_9_of_the_parent_leaves_no_process_and_a_free_port(serve, data, command):
    with serve(command) as portal:
        portal.process.kill()
        portal.process.wait(5)

        wait_for(gone(data, portal.port), what=str(ours(data)))


def test_a_killed_runner_is_started_again(whole):
    (old,) = named(whole.data, "run_jobs")

    os.kill(old, signal.SIGKILL)

    wait_for(lambda: named(whole.data, "run_jobs", but=[old]), what="a new runner")


def test_a_killed_web_server_takes_its_workers_along_and_is_started_again(whole):
    (master,) = masters(whole.data)
    workers = [pid for pid in named(whole.data, "gunicorn") if pid != master]

    os.kill(master, signal.SIGKILL)

    wait_for(lambda: not set(workers) & set(ours(whole.data)), what="the workers end")
    is_back = lambda: masters(whole.data, but=[master]) and whole.get("/healthz")[0] == 200  # noqa: E731
    wait_for(is_back, what="a new web server")


def test_a_killed_worker_is_replaced_while_the_page_goes_on_answering(whole):
    (master,) = masters(whole.data)
    worker, other = [pid for pid in named(whole.data, "gunicorn") if pid != master]

    os.kill(worker, signal.SIGKILL)

    wait_for(lambda: len(named(whole.data, "gunicorn", but=[worker])) == 3, what="a new worker")
    assert whole.get("/healthz")[0] == 200
    assert {master, other} <= set(ours(whole.data))


def test_a_connection_is_kept_for_the_next_page(whole):
    """Whoever keeps connections to us, as a gateway does, must not post into one that we are just closing."""
    connection = http.client.HTTPConnection("127.0.0.1", whole.port, timeout=PATIENCE)
    connection.request("GET", "/healthz")
    connection.getresponse().read()
    kept = connection.sock

    time.sleep(4)  # more than gunicorn's own two seconds and the second in which it looks round
    connection.request("GET", "/healthz")

    assert (connection.getresponse().read(), connection.sock) == (b"ok", kept)
    connection.close()


@pytest.mark.parametrize(
    "command",
    [SERVE, [PYTHON, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]],
    ids=["serve", "gunicorn"],
)
def test_the_demo_is_refused_on_an_address_others_can_reach(data, command):
    data.mkdir()
    values = {"DEMO": "1", "HOST": "0.0.0.0", "PORT": str(free_port())}

    done = subprocess.run(command, cwd=ROOT, env=environment(data, **values), capture_output=True, text=True, timeout=PATIENCE)

    assert done.returncode != 0
    assert "loopback" in done.stderr
    assert ours(data) == {}


def test_a_port_in_use_is_named_with_the_next_one_to_try(whole, tmp_path):
    second = environment(tmp_path / "second", PORT=str(whole.port), DEMO="0")

    done = subprocess.run(SERVE, cwd=ROOT, env=second, capture_output=True, text=True, timeout=PATIENCE)

    assert done.returncode == 2
    assert f"PORT={whole.port + 1}" in done.stderr
    assert whole.get("/healthz")[0] == 200
