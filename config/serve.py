"""`python -m config.serve`: the whole portal as one command; web server and background runner under one parent.

The parent only starts, watches and stops: a child that ends is started again, later each time it ends at once.
Nothing of ours survives the parent: children ask the kernel for a signal at its end (config.processes).
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from config.gunicorn import is_demo, is_loopback
from config.processes import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
STOP_SECONDS = 12  # the web server's graceful time and a little
READY_SECONDS = 60
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0


@dataclass
class Child:
    """One process of ours, started again when it ends."""

    name: str
    command: list[str]
    at_death: signal.Signals  # what the kernel sends it when the parent is killed
    process: subprocess.Popen | None = None
    started: float = 0.0
    next_start: float = 0.0
    pause: float = field(default=0.5)

    def start(self) -> None:
        parent = os.getpid()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            process_group=0,  # a terminal's Ctrl-C reaches the parent alone, which passes it on
            preexec_fn=lambda: die_with_parent(self.at_death, parent),  # noqa: PLW1509
        )
        self.started = time.monotonic()

    def watch(self) -> None:
        now = time.monotonic()
        if self.process is not None and (code := self.process.poll()) is not None:
            self.pause = 0.5 if now - self.started > STEADY_SECONDS else min(self.pause * 2, LONGEST_PAUSE)
            self.process, self.next_start = None, now + self.pause
            print(f"{self.name} 已退出（{code}），{self.pause:.0f} 秒后重启 / ended, starting again", file=sys.stderr, flush=True)
        if self.process is None and now >= self.next_start:
            self.start()

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number) if number == signal.SIGKILL else self.process.send_signal(number)


class Parent:
    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.address = f"http://{host}:{port}"
        self.stopping = False
        web = [PYTHON, "-m", "gunicorn", "--config", "config/gunicorn.py", "--log-level", "warning", "config.wsgi"]
        self.children = [
            Child("网站 web", web, signal.SIGTERM),
            # Every sweep is safe to kill, and one in the middle of a mail must not outlive us.
            Child("后台 runner", [PYTHON, "manage.py", "run_jobs"], signal.SIGKILL),
        ]

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        if not self.prepared():
            return 0 if self.stopping else 1
        announced, deadline = False, time.monotonic() + READY_SECONDS
        try:
            while not self.stopping:
                for child in self.children:
                    child.watch()
                if not announced:
                    announced = self.announced(deadline)
                time.sleep(0.2)
        finally:
            self.end_children()
        return 0

    def prepared(self) -> bool:
        """Migrated, static files collected, demo filled; killed with us like every child."""
        steps = Child("准备 set-up", [PYTHON, "-m", "config.prepare"], signal.SIGKILL)
        steps.start()
        while steps.process.poll() is None:
            if self.stopping:
                steps.signal(signal.SIGKILL)
            time.sleep(0.1)
        return steps.process.returncode == 0 and not self.stopping

    def announced(self, deadline: float) -> bool:
        if _answers(f"{self.address}/healthz"):
            print(f"\n门户已启动，请在浏览器打开 / The portal is running, open in a browser:\n\n    {self.address}/\n")
            print("按 Ctrl-C 停止 / Ctrl-C stops it", flush=True)
            return True
        if time.monotonic() > deadline:
            print(f"{READY_SECONDS} 秒内没有应答，请看上面的信息 / no answer yet, see above", file=sys.stderr, flush=True)
            return True
        return False

    def stop(self, *_) -> None:
        self.stopping = True

    def end_children(self) -> None:
        for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5)):
            for child in self.children:
                child.signal(number)
            deadline = time.monotonic() + seconds
            running = [child.process for child in self.children if child.process is not None]
            while any(process.poll() is None for process in running) and time.monotonic() < deadline:
                time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  our own address
            return answer.status == 200
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError:
            return False
    return True


def main() -> int:
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    if is_demo() and not is_loopback(host):
        print("演示模式只能在本机打开：请去掉 HOST 或设 DEMO=0 / demo mode runs on the loopback address only", file=sys.stderr)
        return 2
    if not _is_free(host, port):
        print(f"端口 {port} 已被占用，请换一个，例如 / port in use, try: make run PORT={port + 1}", file=sys.stderr)
        return 2
    if "MAKELEVEL" in os.environ:  # started by make: end with it, however it ends
        die_with_parent(signal.SIGTERM, os.getppid())
    os.environ.setdefault("SITE_URL", f"http://{host}:{port}")
    return Parent(host, port).run()


if __name__ == "__main__":
    sys.exit(main())
