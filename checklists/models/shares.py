"""What a unit hands on inside: to a section, to a named person."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled
from accounts.models import Department
from checklists.models.duties import Assignment, Checkpoint

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"
PERSON = settings.AUTH_USER_MODEL


class ShareQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """The unit all it handed on, the section and the person their own, office and leaders all; no other unit any."""
        rows = self.filter(campaign=viewer.campaign)
        if viewer.reads_all:
            return rows
        if not viewer.roles:
            return rows.none()
        ids = viewer.department_ids
        return rows.filter(Q(department__in=ids) | Q(section__in=ids) | self.by_name(viewer))

    @staticmethod
    def from_above(viewer):
        """Condition: handed down to the viewer's section. Who is of the section and of the unit above has the section's, too."""
        below_own = Q(section__in=viewer.department_ids) & ~Q(department__in=viewer.department_ids)
        return Q(section__in=viewer.own_ids) | below_own

    @staticmethod
    def by_name(viewer):
        """Condition: handed to the viewer by name, or to whom they stand in for, there where they do (Lent.reaches)."""
        found = Q(person=viewer.user)
        for one in viewer.lent:
            if one.department:
                found |= Q(person=one.person, department__in=Department.objects.in_line(one.department.path))
        return found

    def standing(self):
        """Not taken back."""
        return self.exclude(status=Share.Status.ENDED)

    def to_do(self):
        """Still asked for: not ticked off, and the unit has not handed in yet what it belongs to."""
        return self.filter(
            status=Share.Status.OPEN,
            checkpoint__status__in=[Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED],
            checkpoint__assignment__status__in=[Assignment.Status.ISSUED, Assignment.Status.ACCEPTED],
        )


class Share(Labelled, models.Model):
    """A part of what a checkpoint asks, handed to a section or a person of the unit with a limit of its own.

    The checkpoint stays the unit's: its state, its clock and every figure know nothing of this row. Never re-pointed: what
    goes to somebody else is taken back and handed out anew. Source: docs/adr, "A unit shares out, and stays accountable".
    """

    class Status(models.TextChoices):
        OPEN = "open", _("being worked on")
        DONE = "done", _("finished inside")
        ENDED = "ended", _("taken back")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="shares")
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="shares")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="shares", verbose_name=_("unit"))  # the checkpoint's
    section = models.ForeignKey(DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("section"))
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="shares", verbose_name=_("person"))
    text = models.CharField(_("what is to be done"), max_length=300, blank=True)  # empty: all the checkpoint asks
    due_on = models.DateField(_("own limit"))
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.OPEN)
    round_no = models.PositiveIntegerField(default=1)  # grows when it goes back: reminders start anew
    note = models.CharField(_("what was done"), max_length=1000, blank=True)
    reason = models.CharField(_("why it went back"), max_length=1000, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("part handed on inside")
        indexes = [models.Index(fields=["campaign", "status", "due_on"], name="share_limit")]
        constraints = [
            CheckConstraint(name="share_to_somebody", condition=Q(section__isnull=False) | Q(person__isnull=False)),
        ]

    def __str__(self):
        return self.text or str(self.checkpoint)

    def get_absolute_url(self):
        return reverse("share_detail", args=[self.campaign_id, self.pk])

    @property
    def is_waited_for(self) -> bool:
        """Not ticked off, and the checkpoint it belongs to is still to be handed in: only then is it ever late."""
        asked = (Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED)
        return self.status == Share.Status.OPEN and self.checkpoint.status in asked

    @property
    def whom(self):
        return str(self.person or self.section)
