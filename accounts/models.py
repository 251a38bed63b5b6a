"""People, the one register of units, and what was done.

Source: docs/glossary.md. Nothing here knows a campaign: `Event` carries its id as a plain number.
"""

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, UniqueConstraint, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.labels import Labelled


class User(Labelled, AbstractUser):
    """A person with an account. Units and roles come from campaigns.Membership, never from here."""

    first_name = None
    last_name = None
    name = models.CharField(_("name"), max_length=40)
    phone = models.CharField(_("work phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


def name_of(person: str) -> Coalesce:
    """What str() says of the person a row names in this column, as a column of the row."""
    return Coalesce(NullIf(f"{person}__name", Value("")), f"{person}__username")


UNOPENED = Q(last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX)  # accounts whose link nobody has opened yet


class DepartmentQuerySet(models.QuerySet):
    def under(self, department):
        """The department itself and all below it."""
        return self.filter(path__startswith=department.path)

    def under_any(self, paths):
        """All departments at or below one of the paths; none for no path."""
        below = Q(pk__in=[])
        for path in paths:
            below |= Q(path__startswith=path)
        return self.filter(below)

    def in_line(self, path):
        """The department of the path, all below it and all above it."""
        numbers = path.split(".")[:-1]
        above = [".".join(numbers[:length]) + "." for length in range(1, len(numbers))]
        return self.filter(Q(path__startswith=path) | Q(path__in=above))

    def visible_to(self, viewer):
        """The register of the viewer's campaign: the host and all below it."""
        return self.under(viewer.campaign.host) if viewer.roles else self.none()

    def named(self, name):
        """Departments that bear the name, the short name or the alias."""
        return self.filter(Q(name=name) | Q(short_name=name) | Q(pk__in=Alias.objects.filter(name=name).values("department")))


class Department(Labelled, models.Model):
    """A node of the one tree of the portal: region, town or street, unit, section.

    `path` ("000001.000007.") is written by accounts.actions only; `position` is the office's official
    order, the order of every list, export and paper.
    """

    class Kind(models.TextChoices):
        REGION = "region", _("region")
        TOWN = "town", _("town or street")
        UNIT = "unit", _("unit")
        SECTION = "section", _("section")

    name = models.CharField(_("name"), max_length=80)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.UNIT)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("above it"))
    path = models.CharField(max_length=200, unique=True, editable=False)
    position = models.PositiveIntegerField(_("official order"), default=0, db_index=True)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("unit")
        constraints = [UniqueConstraint(fields=["parent", "name"], name="department_name_once")]

    def __str__(self):
        return self.short_name or self.name


class Alias(models.Model):
    """Another name under which sheets and people know a department."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="aliases")
    name = models.CharField(_("name"), max_length=80, db_index=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("alias")
        constraints = [UniqueConstraint(fields=["department", "name"], name="alias_once")]

    def __str__(self):
        return self.name


class DepartmentGroupQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return self.filter(host=viewer.campaign.host) if viewer.roles else self.none()


class DepartmentGroup(models.Model):
    """A name that stands for several departments: all streets, all units of the district."""

    host = models.ForeignKey(Department, models.PROTECT, related_name="groups", verbose_name=_("register"))
    name = models.CharField(_("name"), max_length=80)
    members = models.ManyToManyField(Department, related_name="+", blank=True, verbose_name=_("members"))

    objects = DepartmentGroupQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("group of units")
        constraints = [UniqueConstraint(fields=["host", "name"], name="department_group_once")]

    def __str__(self):
        return self.name


class EventQuerySet(models.QuerySet):
    def about(self, obj):
        """The time line of one row, newest first."""
        return self.filter(subject=obj._meta.label_lower, subject_id=obj.pk).select_related("actor").order_by("-at", "-pk")

    def with_sweeps_folded(self):
        """Of what the portal itself did to many rows at one moment only the first, with their number as `at_once`."""
        same = Event.objects.filter(campaign_id=OuterRef("campaign_id"), at=OuterRef("at"), verb=OuterRef("verb"), actor=None)
        count = same.order_by().values("verb").annotate(count=Count("pk")).values("count")
        earlier = Exists(same.filter(pk__lt=OuterRef("pk")))
        return self.exclude(earlier, actor=None).annotate(at_once=Subquery(count))

    def visible_to(self, viewer):
        """The log of a campaign is the office's; others read only the time line of a row they see."""
        rows = self.filter(campaign_id=viewer.campaign.pk)
        return rows if viewer.is_office else rows.none()


class Event(models.Model):
    """Append-only: who did what to which row. Written by accounts.actions.record alone."""

    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # empty: the portal itself
    verb = models.CharField(max_length=40)  # "finding.submit"
    subject = models.CharField(max_length=40)  # "inspections.finding"
    subject_id = models.BigIntegerField()
    campaign_id = models.BigIntegerField(null=True)
    department_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)  # when it happened
    received_at = models.DateTimeField(default=timezone.now)  # when the portal heard of it

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject", "subject_id", "-at"], name="event_subject"),
            models.Index(fields=["campaign_id", "-at"], name="event_campaign"),
        ]

    @property
    def doer(self):
        """Who did it; a deputy with the person in whose place: 李四 代 张三. None: the portal itself."""
        person = self.data.get("acting_for")
        return _("%(deputy)s for %(person)s") % {"deputy": self.actor, "person": person} if person else self.actor


class Feedback(models.Model):
    """What a person thinks of a page (意见建议); open to everybody who is signed in."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    campaign_id = models.BigIntegerField(null=True)
    page = models.CharField(_("page"), max_length=200, blank=True)
    text = models.TextField(_("what should be better"), max_length=2000)
    at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")

    def __str__(self):
        return self.text[:40]
