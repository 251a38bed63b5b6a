"""Rulings kept as rules for the next like case."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.models.answers import FindingDispute
from inspections.models.places import SiteKind
from inspections.models.problems import ProblemKind

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"
PERSON = settings.AUTH_USER_MODEL


class PrecedentQuerySet(models.QuerySet):
    def running(self):
        """In force: proposed for like cases."""
        return self.filter(ended_on=None)

    def visible_to(self, viewer):
        """Office and leaders all; a unit those that name it."""
        rows = self.filter(campaign=viewer.campaign)
        return rows if viewer.reads_all else rows.filter(department__in=viewer.department_ids)


class Precedent(models.Model):
    """A ruling kept as a rule (裁定规则): for what lies within its bounds this unit answers. Proposed, never applied by itself.

    item, kind, site_kind, area: the bounds, at least one; all that are set must fit. One of dispute and finding_dispute is
    the ruling it comes from. Ended, never changed: another ruling makes another rule.
    """

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="precedents")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="+", verbose_name=_("unit that answers"))
    item = models.ForeignKey("checklists.Item", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("item"))
    kind = models.ForeignKey(
        ProblemKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind of problem")
    )
    site_kind = models.ForeignKey(
        SiteKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind of site")
    )
    area = models.ForeignKey(DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area"))
    words = models.CharField(_("words of the ruling"), max_length=300)
    dispute = models.ForeignKey("checklists.Dispute", models.PROTECT, null=True, blank=True, related_name="precedents")
    finding_dispute = models.ForeignKey(FindingDispute, models.PROTECT, null=True, blank=True, related_name="precedents")
    ruled_on = models.DateField(_("day of the ruling"))
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True, blank=True)  # empty: in force
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(_("why it ends"), max_length=300, blank=True)

    objects = PrecedentQuerySet.as_manager()

    class Meta:
        ordering = ["-ruled_on", "-pk"]
        verbose_name = _("rule from a ruling")
        indexes = [models.Index(fields=["campaign", "ended_on"], name="precedent_running")]
        constraints = [
            CheckConstraint(
                name="precedent_bounded",
                condition=Q(item__isnull=False) | Q(kind__isnull=False) | Q(site_kind__isnull=False) | Q(area__isnull=False),
            )
        ]

    def __str__(self):
        return self.words

    @property
    def ruling(self):
        """The objection ruled on."""
        return self.dispute or self.finding_dispute
