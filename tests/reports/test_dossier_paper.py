"""The dossier on paper: one item at once, a unit by the sweep; the same bytes for the same material."""

import io

import pdfplumber
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from checklists.actions.packages import ask_package, make_due_packages
from checklists.models import Package
from reports.dossier_paper import make_due_papers
from tests.checklists.material import NOW, add_photo, head_of, material_case, noise
from tests.conftest import viewer
from tests.factories import DepartmentFactory

pytestmark = pytest.mark.django_db


def pages(body):
    with pdfplumber.open(io.BytesIO(body)) as pdf:
        return [("".join((page.extract_text() or "").split()), len(page.images)) for page in pdf.pages]


def test_a_unit_s_dossier_has_cover_contents_lists_and_a_page_per_photo():
    case = material_case()
    head = head_of(case)
    add_photo(case, by=head)
    package = ask_package(case.checklist, department=case.unit, form="paper", by=head, at=NOW)

    assert make_due_packages(now=NOW) == 0  # an archive's sweep leaves papers alone
    assert [make_due_papers(now=NOW), make_due_papers(now=NOW)] == [1, 0]

    package.refresh_from_db()
    with default_storage.open(package.file) as file:
        cover, contents, item, photo = pages(file.read())
    assert case.checklist.name in cover[0]
    assert case.unit.name in cover[0]
    assert case.item.text in contents[0]
    assert "测评材料提交表" in item[0]
    assert photo[1] == 1
    assert [
        word in photo[0] for word in ("时间2026年3月5日", "地点三楼", "人物职工", "主题诚信", "背景年度计划", "事由第三期")
    ] == [True] * 6


def test_the_same_dossier_has_the_same_bytes():
    case = material_case()
    head = head_of(case)
    add_photo(case, by=head)
    bodies = []

    for _n in range(2):
        package = ask_package(case.checklist, department=case.unit, form="paper", by=head, at=NOW)
        make_due_papers(now=NOW)
        with default_storage.open(Package.objects.get(pk=package.pk).file) as file:
            bodies.append(file.read())

    assert bodies[0] == bodies[1]


def test_an_item_is_printed_for_its_lead_and_the_office_and_nobody_else(signed_in):
    case = material_case()
    add_photo(case, by=head_of(case), upload=noise())
    url = reverse("dossier_pdf", args=[case.campaign.pk, case.checklist.pk, case.item.pk])
    stranger = viewer(case.campaign, head_of=DepartmentFactory(parent=case.campaign.host))
    readers = {"lead": head_of(case), "office": viewer(case.campaign, office=True), "stranger": stranger}

    answers = {name: signed_in(by).get(url) for name, by in readers.items()}

    assert {name: answer.status_code for name, answer in answers.items()} == {"lead": 200, "office": 200, "stranger": 403}
    assert [images for _text, images in pages(answers["office"].content)] == [0, 1]


def test_where_nothing_is_filed_no_dossier_is_printed(signed_in):
    case = material_case(is_filing=False)

    answer = signed_in(head_of(case)).get(reverse("dossier_pdf", args=[case.campaign.pk, case.checklist.pk, case.item.pk]))

    assert answer.status_code == 404
