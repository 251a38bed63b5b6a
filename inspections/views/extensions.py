"""The office rules on more time."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inspections.actions import extensions
from inspections.forms.moves import RuleExtensionForm
from inspections.models import Extension


@require_POST
def extension_rule(request, pk):
    """Grant (act=grant) or refuse; a refusal without grounds comes back with the sentence beside the field."""
    rows = Extension.objects.visible_to(request.viewer).select_related("finding", "department", "by")
    extension = get_object_or_404(rows, pk=pk)
    form = RuleExtensionForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            grant = request.POST.get("act") == "grant"
            extensions.rule_extension(extension, by=request.viewer, grant=grant, **form.cleaned_data)
            messages.success(request, _("More time granted.") if grant else _("More time refused."))
            return redirect(extension.finding)
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") == "wrong_status" else 422
            form.add_error(None, error)
    context = {"extension": extension, "finding": extension.finding, "form": form}
    return render(request, "inspections/extension_rule.html", context, status=status)
