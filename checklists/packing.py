"""A filing package as one ZIP: written in pieces, the same material gives the same bytes."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest day a ZIP knows: packages carry no clock
CHUNK = 2**20
INDEX, SUMS = "目录.xlsx", "校验清单-SHA256.txt"


class Damaged(ValueError):
    """args[0]: path of the file that is gone or no longer holds what came in."""


@dataclass(frozen=True)
class Packed:
    """path: inside the package; sha256: what the content must have; open: its bytes in pieces."""

    path: str
    sha256: str
    open: Callable[[], Iterable[bytes]]


def write_package(out: BinaryIO, files: Iterable[Packed], *, index: bytes, tell: Callable[[int], None]) -> None:
    """Write the package into `out`: the files in the order given, the index sheet, the list of sums (as sha256sum reads it).

    tell: called with the number of files written so far. Raises Damaged; nothing is held in memory but one piece of a file.
    """
    sums = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for number, file in enumerate(files, 1):
            try:
                found = _copy(package, file.path, file.open())
            except FileNotFoundError:
                raise Damaged(file.path) from None
            if found != file.sha256:
                raise Damaged(file.path)
            sums.append((file.path, found))
            tell(number)
        sums.append((INDEX, _copy(package, INDEX, [index])))
        _copy(package, SUMS, ["".join(f"{sha}  {path}\n" for path, sha in sums).encode()])


def same_bytes(workbook: bytes) -> bytes:
    """The workbook without the moment at which it was written: its own clock and those of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"1980-01-01T00:00:00Z", body)
            new.writestr(_entry(entry.filename, zipfile.ZIP_DEFLATED), body)
    return out.getvalue()


def sum_of(chunks: Iterable[bytes]) -> str:
    sums = hashlib.sha256()
    for chunk in chunks:
        sums.update(chunk)
    return sums.hexdigest()


def in_pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _copy(package: zipfile.ZipFile, path: str, chunks: Iterable[bytes]) -> str:
    sums = hashlib.sha256()
    with package.open(_entry(path, zipfile.ZIP_STORED), "w", force_zip64=True) as part:
        for chunk in chunks:
            part.write(chunk)
            sums.update(chunk)
    return sums.hexdigest()


def _entry(path: str, how: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, EPOCH)
    entry.compress_type = how
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # not the machine's: Windows and Linux write the same
    return entry
