"""Acts on many tasks: tried, done with one result per row, taken back; the table of another year copied."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.typed import typed_number, typed_numbers
from checklists.actions.bulk import assign_many, undo_bulk
from checklists.actions.copying import copy_table, copyable
from checklists.actions.limits import limit_year
from checklists.advice import advise, tally
from checklists.forms.duties import AssignForm, CopyForm, DutyFilter
from checklists.models import BulkAct, Checklist, Duty
from checklists.register import Register
from checklists.table import ids_of

ACTS = {"lead": gettext_lazy("Set the lead"), "support": gettext_lazy("Add support"), "limit": gettext_lazy("Set the limit")}
BULK_ACTS = [
    ("lead", ACTS["lead"], "user-check"),
    ("support", ACTS["support"], "user-plus"),
    ("limit", ACTS["limit"], "calendar"),
    ("issue", pgettext_lazy("act", "Issue"), "send"),
]


@require_http_methods(["GET", "HEAD", "POST"])
def duty_assign(request):
    """One thing for the chosen rows: choose it (GET), try it or do it (POST), read what became of each row."""
    _office_only(request)
    data = request.POST if request.method == "POST" else request.GET
    act, picks = data.get("act", ""), _picks(request, data)
    if not picks:
        messages.warning(request, _("Tick the tasks first."))
        return redirect("duty_list", request.campaign.pk)
    if act == "issue":
        return redirect(with_picks("duty_issue", request, picks))
    if act not in ACTS:
        raise Http404
    if request.method == "POST" and not {"save", "try"} & request.POST.keys():  # from the bar under the table
        return redirect(f"{with_picks('duty_assign', request, picks)}&act={act}")
    duties = list(Duty.objects.visible_to(request.viewer).running().filter(pk__in=picks).select_related("item"))
    register = Register(request.campaign.host)
    year, lead = limit_year(request.campaign, today=timezone.localdate()), typed_number(request.GET.get("lead"))
    form = AssignForm(request.POST or None, act=act, register=register, year=year, lead=lead)
    if act == "lead":
        advise(request.viewer, duties)
    results, done, status = None, None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                wish = _wish(act, form.cleaned_data)
                results, done = assign_many(duties, by=request.viewer, is_trial="try" in request.POST, **wish)
                status = 200
            except ValidationError as error:
                explain(form, error)
    context = {
        "form": form,
        "duties": duties,
        "act": act,
        "results": results,
        "done": done,
        "is_trial": "try" in request.POST,
        "heading": ACTS[act],
        "advice": tally(duties) if act == "lead" else [],
        "advice_url": f"{with_picks('duty_assign', request, picks)}&act={act}&lead=",
        "units": register.units,
    }
    return render(request, "checklists/duty_assign.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def duty_bulk_undo(request, pk):
    """What an act on many tasks changed, and its way back."""
    act = get_object_or_404(BulkAct.objects.visible_to(request.viewer).select_related("by", "undone_by"), pk=pk)
    results, error = None, None
    if request.method == "POST":
        try:
            results = undo_bulk(act, by=request.viewer)
            act.refresh_from_db()
        except ValidationError as refused:
            error = refused
    duties = Duty.objects.visible_to(request.viewer).filter(pk__in=list(act.before)).order_by("position", "pk")
    context = {"act": act, "results": results, "error": error, "duties": list(duties)}
    return render(request, "checklists/duty_bulk_undo.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def duty_copy(request, pk):
    """The table of another campaign as drafts of this one: shown first (GET), done (POST)."""
    checklist = get_object_or_404(Checklist.objects.visible_to(request.viewer), pk=pk)
    _office_only(request)
    sources = copyable(request.viewer)
    form = CopyForm((request.POST or request.GET) or None, sources=sources)
    results, act = None, None
    if form.is_bound and form.is_valid():
        results, act = copy_table(
            checklist, source=form.cleaned_data["source"], by=request.viewer, is_trial=request.method != "POST"
        )
    context = {
        "checklist": checklist,
        "form": form,
        "sources": sources,
        "results": results,
        "done": act,
        "is_trial": request.method != "POST",
    }
    return render(request, "checklists/duty_copy.html", context, status=422 if form.errors else 200)


def with_picks(name, request, picks):
    query = QueryDict(mutable=True)
    query.setlist("pick", picks)
    return f"{reverse(name, args=[request.campaign.pk])}?{query.urlencode()}"


def explain(form, error):
    """Put the action's refusal beside its field; the status of the answer: 409 for a stale form, else 422."""
    if getattr(error, "code", None) == "stale":
        form.stale = True
        return 409
    if hasattr(error, "error_dict"):
        known = {name: errors for name, errors in error.error_dict.items() if name in form.fields}
        rest = [one for name, errors in error.error_dict.items() if name not in form.fields for one in errors]
        for name, errors in known.items():
            form.add_error(name, errors)
        error = ValidationError(rest) if rest else None
    if error is not None:
        form.add_error(None, error)
    return 422


def _picks(request, data):
    """The ticked rows; with `all` every row that fits the filter of the address."""
    if "all" not in data:
        return typed_numbers(data.getlist("pick"))
    now = timezone.now()
    form = DutyFilter(request.GET, viewer=request.viewer)
    return ids_of(
        request.viewer,
        now=now,
        checklist=typed_number(str(form.value("checklist") or "")),
        hit=form.hit(timezone.localdate(now)),
        state=form.value("state"),
        project=form.value("project"),
    )


def _wish(act, data):
    if act == "lead":
        return {"lead": data["units"][0]}
    return {"supports": data["units"]} if act == "support" else {"limit_text": data["limit_text"]}


def _office_only(request):
    if not request.viewer.is_office:
        raise PermissionDenied
