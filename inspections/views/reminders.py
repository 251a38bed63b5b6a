"""What was reminded of on a day, and what the next working day brings."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Department
from campaigns.calendars import calendar_of
from campaigns.paging import page_of
from checklists.models import Checkpoint
from inspections.actions.reminders import due_reminders, message_of_reminder
from inspections.models import Finding, Reminder


@require_safe
def reminder_list(request):
    """The office's page; `?on=` chooses the day, `?next=1` looks ahead without recording anything."""
    if not request.viewer.is_office:
        raise PermissionDenied
    calendar = calendar_of(request.campaign)
    today = timezone.localdate()
    following = calendar.add_workdays(today, 1)
    looks_ahead = request.GET.get("next") == "1"
    on = following if looks_ahead else _day(request.GET.get("on"), today)
    page = page_of(request, _ahead(request, calendar, on) if looks_ahead else _sent(request, on))
    rows = list(page.object_list)
    titles = _titles(request.viewer, rows)
    units = Department.objects.in_bulk({row.department_id for row in rows})  # scoped: units of rows already scoped
    for row in rows:
        row.title = titles.get((row.subject, row.object_id), "")
        row.unit = units[row.department_id].name
        row.url = reverse(f"{row.subject}_detail", args=[request.campaign.pk, row.object_id])
        row.days = abs(row.stage)
    context = {"page": page, "rows": rows, "on": on, "today": today, "following": following, "looks_ahead": looks_ahead}
    return render(request, "inspections/reminder_list.html", context)


def _day(text, default):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return default


def _sent(request, on):
    """is_reached: somebody has a message of it; False: the unit had nobody to tell."""
    rows = Reminder.objects.visible_to(request.viewer).filter(on=on)
    return rows.annotate(is_reached=message_of_reminder()).order_by("department__position", "-stage", "pk")


def _ahead(request, calendar, on):
    """What the sweep of that day would record if nothing moved until then; unsaved rows."""
    due = due_reminders(request.campaign, calendar, on)
    return [
        Reminder(subject=one.subject, object_id=one.object_id, department_id=one.department_id, due_on=one.due_on, stage=stage)
        for one, stage in due
    ]


def _titles(viewer, rows):
    """(subject, id) -> what it is called."""
    ids = {subject: [row.object_id for row in rows if row.subject == subject] for subject in Reminder.Subject.values}
    findings = Finding.objects.visible_to(viewer).filter(pk__in=ids["finding"]).select_related("site")
    checkpoints = Checkpoint.objects.visible_to(viewer).filter(pk__in=ids["checkpoint"]).select_related("assignment__duty")
    found = {("finding", row.pk): f"{row.number} {row.where}" for row in findings}
    return found | {("checkpoint", row.pk): f"{row.assignment.duty.text} {row.title}".strip() for row in checkpoints}
