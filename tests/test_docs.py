"""What the documents name is there."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from tests.test_architecture import APPS, FILES

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def own_models():
    return {model.__name__ for app in APPS for model in apps.get_app_config(app).get_models()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_terms_that_the_code_refers_to_are_in_the_glossary():
    glossary = (ROOT / "docs/glossary.md").read_text()
    named = {
        term
        for path in FILES
        for line in re.findall(r"docs/glossary\.md, (.*)", path.read_text())
        for term in re.findall(r'"([^"]+)"', line)
    }

    assert named
    assert [term for term in sorted(named) if f"| {term} |" not in glossary] == []


def test_every_model_of_the_domain_has_its_word():
    glossary = (ROOT / "docs/glossary.md").read_text()
    parts = {
        "EvidenceFile",
        "EvidenceLink",
        "FindingAssignment",
        "FindingFile",
        "FindingSpell",
        "RectificationFile",
        "FindingDispute",
        "SiteCheck",
        "SweepDay",
    }

    assert [name for name in sorted(own_models() - parts) if f"`{name}`" not in glossary] == []


def test_modules_the_pages_name_exist():
    text = "\n".join(page.read_text() for page in PAGES)
    named = set(re.findall(rf"`((?:{'|'.join(APPS)}|config|tests|templates)/[\w/.]+)`", text))

    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
