"""What is told to whom: the numbered, signed, frozen bulletin."""

from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.labels import Labelled

PERSON = settings.AUTH_USER_MODEL


class BulletinQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Office and leaders all; others published ones, unless the list of receivers is limited."""
        rows = self.filter(campaign=viewer.campaign) if viewer.roles else self.none()
        if viewer.reads_all:
            return rows
        return rows.published().filter(Q(receivers=None) | Q(receivers__in=viewer.department_ids)).distinct()

    def published(self):
        return self.filter(status=Bulletin.Status.PUBLISHED)

    def sent_back(self):
        """Drafts that were on their way and came back: to be written on."""
        return self.filter(status=Bulletin.Status.DRAFT).exclude(returned_by=None)


class Bulletin(Labelled, models.Model):
    """One issue for one week (Monday 0:00 to Sunday 24:00). Publishing takes the number and freezes all.

    sections: editable texts by section; figures: taken at `figures_at`; frozen: the whole paper as plain
    data (reports.paper); pdf: storage name, empty until rendered (the row is the queue).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("bulletin", "draft")
        REVIEWED = "reviewed", pgettext_lazy("bulletin", "reviewed")
        SIGNED = "signed", pgettext_lazy("bulletin", "signed")
        PUBLISHED = "published", pgettext_lazy("bulletin", "published")

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="bulletins")
    monday = models.DateField(_("week from"))
    title = models.CharField(_("title"), max_length=80)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    year = models.PositiveIntegerField(null=True, blank=True)
    no = models.PositiveIntegerField(null=True, blank=True)  # 第n期
    total_no = models.PositiveIntegerField(null=True, blank=True)  # 总第n期
    sections = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    figures_at = models.DateTimeField(null=True, blank=True)
    receivers = models.ManyToManyField("accounts.Department", related_name="+", blank=True, verbose_name=_("only for"))
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    drafted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    signed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    signed_name = models.CharField(_("signed by"), max_length=40, blank=True)  # on paper: who
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signature = models.ForeignKey("campaigns.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    returned_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")  # of a draft sent back
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    frozen = models.JSONField(default=dict)
    pdf = models.CharField(max_length=120, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        ordering = ["-monday", "-pk"]
        verbose_name = _("bulletin")
        constraints = [
            UniqueConstraint(fields=["campaign", "year", "no"], name="bulletin_number_once"),
            UniqueConstraint(fields=["campaign", "total_no"], name="bulletin_total_once"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("bulletin_detail", args=[self.campaign_id, self.pk])
