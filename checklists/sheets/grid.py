"""A file as it was received -> grids of texts with the sheet's own row numbers, or a SheetError that says why not."""

import csv
import io
import json
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from .errors import SheetError
from .text import clean
from .vocabulary import MARKED

MB = 1024 * 1024
MAX_BYTES = 50 * MB
MAX_PARTS = 200  # files inside an xlsx
MAX_UNPACKED = 50 * MB  # their sum, counted while unpacking
MAX_RATIO = 100  # unpacked to packed
HARMLESS = 5 * MB  # below this the ratio does not matter: a sheet of empty bordered rows packs that well
MAX_ROWS = 20_000
MAX_COLUMNS = 100
SECONDS = 30
MARKED_WITHIN = 60  # rows in which the heading of the added column is looked for

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CHILD = Path(__file__).with_name("parser_child.py")


@dataclass(frozen=True, order=True)
class Merge:
    """A merged range, ends included. Rows are the sheet's own numbers (from 1), columns count from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """One sheet as texts. cells[i] is sheet row i + 1; a merged range is filled down its first column and nowhere else."""

    name: str
    cells: tuple[tuple[str, ...], ...]
    merges: tuple[Merge, ...] = ()
    _covering: dict[tuple[int, int], Merge] = field(default_factory=dict, repr=False, compare=False)

    @property
    def width(self) -> int:
        return len(self.cells[0]) if self.cells else 0

    @property
    def height(self) -> int:
        return len(self.cells)

    def row(self, number: int) -> tuple[str, ...]:
        return self.cells[number - 1]

    def merge_at(self, number: int, column: int) -> Merge | None:
        """The merged range that covers this cell."""
        return self._covering.get((number, column))


def make_grid(name: str, rows: list[list[str]], merges: list[Merge] | tuple = ()) -> Grid:
    """A grid of clean texts of equal width; each merge is cut to the sheet, an overlapping one is left out.

    The column in which a sheet was handed back with its doubts is left out with all that stands right of it.
    """
    width = min(max(map(len, rows), default=0), _marked_column(rows))
    rows = [row[:width] for row in rows]
    cells = [[clean(text) for text in row] + [""] * (width - len(row)) for row in rows]
    while cells and not any(cells[-1]):
        cells.pop()
    kept, covering = [], {}
    allowed = 2 * len(cells) * width  # cells looked at: ranges of a real sheet do not overlap
    for merge in sorted(merges):
        merge = Merge(merge.top, merge.left, min(merge.bottom, len(cells)), min(merge.right, width - 1))
        allowed -= max(0, merge.bottom - merge.top + 1) * max(0, merge.right - merge.left + 1)
        if allowed < 0:
            break
        places = [(row, column) for row in range(merge.top, merge.bottom + 1) for column in range(merge.left, merge.right + 1)]
        if len(places) < 2 or any(place in covering for place in places):
            continue
        covering.update(dict.fromkeys(places, merge))
        kept.append(merge)
        for number in range(merge.top, merge.bottom):
            cells[number][merge.left] = cells[merge.top - 1][merge.left]
    return Grid(name, tuple(map(tuple, cells)), tuple(kept), covering)


def _marked_column(rows: list[list[str]]) -> int:
    """The column that marking.py added, else one that no sheet has."""
    places = (row.index(text) for row in rows[:MARKED_WITHIN] for text in row if text.split("\n")[0].strip() == MARKED)
    return next(places, MAX_COLUMNS + 1)


def read_workbook(source: bytes | Path, *, file_name: str = "") -> list[Grid]:
    """Every sheet of the file that holds anything, in the file's order. A csv is one sheet named after the file.

    source: the bytes, or a path. Raises SheetError; nothing is parsed before size and shape were checked.
    Source of the limits: the hostile workbooks that were tried (docs/architecture.md, "files from outside").
    """
    if isinstance(source, Path):
        if source.stat().st_size > MAX_BYTES:
            raise SheetError("too_large", limit=MAX_BYTES // MB)
        file_name = file_name or source.name
        source = source.read_bytes()
    if not source:
        raise SheetError("empty_file")
    if len(source) > MAX_BYTES:
        raise SheetError("too_large", limit=MAX_BYTES // MB)

    if source.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        grids = _parsed(source, _check_zip(source))
    elif source.startswith(OLE):
        _check_ole(source)
        grids = _parsed(source, "workbook")
    else:
        grids = [_read_csv(source, name=Path(file_name).stem)]
    grids = [grid for grid in grids if grid.cells]
    if not grids:
        raise SheetError("empty_sheet")
    return grids


def read_grid(source: bytes | Path, *, sheet: str = "", file_name: str = "") -> Grid:
    """The sheet of that name, or the only one whose name holds it; else SheetError, naming what there is."""
    grids = read_workbook(source, file_name=file_name)
    sheet = sheet.strip()
    found = [grid for grid in grids if grid.name == sheet] or [grid for grid in grids if sheet in grid.name]
    if len(found) == 1:
        return found[0]
    code = "which_sheet" if found else "no_such_sheet"
    raise SheetError(code, sheet=sheet, sheets="、".join(grid.name for grid in found or grids))


def _check_zip(data: bytes) -> str:
    """ "workbook" or "document". Counts what the parts really unpack to; sizes written in the file are not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise SheetError("too_many_parts", limit=MAX_PARTS)
            if any(part.flag_bits & 1 for part in parts):
                raise SheetError("password")
            kind = _kind_of({part.filename.replace("\\", "/").lower() for part in parts})
            allowed = min(MAX_UNPACKED, max(HARMLESS, len(data) * MAX_RATIO))
            for part in parts:
                with archive.open(part) as stream:
                    while chunk := stream.read(1 << 16):
                        allowed -= len(chunk)
                        if allowed < 0:
                            raise SheetError("unpacks_too_large")
        return kind
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as error:
        raise SheetError("damaged") from error


