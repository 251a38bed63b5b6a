"""Each role of the demo follows its links three deep; each page is looked at on the desk and on the phone.

In the suite one or two pages of each pattern of address; `make crawl` follows every link.
"""

import os
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest

from config.setup.assets import SHEET
from config.setup.styles import CUT
from tests.walks.classes import classes_in
from tests.walks.dry import HEADER

pytestmark = [pytest.mark.browser, pytest.mark.server]

PLACES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
DESK, PHONE = PLACES.values()
RETRIES = 2  # of a kept connection that the server closes at that very moment; a browser does so by itself
DEEP = 3  # links from the start page
EVERY = 10**6 if os.environ.get("CRAWL") == "every" else 0  # pages of one pattern
FILE = re.compile(
    r"\.pdf$|/files?/|/export/|/signature/|/api/|/dossiers/\d|/template/|/marked/|/sheet/|\.ics$"
)  # fetched beside the page: a browser shows or keeps it

# Who walks: campaign of the demo, role, pages of one pattern of address: two for those who meet most states of a row.
COUNTY, UNIT, CITY, PORTAL = "示范县文明县创建", "县政务服务局文明单位创建", "示范市文明城市创建", "系统管理员"
WALKS = [
    (COUNTY, "创建办", 2),
    (COUNTY, "领导", 2),
    (COUNTY, "督查员", 2),
    (COUNTY, "负责人", 2),
    (COUNTY, "联络员", 2),
    (UNIT, "创建办", 1),
    (UNIT, "负责人", 1),
    (CITY, "创建办", 1),
    (PORTAL, "", 2),
]

# Latin words that are data or names of things, not sentences of ours.
LATIN = [
    r"(?<![0-9A-Za-z])(?:SHA-256(?![0-9A-Za-z])|[0-9a-f]{64})",  # codes of files against changes, and their method
    r"[^\s（(]+\.(?:xlsx|pdf|jpe?g|png|docx?|txt)(?![A-Za-z])",  # names of files
    r"\S+@\S+",  # mail addresses
    r"https?://\S+",  # a one-time link
    r"(?<![A-Za-z])(?:[a-z]+\d+|keeper)(?![A-Za-z])",  # accounts of the demo: c001
    r"(?<![A-Za-z])(?:PDF|Excel|Word|ZIP|JSON|CSV|csv|docx|xlsx|xls|KB|MB)(?![A-Za-z])",  # kinds and sizes of files
    r"(?<![A-Za-z])(?:Alt|Ctrl|Enter)(?![A-Za-z])",  # keys
    r"(?<![A-Za-z])English(?![A-Za-z])",  # the language's name in itself
    r"(?<![A-Za-z])(?:True|False|Search)(?![A-Za-z])",  # what Django's admin calls its pictures, in every language
]
WORD = re.compile(r"[A-Za-z]{2,}")

LOOK = """() => {
  const shown = (element) => element.closest("script, style, template") === null;
  const said = [...document.querySelectorAll("[title], [placeholder], [aria-label], img[alt], [data-confirm], [data-copied]")]
    .filter(shown)
    .flatMap((element) => ["title", "placeholder", "aria-label", "alt", "data-confirm", "data-copied"].map((name) => element.getAttribute(name) || ""));
  const choices = [...document.querySelectorAll("option")].map((option) => option.textContent);
  const folded = [...document.querySelectorAll("details:not([open])")].map((fold) => fold.textContent);
  const bare = [...document.querySelectorAll("main table > tbody, main ul:not(.object-tools), main ol:not(.crumbs)")]
    .filter((list) => list.children.length === 0 && !list.hasAttribute("data-chosen-for") && !(list.closest(".panel") || list.parentElement).querySelector(".empty"))
    .map((list) => list.closest("[id]") ? list.closest("[id]").id + " " + list.className : list.outerHTML.slice(0, 80));
  return {
    text: [document.title, document.body.innerText, ...said, ...choices, ...folded].join("\\n"),
    links: [...document.querySelectorAll("a[href]")].map((link) => link.href),
    suggestions: document.querySelector("a[href*='/suggestions/']") !== null || location.pathname === "/suggestions/",
    classes: [...new Set([...document.querySelectorAll("[class]")].flatMap((element) => [...element.classList]))],
    bare,
  };
}"""
WIDTH = """() => {
  const [width, room] = [document.documentElement.scrollWidth, window.innerWidth];
  const beyond = (e) => e.getBoundingClientRect().right > room + 1 && !e.closest(".scroll, .visually-hidden");
  const widest = width > room ? [...document.querySelectorAll("body *")].filter(beyond).slice(0, 3) : [];
  return [width, room, widest.map((e) => e.tagName + "." + e.className), document.body.innerText];
}"""

