"""`make lock`: pins what requirements*.in name, with hashes; no address of any index gets into the files."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = [
    "--quiet",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--strip-extras",
    "--allow-unsafe",
    "--no-header",
]


def lock(names: list[str]) -> None:
    for name in names:
        done = subprocess.run(
            [sys.executable, "-m", "piptools", "compile", *OPTIONS, "-o", f"{name}.txt", f"{name}.in"], cwd=ROOT
        )
        if done.returncode:
            sys.exit("pip-compile failed; `.venv/bin/pip install pip-tools` brings it.")


if __name__ == "__main__":
    lock(["requirements", "requirements-dev"])
