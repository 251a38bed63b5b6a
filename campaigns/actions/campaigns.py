"""Opening a campaign and changing what it sets for itself."""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department, User
from campaigns.actions.holidays import load_holidays
from campaigns.kinds import DEFAULTS
from campaigns.models import Campaign, Membership, Role
from campaigns.viewer import Viewer, viewer_for

# Called with (campaign, by=Viewer, at=…) in the transaction that opens it: apps to the right add their own defaults in ready().
AFTER_OPEN: list[Callable] = []

# What edit_campaign may change; kind and host stay what they were.
EDITABLE = {field.name for field in Campaign._meta.fields if field.editable and not field.primary_key} - {
    "kind",
    "host",
    "version",
}
STAGES_MOST = 20


def may_open(user: User, host: Department | None) -> bool:
    """The keeper everywhere; the office of a running campaign for a host at or below its own."""
    if user.is_superuser:
        return True
    own = Membership.objects.on(timezone.localdate()).own().filter(user=user, role=Role.OFFICE)
    paths = own.values_list("campaign__host__path", flat=True)
    return host is not None and any(host.path.startswith(path) for path in paths)


@transaction.atomic
def open_campaign(
    *, name: str, kind: str, host: Department, cutoff_on, office_name: str, by: User, at: datetime | None = None, **settings
) -> Campaign:
    """A new campaign with the defaults of its kind; who opens it becomes its first member of the office.

    settings: any of EDITABLE; they beat the defaults. Raises PermissionDenied; ValidationError for values that do not fit.
    """
    if not may_open(by, host):
        raise PermissionDenied
    load_holidays()
    values = dict(DEFAULTS.get(kind, {}), name=name.strip(), kind=kind, host=host, cutoff_on=cutoff_on, office_name=office_name)
    campaign = Campaign(**values | settings)
    _check(campaign)
    campaign.save()
    on = timezone.localdate(at) if at else timezone.localdate()
    Membership.objects.create(user=by, campaign=campaign, role=Role.OFFICE, starts_on=on)
    viewer = viewer_for(by, campaign, on=on)
    record(viewer, "campaign.open", campaign, at=at, new=campaign.name)
    for make_defaults in AFTER_OPEN:
        make_defaults(campaign, by=viewer, at=at)
    return campaign


@transaction.atomic
def edit_campaign(
    campaign: Campaign, *, by: Viewer, version: int | None = None, at: datetime | None = None, **changes
) -> Campaign:
    """Change settings of the campaign (EDITABLE); version: the one the form was made from.

    Raises PermissionDenied; ValidationError "stale" if somebody was faster, else by field.
    """
    if not by.is_office or by.campaign.pk != campaign.pk:
        raise PermissionDenied
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if version is not None and version != campaign.version:
        raise ValidationError(_("Somebody changed this while you were writing."), "stale")
    unknown = set(changes) - EDITABLE
    if unknown:
        raise TypeError(f"no setting of a campaign: {', '.join(sorted(unknown))}")
    changed = sorted(name for name, value in changes.items() if getattr(campaign, name) != value)
    for name in changed:
        setattr(campaign, name, changes[name])
    _check(campaign)
    campaign.version += 1
    campaign.save()
    record(by, "campaign.edit", campaign, at=at, fields=changed)
    return campaign


def _check(campaign):
    if (
        campaign.assessment_from
        and campaign.assessment_until
        and campaign.assessment_until < campaign.assessment_from  # said beside the field, before the constraint says it
    ):
        error = ValidationError(_("The assessment ends before it begins."), "order")
        raise ValidationError({"assessment_until": error})
    stages = campaign.reminder_stages
    if (
        not isinstance(stages, list)
        or not stages
        or len(stages) > STAGES_MOST
        or any(not isinstance(n, int) or abs(n) > 60 for n in stages)
    ):
        error = ValidationError(_("Write whole working days from -60 to 60, at most 20 of them."), "stages")
        raise ValidationError({"reminder_stages": error})
    campaign.reminder_stages = sorted(set(stages))
    campaign.full_clean()
