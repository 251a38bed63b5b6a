"""The virtual environment with the pinned packages; a stamp inside it tells what it holds."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def install(*, tests: bool = False) -> None:
    """`requirements.txt`, or with `tests` also `requirements-dev.txt`, exactly as pinned."""
    if not (VENV / "bin" / "pip").exists():
        print("正在创建虚拟环境 / creating the virtual environment", flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
        if made.returncode:
            sys.exit("请先运行 / please run first:\n    sudo apt-get install -y python3-venv")
    name = "requirements-dev.txt" if tests else "requirements.txt"
    stamp, wanted = VENV / f".{name}.stamp", _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"正在安装 Python 组件 / installing Python packages: {name}", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*pip, "-r", name], cwd=ROOT, check=True)
    stamp.write_text(wanted)
    if tests:  # what the tests need holds what the portal needs
        (VENV / ".requirements.txt.stamp").write_text(wanted)


def _fingerprint() -> str:
    texts = [(ROOT / name).read_bytes() for name in ("requirements.txt", "requirements-dev.txt")]
    return hashlib.sha256(b"".join([*texts, sys.version.encode()])).hexdigest()
