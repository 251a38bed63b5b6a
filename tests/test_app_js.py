"""The small script around forms, in the system's Chromium."""

from pathlib import Path

import pytest

SCRIPT = (Path(__file__).resolve().parent.parent / "static" / "js" / "app.js").read_text()
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"

pytestmark = pytest.mark.browser


@pytest.fixture
def open_page(shell):
    """open_page(html) -> a page with the script in its head and a record of what was sent."""
    pages = []

    def make(html):
        page = shell.new_page()
        pages.append(page)
        page.route(
            "**/*",
            lambda route: route.fulfill(
                body=f"<!doctype html><script>{SCRIPT}</script>{html}", content_type="text/html; charset=utf-8"
            ),
        )
        page.goto("http://portal.test/")
        return page

    yield make
    for page in pages:
        page.close()


ROWS = """
<table><thead><tr><th><input type="checkbox" data-pick-all></th></tr></thead><tbody>
<tr id="a"><td><input type="checkbox" name="pick" value="1" form="bulk"></td></tr>
<tr id="b"><td><input type="checkbox" name="pick" value="2" form="bulk"></td></tr></tbody></table>
<form id="bulk" data-bulk><b data-bulk-count></b><button type="button" data-pick-none>none</button></form>
"""


def test_the_bulk_bar_counts_the_ticks_and_hides_without_any(open_page):
    page = open_page(ROWS)
    bar = page.locator("#bulk")
    assert bar.get_attribute("data-empty") == ""

    page.check("#b input")
    assert (bar.get_attribute("data-empty"), page.inner_text("[data-bulk-count]")) == (None, "1")
    assert page.get_attribute("#b", "class") == "picked"

    page.check("[data-pick-all]")
    assert page.inner_text("[data-bulk-count]") == "2"

    page.click("[data-pick-none]")
    assert bar.get_attribute("data-empty") == ""


CARRIED = """
<form id="save" method="post"></form><input name="name" form="save" data-carried value="old">
<input name="edition" form="save" data-carried value=""><form id="other" method="post"><input name="do" value="know"></form>"""


def test_what_is_typed_in_a_carried_field_goes_along_with_another_form(open_page):
    page = open_page(CARRIED)
    sent = "id => Array.from(new FormData(document.getElementById(id))).flat().join()"
    assert page.evaluate(sent, "other") == "do,know"

    page.fill("[name=name]", "new")

    assert (page.evaluate(sent, "other"), page.evaluate(sent, "save")) == ("do,know,name,new,edition,", "name,new,edition,")


def test_what_went_wrong_is_brought_into_sight_where_a_form_comes_back_further_down(open_page):
    page = open_page(
        "<style>html { scroll-behavior: smooth }</style>"
        '<main><p role="alert">wrong</p><svg height="3000"></svg><p id="part">part</p><svg height="3000"></svg></main>'
    )
    page.goto("http://portal.test/?again#part")

    page.wait_for_timeout(1500)  # longer than the browser glides

    assert page.evaluate("document.querySelector('[role=alert]').getBoundingClientRect().top") >= 0


UNSENT = """
<form method="post" action="/add" data-unsent="Go on without it?"><input type="file" name="files"><textarea name="caption"></textarea>
<button id="add">add</button></form><form method="post" action="/move"><button id="move">hand in</button></form>"""
PHOTO = {"name": "一.png", "mimeType": "image/png", "buffer": b"png"}
FILLED = {
    "nothing": lambda page: None,
    "a file": lambda page: page.set_input_files("[name=files]", PHOTO),
    "words": lambda page: page.fill("[name=caption]", "现场"),
}


@pytest.mark.parametrize(
    ("filled", "button", "goes_on", "asked", "sent"),
    [
        ("nothing", "move", False, [], ["/move"]),
        ("a file", "move", False, ["Go on without it?"], []),
        ("words", "move", False, ["Go on without it?"], []),
        ("words", "move", True, ["Go on without it?"], ["/move"]),
        ("words", "add", False, [], ["/add"]),
    ],
)
def test_what_was_not_added_yet_is_asked_about_before_another_form_goes(open_page, filled, button, goes_on, asked, sent):
    page, questions, posted = open_page(UNSENT), [], []
    page.on("dialog", lambda box: (questions.append(box.message), box.accept() if goes_on else box.dismiss()))
    page.on("request", lambda request: request.method == "POST" and posted.append(request.url.partition(".test")[2]))
    FILLED[filled](page)

    page.click(f"#{button}")
    page.wait_for_load_state()

    assert (questions, posted) == (asked, sent)


