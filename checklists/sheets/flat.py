"""A table without levels (sites, findings, people): its heading, its rows and the dirt in them."""

import re
import unicodedata
from dataclasses import replace

from .body import Body, BodyRow
from .doubts import Doubt
from .errors import SheetError
from .grid import Grid
from .headings import Headings, find_headings
from .settled import Settled
from .vocabulary import Vocabulary

PHONE = re.compile(r"^(?:(?:\+?86)?1\d{10}|(?:\+?86)?0?\d{2,3}\d{7,8}(?:(?:转|ext|x)\d{1,6})?|\d{3,8})$")


def read_flat(
    grid: Grid, vocabulary: Vocabulary, *, mapping: dict[int, str] | None, settled: Settled
) -> tuple[Headings, list[BodyRow], list[Doubt]]:
    """Raises SheetError "no_heading", "no_rows"."""
    settled = replace(settled, mapping=mapping) if mapping else settled
    headings = find_headings(grid, vocabulary, settled)
    body = Body(grid, headings, is_flat=True, settled=settled)
    rows = list(body.rows())
    if not rows:
        raise SheetError("no_rows", sheet=grid.name)
    return headings, rows, [*headings.doubts, *body.doubts]


def phone_of(text: str) -> str:
    """A telephone number in half-width without spaces and dashes, "" if the text is none; of several the first."""
    for part in re.split(r"[、,，;；/／\n]+", unicodedata.normalize("NFKC", text)):
        digits = re.sub(r"[\s()—–-]", "", part)
        if PHONE.match(digits):
            return digits
    return ""
