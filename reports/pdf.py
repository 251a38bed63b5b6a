"""Templates and papers as PDF. The only module that uses the engine (beside reports/typeset).

Nothing is fetched from anywhere: style sheets, fonts and photos are handed in by name (css: font: photo:), any other
address stops the rendering. The same data give the same bytes: no clock, no random, no order of the machine.
"""

import gc
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from urllib.parse import unquote

from django.conf import settings
from django.template.loader import get_template
from django.utils import translation
from PIL import Image, ImageFile, ImageOps

from reports.paper import Paper
from reports.typeset import justify, pages
from reports.typeset.bulletin import page_of
from reports.typeset.engine import HTML, Document, FatalURLFetchingError, FontConfiguration, URLFetcher, URLFetcherResponse
from reports.typeset.fonts import covered, font_css, font_files
from reports.typeset.text import printable, with_breaks

Photos = Callable[[str], bytes | None]

PHOTO_SIDE = 720  # pixels: 75 mm at 240 dots per inch
PHOTO_LIMIT = 60_000_000  # pixels; more is no photo of a phone
DENSITIES = ("roomy", "medium", "close")  # classes of the style sheet; a closer one only where it saves pages or white space
WASTE_ALLOWED = 40  # mm of white that are not worth another layout

justify.install()
ImageFile.LOAD_TRUNCATED_IMAGES = False  # the engine switches it on for everybody; half an upload is refused
_lock = Lock()
_fonts: tuple[str, FontConfiguration] | None = None  # which fonts, and the engine's knowledge of them


class AddressRefused(ValueError):
    """The paper asked for something that was not handed in."""


def render_paper(paper: Paper, *, photos: Photos | None = None) -> bytes:
    """The paper as PDF, an even number of pages with the 报尾 at the foot of the last.

    photos: key of a photo -> its bytes, None if it is gone (the paper then says so); asked once for each key.
    """
    pictures = {key: _print_photo(photos(key)) if photos else None for key in paper.photo_keys}
    addresses = {key: f"photo:{number}" for number, (key, picture) in enumerate(pictures.items()) if picture}
    source = _Source({address: pictures[key] for key, address in addresses.items()})
    context = page_of(paper, addresses)
    with _engine() as fonts:
        best = _best_layout(lambda **changes: _laid_out(source, {**context, **changes}, fonts))
        return _written(best, source, key=repr(paper))


def _best_layout(lay_out: Callable[..., tuple[Document, pages.Settled]]) -> Document:
    """The layout of the fewest pages, of these the one with the least white between its blocks, the roomiest where that is no
    matter. Most papers are done with the first."""
    layouts = []
    for density in DENSITIES:
        layouts.append(lay_out(density=density))
        if layouts[-1][1].waste <= WASTE_ALLOWED:
            break
    density, (document, settled) = min(zip(DENSITIES, layouts, strict=False), key=lambda layout: _white(layout[1][1]))
    if settled.overleaf is not None:
        again = lay_out(density=density, overleaf=settled.overleaf)
        if len(again[1].pages) <= settled.printed:
            document, settled = again
    if settled.is_odd:
        document, settled = lay_out(density=density, with_blank_page=True)
    return document.copy(settled.pages)


def _white(settled: pages.Settled) -> tuple[int, float]:
    return settled.printed, max(settled.gaps, WASTE_ALLOWED)


def render_pdf(template: str, context: dict, *, photos: Photos | None = None, photo_side: int = PHOTO_SIDE) -> bytes:
    """A template of its own as PDF. It links its style sheet as css:reports/pdf/name.css; photos are photo:key there.

    photo_side: pixels of a photo's longer side in print.
    """
    source = _Source({}, photos, photo_side)
    with _engine() as fonts:
        html = _html(template, context)
        return _written(_document(html, source, fonts), source, key=html)


def _laid_out(source, context, fonts) -> tuple[Document, pages.Settled]:
    document = _document(_html("reports/pdf/bulletin.html", context), source, fonts)
    return document, pages.settle(document)


def _html(template: str, context: dict) -> str:
    with translation.override("zh-hans"):
        return with_breaks(printable(get_template(template).render(context), covered()))


def _document(html: str, source: "_Source", fonts: FontConfiguration) -> Document:
    return HTML(string=html, base_url="paper:", url_fetcher=source).render(font_config=fonts, cache=source.cache)


def _written(document: Document, source: "_Source", *, key: str) -> bytes:
    pdf = document.write_pdf(pdf_identifier=hashlib.sha256(key.encode()).hexdigest()[:32])
    if source.refused:  # inside an SVG the engine swallows the refusal and draws nothing
        raise AddressRefused(source.refused[0])
    return pdf


@contextmanager
def _engine() -> Iterator[FontConfiguration]:
    """The engine for one paper at a time: two layouts over one font configuration corrupt memory.

    The collector pauses: over a long paper its rounds take a third of the time and find nothing.
    """
    global _fonts
    with _lock:
        which = f"{settings.FONTS_DIR} {font_css()}"
        if _fonts is None or _fonts[0] != which:  # the office may have added its own
            _fonts = which, FontConfiguration()
        collected = gc.isenabled()
        gc.disable()
        try:
            yield _fonts[1]
        except FatalURLFetchingError as error:  # a BaseException: it would take the worker down
            raise AddressRefused(str(error)) from error
        finally:
            if collected:
                gc.enable()


def _forget_fonts() -> None:
    """A forked worker makes its own; the parent's font files are the parent's to remove."""
    global _fonts, _lock
    if _fonts is not None:
        _fonts[1]._folder = None
    _fonts, _lock = None, Lock()


os.register_at_fork(after_in_child=_forget_fonts)


class _Source(URLFetcher):
    """Serves what was handed in, by name; refuses every other address."""

    def __init__(self, files: dict[str, bytes], photos: Photos | None = None, photo_side: int = PHOTO_SIDE):
        super().__init__(allowed_protocols=set(), allow_redirects=False)
        self.files = files
        self._photos, self._photo_side = photos, photo_side
        self.refused = []
        self.cache = {}  # decoded photos, kept for the layouts of one paper

    def fetch(self, url, headers=None):
        scheme, _, name = url.partition(":")
        body = self.files.get(url)
        if body is not None:
            return URLFetcherResponse(url, body)
        if scheme == "photo" and self._photos and (body := _print_photo(self._photos(unquote(name)), self._photo_side)):
            return URLFetcherResponse(url, body)
        if scheme == "font" and name in font_files():
            return URLFetcherResponse(url, font_files()[name].read_bytes())
        if url == "css:fonts.css":
            return URLFetcherResponse(url, font_css(), {"Content-Type": "text/css"})
        if scheme == "css" and name.startswith("reports/pdf/") and ".." not in name:
            return URLFetcherResponse(url, get_template(name).template.source, {"Content-Type": "text/css"})
        self.refused.append(f"not handed in: {url[:200]}")
        raise FatalURLFetchingError(self.refused[-1])

    def open(self, url, data=None, timeout=None):
        return self.fetch(url if isinstance(url, str) else url.full_url)


def _print_photo(data: bytes | None, side: int = PHOTO_SIDE) -> bytes | None:
    """A JPEG upright, in print size and without the camera's notes (place, owner); None if it is no photo."""
    if not data:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as photo:
            if photo.width * photo.height > PHOTO_LIMIT:
                return None
            photo.draft("RGB", (2 * side, 2 * side))
            upright = ImageOps.exif_transpose(photo).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    upright.thumbnail((side, side))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85)
    return out.getvalue()
