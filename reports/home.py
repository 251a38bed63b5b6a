"""What stands on a person's start page: what waits for them first, then how things stand. Fixed numbers of queries.

No ranking of units or people: lists run by waiting time or by limit, tables in the official order.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.counting import row_counts
from campaigns.first_steps import fact_rows, open_steps
from campaigns.models import Campaign
from campaigns.viewer import Viewer
from campaigns.weeks import next_week, this_week, tonight
from campaigns.worktime import Calendar
from checklists.gaps import without_limit
from checklists.models import Checkpoint, Claim, Dispute, Duty, Share
from checklists.table import counts_by_checklist
from checklists.workbench import MOST, Workbench, due_this_week, handed_to, own_checkpoints, reviewable, workbench
from inspections.actions.cases import cases, to_rule
from inspections.counted import RUNNING, counted
from inspections.models import Extension, Finding, Reminder, Round
from reports.models import Bulletin

SHOWN = 8


@dataclass(frozen=True)
class Countdown:
    """To the first day of the assessment: calendar days and working days; `is_on` while it lasts."""

    days: int
    workdays: int
    on: object
    is_on: bool


def countdown(campaign: Campaign, calendar: Calendar, now: datetime) -> Countdown | None:
    """None without a window or after it."""
    today = timezone.localdate(now)
    first, last = campaign.assessment_from, campaign.assessment_until or campaign.assessment_from
    if first is None or last < today:
        return None
    return Countdown((first - today).days, calendar.workdays_between(today, first), first, first <= today)


# --- the office -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """One thing only the office can decide. days: working days it has waited."""

    kind: str
    mark: str
    title: str
    note: str
    unit: str
    days: int
    url: str
    act: str


@dataclass(frozen=True)
class OfficeHome:
    decisions: list[Decision]
    decision_counts: list[tuple[str, int, str]]  # (kind, how many, where all of them are)
    counts: dict[str, int]
    tables: list[tuple[int, str, dict[str, int]]]  # (checklist, its name, tasks by state as its table counts them)
    gaps: list[Duty]
    bulletins: list[Bulletin]
    steps: list[tuple[str, str]]  # (what a new campaign still needs, where)

    @property
    def is_cut(self) -> bool:
        """More waits than is shown."""
        return sum(count for _kind, count, _url in self.decision_counts) > len(self.decisions)


def office_home(viewer: Viewer, calendar: Calendar, now: datetime) -> OfficeHome:
    waiting = _waiting(viewer)
    waits = {name: rows for name, (rows, *_rest) in waiting.items()}
    counts = row_counts(**waits, **_office_counts(viewer, now), **fact_rows(viewer))
    tables = counts_by_checklist(viewer, now=now)
    rows = [
        _decision(name, row, since, calendar, now)
        for name, (query, since, related, *_rest) in waiting.items()
        if counts[name]
        for row in query.select_related(*related).order_by(since, "pk")[:SHOWN]
    ]
    rows.sort(key=lambda one: -one.days)
    totals = [(KINDS[name], counts[name], url) for name, (*_rest, url) in waiting.items()]
    gaps = Duty.objects.visible_to(viewer).without_lead().select_related("item").order_by("checklist__position", "position")[:3]
    return OfficeHome(
        decisions=rows[:SHOWN],
        decision_counts=totals,
        counts=counts,
        tables=tables,
        gaps=list(gaps) if counts["gaps"] else [],
        bulletins=list(newest_bulletins(viewer)),
        steps=_steps(viewer, counts, tables),
    )


def _steps(viewer, counts, tables):
    steps = open_steps(viewer.campaign, counts)
    if not tables:
        steps.append((_("Import the measurement standard and adopt it"), reverse("standard_list", args=[viewer.campaign.pk])))
    return steps


KINDS = {
    "disputes": _("Objection"),
    "finding_disputes": _("Objection to a finding"),
    "extensions": _("More time"),
    "claims": _("Claim"),
    "checkpoints": _("Proof"),
    "skips": _("Not held this time"),
    "findings": _("Verification"),
    "to_issue": _("To be handed over"),
    "bulletins": _("Bulletin sent back"),
}
ACTS = {
    "disputes": ("ask", _("Rule")),
    "finding_disputes": ("ask", _("Rule")),
    "extensions": ("soon", _("Decide")),
    "claims": ("ask", _("Confirm")),
    "checkpoints": ("act", _("Check")),
    "skips": ("soon", _("Decide")),
    "findings": ("wait", _("Verify")),
    "to_issue": ("act", _("Hand over to the unit")),
    "bulletins": ("back", _("Go on writing")),
}


FROM = {"findings": "lead", "to_issue": "lead", "bulletins": "returned_by"}  # whose it is, where not `department`


def _waiting(viewer: Viewer) -> dict[str, tuple]:
    """name -> (rows, field they wait since, what a row shows, address of all of them); never of one's own unit, nor
    proof one handed in or wrote while one was of it."""
    campaign = viewer.campaign
    own = viewer.department_ids
    ours = Finding.objects.answered_by(own)
    here, others = [campaign.pk], _others(viewer)
    return {
        "disputes": (
            to_rule(viewer, "task"),
            "at",
            ["department", "assignment__duty"],
            reverse("dispute_list", args=here) + "?view=tasks&mine=1",
        ),
        "finding_disputes": (
            to_rule(viewer, "finding"),
            "at",
            ["department", "finding__site"],
            reverse("dispute_list", args=here) + "?view=findings&mine=1",
        ),
        "extensions": (
            Extension.objects.filter(campaign=campaign, ruling=Extension.Ruling.OPEN).exclude(finding__in=ours),
            "at",
            ["department", "finding__site"],
            reverse("finding_list", args=here) + "?view=asks&counted=more_time" + others,
        ),
        "claims": (
            Claim.objects.visible_to(viewer).filter(ruling=Claim.Ruling.OPEN).exclude(department__in=own),
            "at",
            ["department", "duty"],
            reverse("duty_gaps", args=here),
        ),
        "checkpoints": (
            reviewable(viewer).filter(status=Checkpoint.Status.SUBMITTED),
            "submitted_at",
            ["department", "assignment__duty"],
            reverse("checkpoint_review", args=here) + "?view=proof&mine=1",
        ),
        "skips": (
            reviewable(viewer).filter(status=Checkpoint.Status.ASKED),
            "skip_asked_at",
            ["department", "assignment__duty"],
            reverse("checkpoint_review", args=here) + "?view=skips&mine=1",
        ),
        "findings": (
            Finding.objects.visible_to(viewer).filter(status=Finding.Status.SUBMITTED).exclude(pk__in=ours),
            "submitted_at",
            ["lead", "site"],
            reverse("finding_list", args=here) + "?view=verify" + others,
        ),
        "to_issue": (
            Finding.objects.visible_to(viewer).filter(status=Finding.Status.DRAFT),
            "found_at",
            ["lead", "site"],
            reverse("finding_list", args=here) + "?view=draft",
        ),
        "bulletins": (
            Bulletin.objects.visible_to(viewer).sent_back(),
            "returned_at",
            ["returned_by"],
            reverse("bulletin_list", args=here) + "?state=returned",
        ),
    }


def _others(viewer: Viewer) -> str:
    """For the address of a list of findings, which leaves out what the reader's own units answer for."""
    return "&part=others" if viewer.department_ids else ""


