"""What is measured, who answers for it, what proves it.

Rows hidden from some people have `visible_to(viewer)`; children derive from their parents. Source: docs/access.md.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import SpellQuerySet

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"
FILE = "campaigns.StoredFile"


# --- the standard ---------------------------------------------------------------------------------


class StandardQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Every role reads what its campaign published or adopted; the office its drafts, and other campaigns' published
        editions, which it may adopt."""
        own = Q(campaign=viewer.campaign)
        if viewer.is_office:
            own |= Q(status=Standard.Status.PUBLISHED)
        else:
            own &= ~Q(status=Standard.Status.DRAFT)
        rows = self.filter(own | Q(pk__in=Checklist.objects.filter(campaign=viewer.campaign).values("standard")))
        return rows if viewer.roles else rows.none()


class Standard(models.Model):
    """One edition of a measurement standard; owned by the campaign that made it, adopted by others once published."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published edition")
        SUPERSEDED = "superseded", _("superseded")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="standards")
    name = models.CharField(_("name"), max_length=120)
    edition = models.CharField(_("edition"), max_length=40, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    original = models.ForeignKey(FILE, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = StandardQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("standard")

    def __str__(self):
        return f"{self.name} {self.edition}".strip()

    def get_absolute_url(self):
        return reverse("standard_detail", args=[self.campaign_id, self.pk])


class Item(models.Model):
    """A node of the standard's tree. `path` ("0001.0003.") is in the order of the sheet; `key` lives through editions."""

    class Grade(models.TextChoices):
        PROJECT = "project", _("project")
        INDICATOR = "indicator", _("indicator")
        CONTENT = "content", _("content")
        CRITERION = "criterion", _("criterion")
        REQUIREMENT = "requirement", _("requirement")

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="items")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    key = models.UUIDField(default=uuid.uuid4, db_index=True)
    path = models.CharField(max_length=60)
    grade = models.CharField(_("grade"), max_length=12, choices=Grade.choices)
    code = models.CharField(_("code"), max_length=40, blank=True)
    text = models.TextField(_("text"))
    methods = models.CharField(_("methods"), max_length=120, blank=True)
    wanted_proof = models.TextField(_("wanted proof"), blank=True)
    source_sheet = models.CharField(max_length=60, blank=True)
    source_row = models.PositiveIntegerField(null=True, blank=True)
    is_leaf = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["standard", "path"]
        verbose_name = _("item")
        constraints = [
            UniqueConstraint(fields=["standard", "path"], name="item_path_once"),
            UniqueConstraint(fields=["standard", "key"], name="item_key_once"),
        ]

    def __str__(self):
        return self.text


# --- the responsibility table ---------------------------------------------------------------------


class ChecklistQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Every role reads what its campaign adopted."""
        return self.filter(campaign=viewer.campaign) if viewer.roles else self.none()


class Checklist(models.Model):
    """A campaign's use of one standard; a city has two (main, minors)."""

    class Kind(models.TextChoices):
        MAIN = "main", _("main")
        MINORS = "minors", _("minors")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="checklists")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="checklists")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MAIN)
    position = models.PositiveIntegerField(default=0)
    export_columns = models.JSONField(default=list)  # headings and order of the office's own sheet, as it came

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("checklist")
        constraints = [UniqueConstraint(fields=["campaign", "standard"], name="checklist_once")]

    def __str__(self):
        return self.name


class DutyQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """The office reads all, everybody else the issued table: what was issued, and what nobody leads beside it."""
        rows = self.filter(campaign=viewer.campaign) if viewer.roles else self.none()
        if viewer.is_office:
            return rows
        parts = Assignment.objects.filter(campaign=viewer.campaign)
        issued = parts.issued()
        free = Q(checklist__in=issued.values("duty__checklist")) & ~Q(pk__in=parts.running().filter(is_lead=True).values("duty"))
        return rows.filter(Q(pk__in=issued.values("duty")) | free)

    def without_lead(self):
        """Nobody leads now: the gap the office must close."""
        leads = Assignment.objects.running().filter(is_lead=True)
        return self.exclude(pk__in=leads.values("duty"))


