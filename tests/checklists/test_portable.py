"""A whole edition as a file and back: the same tree, keys included; what is wrong in a file is named."""

import io
import json
from decimal import Decimal as D
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists.actions.editions import load_standard, read_file
from checklists.itemdata import ItemData, walk
from checklists.models import Standard
from checklists.portable import FORMAT, StandardFile, read_json, write_json
from checklists.portable_sheet import write_workbook
from checklists.scoringrules import Step
from checklists.sheets.headings import LEVELS
from checklists.sheets.text import clean
from checklists.tree import read_items
from checklists.wantedproof import Wanted
from tests.checklists.sheet_maker import standard_workbook
from tests.conftest import viewer
from tests.factories import CampaignFactory

DOCS = Path(__file__).resolve().parents[2] / "docs"

# --- any tree -------------------------------------------------------------------------------------

# What the portal holds are clean texts: without empty lines and characters no cell holds.
TEXT = st.text("甲乙丙 abＡ①②1）.。=+-@'\n\"<&、", min_size=1, max_size=20).map(lambda text: clean(text) or "条目")
SHORT = st.text("甲乙ab=-1 ", max_size=8).map(clean)
NUMBER = st.decimals("0", "99999", places=2)
FALLING = st.lists(st.integers(0, 1000), min_size=1, max_size=4, unique=True).map(lambda rows: sorted(rows, reverse=True))


def graded(shares):
    return [Step("ABCD"[n], f"条件{n}", share=D(share) / 1000) for n, share in enumerate(shares)]


def figured(shares):
    return [Step(threshold=D(100 - n) / 8, share=D(share) / 1000) for n, share in enumerate(shares)]


RULES = st.one_of(
    st.just(("", [])),
    st.just(("conform", [])),
    FALLING.map(lambda shares: ("grade", graded(shares))),
    FALLING.map(lambda shares: ("figure", figured(shares))),
    st.lists(st.tuples(TEXT, st.decimals("0.01", "99", places=2)), min_size=1, max_size=3).map(
        lambda rows: ("deduct", [Step(text=text, lost=lost) for text, lost in rows])
    ),
)
WANTED = st.builds(
    lambda kind, least, more, months, note: Wanted(
        kind, least, least + more if more else None, 800 if kind == "report" else None, months, kind == "document", note
    ),
    st.sampled_from(["document", "report", "photo", "figures", "link"]),
    st.integers(1, 20),
    st.integers(0, 9),
    st.none() | st.integers(1, 36),
    SHORT,
)


@st.composite
def items(draw, above=-1):
    rows = []
    for _n in range(draw(st.integers(1 if above < 0 else 0, 3))):
        level = draw(st.integers(above + 1, 4))
        scoring, steps = draw(RULES)
        rows.append(
            ItemData(
                grade=LEVELS[level],
                text=draw(TEXT),
                code=draw(SHORT),
                key=draw(st.uuids()),
                methods=draw(st.sampled_from(["", "材料审核、自测", "=抽查"])),
                points=draw(st.none() | NUMBER),
                scoring=scoring,
                steps=steps,
                wanted=draw(st.lists(WANTED, max_size=2)),
                wanted_proof=draw(st.just("") | TEXT),
                frequency=draw(st.sampled_from(["", "monthly", "quarterly", "yearly", "festivals"])),
                site_kinds=draw(st.sampled_from(["", "农贸市场、背街小巷"])),
                is_veto=draw(st.booleans()),
                note=draw(st.just("") | TEXT),
                origins=sorted(draw(st.lists(st.uuids(), max_size=2, unique=True))),
                source_sheet=draw(st.sampled_from(["", "示范-实地考察"])),
                source_row=draw(st.none() | st.integers(1, 9999)),
                children=draw(items(above=level)) if level < 4 else [],
            )
        )
    return rows


FILES = st.builds(StandardFile, st.just("示范体系"), st.sampled_from(["", "2026年版"]), items())


@settings(max_examples=60, deadline=None)
@given(FILES)
def test_any_tree_comes_back_from_json(file):
    assert read_json(write_json(file)) == file


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(FILES)
def test_any_tree_comes_back_from_a_workbook(file):
    assert read_file(write_workbook(file), file_name="体系.xlsx") == file


# --- what is wrong --------------------------------------------------------------------------------


def document(**item):
    plain = {"grade": "project", "text": "甲", "key": str(uuid4())} | item
    return {"format": FORMAT, "version": 1, "name": "体系", "items": [plain]}


BROKEN = {
    "no json": (b"{", "The file is no JSON of a standard."),
    "another json": (b'{"a": 1}', "The file is no JSON of a standard."),
    "a newer one": (document() | {"version": 2}, "newer portal: version 2"),
    "no name": (document() | {"name": ""}, "its name or its items are missing"),
    "no items": (document() | {"items": []}, "its name or its items are missing"),
    "items no list": (document() | {"items": 3}, "“items” is no list"),
    "an item that is none": (document() | {"items": ["x"]}, "Item 1 is not written as an item."),
    "an unknown field": (document(colour="red"), "Item 1 has an unknown field: colour."),
    "an unknown level": (document(grade="chapter"), "Item 1 has no level"),
    "no text": (document(text=" "), "Item 1 has no text"),
    "a text that is none": (document(text=3), "“text” is no text"),
    "not below": (document(children=[{"grade": "project", "text": "乙"}]), "Item 1.1 has no level"),
    "key": (document(key="abc"), "Item 1 has a key that is none: abc."),
    "points": (document(points="viel"), "Item 1: viel is no number for “points”."),
    "points below nothing": (document(points=-1), "is no number"),
    "points too fine": (document(points=0.001), "is no number"),
    "points infinite": (document(points="Infinity"), "is no number"),
    "scoring": (document(scoring="dice"), "Item 1 has a scoring or a frequency"),
    "rule": (document(scoring="grade", steps=[{"label": "B", "share": 1}]), "Item 1: The first grade is A."),
    "steps of no rule": (document(steps=[{"label": "A"}]), "The steps do not fit"),
    "proof": (document(wanted=[{"kind": "film"}]), "kind of proof that is not known"),
    "proof upside down": (document(wanted=[{"kind": "photo", "least": 3, "most": 2}]), "“At most” lies below"),
    "too long": (document(code="1" * 41), "“code” is too long"),
    "deeper than deep": (
        document(children=[{"children": [{"children": [{"children": [{"children": [{}]}]}]}]}]),
        "not written as an item",
    ),
}


