"""The plan of a campaign: its stages counted back from the assessment, the latest start of each task, what is too late."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from campaigns.calendars import calendar_of
from campaigns.models import Campaign, PlanStage
from campaigns.planning import Span, count_back, latest_start
from campaigns.viewer import Viewer
from checklists.gantt import LEFT, ROW, Bar, Chart, draw
from checklists.models import Assignment, Duty, Item
from checklists.tree import TOP

BEGUN = [Assignment.Status.ACCEPTED, Assignment.Status.DONE]


@dataclass(frozen=True)
class Start:
    """A task with the last day on which it may begin. is_missed: that day is over and nobody has begun."""

    duty: Duty
    starts_on: date
    ends_on: date
    is_begun: bool
    is_missed: bool


@dataclass(frozen=True)
class Plan:
    """stages: empty without a day of assessment; shortage: working days the stages would need before today, 0 = it fits;
    unknown_years: of the stages, their days off are not known yet.
    """

    stages: list[Span]
    starts: list[Start]
    projects: dict[tuple[int, str], str]  # (standard, path) -> text
    assessment: date | None
    shortage: int
    today: date
    unknown_years: tuple[int, ...] = ()

    @property
    def missed(self) -> list[Start]:
        return [start for start in self.starts if start.is_missed]

    def chart(self, words: dict[str, str], *, left: int = LEFT, row: float = ROW) -> Chart | None:
        """Stages, then one row a project from its first latest start to its last limit. words: "today", "assessment"."""
        marks = [(words["today"], self.today), (words["assessment"], self.assessment)]
        return draw(self.bars, marks=marks, left=left, row=row)

    @property
    def bars(self) -> list[Bar]:
        """Stages, then the projects with something to begin; none without a day of assessment."""
        bars = [Bar(span.name, span.starts_on, span.ends_on, "past" if span.ends_on < self.today else "") for span in self.stages]
        for key, text in self.projects.items():
            own = [start for start in self.starts if (start.duty.item.standard_id, start.duty.item.path[:TOP]) == key]
            if own:
                first, last = min(one.starts_on for one in own), max(one.ends_on for one in own)
                bars.append(Bar(text, first, last, "project", self._lost(own, last)))
        return bars

    def _lost(self, own: list[Start], last: date) -> tuple[date, date] | None:
        """Of a project's tasks: from the first day on which one should have begun and has not, until today."""
        missed = [start.starts_on for start in own if start.is_missed]
        return (min(missed), min(self.today, last)) if missed else None


def stages_of(campaign: Campaign) -> list[tuple[str, int]]:
    """The campaign's stages in order; those the portal ships while it has set none."""
    own = list(PlanStage.objects.filter(campaign=campaign).values_list("name", "days"))
    return own or [(str(name), days) for name, days in PlanStage.SHIPPED]


def read_plan(viewer: Viewer, *, today: date) -> Plan:
    """The plan as the viewer may read it: office and leaders with all tasks, units with their own. A fixed number of queries.

    A task takes as long as the first stage; it ends with that stage or with its own limit, whichever is earlier.
    """
    campaign = viewer.campaign
    if not campaign.assessment_from:
        return Plan([], [], {}, None, 0, today)
    calendar = calendar_of(campaign)
    spans = count_back(stages_of(campaign), before=campaign.assessment_from, calendar=calendar)
    first = spans[0]
    starts = []
    for duty in _tasks(viewer):
        ends_on = min(duty.due_on or first.ends_on, first.ends_on)
        starts_on = latest_start(ends_on, first.days, calendar)
        starts.append(Start(duty, starts_on, ends_on, duty.is_begun, not duty.is_begun and starts_on < today))
    starts.sort(key=lambda start: (start.starts_on, start.duty.position))
    shortage = max(0, calendar.workdays_between(first.starts_on, today)) if first.starts_on < today else 0
    projects = Item.objects.filter(parent=None, standard__checklists__campaign=campaign)
    rows = projects.order_by("standard__checklists__position", "path").values_list("standard", "path", "text")
    names = {(standard, path): text for standard, path, text in rows}
    years = range(first.starts_on.year, campaign.assessment_from.year + 1)
    unknown = tuple(year for year in years if year not in calendar.known_years)
    return Plan(spans, starts, names, campaign.assessment_from, shortage, today, unknown)


def _tasks(viewer):
    """One-off tasks with what tells whether somebody has begun; units read their own."""
    signed = Q(status__in=BEGUN) | Q(accepted_at__isnull=False)  # looked at again or objected to: begun all the same
    begun = Assignment.objects.running().filter(signed, duty=OuterRef("pk"), is_lead=True)
    rows = Duty.objects.visible_to(viewer).running().filter(recurrence="").annotate(is_begun=Exists(begun)).select_related("item")
    if not viewer.reads_all:
        own = Assignment.objects.issued().filter(department__in=viewer.department_ids)
        rows = rows.filter(pk__in=own.values("duty"))
    return rows.order_by("checklist__position", "position", "pk")