class Duty(models.Model):
    """One row of the responsibility table. Adopting a standard makes one per lowest item; the office may split it."""

    class Recurrence(models.TextChoices):
        MONTHLY = "monthly", _("every month")
        QUARTERLY = "quarterly", _("every quarter")
        YEARLY = "yearly", _("every year")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="duties")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="duties")
    item = models.ForeignKey(Item, models.PROTECT, related_name="duties")
    text = models.TextField(_("task"))
    measures = models.TextField(_("measures"), blank=True)
    limit_text = models.CharField(_("time limit"), max_length=80, blank=True)  # as the office wrote it
    due_on = models.DateField(_("limit as date"), null=True, blank=True)
    recurrence = models.CharField(_("repeats"), max_length=10, choices=Recurrence.choices, blank=True)
    leading_leader = models.CharField(_("leading leader"), max_length=80, blank=True)
    person = models.CharField(_("person in charge"), max_length=80, blank=True)
    position = models.PositiveIntegerField(default=0)
    source_row = models.PositiveIntegerField(null=True, blank=True)
    source = models.JSONField(default=dict)  # the row's other columns as they came, for the export
    version = models.PositiveIntegerField(default=1)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["checklist__position", "position", "pk"]
        verbose_name = _("task")
        indexes = [models.Index(fields=["campaign", "checklist", "position"], name="duty_order")]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("duty_detail", args=[self.campaign_id, self.pk])


class AssignmentQuerySet(SpellQuerySet):
    def running(self):
        """Not ended."""
        return self.exclude(status=Assignment.Status.ENDED)

    def issued(self):
        """In force and told to the unit: the part of the table everybody may read."""
        return self.exclude(status__in=[Assignment.Status.DRAFT, Assignment.Status.ENDED])

    def visible_to(self, viewer):
        """Progress: office and leaders all; a unit its own and below, and as lead its supporting units' too."""
        rows = self.filter(campaign=viewer.campaign)
        if viewer.is_office:
            return rows
        rows = rows.exclude(status=Assignment.Status.DRAFT)
        if viewer.is_leader:
            return rows
        led = Assignment.objects.filter(campaign=viewer.campaign, is_lead=True, department__in=viewer.department_ids).issued()
        return rows.filter(Q(department__in=viewer.department_ids) | Q(is_lead=False, duty__in=led.values("duty")))


class Assignment(models.Model):
    """One department's part in one duty, leading or supporting, for a spell of time.

    Never re-pointed: moving a duty ends one row and starts another, so that `.on(day)` still says
    who answered then. Source: docs/glossary.md, "responsibility table".
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("to be issued")
        ISSUED = "issued", _("to be signed for")
        ACCEPTED = "accepted", _("being done")
        DISPUTED = "disputed", _("objected to")
        DONE = "done", _("done")
        ENDED = "ended", _("ended")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="assignments")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="assignments")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="assignments", verbose_name=_("unit"))
    is_lead = models.BooleanField(_("lead unit"), default=False)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person in charge")
    )
    starts_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)  # empty: in force
    issued_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["duty", "-is_lead", "department__position"]
        verbose_name = _("responsibility")
        indexes = [
            models.Index(fields=["campaign", "department", "status"], name="assignment_unit"),
            models.Index(fields=["campaign", "status"], name="assignment_status"),
        ]
        constraints = [
            UniqueConstraint(fields=["duty", "department", "starts_on", "is_lead"], name="assignment_once"),
            CheckConstraint(name="assignment_in_order", condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on"))),
        ]

    def get_absolute_url(self):
        return reverse("duty_detail", args=[self.campaign_id, self.duty_id])


class CheckpointQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return self.filter(assignment__in=Assignment.objects.visible_to(viewer))

    def current(self):
        """Of assignments still in force, lead or supporting."""
        return self.exclude(assignment__status=Assignment.Status.ENDED)

    def late(self, now):
        """The unit's clock has run out; stopped clocks are NULL."""
        return self.filter(clock_due_at__lt=now)


