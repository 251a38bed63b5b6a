"""The paper as plain data: what a bulletin freezes."""

import json

import pytest

from reports.paper import BLOCKS, Heading, Paper, Paragraph, PhotoPair, Table
from tests.reports import papers


def test_a_frozen_paper_comes_back_as_it_was():
    paper = papers.weekly()

    stored = json.loads(json.dumps(paper.to_json(), ensure_ascii=False))

    assert Paper.from_json(stored) == paper
    assert {block["kind"] for block in stored["blocks"]} == set(BLOCKS)


def test_a_paper_of_another_format_is_not_read_half():
    data = papers.text_only(1).to_json()

    with pytest.raises(ValueError, match="format 1"):
        Paper.from_json(data | {"format": 2})
    with pytest.raises(ValueError, match="paragraph has no colour"):
        Paper.from_json(data | {"blocks": [{"kind": "paragraph", "text": "甲", "colour": "red"}]})


def test_headings_count_in_their_level_and_tables_by_caption():
    levels = [1, 2, 3, 3, 2, 3, 1, 2]
    blocks = [*(Heading("标题", level) for level in levels), papers.ranking(1), Table([], []), papers.ranking(1)]

    numbers = [number for number, _ in papers.paper(*blocks).numbered()]

    assert numbers == ["一、", "（一）", "1．", "2．", "（二）", "1．", "二、", "（一）", "表1", "", "表2"]


def test_length_counts_what_is_written_and_not_tables_or_white_space():
    paper = papers.paper(Heading("总体情况"), Paragraph("好 的\n坏的"), papers.ranking(), PhotoPair("照片"), title="标题")

    assert paper.length == 2 + 4 + 4


def test_each_photo_is_asked_for_once():
    pairs = [PhotoPair("一", "a", "b"), PhotoPair("二", "a"), PhotoPair("三", after="c")]

    assert papers.paper(*pairs).photo_keys == ["a", "b", "c"]
