"""Real servers on databases of their own."""

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.prepared import Prepared
from tests.processes import PYTHON, free_port, started, wait_for


@dataclass
class Server:
    address: str
    log: Path

    def said(self) -> str:
        return self.log.read_text()


@contextmanager
def serving(folder: Path, portal: Prepared, name: str, **values: str):
    """The one command on a copy of the portal, until it has said its address."""
    port, log, data = free_port(), folder / "log", folder / "data"
    with (
        portal.copied(data, name) as database,
        started([PYTHON, "-m", "config.serve"], data=data, log=log, PORT=str(port), **database, **values) as process,
    ):
        wait_for(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, seconds=240, what=f"{name} starts")
        assert process.poll() is None, log.read_text()
        yield Server(f"http://127.0.0.1:{port}", log)


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory, demo_portal, static_root):
    """The portal with the demo; requests may be dry (tests.walks.dry)."""
    values = {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "tests.walks.settings", "STATIC_ROOT": static_root}
    with serving(tmp_path_factory.mktemp("demo"), demo_portal, "walks_demo", **values) as server:
        yield server