def _decision(name: str, row, since: str, calendar: Calendar, now: datetime) -> Decision:
    mark, act = ACTS[name]
    began = timezone.localdate(getattr(row, since) or now)
    unit = getattr(row, FROM.get(name, "department"))
    title, note, url = _about(name, row)
    days = calendar.workdays_between(began, timezone.localdate(now))
    return Decision(KINDS[name], mark, title, note, unit.name if unit else "", days, url, act)


def _about(name: str, row) -> tuple[str, str, str]:
    """(title, second line, address) of what is to be decided."""
    if name == "disputes":
        return row.about, row.reason, row.get_absolute_url()
    if name == "claims":
        return row.duty.text, row.note, reverse("duty_gaps", args=[row.campaign_id])
    if name == "checkpoints":
        return row.assignment.duty.text, row.title or row.note, row.get_absolute_url()
    if name == "skips":
        return f"{row.assignment.duty.text} {row.title}".strip(), row.skip_reason, row.get_absolute_url()
    if name == "bulletins":
        return row.title, row.return_reason, reverse("bulletin_edit", args=[row.campaign_id, row.pk])
    if name in ("findings", "to_issue"):
        return f"{row.number} {row.where}", row.text, row.get_absolute_url()
    url = row.get_absolute_url() if name == "finding_disputes" else row.finding.get_absolute_url()
    return f"{row.finding.number} {row.finding.where}", row.reason, url


