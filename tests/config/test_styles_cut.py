"""What is left of Tabler's style sheet: every rule that a page of ours can ask for."""

import re

import pytest

from config.setup.assets import SHEET
from config.setup.styles import CUT, cut, words_of
from config.setup.venv import ROOT
from tests.walks.classes import classes_in

WORDS = {"btn", "card", "show", "data-mark", "on"}


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("body{margin:0}", "body{margin:0}"),
        (".btn{color:red}", ".btn{color:red}"),
        (".badge{color:red}", ""),
        (".btn,.badge,h1{color:red}", ".btn,h1{color:red}"),
        (".btn .badge{color:red}", ""),
        (".btn.show>.card:hover::after{color:red}", ".btn.show>.card:hover::after{color:red}"),
        (".btn:not(.badge,.other){color:red}", ".btn:not(.badge,.other){color:red}"),
        ("a:is(.badge,.btn) .card{color:red}", "a:is(.badge,.btn) .card{color:red}"),
        ("[data-mark] .btn{color:red}", "[data-mark] .btn{color:red}"),
        ("[data-mark=on]{color:red}", "[data-mark=on]{color:red}"),
        ("[data-mark=off]{color:red}", ""),
        ("[data-theme] .btn{color:red}", ""),
        (r".w-1\/2{color:red}", ""),
        ("@media (min-width:9px){.btn{color:red}.badge{color:red}}", "@media (min-width:9px){.btn{color:red}}"),
        ("@media print{.badge{color:red}}", ""),
        ("@media print{@supports (color:red){.btn{color:red}}}", "@media print{@supports (color:red){.btn{color:red}}}"),
        ("@keyframes turn{from{top:0}to{top:1px}}", "@keyframes turn{from{top:0}to{top:1px}}"),
        ('@charset "UTF-8";h1{top:0}', '@charset "UTF-8";h1{top:0}'),
        ('.btn{background:url("data:a;b,.badge{}")}', '.btn{background:url("data:a;b,.badge{}")}'),
    ],
)
def test_a_rule_is_left_when_all_it_asks_for_is_a_word(rule, left):
    assert cut(rule, WORDS) == left


def test_the_sheet_of_the_pages_is_cut_from_the_whole_one_and_stays_as_it_is_when_cut_again():
    words = words_of(ROOT)
    whole, left = SHEET.read_text(), CUT.read_text()

    assert left == cut(whole, words) == cut(left, words)
    assert len(left) < len(whole) / 4


def test_every_class_that_a_template_names_is_in_it_if_tabler_has_it():
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    named = {word for text in texts for value in re.findall(r'class="([^"]*)"', text) for word in re.findall(r"[\w-]+", value)}

    assert {"btn", "form-control"} <= named & classes_in(SHEET.read_text())
    assert named & classes_in(SHEET.read_text()) <= classes_in(CUT.read_text())
