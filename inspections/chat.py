"""The text an office copies into a unit's chat group: how many, which numbers, until when, where. Pure.

No photos, no places, no names: a group has readers the portal does not know.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MOST = 12  # numbers named one by one


class Line(NamedTuple):
    """One thing the unit owes; left: working days to go, negative when late. number: empty for a checkpoint."""

    number: str
    due_on: date
    left: int


def chat_text(unit: str, *, findings: Sequence[Line], checkpoints: Sequence[Line], link: str, office: str) -> str:
    """The lines to copy, the most urgent first; in the active language."""
    lines = [_("[%(office)s] %(unit)s:") % {"office": office, "unit": unit}]
    if findings:
        facts = {"count": len(findings), "late": _late(findings)}
        with_late = _("Problems to be put right: %(count)s, of these late: %(late)s.")
        without = _("Problems to be put right: %(count)s.")
        lines.append((with_late if facts["late"] else without) % facts)
        shown = sorted(findings, key=lambda line: (line.left, line.number))
        lines += [_("No. %(number)s: %(until)s") % {"number": line.number, "until": _until(line)} for line in shown[:MOST]]
        if len(shown) > MOST:
            lines.append(pgettext("chat", "and %(count)s more") % {"count": len(shown) - MOST})
    if checkpoints:
        first = min(checkpoints, key=lambda line: line.left)
        facts = {"count": len(checkpoints), "late": _late(checkpoints), "until": _until(first)}
        with_late = _("Tasks to be handed in: %(count)s, of these late: %(late)s, the nearest %(until)s.")
        without = _("Tasks to be handed in: %(count)s, the nearest %(until)s.")
        lines.append((with_late if facts["late"] else without) % facts)
    lines.append(_("Please sign in: %(link)s") % {"link": link})
    return "\n".join(lines)


def _late(lines):
    return sum(line.left < 0 for line in lines)


def _until(line):
    facts = {"month": line.due_on.month, "day": line.due_on.day, "days": abs(line.left)}
    if line.left < 0:
        return _("limit %(month)s-%(day)s, %(days)s working days late") % facts
    if line.left == 0:
        return _("due today")
    return _("limit %(month)s-%(day)s, %(days)s working days left") % facts
