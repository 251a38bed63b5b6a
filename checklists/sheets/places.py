"""Longitude and latitude as offices write them: degrees with a fraction, or degrees, minutes and seconds; in two cells or one."""

import re
import unicodedata
from decimal import Decimal

MOST = 180
CHINA = {"longitude": (73, 136), "latitude": (3, 54)}  # degrees; no longitude of China is a latitude of it
WORDS = re.compile(r"东经|北纬|经度|纬度|[EN:,，、;；\s]+", re.IGNORECASE)
DEGREES = re.compile(r"(\d{1,3}(?:\.\d+)?)(?:[°度](?:(\d{1,2}(?:\.\d+)?)[′'分](?:(\d{1,2}(?:\.\d+)?)[″\"秒])?)?)?")
MILLIONTH = Decimal("0.000001")


def degrees_of(text: str) -> Decimal | None:
    """One coordinate, whichever it is; None for a text that is none."""
    found = DEGREES.fullmatch(WORDS.sub("", _plain(text)))
    degrees = _decimal(found) if found else None
    return degrees if degrees is not None and degrees <= MOST else None


def pair_of(text: str) -> tuple[Decimal, Decimal] | None:
    """(longitude, latitude) of a cell with both, in either order where that is certain; None for a text that is no pair."""
    plain = WORDS.sub(" ", _plain(text)).strip()
    found = list(DEGREES.finditer(plain))
    if len(found) != 2 or DEGREES.sub("", plain).strip():
        return None
    first, second = map(_decimal, found)
    if is_in_china(longitude=second, latitude=first):
        return second, first
    return (first, second) if max(first, second) <= MOST else None


def is_in_china(**degrees: Decimal | None) -> bool:
    """Whether longitude and latitude, those that are given, lie in the box around the country."""
    return all(value is None or CHINA[name][0] <= value <= CHINA[name][1] for name, value in degrees.items())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("″", '"').replace("”", '"').replace("′′", '"').replace("’", "'"))


def _decimal(found: re.Match) -> Decimal:
    degrees, minutes, seconds = (Decimal(part or 0) for part in found.groups())
    return (degrees + minutes / 60 + seconds / 3600).quantize(MILLIONTH)
