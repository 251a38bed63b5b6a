"""The campaign's words and limits for problems."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"


class Severity(models.TextChoices):
    ORDINARY = "ordinary", _("ordinary")
    SERIOUS = "serious", _("serious")
    AT_ONCE = "at_once", _("to be put right at once")


class Source(models.TextChoices):
    NATIONAL = "national", _("national test")
    PROVINCIAL = "provincial", _("provincial test")
    MOCK = "mock", _("mock assessment")
    INSPECTION = "inspection", _("inspection")
    COVERT = "covert", _("covert visit")
    HOTLINE = "hotline", _("hotline 12345")
    MEDIA = "media", _("media")
    CITIZEN = "citizen", _("citizen's snapshot")
    OTHER = "other", _("other")


class OwnQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """The words and limits of the campaign: read by everybody with a role, changed by the office."""
        return self.filter(campaign=viewer.campaign) if viewer.roles else self.none()


class ProblemKind(models.Model):
    """A kind of problem of the campaign, with what an answer must carry."""

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="problem_kinds")
    name = models.CharField(_("name"), max_length=40)
    words = models.CharField(_("words that point to it"), max_length=200, blank=True)  # 、-separated
    line = models.ForeignKey(
        DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that usually answers")
    )
    needs_after_photo = models.BooleanField(_("an answer needs an after-photo"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveIntegerField(_("order"), default=0)
    version = models.PositiveIntegerField(default=1)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("kind of problem")
        constraints = [UniqueConstraint(fields=["campaign", "name"], name="problem_kind_once")]

    def __str__(self):
        return self.name


class LimitRule(Labelled, models.Model):
    """How long a unit has, by kind of problem (empty: any) and severity."""

    class Unit(models.TextChoices):
        HOURS = "hours", _("working hours")
        DAYS = "days", _("working days")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="limit_rules")
    kind = models.ForeignKey(ProblemKind, models.PROTECT, null=True, blank=True, verbose_name=_("kind of problem"))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    amount = models.PositiveIntegerField(_("time given"), default=3)
    unit = models.CharField(_("counted in"), max_length=10, choices=Unit.choices, default=Unit.DAYS)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["kind__position", "severity"]
        verbose_name = _("time limit")
        constraints = [UniqueConstraint(fields=["campaign", "kind", "severity"], name="limit_rule_once")]
