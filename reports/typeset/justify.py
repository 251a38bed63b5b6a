"""Chinese lines that fill their measure.

CSS lets an engine justify Chinese by widening the gaps between characters; WeasyPrint 70 widens spaces only, and a
Chinese line has none: right edges stay ragged wherever a punctuation mark is carried over to the next line. `install`
puts our `justify_line` in the place of WeasyPrint's. It lays the texts of a line out once more with as much
letter-spacing as fills it; lines with too few gaps, and lines that would be torn apart, stay with WeasyPrint.

This leans on WeasyPrint's inside (`layout.inline.justify_line`, `TextBox.pango_layout`), hence the pinned version, the
check in `reports.checks` and the test that right edges align.
"""

from reports.typeset.engine import boxes, create_layout, inline, line_size
from reports.typeset.text import BREAK

FEWEST_GAPS = 8
WIDEST_GAP = 0.25  # of the character; more than that is a line with one long word in it

_justify_spaces = inline.justify_line


def install() -> None:
    inline.justify_line = justify_line


def justify_line(context, line, extra_width: float) -> None:
    """Widen `line` by `extra_width`; the boxes of the line are changed in place."""
    texts = list(_texts(line))
    target = line.width + extra_width
    # The chances to break have done their work; left in, each would take a share of the spacing.
    marked = [box for box in texts if BREAK in box.text]
    for box in marked:
        box.text = box.text.replace(BREAK, "")
    if marked:
        _lay_out(context, line, 0)
    gaps = sum(len(box.text) for box in texts) - 1
    missing = target - line.width
    if gaps >= FEWEST_GAPS and missing / gaps <= WIDEST_GAP * line.style["font_size"]:
        _lay_out(context, line, missing / gaps)
    elif missing > 0:
        _justify_spaces(context, line, missing)


def _texts(box):
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _texts(child)


def _lay_out(context, box, spacing: float, shift: float = 0) -> float:
    """Set the texts of `box` with `spacing` more between characters; returns how far what follows is moved."""
    if isinstance(box, boxes.TextBox):
        box.position_x += shift
        box.style = box.style.copy()
        now = box.style["letter_spacing"]
        box.style["letter_spacing"] = (0 if now == "normal" else now) + spacing
        box.pango_layout = create_layout(box.text, box.style, context, None, box.justification_spacing)
        width, _ = line_size(box.pango_layout.get_first_line()[0], box.style)
        box.pango_layout.deactivate()
        shift += width - box.width
        box.width = width
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        box.position_x += shift
        before = shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _lay_out(context, child, spacing, shift)
        box.width += shift - before
    else:
        box.translate(shift, 0)
    return shift
