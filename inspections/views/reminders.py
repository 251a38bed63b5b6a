"""What was reminded of on a day, and what the next working day brings."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.typed import typed_day
from campaigns.calendars import calendar_of
from campaigns.paging import page_of
from campaigns.people import Directory
from campaigns.weeks import this_week
from checklists.models import Checkpoint
from inspections.actions.reminders import due_reminders, message_of_reminder, recipients, title_of_checkpoint, title_of_finding
from inspections.models import Finding, Reminder


@require_safe
def reminder_list(request):
    """The office's page; `?on=` chooses the day, `?next=1` is the next working day: a day to come records nothing;
    `?week=1` is what units were told this week."""
    if not request.viewer.is_office:
        raise PermissionDenied
    now, is_week = timezone.now(), request.GET.get("week") == "1"
    today = timezone.localdate(now)
    calendar = calendar_of(request.campaign)
    tomorrow = calendar.add_workdays(today, 1)
    on = tomorrow if request.GET.get("next") == "1" else typed_day(request.GET.get("on")) or today
    looks_ahead = on > today and not is_week
    if looks_ahead:
        page = page_of(request, _ahead(request, calendar, on))
        rows = page.object_list
    else:
        sent = Reminder.objects.visible_to(request.viewer)
        page = page_of(request, _shown(sent.told_since(this_week(now)[0]) if is_week else sent.filter(on=on)))
        rows = _titled(request.viewer, list(page.object_list))
    for row in rows:
        row.url = reverse(f"{row.subject}_detail", args=[request.campaign.pk, row.object_id])
        row.days = abs(row.stage)
    context = {"page": page, "rows": rows, "on": on, "today": today, "looks_ahead": looks_ahead, "is_next": on == tomorrow}
    context |= {"is_week": is_week, "is_day_off": not calendar.is_workday(on) and not is_week}
    return render(request, "inspections/reminder_list.html", context)


def _shown(rows):
    """is_reached: somebody has a message of it; False: the unit had nobody to tell."""
    rows = rows.select_related("department").annotate(is_reached=message_of_reminder())
    return rows.order_by("department__position", "-stage", "pk")


def _ahead(request, calendar, on):
    """What the sweep of that day would record if nothing moved until then; unsaved rows."""
    rows, people = [], Directory(request.campaign, on)
    if not calendar.is_workday(on):  # nobody is reminded on a day off
        return rows
    for one, stage in due_reminders(request.campaign, calendar, on):
        row = Reminder(subject=one.subject, object_id=one.object_id, department=one.department, due_on=one.due_on, stage=stage)
        row.title = one.title
        row.is_reached = bool(recipients(people, one, stage))
        rows.append(row)
    return sorted(rows, key=lambda row: (row.department.position, -row.stage))


def _titled(viewer, rows):
    """The rows with what each is about, in the words of the message."""
    ids = {subject: [row.object_id for row in rows if row.subject == subject] for subject in Reminder.Subject.values}
    findings = Finding.objects.visible_to(viewer).filter(pk__in=ids["finding"]).select_related("site")
    checkpoints = Checkpoint.objects.visible_to(viewer).filter(pk__in=ids["checkpoint"]).select_related("assignment__duty")
    titles = {("finding", row.pk): title_of_finding(row) for row in findings}
    titles |= {("checkpoint", row.pk): title_of_checkpoint(row) for row in checkpoints}
    for row in rows:
        row.title = titles.get((row.subject, row.object_id), "")
    return rows
