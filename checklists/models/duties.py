"""The responsibility table: tasks, who answers for them, what is ticked off and when."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled
from campaigns.models import SpellQuerySet
from checklists.models.standards import Checklist, Item, Recurrence

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"


class DutyQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """The office reads all, everybody else the issued table: what was issued, and what nobody leads beside it."""
        rows = self.filter(campaign=viewer.campaign) if viewer.roles else self.none()
        if viewer.is_office:
            return rows
        parts = Assignment.objects.filter(campaign=viewer.campaign)
        issued = parts.issued()
        unled = ~Q(pk__in=parts.running().filter(is_lead=True).values("duty"))
        free = Q(checklist__in=issued.values("duty__checklist"), ended_on=None) & unled
        ended = Q(ended_on__isnull=False, pk__in=parts.exclude(issued_at=None).values("duty"))
        return rows.filter(Q(pk__in=issued.values("duty")) | free | ended)

    def running(self):
        """Still asked for: what the table and its counts show. A task ends when its item is dropped from the standard."""
        return self.filter(ended_on=None)

    def without_lead(self):
        """Nobody leads now: the gap the office must close."""
        leads = Assignment.objects.running().filter(is_lead=True)
        return self.running().exclude(pk__in=leads.values("duty"))


class Duty(Labelled, models.Model):
    """One row of the responsibility table. Adopting a standard makes one per lowest item; the office may split it."""

    Recurrence = Recurrence

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="duties")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="duties")
    item = models.ForeignKey(Item, models.PROTECT, related_name="duties")
    text = models.TextField(_("task"))
    measures = models.TextField(_("measures"), blank=True)
    limit_text = models.CharField(_("time limit"), max_length=80, blank=True)  # as the office wrote it
    due_on = models.DateField(_("limit as date"), null=True, blank=True)
    recurrence = models.CharField(_("repeats"), max_length=10, choices=Recurrence.choices, blank=True)
    leading_leader = models.CharField(_("leading leader"), max_length=80, blank=True)
    person = models.CharField(_("person in charge"), max_length=80, blank=True)
    position = models.PositiveIntegerField(default=0)
    source_row = models.PositiveIntegerField(null=True, blank=True)
    source = models.JSONField(default=dict)  # the row's other columns as they came, for the export
    ended_on = models.DateField(null=True, blank=True)  # last day; its item was dropped from the standard
    version = models.PositiveIntegerField(default=1)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["checklist__position", "position", "pk"]
        verbose_name = _("task")
        indexes = [models.Index(fields=["campaign", "checklist", "position"], name="duty_order")]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("duty_detail", args=[self.campaign_id, self.pk])


class CarriedDuty(models.Model):
    """A task that went from one edition's item to the next one's: what it stood under until the day before `carried_on`.

    The task and its assignments stay the same rows, so that `.on(day)` still says who answered; this row says for what.
    item: empty where the item was dropped and the task ended. Source: docs/adr, "A task moves to the new edition".
    """

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="carried")
    old_item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    old_text = models.TextField()  # of the task
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+")
    carried_on = models.DateField()

    class Meta:
        ordering = ["-carried_on", "-pk"]
        verbose_name = _("earlier place of a task")


class AssignmentQuerySet(SpellQuerySet):
    def running(self):
        """Not ended."""
        return self.exclude(status=Assignment.Status.ENDED)

    def issued(self):
        """In force and told to the unit: the part of the table everybody may read."""
        return self.exclude(status__in=[Assignment.Status.DRAFT, Assignment.Status.ENDED])

    def visible_to(self, viewer):
        """Progress: office and leaders all; a unit its own and below, and as lead its supporting units' too."""
        rows = self.filter(campaign=viewer.campaign)
        if viewer.is_office:
            return rows
        rows = rows.exclude(status=Assignment.Status.DRAFT)
        if viewer.is_leader:
            return rows
        led = Assignment.objects.filter(campaign=viewer.campaign, is_lead=True, department__in=viewer.department_ids).issued()
        return rows.filter(Q(department__in=viewer.department_ids) | Q(is_lead=False, duty__in=led.values("duty")))


