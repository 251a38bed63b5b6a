"""How an office prints its tables."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled
from checklists.models.standards import Checklist


class ExportLayoutQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Every role prints by it; only the office changes it."""
        return self.filter(campaign=viewer.campaign) if viewer.roles else self.none()


class ExportLayout(Labelled, models.Model):
    """The columns one table of a checklist goes out in, as the office chose them; without a row: as its own sheet came.

    columns: in order, each {"meaning", "text" (the heading), "width" (characters), "merged"}; an own column of the sheet has the
    meaning "" and `other`, its heading in the sheet. Shape: checklists.columns.Column.
    """

    class Kind(models.TextChoices):
        TABLE = "table", _("responsibility table")
        PROGRESS = "progress", _("work progress table")

    class Paper(models.TextChoices):
        A3 = "A3", "A3"
        A4 = "A4", "A4"

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="export_layouts")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="layouts")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=80, blank=True)
    paper = models.CharField(_("paper"), max_length=2, choices=Paper.choices, default=Paper.A3)
    columns = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    objects = ExportLayoutQuerySet.as_manager()

    class Meta:
        ordering = ["checklist", "kind"]
        verbose_name = _("layout of an export")
        constraints = [UniqueConstraint(fields=["checklist", "kind"], name="export_layout_once")]
