"""Editions of a standard, the tree of items, and their use by a campaign."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled

CAMPAIGN = "campaigns.Campaign"
FILE = "campaigns.StoredFile"


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


class Standard(Labelled, models.Model):
    """One edition of a measurement standard; owned by the campaign that made it, adopted by others once published."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published edition")
        SUPERSEDED = "superseded", _("superseded")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="standards")
    name = models.CharField(_("name"), max_length=120)
    edition = models.CharField(_("edition"), max_length=40, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followers"
    )  # the edition it replaces
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


class Recurrence(models.TextChoices):
    """How often something is due."""

    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every quarter")
    YEARLY = "yearly", _("every year")
    FESTIVALS = "festivals", _("at every festival")


class ProofKind(models.TextChoices):
    """The four kinds of filed material, and a web address."""

    DOCUMENT = "document", _("rule or document")
    REPORT = "report", _("explaining report")
    PHOTO = "photo", _("photos")
    FIGURES = "figures", _("statistics")
    LINK = "link", _("web address")


class Item(Labelled, models.Model):
    """A node of the standard's tree. `path` ("0001.0003.") is in the order of the sheet; `key` lives through editions.

    methods, site_kinds: words joined by "、"; points: of the whole node as printed, None where none is.
    """

    class Grade(models.TextChoices):
        PROJECT = "project", _("project")
        INDICATOR = "indicator", _("indicator")
        CONTENT = "content", _("content")
        CRITERION = "criterion", _("criterion")
        REQUIREMENT = "requirement", _("requirement")

    class Scoring(models.TextChoices):
        """How an assessor turns what was seen into points; the rule's numbers are the item's ScoreSteps."""

        GRADE = "grade", _("grades A, B, C")
        CONFORM = "conform", _("share of checks met")
        DEDUCT = "deduct", _("points off for each fault")
        FIGURE = "figure", _("figure with thresholds")

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="items")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    key = models.UUIDField(default=uuid.uuid4, db_index=True)
    path = models.CharField(max_length=60)
    grade = models.CharField(_("grade"), max_length=12, choices=Grade.choices)
    code = models.CharField(_("code"), max_length=40, blank=True)
    text = models.TextField(_("text"))
    methods = models.CharField(_("methods"), max_length=120, blank=True)
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2, null=True, blank=True)
    scoring = models.CharField(_("scoring"), max_length=10, choices=Scoring.choices, blank=True)
    frequency = models.CharField(_("frequency"), max_length=10, choices=Recurrence.choices, blank=True)
    site_kinds = models.CharField(_("kinds of site it is checked at"), max_length=300, blank=True)
    is_veto = models.BooleanField(_("one-vote veto"), default=False)
    note = models.TextField(_("remark"), blank=True)
    wanted_proof = models.TextField(_("wanted proof"), blank=True)  # as printed; WantedProof rows are its rule
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


class ScoreStep(models.Model):
    """One line of an item's scoring rule: a grade with its share, a threshold of a figure, or the points lost for a fault.

    share: of the item's points, 0-1 (grade, figure); lost: points off each time (deduct); threshold: the figure from which
    on the step holds. What does not apply is empty.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="steps")
    position = models.PositiveIntegerField(default=0)
    label = models.CharField(_("grade"), max_length=20, blank=True)  # A, B, C, C#
    text = models.TextField(_("condition"), blank=True)  # as printed
    threshold = models.DecimalField(_("from this figure on"), max_digits=12, decimal_places=3, null=True, blank=True)
    share = models.DecimalField(_("share of the points"), max_digits=4, decimal_places=3, null=True, blank=True)
    lost = models.DecimalField(_("points off"), max_digits=7, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["item", "position", "pk"]
        verbose_name = _("step of a scoring rule")
        constraints = [
            CheckConstraint(name="score_step_share", condition=Q(share=None) | Q(share__gte=0, share__lte=1)),
        ]


class WantedProof(Labelled, models.Model):
    """One piece of proof an item asks for: its kind, how many, how long, how recent.

    least, most: pieces (for photos: pictures); words_most: characters of a report; months: back from the campaign's day of
    assessment, empty = the checklist's own window; needs_number: a document must carry its number (文号).
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="wanted")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=ProofKind.choices)
    least = models.PositiveIntegerField(_("at least"), default=1)
    most = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    words_most = models.PositiveIntegerField(_("characters at most"), null=True, blank=True)
    months = models.PositiveIntegerField(_("months back"), null=True, blank=True)
    needs_number = models.BooleanField(_("with document number"), default=False)
    note = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        ordering = ["item", "position", "pk"]
        verbose_name = _("wanted proof")
        constraints = [CheckConstraint(name="wanted_proof_range", condition=Q(most=None) | Q(most__gte=F("least")))]


class ItemOrigin(models.Model):
    """An item of an earlier edition whose words, or part of them, this item took over: kept by splitting, merging, matching.

    key: Item.key of the earlier item; it never is the item's own. Copied with the item from edition to edition.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="origins")
    key = models.UUIDField()

    class Meta:
        verbose_name = _("origin of an item")
        constraints = [UniqueConstraint(fields=["item", "key"], name="item_origin_once")]


class ChecklistQuerySet(models.QuerySet):
    def running(self):
        """Not replaced by the checklist of a newer edition."""
        return self.filter(ended_on=None)

    def visible_to(self, viewer):
        """Every role reads what its campaign adopted."""
        return self.filter(campaign=viewer.campaign) if viewer.roles else self.none()


class Checklist(Labelled, models.Model):
    """A campaign's use of one standard; a city has two (main, minors)."""

    class Kind(models.TextChoices):
        MAIN = "main", _("main")
        MINORS = "minors", _("minors")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="checklists")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="checklists")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MAIN)
    position = models.PositiveIntegerField(default=0)
    ended_on = models.DateField(null=True, blank=True)  # a newer edition's checklist took its tasks over
    export_columns = models.JSONField(default=list)  # headings and order of the office's own sheet, as it came

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("checklist")
        constraints = [UniqueConstraint(fields=["campaign", "standard"], name="checklist_once")]

    def __str__(self):
        return self.name
