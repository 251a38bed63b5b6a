"""Creation campaigns: who takes part, in which role, and the numbers a campaign sets for itself."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.labels import Labelled


def default_stages():
    """Working days from the limit at which a reminder is due; after the last one it comes weekly."""
    return [-3, -1, 0, 1, 2, 3, 5, 10]


class CampaignQuerySet(models.QuerySet):
    def of(self, user, on=None):
        """Campaigns in which the person holds a role on the day; a superuser without a role sees none."""
        return self.filter(pk__in=Membership.objects.on(on or timezone.localdate()).filter(user=user).values("campaign"))


class Campaign(Labelled, models.Model):
    """One creation campaign; its register is what lies under `host`."""

    class Kind(models.TextChoices):
        CITY = "city", _("civilised city")
        COUNTY = "county", _("civilised county")
        UNIT = "unit", _("civilised unit")

    class Grade(models.TextChoices):
        NATIONAL = "national", _("national")
        PROVINCIAL = "provincial", _("provincial")
        MUNICIPAL = "municipal", _("municipal")
        DISTRICT = "district", _("district")

    class Stage(models.TextChoices):
        PREPARING = "preparing", _("preparing")
        RUNNING = "running", _("under way")
        CLOSED = "closed", _("closed")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices, default=Grade.NATIONAL)
    honour = models.CharField(_("honour aimed at"), max_length=80, blank=True)
    host = models.ForeignKey("accounts.Department", models.PROTECT, related_name="campaigns", verbose_name=_("host"))
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.RUNNING)
    assessment_from = models.DateField(_("assessment from"), null=True, blank=True)
    assessment_until = models.DateField(_("assessment until"), null=True, blank=True)
    review_year = models.PositiveIntegerField(_("year of review"), null=True, blank=True)
    cutoff_on = models.DateField(_("cut-off date"), help_text=_("Limit of tasks whose sheet names none."))
    office_name = models.CharField(_("name of the office"), max_length=80)
    headquarters_name = models.CharField(_("name of the headquarters"), max_length=80, blank=True)
    headquarters_head = models.CharField(_("head of the headquarters"), max_length=40, blank=True)

    # Switches; campaigns.kinds.DEFAULTS sets them by kind.
    asks_filing = models.BooleanField(_("material is filed online"), default=False)
    has_territory = models.BooleanField(_("towns and streets answer for their area"), default=True)
    has_sites = models.BooleanField(_("has a register of sites"), default=True)
    liaison_may_submit = models.BooleanField(_("a liaison may sign for and submit"), default=True)
    liaison_may_dispute = models.BooleanField(_("a liaison may object"), default=False)
    inspector_may_issue = models.BooleanField(_("an inspector may issue findings"), default=False)

    # The responsibility table: what the page of gaps holds against it
    leads_most = models.PositiveIntegerField(
        _("leading units a task may have"), default=1, help_text=_("Tasks that more units lead are listed under the gaps.")
    )
    load_most = models.PositiveIntegerField(
        _("tasks a unit or person can carry"), default=30, help_text=_("Who has more is listed under the gaps.")
    )

    festival_days = models.PositiveIntegerField(
        _("days after a festival"), default=7, help_text=_("So long after the festival its proof is due.")
    )

    # Reminders
    reminder_stages = models.JSONField(_("stages of reminders"), default=default_stages)
    digest_at = models.TimeField(_("hour of the daily mail"), default=datetime.time(8, 30))

    # Papers
    bulletin_name = models.CharField(_("name of the bulletin"), max_length=40, blank=True)
    bulletin_report_to = models.CharField(_("reported to"), max_length=300, blank=True)
    bulletin_send_to = models.CharField(_("sent to"), max_length=300, blank=True)
    bulletin_issue_to = models.CharField(_("issued to"), max_length=300, blank=True)
    bulletin_copies = models.PositiveIntegerField(_("copies printed"), default=50)
    language = models.CharField(max_length=10, default="zh-hans", editable=False)  # of papers
    version = models.PositiveIntegerField(default=1)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("campaign")
        constraints = [
            CheckConstraint(
                name="campaign_window_in_order",
                condition=Q(assessment_from=None) | Q(assessment_until=None) | Q(assessment_until__gte=F("assessment_from")),
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("campaign_home", args=[self.pk])


class SpellQuerySet(models.QuerySet):
    """Rows with `starts_on` and `ended_on` (the last day): ended, never re-pointed, never deleted."""

    def on(self, day):
        """Those in force on the day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=day), starts_on__lte=day)


