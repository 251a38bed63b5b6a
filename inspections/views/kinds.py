"""Kinds of problems and time limits of the campaign, on one page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.typed import typed_number
from inspections.actions import kinds as actions
from inspections.forms.register import LimitForm, ProblemKindForm
from inspections.models import LimitRule, ProblemKind, Severity
from inspections.views.sites import _saved


def _must_be_office(request):
    if not request.viewer.is_office:
        raise PermissionDenied


@require_safe
def problem_kind_list(request):
    _must_be_office(request)
    rules = {}
    for rule in LimitRule.objects.visible_to(request.viewer):
        rules.setdefault(rule.kind_id, {})[rule.severity] = rule
    kinds = list(ProblemKind.objects.visible_to(request.viewer).select_related("line"))
    for kind in kinds:
        kind.limits = [(value, rules.get(kind.pk, {}).get(value)) for value in Severity.values]
        kind.has_own_limits = kind.pk in rules
    common = [(label, rules.get(None, {}).get(value)) for value, label in Severity.choices]
    context = {"kinds": kinds, "common": common, "severities": Severity.choices}
    return render(request, "inspections/problem_kind_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def problem_kind_new(request):
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def problem_kind_edit(request, pk):
    _must_be_office(request)
    return _edit(request, get_object_or_404(ProblemKind.objects.visible_to(request.viewer), pk=pk))


def _edit(request, kind):
    _must_be_office(request)
    names = ("name", "words", "line", "needs_after_photo", "is_active")
    initial = {name: getattr(kind, f"{name}_id", None) or getattr(kind, name) for name in names} if kind else {}
    form = ProblemKindForm(request.POST or None, viewer=request.viewer, initial=initial or {"needs_after_photo": True})
    status = 200
    if request.method == "POST":
        saved, status = _saved(request, form, actions.save_problem_kind, kind)
        if saved:
            messages.success(request, _("Saved: %(name)s") % {"name": saved.name})
            return redirect("problem_kind_list", request.campaign.pk)
    context = {"form": form, "kind": kind, "is_stale": status == 409}
    return render(request, "inspections/problem_kind_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def limit_edit(request):
    """The limits of one kind (?kind=), or those for any kind; an empty amount takes the kind's own limit back."""
    _must_be_office(request)
    asked = typed_number(request.GET.get("kind"))
    kind = get_object_or_404(ProblemKind.objects.visible_to(request.viewer), pk=asked) if asked is not None else None
    rules = {rule.severity: rule for rule in LimitRule.objects.visible_to(request.viewer).filter(kind=kind)}
    rows, ok = [], True
    for value, label in Severity.choices:
        rule = rules.get(value)
        initial = {"amount": rule.amount, "unit": rule.unit} if rule else {"unit": LimitRule.Unit.DAYS}
        form = LimitForm(request.POST or None, prefix=value, initial=initial)
        rows.append((value, label, form))
    if request.method == "POST":
        for value, _label, form in rows:
            ok = _set(request, kind, value, form) and ok
        if ok:
            messages.success(request, _("Limits saved; what is issued already keeps its limit."))
            return redirect("problem_kind_list", request.campaign.pk)
    context = {"kind": kind, "rows": rows}
    return render(request, "inspections/limit_edit.html", context, status=200 if ok else 422)


def _set(request, kind, severity, form):
    if not form.is_valid():
        return False
    data = form.cleaned_data
    unit = data["unit"] or LimitRule.Unit.DAYS
    try:
        actions.set_limit_rule(by=request.viewer, kind=kind, severity=severity, amount=data["amount"], unit=unit)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
