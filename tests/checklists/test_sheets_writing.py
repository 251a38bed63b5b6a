"""What is written reads back: any tree, any table, without a doubt; texts that look like formulas stay texts."""

import io

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from checklists.sheets.grid import Merge, read_grid
from checklists.sheets.headings import LEVELS
from checklists.sheets.responsibilities import read_responsibilities
from checklists.sheets.standard import read_standard, walk
from checklists.sheets.text import clean
from checklists.sheets.writing import WrittenColumn, level_merges, safe_text, write_sheet

LEVEL_HEADS = ["测评项目", "测评指标", "测评内容", "测评标准", "具体要求"]
WORDS = st.text(st.sampled_from("文明街道卫生秩序共建示范田间xyz，。（）：% "), min_size=1, max_size=12)
NAMES = st.lists(st.sampled_from(["甲局", "乙局", "丙委", "丁办（含一科、二科）", "戊街道"]), unique=True, max_size=3)


@st.composite
def trees(draw, depth=0):
    """Nested dicts text -> subtree, of uneven depth, two to five levels: a lone project would be a caption."""
    if depth == len(LEVELS):
        return {}
    texts = draw(st.lists(WORDS.map(str.strip), min_size=depth < 2, max_size=3, unique_by=lambda text: " ".join(text.split())))
    return {f"{text}{depth}": draw(trees(depth + 1)) for text in texts}


def paths_of(tree, above=()):
    """Per lowest node the texts of the five levels, "" below its own."""
    for text, below in tree.items():
        path = (*above, text)
        if below:
            yield from paths_of(below, path)
        else:
            yield path + ("",) * (len(LEVELS) - len(path))


def sheet_of(tree):
    paths = list(paths_of(tree))
    columns = [WrittenColumn(heading) for heading in LEVEL_HEADS]
    return write_sheet(
        name="示范", columns=columns, rows=paths, merges=level_merges(paths, columns=range(5)), titles=["示范体系"]
    )


def nested(nodes):
    return {node.text: nested(node.children) for node in nodes}


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(trees())
def test_any_tree_is_the_same_tree_after_a_sheet(tree):
    sheet = read_standard(read_grid(sheet_of(tree)))

    assert nested(sheet.nodes) == tree
    assert [(doubt.row, doubt.kind) for doubt in sheet.doubts] == []
    assert sum(sheet.levels.values()) == len(list(walk(sheet.nodes)))


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_any_responsibility_table_is_the_same_after_a_sheet(data):
    paths = list(paths_of(data.draw(trees())))
    units = [(data.draw(NAMES), data.draw(NAMES)) for _ in paths]
    limits = [data.draw(st.sampled_from(["", "8月15日前", "每月", "长期坚持"])) for _ in paths]
    heads = ["序号", *LEVEL_HEADS, "完成时限", "牵头单位", "配合单位"]
    rows = [
        [number, *path, limit, "、".join(leads), "、".join(helping)]
        for number, (path, limit, (leads, helping)) in enumerate(zip(paths, limits, units, strict=True), 1)
    ]
    merges = level_merges(paths, columns=range(1, 6))

    written = write_sheet(name="分工", columns=[WrittenColumn(head) for head in heads], rows=rows, merges=merges, paper="A3")
    sheet = read_responsibilities(read_grid(written))

    assert [tuple(row.levels.get(level, "") for level in LEVELS) for row in sheet.rows] == paths
    assert [row.time_limit for row in sheet.rows] == limits
    assert [(list(row.leads), list(row.supporting)) for row in sheet.rows] == [
        (leads, [name for name in helping if name not in leads]) for leads, helping in units
    ]
    assert [(doubt.row, doubt.kind) for doubt in sheet.doubts] == []


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠a", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_is_quoted_text_and_reads_back(text):
    data = write_sheet(name="表", columns=[WrittenColumn("项目"), WrittenColumn("数")], rows=[[text, -1]])

    sheet = load_workbook(io.BytesIO(data)).active

    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["B2"].value) == (f"'{text}", "s", -1)
    assert read_grid(data).row(2) == (text, "-1")


def test_a_heading_or_title_is_as_safe_as_a_cell():
    data = write_sheet(name="表", columns=[WrittenColumn("=1")], rows=[], titles=["=2"])

    assert [cell.value for cell in load_workbook(io.BytesIO(data)).active["A"]] == ["'=2", "'=1"]


@pytest.mark.parametrize(
    ("text", "safe"), [("\ta", "'\ta"), ("\ra", "'\ra"), ("\x00=1", "'=1"), ("a\x07b", "ab"), ("平常", "平常")]
)
def test_characters_a_workbook_cannot_hold_are_left_out(text, safe):
    assert safe_text(text) == safe


def test_the_page_is_landscape_with_repeated_heading_widths_and_merges():
    data = write_sheet(
        name="责任[分解]/表" * 5,
        columns=[WrittenColumn("序号", 6, is_centred=True), WrittenColumn("测评标准", 40)],
        rows=[[1, "一"], [2, None]],
        merges=[Merge(1, 1, 2, 1)],
        titles=["示范项目", "（讨论稿）"],
        paper="A3",
    )

    sheet = load_workbook(io.BytesIO(data)).active

    assert sorted(map(str, sheet.merged_cells.ranges)) == ["A1:B1", "A2:B2", "B4:B5"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == ("landscape", 8, 0)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$3", "A4")
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (6, 40)
    assert len(sheet.title) == 31


def test_equal_texts_under_different_parents_are_not_merged_together():
    paths = [("甲", "同", "1"), ("甲", "同", "2"), ("乙", "同", "3")]

    assert level_merges(paths, columns=[0, 1, 2]) == [Merge(1, 0, 2, 0), Merge(1, 1, 2, 1)]


def test_a_level_a_row_does_not_have_is_merged_with_the_one_before():
    paths = [("甲", "", "1"), ("甲", "子", "2"), ("乙", "", "")]

    assert level_merges(paths, columns=[0, 1, 2]) == [Merge(1, 0, 1, 1), Merge(3, 0, 3, 2)]


@given(st.text("甲 '=+-@\n\t＝a\u200b", max_size=8))
def test_a_text_once_cleaned_stays_as_it_is(text):
    assert clean(clean(text)) == clean(text)
