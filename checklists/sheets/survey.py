"""A sheet of survey questions: a standard whose items are asked of people."""

from .grid import Grid
from .settled import NOTHING, Settled
from .standard import StandardSheet, read_standard
from .vocabulary import SURVEY

METHOD = "问卷调查"


def read_survey(grid: Grid, *, mapping: dict[int, str] | None = None, settled: Settled = NOTHING) -> StandardSheet:
    """As read_standard, the method being 问卷调查 unless the sheet says otherwise."""
    return read_standard(grid, mapping=mapping, settled=settled, vocabulary=SURVEY, method=METHOD)
