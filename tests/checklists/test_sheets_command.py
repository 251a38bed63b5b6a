"""manage.py read_sheet: one JSON object, no database."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.checklists.sheet_maker import responsibility_workbook, standard_workbook


@pytest.fixture
def workbook(tmp_path):
    def write(data, name="upload.xlsx"):
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


def run(*arguments):
    out = StringIO()
    call_command("read_sheet", *arguments, stdout=out)
    return out.getvalue()


def test_a_standards_sheet_is_shown_as_json(workbook):
    read = json.loads(run(workbook(standard_workbook()), "--sheet", "示范-网上申报", "--as", "standard", "--json"))

    doubts = read.pop("doubts")
    assert read == {
        "rows": 7,
        "levels": {"project": 2, "indicator": 0, "content": 0, "criterion": 4, "requirement": 6},
        "leaves": 7,
    }
    assert [(set(doubt), doubt["row"], doubt["kind"]) for doubt in doubts] == [
        ({"row", "kind", "text"}, 5, "several_in_cell"),
        ({"row", "kind", "text"}, 7, "duplicate"),
    ]


def test_a_responsibility_sheet_adds_links_names_and_rows_without_a_unit(workbook):
    read = json.loads(run(workbook(responsibility_workbook()), "--as", "responsibilities", "--json"))

    assert list(read) == ["rows", "levels", "leaves", "links", "names", "rows_without_unit", "doubts"]
    assert (read["rows"], read["links"], len(read["names"]), read["rows_without_unit"]) == (
        10,
        {"lead": 8, "supporting": 6},
        7,
        2,
    )


def test_without_json_a_person_reads_counts_and_doubts(workbook):
    shown = run(workbook(responsibility_workbook()), "--as", "responsibilities")

    assert "rows: 10" in shown
    assert "区示范办" in shown


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7"])
def test_a_bad_file_is_one_sentence(workbook, data):
    with pytest.raises(CommandError) as refused:
        run(workbook(data), "--as", "standard")

    assert "[" not in str(refused.value)


def test_a_workbook_of_several_sheets_needs_a_name(workbook):
    with pytest.raises(CommandError, match="示范-实地考察"):
        run(workbook(standard_workbook()), "--as", "standard")


def test_a_part_of_a_name_that_only_one_sheet_has_is_enough(workbook):
    path = workbook(standard_workbook())

    assert run(path, "--sheet", "网上申报", "--as", "standard") == run(path, "--sheet", "示范-网上申报", "--as", "standard")
    with pytest.raises(CommandError, match="示范-实地考察"):
        run(path, "--sheet", "示范", "--as", "standard")