class Checkpoint(models.Model):
    """One dated thing to tick off under an Assignment.

    due_on: the local date people read; due_at: the instant; clock_due_at: due_at while the unit's clock
    runs (open, returned), else empty; written only by moves. Source: design of states, "The clock".
    """

    class Status(models.TextChoices):
        OPEN = "open", _("to be handed in")
        SUBMITTED = "submitted", _("to be checked")
        RETURNED = "returned", _("returned")
        APPROVED = "approved", _("approved")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="checkpoints")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="checkpoints")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="checkpoints")
    title = models.CharField(_("title"), max_length=80, blank=True)  # "3月", "二季度"; empty for a single one
    due_on = models.DateField(_("limit"))
    due_at = models.DateTimeField()
    clock_due_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.OPEN)
    round_no = models.PositiveIntegerField(default=1)  # grows with each return: reminders start anew
    note = models.TextField(_("what was done"), blank=True)
    reason = models.TextField(_("why returned"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("checkpoint")
        indexes = [
            models.Index(fields=["campaign", "clock_due_at"], name="checkpoint_clock"),
            models.Index(fields=["campaign", "department", "status"], name="checkpoint_unit"),
            models.Index(fields=["campaign", "status", "submitted_at"], name="checkpoint_waiting"),
        ]
        constraints = [UniqueConstraint(fields=["assignment", "due_on", "title"], name="checkpoint_once")]

    def __str__(self):
        return self.title or str(self.due_on)

    def get_absolute_url(self):
        return reverse("checkpoint_detail", args=[self.campaign_id, self.pk])


# --- proof ----------------------------------------------------------------------------------------


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

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("rule or document")
        REPORT = "report", _("explaining report")
        PHOTO = "photo", _("photos")
        FIGURES = "figures", _("statistics")
        LINK = "link", _("web address")

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


# --- objections and claims ------------------------------------------------------------------------


class Objection(models.Model):
    """ "Not ours": reason, proposed unit, the office's ruling. Abstract: responsibilities here, findings in inspections."""

    class Ruling(models.TextChoices):
        OPEN = "open", _("to be ruled on")
        UPHELD = "upheld", _("upheld")
        REFUSED = "refused", _("refused")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="+")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="+")  # who objects
    reason = models.TextField(_("reason"))
    proposed = models.ForeignKey(
        DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit proposed")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ruling = models.CharField(_("ruling"), max_length=10, choices=Ruling.choices, default=Ruling.OPEN)
    moved_to = models.ForeignKey(DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("grounds"), blank=True)
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ruled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]


class DisputeQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Office and leaders all; a unit its own."""
        rows = self.filter(campaign=viewer.campaign)
        return rows if viewer.reads_all else rows.filter(department__in=viewer.department_ids)


class Dispute(Objection):
    """An objection to a responsibility."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="disputes")

    objects = DisputeQuerySet.as_manager()

    class Meta(Objection.Meta):
        verbose_name = _("objection")
        indexes = [models.Index(fields=["campaign", "ruling", "at"], name="dispute_open")]


class Claim(models.Model):
    """A unit takes a duty nobody leads (认领); the office confirms."""

    class Ruling(models.TextChoices):
        OPEN = "open", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="claims")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="claims")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ruling = models.CharField(_("ruling"), max_length=10, choices=Ruling.choices, default=Ruling.OPEN)
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ruled_at = models.DateTimeField(null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("claim")
        indexes = [models.Index(fields=["campaign", "ruling", "at"], name="claim_open")]


# --- imports --------------------------------------------------------------------------------------


class ImportQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        rows = self.filter(campaign=viewer.campaign)
        return rows if viewer.is_office else rows.none()


class Import(models.Model):
    """One workbook an office uploaded: read, looked at, its doubts settled, then saved or thrown away.

    reading: what the sheets gave (plain data); decisions: what the person settled so far. The original is kept.
    """

    class Kind(models.TextChoices):
        STANDARD = "standard", _("standard")
        RESPONSIBILITIES = "responsibilities", _("responsibility table")

    class Status(models.TextChoices):
        READ = "read", _("to be looked at")
        SAVED = "saved", _("saved")
        DROPPED = "dropped", _("thrown away")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    original = models.ForeignKey(FILE, models.PROTECT, related_name="+")
    checklist = models.ForeignKey(Checklist, models.PROTECT, null=True, blank=True, related_name="imports")
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True, related_name="imports")
    reading = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READ)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("import")
