"""Who stands behind the demo's one-click entries: one person per role of each campaign, and the keeper."""

from django.utils import timezone
from django.utils.translation import gettext

from accounts.entry import Door
from accounts.models import User
from campaigns.models import Membership, Role
from campaigns.navigation import ORDER


def demo_people() -> list[Door]:
    """Campaigns in the order they were made; within one, a person for each role; and one who stands in for another."""
    rows = Membership.objects.filter(ended_on=None, user__is_active=True).select_related("campaign", "user", "department")
    first: dict[tuple, Membership] = {}
    for row in rows.order_by("campaign_id", "pk"):
        first.setdefault((row.campaign_id, row.role), row)
    chosen = sorted(first.values(), key=lambda row: (row.campaign_id, ORDER.index(row.role)))
    doors = [(row.campaign_id, Door(row.campaign.name, _label(row), row.user_id)) for row in chosen]
    deputies = Membership.objects.on(timezone.localdate()).exclude(stands_for=None)
    for row in deputies.select_related("campaign", "user", "stands_for__user").order_by("pk")[:1]:
        said = gettext("%(deputy)s for %(person)s") % {"deputy": row.user.name, "person": row.stands_for.user.name}
        doors.append((row.campaign_id, Door(row.campaign.name, f"{Role(row.role).label} {said}", row.user_id)))
    doors = [door for _campaign, door in sorted(doors, key=lambda pair: pair[0])]
    keepers = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")[:1]
    return doors + [Door(gettext("System keeper"), user.name, user.pk) for user in keepers]


def _label(row):
    place = row.department or Role(row.role).label
    return f"{place} {Role(row.role).label} {row.user.name}" if row.department else f"{place} {row.user.name}"
