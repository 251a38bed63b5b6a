"""The filing package: what lies where, for whom, made once, the same bytes each time."""

import hashlib
import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse
from openpyxl import load_workbook

from checklists.actions import packages as actions
from checklists.actions.checkpoints import move_checkpoint
from checklists.actions.evidence import make_evidence, use_for_item
from checklists.models import EvidenceLink, Package
from checklists.packing import INDEX, SUMS
from tests.checklists.material import NOW, add_photo, head_of, material_case, noise
from tests.conftest import viewer
from tests.factories import AssignmentFactory, CheckpointFactory, DepartmentFactory, EvidenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return material_case()


@pytest.fixture
def head(case):
    return head_of(case)


@pytest.fixture
def office(case):
    return viewer(case.campaign, office=True)


def made(package):
    actions.make_due_packages(now=NOW)
    package.refresh_from_db()
    with default_storage.open(package.file) as file:
        return file.read()


def names(body):
    return zipfile.ZipFile(io.BytesIO(body)).namelist()


def test_files_lie_in_the_assessors_folders_with_index_and_sums(case, head, office):
    piece = add_photo(case, by=head)
    make_evidence(case.unit, by=head, kind="figures", title="统计", figure="82 家", checkpoint=case.checkpoint, at=NOW)
    aside = material_case(checklist=case.checklist)
    move_checkpoint(aside.checkpoint, move="set_aside", by=office, reason="无此项业务", at=NOW)

    package = actions.ask_package(case.checklist, by=office, at=NOW)
    body = made(package)

    path = "Ⅰ-1_组织领导/1）/①实景图片_讲堂_20260305.jpg"
    assert names(body) == [path, INDEX, SUMS]
    stored = piece.files.get().file
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert hashlib.sha256(archive.read(path)).hexdigest() == stored.sha256
        rows = list(load_workbook(io.BytesIO(archive.read(INDEX))).active.iter_rows(min_row=4, values_only=True))
    assert [(row[0], row[2], row[4], row[5], row[9], row[12], row[13]) for row in rows] == [
        (1, case.item.text, "可交", "讲堂", None, path, stored.sha256),
        (2, case.item.text, "可交", "统计", "82 家", None, None),
        (3, aside.item.text, "不适用", None, None, None, None),
    ]
    assert rows[2][14] == "无此项业务"
    assert (package.size, package.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert (package.total, package.done) == (1, 1)


def test_the_same_material_gives_the_same_bytes(case, head, office):
    add_photo(case, by=head)

    bodies = [made(actions.ask_package(case.checklist, by=office, at=NOW)) for _n in range(2)]

    assert (bodies[0] == bodies[1], Package.objects.count()) == (True, 2)


def test_what_waits_is_not_asked_for_twice_and_not_made_twice(case, head, office):
    first, second = (actions.ask_package(case.checklist, by=office) for _n in range(2))

    assert (first, Package.objects.count()) == (second, 1)
    assert [actions.make_due_packages(now=NOW), actions.make_due_packages(now=NOW)] == [1, 0]


def test_a_second_runner_leaves_no_second_file(case, office):
    package = actions.ask_package(case.checklist, by=office)
    copy = Package.objects.get(pk=package.pk)

    for one in (package, copy):
        actions.make_package(one, actions._write_archive)

    assert len(default_storage.listdir(f"{case.campaign.pk}/packages")[1]) == 1


def test_a_file_that_is_gone_is_named_and_the_others_are_made(case, head, office):
    piece = add_photo(case, by=head)
    default_storage.delete(piece.files.get().file.key)
    broken = actions.ask_package(case.checklist, by=office)
    elsewhere = material_case()
    whole = actions.ask_package(elsewhere.checklist, by=viewer(elsewhere.campaign, office=True))

    actions.make_due_packages(now=NOW)

    broken.refresh_from_db()
    whole.refresh_from_db()
    assert ("讲堂" in broken.failed, broken.file, bool(whole.file)) == (True, "", True)
    assert actions.make_due_packages(now=NOW) == 0


def test_a_units_package_holds_its_own_and_its_supporters_material(case, head, office):
    add_photo(case, by=head, title="本单位")
    other = AssignmentFactory(
        duty__campaign=case.campaign, duty__checklist=case.checklist, duty__item=case.item, status="accepted"
    )
    support = AssignmentFactory(duty=case.duty, is_lead=False, status="accepted")
    for part, title in ((other, "别单位"), (support, "配合单位")):
        piece = EvidenceFactory(campaign=case.campaign, department=part.department, title=title, figure="1", kind="figures")
        EvidenceLink.objects.create(evidence=piece, checkpoint=CheckpointFactory(assignment=part), by=piece.by)
    material_case(checklist=case.checklist)

    package = actions.ask_package(case.checklist, department=case.unit, by=head)

    (dossier,) = actions.dossiers_in(package)
    assert [piece.title for piece in dossier.pieces] == ["本单位", "配合单位"]


def test_what_is_filed_under_the_item_itself_is_in_it(case, head, office):
    piece = add_photo(case, by=head)
    EvidenceLink.objects.all().delete()
    use_for_item(piece, checklist=case.checklist, item=case.item, by=head)

    assert len(names(made(actions.ask_package(case.checklist, by=office)))) == 3


@pytest.mark.parametrize(
    ("role", "whose", "may"),
    [
        ("office", None, True),
        ("office", "own", True),
        ("head", "own", True),
        ("head", None, False),
        ("head", "other", False),
        ("leader", "own", False),
        ("inspector", None, False),
    ],
)
def test_who_asks_for_a_package(case, head, role, whose, may):
    by = head if role == "head" else viewer(case.campaign, **{role: True})
    unit = {"own": case.unit, "other": DepartmentFactory(parent=case.campaign.host), None: None}[whose]

    if may:
        assert actions.ask_package(case.checklist, by=by, department=unit).department == unit
    else:
        with pytest.raises(PermissionDenied):
            actions.ask_package(case.checklist, by=by, department=unit)
        assert Package.objects.count() == 0


def test_where_nothing_is_filed_there_is_no_package():
    case = material_case(is_filing=False)

    with pytest.raises(ValidationError) as caught:
        actions.ask_package(case.checklist, by=viewer(case.campaign, office=True))

    assert (caught.value.code, Package.objects.count()) == ("no_filing", 0)


def test_asked_for_watched_and_saved_on_the_page(case, head, office, signed_in):
    add_photo(case, by=head, upload=noise())
    client, listed = signed_in(office), reverse("package_list", args=[case.campaign.pk])
    new = reverse("package_new", args=[case.campaign.pk])

    client.post(new, {"checklist": case.checklist.pk, "form": "archive", "department": ""})
    package = Package.objects.get()
    url = reverse("package_file", args=[case.campaign.pk, package.pk])
    waiting = client.get(listed)
    early = client.get(url).status_code
    body = made(package)
    saved = client.get(url)

    assert (waiting.context["is_waiting"], early) == (True, 404)
    assert b"".join(saved) == body
    assert "attachment" in saved.headers["Content-Disposition"]
    stranger = viewer(case.campaign, head_of=DepartmentFactory(parent=case.campaign.host))
    assert signed_in(stranger).get(url).status_code == 404
    assert signed_in(head).get(url).status_code == 404  # the whole package is the office's and the leaders'


@pytest.mark.parametrize(("role", "expected"), [("office", 9), ("head", 10)])
def test_the_list_costs_the_same_with_more_packages(case, head, office, role, expected, signed_in, django_assert_num_queries):
    client = signed_in(head if role == "head" else office)

    for _n in range(2):
        Package.objects.create(campaign=case.campaign, checklist=case.checklist, department=case.unit, by=head.user, at=NOW)
        with django_assert_num_queries(expected):
            client.get(reverse("package_list", args=[case.campaign.pk]))
