"""The responsibility table: read by every role; edited, assigned, split and issued by the office."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Event
from accounts.typed import typed_number, typed_numbers
from checklists.actions.copying import copyable
from checklists.actions.duties import edit_duty, split_duty
from checklists.actions.issuing import issue_drafts, plan_issue, tight_periods
from checklists.actions.limits import limit_year
from checklists.actions.telling import spoken
from checklists.advice import advise
from checklists.forms.duties import DutyFilter, DutyForm, SplitForm
from checklists.gaps import KINDS
from checklists.register import Register
from checklists.table import STATES, place, read_row, read_table
from checklists.views.bulk import BULK_ACTS, explain, with_picks


@require_safe
def duty_list(request):
    viewer, now = request.viewer, timezone.now()
    form = DutyFilter(request.GET, viewer=viewer)
    table = read_table(
        viewer,
        now=now,
        checklist=form.value("checklist") or None,
        hit=form.hit(timezone.localdate(now)),
        state=form.value("state"),
        project=form.value("project"),
        order=form.value("sort"),
        number=request.GET.get("page"),
    )
    form.offer_projects(table.projects)
    for duty in table.page or ():
        _prepare(duty, viewer)
    for band in table.bands:
        band.url = _band_link(request, band, form.value("project"))
    context = {
        "form": form,
        "table": table,
        "states": _state_links(request, table.counts, form.value("state")),
        "columns": 9 if viewer.is_office else 7,
        "sources": partial(copyable, viewer),  # asked only of who is in several campaigns
        "standards_url": reverse("standard_list", args=[request.campaign.pk]),
        "bulk_acts": BULK_ACTS,
        "bulk_url": f"{reverse('duty_assign', args=[request.campaign.pk])}?{request.GET.urlencode()}",
        "fitting": table.counts.get(form.value("state"), 0),
    }
    return render(request, "checklists/duty_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def duty_edit(request, pk):
    """One row as a form: in its place in the table for htmx, a page of its own otherwise; `?gap=lead` goes back to that gap."""
    duty = _office_row(request, pk)
    name = request.GET.get("gap", "")
    gap = KINDS.get(name)
    back = f"{reverse('duty_gaps', args=[duty.campaign_id])}?kind={name}" if gap else _table_at(duty)
    here = f"{duty.edit_url}?gap={name}" if gap else duty.edit_url
    if request.htmx and "show" in request.GET:
        return _show_row(request, duty)
    register = Register(request.campaign.host)
    advise(request.viewer, [duty])
    year, lead = limit_year(request.campaign, today=timezone.localdate()), typed_number(request.GET.get("lead"))
    form = DutyForm(request.POST or None, register=register, duty=duty, year=year, lead=lead)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            saved = edit_duty(duty, by=request.viewer, **form.cleaned_data)
        except ValidationError as error:
            status = explain(form, error)
        else:
            if request.htmx:
                return _show_row(request, _office_row(request, pk))
            messages.success(request, _("Saved."))
            if saved.due_on and saved.due_on != duty.due_on and saved.due_on > request.campaign.cutoff_on:
                text = _("The limit %(day)s lies after the campaign's cut-off date %(cutoff)s: see whether the year is right.")
                messages.warning(request, text % {"day": spoken(saved.due_on), "cutoff": spoken(request.campaign.cutoff_on)})
            return redirect(back)
    if status == 409:  # what was typed stays; sending it again is then a decision
        form.data = form.data.copy()
        form.data["version"] = duty.version
    context = {
        "duty": duty,
        "form": form,
        "back": back,
        "gap": gap,
        "here": here,
        "columns": 9,
        "units": register.units,
        "advice_url": f"{here}{'&' if gap else '?'}lead=",
        "row_target": f"#duty-{duty.pk}" if request.htmx else "",
    }
    if status == 409:
        context["faster"] = Event.objects.about(duty).first()  # scoped: the row was found through visible_to
    name = "_duty_edit_row" if request.htmx else "duty_edit"
    return render(request, f"checklists/{name}.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def duty_split(request, pk):
    duty = _office_row(request, pk)
    form = SplitForm(request.POST or None, initial={"version": duty.version, "texts": duty.text})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            rows = split_duty(duty, by=request.viewer, **form.cleaned_data)
        except ValidationError as error:
            status = explain(form, error)
            form.data = form.data.copy()
            form.data["version"] = duty.version
        else:
            messages.success(request, _("The task is now %(count)s rows.") % {"count": len(rows)})
            return redirect(_table_at(duty))
    return render(request, "checklists/duty_split.html", {"duty": duty, "form": form, "back": _table_at(duty)}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def duty_issue(request):
    """Before: what goes out, to how many people, what cannot. POST issues it."""
    if not request.viewer.is_office:
        raise PermissionDenied
    data = request.POST if request.method == "POST" else request.GET
    picks = typed_numbers(data.getlist("pick")) if "pick" in data else None
    if request.method == "POST":
        plan = issue_drafts(by=request.viewer, duties=picks, later=typed_numbers(data.getlist("later")))
        facts = {"count": len(plan.duties), "people": len(plan.people)}
        messages.success(request, _("Issued: %(count)s tasks; %(people)s people were told.") % facts)
        if not plan.refused:
            return redirect("duty_list", request.campaign.pk)
        return redirect(with_picks("duty_issue", request, [duty.pk for duty, _why in plan.refused]))
    plan = plan_issue(by=request.viewer, duties=picks)
    today = timezone.localdate()
    tight = tight_periods(plan.duties, campaign=request.campaign, today=today)
    waits_for_cutoff = any(duty.recurrence or not duty.due_on for duty, _why in plan.refused)
    context = {"plan": plan, "tight": tight, "picks": picks or ()}
    context["is_cut_off"] = waits_for_cutoff and request.campaign.cutoff_on < today
    return render(request, "checklists/duty_issue.html", context)


def _prepare(duty, viewer):
    """Addresses and words of one row, made once instead of by tags in fifty rows."""
    root = f"/c/{duty.campaign_id}/duties/{duty.pk}/"
    duty.url, duty.edit_url = root, f"{root}edit/"
    own = [part for part in duty.parts if part.department_id in viewer.department_ids]
    duty.own_part = own[0] if own and not viewer.reads_all else None
    return duty


def _office_row(request, pk):
    """The row as the table shows it, for the office alone; invisible is 404, visible to others is 403."""
    duty = read_row(request.viewer, pk, now=timezone.now())
    if duty is None:
        raise Http404
    if not request.viewer.is_office:
        raise PermissionDenied
    return _prepare(duty, request.viewer)


def _show_row(request, duty):
    return render(request, "checklists/_duty_row.html", {"duty": duty})


def _table_at(duty):
    """The table with the row's project open, at the row."""
    return f"{reverse('duty_list', args=[duty.campaign_id])}?checklist={duty.checklist_id}&project={place(duty)}#duty-{duty.pk}"


def _state_links(request, counts, current):
    """Counts by state, each a link that keeps the other filters."""
    words = [("", _("All")), *STATES, ("late", _("overdue"))]
    links = []
    for state, word in words:
        if state and not counts.get(state):
            continue
        query = request.GET.copy()
        query.pop("page", None)
        query["state"] = state
        links.append(
            {"state": state, "word": word, "count": counts.get(state, 0), "url": f"?{query.urlencode()}", "now": state == current}
        )
    return links


def _band_link(request, band, project):
    """Unfolds the project, or shows all again."""
    query = request.GET.copy()
    query.pop("page", None)
    query["project"] = "" if band.key == project else band.key
    return f"?{query.urlencode()}#p-{band.key}"
