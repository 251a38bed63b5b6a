"""Time lines that tell of several rows at once."""

from collections.abc import Iterable, Mapping

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Event

MOST = 60

# Acts of a unit; the others are the office's or the portal's.
OF_UNITS = {
    "assignment.accept",
    "assignment.dispute",
    "checkpoint.submit",
    "checkpoint.withdraw",
    "checkpoint.ask_skip",
    "evidence.create",
    "evidence.link",
    "evidence.unlink",
}


def events_about(*rows: models.Model | Iterable[models.Model], units: Mapping[int, str] | None = None) -> list[Event]:
    """What happened to the rows, newest first; `who` says who did it, for whom. The caller has checked that the reader sees them.

    units: department id -> name, where the rows are of several units.
    """
    ids: dict[str, list[int]] = {}
    for row in _flat(rows):
        ids.setdefault(row._meta.label_lower, []).append(row.pk)
    about = Q(pk__in=[])
    for subject, pks in ids.items():
        about |= Q(subject=subject, subject_id__in=pks)
    events = list(Event.objects.filter(about).select_related("actor").order_by("-at", "-pk")[: MOST * 5])
    for event in events:
        event.who = _said_by(event, units)
    return _folded(events)[:MOST]


def _folded(events):
    """One line where several would read the same, `count` on it: the checkpoints of a year are made in one act."""
    lines = {}
    for event in events:
        line = lines.setdefault((event.at, event.verb, event.who, event.data.get("note")), event)
        line.count = getattr(line, "count", 0) + 1
    return list(lines.values())


def _said_by(event, units):
    name = str(event.doer or _("Portal"))
    if event.data.get("for_head"):
        name = f"{name}（{_('handed in by the liaison')}）"
    unit = units.get(event.department_id) if units and event.verb in OF_UNITS else None
    return f"{unit} {name}" if unit else name


def _flat(rows):
    for row in rows:
        if isinstance(row, models.Model):
            yield row
        else:
            yield from row
