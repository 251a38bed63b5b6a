"""The start page: one address, blocks by role; a person with several roles sees the blocks of each."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.calendars import calendar_of
from checklists.progress import progress_by_project
from reports import home


@require_safe
def campaign_home(request):
    viewer, now = request.viewer, timezone.now()
    calendar = calendar_of(viewer.campaign)
    context = {
        "today": timezone.localdate(now),
        "calendar": calendar,
        "countdown": home.countdown(viewer.campaign, calendar, now),
    }
    if viewer.is_office:
        context["office"] = home.office_home(viewer, calendar, now)
    if viewer.department_ids:
        context["unit"] = home.unit_home(viewer, now)
    if viewer.is_inspector:
        context["inspector"] = home.inspector_home(viewer, now)
    if viewer.is_leader:
        context["leader"] = home.leader_home(viewer, now)
    if viewer.reads_all:
        context["progress"] = progress_by_project(viewer.campaign)
    return render(request, "reports/campaign_home.html", context)
