"""What every page shows around its own part: the menu, my campaigns, unread messages. Two queries, only when shown."""

from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Prefetch
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.asking import Asking
from campaigns import navigation
from campaigns.counting import counts_alike, row_counts
from campaigns.models import LENDABLE, Campaign, Membership, Role
from campaigns.viewer import viewer_for
from notices.models import Notice

# Pages outside a campaign that are reached from one; they keep showing its menu.
AROUND = {"profile", "feedback_new", "notice_list", "api_docs"}

MINE = Asking(lambda user, day: Campaign.objects.of(user, day), user=int, day=date)


class Portal:
    """Read by base.html; nothing is asked of the database before the first use."""

    version = getattr(settings, "VERSION", "0.1")
    demo = settings.DEMO

    def __init__(self, request):
        self.path = request.path
        self.user = getattr(request, "user", None)
        self.viewer = getattr(request, "viewer", None)
        self.campaign = getattr(request, "campaign", None)
        match = getattr(request, "resolver_match", None)
        self.page = (match and match.url_name) or ""
        if not self.viewer and self.page in AROUND:
            self._lead_back(request.GET.get("campaign", ""))

    def _lead_back(self, wanted):
        """The campaign the person came from (?campaign=), else their newest."""
        mine = {str(campaign.pk): campaign for campaign in self._mine}
        self.campaign = mine.get(wanted) or next(iter(mine.values()), None)
        if self.campaign:
            self.viewer = viewer_for(self.user, self.campaign)

    @cached_property
    def now(self):
        return timezone.now()

    @cached_property
    def _counts(self):
        """Unread messages ("unread") and what stands beside the menu's entries: one query."""
        if not self.viewer:
            return row_counts(unread=Notice.objects.of(self.user).unread())
        wanted = {place.count for place in navigation.places_of(self.viewer)}
        rules = tuple((name, rule) for name, rule in navigation.COUNTS.items() if name in wanted)
        return counts_alike((self.viewer.sight, rules), partial(self._to_count, rules))

    def _to_count(self, rules):
        return {"unread": Notice.objects.of(self.user).unread()} | {name: rule(self.viewer) for name, rule in rules}

    @property
    def unread(self):
        return self._counts["unread"] if self.user and self.user.is_authenticated else 0

    @cached_property
    def nav(self):
        if not self.viewer:
            return []
        return navigation.entries(self.viewer, self._counts, self.page)

    @cached_property
    def dock(self):
        """The foot of the phone's screen, for people who come with a phone: units and inspectors."""
        if not self.viewer or self.viewer.reads_all:
            return []
        return self.nav[:4]

    @cached_property
    def _mine(self):
        """My campaigns, newest first."""
        return MINE.rows(user=self.user.pk, day=timezone.localdate()) if self.user and self.user.is_authenticated else []

    @cached_property
    def campaigns(self):
        """The switcher's rows: name, url, current."""
        here = self.campaign and self.campaign.pk
        return [
            {"name": campaign.name, "url": navigation.address("campaign_home", campaign) or "/", "current": campaign.pk == here}
            for campaign in self._mine
        ]

    @property
    def home_url(self):
        return (self.campaign and navigation.address("campaign_home", self.campaign)) or "/"

    @property
    def notices_url(self):
        try:
            return reverse("notice_list") + self._came_from
        except NoReverseMatch:
            return None

    @property
    def profile_url(self):
        return reverse("profile") + self._came_from

    @property
    def _came_from(self):
        return f"?campaign={self.campaign.pk}" if self.campaign else ""

    @property
    def feedback_url(self):
        """Where 意见建议 of this page is written; the page and the campaign go along."""
        about = {"page": self.path}
        if self.campaign:
            about["campaign"] = self.campaign.pk
        return reverse("feedback_new") + "?" + urlencode(about)

    @cached_property
    def settings(self):
        return navigation.settings_of(self.viewer) if self.viewer else []

    @cached_property
    def own_spells(self):
        """My roles in this campaign with those who act for me, now and later: for my own page."""
        if not self.viewer:
            return []
        today = timezone.localdate()
        deputies = Membership.objects.filter(ended_on__gte=today).select_related("user").order_by("starts_on", "pk")
        rows = Membership.objects.visible_to(self.viewer).own().on(today).filter(user=self.user, role__in=LENDABLE)
        rows = rows.select_related("department").prefetch_related(Prefetch("deputies", deputies)).order_by("pk")
        return list(rows)

    @property
    def lent(self):
        """For whom I act today."""
        return self.viewer.lent if self.viewer else ()

    @property
    def role(self):
        role = self.viewer and navigation.main_role(self.viewer)
        return Role(role).label if role else ""


def portal(request):
    return {"portal": Portal(request)}
