"""The texts by rule, against whole expected sentences; papers are always in Chinese."""

import datetime

import pytest
from django.utils import translation

from reports.composing import Head, compose
from reports.figures import Figures, Group, Late, Row
from reports.sections import PROGRESS, by_rule, fill, unknown_names, values, week_text

HEAD = Head(name="示范县文明创建工作简报", office="示范县创建办", day="2026-03-16")


def figures(*, found=(), due=(), in_time=(), waiting=(), late=(), last=None, groups=()):
    total = Row(None, "示范县", list(found), list(due), list(in_time), list(waiting), list(late))
    rows = [Late(pk, 3) for pk in late]
    return Figures("2026-03-09", "2026-03-16T00:00:00+08:00", total, list(groups), rows, last)


def overview(data, due_next=0):
    text = by_rule(data, due_next=due_next, progress=[])["overview"]
    return fill(text, values(data, due_next=due_next))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (figures(), "本周（3月9日至15日），没有新交办的问题，没有到期应办结的问题。截至3月15日24时，没有逾期未整改的问题。"),
        (
            figures(found=[1, 2], due=[3, 4], in_time=[3], last=[1, 4]),
            "本周（3月9日至15日），共交办问题2件，到期应办结2件，其中按期办结1件、待核查0件，按期整改率50.0%，较上周上升25.0个百分点。"
            "截至3月15日24时，没有逾期未整改的问题。",
        ),
        (
            figures(found=[1], due=[3, 4], in_time=[3], last=None),
            "本周（3月9日至15日），共交办问题1件，到期应办结2件，其中按期办结1件、待核查0件，按期整改率50.0%。"
            "截至3月15日24时，没有逾期未整改的问题。",
        ),
        (
            figures(due=[3], waiting=[3], late=[9], groups=[Group("县直", [Row(7, "县城管局", late=[9])])]),
            "本周（3月9日至15日），没有新交办的问题，到期应办结1件，其中按期办结0件、待核查1件。"
            "截至3月15日24时，逾期未整改1件，涉及1家单位。",
        ),
        (
            figures(due=[3, 4], in_time=[3], last=[1, 2]),
            "本周（3月9日至15日），没有新交办的问题，到期应办结2件，其中按期办结1件、待核查0件，按期整改率50.0%，与上周持平。"
            "截至3月15日24时，没有逾期未整改的问题。",
        ),
    ],
    ids=["empty week", "rise", "no rate last week", "all waiting, one late", "as last week"],
)
def test_the_overview_says_only_what_has_something_behind_it(data, text):
    assert overview(data) == text


def test_a_week_over_two_months():
    assert week_text(datetime.date(2026, 3, 30)) == "3月30日至4月5日"


def test_a_name_without_a_figure_is_found_and_stays():
    known = values(figures(), due_next=0)

    assert unknown_names("【新增】件，【随便】件", known) == ["随便"]
    assert fill("【新增】件，【随便】件", known) == "0件，【随便】件"


def facts(data, **more):
    return {"week": data.to_json(), "late": [], "worst": [], "progress": [], "due_next": []} | more


def test_an_empty_week_prints_no_empty_sections():
    paper = compose(facts(figures()), {}, title="一周情况", head=HEAD)

    assert [block.text for block in paper.blocks if block.kind == "heading"] == ["总体情况", "下步工作"]


def test_units_stand_by_rank_then_in_official_order_and_unranked_last():
    rows = [
        Row(1, "甲局", due=[1], in_time=[1]),
        Row(2, "乙局", due=[2, 3, 4], in_time=[2, 3], rank=2),
        Row(3, "丙局", due=[5, 6, 7], in_time=[5, 6, 7], rank=1),
        Row(4, "丁局", due=[8, 9, 10], in_time=[8, 9], rank=2),
    ]
    paper = compose(facts(figures(due=range(1, 11), groups=[Group("县直单位", rows)])), {}, title="一周情况", head=HEAD)

    (table,) = [block for block in paper.blocks if block.kind == "table"]
    assert [row[:2] + row[-1:] for row in table.rows] == [
        ["1", "丙局", "100.0%"],
        ["2", "乙局", "66.7%"],
        ["2", "丁局", "66.7%"],
        ["不参与排名", "甲局", "100.0%"],
    ]
    assert table.note.startswith("说明：统计周期：周一零时至周日二十四时；")


def test_findings_of_units_that_take_no_part_are_said_under_the_last_table():
    groups = [Group("县直单位", [Row(1, "甲局", found=[1], due=[2])]), Group("乡镇", [Row(2, "乙镇", late=[3])])]
    week = figures(found=[1, 7], due=[2, 8], late=[3, 8], groups=groups)

    first, last = (block.note for block in compose(facts(week), {}, title="一周情况", head=HEAD).blocks if block.kind == "table")

    assert (first, last.split("\n")[0]) == ("", "总体情况另含责任单位未列入参评单位的问题2件。")


