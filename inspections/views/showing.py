"""What a page shows of a finding: who is named to whom, photos in pairs, the time line, the clock."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.models import Department, Event
from campaigns.calendars import calendar_of
from campaigns.models import StoredFile
from campaigns.templatetags.portal import day
from inspections.actions.proposals import rules_of
from inspections.models import Finding
from inspections.proposals import limit_for
from inspections.rules import sees_names

HIDDEN_FROM_UNITS = ("finding.edit",)


def shown_name(viewer, person, role: str) -> str:
    """role: in which the person acted, see rules.acting_as."""
    if person is None:
        return _("Portal")
    if sees_names(viewer) or role in ("head", "liaison") or person == viewer.user:
        return str(person)
    return viewer.campaign.office_name if role == "office" else _("Inspection group")


# --- time line ------------------------------------------------------------------------------------


def time_line(finding, viewer):
    """Who did what, when and where, newest first; in the words a unit may read."""
    events = list(Event.objects.about(finding))  # scoped: the finding is visible
    if not sees_names(viewer):
        events = [event for event in events if event.verb not in HIDDEN_FROM_UNITS]
    units = _units(events)
    return [
        SimpleNamespace(
            at=event.at, verb=event.verb, actor=event.actor, who=_who(event, viewer, units), data={"note": _said(event, viewer)}
        )
        for event in events
    ]


def _units(events):
    ids = {event.department_id for event in events if event.data.get("role") in ("head", "liaison")}
    return {row.pk: row.name for row in Department.objects.filter(pk__in=ids)} if ids else {}  # scoped: units of this finding


def _who(event, viewer, units):
    role = event.data.get("role", "")
    name = shown_name(viewer, event.actor, role)
    if name == str(event.actor):  # who is not named does not say for whom, either
        name = str(event.doer)
    if role in ("head", "liaison"):
        name = f"{units.get(event.department_id, '')} {name}".strip()
    return f"{name}（{_('handed in by the liaison')}）" if event.data.get("for_head") else name


def _said(event, viewer):
    """The note of an act, with what it decided before it."""
    data = event.data
    before = {
        "finding.close": lambda: _how(data),
        "finding.return": lambda: _how(data),
        "finding.rule": lambda: (
            _("upheld, now %(unit)s") % data if data.get("upheld") else _("refused, stays with %(unit)s") % data
        ),
        "finding.transfer": lambda: f"{data.get('left', '')} → {data.get('unit', '')}",
        "finding.grant": lambda: _("until %(day)s") % {"day": _day(data.get("until"))},
        "finding.extend": lambda: _("until %(day)s") % {"day": _day(data.get("proposed"))},
        "finding.park": lambda: _("looked at again on %(day)s") % {"day": _day(data.get("until"))},
    }.get(event.verb)
    return "；".join(part for part in (_entered(data, viewer), before() if before else "", data.get("note", "")) if part)


def _entered(data, viewer):
    """That an old ledger says so; where in it is the office's business."""
    where = data.get("entered")
    return _("entered from the old ledger") + (f"（{where}）" if sees_names(viewer) else "") if where else ""


def _how(data):
    return str(Finding.How(data["how"]).label) if data.get("how") else ""


def _day(text):
    return day(parse_date(text)) if text else "—"


# --- photos ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shot:
    url: str
    thumb: str
    caption: str
    note: str = ""
    alt: str = ""
    missing: str = ""


def shot(finding, file, caption, note="", alt=""):
    address = [finding.campaign_id, finding.pk, file.pk]
    return Shot(
        url=reverse("finding_file", args=[*address, "screen"]),
        thumb=reverse("finding_file", args=[*address, "print"]),
        caption=caption,
        note=note,
        alt=alt,
    )


def photos_of(finding, answers, viewer):
    """(pair, others): the problem beside the newest answer's photo when there is an answer, then everything else."""
    finder = shown_name(viewer, finding.found_by, "inspector")
    before = [
        shot(finding, row.file, _("When found"), f"{_moment(row.file.taken_at or finding.found_at)} {finder}", alt=finding.text)
        for row in finding.files.all()
    ]
    newest = answers[0] if answers else None
    after = [
        shot(finding, row.file, _("Put right"), _moment(answer.at), alt=answer.text)
        for answer in answers
        for row in answer.files.all()
        if row.file.kind == StoredFile.Kind.PHOTO
    ]
    if newest is None or not (before or after):
        return [], before
    has_photo = any(row.file.kind == StoredFile.Kind.PHOTO for row in newest.files.all())
    pair = [
        before[0] if before else Shot("", "", _("When found"), missing=_("no photo")),
        after[0] if has_photo else Shot("", "", _("Put right"), missing=_("no photo with this answer")),
    ]
    return pair, before[1:] + (after[1:] if has_photo else after)


def _moment(at):
    return f"{day(at)} {timezone.localtime(at):%H:%M}"


# --- the clock ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClockFace:
    """left: working days to go, None while it stands still; says: the sentence beside the limit."""

    due_on: date | None
    due_at: object
    left: int | None
    says: str
    is_late: bool


def clock_face(finding, now):
    left = days_left(finding, calendar_of(finding.campaign), now) if finding.clock_due_at else None
    says = _limit_says(finding) if finding.status == finding.Status.DRAFT and not finding.due_on else _clock_says(finding)
    return ClockFace(finding.due_on, finding.due_at, left, says, left is not None and left < 0)


def _limit_says(finding):
    """How long the unit will have, by the campaign's rule."""
    rule = limit_for(finding.severity, finding.kind_id, rules_of(finding.campaign))
    words = _("%(n)s working hours") if rule.unit == "hours" else _("%(n)s working days")
    return _("%(limit)s from the day of issue") % {"limit": words % {"n": rule.amount}}


def days_left(finding, calendar, now):
    """Working days to go: 0 on the last day, -1 and less when late (also over a weekend), None while the clock stands still."""
    if finding.clock_due_at is None:
        return None
    left = calendar.workdays_between(timezone.localdate(now), finding.due_on)
    return min(left, -1) if finding.clock_due_at < now else max(left, 0)


def _clock_says(finding):
    Status = finding.Status
    return {
        Status.DRAFT: _("The time runs from the day of issue."),
        Status.SUBMITTED: _("The clock stands still until the verification."),
        Status.DISPUTED: _("The clock stands still until the ruling, then it begins anew."),
        Status.PARKED: _("Parked: no time runs."),
        Status.CLOSED: _("Struck off: no time runs."),
        Status.VOID: _("Void: no time runs."),
    }.get(finding.status, _("The time runs, signed for or not; it stops with the answer."))
