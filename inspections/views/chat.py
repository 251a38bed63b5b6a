"""Ready texts for the units' chat groups (复制到工作群)."""

from collections import defaultdict

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Department
from campaigns.calendars import calendar_of
from checklists.models import Checkpoint
from inspections.chat import Line
from inspections.chat import chat_text as text_for
from inspections.models import Finding
from inspections.views.showing import days_left

SOON = 7  # working days: checkpoints farther off are not mentioned


@require_safe
def chat_text(request):
    """One text per unit that owes something now, late ones first in each; ?unit= shows one alone. For the office."""
    if not request.viewer.is_office:
        raise PermissionDenied
    now, calendar = timezone.now(), calendar_of(request.campaign)
    findings, checkpoints = defaultdict(list), defaultdict(list)
    for row in Finding.objects.visible_to(request.viewer).exclude(clock_due_at=None).exclude(lead=None):
        findings[row.lead_id].append(Line(row.number, row.due_on, days_left(row, calendar, now)))
    for row in Checkpoint.objects.visible_to(request.viewer).current().exclude(clock_due_at=None):
        left = days_left(row, calendar, now)
        if left <= SOON:
            checkpoints[row.department_id].append(Line("", row.due_on, left))
    units = Department.objects.filter(pk__in={*findings, *checkpoints}).order_by("position", "pk")  # scoped: of visible rows
    asked = request.GET.get("unit", "")
    link = settings.SITE_URL.rstrip("/") + reverse("campaign_home", args=[request.campaign.pk])
    texts = [
        {
            "unit": unit,
            "late": sum(line.left < 0 for line in findings[unit.pk] + checkpoints[unit.pk]),
            "count": len(findings[unit.pk]) + len(checkpoints[unit.pk]),
            "text": text_for(
                unit.name,
                findings=findings[unit.pk],
                checkpoints=checkpoints[unit.pk],
                link=link,
                office=request.campaign.office_name,
            ),
        }
        for unit in units
        if not asked or str(unit.pk) == asked
    ]
    for one in texts:
        one["rows"] = one["text"].count("\n") + 1
    together = "\n\n".join(one["text"] for one in texts) if len(texts) > 1 else ""
    return render(request, "inspections/chat_text.html", {"texts": texts, "together": together, "is_one": bool(asked)})