def _office_counts(viewer: Viewer, now: datetime) -> dict[str, QuerySet]:
    findings = Finding.objects.visible_to(viewer)
    checkpoints = Checkpoint.objects.visible_to(viewer).current()
    begin, end = this_week(now)
    return {
        "late_findings": findings.late(now),
        "late_checkpoints": checkpoints.late(now),
        "late_led": checkpoints.late(now).filter(assignment__is_lead=True),
        "week_findings": counted("week", findings, viewer, now),
        "week_checkpoints": checkpoints.due(now, end),
        "next_findings": counted("next_week", findings, viewer, now),
        "next_checkpoints": checkpoints.due_after(*next_week(now)),
        "today_findings": counted("today", findings, viewer, now),
        "today_checkpoints": checkpoints.due(now, tonight(now)),
        "gaps": Duty.objects.visible_to(viewer).without_lead(),
        "unlimited": without_limit(viewer),
        **{name: counted(name, findings, viewer, now) for name in ("found", "issued", "answered", "closed", "on_spot")},
        "asked_reminders": Reminder.objects.visible_to(viewer).told_since(begin),
    }


# --- the units ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitHome:
    """bench: the tasks; handed: parts from above or by name; findings: to be put right, nearest limit first; waiting: answers
    that wait for verification; answer: what the heading says, each with where these rows are.
    """

    bench: Workbench
    handed: list[Share]
    findings: list[Finding]
    returned: list[Finding]
    counts: dict[str, int]
    answer: list[tuple[str, str]]

    @property
    def sent_back(self) -> int:
        return len(self.bench.returned) + self.counts["returned_findings"]

    @property
    def objected(self) -> int:
        return self.counts["objected_tasks"] + self.counts["objected_findings"]

    @property
    def ahead(self) -> list[Checkpoint]:
        """Tasks of later weeks, where nothing nearer is to be done."""
        bench = self.bench
        near = (bench.to_sign, bench.returned, bench.late, bench.today, bench.week, self.findings, self.returned, self.handed)
        return [] if any(near) else bench.later

    @property
    def is_quiet(self) -> bool:
        return self.bench.is_empty and not self.findings and not self.returned and not self.handed


def unit_home(viewer: Viewer, now: datetime) -> UnitHome:
    mine = Finding.objects.visible_to(viewer).filter(lead__in=viewer.department_ids)
    objected = {"ruling": Dispute.Ruling.OPEN, "department__in": viewer.department_ids}
    counts = row_counts(
        late_findings=mine.late(now),
        today_findings=counted("today", mine, viewer, now),
        running_findings=counted("running", mine, viewer, now),
        returned_findings=counted("returned", mine, viewer, now),
        waiting_findings=mine.filter(status=Finding.Status.SUBMITTED),
        objected_tasks=cases(viewer, "task").filter(**objected),
        objected_findings=cases(viewer, "finding").filter(**objected),
        week_issued=counted("issued", mine, viewer, now),
        week_due=due_this_week(viewer, now),
    )
    running = mine.with_related().filter(status__in=RUNNING).order_by("due_at", "pk")
    is_back = {"status": Finding.Status.RETURNED}
    bench, handed = workbench(own_checkpoints(viewer), now=now), list(handed_to(viewer)[:MOST])
    return UnitHome(
        bench=bench,
        handed=handed,
        findings=list(running.exclude(**is_back)[: SHOWN * 2]),
        returned=_with_reasons(list(running.filter(**is_back)[:SHOWN])) if counts["returned_findings"] else [],
        counts=counts,
        answer=_answer(viewer, bench, handed, counts),
    )