# What each button of the page would send, as the browser would; one row of a bulk form is picked.
BUTTONS = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const first = document.querySelector("input[name=pick]");
  if (first) first.checked = true;
  return all("form").filter((form) => form.method === "post").flatMap((form) => {
    const buttons = [...form.elements].filter((e) => e.tagName === "BUTTON" && e.type === "submit");
    const typed = [...form.elements].some((e) => e.tagName === "INPUT" && e.type !== "hidden");  // sent by Enter
    return (buttons.length ? buttons : typed ? [null] : []).map((button) => {
      const data = new FormData(form);
      if (button && button.name) data.append(button.name, button.value);
      const fields = [...data].filter(([, value]) => typeof value === "string");
      return {
        action: (button && button.getAttribute("formaction")) ? button.formAction : (form.getAttribute("action") ? form.action : location.href),
        word: button ? (button.innerText || button.getAttribute("aria-label") || "").trim() : "",
        name: button ? button.name + "=" + button.value : "",
        fields,
      };
    });
  });
}"""


def pattern(address: str) -> tuple:
    """Addresses of one kind: /c/1/findings/7/?view=late and /c/2/findings/9/?view=all are one."""
    parts = urlsplit(address)
    path = re.sub(r"\d+", "n", parts.path)
    return path, tuple(
        sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True) if name not in ("page", "campaign"))
    )


@cache
def undressed() -> set[str]:
    """Classes that Tabler has rules for and the sheet cut from it has not: on no page."""
    return classes_in(SHEET.read_text()) - classes_in(CUT.read_text())


def words(text: str) -> list[str]:
    for allowed in LATIN:
        text = re.sub(allowed, " ", text)
    return sorted(set(WORD.findall(text)))


@dataclass
class Crawl:
    """One person's way through the pages, and what was wrong on it."""

    page: object
    base: str
    times: int = 1  # pages of one pattern of address
    wrong: list[str] = field(default_factory=list)
    seen: set = field(default_factory=set)
    patterns: Counter = field(default_factory=Counter)
    pressed: set = field(default_factory=set)

    def __post_init__(self):
        self.page.on("request", lambda request: self.asked(request.url))
        self.page.on("console", lambda message: message.type == "error" and self.note(message.text))
        self.page.on("pageerror", lambda error: self.note(f"script: {error}"))

    def note(self, text):
        self.wrong.append(f"{urlsplit(self.page.url)._replace(scheme='', netloc='').geturl()}: {text}")

    def asked(self, address):
        if not address.startswith((self.base, "data:", "blob:")):
            self.note(f"asks for {address}")

    def walk(self, start):
        waiting = deque([(start, 0)])
        self.patterns[pattern(start)] += 1
        while waiting:
            address, depth = waiting.popleft()
            links = self.look(address)
            if depth == DEEP:
                continue
            for link in links:
                link = link.partition("#")[0]
                if not link.startswith(self.base + "/") or link in self.seen or self.patterns[pattern(link)] >= self.times:
                    continue
                self.seen.add(link)
                self.patterns[pattern(link)] += 1
                waiting.append((link, depth + 1))
        return self

    def look(self, address):
        """The page at both widths, then its buttons; its links."""
        found = self.seen_at(address)
        if found is None:
            return []
        if not found["suggestions"] and "/admin/" not in address:
            self.note("no link to suggestions")
        for button in self.page.evaluate(BUTTONS):
            self.press(button)
        return found["links"]

    def seen_at(self, address):
        """What the desk shows. The page comes in the width of the last one's end: one drawing less."""
        if not self.opened(address):
            return None
        found = None
        for place, size in sorted(PLACES.items(), key=lambda one: one[1] != self.page.viewport_size):
            if size != self.page.viewport_size:
                self.page.set_viewport_size(size)
            if size == DESK:
                found = self.page.evaluate(LOOK)
                self.said(found)
            self.measured(place)
        return found

    def said(self, found):
        if latin := words(found["text"]):
            self.note(f"not Chinese: {' '.join(latin)}")
        for place in found["bare"]:
            self.note(f"an empty list says nothing: {place}")
        if plain := undressed().intersection(found["classes"]):
            self.note(f"no style for: {' '.join(sorted(plain))}")

    def opened(self, address):
        """True for a page; a file is fetched beside it."""
        is_file = FILE.search(urlsplit(address).path)
        answer = self.page.context.request.get(address, max_retries=RETRIES) if is_file else self.page.goto(address)
        if answer.status != 200:
            self.wrong.append(f"{address}: {answer.status}")
        return answer.status == 200 and answer.headers["content-type"].startswith("text/html")

    def measured(self, place):
        width, room, widest, text = self.page.evaluate(WIDTH)
        if place == "phone" and (latin := words(text)):  # what only the phone shows; the desk's is read with all that is hidden
            self.note(f"phone: not Chinese: {' '.join(latin)}")
        if width > room:
            self.note(f"{place}: {width} wide in {room}: {widest}")

    def press(self, button):
        """Each kind of button once: refused to nobody who is shown it."""
        kind = (pattern(button["action"]), button["name"])
        if kind in self.pressed:
            return None
        self.pressed.add(kind)
        answer = self.page.context.request.post(
            button["action"],
            data=urlencode([(name, value) for name, value in button["fields"]]),
            headers={"Content-Type": "application/x-www-form-urlencoded", HEADER: "1"},
            max_redirects=0,
            max_retries=RETRIES,  # nothing is done twice: the first was dry too
        )
        if answer.status not in (200, 302, 422):
            self.note(f"button {button['word']!r} ({button['name']}) answers {answer.status}")
        return answer.status


