"""`make setup`: brings this machine to where the portal can start, doing only what is missing.

Runs on the standard library alone: the portal's own packages are among what it brings.
"""

import argparse
import subprocess
import sys

from config.setup import assets, messages, system, venv


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m config.setup", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also what the tests need")
    options = parser.parse_args()
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or newer is needed: make run PYTHON=python3.11")
    system.install(tests=options.tests)
    venv.install(tests=options.tests)
    assets.install()
    for part in ("fonts", "styles"):
        subprocess.run([venv.PYTHON, "-m", f"config.setup.{part}"], cwd=venv.ROOT, check=True)
    messages.build()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"Set-up stopped: {' '.join(map(str, error.cmd))} gave {error.returncode}.")
