"""Files from outside: what is read from them, and the sentence each bad one gets."""

import io
import time
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from checklists.sheets import grid as grid_module
from checklists.sheets.errors import REFUSALS, SheetError
from checklists.sheets.grid import Merge, read_grid, read_workbook
from tests.checklists.sheet_maker import encrypted_workbook, old_document, old_workbook, workbook


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def far_cell(row: int, column: int) -> bytes:
    book = Workbook()
    book.active["A1"] = "测评项目"
    book.active.cell(row, column, "x")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_password_flag() -> bytes:
    """Every part marked as encrypted, in both places a zip says so."""
    data = bytearray(workbook({"表": [["项目"]]}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(mark, place + 1)
    return bytes(data)


def test_only_a_merge_is_filled_and_only_down_its_first_column():
    rows = [["项目", "要求", "备注"], ["甲", "一", None], [None, "二", None], [None, "三", None], ["乙", None, "四"]]
    data = workbook({"表": rows}, {"表": ["A2:A3", "B5:C5"]})

    grid = read_grid(data)

    assert grid.cells == (
        ("项目", "要求", "备注"),
        ("甲", "一", ""),
        ("甲", "二", ""),
        ("", "三", ""),
        ("乙", "", ""),
    )
    assert grid.merges == (Merge(2, 0, 3, 0), Merge(5, 1, 5, 2))
    assert (grid.merge_at(3, 0), grid.merge_at(4, 0)) == (Merge(2, 0, 3, 0), None)


def test_cells_become_the_text_a_person_would_type():
    book = Workbook()
    book.active.append(
        [
            1,
            0.8,
            True,
            date(2026, 8, 15),
            datetime(2026, 8, 15, 17, 30),
            "组\n织\n领\n导",
            " 一 \n\n 二 ",
            "'=1+1",
            "\u200b甲\ufeff",
        ]
    )
    stream = io.BytesIO()
    book.save(stream)

    assert read_grid(stream.getvalue()).row(1) == (
        "1", "0.8", "TRUE", "2026年8月15日", "2026年8月15日 17:30", "组织领导", "一\n二", "=1+1", "甲",
    )  # fmt: skip


def test_row_numbers_are_those_of_the_sheet_though_it_begins_further_down():
    data = workbook({"表": [[], [], ["项目", "要求"], ["甲", "乙"]]})

    assert read_grid(data).row(4) == ("甲", "乙")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_one_sheet_named_after_the_file(encoding, delimiter):
    text = delimiter.join(["项目", "标准"]) + "\r\n\r\n" + delimiter.join(["甲", '"一\n二"']) + "\r\n"

    (grid,) = read_workbook(text.encode(encoding), file_name="示范-实地考察.csv")

    assert (grid.name, grid.cells) == ("示范-实地考察", (("项目", "标准"), ("", ""), ("甲", "一\n二")))


def test_an_old_xls_is_read_with_its_merges():
    data = old_workbook("示范表", [["项目", "标准"], ["甲", "一"], ["", "二"]], [(1, 2, 0, 0)])

    grid = read_grid(data)

    assert (grid.name, grid.cells) == ("示范表", (("项目", "标准"), ("甲", "一"), ("甲", "二")))


def test_empty_sheets_are_left_out_and_a_sheet_is_found_by_name():
    data = workbook({"封面": [], "表一": [["甲"]], "表二": [["乙"]]})

    assert [grid.name for grid in read_workbook(data)] == ["表一", "表二"]
    assert read_grid(data, sheet="表二").cells == (("乙",),)
    with pytest.raises(SheetError) as refused:
        read_grid(data)
    assert "表一、表二" in str(refused.value)


CONTENT_TYPES = {"[Content_Types].xml": b"<Types/>"}
REFUSED = {
    "nothing": (b"", "empty_file"),
    "a docx of nonsense": (zipped(CONTENT_TYPES | {"word/document.xml": b"<w/>"}), "damaged"),
    "a doc": (old_document(), "word_document"),
    "slides": (zipped(CONTENT_TYPES | {"ppt/presentation.xml": b"<p/>"}), "other_office_file"),
    "open document": (zipped({"mimetype": b"application/vnd.oasis", "content.xml": b"<o/>"}), "other_office_file"),
    "a zip of pictures": (zipped({"1.jpg": b"x"}), "not_a_workbook"),
    "a password": (encrypted_workbook(), "password"),
    "encrypted parts": (with_password_flag(), "password"),
    "a picture": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)), "not_a_workbook"),
    "a pdf": (b"%PDF-1.7\n%...", "not_a_workbook"),
    "a web page named xls": (b"\r\n<html><table></table></html>", "not_a_workbook"),
    "nonsense in no encoding": (b"\xff\xfe\x00\xd8\x00", "not_a_workbook"),
    "half a file": (workbook({"表": [["项目"]]})[:-200], "damaged"),
    "a workbook without sheets inside": (zipped(CONTENT_TYPES | {"xl/workbook.xml": b"<nonsense"}), "damaged"),
    "an old one cut short": (old_workbook("表", [["项目"]])[:1600], "damaged"),
    "no text": (workbook({"表": [], "表二": [[None, " "]]}), "empty_sheet"),
    "an empty csv": (b"\n\n , \n", "empty_sheet"),
    "201 parts": (zipped({"xl/workbook.xml": b""} | {f"xl/{n}": b"" for n in range(200)}), "too_many_parts"),
    "51 MB of nothing": (zipped({"xl/workbook.xml": bytes(51 << 20)}), "unpacks_too_large"),
    "a ratio of 1000": (zipped({"xl/workbook.xml": bytes(6 << 20)}), "unpacks_too_large"),
    "20001 rows": (far_cell(20_001, 1), "too_many_rows"),
    "101 columns": (far_cell(1, 101), "too_many_columns"),
    "a csv of 101 columns": (b"," * 100 + b"x", "too_many_columns"),
    "a csv of 20001 rows": (b"x\n" * 20_001, "too_many_rows"),
    "a cell in the last corner": (far_cell(1_048_576, 16_384), "unpacks_too_large"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED)
