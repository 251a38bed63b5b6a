"""A PDF measured: millimetres from the page's top left corner."""

import io
from collections import defaultdict
from dataclasses import dataclass

import pdfplumber
from PIL import Image
from pypdfium2 import PdfDocument

MM = 72 / 25.4
DOTS = 20  # for each millimetre of a rendered page
HEAD, FOOT = 0.88, 0.12  # of a character, above and below its baseline


@dataclass
class Line:
    """One printed line of characters of one baseline."""

    chars: list
    page_height: float

    @property
    def text(self):
        return "".join(char["text"] for char in self.chars)

    @property
    def left(self):
        return self.chars[0]["x0"] / MM

    @property
    def right(self):
        return self.chars[-1]["x1"] / MM

    @property
    def size(self):
        return self.chars[0]["size"]

    @property
    def baseline(self):
        return (self.page_height - self.chars[0]["matrix"][5]) / MM

    @property
    def top(self):
        return self.baseline - HEAD * self.size / MM

    @property
    def foot(self):
        return self.baseline + FOOT * self.size / MM


def pages_of(pdf):
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            page.objects  # noqa: B018  read before the file is closed
        return list(opened.pages)


def lines_of(page, *, size=None):
    """Lines from top to foot; size: only those in characters of so many points."""
    rows = defaultdict(list)
    for char in page.chars:
        if size is None or abs(char["size"] - size) < 0.1:
            rows[round(char["matrix"][5], 1)].append(char)
    return [Line(sorted(row, key=lambda char: char["x0"]), float(page.height)) for _, row in sorted(rows.items(), reverse=True)]


def text_of(page):
    return "\n".join(line.text for line in lines_of(page))


def rules_of(pdf, number):
    """(top, foot) of every rule across the whole type area of page `number`, from top to foot; seen, not read."""
    page = PdfDocument(pdf)[number - 1]
    image = page.render(scale=DOTS / MM, grayscale=True).to_pil()
    column = image.crop((40 * DOTS, 0, 170 * DOTS, image.height)).point(lambda grey: 255 * (grey < 160))
    rows = column.resize((1, image.height), Image.Resampling.BOX).tobytes()
    dark = [row for row, share in enumerate(rows) if share > 250]
    starts = [row for row in dark if row - 1 not in dark]
    feet = [row + 1 for row in dark if row + 1 not in dark]
    return [(top / DOTS, foot / DOTS) for top, foot in zip(starts, feet, strict=True)]
