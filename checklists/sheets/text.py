"""Cell texts: cleaning, comparing, leading numbers. Sources: the dirt seen in offices' sheets, glossary "standard"."""

import re
import unicodedata

QUOTED = re.compile(r"^'[\s']*(?=[=+\-@＝＋－＠])|^'+(?=[\t\r])")  # the quote of writing.py before what looks like a formula
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\x00"))
CARRIAGE = re.compile(r"_x000D_\n?|\r\n?", re.IGNORECASE)
ONE_AS_DASH = re.compile(r"(?<=[ivx])一(?=\d)")  # Ⅰ一1: the number one typed for a dash
DASHES = dict.fromkeys(map(ord, "—–−‐‑－─"), "-")
POINTS_LINE = re.compile(r"^[（(]?\d{1,4}(?:\.\d+)?\s*分?[)）]?$")
NUMBERED = re.compile(r"^\d{1,2}\s*[）)]", re.MULTILINE)
CODE = re.compile(
    r"^(?:(?:[ⅠⅡⅢⅣⅤ]|I{1,3})\s*[-—–−－一]*\s*\d+(?:\s*[-—–−－.．]\s*\d+[)）]?)*"  # Ⅰ—1, III-2-1
    r"(?:\s*[-—–−－]\s*[\u2460-\u2473])?"  # Ⅲ-1-①
    r"|\d{1,2}(?:\.\d{1,2})*\s*[)）.．、](?!\d)"  # 1） 1. 1、 2.1.
    r"|[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]+)\s*[)）]"  # (1) （一）
    r"|[一二三四五六七八九十]{1,3}、"  # 一、
    r"|[\u2460-\u2473])"  # ①
)


def clean(text: str) -> str:
    """The cell's text without invisible characters, outer white space and empty lines; text written downwards is laid flat."""
    if not text:
        return ""
    text = QUOTED.sub("", text.translate(INVISIBLE).strip())
    lines = [line.strip() for line in CARRIAGE.sub("\n", text).split("\n")]
    lines = [line for line in lines if line]
    downwards = len(lines) > 2 and all(len(line) == 1 for line in lines)
    return ("" if downwards else "\n").join(lines)


def flat_text(text: str) -> str:
    """A text written downwards laid flat, also with points below it (公 / 共 / 环 / 境 / 12分); any other as it is."""
    lines = text.split("\n")
    words = [line for line in lines if not POINTS_LINE.match(line)]
    if len(lines) > 2 and len(words) > 1 and all(len(line) == 1 and "\u4e00" <= line <= "\u9fff" for line in words):
        return "".join(lines)
    return text


def joined(text: str) -> str:
    """What texts are compared by: trimmed, each run of white space one space."""
    return " ".join(text.split())


def folded(text: str) -> str:
    """A looser key: half-width, one kind of dash, no white space, no full stop at the end. Only ever used to propose or find."""
    text = unicodedata.normalize("NFKC", text).translate(DASHES)
    return ONE_AS_DASH.sub("-", "".join(text.split()).rstrip(".。;；,，").lower())


def code_of(text: str) -> str:
    """The number a text begins with, as printed without spaces: Ⅰ—1, 1）, ①, 一、; empty if there is none."""
    found = CODE.match(text)
    return "".join(found[0].split()) if found else ""


def numbered_parts(text: str) -> list[str]:
    """The parts of a cell whose lines begin with 1）, 2） …; text before the first number stays with the first part.

    One part or none numbered: the whole text as the only part. Parts ①②③ are never split.
    """
    starts = [found.start() for found in NUMBERED.finditer(text)]
    if len(starts) < 2:
        return [text]
    starts[0] = 0
    return [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
