"""The log of a campaign: who did what to which row."""

import datetime

from django.shortcuts import render

from accounts.models import Event, User
from campaigns.forms import LogFilter
from campaigns.gates import office_only
from campaigns.models import Membership
from campaigns.paging import page_of
from campaigns.subjects import kinds, page_of_subject, word_of
from campaigns.worktime import ZONE


@office_only
def event_list(request):
    people = User.objects.filter(  # scoped: the campaign's own people
        pk__in=Membership.objects.visible_to(request.viewer).values("user")
    )
    form = LogFilter(request.GET or None, people=people, kinds=kinds())
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = Event.objects.visible_to(request.viewer).select_related("actor")
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
    for row in page.object_list:
        row.word = word_of(row.subject)
        row.remark = row.data.get("note") or row.data.get("new") or row.data.get("old") or ""
        row.url = page_of_subject(request.campaign, row.subject, row.subject_id)
    context = {"form": form, "page": page, "is_filtered": any(wanted.values())}
    return render(request, "campaigns/event_list.html", context)
