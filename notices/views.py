"""My messages."""

from django.conf import settings
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from notices import actions
from notices.models import Notice


@require_safe
def notice_list(request):
    """Unread ones first asked for; `?all=1` shows those read too."""
    rows = Notice.objects.of(request.user)
    shows_all = request.GET.get("all") == "1"
    page = Paginator(rows if shows_all else rows.unread(), 50).get_page(request.GET.get("page"))
    return render(request, "notices/notice_list.html", {"page": page, "shows_all": shows_all})


@require_POST
def notice_open(request, pk):
    """Mark as read and go where it points."""
    notice = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    actions.read_notice(notice)
    here = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=set(settings.ALLOWED_HOSTS))
    return redirect(notice.url if notice.url and here else "notice_list")


@require_POST
def notice_read_all(request):
    actions.read_all(request.user)
    return redirect("notice_list")
