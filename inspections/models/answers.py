"""What units answer, ask for and object to; what the verification said."""

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled
from checklists.models import Objection
from inspections.models.findings import ChildQuerySet, Finding

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"
FILE = "campaigns.StoredFile"
PERSON = settings.AUTH_USER_MODEL


class Rectification(Labelled, models.Model):
    """What the unit answers, each round, and what the verification said of it.

    department: empty for what was put right on the spot, before any unit was asked.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("to be verified")
        ACCEPTED = "accepted", _("verified as done")
        RETURNED = "returned", _("returned")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="rectifications")
    round_no = models.PositiveIntegerField()
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("what was done"), max_length=1000)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    for_head = models.BooleanField(default=False)  # handed in by the liaison (联络员代提交)
    at = models.DateTimeField(default=timezone.now)
    in_time = models.BooleanField(default=True)  # before the limit of that moment
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    how = models.CharField(_("verified"), max_length=10, choices=Finding.How.choices, blank=True)
    verdict = models.TextField(_("verdict"), blank=True)
    verified_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)

    objects = ChildQuerySet.as_manager()

    class Meta:
        ordering = ["-round_no", "-pk"]
        verbose_name = _("answer")
        constraints = [UniqueConstraint(fields=["finding", "round_no"], name="rectification_once")]


class RectificationFile(models.Model):
    """An after-photo or paper of an answer."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="files")
    file = models.ForeignKey(FILE, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]


class Extension(Labelled, models.Model):
    """Asked before the limit; granted with a new date, or refused."""

    class Ruling(models.TextChoices):
        OPEN = "open", _("to be decided")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("no longer needed")  # the unit answered, or another unit took over, before the ruling

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="extensions")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="extensions")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), max_length=500)
    proposed_on = models.DateField(_("date asked for"))
    old_due_on = models.DateField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ruling = models.CharField(_("ruling"), max_length=10, choices=Ruling.choices, default=Ruling.OPEN)
    granted_on = models.DateField(_("new limit"), null=True, blank=True)
    note = models.CharField(_("grounds"), max_length=300, blank=True)
    ruled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    ruled_at = models.DateTimeField(null=True, blank=True)

    objects = ChildQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("extension")
        indexes = [models.Index(fields=["campaign", "ruling", "at"], name="extension_open")]


class FindingDispute(Objection):
    """An objection to a finding ("not ours"); children of the finding, seen with it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="disputes")

    objects = ChildQuerySet.as_manager()

    class Meta(Objection.Meta):
        verbose_name = _("objection")
        indexes = [models.Index(fields=["campaign", "ruling", "at"], name="finding_dispute_open")]

    def get_absolute_url(self):
        return reverse("dispute_finding", args=[self.campaign_id, self.pk])

    def concerns(self, departments):
        own = Finding.objects.filter(pk=self.finding_id).answered_by(departments)
        return bool(departments) and (super().concerns(departments) or own.exists())

    @property
    def about(self):
        return f"{self.finding.number} {self.finding.where or self.finding.text[:30]}"
