"""Files in parts and dropped files, in the system's Chromium: the script against a server that loses the line."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = "".join(f"<script>{(ROOT / 'static' / 'js' / name).read_text()}</script>" for name in ("app.js", "upload.js"))
FORM = """
<form method="post" action="/done/" data-uploads="/start/"><input type="hidden" name="csrfmiddlewaretoken" value="t">
<label class="drop"><input type="file" id="f" name="files" multiple></label><ul data-chosen-for="f" data-too-big="big"></ul>
<div data-sending data-one="{name} {percent}" data-again="again {percent}" data-stopped="stopped {percent}"
  data-refused="{name} refused: {why}" hidden><progress max="100"></progress><span></span></div>
<button name="go" value="1">go</button></form>
"""
PART = 4

pytestmark = pytest.mark.browser


class Server:
    """Answers like checklists/views/uploads.py; loses the line at the parts named in `breaks`."""

    def __init__(self, breaks=(), refuse=""):
        self.breaks, self.refuse, self.kept, self.sent, self.form = list(breaks), refuse, {}, 0, None

    def answer(self, route):
        request = route.request
        if request.url.endswith("/start/"):
            if self.refuse:
                return self._json(route, {"why": self.refuse}, 422)
            size = int(re.search(r'name="size"\r\n\r\n(\d+)', request.post_data)[1])
            key = f"key{len(self.kept)}"
            self.kept[key] = {"size": size, "data": b""}
            return self._json(route, self._told(key))
        if "/part/" in request.url:
            return self._part(route, request.url.rsplit("/", 1)[1])
        if request.url.endswith("/done/"):
            self.form = request.post_data
        return route.fulfill(body=f"<!doctype html>{SCRIPTS}{FORM}", content_type="text/html; charset=utf-8")

    def _part(self, route, key):
        if route.request.method == "POST":
            self.sent += 1
            if self.sent in self.breaks:
                return route.abort()
            assert int(route.request.headers["upload-offset"]) == len(self.kept[key]["data"])
            self.kept[key]["data"] += route.request.post_data_buffer
        return self._json(route, self._told(key))

    def _told(self, key):
        row = self.kept[key]
        return {"key": key, "offset": len(row["data"]), "size": row["size"], "part": PART, "url": f"/part/{key}"}

    def _json(self, route, data, status=200):
        return route.fulfill(body=json.dumps(data), content_type="application/json", status=status)


@pytest.fixture
def open_page(shell):
    pages = []

    def make(server):
        page = shell.new_page()
        pages.append(page)
        page.route("**/*", server.answer)
        page.goto("http://portal.test/")
        return page

    yield make
    for page in pages:
        page.close()


def choose(page, *bodies):
    page.set_input_files("#f", [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": body} for n, body in enumerate(bodies)])


def test_files_go_in_parts_and_the_form_goes_without_them(open_page):
    server = Server()
    page = open_page(server)

    choose(page, b"0123456789", b"abc")
    with page.expect_navigation():
        page.click("button")

    assert [row["data"] for row in server.kept.values()] == [b"0123456789", b"abc"]
    assert re.findall(r'name="uploads"\r\n\r\n(\w+)|uploads=(\w+)', server.form) != []
    assert server.form.count("key0") == server.form.count("key1") == 1
    assert "0123456789" not in server.form
    assert "go=1" in server.form


def test_a_broken_line_goes_on_where_it_stopped(open_page):
    server = Server(breaks=[2])
    page = open_page(server)

    choose(page, b"0123456789")
    with page.expect_navigation(timeout=15000):
        page.click("button")

    assert server.kept == {"key0": {"size": 10, "data": b"0123456789"}}
    assert server.sent == 4  # three parts, one of them twice


def test_a_refusal_is_said_and_nothing_is_sent(open_page):
    server = Server(refuse="too large")
    page = open_page(server)

    choose(page, b"0123456789")
    page.click("button")

    page.wait_for_selector("[data-sending]:not([hidden])")
    assert page.inner_text("[data-sending] span") == "0.jpg refused: too large"
    assert server.form is None


def test_dropped_files_are_added_to_those_chosen(open_page):
    page = open_page(Server())
    choose(page, b"a")

    page.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.items.add(new File(["b"], "dropped.jpg", {type: "image/jpeg"}));
          document.querySelector(".drop").dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: carried}));
        }"""
    )

    assert page.evaluate("Array.from(document.querySelector('#f').files, (file) => file.name)") == ["0.jpg", "dropped.jpg"]
    assert page.locator("li").count() == 2
