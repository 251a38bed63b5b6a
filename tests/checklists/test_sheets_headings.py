"""What a heading means, by one table."""

import pytest

from checklists.sheets.doubts import MEANINGS, TEXTS
from checklists.sheets.headings import MEANING_OF, column_letter, meaning_of, proposal_for

ISSUE_TABLE = {
    "project": ["测评项目", "项目"],
    "indicator": ["指标名称", "测评指标"],
    "content": ["测评内容"],
    "criterion": ["测评标准"],
    "task": ["工作任务"],
    "requirement": ["具体要求", "具体内容", "实地考察要求", "问卷主要内容"],
    "method": ["测评方法", "测评方式"],
    "proof": ["上报材料和检查提示", "网上申报具体要求", "提供材料"],
}


@pytest.mark.parametrize(("meaning", "heading"), [(meaning, text) for meaning, texts in ISSUE_TABLE.items() for text in texts])
def test_the_words_of_real_sheets_are_known(meaning, heading):
    assert meaning_of(heading) == meaning


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("测 评\n项 目", "project"),
        ("测评项目（分值）", "project"),
        ("工作任务／测评标准", "criterion"),
        ("具体内容／要求", "requirement"),
        ("区级牵头单位", "lead"),
        ("市级牵头单位（盖章）", "lead"),
        ("完成时限：", "time_limit"),
        ("备　注", "note"),
        ("No", "number"),
        ("一级项目", "project"),
        ("二级项目", "indicator"),
        ("口径", ""),
        ("", ""),
    ],
)
def test_looks_do_not_matter(heading, meaning):
    assert meaning_of(heading) == meaning


@pytest.mark.parametrize(
    ("heading", "proposal"),
    [
        ("主要牵头科室", ("lead", True)),
        ("镇街责任部门", ("unit", True)),
        ("报送部门", ("unit", False)),
        ("检查要点", ("requirement", False)),
        ("评定标准", ("criterion", False)),
        ("一级测评项目", ("project", False)),
        ("二级测评项目", ("indicator", False)),
        ("三级项目名", ("content", False)),
        ("给多少分", ("points", False)),
        ("口径", ("", False)),
    ],
)
def test_an_unknown_heading_gets_a_proposal_and_a_level_is_never_sure(heading, proposal):
    assert proposal_for(heading) == proposal


def test_every_meaning_has_a_label_and_every_doubt_a_sentence():
    assert set(MEANING_OF.values()) - {"unit", "task"} <= set(MEANINGS)
    assert all(str(text) for text in TEXTS.values())


def test_columns_have_their_letters():
    assert [column_letter(index) for index in (0, 25, 26, 99)] == ["A", "Z", "AA", "CV"]
