"""Workbooks an office uploaded."""

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled
from checklists.models.standards import Checklist, Standard

CAMPAIGN = "campaigns.Campaign"
FILE = "campaigns.StoredFile"


class ImportQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        rows = self.filter(campaign=viewer.campaign)
        return rows if viewer.is_office else rows.none()


class SheetMapping(models.Model):
    """What a person said a heading means; proposed when a sheet of this kind comes again. meaning "": only kept, not read."""

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="sheet_mappings")
    kind = models.CharField(max_length=20)  # Import.Kind
    heading = models.CharField(max_length=80)  # as headings are compared
    meaning = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["kind", "heading"]
        verbose_name = _("meaning of a heading")
        constraints = [UniqueConstraint(fields=["campaign", "kind", "heading"], name="sheet_mapping_once")]


class Import(Labelled, models.Model):
    """One workbook an office uploaded: read, looked at, its doubts settled, then saved or thrown away.

    reading: what the sheets gave (plain data); decisions: what the person settled so far; saved: what saving did, so that it
    can be taken back, then {"kept": [[name, why]]} of what could not be; problem: why saving in the background failed. The
    original is kept.
    """

    class Kind(models.TextChoices):
        STANDARD = "standard", _("standard")
        RESPONSIBILITIES = "responsibilities", _("responsibility table")
        PEOPLE = "people", _("units and people")
        SITES = "sites", _("table of sites")
        LEDGER = "ledger", _("ledger of findings")

    class Status(models.TextChoices):
        READ = "read", _("to be looked at")
        SAVING = "saving", _("being saved")
        SAVED = "saved", _("saved")
        DROPPED = "dropped", _("thrown away")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    original = models.ForeignKey(FILE, models.PROTECT, related_name="+")
    checklist = models.ForeignKey(Checklist, models.PROTECT, null=True, blank=True, related_name="imports")
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True, related_name="imports")
    reading = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    saved = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READ)
    save_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    problem = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    PREVIEWS = {
        Kind.STANDARD: "standard_preview",
        Kind.RESPONSIBILITIES: "responsibility_preview",
        Kind.PEOPLE: "people_preview",
        Kind.SITES: "site_preview",
        Kind.LEDGER: "ledger_preview",
    }

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("import")

    def get_absolute_url(self):
        return reverse(self.PREVIEWS[self.kind], args=[self.campaign_id, self.pk])
