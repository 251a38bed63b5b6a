"""Time lines that tell of several rows at once."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from accounts.models import Event

MOST = 60


def events_about(*rows: models.Model | Iterable[models.Model]) -> list[Event]:
    """What happened to the rows, newest first; the caller has checked that the reader sees them."""
    ids: dict[str, list[int]] = {}
    for row in _flat(rows):
        ids.setdefault(row._meta.label_lower, []).append(row.pk)
    about = Q(pk__in=[])
    for subject, pks in ids.items():
        about |= Q(subject=subject, subject_id__in=pks)
    return list(Event.objects.filter(about).select_related("actor").order_by("-at", "-pk")[:MOST])


def _flat(rows):
    for row in rows:
        if isinstance(row, models.Model):
            yield row
        else:
            yield from row
