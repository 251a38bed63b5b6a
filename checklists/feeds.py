"""What a calendar address shows: limits as whole days, and the stages of the plan. Written with icalendar (RFC 5545).

Apps to the right add what else falls due on a day (SOURCES).
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, Event

from accounts.models import Department
from campaigns.calendars import calendar_of
from campaigns.models import Campaign, Membership
from campaigns.planning import count_back
from checklists.models import CalendarFeed, Checkpoint, Share
from checklists.plan import stages_of
from checklists.workbench import own_checkpoints

BACK = timedelta(days=92)  # older limits are history


class Entry(NamedTuple):
    """A whole day, or several. uid: the same each time, so that a calendar program keeps one entry."""

    uid: str
    starts_on: date
    text: str
    ends_on: date | None = None
    path: str = ""


class Reader(NamedTuple):
    """Whose limits: like a viewer, as far as own_checkpoints and its like ask. own_ids: without the units below."""

    campaign: Campaign
    department_ids: frozenset
    user: object = None
    own_ids: frozenset = frozenset()


def _checkpoints(reader: Reader, since: date) -> Iterable[Entry]:
    rows = own_checkpoints(reader).filter(due_on__gte=since)
    if reader.user is not None and not reader.department_ids:
        rows = (
            Checkpoint.objects.current()
            .filter(campaign=reader.campaign, assignment__person=reader.user, due_on__gte=since)
            .exclude(status__in=Checkpoint.FINISHED)
            .select_related("assignment__duty")
        )
    for row in rows:
        yield Entry(f"checkpoint-{row.pk}", row.due_on, _called(row.assignment.duty.text, row), path=row.get_absolute_url())


def _parts(reader: Reader, since: date) -> Iterable[Entry]:
    """What the unit above handed down to the section, or a unit to the person by name."""
    rows = Share.objects.to_do().filter(campaign=reader.campaign, due_on__gte=since)
    by_name = Q(person=reader.user) if reader.user is not None else Q(pk__in=[])
    for row in rows.filter(rows.from_above(reader) | by_name).select_related("checkpoint__assignment__duty"):
        text = _called(row.text or row.checkpoint.assignment.duty.text, row.checkpoint)
        yield Entry(f"part-{row.pk}", row.due_on, text, path=row.get_absolute_url())


def _called(text, checkpoint):
    return f"{text}（{checkpoint.title}）" if checkpoint.title else text


SOURCES: list[Callable[[Reader, date], Iterable[Entry]]] = [_checkpoints, _parts]


def reader_of(feed: CalendarFeed, *, today: date) -> Reader | None:
    """Whose limits the address shows today; None when the person has left the campaign or was suspended."""
    if feed.department_id:
        units = Department.objects.under(feed.department).values_list("pk", flat=True)
        return Reader(feed.campaign, frozenset(units), own_ids=frozenset([feed.department_id]))
    rows = list(Membership.objects.on(today).filter(user=feed.user, campaign=feed.campaign).select_related("department"))
    if not rows or not feed.user.is_active:
        return None
    paths = [row.department.path for row in rows if row.department_id]
    units = Department.objects.under_any(paths).values_list("pk", flat=True) if paths else ()
    return Reader(feed.campaign, frozenset(units), feed.user, frozenset(row.department_id for row in rows if row.department_id))


def write_feed(reader: Reader, *, now: datetime) -> bytes:
    """The calendar as bytes of an .ics file."""
    today = timezone.localdate(now)
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.MAIL_DOMAIN}//creation portal//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", reader.campaign.name)
    entries = [*_stages(reader), *(entry for source in SOURCES for entry in source(reader, today - BACK))]
    for entry in sorted(entries, key=lambda entry: (entry.starts_on, entry.uid)):
        event = Event()
        event.add("uid", f"{entry.uid}@{settings.MAIL_DOMAIN}")
        event.add("dtstamp", now)
        event.add("dtstart", entry.starts_on)
        event.add("dtend", (entry.ends_on or entry.starts_on) + timedelta(days=1))
        event.add("summary", entry.text)
        if entry.path:
            event.add("url", settings.SITE_URL + entry.path)
        calendar.add_component(event)
    return calendar.to_ical()


def _stages(reader):
    campaign = reader.campaign
    if campaign.assessment_from:
        spans = count_back(stages_of(campaign), before=campaign.assessment_from, calendar=calendar_of(campaign))
        for number, span in enumerate(spans):
            yield Entry(f"stage-{campaign.pk}-{number}", span.starts_on, span.name, span.ends_on)
        last = campaign.assessment_until or campaign.assessment_from
        yield Entry(f"assessment-{campaign.pk}", campaign.assessment_from, str(_("Assessment")), last)
