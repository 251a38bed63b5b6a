"""A paper as plain data: what a bulletin freezes when it is published, and all its printing needs.

Papers are always in Chinese, whatever the language of who makes them; texts here are what is printed. A paper of
to_json() comes back from Paper.from_json() as the same paper; blocks carry their kind.
Source: docs/glossary.md, "bulletin"; GB/T 9704-2012 for levels of headings and numbers.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import ClassVar

from reports.typeset.text import chinese_number

FORMAT = 1
LEFT, CENTER, RIGHT = "left", "center", "right"


@dataclass(frozen=True)
class Masthead:
    """报头. name: 示范县文明创建工作简报, a line break where wanted; number: 2026年第13期（总第63期）, empty on a draft;
    day: ISO date; mark: printed top right, such as 送审稿."""

    name: str
    number: str
    office: str
    day: str
    mark: str = ""


@dataclass(frozen=True)
class Heading:
    """level 1–3: printed as 一、 （一） 1. , numbered by their order."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A line break starts a new paragraph. is_lead: set in 楷体, for an editor's note at the head."""

    kind: ClassVar[str] = "paragraph"
    text: str
    is_lead: bool = False


@dataclass(frozen=True)
class Column:
    """title: may have a line break; width: in characters; 0 = as its texts need. What is left over or lacking is shared out."""

    title: str
    width: float = 0
    align: str = CENTER


@dataclass(frozen=True)
class Table:
    """rows: ready texts, one for each column. note: printed under it (the definitions of its figures).
    has_total: the last row is a sum. Tables with a caption are numbered 表1, 表2 …"""

    kind: ClassVar[str] = "table"
    columns: list[Column]
    rows: list[list[str]]
    caption: str = ""
    note: str = ""
    has_total: bool = False


@dataclass(frozen=True)
class PhotoPair:
    """整改前 / 整改后 side by side under one line of text, never parted by a page.

    before, after: keys the caller of render_paper knows photos by; empty = none (before: 无照片, after: 未反馈照片).
    """

    kind: ClassVar[str] = "photos"
    caption: str
    before: str = ""
    after: str = ""
    before_label: str = "整改前"
    after_label: str = "整改后"


@dataclass(frozen=True)
class Bar:
    """value: 0–1 of the longest bar; text: what is printed at its end; is_low: drawn in red."""

    label: str
    value: float
    text: str
    is_low: bool = False


@dataclass(frozen=True)
class Bars:
    kind: ClassVar[str] = "bars"
    caption: str
    bars: list[Bar]


@dataclass(frozen=True)
class Colophon:
    """报尾. report_to 报, send_to 送, issue_to 发; empty lines are left out. day: ISO date."""

    office: str
    day: str
    report_to: str = ""
    send_to: str = ""
    issue_to: str = ""
    editor: str = ""
    reviewer: str = ""
    signer: str = ""
    copies: int | None = None


Block = Heading | Paragraph | Table | PhotoPair | Bars
BLOCKS = {block.kind: block for block in (Heading, Paragraph, Table, PhotoPair, Bars)}
PARTS = {Table: ("columns", Column), Bars: ("bars", Bar)}


@dataclass(frozen=True)
class Paper:
    masthead: Masthead
    title: str
    colophon: Colophon
    blocks: list[Block] = field(default_factory=list)

    def to_json(self) -> dict:
        """Dicts, lists, texts and numbers only, as a JSONField stores them."""
        blocks = [{"kind": block.kind, **asdict(block)} for block in self.blocks]
        return {
            "format": FORMAT,
            "masthead": asdict(self.masthead),
            "title": self.title,
            "blocks": blocks,
            "colophon": asdict(self.colophon),
        }

    @classmethod
    def from_json(cls, data: dict) -> "Paper":
        """Raises ValueError if the data are of another format: a frozen paper is never read half."""
        if data.get("format") != FORMAT:
            raise ValueError(f"not a paper of format {FORMAT}: {data.get('format')!r}")
        return cls(
            masthead=Masthead(**data["masthead"]),
            title=data["title"],
            blocks=[_block(entry) for entry in data["blocks"]],
            colophon=Colophon(**data["colophon"]),
        )

    @property
    def length(self) -> int:
        """Characters of title, headings and paragraphs without white space: what is held against 5,000.

        Source: rules on shorter papers (docs/glossary.md, "length of papers"); tables and lists do not count.
        """
        texts = [self.title, *(block.text for block in self.blocks if isinstance(block, (Heading, Paragraph)))]
        return sum(len("".join(text.split())) for text in texts)

    @property
    def photo_keys(self) -> list[str]:
        """Every photo once, in the order of the paper."""
        pairs = [block for block in self.blocks if isinstance(block, PhotoPair)]
        return list(dict.fromkeys(key for pair in pairs for key in (pair.before, pair.after) if key))

    def numbered(self) -> Iterator[tuple[str, Block]]:
        """Each block with the number printed before it: 一、 （一） 1. of headings, 表1 of tables with a caption."""
        counts, tables = [0, 0, 0], 0
        for block in self.blocks:
            number = ""
            if isinstance(block, Heading):
                counts[block.level - 1 :] = [counts[block.level - 1] + 1, *[0] * (3 - block.level)]
                number = _heading_number(block.level, counts[block.level - 1])
            elif isinstance(block, Table) and block.caption:
                tables += 1
                number = f"表{tables}"
            yield number, block


def _heading_number(level: int, count: int) -> str:
    return {1: f"{chinese_number(count)}、", 2: f"（{chinese_number(count)}）", 3: f"{count}．"}[level]


def _block(entry: dict) -> Block:
    values = dict(entry)
    block = BLOCKS[values.pop("kind")]
    if unknown := values.keys() - {each.name for each in fields(block)}:
        raise ValueError(f"a {block.kind} has no {', '.join(sorted(unknown))}")
    if block in PARTS:
        name, part = PARTS[block]
        values[name] = [part(**each) for each in values[name]]
    return block(**values)