@pytest.mark.parametrize(("data", "sentence"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_in_a_file_is_named(data, sentence):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()

    with translation.override("en"), pytest.raises(ValidationError, match=sentence.replace("(", r"\(")) as caught:
        read_json(data)

    assert caught.value.code == "portable"


def test_a_key_stands_there_once():
    one = {"grade": "project", "text": "甲", "key": str(uuid4())}

    with translation.override("en"), pytest.raises(ValidationError, match="A key stands there twice"):
        read_json(json.dumps(document() | {"items": [one, one]}).encode())


def test_an_offices_own_workbook_is_no_file_of_the_portal():
    assert read_file(standard_workbook(), file_name="体系.xlsx") is None


def test_the_workbook_says_where_it_is_wrong():
    item = ItemData("project", "甲", key=uuid4())
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(io.BytesIO(write_workbook(StandardFile("体系", "", [item]))))
    book["测评体系"]["A2"].value = ""
    stream = io.BytesIO()
    book.save(stream)

    with translation.override("en"), pytest.raises(ValidationError, match="no number of its own"):
        read_file(stream.getvalue(), file_name="体系.xlsx")


def test_the_schema_names_every_field():
    schema = json.loads((DOCS / "standard-file.schema.json").read_text())
    item = schema["$defs"]["item"]["properties"]

    assert set(item) == set(vars(ItemData("project", "甲")))
    assert set(schema["$defs"]["step"]["properties"]) == set(vars(Step()))
    assert set(schema["$defs"]["wanted"]["properties"]) == set(vars(Wanted("photo")))
    assert item["grade"]["enum"] == list(LEVELS)


# --- pages and commands ---------------------------------------------------------------------------

FULL = [
    ItemData(
        "project",
        "1.组织领导",
        key=uuid4(),
        children=[
            ItemData("criterion", "1）有班子。", key=uuid4(), points=D(3), scoring="grade", steps=graded([1000, 600, 0])),
            ItemData("criterion", "2）有计划。", key=uuid4(), wanted=[Wanted("report", words_most=800)], is_veto=True),
        ],
    )
]


@pytest.fixture
def office(campaign):
    return viewer(campaign, office=True)


@pytest.fixture
def standard(office):
    return load_standard(StandardFile("示范体系", "2026年版", FULL), by=office)


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_what_one_campaign_downloads_another_uploads(campaign, office, standard, signed_in, kind):
    Standard.objects.update(status="published")
    other = viewer(CampaignFactory(), office=True)
    file = signed_in(other).get(reverse("standard_file", args=[other.campaign.pk, standard.pk, kind]))
    upload = SimpleUploadedFile(f"体系.{kind}", file.content)

    answer = signed_in(other).post(reverse("standard_upload", args=[other.campaign.pk]), {"file": upload, "edition": "我县版"})

    copy = Standard.objects.get(campaign=other.campaign)
    assert answer.url == reverse("standard_detail", args=[other.campaign.pk, copy.pk])
    assert (copy.name, copy.edition, copy.status) == ("示范体系", "我县版", "draft")
    assert [vars(one) for one in walk(read_items(copy))] == [vars(one) for one in walk(read_items(standard))]


def test_an_upload_that_is_wrong_says_where_and_saves_nothing(office, signed_in):
    address = reverse("standard_upload", args=[office.campaign.pk])
    wrong = SimpleUploadedFile("体系.json", json.dumps(document(points="x")).encode())

    answer = signed_in(office).post(address, {"file": wrong})

    assert answer.status_code == 422
    assert "条目 1：“points”不能是 x" in answer.content.decode()
    assert not Standard.objects.exists()


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_the_commands_write_and_read(campaign, office, standard, tmp_path, kind, capsys):
    file = tmp_path / f"体系.{kind}"

    call_command("export_standard", standard.pk, file)
    call_command("import_standard", file, campaign=campaign.pk, dry_run=True)
    assert Standard.objects.count() == 1
    call_command("import_standard", file, campaign=campaign.pk)

    copy = Standard.objects.exclude(pk=standard.pk).get()
    assert capsys.readouterr().out.splitlines()[-1] == f"Draft {copy.pk} saved: 3 items, 2 lowest items, as the file has them."
    assert read_items(copy) == read_items(standard)


def test_the_command_refuses_other_names_and_ids(standard, tmp_path):
    with pytest.raises(CommandError, match=r"\.json or \.xlsx"):
        call_command("export_standard", standard.pk, tmp_path / "x.docx")
    with pytest.raises(CommandError, match="no standard 99"):
        call_command("export_standard", 99, tmp_path / "x.json")