def _kind_of(names: set[str]) -> str:
    """By the names of the parts."""
    for part, kind in (("word/document.xml", "document"), ("xl/workbook.xml", "workbook")):
        if part in names:
            return kind
    if "[content_types].xml" in names or "mimetype" in names:
        raise SheetError("other_office_file")
    raise SheetError("not_a_workbook")


def _check_ole(data: bytes) -> None:
    """The old office container: its directory names its streams in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise SheetError("password")
    if "WordDocument".encode("utf-16-le") in data:
        raise SheetError("word_document")
    if "Workbook".encode("utf-16-le") not in data and "Book".encode("utf-16-le") not in data:
        raise SheetError("other_office_file")


def _parsed(data: bytes, kind: str) -> list[Grid]:
    """kind: "workbook" or "document"; parsed in a process of its own."""
    command = [sys.executable, "-I", str(CHILD), kind, str(MAX_ROWS), str(MAX_COLUMNS)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise SheetError("unpacks_too_large") from error
    if done.returncode < 0:  # ended by the memory or time limit
        raise SheetError("unpacks_too_large")
    if done.returncode:  # the parser fell over its input
        raise SheetError("damaged")
    answer = json.loads(done.stdout)
    if code := answer.get("error"):
        limit = {"too_many_rows": MAX_ROWS, "too_many_columns": MAX_COLUMNS}.get(code)
        raise SheetError(code, sheet=answer.get("sheet", ""), limit=limit)
    return [
        make_grid(
            sheet["name"],
            sheet["rows"],
            [Merge(top + 1, left, bottom + 1, right) for top, left, bottom, right in sheet["merges"]],
        )
        for sheet in answer["sheets"]
    ]


def _read_csv(data: bytes, *, name: str) -> Grid:
    text = _decoded(data)
    first_lines = "\n".join(text.split("\n", 20)[:20])
    delimiter = max(",\t;", key=first_lines.count)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) >= MAX_ROWS:
                raise SheetError("too_many_rows", sheet=name, limit=MAX_ROWS)
            if len(row) > MAX_COLUMNS:
                raise SheetError("too_many_columns", sheet=name, limit=MAX_COLUMNS)
            rows.append(row)
    except csv.Error as error:
        raise SheetError("damaged") from error
    return make_grid(name, rows)


def _decoded(data: bytes) -> str:
    """UTF-8 with or without mark, GB18030, or UTF-16 with mark (Excel's "Unicode text"); anything else is no csv."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif any(byte in data for byte in (b"\x00", b"\x01", b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x07", b"\x08")):
        encodings = []
    elif data.lstrip()[:1] == b"<" or data.startswith((b"%PDF", b"{\\rtf")):
        encodings = []
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError("not_a_workbook")
