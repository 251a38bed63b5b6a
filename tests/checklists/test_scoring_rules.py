"""Scoring rules and wanted proof: checked and worded, by tables of cases."""

from decimal import Decimal as D

import pytest
from django.utils import translation

from checklists.scoringrules import Step, check_rule, kept_steps, word_rule
from checklists.wantedproof import Wanted, check_wanted, word_wanted

A, B, C = Step("A", "符合3项", share=D(1)), Step("B", "符合2项", share=D("0.6")), Step("C", share=D(0))
HIGH, LOW, REST = (Step(threshold=D(t) if t else None, share=D(s)) for t, s in (("90", "1"), ("80", "0.6"), ("", "0")))
FAULT = Step(text="乱停一处", lost=D("0.5"))

WRONG = {
    "good grades": ("grade", [A, B, C], []),
    "C and C# are worth the same": ("grade", [A, C, Step("C#", share=D(0))], []),
    "no step": ("grade", [], ["Write at least one step of the rule."]),
    "B first": ("grade", [B, C], ["The first grade is A."]),
    "no letter": ("grade", [A, Step(share=D(0))], ["Every grade needs its letter."]),
    "twice": ("grade", [A, B, Step("b", share=D(0))], ["A grade stands there twice."]),
    "shares rise": ("grade", [A, Step("B", share=D(0)), Step("C", share=D("0.6"))], ["The shares must fall from step to step."]),
    "shares stay": ("grade", [A, B, Step("C", share=D("0.6"))], ["The shares must fall from step to step."]),
    "no share": ("grade", [A, Step("B")], ["Every step needs its share of the points."]),
    "share of 60": ("grade", [Step("A", share=D(60))], ["A share lies between 0 and 100 percent."]),
    "good figures": ("figure", [HIGH, LOW, REST], []),
    "thresholds rise": ("figure", [LOW, Step(threshold=D(90), share=D("0.5"))], ["The figures must fall from step to step."]),
    "no threshold": (
        "figure",
        [REST, LOW],
        ["Every step but the last needs its figure.", "The shares must fall from step to step."],
    ),
    "figure B first": ("figure", [Step("B", threshold=D(1), share=D(1))], ["The first grade is A."]),
    "good deductions": ("deduct", [FAULT], []),
    "costs nothing": ("deduct", [Step(text="乱停", lost=D(0))], ["Every fault needs the points it costs."]),
    "no fault named": ("deduct", [Step(lost=D(1))], ["Say which fault costs the points."]),
    "conform needs none": ("conform", [], []),
    "no rule": ("", [], []),
}


@pytest.mark.parametrize(("scoring", "steps", "problems"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_rule(scoring, steps, problems):
    with translation.override("en"):
        assert [str(text) for text in check_rule(scoring, steps)] == problems


SAID = {
    "grades in points": ("grade", [A, B, C], D("5.00"), "按等次计分：A 得 5 分（符合3项）；B 得 3 分（符合2项）；C 不得分。"),
    "grades without points": ("grade", [A, B, C], None, "按等次计分：A 得满分（符合3项）；B 得 60%（符合2项）；C 不得分。"),
    "figures": ("figure", [HIGH, LOW, REST], D(10), "按数值分档：90 及以上得 10 分；80 及以上得 6 分；其余不得分。"),
    "deductions": ("deduct", [FAULT], D(4), "逐项扣分：乱停一处，扣 0.5 分；扣完为止。"),
    "conform": ("conform", [], D("2.50"), "按符合率计分：符合项 ÷ 检查项 × 2.5 分。"),
    "conform without points": ("conform", [], None, "按符合率计分。"),
    "no rule": ("", [], D(3), ""),
    "not written yet": ("grade", [], D(3), ""),
}


@pytest.mark.parametrize(("scoring", "steps", "points", "sentence"), SAID.values(), ids=SAID)
def test_a_rule_in_one_sentence(scoring, steps, points, sentence):
    with translation.override("zh-hans"):
        assert word_rule(scoring, steps, points) == sentence


def test_what_a_kind_does_not_use_is_left_out():
    full = Step("A", "满", D(3), D(1), D(2))

    kept = {kind: kept_steps(kind, [full, Step()]) for kind in ("grade", "figure", "deduct", "conform", "")}

    assert kept == {
        "grade": [Step("A", "满", share=D(1))],
        "figure": [Step("A", "满", D(3), D(1))],
        "deduct": [Step(text="满", lost=D(2))],
        "conform": [],
        "": [],
    }


PROOF = {
    "plain": (Wanted("photo", 3), [], "图片，至少 3 张"),
    "between": (Wanted("photo", 3, 12, months=12), [], "图片，3 至 12 张，近 12 个月内"),
    "exactly": (Wanted("figures", 1, 1), [], "图片，1 项"),
    "report": (Wanted("report", words_most=800, note="写成效"), [], "图片，至少 1 份，不超过 800 字，写成效"),
    "document": (Wanted("document", needs_number=True), [], "图片，至少 1 份，须有文号"),
    "none": (Wanted("photo", 0), ["Ask for at least one piece."], None),
    "upside down": (Wanted("photo", 3, 2), ["“At most” lies below “at least”."], None),
    "words of a photo": (Wanted("photo", words_most=9), ["Only a report has a number of characters."], None),
    "number of a photo": (Wanted("photo", needs_number=True), ["Only a document has a document number."], None),
}


@pytest.mark.parametrize(("wanted", "problems", "phrase"), PROOF.values(), ids=PROOF)
def test_wanted_proof_is_checked_and_worded(wanted, problems, phrase):
    with translation.override("en"):
        assert [str(text) for text in check_wanted(wanted)] == problems
    if phrase:
        with translation.override("zh-hans"):
            assert word_wanted(wanted, "图片") == phrase
