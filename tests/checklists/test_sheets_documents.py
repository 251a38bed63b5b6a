"""Tables of Word documents, and what hostile files of every kind get."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from checklists.sheets.errors import SheetError
from checklists.sheets.grid import Merge, read_workbook
from checklists.sheets.standard import read_standard
from tests.checklists.sheet_maker import old_document, old_workbook, workbook


def document(*tables, lines=()) -> bytes:
    """The bytes of a docx: tables of rows; a cell None goes on from above, a list [text, n] lies over n columns."""
    paper = Document()
    for number, rows in enumerate(tables):
        if number < len(lines):
            paper.add_paragraph(lines[number])
        width = max(sum(cell[1] if isinstance(cell, list) else 1 for cell in row) for row in rows)
        table = paper.add_table(len(rows), width)
        for top, row in enumerate(rows):
            place = 0
            for cell in row:
                text, span = cell if isinstance(cell, list) else (cell, 1)
                here = table.cell(top, place)
                if span > 1:
                    here = here.merge(table.cell(top, place + span - 1))
                if text is None:
                    table.cell(top - 1, place).merge(here)
                else:
                    here.text = text
                place += span
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()


def changed(data: bytes, **parts: bytes) -> bytes:
    """The zip with other bytes for some of its parts (document -> word/document.xml)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.rpartition("/")[2].removesuffix(".xml"), old.read(name)))
    return stream.getvalue()


HEAD = ["测评项目", "测评标准", "具体要求"]


def test_each_table_is_a_sheet_with_its_merges_named_by_the_line_above():
    data = document(
        [HEAD, ["甲", "一", "1"], [None, None, "2"], [["乙", 2], "3"]],
        [["单位", "姓名"], ["甲局", "王示范"]],
        lines=["附件1 示范-实地考察", "名单"],
    )

    first, second = read_workbook(data)

    assert (first.name, second.name) == ("表1 附件1 示范-实地考察", "表2 名单")
    assert first.cells == (tuple(HEAD), ("甲", "一", "1"), ("甲", "一", "2"), ("乙", "", "3"))
    assert first.merges == (Merge(2, 0, 3, 0), Merge(2, 1, 3, 1), Merge(4, 0, 4, 1))
    assert second.cells == (("单位", "姓名"), ("甲局", "王示范"))


def test_a_cell_over_rows_and_columns_is_one_range():
    paper = Document()
    table = paper.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "甲"
    table.cell(2, 2).text = "乙"
    stream = io.BytesIO()
    paper.save(stream)

    (grid,) = read_workbook(stream.getvalue())

    assert (grid.merges, grid.cells) == ((Merge(1, 0, 2, 1),), (("甲", "", ""), ("甲", "", ""), ("", "", "乙")))


def test_lines_breaks_and_tabs_of_a_cell_are_kept():
    data = document([["项目", "标准"], ["甲", "一"]])
    cell = f"<w:p {nsdecls('w')}><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>三</w:t></w:r></w:p>"
    paper = Document(io.BytesIO(data))
    paper.tables[0].cell(1, 1)._tc.append(parse_xml(cell))
    stream = io.BytesIO()
    paper.save(stream)

    assert read_workbook(stream.getvalue())[0].row(2) == ("甲", "一\n一\n二\t三")


def test_a_document_gives_the_same_standard_as_a_workbook():
    rows = [HEAD, ["甲", "1）一", "①有"], [None, None, "②有"], ["乙", "1）二", "①有"]]

    (paper,), (book,) = read_workbook(document(rows)), read_workbook(workbook({"表": rows}, {"表": ["A2:A3", "B2:B3"]}))

    assert [node.path for node in read_standard(paper).nodes] == [node.path for node in read_standard(book).nodes]
    assert read_standard(paper).as_json() == read_standard(book).as_json()


def test_et_and_wps_are_tried_as_old_workbooks():
    rows = [["项目", "标准"], ["甲", "一"]]

    (grid,) = read_workbook(old_workbook("示范表", rows), file_name="upload.et")

    assert grid.cells == (("项目", "标准"), ("甲", "一"))
    with pytest.raises(SheetError) as refused:
        read_workbook(old_document(), file_name="upload.wps")
    assert (refused.value.code, "xlsx" in str(refused.value)) == ("word_document", True)


GOOD = document([HEAD, ["甲", "一", "1"]])
BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
ROW = b"<w:tr>%s</w:tr>"
CELL = b"<w:tc><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:tc>"
TABLE = b"<w:tbl><w:tr>" + CELL + b"</w:tr></w:tbl>"
FAR = b'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="%d"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
BILLION = b'<!DOCTYPE x [<!ENTITY a "%s">%s<!ENTITY x "&j;">]>' % (
    b"a" * 1000,
    b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)),
)
HOSTILE = {
    "no table": (document(lines=["甲"]), "no_table"),
    "entities in entities": (changed(GOOD, document=BILLION + BODY % TABLE), "damaged"),
    "a document cut short": (GOOD[:-100], "damaged"),
    "nonsense inside": (changed(GOOD, document=b"<w:document"), "damaged"),
    "51 MB of nothing": (changed(GOOD, document=bytes(51 << 20)), "unpacks_too_large"),
    "a ratio of 1000": (changed(GOOD, document=b" " * (6 << 20)), "unpacks_too_large"),
    "20001 rows": (changed(GOOD, document=BODY % (b"<w:tbl>" + b"<w:tr><w:tc><w:p/></w:tc></w:tr>" * 20_001 + b"</w:tbl>")), "too_many_rows"),
    "101 columns": (changed(GOOD, document=BODY % (FAR % 101)), "too_many_columns"),
    "a cell over two thousand million columns": (changed(GOOD, document=BODY % (FAR % (2**31 - 1))), "too_many_columns"),
    "elements in elements": (changed(GOOD, document=BODY % (b"<w:tbl>" * 5000 + b"</w:tbl>" * 5000)), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_every_hostile_document_gets_its_own_sentence(data, code):
    with pytest.raises(SheetError) as refused:
        read_workbook(data)

    assert refused.value.code == code
    assert "%(" not in str(refused.value)


def test_no_file_of_the_machine_gets_into_a_cell(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    outside = b'<!DOCTYPE x [<!ENTITY x SYSTEM "%s">]>' % secret.as_uri().encode()

    try:
        found = str(read_workbook(changed(GOOD, document=outside + BODY % TABLE)))
    except SheetError as refused:
        found = str(refused)

    assert "geheim" not in found


def test_no_file_of_the_machine_gets_into_a_cell_of_a_workbook(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    outside = b'<!DOCTYPE x [<!ENTITY x SYSTEM "%s">]>' % secret.as_uri().encode()
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&x;</t></si></sst>'

    try:
        found = str(read_workbook(changed(workbook({"表": [["甲"]]}), sharedStrings=outside + strings)))
    except SheetError as refused:
        found = str(refused)

    assert "geheim" not in found
