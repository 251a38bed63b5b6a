"""One problem at one place at one time, and who answers for it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled
from inspections.models.places import Site
from inspections.models.problems import ProblemKind, Severity, Source
from inspections.models.rounds import Round

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"
FILE = "campaigns.StoredFile"
PERSON = settings.AUTH_USER_MODEL


class FindingQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Findings this viewer may read in the viewer's campaign: the only place the rule is written.

        Office and leaders all; an inspector those of own rounds and own records; a unit its own, from
        issued on and while it answers: after a transfer the next unit's answers are no longer its business.
        Source: docs/access.md, row "Finding".
        """
        rows = self.filter(campaign=viewer.campaign)
        if viewer.reads_all:
            return rows
        seen = Q(pk__in=[])
        if viewer.is_inspector:
            seen |= Q(round__in=Round.objects.filter(inspectors=viewer.user)) | Q(found_by=viewer.user)
        if viewer.department_ids:
            mine = FindingAssignment.objects.filter(department__in=viewer.department_ids, ended_at=None)
            seen |= Q(pk__in=mine.values("finding")) & ~Q(issued_at=None) & ~Q(status=Finding.Status.DRAFT)
        return rows.filter(seen)

    def late(self, now):
        """The unit's clock has run out; stopped clocks are NULL."""
        return self.filter(clock_due_at__lt=now)

    def due(self, now, until):
        """The unit's clock runs, and runs out between now and then."""
        return self.filter(clock_due_at__gte=now, clock_due_at__lte=until)

    def due_after(self, moment, until):
        """As due, without what runs out at that moment itself: a limit of Sunday ends as the next week begins."""
        return self.filter(clock_due_at__gt=moment, clock_due_at__lte=until)

    def counted(self):
        """Without what was entered from an old ledger and is void now: it never was, so it counts in no week."""
        return self.exclude(is_entered=True, status=Finding.Status.VOID)

    def answered_by(self, departments):
        """Those that units of these ids answer for, leading or supporting: their people do not decide on them."""
        parts = FindingAssignment.objects.filter(department__in=departments, ended_at=None)
        return self.filter(Q(lead__in=departments) | Q(pk__in=parts.values("finding")))

    def with_related(self):
        """Join what every list and detail shows, so that rows cost no extra query."""
        return self.select_related("kind", "site", "site__kind", "lead", "round", "found_by")