def test_chosen_files_are_named_and_pictures_are_shown(open_page):
    page = open_page('<input type="file" id="f" multiple><ul data-chosen-for="f" data-too-big="too big"></ul>')

    page.set_input_files(
        "#f",
        [
            {"name": "before.png", "mimeType": "image/png", "buffer": b"x" * 2048},
            {"name": "list.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": b"x" * 100},
        ],
    )

    assert page.locator("li").all_inner_texts() == ["before.png · 2 KB", "list.xlsx · 1 KB"]
    assert page.locator("li img").count() == 1


FORM = """
<form method="post" action="/" target="out"><input type="hidden" name="key" value="made-by-the-server" data-tap-key>
<input name="text"><button>save</button></form><iframe name="out"></iframe>
"""


def test_a_second_tap_sends_nothing_and_a_changed_form_gets_a_new_key(open_page):
    page = open_page(FORM)
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.post_data))

    page.fill("input[name=text]", "bin")
    page.evaluate("() => { const b = document.querySelector('button'); b.click(); b.click(); }")
    page.wait_for_timeout(200)
    assert sent == ["key=made-by-the-server&text=bin"]

    page.fill("input[name=text]", "another bin")
    assert page.evaluate(f"new RegExp('{UUID}').test(document.querySelector('[name=key]').value)")


def test_a_second_tap_reaches_htmx_only_once(open_page):
    page = open_page(FORM)
    page.evaluate(
        """() => {
          window.heard = 0;
          document.querySelector("form").addEventListener("submit", (event) => { window.heard += 1; event.preventDefault(); });
          const b = document.querySelector("button"); b.click(); b.click();
        }"""
    )
    assert page.evaluate("window.heard") == 1

    page.evaluate("() => document.querySelector('form').dispatchEvent(new CustomEvent('htmx:afterRequest', {bubbles: true}))")
    page.click("button")
    assert page.evaluate("window.heard") == 2


def test_a_no_stops_what_was_asked_about(open_page):
    page = open_page('<form method="post" action="/"><button data-confirm="Void it?">void</button></form>')
    asked, sent = [], []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))

    page.click("button")
    page.wait_for_timeout(100)

    assert (asked, sent) == (["Void it?"], [])


def test_text_is_copied_without_https(open_page):
    page = open_page(
        '<textarea id="t" readonly>3 due</textarea><button type="button" data-copy="#t" data-copied="copied">copy</button><textarea id="p"></textarea>'
    )

    page.click("button")
    page.focus("#p")
    page.keyboard.press("Control+v")

    assert (page.inner_text("button"), page.input_value("#p")) == ("copied", "3 due")


def test_a_quick_phrase_is_added_to_what_was_typed(open_page):
    page = open_page('<textarea id="t"></textarea><button type="button" data-fill="#t">积水</button>')

    page.click("button")
    page.click("button")

    assert page.input_value("#t") == "积水，积水"


def test_a_menu_closes_on_escape_and_on_a_tap_elsewhere(open_page):
    page = open_page('<details class="menu"><summary>m</summary><ul><li>x</li></ul></details><p id="p">text</p>')

    page.click("summary")
    page.keyboard.press("Escape")
    assert page.get_attribute("details", "open") is None

    page.click("summary")
    page.click("#p")
    assert page.get_attribute("details", "open") is None


def test_a_part_renewed_under_ones_hands_keeps_its_folds_open(open_page):
    folds = "<details><summary>a</summary></details><details><summary>b</summary></details>"
    page = open_page(f'<section id="p" data-keeps-folds>{folds}</section>')
    swap = """html => {
      const part = document.querySelector("#p"), tell = name => part.dispatchEvent(new CustomEvent(name, {bubbles: true, detail: {target: part}}));
      tell("htmx:beforeSwap"); part.innerHTML = html; tell("htmx:afterSwap");
    }"""

    page.click("text=b")
    page.evaluate(swap, folds)

    assert page.evaluate("[...document.querySelectorAll('details')].map((fold) => fold.open)") == [False, True]


