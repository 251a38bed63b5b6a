"""What ships to the browser: Chromium 90 is the floor, the CSP is strict, every icon exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
PAPER = ROOT / "templates" / "reports" / "pdf"  # typeset by the portal itself, never sent to a browser
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if PAPER not in path.parents and "mail" not in path.parts
)
SOURCES = TEMPLATES + sorted(path for app in ("accounts", "campaigns") for path in (ROOT / app).rglob("*.py"))


def name(path):
    return str(path.relative_to(ROOT))


def without_comments(css):
    return re.sub(r"/\*.*?\*/", "", css, flags=re.S)


def depth_of_rules(css):
    """The deepest nesting of rules that are no @-rules."""
    depth = deepest = 0
    stack = []
    for head, brace in re.findall(r"([^{};]*)([{}])", css):
        if brace == "{":
            stack.append(head.strip().startswith("@"))
            depth = sum(not is_at_rule for is_at_rule in stack)
            deepest = max(deepest, depth)
        else:
            stack.pop()
    return deepest


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_sheets_use_nothing_younger_than_chromium_90(path):
    css = without_comments(path.read_text())

    young = r"color-mix\(|light-dark\(|oklch\(|oklab\(|lch\(|@container|@layer|@property|:has\(|\bdvh\b|\bsvh\b|\blvh\b|accent-color|text-wrap"
    assert re.findall(young, css) == []
    assert depth_of_rules(css) == 1


@pytest.mark.parametrize("path", SHEETS + SCRIPTS, ids=name)
def test_nothing_is_fetched_from_outside(path):
    assert re.findall(r"https?:|@import|url\((?!['\"]?data:)", without_comments(path.read_text())) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_no_inline_style_or_script_and_no_outside_address(path):
    html = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.S)

    assert re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:|hx-on|hx-vals=['\"]js:", html) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag] == []
    assert re.findall(r"(?:src|href|action)=[\"']?(?:https?:)?//", html) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_form_that_posts_carries_the_token(path):
    """In the form itself or in a part it includes (without `only`, which would drop the token)."""
    for form in re.findall(r"<form[^>]*method=[\"']post[\"'].*?</form>", path.read_text(), flags=re.S):
        parts = [name for name, rest in re.findall(r'{% include "([^"]+)"(.*?)%}', form) if " only" not in rest]
        texts = [form, *((ROOT / "templates" / part).read_text() for part in parts)]
        assert any("{% csrf_token %}" in text for text in texts)


def test_every_icon_used_is_in_the_sprite_and_the_sprite_is_well_formed():
    sprite = (ROOT / "static" / "icons.svg").read_text()
    known = re.findall(r'<symbol id="([^"]+)"', sprite)
    used = {}
    for path in TEMPLATES:
        for icon in re.findall(r"{% icon [\"']([\w-]+)[\"']|icons\.svg' %}#([\w-]+)", path.read_text()):
            used.setdefault(icon[0] or icon[1], name(path))
    for path in ROOT.glob("*/navigation.py"):
        used |= dict.fromkeys(re.findall(r"\"([a-z]+(?:-[a-z0-9]+)+)\", \(", path.read_text()), name(path))

    assert {icon: place for icon, place in used.items() if icon not in known} == {}
    assert len(known) == len(set(known))
    assert sprite.count("<symbol") == sprite.count("</symbol>")
