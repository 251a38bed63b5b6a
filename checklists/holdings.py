"""What the table of responsibilities knows of a person by name."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.actions import record_each
from accounts.models import Department, User
from accounts.verbs import WORDS
from campaigns.holdings import HOLDINGS, Holding
from campaigns.viewer import Viewer
from checklists.models import Assignment, CalendarFeed, Share

WORDS.update(
    {
        "assignment.person": _("Named another person in charge"),
        "share.person": _("Handed on to a successor"),
    }
)


def _assignments(campaign, user, path) -> QuerySet[Assignment]:
    rows = Assignment.objects.running().filter(campaign=campaign, person=user, department__path__startswith=path)
    return rows.select_related("duty", "department").order_by("duty__position", "pk")


def _shares(campaign, user, path) -> QuerySet[Share]:
    """Also those of what the unit has handed in: a return would ask for them again. Of a section: what a unit above gave, too."""
    rows = Share.objects.filter(campaign=campaign, person=user, status=Share.Status.OPEN)
    rows = rows.exclude(checkpoint__assignment__status=Assignment.Status.ENDED)
    rows = rows.filter(department__in=Department.objects.in_line(path)) if path else rows
    return rows.select_related("checkpoint__assignment__duty").order_by("due_on", "pk")


def _feeds(campaign, user, path) -> QuerySet[CalendarFeed]:
    """None while the person keeps another role."""
    rows = CalendarFeed.objects.running().filter(campaign=campaign, user=user)
    return rows.none() if path else rows


def _name(verb: str):
    """give() of rows with `person` and `version`."""

    def give(rows: list, user: User, to: User, *, by: Viewer, at: datetime) -> list:
        type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).update(person=to, version=F("version") + 1)
        record_each(by, verb, [(row, {"note": f"{user} → {to}"}) for row in rows], at=at)
        return rows

    return give


def _revoke(rows: list[CalendarFeed], user: User, to: User, *, by: Viewer, at: datetime) -> list[CalendarFeed]:
    """An address is a secret of one person: it ends, the successor makes their own."""
    CalendarFeed.objects.filter(pk__in=[row.pk for row in rows]).update(revoked_at=at)
    record_each(by, "feed.revoke", [(row, {}) for row in rows], at=at)
    return []


HOLDINGS["assignments"] = Holding(
    _("named as person in charge"),
    _assignments,
    _name("assignment.person"),
    lambda row: f"{row.department}：{Truncator(row.duty.text).chars(40)}",
)
HOLDINGS["shares"] = Holding(
    _("parts in hand inside the unit"),
    _shares,
    _name("share.person"),
    lambda row: Truncator(row.text or row.checkpoint.assignment.duty.text).chars(40),
)
HOLDINGS["feeds"] = Holding(_("calendar addresses (they end)"), _feeds, _revoke, lambda row: f"…{row.key[-6:]}", is_work=False)
