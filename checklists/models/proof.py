"""Records of units that prove something, linked to any number of checkpoints."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from checklists.models.duties import Checkpoint
from checklists.models.standards import ProofKind

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"
FILE = "campaigns.StoredFile"


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """A unit's own and what is linked to checkpoints the viewer sees; office and leaders: all of the campaign."""
        linked = EvidenceLink.objects.running().filter(checkpoint__in=Checkpoint.objects.visible_to(viewer)).values("evidence")
        rows = Q(pk__in=linked) | Q(campaign=viewer.campaign, department__in=viewer.department_ids)
        return self.filter(rows | Q(campaign=viewer.campaign)) if viewer.reads_all else self.filter(rows)

    def with_files(self):
        """With the files of each row, by one query more."""
        return self.prefetch_related(models.Prefetch("files", EvidenceFile.objects.select_related("file")))


class Evidence(models.Model):
    """A record of a unit that proves something: files, or a figure, or a link; linked to any number of checkpoints."""

    Kind = ProofKind

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="evidence")  # where it was made
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # of one filling-in: a double tap is one record
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="evidence", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DOCUMENT)
    event_on = models.DateField(_("date of the event"), null=True, blank=True)
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    figure = models.CharField(_("figure"), max_length=80, blank=True)
    link = models.URLField(_("address"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("proof")
        indexes = [models.Index(fields=["campaign", "department", "-at"], name="evidence_unit")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("evidence_detail", args=[self.campaign_id, self.pk])

    @property
    def photos(self):
        """Its photos, as rows of EvidenceFile; prefetch files__file."""
        return [row for row in self.files.all() if row.file.kind == "photo"]

    @property
    def papers(self):
        return [row for row in self.files.all() if row.file.kind != "photo"]


class EvidenceFile(models.Model):
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="files")
    file = models.ForeignKey(FILE, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [UniqueConstraint(fields=["evidence", "file"], name="evidence_file_once")]


class EvidenceLinkQuerySet(models.QuerySet):
    def running(self):
        """Not taken off."""
        return self.filter(ended_at=None)


class EvidenceLink(models.Model):
    """One piece of proof under one checkpoint; taken off by a date, never deleted; put back on by clearing it."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="links")
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="links")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)  # empty: in force

    objects = EvidenceLinkQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [UniqueConstraint(fields=["evidence", "checkpoint"], name="evidence_link_once")]
