"""The plan counted back from the assessment, its stages, and the calendar addresses of people and units."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Department
from accounts.typed import typed_number
from campaigns.actions.planning import set_stages
from campaigns.paging import page_of
from checklists.actions.feeds import make_feed, revoke_feed
from checklists.feeds import reader_of, write_feed
from checklists.forms.plan import StageFormSet
from checklists.models import CalendarFeed
from checklists.plan import read_plan, stages_of

PER_PAGE = 20  # tasks under the chart


@require_safe
def plan(request):
    viewer = request.viewer
    plan = read_plan(viewer, today=timezone.localdate())
    words = {"today": _("today"), "assessment": _("Assessment")}
    context = {
        "plan": plan,
        "chart": plan.chart(words),
        "page": page_of(request, sorted(plan.starts, key=lambda start: not start.is_missed), per_page=PER_PAGE),
        "feeds": _feeds(viewer),
    }
    return render(request, "checklists/plan.html", context)


def _feeds(viewer):
    """(name, unit id or "", running address or None): the person first, then the own units."""
    running = list(CalendarFeed.objects.visible_to(viewer).running())
    mine = next((feed for feed in running if feed.user_id == viewer.user.pk), None)
    units = (
        Department.objects.visible_to(viewer).filter(pk__in=viewer.own_ids).order_by("position", "pk") if viewer.own_ids else ()
    )
    by_unit = {feed.department_id: feed for feed in running}
    return [(_("What is mine"), "", mine), *((unit.name, unit.pk, by_unit.get(unit.pk)) for unit in units)]


@require_http_methods(["GET", "HEAD", "POST"])
def plan_stages(request):
    """The stages in order with their working days."""
    if not request.viewer.is_office:
        raise PermissionDenied
    campaign = request.campaign
    initial = [{"name": name, "days": days} for name, days in stages_of(campaign)]
    forms = StageFormSet(request.POST or None, initial=initial)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and forms.is_valid():
        rows = [(one.get("name", ""), one.get("days")) for one in forms.cleaned_data]
        try:
            set_stages(campaign, stages=rows, by=request.viewer)
            messages.success(request, _("Saved: the plan is counted anew."))
            return redirect("plan", campaign.pk)
        except ValidationError as error:
            forms.said = " ".join(error.messages)
    return render(request, "checklists/plan_stages.html", {"forms": forms}, status=status)


@require_POST
def feed_make(request):
    """A calendar address for the person, or for one of their units (`unit`)."""
    unit = request.POST.get("unit", "")
    department = None
    if unit:
        rows = Department.objects.visible_to(request.viewer).filter(pk__in=request.viewer.department_ids)
        department = get_object_or_404(rows, pk=typed_number(unit))
    make_feed(request.campaign, by=request.viewer, department=department)
    return redirect("plan", request.campaign.pk)


@require_POST
def feed_revoke(request, pk):
    revoke_feed(get_object_or_404(CalendarFeed.objects.visible_to(request.viewer), pk=pk), by=request.viewer)
    messages.success(request, _("The address no longer answers."))
    return redirect("plan", request.campaign.pk)


@login_not_required
@require_safe
def calendar_feed(request, key):
    """The .ics file of an address that was not revoked; whoever knows the key reads it."""
    feeds = CalendarFeed.objects.running().select_related("campaign", "user", "department")  # scoped: by the secret key
    feed = get_object_or_404(feeds, key=key)
    now = timezone.now()
    reader = reader_of(feed, today=timezone.localdate(now))
    if reader is None:
        raise Http404
    answer = HttpResponse(write_feed(reader, now=now), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