def test_what_the_office_wrote_stands_and_its_figures_follow():
    paper = compose(facts(figures(found=[1, 2])), {"overview": "交办【新增】件。", "next": ""}, title="一周情况", head=HEAD)

    assert [block.text for block in paper.blocks] == ["总体情况", "交办2件。"]


def test_a_correction_names_the_old_issue():
    paper = compose(facts(figures()), {}, title="更正", head=HEAD._replace(corrects="2026年第3期（总第8期）"))

    assert paper.blocks[0].text == "本期更正2026年第3期（总第8期），以本期为准。"


def test_a_problem_without_an_answer_has_only_the_photo_before():
    fact = {"id": 1, "number": "2026-0001", "place": "示范路", "text": "垃圾满溢。", "unit": "县城管局", "due_on": "2026-03-10"}
    worst = fact | {"days": 3, "before": 5, "after": None}
    paper = compose(facts(figures(late=[1]), late=[fact | {"days": 3}], worst=[worst]), {}, title="一周情况", head=HEAD)

    (pair,) = [block for block in paper.blocks if block.kind == "photos"]
    assert (pair.caption, pair.before, pair.after) == ("1．示范路：垃圾满溢（县城管局，逾期3个工作日）", "5", "")


@pytest.mark.parametrize(
    ("more", "label"), [({"is_returned": True}, "整改后（核查退回）"), ({"is_returned": False}, "整改后"), ({}, "整改后")]
)
def test_a_photo_that_did_not_convince_says_so(more, label):
    """Without the word: an issue whose facts were taken before it was kept."""
    fact = {"id": 1, "number": "2026-0001", "place": "示范路", "text": "垃圾满溢。", "unit": "县城管局", "due_on": "2026-03-10"}
    worst = fact | {"days": 3, "before": 5, "after": 6} | more
    paper = compose(facts(figures(late=[1]), late=[fact | {"days": 3}], worst=[worst]), {}, title="一周情况", head=HEAD)

    (pair,) = [block for block in paper.blocks if block.kind == "photos"]
    assert (pair.after, pair.before_label, pair.after_label) == ("6", "整改前", label)


def test_the_language_of_the_reader_does_not_matter():
    with translation.override("en"):
        english = compose(facts(figures(found=[1])), {}, title="一周情况", head=HEAD)
    assert english == compose(facts(figures(found=[1])), {}, title="一周情况", head=HEAD)


def test_the_table_of_progress_says_when_it_was_taken_in_one_line():
    row = {"name": "公共环境", "all": 4, "done": 1, "late": 0}
    taken = compose(facts(figures(), progress=[row], progress_at="2026-03-16T09:30:00+08:00"), {}, title="一周情况", head=HEAD)
    before = compose(facts(figures(), progress=[row]), {}, title="一周情况", head=HEAD)

    notes = [block.note for paper in (taken, before) for block in paper.blocks if block.kind == "table"]
    assert notes == ["说明：应办节点为已下达牵头单位的，按3月16日9时30分取数时的状态计算。", "说明：应办节点为已下达牵头单位的。"]


def test_what_is_not_listed_is_counted_under_the_table():
    rows = [Row(1, "甲局", late=[1, 2, 3]), Row(2, "乙局"), Row(3, "丙局", found=[4])]
    fact = {"id": 1, "number": "2026-0001", "place": "示范路", "text": "垃圾", "unit": "甲局", "due_on": "2026-03-10", "days": 3}
    data = figures(found=[4], late=[1, 2, 3], groups=[Group("县直单位", rows)])

    paper = compose(facts(data, late=[fact]), {}, title="一周情况", head=HEAD)

    units, late = [block for block in paper.blocks if block.kind == "table"]
    assert [row[1] for row in units.rows] == ["甲局", "丙局"]
    assert units.note.startswith("本组其余1家单位本周没有新增、到期和逾期的问题。")
    assert (len(late.rows), late.note) == (1, "另有2件见问题台账。")


def test_what_is_done_of_all_is_the_rate_of_progress():
    row = {"name": "公共环境", "all": 4, "done": 1, "late": 2}
    paper = compose(facts(figures(), progress=[row]), {}, title="一周情况", head=HEAD)

    (table,) = [block for block in paper.blocks if block.kind == "table"]
    assert table.rows == [["公共环境", "4", "1", "2", "25.0%"]]


@pytest.mark.parametrize("state", ["审核通过", "不适用", "本次不开展"])
def test_what_counts_as_done_is_said_where_it_is_counted(state):
    assert state in dict(PROGRESS)["已完成"]
