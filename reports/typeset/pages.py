"""The foot of a paper: its 报尾 stands at the foot of the last page, and that page is an even one.

CSS can send a block to the foot of a page but cannot make the last page even only where it must. So the template puts
the 报尾 on a page of its own behind the text; once all is laid out, it is moved to the foot of the text's last page if
that is an even one with enough room. One layout serves in most cases. Source: GB/T 9704-2012, 7.4.
"""

from dataclasses import dataclass

from reports.typeset.engine import boxes

MM = 96 / 25.4  # pixels of CSS
LINE = 10.4455 * MM
SPARE = LINE  # white that must stay between the text and the 报尾
FOOT = (LINE - 16 * 4 / 3) / 2  # the type area ends at the last line's characters, half a leading above the page box
LATEST_BREAK = 0.6  # of a page's height: only what stands below may go overleaf, no page is left half empty


@dataclass
class Settled:
    """pages: what is printed; gaps: mm of white inside, before a block that did not fit and on an empty page; waste: all the
    white where there could be text, after its end and around a 报尾 alone on its page included;
    overleaf: position of the block that would keep the 报尾 company if it began a page, None if there is none;
    is_odd: the 报尾 came to stand on an odd page, which must not be printed so."""

    pages: list
    gaps: float
    waste: float
    overleaf: int | None = None
    is_odd: bool = False

    @property
    def printed(self) -> int:
        """Pages once the 报尾 stands on an even one."""
        return len(self.pages) + self.is_odd


def settle(document) -> Settled:
    """The document's pages with the last one, the 报尾's, moved to where it belongs."""
    *text, foot = document.pages
    inside = [_room(page) for page in text[:-1]]
    waste = gaps = sum(gap - LINE for gap in inside if gap > 2 * LINE)
    needed = _content(foot).margin_height() + SPARE
    is_even = len(text) % 2 == 0
    if is_even and _room(text[-1]) >= needed:
        _stand(foot, at_foot_of=text[-1])
        return Settled(text, gaps / MM, waste / MM)
    _stand(foot, at_foot_of=foot)
    page, overleaf = _area(foot).height, _last_start(text[-1])
    waste += _room(text[-1]) + page - needed + (page if is_even else 0)
    gaps += page if is_even and overleaf is None else 0
    return Settled([*text, foot], gaps / MM, waste / MM, overleaf, is_odd=is_even)


def _stand(foot, *, at_foot_of) -> None:
    """Where it was laid out, the binding side may have been the other one: it takes the margins of its new page."""
    here, there, content = _area(foot), _area(at_foot_of), _content(foot)
    down = there.content_box_y() + there.height - FOOT - content.position_y - content.margin_height()
    content.translate(there.content_box_x() - here.content_box_x(), down)
    if there is not here:
        there.children = (*there.children, content)


def _area(page):
    """The page's box; its first child is the root element, the others are margin boxes."""
    return page._page_box


def _content(page):
    return _area(page).children[0]


def _room(page) -> float:
    area = _area(page)
    return area.content_box_y() + area.height - _lowest(_content(page))


def _last_start(page) -> int | None:
    """Position of the last block that begins far enough down this page; headings are taken along with what they head."""
    area = _area(page)
    limit = area.content_box_y() + area.height * LATEST_BREAK
    starts, heads = [], []
    for box in _blocks(_content(page)):
        heads.append(box)
        if box.position_y > limit:
            starts.append(heads[0])
        if not _is_heading(box):
            heads = []
    headings = [box for box in starts if _is_heading(box)]
    return max((int(box.element.get("data-position")) for box in headings or starts), default=0) or None


def _is_heading(box) -> bool:
    return box.element.get("class").startswith("heading")


def _blocks(box):
    """The sections of the template, each holding one block of the paper."""
    if box.element is not None and box.element.tag == "section":
        yield box
    else:
        for child in getattr(box, "children", ()):
            yield from _blocks(child)


def _lowest(box) -> float:
    """Foot of the lowest line, picture or cell; a box that goes on overleaf is itself as long as the page."""
    return max((leaf.position_y + leaf.margin_height() for leaf in _leaves(box)), default=0)


def _leaves(box):
    solid = (boxes.LineBox, boxes.TableCellBox, boxes.ReplacedBox)
    if isinstance(box, solid) or not getattr(box, "children", None):
        if isinstance(box, solid):
            yield box
    else:
        for child in box.children:
            yield from _leaves(child)
