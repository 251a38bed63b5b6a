"""The days off the campaign counts with: the national ones, and its own exceptions."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.typed import typed_number
from campaigns.actions import holidays as actions
from campaigns.calendars import calendar_of
from campaigns.forms.days import HolidayForm
from campaigns.gates import office_only, tried
from campaigns.models import CampaignHoliday, Holiday


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def holiday_list(request):
    form = HolidayForm(request.POST or None)
    if form.is_valid():
        row = tried(form, actions.add_holiday, request.campaign, by=request.viewer, **form.cleaned_data)
        if row:
            messages.success(request, _("The day is added. Limits that were given already stay as they are."))
            return redirect(f"{reverse('holiday_list', args=[request.campaign.pk])}?year={row.on.year}")
    asked = typed_number(request.GET.get("year"))
    year = asked if asked in range(1900, 10000) else timezone.localdate().year
    calendar = calendar_of(request.campaign)
    national = Holiday.objects.filter(on__year=year)  # scoped: the country's days are everybody's
    context = {
        "form": form,
        "own": CampaignHoliday.objects.visible_to(request.viewer),
        "national": national,
        "year": year,
        "years": sorted({*calendar.known_years, *calendar.warned_years, year})[-5:],
        "calendar": calendar,
    }
    return render(request, "campaigns/holiday_list.html", context, status=422 if form.errors else 200)


@require_POST
@office_only
def holiday_drop(request, pk):
    row = get_object_or_404(CampaignHoliday.objects.visible_to(request.viewer), pk=pk)
    actions.drop_holiday(row, by=request.viewer)
    messages.success(request, _("The day counts as in the national calendar again."))
    return redirect("holiday_list", request.campaign.pk)
