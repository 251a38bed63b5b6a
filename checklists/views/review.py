"""Checkpoints as the office and leaders list them: what waits for review, what is overdue, due or done."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from campaigns.calendars import calendar_of
from campaigns.counting import row_counts
from campaigns.paging import page_of
from campaigns.weeks import next_week, this_week, tonight
from checklists.forms.checkpoints import ReviewFilter, units_of
from checklists.models import Assignment, Checkpoint
from checklists.progress import projects_of
from checklists.workbench import reviewable

Status = Checkpoint.Status
WAITS = _("Longest waiting first. The unit's clock stands still meanwhile.")
DUE = _("By lead and supporting units, the nearest limit first.")


class View(NamedTuple):
    """heading: with its %(count)s; rows: (checkpoints in force, now) -> those shown; since: in this order; then: the view to
    look at next when nothing is in this one."""

    label: str
    heading: str
    note: str
    none: str
    rows: Callable[[QuerySet, datetime], QuerySet]
    since: str = "due_on"
    then: str = ""


def _issued(rows: QuerySet) -> QuerySet:
    return rows.exclude(assignment__status=Assignment.Status.DRAFT)


VIEWS = {
    "proof": View(
        _("Proof"),
        _("Handed in, to be reviewed: %(count)s"),
        WAITS,
        _("Nothing waits for review."),
        lambda rows, now: rows.filter(status=Status.SUBMITTED),
        "submitted_at",
    ),
    "skips": View(
        _("Not held this time"),
        _("Asked not to be held this time: %(count)s"),
        WAITS,
        _("No unit asks not to hold something."),
        lambda rows, now: rows.filter(status=Status.ASKED),
        "skip_asked_at",
    ),
    "late": View(
        _("Overdue"),
        _("Overdue checkpoints: %(count)s"),
        _("Not handed in, or sent back and not handed in again, by lead and supporting units. The oldest limit first."),
        _("Nothing is overdue."),
        lambda rows, now: rows.late(now),
    ),
    "today": View(
        _("Due today"),
        _("Checkpoints due today: %(count)s"),
        DUE,
        _("Nothing is due today any more."),
        lambda rows, now: rows.due(now, tonight(now)),
        then="week",
    ),
    "week": View(
        _("Due this week"),
        _("Checkpoints due this week: %(count)s"),
        DUE,
        _("Nothing is due this week any more."),
        lambda rows, now: rows.due(now, this_week(now)[1]),
        then="next",
    ),
    "next": View(
        _("Due next week"),
        _("Checkpoints due next week: %(count)s"),
        DUE,
        _("Nothing is due next week."),
        lambda rows, now: rows.due_after(*next_week(now)),
    ),
    "done": View(
        pgettext_lazy("checkpoints", "Done"),
        _("Checkpoints done: %(count)s"),
        DUE,
        _("Nothing is done yet."),
        lambda rows, now: _issued(rows).filter(status__in=Checkpoint.FINISHED),
    ),
    "all": View(
        _("All"), _("Checkpoints of all tasks: %(count)s"), DUE, _("Nothing is issued yet."), lambda rows, now: _issued(rows)
    ),
}


@require_safe
def checkpoint_review(request):
    """`?view=` of VIEWS: handed in and waiting for the office, or one of the others. `?mine=1`: of what waits only what the
    reader of the office may decide on."""
    viewer, now = request.viewer, timezone.now()
    if not viewer.reads_all:
        raise PermissionDenied
    form = ReviewFilter(request.GET, units=units_of(request.campaign), projects=projects_of(request.campaign))
    name = request.GET.get("view")
    name = name if name in VIEWS else "proof"
    view, current = VIEWS[name], Checkpoint.objects.visible_to(viewer).current()
    views = {key: one.rows(current, now) for key, one in VIEWS.items()}
    is_queue = view.since != "due_on"
    is_mine = viewer.is_office and is_queue and "mine" in request.GET
    mine = {"mine": view.rows(reviewable(viewer), now)} if is_mine else {}
    listed = mine.get("mine", views[name])
    rows = _filtered(listed, **form.cleaned_data) if form.is_valid() else listed
    counts = row_counts(shown=rows, **mine, **views)
    listed_count = counts.get("mine", counts[name])
    rows = rows.select_related("assignment__duty__item", "department", "submitted_by", "skip_asked_by")
    rows = rows.annotate(proof_count=Count("links", filter=Q(links__ended_at=None))).order_by(view.since, "pk")
    page = page_of(request, rows, count=counts["shown"])
    today, calendar = timezone.localdate(now), calendar_of(request.campaign)
    for row in page:
        if is_queue:
            row.waiting_days = calendar.workdays_between(timezone.localdate(getattr(row, view.since)), today)
        row.left = calendar.days_left(row.due_on, today) if row.clock_due_at else None
        row.is_own = row.department_id in viewer.department_ids
    context = {
        "page": page,
        "filter_form": form,
        "view": name,
        "is_queue": is_queue,
        "left_out": counts[name] - listed_count,
        "heading": view.heading % {"count": listed_count},  # also while the list is narrowed: it is not exchanged with it
        "note": view.note,
        "none": view.none,
        "then": (f"?view={view.then}", VIEWS[view.then].label) if view.then else None,
        "calendar": calendar,
        "views": [(key, one.label, counts[key]) for key, one in VIEWS.items()],
    }
    return render(request, "checklists/checkpoint_review.html", context)


def _filtered(rows, *, q, unit, project, part):
    if q:
        rows = rows.filter(Q(assignment__duty__text__icontains=q) | Q(title__icontains=q))
    if unit:
        rows = rows.filter(department__path__startswith=unit.path)
    if project:
        rows = rows.filter(
            assignment__duty__item__standard=project.standard_id, assignment__duty__item__path__startswith=project.path
        )
    if part:
        rows = rows.filter(assignment__is_lead=part == "lead")
    return rows
