"""My campaigns, a new one, and the settings of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.departments import make_department
from accounts.models import Department, Event
from accounts.typed import typed_number
from campaigns import navigation
from campaigns.actions.campaigns import edit_campaign, open_campaign
from campaigns.calendars import calendar_of
from campaigns.counting import row_counts
from campaigns.festivals import Festivals, warned_years
from campaigns.first_steps import fact_rows, open_steps
from campaigns.forms.campaigns import CampaignForm, NewCampaignForm
from campaigns.gates import blame, office_only, tried
from campaigns.models import Campaign, Membership, Role


@require_safe
def campaign_list(request):
    """My campaigns; with one only, straight into it. ?all=1 (from the switcher) stays here."""
    campaigns = list(Campaign.objects.of(request.user).select_related("host"))
    if len(campaigns) == 1 and "all" not in request.GET and not request.user.is_superuser:
        return redirect(campaigns[0])
    roles = {}
    today = timezone.localdate()
    for row in Membership.objects.on(today).filter(user=request.user).order_by("pk"):  # scoped: one's own roles
        words = roles.setdefault(row.campaign_id, [])
        if (word := str(row.get_role_display())) not in words:
            words.append(word)
    for campaign in campaigns:
        campaign.my_roles = roles.get(campaign.pk, [])
        until = campaign.assessment_until or campaign.assessment_from
        campaign.days_to_go = (campaign.assessment_from - today).days if campaign.assessment_from else None
        campaign.is_assessed = bool(until and campaign.assessment_from and campaign.assessment_from <= today <= until)
    context = {"campaigns": campaigns, "may_open": _may_open_any(request)}
    return render(request, "campaigns/campaign_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_new(request):
    if not _may_open_any(request):
        raise PermissionDenied
    keeper = request.user.is_superuser
    form = NewCampaignForm(
        request.POST or None,
        hosts=_hosts(request),
        may_make_host=keeper,
        initial={"kind": Campaign.Kind.COUNTY, "review_year": timezone.localdate().year},
    )
    if form.is_valid():
        campaign = tried(form, _open, request.user, dict(form.cleaned_data))
        if campaign:
            messages.success(request, _("The campaign is open. Next: its units, its people, its standard."))
            return redirect("settings_edit", campaign.pk)
    return render(request, "campaigns/campaign_new.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _open(user, data):
    host_name = data.pop("host_name", "")
    if not data["host"]:
        kind = Department.Kind.UNIT if data["kind"] == Campaign.Kind.UNIT else Department.Kind.REGION
        data["host"] = make_department(None, name=host_name, kind=kind, by=user)
    return open_campaign(by=user, **data)


def _own_hosts(request):
    """Paths of the hosts for whose campaigns the person is in the office."""
    own = Membership.objects.on(timezone.localdate()).own().filter(user=request.user, role=Role.OFFICE)  # scoped: one's own roles
    return list(own.values_list("campaign__host__path", flat=True))


def _may_open_any(request):
    return request.user.is_superuser or bool(_own_hosts(request))


def _hosts(request):
    rows = Department.objects.filter(is_active=True)  # scoped: the keeper's are all, others have what is under own hosts
    return rows if request.user.is_superuser else rows.under_any(_own_hosts(request))


@require_safe
@office_only
def settings_edit(request):
    """The index of everything a campaign sets for itself, with what is still missing."""
    counts = row_counts(**fact_rows(request.viewer))
    calendar = calendar_of(request.campaign)
    context = {
        "facts": request.campaign,
        "nobody_count": counts["nobody_count"],
        "warned_years": calendar.warned_years,
        "festival_years": warned_years(request.campaign, Festivals(request.campaign)),
        "sections": _sections(request, counts),
        "steps": open_steps(request.campaign, counts),
    }
    return render(request, "campaigns/settings_edit.html", context)


def _sections(request, counts):
    """Titles with their pages: (label, address, note); pages that are not there are left out."""
    tables = (
        (_("Campaign"), ((_("Names, dates, switches, reminders, bulletin"), "campaign_edit", ""),)),
        (
            _("Units and people"),
            (
                (_("Register of units"), "unit_list", ""),
                (_("Participating units"), "participant_list", counts["unit_count"]),
                (_("Groups of units"), "group_list", ""),
                (_("Members"), "member_list", counts["member_count"]),
                (_("Work groups"), "work_group_list", counts["work_group_count"]),
                (_("Ranking groups"), "ranking_group_list", counts["ranking_group_count"]),
            ),
        ),
        (
            _("Rules of inspection"),
            (
                (_("Kinds of problem and time limits"), "problem_kind_list", ""),
                (_("Kinds of site and their checks"), "site_kind_list", ""),
                (_("Days off and working days"), "holiday_list", counts["own_day_count"] or ""),
                (_("Festivals"), "festival_list", ""),
                (_("Reminders sent and to come"), "reminder_list", ""),
            ),
        ),
        (_("Records"), ((_("Log"), "event_list", ""),)),
    )
    found = []
    for title, rows in tables:
        lines = [(label, url, note) for label, name, note in rows if (url := navigation.address(name, request.campaign))]
        if lines:
            found.append((title, lines))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def campaign_edit(request):
    campaign = request.campaign
    form = CampaignForm(request.POST or None, instance=campaign)
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        version = typed_number(request.POST.get("version"))
        if form.is_valid() and version is not None:
            try:
                edit_campaign(campaign, by=request.viewer, version=version, **form.cleaned_data)
            except ValidationError as error:
                if getattr(error, "code", "") == "stale":
                    status = 409
                    conflict = Event.objects.visible_to(request.viewer).about(campaign).first()
                    campaign.refresh_from_db(fields=["version"])
                else:
                    blame(form, error)
            else:
                messages.success(request, _("Saved."))
                return redirect("settings_edit", campaign.pk)
    context = {"form": form, "conflict": conflict}
    return render(request, "campaigns/campaign_edit.html", context, status=status)
