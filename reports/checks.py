"""What papers need of the machine, told by `manage.py check` and at every start."""

import ctypes
from importlib.metadata import version

from django.core.checks import Warning, register

from reports.typeset.fonts import missing_fonts

SUBSETTER = "libharfbuzz-subset.so.0"
ENGINE = "70.0"  # reports.typeset.justify leans on its inside


@register()
def paper_check(app_configs, **kwargs):
    found = []
    if not _has_library(SUBSETTER):
        found.append(
            Warning(
                f"{SUBSETTER} is missing: every PDF takes ten times as long.",
                hint="Install the system package libharfbuzz-subset0.",
                id="reports.W001",
            )
        )
    if missing := missing_fonts():
        found.append(
            Warning(
                f"Print fonts are missing: {', '.join(missing)}. Papers are set in whatever the system has.",
                hint="Run: python -m config.setup.fonts",
                id="reports.W002",
            )
        )
    if version("weasyprint") != ENGINE:
        found.append(
            Warning(
                f"WeasyPrint {version('weasyprint')} is installed; Chinese justification was made for {ENGINE}.",
                hint="Run the tests of print, then raise ENGINE in reports/checks.py.",
                id="reports.W003",
            )
        )
    return found


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
