"""Acts on many rows of the responsibility table, kept so that they can be taken back."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled


class BulkActQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        rows = self.filter(campaign=viewer.campaign)
        return rows if viewer.is_office else rows.none()


class BulkAct(Labelled, models.Model):
    """One act on many tasks. before: task id -> units and limit before it, and the row's version after it."""

    class Act(models.TextChoices):
        LEAD = "lead", _("Set the lead")
        SUPPORT = "support", _("Add support")
        LIMIT = "limit", _("Set the limit")
        COPY = "copy", _("Copied from another campaign")

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=Act.choices)
    before = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = BulkActQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("act on many tasks")
        indexes = [models.Index(fields=["campaign", "-at"], name="bulk_act_newest")]

    def get_absolute_url(self):
        return reverse("duty_bulk_undo", args=[self.campaign_id, self.pk])
