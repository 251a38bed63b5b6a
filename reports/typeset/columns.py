"""How wide the columns of a table are, in characters of 12 points. Pure: a table in, shares of the measure out."""

from math import ceil

from reports.paper import Table

TABLE_CHARACTERS = 36.8  # of 12 points in the measure
CELL_PADDING = 0.65
SHORT = 5  # characters: what needs no more is never wrapped
NARROWEST = 4  # of a column that is


def shares(table: Table) -> list[str]:
    """Percent of the measure for each column: what one line of its texts needs; where that is too much, the longer texts wrap
    so that the table becomes as short as it can."""
    columns = [[column.title, *texts] for column, texts in zip(table.columns, _by_column(table), strict=True)]
    needs = [column.width or need(texts) for column, texts in zip(table.columns, columns, strict=True)]
    room = TABLE_CHARACTERS - CELL_PADDING * len(needs)
    widths = [width + CELL_PADDING for width in _fitted(columns, needs, room)]
    return [f"{100 * width / sum(widths):.3f}" for width in widths]


def need(texts: list[str]) -> float:
    """Characters of the longest line."""
    return max(_length(line) for text in texts for line in text.split("\n"))


def _length(line: str) -> float:
    """Latin characters are counted half."""
    return sum(0.55 if char.isascii() else 1 for char in line)


def _by_column(table: Table) -> list[list[str]]:
    return [list(texts) for texts in zip(*table.rows, strict=True)] or [[] for _ in table.columns]


def _fitted(columns: list[list[str]], needs: list[float], room: float) -> list[float]:
    """Begun as narrow as can be, the column that saves most lines is widened by a character until the room is used."""
    if sum(needs) <= room:
        return needs
    widths = [each if each <= SHORT else NARROWEST for each in needs]
    if sum(widths) > room:
        return [min(each, _cap(needs, room)) for each in needs]
    lengths = [[[_length(line) for line in text.split("\n")] for text in texts] for texts in columns]
    heights = [_heights(texts, width) for texts, width in zip(lengths, widths, strict=True)]
    while sum(widths) + 1 <= room and (wrapped := [n for n, each in enumerate(needs) if widths[n] < each]):
        wider = {n: _heights(lengths[n], widths[n] + 1) for n in wrapped}
        best = min(wrapped, key=lambda n: (*_lines([*heights[:n], wider[n], *heights[n + 1 :]]), widths[n] - needs[n]))
        widths[best], heights[best] = widths[best] + 1, wider[best]
    return widths


def _heights(texts: list[list[float]], width: float) -> list[int]:
    """Lines of each cell of a column of this width."""
    return [sum(max(1, ceil(length / width)) for length in lines) for lines in texts]


def _lines(heights: list[list[int]]) -> tuple[int, int]:
    """(of the table: the highest cell of each row, of all cells)."""
    return sum(map(max, zip(*heights, strict=True))), sum(map(sum, heights))


def _cap(needs: list[float], room: float) -> float:
    """The width no column may exceed if all are to fit into the room."""
    left, ordered = room, sorted(needs)
    for position, each in enumerate(ordered):
        share = left / (len(ordered) - position)
        if each > share:
            return share
        left -= each
    return max(ordered)
