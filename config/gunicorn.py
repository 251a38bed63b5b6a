"""The web server's settings, the same under `make run` and in the image."""

import ipaddress
import os
import signal

from config.processes import die_with_parent

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
worker_class = "gthread"
preload_app = True  # the pages are imported once, not by each worker
keepalive = 75  # longer than a gateway keeps an idle connection (60 s): it never posts into one that we are just closing
timeout = 120
graceful_timeout = 10
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_demo() -> bool:
    return os.environ.get("DEMO", "").lower() in ("1", "true", "yes", "on", "y", "t", "ok")


def on_starting(server) -> None:
    hosts = [address.rpartition(":")[0] for address in server.cfg.bind]
    if is_demo() and not all(is_loopback(host) for host in hosts):
        raise SystemExit("演示模式只能在本机打开 / demo mode runs on the loopback address only")


def post_fork(server, worker) -> None:
    die_with_parent(signal.SIGKILL, server.pid)
