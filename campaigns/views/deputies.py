"""Who acts in a person's place: named, seen and ended on one page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.typed import typed_number
from campaigns.actions.deputies import candidates_for, deputies_of, end_deputy, name_deputy
from campaigns.actions.members import may_name_deputy
from campaigns.forms.spells import DeputyForm
from campaigns.gates import tried
from campaigns.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
def member_deputy(request, pk):
    """The deputies of one role: a form for the next, and those of now and later, each with its end."""
    rows = Membership.objects.visible_to(request.viewer).own().select_related("user", "department", "campaign__host")
    row = get_object_or_404(rows, pk=pk)
    if not may_name_deputy(request.viewer, row):
        raise PermissionDenied
    today = timezone.localdate()
    asked = request.POST.get("what")
    if asked == "end":
        return _end(request, row)
    people = candidates_for(row, today).order_by("name", "pk")
    form = DeputyForm(request.POST if asked == "name" else None, people=people)
    if form.is_valid() and tried(form, name_deputy, row, by=request.viewer, **form.cleaned_data):
        messages.success(request, _("%(name)s acts in this place in these days.") % {"name": form.cleaned_data["user"].name})
        return redirect("member_deputy", request.campaign.pk, row.pk)
    is_over = bool(row.ended_on and row.ended_on < today)
    context = {
        "row": row,
        "form": form,
        "deputies": deputies_of(row, today),
        "today": today,
        "is_over": is_over,
        "people": people,
    }
    return render(request, "campaigns/member_deputy.html", context, status=422 if form.errors else 200)


def _end(request, row):
    deputy = get_object_or_404(row.deputies, pk=typed_number(request.POST.get("deputy")) or 0)
    try:
        end_deputy(deputy, by=request.viewer)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(name)s no longer stands in.") % {"name": deputy.user.name})
    return redirect("member_deputy", request.campaign.pk, row.pk)
