"""`make check`: everything that must hold before the tests are worth running; all of it runs, then the verdict."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from config.setup import envfile

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
PLACES = ("FONTS_DIR", "STATIC_ROOT")  # folders of the image


def commands() -> list[tuple[str, list[str]]]:
    manage = [PYTHON, "manage.py"]
    return [
        ("ruff check", [PYTHON, "-m", "ruff", "check", "--quiet", "."]),
        ("ruff format", [PYTHON, "-m", "ruff", "format", "--quiet", "--check", "."]),
        ("import order", [PYTHON, "-m", "pytest", "-q", "tests/test_architecture.py"]),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run", "--verbosity", "1"]),
        ("messages", [PYTHON, "-m", "config.setup.messages", "check"]),
        ("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"]),
    ]


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory() as data:
        # The values an office would start from, so that `check --deploy` judges those and not this machine's.
        values = {name: value for name, value in envfile.read(ROOT / ".env.example").items() if name not in PLACES}
        values = values | {"DATA_DIR": data, "DATABASE_URL": f"sqlite:///{data}/check.sqlite3", "REDIS_URL": ""}
        for name, command in commands():
            done = subprocess.run(command, cwd=ROOT, env=os.environ | values, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout.decode(errors="replace"), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
