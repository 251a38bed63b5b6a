"""System libraries and programs: installed by apt where that is allowed, otherwise one line to run is printed."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

# What must be there -> the Debian and Ubuntu package that brings it.
RUNTIME = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",  # without it WeasyPrint subsets fonts ten times slower
    "libfontconfig.so.1": "fontconfig",
    "msgfmt": "gettext",
}
TESTS = {
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
    "libatomic.so.1": "libatomic1",  # Playwright's own program links it; a bare system has none
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc": "fonts-wqy-microhei",  # Chinese in the browser's pages
}
# The same where a distribution packages it: the crawl's browser without a window needs a quarter less time.
FASTER = {"chromium-headless-shell": "chromium-headless-shell"}


def install(*, tests: bool = False) -> None:
    """Leaves when everything is there; without the right to install, `RUNTIME` stops the set-up and `TESTS` does not."""
    needed, wanted = missing(RUNTIME), missing(TESTS) + _packaged(missing(FASTER)) if tests else []
    if not needed + wanted:
        return
    if (apt := _apt()) is None:
        print(f"请先运行 / please run first:\n    sudo apt-get install -y {' '.join(needed + wanted)}", flush=True)
        if needed:
            sys.exit(1)
        return
    print(f"正在安装系统组件 / installing system packages: {' '.join(needed + wanted)}", flush=True)
    command = [*apt, "install", "-y", "-qq", "--no-install-recommends", *needed, *wanted]
    if _quiet(command):  # an old package list, or none yet
        _quiet([*apt, "update", "-qq"])
        if _quiet(command) and missing(RUNTIME):
            sys.exit(f"安装失败 / could not install; try: sudo apt-get install -y {' '.join(needed)}")


def missing(table: dict[str, str]) -> list[str]:
    return [package for name, package in table.items() if not _is_there(name)]


def _packaged(packages: list[str]) -> list[str]:
    """Those that the distribution's package lists hold."""
    if not packages or shutil.which("apt-cache") is None:
        return []
    return [name for name in packages if subprocess.run(["apt-cache", "show", name], capture_output=True).returncode == 0]


def _is_there(name: str) -> bool:
    if name.startswith("/"):
        return Path(name).exists()
    if ".so" not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _apt() -> list[str] | None:
    """apt-get as we may call it; None where there is none or we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if shutil.which("sudo") and _quiet(["sudo", "-n", "true"]) == 0:
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return None


def _quiet(command: list[str]) -> int:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode and "sudo" not in command[:1]:
        print(done.stdout.decode(errors="replace")[-2000:], file=sys.stderr, flush=True)
    return done.returncode
