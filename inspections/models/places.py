"""Kinds of places with their checks, and the register of sites."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

DEPARTMENT = "accounts.Department"


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
    contact = models.CharField(_("contact"), max_length=40, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)  # masked in lists, as people's
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
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
