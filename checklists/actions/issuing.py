"""Issue the drafts of the responsibility table in one act: checkpoints are made, each person is told once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from campaigns.calendars import calendar_of
from campaigns.festivals import Festivals
from campaigns.models import Campaign
from campaigns.people import Directory
from campaigns.viewer import Viewer
from checklists.actions.assignments import issue_assignments
from checklists.actions.limits import check_limit, limit_days, make_checkpoints
from checklists.actions.naming import name_people
from checklists.models import Assignment, Duty
from notices.actions import notify

TO_SIGN = _("%(office)s issued %(count)s tasks: please sign for them.")
FEW = 5  # working days: a period that ends sooner is offered to be left out


class Tight(NamedTuple):
    """A recurring task whose first period ends in few working days; next: (day, title) of the one after it, None at the end."""

    duty: Duty
    day: date
    title: str
    left: int
    next: tuple[date, str] | None


@dataclass
class IssuePlan:
    """What issuing would do: parts that go out, tasks that cannot and why, who is told, units where nobody can be told.

    named: of the parts those whose person was found by the name written in the task.
    """

    parts: list[Assignment] = field(default_factory=list)
    named: list[Assignment] = field(default_factory=list)
    refused: list[tuple[Duty, str]] = field(default_factory=list)
    people: dict[User, list[Assignment]] = field(default_factory=dict)
    deaf: list[Department] = field(default_factory=list)
    leadless: int = 0  # of the tasks that go out: nobody leads them
    bare: int = 0  # tasks of the campaign that have no unit at all and stay behind

    @property
    def duties(self) -> list[Duty]:
        """The tasks that go out, in the order of the table."""
        return list(dict.fromkeys(part.duty for part in self.parts))

    @property
    def departments(self) -> list[Department]:
        return sorted({part.department for part in self.parts}, key=lambda row: (row.position, row.pk))


def plan_issue(*, by: Viewer, duties: Iterable[int] | None = None, at: datetime | None = None) -> IssuePlan:
    """What issue_drafts would do now. duties: ids of the tasks, None = all drafts of the campaign."""
    if not by.is_office:
        raise PermissionDenied
    at = at or timezone.now()
    today, plan, reasons = timezone.localdate(at), IssuePlan(), {}
    rows = Assignment.objects.filter(campaign=by.campaign, status=Assignment.Status.DRAFT).select_related("department", "person")
    rows = rows.select_related("duty").order_by("duty__checklist__position", "duty__position", "-is_lead", "department__position")
    for part in rows if duties is None else rows.filter(duty__in=list(duties)):
        if part.duty not in reasons:
            reasons[part.duty] = _why_not(part.duty, today, by.campaign)
        if not reasons[part.duty]:
            plan.parts.append(part)
    plan.refused = [(duty, text) for duty, text in reasons.items() if text]
    directory, people = Directory(by.campaign, today), defaultdict(list)
    plan.named = name_people(plan.parts, directory)
    for part in plan.parts:
        told = dict.fromkeys([*([part.person] if part.person else []), *directory.of(part.department)])
        if not told and part.department not in plan.deaf:
            plan.deaf.append(part.department)
        for user in told:
            people[user].append(part)
    plan.people = dict(people)
    plan.leadless = Duty.objects.filter(pk__in={part.duty_id for part in plan.parts}).without_lead().count()
    if duties is None:
        assigned = Assignment.objects.running().filter(campaign=by.campaign)
        plan.bare = Duty.objects.filter(campaign=by.campaign).exclude(pk__in=assigned.values("duty")).count()
    return plan


@transaction.atomic
def issue_drafts(
    *,
    by: Viewer,
    duties: Iterable[int] | None = None,
    later: Collection[int] = (),
    at: datetime | None = None,
    texts: Mapping[int, str] = MappingProxyType({}),
) -> IssuePlan:
    """Issue all drafts whose limit allows it; what was done and what was refused. Twice equals once.

    later: ids of tasks of tight_periods that begin with their next period. Each person gets one notice, however many tasks
    the unit has. texts: id of a unit -> what its people read instead of TO_SIGN, unless they are told of another unit, too.
    Raises PermissionDenied.
    """
    at = at or timezone.now()
    plan = plan_issue(by=by, duties=duties, at=at)
    tasks = {part.pk: part.duty for part in plan.parts}
    issued = {part.pk for part in issue_assignments(plan.parts, by=by, at=at)}
    Assignment.objects.bulk_update([part for part in plan.named if part.pk in issued], ["person"])
    plan.parts = [part for part in plan.parts if part.pk in issued]  # somebody else may have issued some meanwhile
    for part in plan.parts:
        part.status, part.duty = Assignment.Status.ISSUED, tasks[part.pk]
    late_starts = [duty for duty in plan.duties if duty.pk in later]
    tight = tight_periods(late_starts, campaign=by.campaign, today=timezone.localdate(at))
    begins = {one.duty.pk: one.day + timedelta(days=1) for one in tight if one.next}
    make_checkpoints(plan.parts, campaign=by.campaign, by=by, at=at, begins=begins)
    plan.people = {user: own for user, rows in plan.people.items() if (own := [part for part in rows if part.pk in issued])}
    for user, own in plan.people.items():
        with translation.override(user.language):
            facts = {"office": by.campaign.office_name, "count": len({part.duty_id for part in own})}
            units = {part.department_id for part in own}
            said = str((texts.get(units.pop(), TO_SIGN) if len(units) == 1 else TO_SIGN) % facts)
        notify(
            user,
            kind="duty.issued",
            key=f"duty.issued:{by.campaign.pk}:{min(issued)}:{user.pk}",
            text=said,
            url=reverse("my_duties", args=[by.campaign.pk]),
            campaign_id=by.campaign.pk,
            subject=own[0],
            at=at,
        )
    return plan


def tight_periods(duties: Iterable[Duty], *, campaign: Campaign, today: date) -> list[Tight]:
    """Those of the tasks whose running period leaves fewer than FEW working days; queries only where something recurs."""
    recurring = [duty for duty in duties if duty.recurrence]
    if not recurring:
        return []
    calendar, festivals, found = calendar_of(campaign), Festivals(campaign), []
    known = {"cutoff": campaign.cutoff_on, "festivals": festivals}
    for duty in recurring:
        day, title = limit_days(duty, today=today, **known)[0]
        left = calendar.days_left(day, today)
        if left < FEW:
            after = day + timedelta(days=1)
            following = limit_days(duty, today=after, **known)[0] if after <= campaign.cutoff_on else None
            found.append(Tight(duty, day, title, left, following))
    return found


def _why_not(duty, today, campaign):
    try:
        check_limit(duty, today=today, cutoff=campaign.cutoff_on)
    except ValidationError as error:
        return error.messages[0]
    return ""