class Finding(Labelled, models.Model):
    """One problem at one place at one time.

    key: made on the phone, so that a double tap is one row. due_on: the local date people read; due_at: the
    instant; clock_due_at: due_at while the unit's clock runs (issued, accepted, returned), else empty.
    lead: the department that leads now, kept equal to the running FindingAssignment by moves only.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("to be handed over")
        ISSUED = "issued", _("to be signed for")
        ACCEPTED = "accepted", _("being put right")
        DISPUTED = "disputed", _("objection to be ruled on")
        SUBMITTED = "submitted", _("to be verified")
        RETURNED = "returned", _("returned")
        PARKED = "parked", _("parked")
        CLOSED = "closed", _("struck off")
        VOID = "void", _("void")

    class How(models.TextChoices):
        ON_SITE = "on_site", _("on site")
        ONLINE = "online", _("online")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="findings")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    year = models.PositiveIntegerField(null=True, blank=True)
    no = models.PositiveIntegerField(null=True, blank=True)
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("round"))
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("site"))
    place = models.CharField(_("place"), max_length=120, blank=True)  # free place, or the spot within the site
    text = models.TextField(_("problem"), max_length=1000)
    kind = models.ForeignKey(ProblemKind, models.PROTECT, null=True, blank=True, verbose_name=_("kind of problem"))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.ORDINARY)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices, default=Source.INSPECTION)
    items = models.ManyToManyField("checklists.Item", related_name="findings", blank=True, verbose_name=_("items"))
    lead = models.ForeignKey(
        DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("unit in charge")
    )
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    found_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(_("limit"), null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    clock_due_at = models.DateTimeField(null=True, blank=True)
    clock_stopped_at = models.DateTimeField(null=True, blank=True)  # when the present stop began: the rest is due_at - this
    submitted_at = models.DateTimeField(null=True, blank=True)  # of the answer that stands
    in_time = models.BooleanField(null=True, blank=True)  # of the answer that was finally accepted
    closed_at = models.DateTimeField(null=True, blank=True)
    round_no = models.PositiveIntegerField(default=1)  # grows whenever the clock begins anew: so do the reminders
    rework_count = models.PositiveIntegerField(default=0)
    relapse_count = models.PositiveIntegerField(default=0)
    parked_plan = models.TextField(_("plan"), blank=True)
    parked_until = models.DateField(_("next date"), null=True, blank=True)
    is_entered = models.BooleanField(_("entered from the old ledger"), default=False)  # found_by is then who entered it
    old_number = models.CharField(_("number in the old ledger"), max_length=60, blank=True)
    remarks = models.TextField(_("remarks of the old ledger"), blank=True)  # columns the portal has no field for, a line each
    version = models.PositiveIntegerField(default=1)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("finding")
        indexes = [
            models.Index(fields=["campaign", "clock_due_at"], name="finding_clock"),
            models.Index(fields=["campaign", "status", "due_on"], name="finding_status"),
            models.Index(fields=["campaign", "lead", "status"], name="finding_lead"),
            models.Index(fields=["campaign", "issued_at"], name="finding_issued"),
            models.Index(fields=["campaign", "due_at"], name="finding_due"),
            models.Index(fields=["campaign", "due_on", "id"], name="finding_limit"),
            models.Index(fields=["campaign", "found_at"], name="finding_found"),
            models.Index(fields=["campaign", "status", "found_at", "id"], name="finding_waiting"),
        ]
        constraints = [UniqueConstraint(fields=["campaign", "year", "no"], name="finding_number_once")]

    def __str__(self):
        return self.number or self.text[:20]

    def get_absolute_url(self):
        return reverse("finding_detail", args=[self.campaign_id, self.pk])

    @property
    def number(self):
        return f"{self.year}-{self.no:04d}" if self.no else ""

    @property
    def where(self):
        """Site and spot as one text."""
        return " ".join(part for part in (self.site.name if self.site_id else "", self.place) if part)


class ChildQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Seen with its finding."""
        return self.filter(finding__in=Finding.objects.visible_to(viewer).values("pk"))


class FindingAssignment(models.Model):
    """One department's part in one finding for a spell of time; a transfer ends one row and starts another."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="assignments")
    department = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="finding_assignments")
    is_lead = models.BooleanField(_("lead unit"), default=True)
    reason = models.CharField(_("why this unit"), max_length=120, blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)  # empty: in force

    objects = ChildQuerySet.as_manager()

    class Meta:
        ordering = ["-is_lead", "department__position"]
        indexes = [models.Index(fields=["department", "ended_at"], name="finding_assignment_unit")]


class FindingSpellQuerySet(ChildQuerySet):
    def standing(self, at):
        """How each finding stood just before the moment: one row a finding, none for a draft."""
        return self.filter(starts_at__lt=at).filter(Q(ended_at=None) | Q(ended_at__gte=at))

    def counted(self):
        """Without what was entered from an old ledger and is void now: it never was, so it counts in no week."""
        return self.exclude(finding__is_entered=True, finding__status=Finding.Status.VOID)


class FindingSpell(Labelled, models.Model):
    """How a finding stood for a spell of time: state, unit, limit. Figures of a past week read it, whenever they are taken.

    A copy of the finding's own columns (`COPIED`), begun by what changes them and ended by the next
    (inspections.actions.spells); spells of one finding never overlap.
    """

    COPIED = ("status", "lead_id", "severity", "due_on", "due_at", "clock_due_at", "in_time")

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="+")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="spells")
    status = models.CharField(max_length=10, choices=Finding.Status.choices)
    lead = models.ForeignKey(DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+")
    severity = models.CharField(max_length=10, choices=Severity.choices)
    due_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    clock_due_at = models.DateTimeField(null=True, blank=True)
    in_time = models.BooleanField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # empty: it stands so now

    objects = FindingSpellQuerySet.as_manager()

    class Meta:
        ordering = ["finding", "starts_at", "pk"]
        verbose_name = _("spell of a finding")
        indexes = [
            models.Index(fields=["campaign", "due_at"], name="finding_spell_due"),
            models.Index(fields=["campaign", "clock_due_at"], name="finding_spell_clock"),
        ]


class FindingFile(models.Model):
    """A photo of the problem, taken when it was recorded."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="files")
    file = models.ForeignKey(FILE, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)

    objects = ChildQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
