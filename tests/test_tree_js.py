"""The tree of a draft by keyboard, in the system's Chromium; the same acts work by the buttons alone."""

from pathlib import Path

import pytest

SCRIPT = (Path(__file__).resolve().parent.parent / "static" / "js" / "tree.js").read_text()
TREE = """
<ul class="items"><li><input type="checkbox" name="pick" value="1:1" form="bulk"><a class="btn" href="/edit/1">edit</a></li>
<li id="item-2"><input type="checkbox" name="pick" value="2:5" form="bulk" checked autofocus><a class="btn" href="/edit/2">edit</a></li>
<li><input type="checkbox" name="pick" value="3:1" form="bulk"><a class="btn" href="/edit/3">edit</a></li></ul>
<form id="bulk" method="get" action="/act"><button name="act" value="up">up</button><button name="act" value="down">down</button>
<button name="act" value="out">out</button><button name="act" value="into">into</button></form>
<select id="scoring" name="scoring"><option value=""></option><option value="grade">g</option><option value="deduct">d</option></select>
<div data-rule-of="scoring"><div class="row-line"><i data-for="grade">A</i><i data-for="deduct">0.5</i></div></div>
"""

pytestmark = pytest.mark.browser


@pytest.fixture
def page(shell):
    page = shell.new_page()
    body = f"<!doctype html><meta charset=utf-8>{TREE}<script>{SCRIPT}</script>"
    page.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    page.goto("http://portal.test/tree#item-2")
    yield page
    page.close()


def focused(page):
    return page.evaluate("document.activeElement.value")


def test_the_item_just_moved_has_the_cursor_and_arrows_walk_on(page):
    places = [focused(page)]
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        places.append(focused(page))

    assert places == ["2:5", "3:1", "3:1", "2:5", "1:1", "1:1"]


@pytest.mark.parametrize(("key", "act"), [("ArrowUp", "up"), ("ArrowDown", "down"), ("ArrowLeft", "out"), ("ArrowRight", "into")])
def test_alt_and_an_arrow_moves_the_item_under_the_cursor_alone(page, key, act):
    page.keyboard.press("ArrowDown")

    with page.expect_navigation():
        page.keyboard.press(f"Alt+{key}")

    assert page.url == f"http://portal.test/act?pick=3%3A1&act={act}"


def test_enter_edits(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.url == "http://portal.test/edit/2"


def test_a_rule_shows_the_columns_of_its_kind(page):
    def shown():
        return [cell.inner_text() for cell in page.locator("[data-for]").all() if cell.is_visible()]

    found = [shown()]
    for kind in ("grade", "deduct"):
        page.select_option("#scoring", kind)
        found.append(shown())

    assert found == [[], ["A"], ["0.5"]]
