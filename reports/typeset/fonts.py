"""The print fonts of this machine: config.setup.fonts brings them, the style sheet names them by slot."""

from collections.abc import Container
from functools import lru_cache
from pathlib import Path

import uharfbuzz
from django.conf import settings

# Slot of the style sheet ("GW Fang") -> file. An office's own font of a slot is "GW Own Fang" and taken before it.
FONTS = {
    "Title": "FandolSong-Bold.otf",
    "Fang": "FandolFang-Regular.otf",
    "Kai": "FandolKai-Regular.otf",
    "Hei": "FandolHei-Regular.otf",
    "Song": "FandolSong-Regular.otf",
    "Rare": "GWRare.otf",
}


def font_files() -> dict[str, Path]:
    """Name -> file of every font a paper may ask for."""
    own = {path.name: path for path in sorted(settings.FONTS_DIR.glob("office-*.otf"))}
    return own | {name: settings.FONTS_DIR / name for name in FONTS.values()}


def missing_fonts() -> list[str]:
    return [name for name in FONTS.values() if not (settings.FONTS_DIR / name).exists()]


def font_css() -> str:
    files = font_files()
    rules = {f"GW {slot}": name for slot, name in FONTS.items()}
    rules |= {f"GW Own {slot}": own for slot in FONTS if (own := f"office-{slot.lower()}.otf") in files}
    return "".join(f'@font-face{{font-family:"{family}";src:url(font:{name})}}' for family, name in rules.items())


def covered() -> Container[int]:
    """Code points that some print font can show."""
    paths = tuple(settings.FONTS_DIR / FONTS[slot] for slot in ("Fang", "Rare"))
    return _code_points(paths) if all(path.exists() for path in paths) else _EVERYTHING


class _Everything:
    """Where set-up has not brought our fonts, the system's are used and every character is left to them."""

    def __contains__(self, code: int) -> bool:
        return code >= 0x20


_EVERYTHING = _Everything()


@lru_cache(maxsize=2)
def _code_points(paths: tuple[Path, ...]) -> frozenset[int]:
    faces = [uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))) for path in paths]
    return frozenset().union(*(face.unicodes for face in faces))
