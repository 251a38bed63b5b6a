"""People of a campaign by role; a new person gets an account with a one-time link, shown once."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from campaigns.actions import members as actions
from campaigns.actions.estates import estate_of
from campaigns.forms.members import MemberEditForm, MemberFilter, MemberForm, PersonForm
from campaigns.forms.spells import EndForm
from campaigns.gates import tried
from campaigns.models import UNIT_ROLES, Membership, Role, WorkGroup
from campaigns.paging import page_of
from campaigns.views.leaving import shown_holdings


def _check_may(request):
    """The office sees all members, the head of a unit the people of the own units."""
    if not request.viewer.is_office and not request.viewer.head_of:
        raise PermissionDenied


def _rows(request):
    rows = Membership.objects.visible_to(request.viewer)
    return rows if request.viewer.is_office else rows.filter(department__in=request.viewer.head_of)


@require_safe
def member_list(request):
    _check_may(request)
    form = MemberFilter(request.GET or None, work_groups=WorkGroup.objects.visible_to(request.viewer))
    wanted = form.cleaned_data if form.is_valid() else {}
    rows, today = _rows(request), timezone.localdate()
    in_force = Q(ended_on=None) | Q(ended_on__gte=today)
    rows = rows.exclude(in_force) if wanted.get("state") else rows.filter(in_force)
    if wanted.get("q"):
        text = wanted["q"]
        rows = rows.filter(
            Q(user__name__icontains=text)
            | Q(user__username__icontains=text)
            | Q(department__name__icontains=text)
            | Q(department__short_name__icontains=text)
        )
    if wanted.get("work_group"):
        rows = rows.filter(work_group=wanted["work_group"])
    counts = dict(rows.order_by().values_list("role").annotate(Count("pk")))
    role = request.GET.get("role") if request.GET.get("role") in Role.values else ""
    if role:
        rows = rows.filter(role=role)
    rows = rows.select_related("user", "department", "work_group", "stands_for__user").order_by("department__position", "pk")
    page = page_of(request, rows)
    for row in page.object_list:
        row.may_end = actions.may_end(request.viewer, row)
        row.may_name_deputy = actions.may_name_deputy(request.viewer, row)
    context = {
        "form": form,
        "page": page,
        "role": role,
        "views": [("", _("all"), sum(counts.values()))] + [(r.value, r.label, counts.get(r.value, 0)) for r in Role],
        "is_filtered": bool(role or any(wanted.values())),
        "today": today,
    }
    return render(request, "campaigns/member_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def member_new(request):
    """Somebody new in the campaign: an account that exists, or a new one with its link."""
    _check_may(request)
    initial = {"role": request.GET.get("role") or Role.LIAISON, "department": request.GET.get("unit")}
    form = MemberForm(request.POST or None, viewer=request.viewer, initial={k: v for k, v in initial.items() if v})
    if form.is_valid():
        data = dict(form.cleaned_data)
        person = {name: data.pop(name) for name in ("username", "name", "phone", "email")}
        known = User.objects.filter(username=person["username"]).first()  # scoped: an account is named exactly or not found
        if known is None and not person["name"]:
            form.add_error("name", _("There is no such account yet: write the name, and a new one is made."))
        elif known and person["name"] and person["name"] != known.name:
            form.add_error("username", _("This account belongs to somebody of another name: choose another account."))
        elif known:
            row = tried(form, actions.add_member, request.campaign, user=known, by=request.viewer, **data)
            if row:
                messages.success(request, _("%(name)s is added.") % {"name": known.name})
                return redirect("member_list", request.campaign.pk)
        elif not person["username"].isascii():
            form.add_error("username", _("A new account has letters and digits only, such as zhangshi01."))
        else:
            made = tried(form, actions.add_person, request.campaign, by=request.viewer, **person, **data)
            if made:
                return _show_link(request, *made)
    return render(request, "campaigns/member_new.html", {"form": form}, status=422 if form.errors else 200)


def _show_link(request, row, path):
    """The page that shows a one-time link, once: it is kept nowhere."""
    context = {"row": row, "link": request.build_absolute_uri(path)}
    return render(request, "campaigns/member_link.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def member_edit(request, pk):
    """Post and work group, what was mistyped about the person, a new link, and the end of the role."""
    _check_may(request)
    row = get_object_or_404(_rows(request).select_related("user", "department", "work_group", "stands_for"), pk=pk)
    if row.stands_for_id:
        return redirect("member_deputy", request.campaign.pk, row.stands_for_id)
    if not actions.may_end(request.viewer, row):
        raise PermissionDenied
    what = request.POST.get("what")
    form = MemberEditForm(request.POST if what == "post" else None, instance=row, viewer=request.viewer)
    end_form = EndForm(request.POST if what == "end" else None)
    may_link = actions.may_link(request.viewer, row.user)
    person_form = PersonForm(request.POST if what == "person" else None, instance=copy(row.user))
    if form.is_valid() and tried(form, actions.edit_member, row, by=request.viewer, **form.cleaned_data):
        messages.success(request, _("Saved."))
        return redirect("member_list", request.campaign.pk)
    if end_form.is_valid() and tried(end_form, actions.end_member, row, by=request.viewer, **end_form.cleaned_data):
        messages.success(request, _("%(name)s: this role has ended.") % {"name": row.user.name})
        return redirect("member_list", request.campaign.pk)
    if person_form.is_valid() and tried(person_form, actions.edit_person, row, by=request.viewer, **person_form.cleaned_data):
        messages.success(request, _("Saved."))
        return redirect("member_edit", request.campaign.pk, row.pk)
    failed = form.errors or end_form.errors or person_form.errors
    context = {
        "row": row,
        "form": form,
        "end_form": end_form,
        "person_form": person_form if may_link else None,
        "may_link": may_link,
        "may_name_deputy": actions.may_name_deputy(request.viewer, row),
        "work": shown_holdings(estate_of(row, timezone.localdate()).work, most=5),
        "leaves_nobody": row.role in UNIT_ROLES and not _colleagues(request, row).exists(),
        "is_over": bool(row.ended_on and row.ended_on < timezone.localdate()),
    }
    return render(request, "campaigns/member_edit.html", context, status=422 if failed else 200)


def _colleagues(request, row):
    """Others who have the same role in the same unit today."""
    rows = Membership.objects.visible_to(request.viewer).own().on(timezone.localdate())
    return rows.filter(role=row.role, department=row.department_id).exclude(pk=row.pk)


@require_POST
@never_cache
def member_link(request, pk):
    """A new one-time link for a person who cannot sign in."""
    _check_may(request)
    row = get_object_or_404(_rows(request).select_related("user", "department"), pk=pk)
    return _show_link(request, row, actions.new_link(row, by=request.viewer))
