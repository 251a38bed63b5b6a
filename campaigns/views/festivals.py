"""The festivals a task “at every festival” follows, with their days."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Event
from accounts.typed import YEARS, typed_number
from campaigns.actions.festivals import save_festivals
from campaigns.festivals import Festivals, warned_years
from campaigns.forms.days import FestivalForm
from campaigns.gates import blame, office_only


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def festival_list(request):
    """`?year=`: the days of one year, all edited in one form."""
    campaign, this_year = request.campaign, timezone.localdate().year
    asked = typed_number(request.GET.get("year"))
    year = asked if asked in YEARS else this_year
    festivals = Festivals(campaign)
    rows, struck = festivals.of_year(year), festivals.struck(year)
    data = request.POST if request.method == "POST" else None
    form = FestivalForm(data, rows=rows, struck=struck, days_after=campaign.festival_days)
    conflict = None
    if form.is_valid():
        try:
            save_festivals(
                campaign,
                by=request.viewer,
                year=year,
                days=form.days(),
                days_after=form.cleaned_data["days_after"],
                version=typed_number(request.POST.get("version")),
            )
        except ValidationError as error:
            if getattr(error, "code", "") == "stale":
                conflict = Event.objects.visible_to(request.viewer).about(campaign).first()
                campaign.refresh_from_db(fields=["version"])
            else:
                blame(form, form.placed(error))
        else:
            messages.success(request, _("Saved. Checkpoints that were issued already keep their limits."))
            return redirect(f"{reverse('festival_list', args=[campaign.pk])}?year={year}")
    warned = warned_years(campaign, festivals)
    context = {
        "form": form,
        "year": year,
        "years": sorted({*range(this_year, max(campaign.cutoff_on.year, this_year + 2) + 1), year}),
        "warned": warned,
        "conflict": conflict,
    }
    return render(request, "campaigns/festival_list.html", context, status=409 if conflict else 422 if form.errors else 200)
