"""Findings in the calendar addresses of units."""

from collections.abc import Iterable
from datetime import date

from checklists.feeds import Entry, Reader
from inspections.models import Finding

RUNNING = [Finding.Status.ISSUED, Finding.Status.ACCEPTED, Finding.Status.RETURNED]


def findings(reader: Reader, since: date) -> Iterable[Entry]:
    """Limits of findings that wait for the units' answer."""
    if not reader.department_ids:
        return
    rows = Finding.objects.filter(
        campaign=reader.campaign, lead__in=reader.department_ids, status__in=RUNNING, due_on__gte=since
    ).select_related("site")
    for row in rows.order_by("due_on", "pk"):
        yield Entry(f"finding-{row.pk}", row.due_on, f"{row.where}：{row.text[:60]}", path=row.get_absolute_url())
