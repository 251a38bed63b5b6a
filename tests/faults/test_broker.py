"""Redis goes away and comes back: pages answer all the while, and the next ring of beat does the work that waited."""

import http.cookiejar
import re
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

import pytest
import redis

from tests.faults.portals import CELERY, Portal, of_compose
from tests.faults.seed import FINDINGS
from tests.processes import free_port, wait_for

pytestmark = [pytest.mark.server, pytest.mark.celery]


class OwnRedis:
    """A server of the test's own, which keeps nothing: what it loses is lost."""

    def __init__(self, folder):
        self.port, self.folder, self.process = free_port(), folder, None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        wait_for(self.answers, what="redis-server")

    def answers(self):
        try:
            return redis.Redis.from_url(self.url).ping()
        except redis.exceptions.ConnectionError:
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


class Browser:
    """Keeps cookies, sends the token with each form."""

    def __init__(self, address):
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path):
        return self._status(path, None)

    def post(self, path, **fields):
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), "")
        return self._status(path, urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token}).encode())

    def _status(self, path, data):
        try:
            with self.opener.open(self.address + path, data, timeout=20) as answer:
                return answer.status, answer.url.removeprefix(self.address)
        except urllib.error.HTTPError as error:
            return error.code, path
        except OSError:
            return 0, path


@contextmanager
def portal_with(own, tmp_path, empty_portal, static_root):
    """Web, worker and beat as docker-compose.yml starts them."""
    port = free_port()
    with empty_portal.copied(tmp_path / "data", "broker") as database:
        values = database | {"REDIS_URL": own.url, "PORT": str(port), "STATIC_ROOT": static_root}
        commands = CELERY | {"web": of_compose("web")}
        portal = Portal(commands, data=tmp_path / "data", EMAIL_URL="dummymail://", **values)
        try:
            portal.run("-m", "tests.faults.seed", "rows")
            portal.start()
            yield portal, Browser(f"http://127.0.0.1:{port}")
        finally:
            portal.end()


def reminded(portal):
    return portal.sql("SELECT count(*) FROM inspections_reminder")[0][0]


def everything_answers(browser, campaign):
    """A visitor signs in, reads and posts: each status, in turn."""
    browser.cookies.clear()
    return [
        browser.get("/healthz")[0],
        browser.get("/sign-in/")[0],
        browser.post("/sign-in/", username="clerk", password="示范-口令-2026"),
        browser.get(f"/c/{campaign}/findings/")[0],
        browser.get("/messages/")[0],
        browser.post("/messages/read/"),
    ]


def test_without_redis_pages_answer_and_with_it_back_the_waiting_work_is_done(tmp_path, empty_portal, static_root):
    own = OwnRedis(tmp_path)
    own.start()
    try:
        with portal_with(own, tmp_path, empty_portal, static_root) as (portal, browser):
            ((campaign,),) = portal.sql("SELECT id FROM campaigns_campaign WHERE name = 'c9'")
            wait_for(lambda: browser.get("/readyz")[0] == 200, what="every sweep has run")
            with_redis = everything_answers(browser, campaign)
            assert [answer if isinstance(answer, int) else answer[0] for answer in with_redis] == [200] * 6

            own.kill()
            portal.start_campaign(0)

            assert everything_answers(browser, campaign) == with_redis
            assert browser.get("/readyz")[0] == 503  # not 500: it says what is late
            assert {name for name, process in portal.running.items() if process.poll() is not None} == set()
            assert reminded(portal) == 0  # beat rings in vain; nothing is lost, the row waits

            own.start()
            try:
                wait_for(lambda: reminded(portal) == FINDINGS, what="the next ring of beat")
                wait_for(lambda: browser.get("/readyz")[0] == 200, what="every sweep has run again")
                assert {name for name, process in portal.running.items() if process.poll() is not None} == set()
            except AssertionError as error:
                raise AssertionError(f"{error}\n{portal.logs()}") from None
            assert not re.search(r"Internal Server Error", portal.logs())
    finally:
        own.kill()