class OfCampaignQuerySet(models.QuerySet):
    """Settings of a campaign: the rows of the viewer's campaign, shown on the office's pages."""

    def visible_to(self, viewer):
        return self.filter(campaign=viewer.campaign) if viewer.roles else self.none()


class ParticipationQuerySet(SpellQuerySet):
    def visible_to(self, viewer):
        """Who takes part is known to all who do: the issued responsibility table names every unit."""
        return self.filter(campaign=viewer.campaign) if viewer.roles else self.none()


class MembershipQuerySet(SpellQuerySet):
    def own(self):
        """Roles people hold themselves, not as somebody's deputy."""
        return self.filter(stands_for=None)

    def visible_to(self, viewer):
        """The office sees all members; others their own roles, heads and liaisons also the people of their units."""
        rows = self.filter(campaign=viewer.campaign) if viewer.roles else self.none()
        return rows if viewer.is_office else rows.filter(Q(user=viewer.user) | Q(department__in=viewer.department_ids))


class RankingGroup(models.Model):
    """Units ranked among each other in the bulletin: streets, bureaux, …"""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="ranking_groups")
    name = models.CharField(_("name"), max_length=40)
    position = models.PositiveIntegerField(_("order"), default=0)

    objects = OfCampaignQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("ranking group")
        constraints = [UniqueConstraint(fields=["campaign", "name"], name="ranking_group_once")]

    def __str__(self):
        return self.name


class WorkGroup(models.Model):
    """A working group of the headquarters: a filter on lists of people and units."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="work_groups")
    name = models.CharField(_("name"), max_length=40)
    position = models.PositiveIntegerField(_("order"), default=0)

    objects = OfCampaignQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("work group")
        constraints = [UniqueConstraint(fields=["campaign", "name"], name="work_group_once")]

    def __str__(self):
        return self.name


class Participation(models.Model):
    """A department in a campaign for a spell of time."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="participations")
    department = models.ForeignKey("accounts.Department", models.PROTECT, related_name="participations")
    ranking_group = models.ForeignKey(RankingGroup, models.PROTECT, null=True, blank=True, verbose_name=_("ranking group"))
    work_group = models.ForeignKey(WorkGroup, models.PROTECT, null=True, blank=True, verbose_name=_("work group"))
    starts_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)  # empty: in force

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["department__position", "pk"]
        verbose_name = _("participating unit")
        constraints = [
            UniqueConstraint(fields=["campaign", "department", "starts_on"], name="participation_once"),
            CheckConstraint(name="participation_in_order", condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on"))),
        ]


class Role(models.TextChoices):
    OFFICE = "office", _("creation office")
    INSPECTOR = "inspector", _("inspector")
    LEADER = "leader", _("leader")
    HEAD = "head", _("head of unit")
    LIAISON = "liaison", _("liaison")


UNIT_ROLES = [Role.HEAD, Role.LIAISON]
LENDABLE = [Role.OFFICE, *UNIT_ROLES]  # a deputy can act in these; inspectors are named in their rounds, leaders sign themselves


class Membership(Labelled, models.Model):
    """A person's role in one campaign; head and liaison are for one department. One person may hold several.

    stands_for: of a deputy's spell the role of the person who is away; it has that row's role and unit, and always a last
    day. Source: docs/adr, "A deputy is a spell of the role".
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("unit")
    )
    title = models.CharField(_("post"), max_length=40, blank=True)
    work_group = models.ForeignKey(WorkGroup, models.PROTECT, null=True, blank=True, verbose_name=_("work group"))
    starts_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)  # empty: in force
    stands_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("stands in for")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("member")
        indexes = [models.Index(fields=["user", "campaign"], name="membership_user")]
        constraints = [
            CheckConstraint(
                name="membership_unit_for_unit_role",
                condition=Q(role__in=UNIT_ROLES, department__isnull=False)
                | (~Q(role__in=UNIT_ROLES) & Q(department__isnull=True)),
            ),
            CheckConstraint(name="membership_in_order", condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on"))),
            CheckConstraint(name="membership_deputy_ends", condition=Q(stands_for=None) | Q(ended_on__isnull=False)),
        ]


class Holiday(models.Model):
    """The national calendar: a day off on a weekday, or a make-up working day on a weekend."""

    on = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=40)
    is_workday = models.BooleanField(_("working day"), default=False)

    class Meta:
        ordering = ["on"]
        verbose_name = _("national holiday")
        verbose_name_plural = _("national holidays")

    def __str__(self):
        return self.name


class CampaignHoliday(models.Model):
    """A campaign's exception from the national calendar."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="holidays")
    on = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=40)
    is_workday = models.BooleanField(_("working day"), default=False)

    objects = OfCampaignQuerySet.as_manager()

    class Meta:
        ordering = ["on"]
        verbose_name = _("own day off")
        constraints = [UniqueConstraint(fields=["campaign", "on"], name="campaign_holiday_once")]


