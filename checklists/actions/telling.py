"""One notice to each person of a unit: the named person, then head and liaison."""

from datetime import date, datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from campaigns.people import Directory
from checklists.models import Assignment, Checkpoint
from notices.actions import notify


def tell_unit(assignment: Assignment, *, kind: str, key: str, text, url: str, subject, by, at: datetime, **data) -> None:
    """Owe the notice to everybody of the unit but the person who acts.

    text: a lazy message, each reader reads it in their own language; data fills it, days spoken. key: without the person.
    """
    directory = Directory(assignment.campaign, localdate(at))
    people = directory.of(assignment.department_id)
    if assignment.person:
        people = [*directory.with_deputies(assignment.person), *people]
    for user in dict.fromkeys(people):
        if user == getattr(by, "user", None):
            continue
        with translation.override(user.language):
            said = str(text % {name: spoken(fact) if isinstance(fact, date) else fact for name, fact in data.items()})
        notify(
            user,
            kind=kind,
            key=f"{key}:{user.pk}",
            text=said,
            url=url,
            campaign_id=assignment.campaign_id,
            subject=subject,
            at=at,
        )


def spoken(day: date) -> str:
    """2026年1月1日, in the language now active."""
    return date_format(day, _("j M Y"))


def short(row: Assignment | Checkpoint) -> str:
    """What a notice calls the task."""
    duty = (row if isinstance(row, Assignment) else row.assignment).duty
    text = Truncator(duty.text).chars(40)
    return f"{text} {row.title}" if isinstance(row, Checkpoint) and row.title else text
