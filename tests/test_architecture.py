"""Who imports whom, and that every edge reads through `visible_to`; read from the source."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "notices", "campaigns", "checklists", "inspections", "reports"]
FILES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)

# Layers of one app, left to right; a module imports from its own layer or to its left. Anything not named is pure or a rule module.
LAYERS = {
    "models": 0,
    "labels": 0,
    "actions": 2,
    "departments": 2,
    "forms": 3,
    "api": 3,
    "tasks": 3,
    "management": 3,
    "demo": 3,
    "admin": 3,
    "views": 4,
    "urls": 5,
}
MIDDLE = 1
OPEN_EDGES = re.compile(r"\.objects\b(?!\s*\.visible_to\(|\s*\.of\()")


def imported(path):
    """Names of the modules a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def layer(parts):
    """The layer of app module parts such as ("checklists", "actions", "duties")."""
    return LAYERS.get(parts[1], MIDDLE) if len(parts) > 1 else MIDDLE


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_left_to_right(path):
    here = path.relative_to(ROOT).with_suffix("").parts
    wrong = []
    for name in imported(path):
        parts = tuple(name.split("."))
        if parts[0] not in APPS:
            continue
        to_the_right = APPS.index(parts[0]) > APPS.index(here[0])
        upwards = parts[0] == here[0] and here[1] != "apps" and layer(parts) > layer(here)
        if to_the_right or upwards:
            wrong.append(name)
    assert wrong == []


EDGES = [path for path in FILES if {"views", "views.py", "api.py", "api", "exports.py"} & set(path.parts)]


@pytest.mark.parametrize("path", EDGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_edges_read_only_what_the_viewer_may_see(path):
    """A line that must read unscoped rows (a public page, a nested list already scoped) says why in `# scoped:`."""
    open_lines = [
        f"{number}: {line.strip()}"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if OPEN_EDGES.search(line) and "# scoped:" not in line
    ]
    assert open_lines == []


def test_only_one_file_imports_the_pdf_engine_and_only_the_pdf_module_uses_it():
    named = {str(path.relative_to(ROOT)): set(imported(path)) for path in FILES}

    assert {path for path, names in named.items() if any(name.split(".")[0] == "weasyprint" for name in names)} == {
        "reports/typeset/engine.py"
    }
    users = {path for path, names in named.items() if any(name.startswith("reports.typeset.engine") for name in names)}
    assert users == {"reports/pdf.py", "reports/typeset/justify.py", "reports/typeset/pages.py"}


def test_one_driver_for_postgresql():
    names = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text(), re.M)
    assert "psycopg2-binary" in names
    assert "psycopg" not in names


def test_requirements_are_pinned_with_hashes_and_name_no_index():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in re.sub(r"^\s*#.*$", "", text, flags=re.M)
        assert len(re.findall(r"^[a-z0-9].*==", text, re.M)) <= text.count("--hash=sha256:")