def test_a_failed_part_says_so_at_the_top(open_page):
    page = open_page('<div id="page-note" data-403="no" data-500="broken" data-0="offline"></div>')
    fail = "code => document.dispatchEvent(new CustomEvent('htmx:responseError', {detail: {xhr: {status: code}}}))"

    for code, words in ((403, "▲ no"), (502, "▲ broken"), (418, "▲ broken")):
        page.evaluate(fail, code)
        assert page.inner_text("#page-note [role=alert]") == words

    page.evaluate("() => document.dispatchEvent(new CustomEvent('htmx:sendError'))")
    assert page.inner_text("#page-note [role=alert]") == "▲ offline"


def test_without_a_network_nothing_is_sent_and_what_was_typed_stays(open_page):
    page = open_page('<div id="page-note" data-0="offline"></div>' + FORM)
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.post_data))
    page.fill("input[name=text]", "bin")

    page.context.set_offline(True)
    page.click("button")
    page.wait_for_timeout(100)
    assert (sent, page.inner_text("#page-note [role=alert]"), page.input_value("input[name=text]")) == ([], "▲ offline", "bin")

    page.context.set_offline(False)
    page.click("button")
    page.wait_for_timeout(200)
    assert sent == ["key=made-by-the-server&text=bin"]


def test_a_long_list_is_found_by_typing_and_a_short_one_is_left_alone(open_page):
    options = "".join(f'<option value="{n}">示范{n}局</option>' for n in range(12))
    page = open_page(
        f'<select id="long" data-search="find"><option value="">none</option>{options}</select>'
        '<select id="short" data-search="find"><option>a</option></select>'
    )
    shown = "select => [...select.options].filter(one => !one.hidden).map(one => one.text)"
    assert page.locator("input[type=search]").count() == 1

    page.fill("input[type=search]", "示范1")
    assert page.eval_on_selector("#long", shown) == ["示范1局", "示范10局", "示范11局"]
    assert page.eval_on_selector("#long", "one => [one.value, one.size]") == ["", 3]
    page.fill("input[type=search]", "11")
    assert page.eval_on_selector("#long", "one => [one.value, one.size]") == ["11", 0]
    page.fill("input[type=search]", "")
    assert len(page.eval_on_selector("#long", shown)) == 13


STRIP = """
<style>ul { display: flex; width: 300px; padding: 0; overflow-x: auto } li { list-style: none; flex: none; width: 100px }</style>
"""
IN_SIGHT = """part => {
  const [tab, strip] = [`#${part} [aria-current]`, `#${part} ul`].map((one) => document.querySelector(one).getBoundingClientRect());
  return tab.left >= strip.left && tab.right <= strip.right;
}"""
CURRENT = ' aria-current="page"'
MOVED = "part => document.querySelector(`#${part} ul`).scrollLeft"


def tabs(part, *, present):
    rows = [f'<li><a href="#"{CURRENT if n == present else ""}>tab {n}</a></li>' for n in range(9)]
    return f'<div id="{part}"><ul class="views">{"".join(rows)}</ul></div>'


def test_a_strip_of_tabs_shows_the_present_one_and_moves_nothing_else(open_page):
    strips = tabs("far", present=7) + tabs("near", present=0) + tabs("none", present=None)
    page = open_page(STRIP + '<p style="height: 3000px"></p>' + strips)

    assert page.evaluate(IN_SIGHT, "far") and page.evaluate(IN_SIGHT, "near")
    assert [page.evaluate(MOVED, part) for part in ("near", "none")] == [0, 0]
    assert page.evaluate("window.scrollY") == 0


def test_a_renewed_strip_shows_its_present_tab_and_others_stay_where_they_were_moved(open_page):
    page = open_page(STRIP + tabs("far", present=7) + tabs("near", present=0))
    page.evaluate("() => document.querySelectorAll('ul').forEach((strip) => (strip.scrollLeft = 50))")

    page.evaluate("document.querySelector('#far').dispatchEvent(new CustomEvent('htmx:afterSettle', {bubbles: true}))")

    assert page.evaluate(IN_SIGHT, "far")
    assert page.evaluate(MOVED, "near") == 50
