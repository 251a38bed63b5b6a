"""Material on its way in and out: uploads in parts, bundles with their captions, packages for the assessor."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled
from checklists.models.duties import Checkpoint
from checklists.models.standards import Checklist

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"


class UploadQuerySet(models.QuerySet):
    def of(self, viewer):
        """One's own, in the campaign."""
        return self.filter(campaign=viewer.campaign, by=viewer.user)


class Upload(models.Model):
    """One file that comes in parts: the browser sends from `offset` on, also after the line broke.

    The parts lie in the storage under upload_key; sha256 is of the whole, set when the last part came.
    """

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=150)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("upload")

    @property
    def is_whole(self):
        return self.offset == self.size


class BundleQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """The unit's own people."""
        return self.filter(campaign=viewer.campaign, department__in=viewer.department_ids)


class Bundle(Labelled, models.Model):
    """Many files at once, with or without a sheet of captions: looked at, then made into records one by one.

    entries: one dict per record to be made or refused (checklists.captions.Entry as plain data); done: how many of them
    were dealt with. A bundle that is confirmed and not finished is work for the sweep.
    """

    class Status(models.TextChoices):
        READ = "read", _("to be looked at")
        CONFIRMED = "confirmed", _("being made")
        SAVED = "saved", _("saved")
        DROPPED = "dropped", _("thrown away")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="+")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="+", verbose_name=_("unit"))
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    entries = models.JSONField(default=list)
    doubts = models.JSONField(default=list)  # sentences about the bundle as a whole
    done = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READ)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = BundleQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("bundle of material")
        indexes = [models.Index(fields=["status", "at"], name="bundle_status")]

    def get_absolute_url(self):
        return reverse("bundle_detail", args=[self.campaign_id, self.pk])


class PackageQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Office and leaders all; a unit those of its own material."""
        rows = self.filter(campaign=viewer.campaign)
        return rows if viewer.reads_all else rows.filter(department__in=viewer.department_ids)

    def waiting(self):
        """Neither made nor given up."""
        return self.filter(file="", failed="")


class Package(Labelled, models.Model):
    """What is handed over of a checklist, whole or one unit's: the filing package (one ZIP) or the dossier (one PDF).

    file: storage key, empty until the sweep made it; failed: why it could not be. done of total: files written so far.
    """

    class Form(models.TextChoices):
        ARCHIVE = "archive", _("filing package (ZIP)")
        PAPER = "paper", _("dossier to print (PDF)")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="packages")
    form = models.CharField(_("form"), max_length=10, choices=Form.choices, default=Form.ARCHIVE)
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+")
    department = models.ForeignKey(
        DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )  # empty: all units
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    failed = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True, blank=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("filing package")
        indexes = [models.Index(fields=["campaign", "-at"], name="package_newest")]
