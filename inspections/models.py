"""Sites, rounds, findings and what becomes of them; what was reminded of and on which day the sweep ran."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from checklists.models import Objection

DEPARTMENT = "accounts.Department"
CAMPAIGN = "campaigns.Campaign"
FILE = "campaigns.StoredFile"
PERSON = settings.AUTH_USER_MODEL


# --- places ---------------------------------------------------------------------------------------


class SiteKindQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """The host's kinds: the words of the register, read by everybody with a role."""
        return self.filter(host=viewer.campaign.host_id) if viewer.roles else self.none()


class SiteKind(models.Model):
    """A kind of place with its checks; hangs on a host, shared by the host's campaigns."""

    host = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="site_kinds")
    name = models.CharField(_("name"), max_length=40)
    line = models.ForeignKey(
        DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit in charge of the line")
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    version = models.PositiveIntegerField(default=1)

    objects = SiteKindQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("kind of site")
        constraints = [UniqueConstraint(fields=["host", "name"], name="site_kind_once")]

    def __str__(self):
        return self.name


class SiteCheck(models.Model):
    """One thing looked at in every site of a kind."""

    kind = models.ForeignKey(SiteKind, models.PROTECT, related_name="checks")
    text = models.CharField(_("check"), max_length=200)
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("check")

    def __str__(self):
        return self.text


class SiteQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """The host's register: office, inspectors and leaders all; a unit the sites it answers for."""
        rows = self.filter(host=viewer.campaign.host_id)
        if viewer.reads_all or viewer.is_inspector:
            return rows
        mine = viewer.department_ids
        return rows.filter(Q(territory__in=mine) | Q(line__in=mine) | Q(line=None, kind__line__in=mine))


class Site(models.Model):
    """A place with its area, the unit of the territory and the unit of the line."""

    host = models.ForeignKey(DEPARTMENT, models.PROTECT, related_name="sites")
    kind = models.ForeignKey(SiteKind, models.PROTECT, related_name="sites", verbose_name=_("kind"))
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=120, blank=True)
    territory = models.ForeignKey(
        DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("town or street")
    )
    line = models.ForeignKey(
        DEPARTMENT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit in charge")
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("site")
        constraints = [UniqueConstraint(fields=["host", "kind", "name"], name="site_once")]

    def __str__(self):
        return self.name


# --- rounds ---------------------------------------------------------------------------------------


class RoundQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Office and leaders all; an inspector own rounds; units none (covert rounds stay unseen)."""
        rows = self.filter(campaign=viewer.campaign)
        if viewer.reads_all:
            return rows
        return rows.filter(inspectors=viewer.user) if viewer.is_inspector else rows.none()


class Round(models.Model):
    """One inspection effort: who goes out, from when to when."""

    campaign = models.ForeignKey(CAMPAIGN, models.PROTECT, related_name="rounds")
    name = models.CharField(_("name"), max_length=60)
    is_covert = models.BooleanField(_("covert"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    inspectors = models.ManyToManyField(PERSON, related_name="rounds", blank=True, verbose_name=_("inspectors"))
    sites = models.ManyToManyField(Site, related_name="rounds", blank=True, verbose_name=_("sites"))

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("round")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("round_detail", args=[self.campaign_id, self.pk])


# --- findings -------------------------------------------------------------------------------------


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


class LimitRule(models.Model):
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

    def with_related(self):
        """Join what every list and detail shows, so that rows cost no extra query."""
        return self.select_related("kind", "site", "site__kind", "lead", "round", "found_by")


class ChildQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Seen with its finding."""
        return self.filter(finding__in=Finding.objects.visible_to(viewer).values("pk"))


class Finding(models.Model):
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


class FindingFile(models.Model):
    """A photo of the problem, taken when it was recorded."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="files")
    file = models.ForeignKey(FILE, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)

    objects = ChildQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]


class Rectification(models.Model):
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


class Extension(models.Model):
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


# --- reminders ------------------------------------------------------------------------------------


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """What went out is the office's to read; people read their own messages."""
        rows = self.filter(campaign=viewer.campaign)
        return rows if viewer.is_office else rows.none()


class Reminder(models.Model):
    """One stage reached by one object in one round under one limit: recorded once, whatever was down.

    subject: "finding" or "checkpoint"; stage: working days from the limit (-3 … 10, then weekly 15, 20 …).
    `due_on` belongs to the key because a new limit (extension, ruling) starts the stages anew.
    """

    class Subject(models.TextChoices):
        FINDING = "finding", _("finding")
        CHECKPOINT = "checkpoint", _("checkpoint")

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
