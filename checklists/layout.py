"""Where each file of a filing package lies and what it is called. Pure: plain nodes and pieces in, paths out.

Folders `Ⅰ-n_…/Ⅱ-n_…/Ⅲ-n_…/n）/`, files `①kind_title_date.ext`; levels an item does not have are left out. Source: domain of
material, "package per item"; docs/glossary.md, "filing package".
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ROMAN = {"project": "Ⅰ", "indicator": "Ⅱ", "content": "Ⅲ"}
NAME, TITLE = 24, 40  # characters of a folder's and of a file's words: Windows takes paths of 260
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@dataclass(frozen=True)
class Step:
    """One node above an item, or the item: its grade, its number among its brothers, its text."""

    grade: str
    number: int
    text: str


@dataclass(frozen=True)
class PieceName:
    """What a record's files are called after. kind: the word for it; files: names as they came in, for their endings."""

    kind: str
    title: str
    event_on: date | None = None
    files: tuple[str, ...] = ()


def folder_of(steps: Sequence[Step]) -> str:
    """The folder of an item, project first; a requirement lies in its criterion's and gives the files their mark."""
    return "/".join(_folder(step) for step in steps if step.grade != "requirement")


def file_names(steps: Sequence[Step], pieces: Sequence[PieceName]) -> list[list[str]]:
    """Per piece the names of its files inside folder_of, each name once whatever the case of its letters."""
    own = steps[-1].number if steps and steps[-1].grade == "requirement" else None
    taken: set[str] = set()
    found = []
    for number, piece in enumerate(pieces, 1):
        parts = [circled(own or number) + clean(piece.kind, NAME), clean(piece.title, TITLE)]
        parts += [piece.event_on.strftime("%Y%m%d")] if piece.event_on else []
        stem = "_".join(part for part in parts if part)
        found.append([_free(stem, _ending(name), taken) for name in piece.files])
    return found


def circled(number: int) -> str:
    """①–㊿; larger ones in brackets."""
    for first, last, start in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(start + number - first)
    return f"（{number}）"


def clean(text: str, longest: int) -> str:
    """Words for a name: one line, nothing a file system or a shell trips over, never a reserved name."""
    text = unicodedata.normalize("NFC", FORBIDDEN.sub("", " ".join(text.split())))
    text = text[:longest].strip(". ")
    return f"_{text}" if RESERVED.fullmatch(text) else text


def _folder(step: Step) -> str:
    if step.grade == "criterion":
        return f"{step.number}）"
    mark = ROMAN.get(step.grade, "")
    return "_".join(part for part in (f"{mark}-{step.number}".lstrip("-"), clean(step.text, NAME)) if part)


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f".{clean(ending.lower(), 10)}" if stem and dot and ending.isalnum() else ""


def _free(stem: str, ending: str, taken: set[str]) -> str:
    count, name = 1, stem + ending
    while name.casefold() in taken:
        count += 1
        name = f"{stem}_{count}{ending}"
    taken.add(name.casefold())
    return name