class Festival(models.Model):
    """A campaign's own word on a festival of a year: its day, one more festival, or (on empty) that it is not kept.

    What it says nothing of is as campaigns.festivals ships it.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="festivals")
    year = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=20)
    on = models.DateField(_("day"), null=True, blank=True)

    objects = OfCampaignQuerySet.as_manager()

    class Meta:
        ordering = ["year", "on", "pk"]
        verbose_name = _("festival")
        constraints = [UniqueConstraint(fields=["campaign", "year", "name"], name="festival_once")]

    def __str__(self):
        return f"{self.year} {self.name}"


class PlanStage(models.Model):
    """One stage of the plan counted back from the assessment; a campaign without any has those of SHIPPED."""

    SHIPPED = (
        (_("Collect material"), 30),
        (_("Review"), 10),
        (_("First sweep"), 10),
        (pgettext_lazy("stage", "Put right"), 10),
        (_("Second check"), 5),
        (_("Freeze"), 3),
    )

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="plan_stages")
    name = models.CharField(_("stage"), max_length=40)
    days = models.PositiveIntegerField(pgettext_lazy("column", "working days"))
    position = models.PositiveIntegerField(_("order"), default=0)

    objects = OfCampaignQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("stage of the plan")
        constraints = [
            UniqueConstraint(fields=["campaign", "name"], name="plan_stage_once"),
            CheckConstraint(name="plan_stage_days", condition=Q(days__gte=1)),
        ]

    def __str__(self):
        return self.name


class Counter(models.Model):
    """Numbers of documents: one row per campaign, kind and year (0 = over all years). See actions.take_number."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="counters")
    kind = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    value = models.PositiveIntegerField(default=0)  # the last number given
    used = models.BooleanField(default=False)  # the start may be set until first use

    class Meta:
        constraints = [UniqueConstraint(fields=["campaign", "kind", "year"], name="counter_once")]


class StoredFile(Labelled, models.Model):
    """One uploaded file: kept as it came, served only through a view that checks what it hangs on.

    key: random storage name of the original; photos also have upright, position-free renditions
    under `campaigns.files.RENDITIONS`. Made by campaigns.files.store_upload alone.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        DOCUMENT = "document", _("document")
        SHEET = "sheet", _("spreadsheet")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="files")
    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(_("file name"), max_length=150)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)  # the camera's own time, if any
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name
