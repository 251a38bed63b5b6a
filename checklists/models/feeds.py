"""Addresses under which a calendar program reads the limits of one person or unit."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_key():
    return secrets.token_urlsafe(32)


class CalendarFeedQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """One's own, and those of the units one is head or liaison of."""
        rows = self.filter(campaign=viewer.campaign)
        return rows.filter(Q(user=viewer.user) | Q(department__in=viewer.department_ids)) if viewer.roles else rows.none()

    def running(self):
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """Of a person (what is theirs) or of a unit; whoever knows the key reads it, until it is revoked."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("accounts.Department", models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=60, unique=True, default=new_key)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("calendar address")
        constraints = [
            CheckConstraint(
                name="calendar_feed_of_one",
                condition=Q(user__isnull=True, department__isnull=False) | Q(user__isnull=False, department__isnull=True),
            )
        ]

    def get_absolute_url(self):
        return reverse("calendar_feed", args=[self.key])
