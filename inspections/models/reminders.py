"""What was reminded of, and on which day the sweep ran."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """What went out to units is the office's to read; what a unit split inside is its own, and no figure counts it."""
        rows = self.filter(campaign=viewer.campaign).exclude(subject=Reminder.Subject.SHARE)
        return rows if viewer.is_office else rows.none()

    def told_since(self, moment):
        """What units were told; what was only recorded after downtime is none of it."""
        return self.filter(is_told=True, recorded_at__gte=moment)


class Reminder(Labelled, models.Model):
    """One stage reached by one object in one round under one limit: recorded once, whatever was down.

    subject: "finding" or "checkpoint"; stage: working days from the limit (-3 … 10, then weekly 15, 20 …).
    `due_on` belongs to the key because a new limit (extension, ruling) starts the stages anew.
    """

    class Subject(models.TextChoices):
        FINDING = "finding", _("finding")
        CHECKPOINT = "checkpoint", _("checkpoint")
        SHARE = "share", _("part handed on inside")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="reminders")
    subject = models.CharField(max_length=12, choices=Subject.choices)
    object_id = models.BigIntegerField()
    round_no = models.PositiveIntegerField()
    due_on = models.DateField()
    stage = models.IntegerField()
    on = models.DateField()  # the day it is about, not the day the sweep ran
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    is_told = models.BooleanField(default=False)  # False: an older day after downtime, only recorded
    cancelled_at = models.DateTimeField(null=True, blank=True)  # no longer true before a mail went out

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        verbose_name = _("reminder")
        constraints = [UniqueConstraint(fields=["subject", "object_id", "round_no", "due_on", "stage"], name="reminder_once")]
        indexes = [
            models.Index(fields=["campaign", "on"], name="reminder_day"),
            models.Index(fields=["subject", "object_id"], name="reminder_subject"),
        ]


class SweepDay(models.Model):
    """One day of a campaign's reminders: done when `done_at` is set; days are done oldest first."""

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="sweep_days")
    on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    warned = models.BooleanField(default=False)  # the year has no holiday data

    class Meta:
        ordering = ["on"]
        constraints = [UniqueConstraint(fields=["campaign", "on"], name="sweep_day_once")]
