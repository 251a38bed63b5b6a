"""Inspection efforts."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.models.places import Site

CAMPAIGN = "campaigns.Campaign"
PERSON = settings.AUTH_USER_MODEL


class RoundQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Office and leaders all; an inspector own rounds; units none (covert rounds stay unseen)."""
        rows = self.filter(campaign=viewer.campaign)
        if viewer.reads_all:
            return rows
        return rows.filter(inspectors=viewer.user) if viewer.is_inspector else rows.none()


class Round(models.Model):
    """One inspection effort: who goes out, from when to when."""

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="rounds")
    name = models.CharField(_("name"), max_length=60)
    is_covert = models.BooleanField(_("covert"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    inspectors = models.ManyToManyField(PERSON, related_name="rounds", blank=True, verbose_name=_("inspectors"))
    sites = models.ManyToManyField(Site, related_name="rounds", blank=True, verbose_name=_("sites"))

    version = models.PositiveIntegerField(default=1)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("round")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("round_detail", args=[self.campaign_id, self.pk])
