"""“Not ours” and “let us”: objections and claims."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from checklists.models.duties import Assignment, Duty

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"


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
