"""Objections to responsibilities: the list, and the office's ruling."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.paging import page_of
from checklists import rules
from checklists.actions.disputes import other_leads, rule_dispute
from checklists.forms.checkpoints import RulingForm, units_of
from checklists.history import events_about
from checklists.models import Dispute


@require_safe
def dispute_list(request):
    """To be ruled on, longest waiting first; `?view=ruled` shows the ruled ones, newest first."""
    viewer = request.viewer
    if not (viewer.reads_all or viewer.department_ids):
        raise PermissionDenied
    view = "ruled" if request.GET.get("view") == "ruled" else "open"
    rows = Dispute.objects.visible_to(viewer).select_related(
        "assignment__duty__item", "department", "proposed", "moved_to", "by", "ruled_by"
    )
    if view == "open":
        rows = rows.filter(ruling=Dispute.Ruling.OPEN).order_by("at", "pk")
    else:
        rows = rows.exclude(ruling=Dispute.Ruling.OPEN).order_by("-ruled_at", "-pk")
    page = page_of(request, rows)
    today = timezone.localdate()
    for row in page:
        row.waiting_days = (today - timezone.localdate(row.at)).days
    return render(request, "checklists/dispute_list.html", {"page": page, "view": view})


@require_http_methods(["GET", "HEAD", "POST"])
def dispute_rule(request, pk):
    rows = Dispute.objects.visible_to(request.viewer).select_related(
        "assignment__duty__item", "assignment__department", "department", "proposed", "moved_to", "by", "ruled_by"
    )
    dispute = get_object_or_404(rows, pk=pk)
    if request.method == "POST" and not rules.may_rule(request.viewer, dispute):
        raise PermissionDenied
    form = RulingForm(
        request.POST if request.method == "POST" else None,
        units=_free_units(dispute),
        rest=_without_another(dispute.assignment),
        initial={"moved_to": dispute.proposed},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                rule_dispute(
                    dispute,
                    by=request.viewer,
                    upheld=data["ruling"] in ("uphold", "rest"),
                    note=data["note"],
                    moved_to=data["moved_to"],
                )
            except ValidationError as error:
                status = 409 if getattr(error, "code", "") == "wrong_status" else 422
                if status == 422:
                    _add_errors(form, error)
                dispute = rows.get(pk=pk)
            else:
                messages.success(request, _("Ruled; the units were told."))
                return redirect("dispute_list", request.campaign.pk)
    context = {
        "dispute": dispute,
        "assignment": dispute.assignment,
        "form": form,
        "may_rule": rules.may_rule(request.viewer, dispute),
        "is_open": dispute.ruling == Dispute.Ruling.OPEN,
        "is_stale": status == 409,
        "events": events_about(dispute.assignment),
    }
    return render(request, "checklists/dispute_rule.html", context, status=status)


def _free_units(dispute):
    """The units that can take the part over: not the one that objects, nor those that have it already."""
    parts = dispute.assignment.duty.assignments.running()
    if dispute.assignment.is_lead:  # who supports may lead instead
        parts = parts.filter(is_lead=True)
    taken = [*parts.values_list("department", flat=True), dispute.assignment.department_id]
    return units_of(dispute.campaign).exclude(pk__in=taken)


def _without_another(assignment):
    """The words for upholding an objection without another unit; empty where the task would have no lead."""
    if not assignment.is_lead:
        return _("Uphold: the unit no longer supports")
    others = "、".join(unit.name for unit in other_leads(assignment))
    return _("Uphold: the others go on leading (%(units)s)") % {"units": others} if others else ""


def _add_errors(form, error):
    """The action speaks of `reason` where the form says `note`."""
    for name, errors in getattr(error, "error_dict", {None: [error]}).items():
        form.add_error("note" if name == "reason" else name, errors)