def test_every_bad_file_gets_its_own_sentence(data, code):
    with pytest.raises(SheetError) as refused:
        read_workbook(data, file_name="upload.xlsx")

    assert refused.value.code == code
    assert "%(" not in str(refused.value)
    assert refused.value.messages == [str(refused.value)]


def test_a_file_of_60_mb_is_refused_unread():
    with pytest.raises(SheetError) as refused:
        read_workbook(b"PK\x03\x04" + bytes(60 << 20))

    assert str(refused.value) == str(REFUSALS["too_large"]) % {"limit": 50}


def test_sizes_written_in_the_file_are_not_believed(monkeypatch):
    data = bytearray(workbook({"表": [["项目" * 5000]]}))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 24 : place + 28] = (10).to_bytes(4, "little")  # declared size of each part
        place = data.find(b"PK\x01\x02", place + 1)

    with pytest.raises(SheetError) as refused:
        read_workbook(bytes(data))

    assert refused.value.code in {"damaged", "unpacks_too_large"}


def test_an_entity_bomb_is_refused():
    good = zipfile.ZipFile(io.BytesIO(workbook({"表": [["项目"]]})))
    parts = {name: good.read(name) for name in good.namelist()}
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    parts["xl/sharedStrings.xml"] = (
        b'<?xml version="1.0"?>' + entities + b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        b' count="1" uniqueCount="1"><si><t>&b;</t></si></sst>'
    )

    with pytest.raises(SheetError) as refused:
        read_workbook(zipped(parts))

    assert refused.value.code == "damaged"


def test_a_parser_that_hangs_is_ended(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(grid_module, "CHILD", child)
    monkeypatch.setattr(grid_module, "SECONDS", 0.5)

    with pytest.raises(SheetError) as refused:
        read_workbook(workbook({"表": [["项目"]]}))

    assert refused.value.code == "unpacks_too_large"


def test_overlapping_merges_of_a_hostile_file_cost_nothing():
    rows = [["x"] * 100 for _ in range(2000)]
    merges = [Merge(1, 0, 2000, 99)] * 100_000

    began = time.process_time()
    grid = grid_module.make_grid("表", rows, merges)

    assert (len(grid.merges), time.process_time() - began < 3) == (1, True)
