"""ZIP archives that people upload: opened without believing a word of what they say about themselves.

Source: shared rules of hostile input, "Files": number, size, ratio, names, passwords. Pure: a file in, its members out.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_MEMBERS = 2000
MOST_BYTES = 2 * 2**30  # unpacked, all members
HARMLESS_BYTES = 50 * 2**20  # below this unpacked size any ratio is harmless
MOST_RATIO = 100
JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
CHUNK = 2**20


class BadArchive(ValueError):
    """args[0]: "broken", "password", "members" (too many), "bomb" (unpacks to far more than files do)."""


@dataclass(frozen=True)
class Member:
    """name: with folders, "/" between them; refused: "" or "path" (leads out of the archive), "too_large", "empty"."""

    name: str
    size: int
    refused: str = ""
    entry: zipfile.ZipInfo | None = None


class Archive:
    """members: what counts as a file, in the order of the archive. Raises BadArchive."""

    def __init__(self, file: BinaryIO, *, most_each: int):
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
            raise BadArchive("broken") from None
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir() and not _is_junk(entry.filename)]
        if len(entries) > MOST_MEMBERS:
            raise BadArchive("members")
        if any(entry.flag_bits & 1 for entry in entries):
            raise BadArchive("password")
        packed = sum(entry.compress_size for entry in entries)
        if sum(entry.file_size for entry in entries) > min(MOST_BYTES, max(packed * MOST_RATIO, HARMLESS_BYTES)):
            raise BadArchive("bomb")
        self._most_each = most_each
        self.members = [self._member(entry) for entry in entries]

    def _member(self, entry) -> Member:
        name = name_of(entry)
        refused = "path" if leads_out(name) else "empty" if not entry.file_size else ""
        if entry.file_size > self._most_each:
            refused = "too_large"
        return Member(name, entry.file_size, refused, entry)

    def read(self, member: Member) -> Iterator[bytes]:
        """The member's bytes; never more than it declared, whatever is packed (zipfile stops there and compares the sum)."""
        try:
            with self._zip.open(member.entry) as part:
                while chunk := part.read(CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zipfile.zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
            raise BadArchive("broken") from None


def name_of(entry: zipfile.ZipInfo) -> str:
    """The member's name; programs of Chinese Windows write GBK and do not say so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            pass
    return name.replace("\\", "/")


def leads_out(name: str) -> bool:
    """Whether a member would be written outside its folder by a careless program."""
    return name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\0" in name


def _is_junk(name: str) -> bool:
    return name.startswith(JUNK[0]) or name.rsplit("/", 1)[-1] in JUNK[1:] or name.rsplit("/", 1)[-1].startswith("._")
