"""Sets of findings that start pages count and the list shows: one table for both."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.viewer import Viewer
from campaigns.weeks import first_moment, next_week, this_week, tonight
from inspections.models import Extension, Finding

Status = Finding.Status
RUNNING = [Status.ISSUED, Status.ACCEPTED, Status.RETURNED]


class Counted(NamedTuple):
    """label: as the list's filter says it; rows: (visible findings, viewer, now) -> those counted."""

    label: str
    rows: Callable[[QuerySet, Viewer, datetime], QuerySet]


def _between(rows: QuerySet, field: str, now: datetime) -> QuerySet:
    begin, end = this_week(now)
    return rows.filter(**{f"{field}__gte": begin, f"{field}__lt": end})


def _issued(rows, viewer, now):
    return _between(rows.counted(), "issued_at", now)


def _asked_for_time(rows, viewer, now):
    return rows.filter(pk__in=Extension.objects.filter(campaign=viewer.campaign, ruling=Extension.Ruling.OPEN).values("finding"))


def _recorded_today(rows, viewer, now):
    return rows.filter(found_by=viewer.user, found_at__gte=first_moment(timezone.localdate(now)))


COUNTED: dict[str, Counted] = {
    "running": Counted(_("Being put right now"), lambda rows, viewer, now: rows.filter(status__in=RUNNING)),
    "returned": Counted(_("Returned, to be put right again"), lambda rows, viewer, now: rows.filter(status=Status.RETURNED)),
    "today": Counted(_("Due today"), lambda rows, viewer, now: rows.due(now, tonight(now))),
    "week": Counted(_("Due this week"), lambda rows, viewer, now: rows.due(now, this_week(now)[1])),
    "next_week": Counted(_("Due next week"), lambda rows, viewer, now: rows.due_after(*next_week(now))),
    "found": Counted(_("Found this week"), lambda rows, viewer, now: _between(rows.counted(), "found_at", now)),
    "issued": Counted(_("Issued this week"), _issued),
    "answered": Counted(
        _("Issued this week and answered"), lambda rows, viewer, now: _issued(rows, viewer, now).exclude(submitted_at=None)
    ),
    "closed": Counted(
        _("Issued this week and closed"), lambda rows, viewer, now: _issued(rows, viewer, now).filter(status=Status.CLOSED)
    ),
    "on_spot": Counted(
        _("Put right on the spot this week"),
        lambda rows, viewer, now: _between(rows, "found_at", now).filter(status=Status.CLOSED, issued_at=None),
    ),
    "more_time": Counted(_("More time asked for"), _asked_for_time),
    "mine_today": Counted(_("Recorded by me today"), _recorded_today),
}


def counted(name: str, rows: QuerySet, viewer: Viewer, now: datetime) -> QuerySet:
    """Of the findings, those of this name in COUNTED."""
    return COUNTED[name].rows(rows, viewer, now)
