"""“Not ours” and “let us”: objections and claims."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled
from checklists.models.duties import Assignment, Duty

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"
FILE = "campaigns.StoredFile"


class Objection(Labelled, models.Model):
    """ "Not ours": reason, proposed unit, a joint visit, the office's ruling. Abstract: responsibilities here, findings in
    inspections.

    earlier_count: objections to the same task or finding that were ruled on before; from BINDING_AFTER on the office must
    rule, and nobody objects after it. visit_…: the joint visit (联合踏勘); without_visit: why a binding ruling does without.
    """

    BINDING_AFTER = 2

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
    earlier_count = models.PositiveIntegerField(default=0)
    visit_on = models.DateField(_("day of the joint visit"), null=True, blank=True)
    visit_place = models.CharField(_("hour and place"), max_length=200, blank=True)
    visit_units = models.ManyToManyField(DEPARTMENT, related_name="+", blank=True, verbose_name=_("units invited"))
    visit_found = models.TextField(_("what was found"), blank=True)
    visit_photos = models.ManyToManyField(FILE, related_name="+", blank=True, verbose_name=_("photos"))
    without_visit = models.CharField(_("why without a joint visit"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    @property
    def is_open(self):
        return self.ruling == self.Ruling.OPEN

    @property
    def is_binding(self):
        """The office must rule (须裁定), and the ruling is the last word."""
        return self.earlier_count >= self.BINDING_AFTER

    def concerns(self, departments) -> bool:
        """One of these units (ids) objects, or answers with others for what it is about."""
        return self.department_id in departments


class DisputeQuerySet(models.QuerySet):
    def before(self, assignment):
        """Ruled on before, about the same part: whoever led the task then; of a supporting part the unit's own."""
        rows = self.filter(assignment__duty=assignment.duty_id, assignment__is_lead=assignment.is_lead)
        if not assignment.is_lead:
            rows = rows.filter(Q(department=assignment.department_id) | Q(moved_to=assignment.department_id))
        return rows.exclude(ruling=Objection.Ruling.OPEN)

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

    def get_absolute_url(self):
        return reverse("dispute_rule", args=[self.campaign_id, self.pk])

    @property
    def about(self):
        return self.assignment.duty.text


class Claim(Labelled, models.Model):
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