ANSWERED = 4  # facts in the heading


def _answer(viewer: Viewer, bench: Workbench, handed: list[Share], counts: dict[str, int]) -> list[tuple[str, str]]:
    """Only what there is, the most pressing first; findings and tasks apart, for they stand on two lists."""
    findings = reverse("finding_list", args=[viewer.campaign.pk]) + "?part=lead&view="
    tasks = reverse("my_duties", args=[viewer.campaign.pk])
    facts = [
        (_("late findings %(count)s"), counts["late_findings"], f"{findings}late"),
        (_("late tasks %(count)s"), len(bench.late), f"{tasks}#late"),
        (_("findings due today %(count)s"), counts["today_findings"], f"{findings}all&counted=today"),
        (_("tasks due today %(count)s"), len(bench.today), f"{tasks}#today"),
        (_("findings sent back %(count)s"), counts["returned_findings"], f"{findings}all&counted=returned"),
        (_("tasks sent back %(count)s"), len(bench.returned), f"{tasks}#returned"),
        (_("findings to put right in all %(count)s"), counts["running_findings"], f"{findings}all&counted=running"),
        (_("tasks to sign for %(count)s"), len(bench.to_sign), f"{tasks}#to-sign"),
        (_("handed to us %(count)s"), len(handed), f"{tasks}#handed"),
    ]
    return [(words % {"count": count}, url) for words, count, url in facts if count][:ANSWERED]


def _with_reasons(findings: list[Finding]) -> list[Finding]:
    """Each with `reason`: the verifier's own words."""
    if findings:
        rows = Finding.objects.filter(pk__in=[row.pk for row in findings]).values_list("pk", "rectifications__verdict")
        said = dict(rows.order_by("rectifications__round_no"))
        for row in findings:
            row.reason = said.get(row.pk) or ""
    return findings


# --- inspectors and leaders -----------------------------------------------------------------------


@dataclass(frozen=True)
class InspectorHome:
    rounds: list[Round]
    to_verify: list[Finding]
    counts: dict[str, int]
    verify_url: str  # where all of them are


def inspector_home(viewer: Viewer, now: datetime) -> InspectorHome:
    today = timezone.localdate(now)
    mine = Finding.objects.visible_to(viewer)
    ours = Finding.objects.answered_by(viewer.department_ids)
    waiting = mine.filter(status=Finding.Status.SUBMITTED).exclude(pk__in=ours)
    counts = row_counts(to_verify=waiting, today=counted("mine_today", mine, viewer, now))
    rounds = Round.objects.visible_to(viewer).filter(inspectors=viewer.user, starts_on__lte=today, ends_on__gte=today)
    shown = waiting.with_related().order_by("submitted_at", "pk")[:SHOWN]
    url = reverse("finding_list", args=[viewer.campaign.pk]) + "?view=verify" + _others(viewer)
    return InspectorHome(list(rounds), list(shown), counts, url)


@dataclass(frozen=True)
class LeaderHome:
    newest: Bulletin | None
    to_sign: list[Bulletin]
    counts: dict[str, int]


def leader_home(viewer: Viewer, now: datetime) -> LeaderHome:
    bulletins = Bulletin.objects.visible_to(viewer)
    findings = Finding.objects.visible_to(viewer)
    counts = row_counts(
        running=counted("running", findings, viewer, now),
        late_findings=findings.late(now),
        waiting=findings.filter(status=Finding.Status.SUBMITTED),
        late_checkpoints=Checkpoint.objects.visible_to(viewer).current().late(now),
        late_led=Checkpoint.objects.visible_to(viewer).current().late(now).filter(assignment__is_lead=True),
    )
    to_sign = list(bulletins.filter(status=Bulletin.Status.REVIEWED).select_related("drafted_by"))
    return LeaderHome(bulletins.published().order_by("-published_at", "-pk").first(), to_sign, counts)


def newest_bulletins(viewer: Viewer, count: int = 2) -> QuerySet[Bulletin]:
    return Bulletin.objects.visible_to(viewer).order_by("-monday", "-pk")[:count]
