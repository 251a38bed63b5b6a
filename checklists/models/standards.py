"""Editions of a standard, the tree of items, and their use by a campaign."""

import uuid

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

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
