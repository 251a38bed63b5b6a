"""The register of sites and their kinds; it hangs on the host and serves all its campaigns."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department
from campaigns.viewer import Viewer
from inspections.actions.kinds import check_version, must_be_office
from inspections.models import Site, SiteCheck, SiteKind


@transaction.atomic
def save_site_kind(
    kind: SiteKind | None,
    *,
    by: Viewer,
    name: str,
    line: Department | None = None,
    checks: list[str] = (),
    version: int | None = None,
    at: datetime | None = None,
) -> SiteKind:
    """A new kind of site with its checks in order, or this one with others. Raises ValidationError "taken" or "stale"."""
    must_be_office(by, kind)
    row = SiteKind.objects.select_for_update().get(pk=kind.pk) if kind else None
    if row is None:
        last = SiteKind.objects.filter(host=by.campaign.host_id).order_by("position").last()
        row = SiteKind(host=by.campaign.host, position=(last.position if last else 0) + 1)
    check_version(row, version)
    if SiteKind.objects.filter(host=row.host, name=name).exclude(pk=row.pk).exists():
        raise ValidationError({"name": ValidationError(_("There is a kind of this name already."), "taken")})
    verb = "site_kind.edit" if row.pk else "site_kind.create"
    row.name, row.line = name, line
    row.version += bool(row.pk)
    row.save()
    _write_checks(row, list(checks))
    record(by, verb, row, at=at, note=name, checks=len(checks))
    return row


def _write_checks(kind, texts):
    """Checks keep their row while their text stays; nothing hangs on them yet, so those left out go."""
    known = {check.text: check for check in kind.checks.all()}
    for position, text in enumerate(texts, 1):
        check = known.pop(text, None) or SiteCheck(kind=kind, text=text)
        if check.position != position or not check.pk:
            check.position = position
            check.save()
    SiteCheck.objects.filter(pk__in=[check.pk for check in known.values()]).delete()


@transaction.atomic
def save_site(
    site: Site | None,
    *,
    by: Viewer,
    kind: SiteKind,
    name: str,
    address: str = "",
    territory: Department | None = None,
    line: Department | None = None,
    contact: str = "",
    phone: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Site:
    """A new site of the register, or this one with other facts. Raises ValidationError "taken" or "stale"."""
    must_be_office(by, site)
    row = Site.objects.select_for_update().get(pk=site.pk) if site else None
    if row is None:
        last = Site.objects.filter(host=by.campaign.host_id).order_by("position").last()
        row = Site(host=by.campaign.host, position=(last.position if last else 0) + 1)
    check_version(row, version)
    if Site.objects.filter(host=row.host, kind=kind, name=name).exclude(pk=row.pk).exists():
        raise ValidationError({"name": ValidationError(_("There is a site of this kind and name already."), "taken")})
    verb = "site.edit" if row.pk else "site.create"
    row.kind, row.name, row.address, row.territory, row.line = kind, name, address, territory, line
    row.contact, row.phone, row.longitude, row.latitude = contact, phone, longitude, latitude
    row.version += bool(row.pk)
    row.save()
    record(by, verb, row, at=at, note=name)
    return row


@transaction.atomic
def end_site(site: Site, *, by: Viewer, at: datetime | None = None) -> Site:
    """The site is no longer inspected; what was found there stays."""
    return _switch(site, by, False, "site.end", at)


@transaction.atomic
def revive_site(site: Site, *, by: Viewer, at: datetime | None = None) -> Site:
    return _switch(site, by, True, "site.revive", at)


def _switch(site, by, is_active, verb, at):
    must_be_office(by, site)
    row = Site.objects.select_for_update().get(pk=site.pk)
    if row.is_active != is_active:
        row.is_active = is_active
        row.version += 1
        row.save()
        record(by, verb, row, at=at, note=row.name)
    return row
