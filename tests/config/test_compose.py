"""docker-compose.yml without a container engine: what it names exists, and its commands run as plain processes."""

import os
import re
import subprocess
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import pytest
import yaml

from config.setup import envfile
from tests.processes import PATIENCE, ROOT, environment, free_port, get, ours, own_postgres, own_redis, started, wait_for

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["prepare", "web", "worker", "beat"]
EXAMPLE = envfile.read(ROOT / ".env.example")
READERS = ["config/settings.py", "config/gunicorn.py", "config/serve.py"]


def names_read(text):
    """Names of the environment variables a source reads."""
    return set(re.findall(r"""(?:env\.?\w*\(|environ\.get\(|environ\[)\s*["']([A-Z_]+)["']""", text)) - {"MAKELEVEL"}


def names_in_compose():
    text = (ROOT / "docker-compose.yml").read_text()
    return set(re.findall(r"\$\{(\w+)", text)) | names_read(text)


def test_the_services_are_those_of_an_office():
    assert set(SERVICES) == {"db", "redis", "prepare", "web", "worker", "beat", "nginx"}
    assert {SERVICES[name]["image"] for name in OURS} == {"creation-portal"}
    assert {SERVICES[name]["build"] for name in OURS} == {"."}
    assert SERVICES["nginx"]["profiles"] == ["nginx"]


def test_the_gateway_lets_through_what_the_portal_refuses_in_a_sentence():
    most = re.search(r"client_max_body_size (\d+)m;", (ROOT / "deploy/nginx.conf").read_text())[1]

    assert int(most) > 60 + 1  # a sheet of 60 MB and what a form wraps around it


def test_every_service_waited_for_exists_and_has_the_health_check_it_is_asked_for():
    for service in SERVICES.values():
        waits = service.get("depends_on", [])
        for name in waits:
            assert name in SERVICES
            if isinstance(waits, dict) and waits[name]["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[name]


def test_every_volume_and_mounted_file_exists():
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = {mount for mount in mounts if not mount.startswith(".")}

    assert named == set(COMPOSE["volumes"])
    assert all((ROOT / mount).exists() for mount in mounts if mount.endswith(".conf"))


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name):
    command = SERVICES[name]["command"]

    modules = [after for before, after in zip(command, command[1:], strict=False) if before in ("-m", "-A")]
    modules += [word for word in command if word == "config.wsgi"]
    files = [after for before, after in zip(command, command[1:], strict=False) if before == "--config"]
    assert command[0] in ("python", "celery")
    assert modules
    assert all(find_spec(module) for module in modules)
    assert all((ROOT / file).is_file() for file in files)


def test_the_image_starts_what_web_starts_and_copies_what_exists():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copies = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]

    assert [line for line in lines if line.startswith("CMD ")] == [f"CMD {SERVICES['web']['command']}".replace("'", '"')]
    assert all((ROOT / source).exists() for sources in copies for source in sources)


def test_every_variable_read_is_in_the_example_and_the_reverse():
    read = set().union(*(names_read((ROOT / name).read_text()) for name in READERS))

    assert (read | names_in_compose()) - set(EXAMPLE) == set()
    assert set(EXAMPLE) - (read | names_in_compose()) == set()


def test_the_example_is_safe_to_start_from():
    assert (EXAMPLE["DEBUG"], EXAMPLE["DEMO"], EXAMPLE["SECRET_KEY"]) == ("False", "False", "")
    assert EXAMPLE["SITE_URL"].startswith("https://")


@pytest.mark.server
@pytest.mark.celery
def test_the_same_commands_serve_a_page_and_sweep_over_postgresql_and_redis(tmp_path, static_root):
    """The sweeps can only be fresh through beat, broker and worker: no runner is started."""
    data, port = tmp_path / "data", free_port()
    with own_postgres("compose") as database, own_redis() as redis, ExitStack() as stack:
        values = EXAMPLE | {
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "DATA_DIR": str(data),
            "FONTS_DIR": str(ROOT / "var" / "fonts"),
            "STATIC_ROOT": static_root,
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        commands = {name: in_environment(SERVICES[name]["command"]) for name in OURS}
        data.mkdir()
        prepared = subprocess.run(
            commands["prepare"], cwd=ROOT, env=environment(data, **values), capture_output=True, text=True, timeout=PATIENCE
        )
        assert prepared.returncode == 0, prepared.stdout + prepared.stderr
        assert "https://portal.example.cn/start/" in prepared.stdout
        for name in ("web", "worker", "beat"):
            stack.enter_context(started(commands[name], data=data, log=tmp_path / name, **values))

        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: get(f"{address}/healthz") == (200, "ok"), what="web")
        logs = lambda: "\n".join((tmp_path / name).read_text()[-3000:] for name in ("web", "worker", "beat"))  # noqa: E731
        try:
            wait_for(lambda: get(f"{address}/readyz")[0] == 200, what="beat and worker sweep")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{get(f'{address}/readyz')}\n{logs()}") from None
        with psycopg2.connect(database) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
            assert cursor.fetchone()[0] > 10
    wait_for(lambda: not ours(data), what="all have ended")


def in_environment(command):
    """python and celery of this environment, as PATH says in the image."""
    folder = Path(os.sys.executable).parent
    return [str(folder / command[0]), *command[1:]]