def signed_in(browser, server, campaign, role):
    """A page on which this person of the demo has come in by their door."""
    page = browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{server.address}/sign-in/")
    page.locator(".panel-part", has_text=campaign).locator("button", has_text=role).first.click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)
    return page


@pytest.fixture(scope="module")
def keeper(shell, demo_server):
    page = signed_in(shell, demo_server, PORTAL, "")
    yield page
    page.context.close()


def suggest(page, text):
    """What a person wishes for, by the link of the page they are on."""
    page.locator("a[href*='/suggestions/']").first.click()
    page.fill("textarea", text)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/suggestions/" not in address)


@pytest.mark.parametrize(("campaign", "role", "times"), WALKS)
def test_pages_of_a_role_are_whole_on_the_desk_and_on_the_phone(shell, demo_server, keeper, campaign, role, times):
    page = signed_in(shell, demo_server, campaign, role)
    start, wish = page.url, f"{campaign}{role}：希望少填一遍"

    crawl = Crawl(page, demo_server.address, EVERY or times)
    crawl.walk(start)
    page.goto(start)
    suggest(page, wish)

    assert not crawl.wrong, "\n".join(crawl.wrong)
    keeper.goto(f"{demo_server.address}/admin/accounts/feedback/?q={quote(wish)}")
    assert keeper.locator("#result_list tbody tr").count() == 1
    page.context.close()


def test_the_sign_in_page_is_whole_without_a_person(shell, demo_server):
    page = shell.new_context(viewport=DESK, locale="zh-CN").new_page()
    crawl = Crawl(page, demo_server.address)

    found = crawl.seen_at(f"{demo_server.address}/sign-in/")

    assert found is not None
    assert not crawl.wrong, "\n".join(crawl.wrong)
    page.context.close()


# --- the net has no holes ---------------------------------------------------------------------------

WRONG = """<!doctype html><title>页</title><main><p>Hello there</p><div style="width: 2000px">宽</div><ul id="rows"></ul>
<b class="navbar-vertical card"></b><img src="http://outside.test/x.png" alt=""><a href="/next/">下一页</a></main>"""


def test_what_is_wrong_on_a_page_is_noted(shell):
    page = shell.new_context(viewport=DESK).new_page()
    page.route("**/*", lambda route: route.fulfill(body=WRONG, content_type="text/html; charset=utf-8"))
    crawl = Crawl(page, "http://portal.test")

    links = crawl.look("http://portal.test/")

    assert links == ["http://portal.test/next/"]
    assert [re.sub(r": \[.*", "", line) for line in crawl.wrong] == [
        "/: asks for http://outside.test/x.png",
        "/: not Chinese: Hello there",
        "/: an empty list says nothing: rows ",
        "/: no style for: navbar-vertical",
        "/: desk: 2008 wide in 1440",
        "/: phone: not Chinese: Hello there",
        "/: phone: 2008 wide in 390",
        "/: no link to suggestions",
    ]
    page.context.close()


def test_a_button_is_tried_without_a_trace_and_a_refused_one_is_noted(shell, demo_server, keeper):
    page = signed_in(shell, demo_server, COUNTY, "负责人")
    crawl = Crawl(page, demo_server.address)
    start, wish = page.url, "试按，不留痕"
    page.goto(f"{demo_server.address}/suggestions/")
    page.fill("textarea", wish)
    (button,) = [button for button in page.evaluate(BUTTONS) if button["action"].endswith("/suggestions/")]

    assert (crawl.press(button), crawl.wrong) == (302, [])
    crawl.press(button | {"action": f"{start}duties/issue/"})

    assert [line.rpartition(" ")[2] for line in crawl.wrong] == ["403"]
    keeper.goto(f"{demo_server.address}/admin/accounts/feedback/?q={quote(wish)}")
    assert keeper.locator("#result_list tbody tr").count() == 0
    page.context.close()
