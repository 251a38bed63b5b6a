"""What an item's material lacks: one table of cases per lack, allowed once, named once."""

import datetime

import pytest

from checklists.completeness import (
    CAPTIONS,
    LACKS,
    FileFact,
    Piece,
    Rule,
    State,
    Window,
    lacks_of,
    months_before,
    state_of,
    usual_window,
)

DAY = datetime.date
WINDOW = Window(DAY(2025, 8, 1), DAY(2026, 7, 31), DAY(2026, 9, 1))
ALL = frozenset(CAPTIONS)


def picture(name="一.jpg", sha="a", **facts):
    return FileFact(name, **{"sha256": sha, "width": 1600, "height": 1200, "size": 200_000} | facts)


def photo(*files, **facts):
    defaults = {"title": "讲堂", "kind": "photo", "event_on": DAY(2026, 3, 5), "captions": ALL}
    return Piece(**defaults | facts, files=files or (picture(),))


def paper(kind="document", **facts):
    return Piece(**{"title": "方案", "kind": kind, "event_on": DAY(2026, 3, 5)} | facts)


def report(words, **facts):
    return paper("report", files=(FileFact("报告.docx", kind="document", words=words),), **facts)


CASES = {  # rule, pieces, the sentence expected ("" = nothing is missing)
    "no rule piece": (Rule("photo"), [], "missing_kind"),
    "optional piece": (Rule("photo", least=0), [], ""),
    "two of three pictures": (Rule("photo", least=3), [photo(picture(), picture("二.jpg", "b"))], "too_few"),
    "the same picture twice is one": (Rule("photo", least=2), [photo(picture(), picture("二.jpg"))], "too_few"),
    "three of three": (Rule("photo", least=3), [photo(*(picture(f"{n}.jpg", str(n)) for n in range(3)))], ""),
    "too many": (Rule("document", most=1), [paper(), paper(title="制度")], "too_many"),
    "801 characters": (Rule("report", words_most=800), [report(801)], "too_long"),
    "800 characters": (Rule("report", words_most=800), [report(800)], ""),
    "a PDF is not counted": (Rule("report", words_most=800), [report(None)], "uncounted"),
    "no document number": (Rule("document", needs_number=True), [paper(number=" ")], "no_number"),
    "document number": (Rule("document", needs_number=True), [paper(number="示政办〔2026〕3号")], ""),
    "no date": (Rule("document"), [paper(event_on=None)], "no_date"),
    "the day before the window": (Rule("document"), [paper(event_on=DAY(2025, 7, 31))], "outside_window"),
    "the first day": (Rule("document"), [paper(event_on=DAY(2025, 8, 1))], ""),
    "the last day": (Rule("document"), [paper(event_on=DAY(2026, 7, 31))], ""),
    "the day after": (Rule("document"), [paper(event_on=DAY(2026, 8, 1))], "outside_window"),
    "older than the item's own months": (Rule("document", months=3), [paper(event_on=DAY(2026, 5, 31))], "outside_window"),
    "within the item's own months": (Rule("document", months=3), [paper(event_on=DAY(2026, 8, 20))], ""),
    "too few pixels": (Rule("photo"), [photo(picture(width=799, height=600))], "small_picture"),
    "enough pixels on the long side": (Rule("photo"), [photo(picture(width=600, height=800))], ""),
    "too few bytes": (Rule("photo"), [photo(picture(size=60 * 1024 - 1))], "small_picture"),
    "enough bytes": (Rule("photo"), [photo(picture(size=60 * 1024))], ""),
    "a picture of another item": (Rule("photo"), [photo(picture(sha="used"))], "same_picture"),
    "no figures": (Rule("figures"), [paper("figures", text="各科室情况")], "no_figures"),
    "a figure": (Rule("figures"), [paper("figures", figure="82 家")], ""),
    "figures in a sheet": (Rule("figures"), [paper("figures", files=(FileFact("表.xlsx", kind="sheet"),))], ""),
    "caption lacks two": (Rule("photo"), [photo(captions=ALL - {"place", "people"})], "no_caption"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_lack_is_named_and_its_opposite_is_not(name):
    rule, pieces, expected = CASES[name]

    found = lacks_of([rule], pieces, window=WINDOW, elsewhere={"used": ["2.1 志愿服务"]})

    assert [lack.code for lack in found] == ([expected] if expected else [])


def test_every_lack_has_a_case_and_a_sentence_with_its_facts():
    told = {}
    for rule, pieces, _expected in CASES.values():
        for lack in lacks_of([rule], pieces, window=WINDOW, elsewhere={"used": ["2.1 志愿服务"]}):
            told[lack.code] = str(lack)

    assert set(told) == set(LACKS)
    assert "%" not in "".join(told.values())


def test_the_sentence_names_what_is_missing():
    piece = photo(captions=ALL - {"place", "people"})

    (lack,) = lacks_of([Rule("photo")], [piece], window=WINDOW)

    assert dict(lack.facts) == {"title": "讲堂", "fields": ("place", "people")}
    assert "讲堂" in str(lack)


@pytest.mark.parametrize(
    ("pieces", "state"),
    [
        ([], State.IMPOSSIBLE),
        ([paper(number="")], State.LACKING),
        ([paper(number="3号")], State.READY),
    ],
)
def test_the_three_states(pieces, state):
    rules = [Rule("document", needs_number=True)]

    assert state_of(lacks_of(rules, pieces, window=WINDOW)) == state


def test_a_hint_leaves_the_item_ready():
    assert state_of(lacks_of([Rule("report", words_most=800)], [report(None)], window=WINDOW)) == State.READY


def test_without_a_window_dates_are_not_judged():
    assert lacks_of([Rule("document")], [paper(event_on=None)], window=None) == []


def test_without_a_rule_nothing_is_asked():
    assert lacks_of([], [photo(picture(size=1))], window=WINDOW) == []


@pytest.mark.parametrize(
    ("assessed_on", "first", "last"),
    [
        (DAY(2017, 8, 31), DAY(2016, 7, 31), DAY(2017, 7, 31)),
        (DAY(2026, 3, 31), DAY(2025, 2, 28), DAY(2026, 2, 28)),
        (DAY(2026, 1, 15), DAY(2024, 12, 15), DAY(2025, 12, 15)),
    ],
)
def test_the_usual_window_is_a_year_back_from_a_month_before_the_assessment(assessed_on, first, last):
    assert usual_window(assessed_on) == Window(first, last, assessed_on)


def test_months_before_keeps_to_the_month():
    assert months_before(DAY(2024, 3, 31), 1) == DAY(2024, 2, 29)
