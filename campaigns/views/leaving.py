"""离任交接: what hangs on a person is looked at, then handed over in one act."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.actions.estates import estate_of
from campaigns.actions.leaving import hand_over, successors_for
from campaigns.actions.members import may_end
from campaigns.forms.spells import LeavingForm
from campaigns.gates import blame
from campaigns.models import Membership

SHOWN = 20  # rows of one kind


@require_http_methods(["GET", "HEAD", "POST"])
def member_leave(request, pk):
    rows = (
        Membership.objects.visible_to(request.viewer).own().select_related("user", "department", "campaign__host", "stands_for")
    )
    row = get_object_or_404(rows, pk=pk)
    if not may_end(request.viewer, row):
        raise PermissionDenied
    today = timezone.localdate()
    estate = estate_of(row, today)
    people = successors_for(row, today).order_by("name", "pk")
    form = LeavingForm(request.POST or None, people=people, initial={"seen": estate.seen})
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            given = hand_over(row, by=request.viewer, **form.cleaned_data)
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") == "stale" else 422
            blame(form, error)
            form.data = form.data.copy()  # the list below is the new one: sending it again is then a decision
            form.data["seen"] = estate.seen
        else:
            messages.success(request, _told(row, form.cleaned_data["to"], given))
            return redirect("member_list", request.campaign.pk)
    context = {
        "row": row,
        "form": form,
        "people": people,
        "is_last": estate.is_last,
        "is_over": bool(row.ended_on and row.ended_on < today),
        "total": sum(len(found) for _kind, found in estate.holdings),
        "holdings": shown_holdings(estate.holdings),
    }
    return render(request, "campaigns/member_leave.html", context, status=status)


def shown_holdings(holdings, most=SHOWN):
    """For _holdings.html. most: rows of one kind that are named."""
    return [
        {
            "label": kind.label,
            "count": len(found),
            "rows": [(kind.said(one), kind.url(one) if kind.is_work else "") for one in found[:most]],
            "more": len(found) - most,
        }
        for kind, found in holdings
    ]


def _told(row, to, given):
    what = "、".join(f"{kind.label} {len(rows)}" for kind, rows in given.holdings) or _("nothing hung on the person")
    return _("%(name)s has left; handed over to %(to)s: %(what)s.") % {"name": row.user.name, "to": to.name, "what": what}
