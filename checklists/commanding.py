"""What the import commands need: the campaign, somebody of its office, the checklist; plain sentences when there is none."""

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign, Membership, Role
from campaigns.viewer import Viewer, viewer_for
from checklists.models import Checklist, Import


def campaign_of(pk: int) -> Campaign:
    campaign = Campaign.objects.select_related("host").filter(pk=pk).first()
    if campaign is None:
        raise CommandError(f"There is no campaign {pk}.")
    return campaign


def office_of(campaign: Campaign, username: str | None = None) -> Viewer:
    """The named member of the campaign's office, or its first one: an import is always somebody's act."""
    rows = Membership.objects.on(timezone.localdate()).filter(campaign=campaign, role=Role.OFFICE).select_related("user")
    row = (rows.filter(user__username=username) if username else rows).order_by("pk").first()
    if row is None:
        raise CommandError(f"There is no such member in the office of campaign {campaign.pk}.")
    return viewer_for(row.user, campaign)


def checklist_of(campaign: Campaign, pk: int | None) -> Checklist:
    rows = Checklist.objects.running().filter(campaign=campaign)
    found = list(rows.filter(pk=pk) if pk else rows)
    if len(found) != 1:
        known = ", ".join(f"{row.pk} {row.name}" for row in rows) or "none; adopt a standard first"
        raise CommandError(f"Name one checklist of the campaign: {known}.")
    return found[0]


def forget(row: Import) -> None:
    """Undo everything of this transaction, and the file that was kept for it."""
    transaction.set_rollback(True)
    default_storage.delete(row.original.key)


def said(error: ValidationError) -> str:
    return " ".join(error.messages)
