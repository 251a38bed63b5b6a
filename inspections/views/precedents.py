"""Rules from rulings: a ruling kept as a rule, the rules in force, their end."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.gates import blame, office_only
from campaigns.paging import page_of
from checklists import rules
from inspections.actions.precedents import end_precedent, keep_ruling
from inspections.forms.disputes import EndRuleForm, KeepForm
from inspections.forms.fields import units_taking_part
from inspections.models import Precedent, ProblemKind, SiteKind
from inspections.views.cases import get_case


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def dispute_keep(request, pk, of="task"):
    """The ruling of a case kept as a rule."""
    case = get_case(request, pk, of)
    if not rules.may_rule_case(request.viewer, case.row) or case.row.is_open:
        raise PermissionDenied
    form = KeepForm(
        request.POST if request.method == "POST" else None,
        campaign=request.campaign,
        units=units_taking_part(request.campaign, case.row.department, case.row.moved_to),
        items=case.items(),
        kinds=ProblemKind.objects.visible_to(request.viewer).filter(is_active=True),
        site_kinds=SiteKind.objects.visible_to(request.viewer),
        initial=_kept_words(case),
    )
    if form.is_valid():
        try:
            keep_ruling(case.row, by=request.viewer, **form.cleaned_data)
        except ValidationError as error:
            blame(form, error)
        else:
            messages.success(request, _("Kept: it will be proposed for like cases, with its words."))
            return redirect("dispute_rules", request.campaign.pk)
    context = {"case": case, "row": case.row, "form": form}
    return render(request, "inspections/dispute_keep.html", context, status=422 if form.errors else 200)


def _kept_words(case):
    row = case.row
    initial = {"department": row.moved_to_id or row.department_id, "words": row.note[:300]}
    if case.of == "task":
        return initial | {"item": row.assignment.duty.item_id}
    finding = row.finding
    return initial | {"kind": finding.kind_id, "site_kind": finding.site and finding.site.kind_id}


@require_safe
def dispute_rules(request):
    """Rules in force, newest first; `?view=ended` those that ended."""
    return _show_rules(request)


def _show_rules(request, *, failed=None, status=200):
    """failed: (rule, bound form)."""
    viewer = request.viewer
    if not (viewer.reads_all or viewer.department_ids):
        raise PermissionDenied
    view = "ended" if request.GET.get("view") == "ended" else "running"
    rows = Precedent.objects.visible_to(viewer).select_related(
        "department", "item", "kind", "site_kind", "area", "ended_by", "dispute", "finding_dispute"
    )
    page = page_of(request, rows.exclude(ended_on=None) if view == "ended" else rows.running())
    for row in page:
        row.end_form = failed[1] if failed and failed[0] == row.pk else EndRuleForm(auto_id=f"id_{row.pk}_%s")
    counts = Precedent.objects.visible_to(viewer).aggregate(
        running=Count("pk", filter=Q(ended_on=None)), ended=Count("pk", filter=Q(ended_on__isnull=False))
    )
    context = {"page": page, "view": view, "counts": counts}
    return render(request, "inspections/dispute_rules.html", context, status=status)


@require_POST
@office_only
def dispute_rule_end(request, pk):
    rule = get_object_or_404(Precedent.objects.visible_to(request.viewer), pk=pk)
    form = EndRuleForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        try:
            end_precedent(rule, by=request.viewer, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            messages.success(request, _("Ended: it is proposed no longer."))
        return redirect("dispute_rules", request.campaign.pk)
    return _show_rules(request, failed=(pk, form), status=422)