class Assignment(Labelled, models.Model):
    """One department's part in one duty, leading or supporting, for a spell of time.

    Never re-pointed: moving a duty ends one row and starts another, so that `.on(day)` still says
    who answered then. Source: docs/glossary.md, "responsibility table".
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("to be issued")
        ISSUED = "issued", _("to be signed for")
        ACCEPTED = "accepted", _("being done")
        DISPUTED = "disputed", _("objected to")
        DONE = "done", _("done")
        ENDED = "ended", _("ended")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="assignments")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="assignments")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="assignments", verbose_name=_("unit"))
    is_lead = models.BooleanField(_("lead unit"), default=False)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person in charge")
    )
    starts_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)  # empty: in force
    issued_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["duty", "-is_lead", "department__position"]
        verbose_name = _("responsibility")
        indexes = [
            models.Index(fields=["campaign", "department", "status"], name="assignment_unit"),
            models.Index(fields=["campaign", "status"], name="assignment_status"),
        ]
        constraints = [
            UniqueConstraint(fields=["duty", "department", "starts_on", "is_lead"], name="assignment_once"),
            CheckConstraint(name="assignment_in_order", condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on"))),
        ]

    def get_absolute_url(self):
        return reverse("duty_detail", args=[self.campaign_id, self.duty_id])


class CheckpointQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return self.filter(assignment__in=Assignment.objects.visible_to(viewer))

    def current(self):
        """Of assignments still in force, lead or supporting."""
        return self.exclude(assignment__status=Assignment.Status.ENDED)

    def late(self, now):
        """The unit's clock has run out; stopped clocks are NULL."""
        return self.filter(clock_due_at__lt=now)

    def due(self, now, until):
        """The unit's clock runs, and runs out between now and then."""
        return self.filter(clock_due_at__gte=now, clock_due_at__lte=until)

    def due_after(self, moment, until):
        """As due, without what runs out at that moment itself: a limit of Sunday ends as the next week begins."""
        return self.filter(clock_due_at__gt=moment, clock_due_at__lte=until)


class Checkpoint(Labelled, models.Model):
    """One dated thing to tick off under an Assignment.

    due_on: the local date people read; due_at: the instant; clock_due_at: due_at while the unit's clock
    runs (open, returned), else empty; written only by moves. Source: design of states, "The clock".
    """

    class Status(models.TextChoices):
        OPEN = "open", _("to be handed in")
        SUBMITTED = "submitted", _("to be checked")
        RETURNED = "returned", _("returned")
        APPROVED = "approved", _("approved")
        NOT_NEEDED = "not_needed", _("not applicable")  # the office says so, with a reason; counts as done
        ASKED = "asked", _("asked not to hold it")  # of what recurs: the unit gives a reason, its clock stands still
        SKIPPED = "skipped", _("not held this time")  # the office has accepted that; counts as done

    FINISHED = (Status.APPROVED, Status.NOT_NEEDED, Status.SKIPPED)

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="checkpoints")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="checkpoints")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="checkpoints")
    title = models.CharField(_("title"), max_length=80, blank=True)  # "3月", "二季度"; empty for a single one
    due_on = models.DateField(_("limit"))
    due_at = models.DateTimeField()
    clock_due_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.OPEN)
    round_no = models.PositiveIntegerField(default=1)  # grows with each return: reminders start anew
    note = models.TextField(_("what was done"), blank=True)
    reason = models.TextField(_("why returned"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    skip_reason = models.TextField(_("why not this time"), blank=True)
    skip_asked_at = models.DateTimeField(null=True, blank=True)
    skip_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    skip_asked_in = models.CharField(max_length=10, choices=Status.choices, blank=True)  # the state it had; empty once answered
    version = models.PositiveIntegerField(default=1)

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("checkpoint")
        indexes = [
            models.Index(fields=["campaign", "clock_due_at"], name="checkpoint_clock"),
            models.Index(fields=["campaign", "department", "status"], name="checkpoint_unit"),
            models.Index(fields=["campaign", "status", "submitted_at"], name="checkpoint_waiting"),
        ]
        constraints = [UniqueConstraint(fields=["assignment", "due_on", "title"], name="checkpoint_once")]

    def __str__(self):
        return self.title or str(self.due_on)

    def get_absolute_url(self):
        return reverse("checkpoint_detail", args=[self.campaign_id, self.pk])
