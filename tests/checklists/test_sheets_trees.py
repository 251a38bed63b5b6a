"""Any tree written as a sheet reads back as the same tree; a large sheet costs steps in proportion to its rows."""

import cProfile
import pstats

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists.sheets.grid import make_grid, read_grid
from checklists.sheets.headings import LEVELS
from checklists.sheets.standard import read_standard
from checklists.sheets.writing import WrittenColumn, level_merges, write_sheet
from tests.checklists.sheet_maker import grid

HEADS = ("测评项目", "指标名称", "测评内容", "测评标准", "具体要求")
WORDS = (
    st.text("甲乙丙丁环境卫生abIVⅠⅡ=+-@—（）()、，；1234567890 ", min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


def numbered(names):
    """Siblings are told apart by a number in front, as in a real standard."""
    return [f"第{number}条{name}" for number, name in enumerate(names, 1)]


@st.composite
def trees(draw):
    """(levels in use, nested pairs (text, children)); every node ends at the lowest level."""
    levels = sorted(draw(st.sets(st.integers(0, 4), min_size=2, max_size=5)))

    def nodes(depth):
        names = numbered(draw(st.lists(WORDS, min_size=1, max_size=3 if depth < 2 else 2)))
        return [(name, nodes(depth + 1) if depth + 1 < len(levels) else []) for name in names]

    return levels, nodes(0)


def paths(nodes, above=()):
    for text, children in nodes:
        if children:
            yield from paths(children, (*above, text))
        else:
            yield (*above, text)


def shape(nodes):
    return [(node.text, shape(node.children)) for node in nodes]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_any_tree_of_a_merged_sheet_is_the_same_tree(drawn):
    levels, nodes = drawn
    rows = list(paths(nodes))
    merges = level_merges([(*row, "") for row in rows], columns=[*range(len(levels)), 99])
    merges = [type(merge)(merge.top + 1, merge.left, merge.bottom + 1, min(merge.right, len(levels) - 1)) for merge in merges]
    cells = [[HEADS[level] for level in levels]]
    for number, row in enumerate(rows):
        above = rows[number - 1] if number else ()
        cells.append([text if row[: depth + 1] != above[: depth + 1] else "" for depth, text in enumerate(row)])

    read = read_standard(make_grid("表", cells, [merge for merge in merges if merge.bottom > merge.top]))

    assert shape(read.nodes) == nodes
    assert [read.levels[LEVELS[level]] for level in levels] == [
        len({row[: depth + 1] for row in rows}) for depth in range(len(levels))
    ]
    assert [doubt.kind for doubt in read.doubts if doubt.kind in ("blank", "blank_top", "duplicate", "group_row")] == []


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_and_so_it_is_through_a_workbook(drawn):
    levels, nodes = drawn
    rows = list(paths(nodes))

    data = write_sheet(name="表", columns=[WrittenColumn(HEADS[level]) for level in levels], rows=rows)

    assert shape(read_standard(read_grid(data)).nodes) == nodes


def steps(rows):
    """Calls made while a sheet of that many rows is read."""
    head = ["序号", *HEADS, "测评方法", "提供材料", "分值"]
    cells = [
        [
            str(n),
            f"项目{n // 300}",
            f"指标{n // 60}",
            f"内容{n // 20}",
            f"{n // 4}）标准，写得较长的一段文字",
            f"要求{n}",
            "材料审核",
            "图片",
            "1",
        ]
        for n in range(rows)
    ]
    sheet = grid([head, *cells])
    profile = cProfile.Profile()
    profile.enable()
    read = read_standard(sheet)
    profile.disable()
    assert len(read.rows) == rows
    return pstats.Stats(profile).total_calls


def test_5000_rows_cost_no_more_steps_each_than_500():
    assert steps(5000) < 11 * steps(500)
