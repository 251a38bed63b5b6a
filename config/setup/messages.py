"""Translated messages: `build` compiles them, `check` names those of the source that the translation lacks.

`build` needs gettext alone; `check` also Django's makemessages, run over a copy so that it changes no file.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "locale"
SOURCES = ["accounts", "notices", "campaigns", "checklists", "inspections", "reports", "config", "templates"]


def build() -> None:
    """Compiles every django.po that is newer than its .mo."""
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime <= po.stat().st_mtime:
            fresh = mo.with_suffix(f".{os.getpid()}.tmp")  # a server may be reading the old one
            _run("msgfmt", "--check-format", "-o", fresh, po)
            fresh.replace(mo)


def missing() -> list[str]:
    """One line per message of the source that has no translation, or a fuzzy one."""
    build()
    with tempfile.TemporaryDirectory() as copy:
        for name in SOURCES:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, Path(copy) / name, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
        shutil.copytree(LOCALE, Path(copy) / "locale")
        languages = sorted(path.name for path in LOCALE.iterdir() if path.is_dir())
        options = [f"--locale={language}" for language in languages]
        extract = [sys.executable, "-m", "django", "makemessages", "--no-location", "--no-wrap", "--no-obsolete", "-v0"]
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        _run(*extract, *options, cwd=copy, env=environment)
        return [
            f"{language}: {message}"
            for language in languages
            for state in ("--untranslated", "--only-fuzzy")
            for message in _messages_in(Path(copy) / "locale" / language / "LC_MESSAGES" / "django.po", state)
        ]


def _messages_in(po: Path, state: str) -> list[str]:
    done = _run("msgattrib", state, "--no-obsolete", "--no-wrap", po, capture_output=True, text=True)
    entries = [entry.partition("\nmsgstr")[0].partition("msgid ")[2] for entry in done.stdout.split("\n\n")]
    return [" ".join(entry.split("\n")) for entry in entries if entry not in ("", '""')]


def _run(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], check=True, **options)


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        rows = missing()
        print("\n".join(rows) or "Every message is translated.")
        sys.exit(1 if rows else 0)
    build()
