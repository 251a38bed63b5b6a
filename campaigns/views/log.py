"""The log of a campaign: who did what to which row."""

import datetime

from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import Department, Event
from campaigns.forms.log import LogFilter
from campaigns.gates import office_only
from campaigns.models import Membership
from campaigns.paging import page_of
from campaigns.subjects import kinds, names_of, page_of_subject, told_of, word_of
from campaigns.worktime import ZONE


@require_safe
@office_only
def event_list(request):
    members = Membership.objects.visible_to(request.viewer).order_by("user__name", "user").values_list("user", "user__name")
    people = dict(members)
    form = LogFilter(request.GET or None, people=people.items(), kinds=kinds())
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = Event.objects.visible_to(request.viewer).select_related("actor").with_sweeps_folded()
    if wanted.get("who"):
        rows = rows.filter(actor=wanted["who"])
    if wanted.get("kind"):
        rows = rows.filter(subject=wanted["kind"])
    if wanted.get("since"):
        rows = rows.filter(at__gte=datetime.datetime.combine(wanted["since"], datetime.time(), ZONE))
    if wanted.get("until"):
        day = wanted["until"] + datetime.timedelta(days=1)
        rows = rows.filter(at__lt=datetime.datetime.combine(day, datetime.time(), ZONE))
    page = page_of(request, rows)
    _tell(page.object_list, request, people)
    context = {"form": form, "page": page, "is_filtered": any(wanted.values())}
    return render(request, "campaigns/event_list.html", context)


def _tell(rows, request, people):
    """Give each row the word and page of what it is about, and what is known of it; one query for the units' names
    and one for each kind of row."""
    units = Department.objects.visible_to(request.viewer).filter(pk__in={row.department_id for row in rows})
    names, titles = dict(units.values_list("pk", "name")), names_of(rows)
    for row in rows:
        row.word = word_of(row.subject)
        row.count = row.at_once if row.actor_id is None else 1
        if row.count > 1:
            row.url, row.remark = None, ngettext("%(count)s at once", "%(count)s at once", row.count) % {"count": row.count}
            continue
        row.title = titles.get((row.subject, row.subject_id), "")
        row.url = page_of_subject(request.campaign, row.subject, row.subject_id)
        whom = people.get(row.subject_id, "") if row.subject == "accounts.user" else names.get(row.department_id, "")
        row.remark = " · ".join(dict.fromkeys(part for part in (whom, *told_of(row)) if part))
