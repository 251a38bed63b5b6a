"""Real processes of ours for tests: started with their own data folder, found by it, always ended."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
import redis

from config.processes import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PATIENCE = 90  # seconds for what must happen at all: a busy machine is slow, one that has failed stays silent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_for(condition: Callable[[], object], *, seconds: float = PATIENCE, what: str = ""):
    """The first true answer of `condition`; the test fails when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what or condition}")


def get(address: str) -> tuple[int, str]:
    """Status and text; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def environment(data: Path, **values: str) -> dict[str, str]:
    """This process's, less what the test run itself was told; a process is known as ours by its DATA_DIR.

    Compiled modules are kept, as in an office: each process that compiles the portal anew loses a third of a second.
    """
    told = {"DATABASE_URL", "REDIS_URL", "DEMO", "DEBUG", "SITE_URL", "HOST", "PORT", "MAKELEVEL", "MAKEFLAGS", "MFLAGS"}
    told |= {"PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in os.environ.items() if name not in told}
    return kept | {"DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"} | values


def run(*arguments: str, data: Path, **values: str) -> None:
    """A command of ours that ends by itself."""
    done = subprocess.run(
        [PYTHON, *arguments], cwd=ROOT, env=environment(data, **values), capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr


def ours(data: Path) -> dict[int, str]:
    """Living processes started with this data folder: number and command line."""
    mark, found = f"DATA_DIR={data}\0".encode(), {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes() + b"\0" and (folder / "stat").read_text().rsplit(")", 1)[1][1] != "Z":
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


def parent_of(pid: int) -> int:
    return int(_stat_of(pid)[1])


def of_session(leader: int, data: Path) -> list[int]:
    """Those of ours(data) that the process started, whoever their parent is by now; others may share the folder."""
    return [pid for pid in ours(data) if _stat_of(pid)[3:4] == [str(leader)]]


def _stat_of(pid: int) -> list[str]:
    """State, parent, group, session and more; nothing of a process that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


@contextmanager
def started(command: list[str], *, data: Path, log: Path, **values: str):
    """The process of `command` in a session of its own; nothing of it is left behind."""
    data.mkdir(parents=True, exist_ok=True)
    parent = os.getpid()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(data, **values),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM, parent),  # a test run that is killed leaves nothing either
        )
    try:
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                process.send_signal(number)
            deadline = time.monotonic() + 15
            while of_session(process.pid, data) and time.monotonic() < deadline:
                process.poll()
                time.sleep(0.1)
            for pid in of_session(process.pid, data):
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    continue
        process.wait(10)


@contextmanager
def own_postgres(name: str):
    """Address of an empty database on the server of DATABASE_URL, dropped afterwards; skips where there is none."""
    address = make_postgres(name)
    try:
        yield address
    finally:
        drop_postgres(address)


def has_postgres() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def make_postgres(name: str, *, like: str = "") -> str:
    """Address of a new database, empty or a copy of the one at `like`, to which nobody may be connected."""
    if not has_postgres():
        pytest.skip("needs PostgreSQL: DATABASE_URL names none")
    server = os.environ["DATABASE_URL"]
    own = f"{name}_{os.getpid()}"
    template = urlsplit(like).path.strip("/") or "template1"
    _on_server(server, f'CREATE DATABASE "{own}" TEMPLATE "{template}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{own}"))


def drop_postgres(address: str) -> None:
    _on_server(address, f'DROP DATABASE "{urlsplit(address).path.strip("/")}" WITH (FORCE)')


def _on_server(server: str, statement: str) -> None:
    connection = psycopg2.connect(urlunsplit(urlsplit(server)._replace(path="/postgres")))
    try:
        connection.autocommit = True
        connection.cursor().execute(statement)
    finally:
        connection.close()


@contextmanager
def own_redis():
    """Address of a Redis number nobody uses, emptied afterwards; skips where REDIS_URL names no server."""
    server = os.environ.get("REDIS_URL", "")
    if not server:
        pytest.skip("needs Redis: REDIS_URL names none")
    taken = urlsplit(server).path.strip("/") or "0"
    for number in (number for number in range(15, 0, -1) if str(number) != taken):
        address = urlunsplit(urlsplit(server)._replace(path=f"/{number}"))
        client = redis.Redis.from_url(address)
        if client.dbsize() == 0 and client.set("claimed", os.getpid(), nx=True, ex=900):
            break
    else:
        raise AssertionError("every Redis number is in use")
    try:
        yield address
    finally:
        client.flushdb()
