"""Calendar addresses: made and revoked by the person, or for a unit by its head or liaison."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department
from accounts.verbs import WORDS
from campaigns.models import Campaign
from campaigns.viewer import Viewer
from checklists.models import CalendarFeed

WORDS.update({"feed.create": _("Made a calendar address"), "feed.revoke": _("Revoked a calendar address")})


@transaction.atomic
def make_feed(
    campaign: Campaign, *, by: Viewer, department: Department | None = None, at: datetime | None = None
) -> CalendarFeed:
    """The running address of the person or of the unit, made if there is none. Raises PermissionDenied."""
    at = at or timezone.now()
    if not by.roles or by.campaign.pk != campaign.pk or (department and department.pk not in by.department_ids):
        raise PermissionDenied
    Campaign.objects.select_for_update().get(pk=campaign.pk)  # two at once make one
    whose = {"department": department} if department else {"user": by.user}
    feed = CalendarFeed.objects.running().filter(campaign=campaign, **whose).first()
    if feed is None:
        feed = CalendarFeed.objects.create(campaign=campaign, by=by.user, at=at, **whose)
        record(by, "feed.create", feed, at=at)
    return feed


@transaction.atomic
def revoke_feed(feed: CalendarFeed, *, by: Viewer, at: datetime | None = None) -> CalendarFeed:
    """From now on the address answers nothing; revoked twice is revoked once. Raises PermissionDenied."""
    feed = CalendarFeed.objects.select_for_update().get(pk=feed.pk)
    is_own = feed.user_id == by.user.pk or feed.department_id in by.department_ids
    if by.campaign.pk != feed.campaign_id or not is_own:
        raise PermissionDenied
    if feed.revoked_at is None:
        feed.revoked_at = at or timezone.now()
        feed.save(update_fields=["revoked_at"])
        record(by, "feed.revoke", feed, at=at)
    return feed
