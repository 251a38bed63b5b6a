"""The widths of an xlsx's columns, so that a sheet goes out as wide as it came. A file that says none gives none.

Called after grid.read_workbook has counted what the file unpacks to; only the head of each sheet is looked at.
"""

import html
import io
import re
import zipfile

HEAD_BYTES = 65_536  # the columns stand before the first row
MOST = 100  # columns
SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
COLUMN = re.compile(r"<(?:\w+:)?col\b[^>]*>")
FACT = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')


def column_widths(data: bytes) -> dict[str, dict[int, float]]:
    """Name of a sheet -> column (from 0) -> width in characters, for the columns that are shown and have one of their own."""
    if not data.startswith(b"PK"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            targets = {
                facts.get("Id"): facts.get("Target", "")
                for facts in _facts(RELATION, _head(archive, "xl/_rels/workbook.xml.rels", whole=True))
            }
            names = _facts(SHEET, _head(archive, "xl/workbook.xml", whole=True))
            return {html.unescape(one.get("name", "")): _widths(archive, targets.get(one.get("r:id"), "")) for one in names}
    except (KeyError, OSError, ValueError, zipfile.BadZipFile):
        return {}


def _widths(archive, target) -> dict[int, float]:
    found = {}
    head = _head(archive, target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    for one in _facts(COLUMN, head.partition("<sheetData")[0]):
        if "width" in one and one.get("hidden") not in ("1", "true"):
            first, last = int(one["min"]), min(int(one["max"]), MOST)
            found |= dict.fromkeys(range(first - 1, last), float(one["width"]))
    return found


def _head(archive, name, *, whole=False) -> str:
    with archive.open(name) as part:
        return part.read(HEAD_BYTES * (16 if whole else 1)).decode("utf-8", "replace")


def _facts(pattern, text) -> list[dict[str, str]]:
    return [dict(FACT.findall(tag)) for tag in pattern.findall(text)]
