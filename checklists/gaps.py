"""What the responsibility table lacks, kind by kind: one table drives the page, the counts and the tests.

Apps to the right add kinds of their own in ready() (KINDS). Every kind is a queryset, so that all are counted in one query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from campaigns.counting import row_counts
from campaigns.viewer import Viewer
from checklists.models import Assignment, Duty, Import


class Line(NamedTuple):
    """One line of the page. text: what lacks something; note: where it stands; fact: what there is; url, act: its mending."""

    text: str
    note: str
    fact: str
    url: str
    act: str


@dataclass(frozen=True)
class GapKind:
    """rows: (viewer, load) -> what lacks it; line: a row as the page shows it; tasks: the rows are tasks of the table."""

    label: str
    none: str
    rows: Callable[[Viewer, int], QuerySet]
    line: Callable[[object, Viewer], Line]
    hint: str = ""
    tasks: bool = True


def tasks(viewer: Viewer) -> QuerySet[Duty]:
    """Tasks the viewer sees that are still asked for."""
    return Duty.objects.visible_to(viewer).running()


def without_lead(viewer: Viewer) -> QuerySet[Duty]:
    """Tasks the viewer sees that nobody leads."""
    return tasks(viewer).without_lead()


def without_limit(viewer: Viewer) -> QuerySet[Duty]:
    """Tasks the viewer sees whose sheet names no limit: the campaign's cut-off date stands in."""
    return tasks(viewer).filter(limit_text="", due_on=None, recurrence="")


def with_many_leads(viewer: Viewer) -> QuerySet[Duty]:
    """Tasks that more units lead than the campaign allows; annotated `lead_count`."""
    leads = Assignment.objects.running().filter(duty=OuterRef("pk"), is_lead=True)
    return tasks(viewer).annotate(lead_count=_number_of(leads, "duty")).filter(lead_count__gt=viewer.campaign.leads_most)


def wrong_lead(viewer: Viewer) -> QuerySet[Duty]:
    """Nobody leads, or too many do: the count beside the menu entry."""
    leads = Assignment.objects.running().filter(campaign=viewer.campaign, is_lead=True).values("duty")
    many = leads.order_by().annotate(lead_count=Count("pk")).filter(lead_count__gt=viewer.campaign.leads_most).values("duty")
    return tasks(viewer).filter(~Q(pk__in=leads) | Q(pk__in=many))


def _without_person(viewer, load):
    """A unit leads, but neither the table nor the unit names who does it."""
    bare = Assignment.objects.running().filter(is_lead=True, person=None)
    return tasks(viewer).filter(person="", pk__in=bare.values("duty"))


def _without_measures(viewer, load):
    led = Assignment.objects.running().filter(campaign=viewer.campaign, is_lead=True)
    return tasks(viewer).filter(measures="", pk__in=led.values("duty"))


def _heavy_units(viewer, load):
    """Units with more than `load` tasks; annotated `task_count`, `lead_count`."""
    parts = Assignment.objects.running().filter(campaign=viewer.campaign, department=OuterRef("pk"))
    counted = {
        "task_count": _number_of(parts, "department"),
        "lead_count": _number_of(parts.filter(is_lead=True), "department"),
    }
    return Department.objects.visible_to(viewer).annotate(**counted).filter(task_count__gt=load)


def _heavy_persons(viewer, load):
    parts = Assignment.objects.running().filter(campaign=viewer.campaign, person=OuterRef("pk"))
    return User.objects.annotate(task_count=_number_of(parts, "person")).filter(task_count__gt=load)


def _open_sheets(viewer, load):
    """Responsibility sheets that were read and not saved: their names and rows are still in doubt."""
    rows = Import.objects.visible_to(viewer).filter(kind=Import.Kind.RESPONSIBILITIES, status=Import.Status.READ)
    return rows.select_related("original", "checklist").defer("reading")


def _number_of(parts, column):
    """How many rows of `parts` there are for the outer row; `column` names it."""
    counted = parts.order_by().values(column).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def task_line(act, fact=lambda duty: ""):
    """The line of a task, mended on its row of the table."""

    def line(duty, viewer):
        above = duty.item.parent.text if duty.item.parent_id else ""
        return Line(duty.text, above, fact(duty), reverse("duty_edit", args=[duty.campaign_id, duty.pk]), act)

    return line


def _table_of(viewer, **query):
    return f"{reverse('duty_list', args=[viewer.campaign.pk])}?{urlencode(query)}"


def _unit_line(unit, viewer):
    fact = gettext("Tasks: %(count)s, leading: %(leads)s") % {"count": unit.task_count, "leads": unit.lead_count}
    return Line(unit.name, "", fact, _table_of(viewer, unit=unit.name), _("Share out"))


def _person_line(person, viewer):
    fact = gettext("Tasks: %(count)s") % {"count": person.task_count}
    return Line(person.name, "", fact, _table_of(viewer, q=person.name), _("Share out"))


def _sheet_line(row, viewer):
    url = reverse("responsibility_preview", args=[row.campaign_id, row.pk])
    return Line(row.original.name, row.checklist.name, "", f"{url}#names", _("Settle the names"))


KINDS: dict[str, GapKind] = {
    "lead": GapKind(
        _("No lead"), _("Every task has a lead."), lambda viewer, load: without_lead(viewer), task_line(_("Set the lead"))
    ),
    "leads": GapKind(
        _("Too many leads"),
        _("No task has more leads than the campaign allows."),
        lambda viewer, load: with_many_leads(viewer),
        task_line(_("Keep fewer leads"), lambda duty: _("%(count)s units lead") % {"count": duty.lead_count}),
    ),
    "person": GapKind(
        _("No person named"),
        _("Every lead has a person."),
        _without_person,
        task_line(_("Name the person")),
        _("A unit leads, but nobody is named who does it."),
    ),
    "limit": GapKind(
        _("No limit written"),
        _("Every task has a limit."),
        lambda viewer, load: without_limit(viewer),
        task_line(_("Write the limit"), lambda duty: duty.limit_text),
        _("Until a limit is written, the campaign's cut-off date counts."),
    ),
    "measures": GapKind(
        _("No measures written"), _("Every led task has measures."), _without_measures, task_line(_("Write the measures"))
    ),
    "units": GapKind(_("Units with many tasks"), _("No unit has more tasks than this."), _heavy_units, _unit_line, tasks=False),
    "persons": GapKind(
        _("Persons with many tasks"), _("Nobody has more tasks than this."), _heavy_persons, _person_line, tasks=False
    ),
    "names": GapKind(
        _("Names still in doubt"),
        _("Every sheet that was read has been saved."),
        _open_sheets,
        _sheet_line,
        _("These sheets were read but not saved: their units are not in the table yet."),
        tasks=False,
    ),
}
LOADED = ("units", "persons")  # kinds that count against a chosen load


def kinds_for(viewer: Viewer) -> dict[str, GapKind]:
    """Office and leaders see every kind; units what they may claim."""
    return KINDS if viewer.reads_all else {"lead": KINDS["lead"]}


def count_gaps(viewer: Viewer, *, load: int) -> dict[str, int]:
    """How many rows each kind has; one query."""
    return row_counts(**{name: kind.rows(viewer, load) for name, kind in kinds_for(viewer).items()})
