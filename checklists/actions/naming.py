"""责任人: the name written in the table is found among the unit's people; reminders, loads and hand-overs go by the account."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from campaigns.people import Directory
from checklists.models import Assignment, Duty

BETWEEN = re.compile(r"[、，,；;／/\s]+")  # names in one cell


def person_named(text: str, people: Iterable[User]) -> User | None:
    """The one of the people whom the text names; None where it names none of them, or several."""
    names = {text.strip(), *BETWEEN.split(text.strip())} - {""}
    found = [user for user in people if user.name in names]
    return found[0] if len(found) == 1 else None


def name_people(parts: Iterable[Assignment], directory: Directory) -> list[Assignment]:
    """Set the person of leading parts that have none yet, unsaved; those that have one now. parts: with duty, department."""
    named = []
    for part in parts:
        if part.is_lead and part.person is None and part.duty.person:
            part.person = person_named(part.duty.person, directory.of(part.department))
            named += [part] if part.person else []
    return named


def name_anew(duty: Duty, *, at: datetime) -> None:
    """The leading parts in force follow the name now written in their task."""
    directory = Directory(duty.campaign, timezone.localdate(at))
    parts = list(duty.assignments.running().filter(is_lead=True).select_related("department"))
    for part in parts:
        part.person = person_named(duty.person, directory.of(part.department))
    Assignment.objects.bulk_update(parts, ["person"])
