"""A paper as its template wants it: numbers, sizes, shares and dates worked out, photos by their address."""

from dataclasses import asdict

from reports.paper import Bars, Paper, PhotoPair, Table
from reports.typeset import columns
from reports.typeset.text import broken_by_sense, chinese_day

MEASURE = 442  # points: the type area's 156 mm
LARGEST_NAME = 54
WIDEST_NAME = 14  # characters of the name of a bulletin on one line
TITLE_WIDTH = 19  # characters of 22 points
ENDINGS = ("工作简报", "工作通报", "情况通报", "工作专报", "简报", "通报", "专报", "快报")
BAR_LABEL = 17  # characters at most beside a bar
NO_BEFORE, NO_AFTER, GONE = "无照片", "未反馈照片", "照片未能打印"


def page_of(paper: Paper, addresses: dict[str, str]) -> dict:
    """The template's context. addresses: key of a photo -> where the template finds it; a key not there is gone."""
    names = _name_lines(paper.masthead.name)
    size = min(LARGEST_NAME, int((MEASURE - 8) / max(map(len, names))))
    return {
        "paper": paper,
        "name_lines": names,
        "name_size": size,
        "name_spacing": _spread(size, names),
        "day": chinese_day(paper.masthead.day),
        "title_lines": broken_by_sense(paper.title, width=TITLE_WIDTH),
        "blocks": [
            {"kind": block.kind, "position": position, "number": number, **_block(block, addresses)}
            for position, (number, block) in enumerate(paper.numbered())
        ],
        "people": [(duty, name) for duty, name in _people(paper.colophon) if name],
        "printed_day": chinese_day(paper.colophon.day),
    }


def _name_lines(name: str) -> list[str]:
    """Long names go on two lines, parted before what kind of paper it is."""
    ending = next((ending for ending in ENDINGS if name.endswith(ending)), "")
    if "\n" in name or len(name) <= WIDEST_NAME or not ending:
        return [line for line in name.split("\n") if line]
    return [name.removesuffix(ending), ending]


def _spread(size: int, names: list[str]) -> float:
    """Points between the characters of a short name, so that it still spans the head."""
    longest = max(map(len, names))
    return min(size / 2, (MEASURE * 0.8 - size * longest) / longest) if size * longest < MEASURE * 0.8 else 0


def _people(colophon):
    return (("编辑", colophon.editor), ("审核", colophon.reviewer), ("签发", colophon.signer))


def _block(block, addresses) -> dict:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, PhotoPair):
        return _pair(block, addresses)
    if isinstance(block, Bars):
        return {"caption": block.caption, **_bars(block)}
    values = asdict(block)
    return values | {"texts": [text.strip() for text in block.text.split("\n") if text.strip()]}


def _table(table: Table) -> dict:
    aligns = [column.align for column in table.columns]
    rows = [
        {
            "cells": list(zip(aligns, row, strict=True)),
            "is_total": table.has_total and position == len(table.rows),
        }
        for position, row in enumerate(table.rows, start=1)
    ]
    return {
        "caption": table.caption,
        "note": table.note,
        "titles": [column.title for column in table.columns],
        "shares": columns.shares(table),
        "rows": rows,
    }


def _pair(pair: PhotoPair, addresses) -> dict:
    sides = ((pair.before, pair.before_label, NO_BEFORE), (pair.after, pair.after_label, NO_AFTER))
    return {
        "caption": pair.caption,
        "photos": [
            {"address": addresses.get(key, ""), "label": label, "absent": GONE if key else none} for key, label, none in sides
        ],
    }


def _bars(chart: Bars) -> dict:
    """Lengths in percent of what the labels and the figures at the bars' ends leave."""
    label = min(BAR_LABEL, columns.need([bar.label for bar in chart.bars]) + 1) if chart.bars else 0
    bars = [
        {"label": bar.label, "text": bar.text, "is_low": bar.is_low, "length": f"{max(0.0, min(1.0, bar.value)) * 82:.2f}"}
        for bar in chart.bars
    ]
    return {"bars": bars, "label_width": f"{label:.2f}"}
