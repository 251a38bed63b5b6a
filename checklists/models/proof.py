"""Records of units that prove something, with their versions; linked to any number of checkpoints, items, campaigns."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled
from checklists.models.duties import Checkpoint
from checklists.models.standards import Checklist, Item, ProofKind

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"
FILE = "campaigns.StoredFile"


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """A unit's own from whichever campaign, and what is linked to checkpoints the viewer sees; office and leaders: all
        that was made or is used in the campaign."""
        running = EvidenceLink.objects.running()
        linked = Q(pk__in=running.filter(checkpoint__in=Checkpoint.objects.visible_to(viewer)).values("evidence"))
        if viewer.reads_all:
            for_items = running.filter(checklist__campaign=viewer.campaign)
            return self.filter(linked | Q(campaign=viewer.campaign) | Q(pk__in=for_items.values("evidence")))
        return self.filter(linked | Q(department__in=viewer.department_ids))

    def with_files(self):
        """With the files of each row as it is now, by one query more."""
        return self.prefetch_related(models.Prefetch("files", EvidenceFile.objects.current().select_related("file")))


class Evidence(Labelled, models.Model):
    """A record of a unit that proves something: files, or a figure, or a link; linked to any number of checkpoints.

    number: of the document (文号). time_text to occasion: the six words under a declared photo (时间、地点、人物、主题、
    背景、事由). version grows with each change; what stood before is kept in EvidenceVersion.
    """

    Kind = ProofKind

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="evidence")  # where it was made
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # of one filling-in: a double tap is one record
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="evidence", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DOCUMENT)
    event_on = models.DateField(_("date of the event"), null=True, blank=True)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    time_text = models.CharField(_("time"), max_length=60, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    people = models.CharField(_("people"), max_length=120, blank=True)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    background = models.CharField(_("background"), max_length=200, blank=True)
    occasion = models.CharField(_("occasion"), max_length=200, blank=True)
    figure = models.CharField(_("figure"), max_length=80, blank=True)
    link = models.URLField(_("address"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)

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
        """Its photos, as rows of EvidenceFile; ask with_files first."""
        return [row for row in self.files.all() if row.file.kind == "photo"]

    @property
    def papers(self):
        return [row for row in self.files.all() if row.file.kind != "photo"]


class EvidenceVersion(models.Model):
    """How a record stood before it was changed: frozen texts by field; its files are those of that number.

    by, at: who wrote this version, and when.
    """

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="versions")
    no = models.PositiveIntegerField()
    frozen = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-no"]
        verbose_name = _("earlier version")
        constraints = [UniqueConstraint(fields=["evidence", "no"], name="evidence_version_once")]


class EvidenceFileQuerySet(models.QuerySet):
    def current(self):
        return self.filter(until_no=None)


class EvidenceFile(models.Model):
    """A file of a record from version `from_no` until version `until_no`; empty: it belongs to it now.

    words: characters of a Word document without white space; None where they cannot be counted.
    """

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="files")
    file = models.ForeignKey(FILE, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    from_no = models.PositiveIntegerField(default=1)
    until_no = models.PositiveIntegerField(null=True, blank=True)
    words = models.PositiveIntegerField(null=True, blank=True)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [UniqueConstraint(fields=["evidence", "file"], name="evidence_file_once")]


class EvidenceLinkQuerySet(models.QuerySet):
    def running(self):
        """Not taken off."""
        return self.filter(ended_at=None)


class EvidenceLink(models.Model):
    """One piece of proof under one checkpoint, or under an item of a checklist where no checkpoint is meant.

    Taken off by a date, never deleted; put back on by clearing it.
    """

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="links")
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, null=True, blank=True, related_name="links")
    checklist = models.ForeignKey(Checklist, models.PROTECT, null=True, blank=True, related_name="+")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="links")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)  # empty: in force

    objects = EvidenceLinkQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            UniqueConstraint(fields=["evidence", "checkpoint"], name="evidence_link_once"),
            UniqueConstraint(fields=["evidence", "checklist", "item"], name="evidence_item_once"),
            CheckConstraint(
                name="evidence_link_of_one",
                condition=Q(checkpoint__isnull=False, checklist=None, item=None)
                | Q(checkpoint=None, checklist__isnull=False, item__isnull=False),
            ),
        ]


class ProofWindow(models.Model):
    """The days on which what is proved must have happened, for one checklist; no row: one year back from one month before
    the assessment (checklists.completeness.usual_window)."""

    checklist = models.OneToOneField(Checklist, models.PROTECT, related_name="proof_window")
    first = models.DateField(_("proof from"))
    last = models.DateField(_("proof until"))

    class Meta:
        verbose_name = _("window of proof")
        constraints = [CheckConstraint(name="proof_window_in_order", condition=Q(last__gte=F("first")))]
