"""A unit offers to lead what nobody leads: 认领."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from checklists.actions.claims import claim_duty, may_claim, rule_claim
from checklists.forms.duties import ClaimForm, ClaimRuleForm, own_units
from checklists.models import Claim, Duty


@require_http_methods(["GET", "HEAD", "POST"])
def duty_claim(request, pk):
    """A unit offers to lead."""
    duty = get_object_or_404(Duty.objects.visible_to(request.viewer).select_related("item"), pk=pk)
    if not may_claim(duty, request.viewer):
        raise PermissionDenied
    form = ClaimForm(request.POST or None, units=own_units(request.viewer))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            claim_duty(duty, by=request.viewer, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Claimed. The office will confirm it."))
            return redirect("duty_gaps", request.campaign.pk)
    return render(request, "checklists/duty_claim.html", {"duty": duty, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def claim_rule(request, pk):
    """The office confirms or refuses; a refusal says why."""
    claim = get_object_or_404(Claim.objects.visible_to(request.viewer).select_related("duty__item", "department", "by"), pk=pk)
    if not request.viewer.is_office or claim.department_id in request.viewer.department_ids:
        raise PermissionDenied
    form = ClaimRuleForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        confirmed = request.POST.get("move") == "confirm"
        try:
            rule_claim(claim, by=request.viewer, confirmed=confirmed, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)  # a dict names the field itself
        else:
            messages.success(
                request, _("Confirmed: the unit leads this task.") if confirmed else _("Not confirmed: the unit was told.")
            )
            return redirect("duty_gaps", request.campaign.pk)
    return render(request, "checklists/claim_rule.html", {"claim": claim, "form": form}, status=status)
