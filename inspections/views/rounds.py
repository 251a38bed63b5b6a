"""Rounds of inspection."""

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.typed import typed_number
from campaigns.calendars import calendar_of
from campaigns.paging import page_of
from inspections.actions.rounds import save_round
from inspections.forms.register import RoundForm
from inspections.models import Finding, Round
from inspections.views.ledger import with_facts
from inspections.views.showing import days_left

Status = Finding.Status


@require_safe
def round_list(request):
    rows = (
        Round.objects.visible_to(request.viewer)
        .order_by("-starts_on", "-pk")
        .annotate(found=Count("findings", distinct=True), people=Count("inspectors", distinct=True))
    )
    context = {
        "page": page_of(request, rows),
        "may_edit": request.viewer.is_office,
        "today": timezone.localdate(),
        "may_record": request.viewer.is_office or request.viewer.is_inspector,
    }
    return render(request, "inspections/round_list.html", context)


@require_safe
def round_detail(request, pk):
    round = get_object_or_404(Round.objects.visible_to(request.viewer).prefetch_related("inspectors"), pk=pk)
    mine = Finding.objects.visible_to(request.viewer).filter(round=round)
    counts = mine.aggregate(
        found=Count("pk"),
        draft=Count("pk", filter=Q(status=Status.DRAFT)),
        verify=Count("pk", filter=Q(status=Status.SUBMITTED)),
        closed=Count("pk", filter=Q(status=Status.CLOSED)),
        late=Count("pk", filter=Q(clock_due_at__lt=timezone.now())),
    )
    page = page_of(request, with_facts(mine.order_by("-pk")))
    calendar, now = calendar_of(request.campaign), timezone.now()
    for row in page.object_list:
        row.left = days_left(row, calendar, now)
    seen = set(mine.exclude(site=None).values_list("site", flat=True))
    sites = list(round.sites.filter(is_active=True).select_related("kind", "territory").order_by("position", "pk"))
    context = {
        "round": round,
        "counts": counts,
        "page": page,
        "unseen": [site for site in sites if site.pk not in seen],
        "sites_count": len(sites),
        "may_edit": request.viewer.is_office,
        "may_record": request.viewer.is_office or request.viewer.is_inspector,
        "is_running": round.starts_on <= timezone.localdate() <= round.ends_on,
    }
    return render(request, "inspections/round_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request):
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def round_edit(request, pk):
    return _edit(request, get_object_or_404(Round.objects.visible_to(request.viewer), pk=pk))


def _edit(request, round):
    if not request.viewer.is_office:
        raise PermissionDenied
    today = timezone.localdate()
    form = RoundForm(request.POST or None, viewer=request.viewer, on=today, initial=_facts(round, today))
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "site_kinds"}
        facts["version"] = typed_number(request.POST.get("version")) if round else None
        try:
            return redirect(save_round(round, by=request.viewer, sites=form.chosen_sites(request.viewer), **facts))
        except ValidationError as error:
            form.add_error(None, error)
    is_stale = form.has_error(NON_FIELD_ERRORS, "stale")
    status = 409 if is_stale else 422 if request.method == "POST" else 200
    context = {"form": form, "round": round, "is_stale": is_stale}
    return render(request, "inspections/round_edit.html", context, status=status)


def _facts(round, today):
    if round is None:
        return {"starts_on": today, "ends_on": today}
    return {
        "name": round.name,
        "starts_on": round.starts_on,
        "ends_on": round.ends_on,
        "is_covert": round.is_covert,
        "inspectors": list(round.inspectors.all()),
        "site_kinds": list({site.kind_id for site in round.sites.all()}),
    }
