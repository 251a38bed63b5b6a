"""Save a table of sites: kinds, units and sites, all of them or nothing; taken back as one while nothing hangs on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record, record_each
from accounts.departments import NewDepartment, learn_aliases, make_departments
from accounts.models import Department
from campaigns.actions import add_participations
from campaigns.models import Campaign
from campaigns.viewer import Viewer
from checklists.actions.imports import open_import, remember_headings, remember_kept
from checklists.actions.saving import Saver
from checklists.actions.undoing import USED, reopen
from checklists.actions.writing import silent
from checklists.models import Import
from checklists.register import Register, key
from checklists.sheets.text import folded
from inspections.models import Site, SiteKind
from inspections.sitesheets import FACTS, PLAIN, SiteReading, SitesReading, read_site_import

COLUMNS = (*FACTS, "is_active")


@dataclass
class SavedSites:
    """What was saved. same: sites that stood in the register just so; ended: put out of use."""

    units: list[Department] = field(default_factory=list)
    kinds: list[SiteKind] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    changed: list[Site] = field(default_factory=list)
    ended: list[Site] = field(default_factory=list)
    same: int = 0


@transaction.atomic
def save_sites(
    row: Import,
    *,
    by: Viewer,
    version: int,
    ends: tuple[int, ...] = (),
    is_checked: bool = False,
    at: datetime | None = None,
    is_asked: bool = False,
    tell: Callable[[int], None] = silent,
) -> SavedSites:
    """New sites behind the others in the order of the sheet; what the sheet says otherwise of a site replaces what stood there.

    ends: sites a person ticked to be put out of use, of those the sheet does not name; the others stay. is_asked, tell: as for
    save_standard. Raises PermissionDenied; ValidationError "stale", "closed", "empty", "names" (kinds, units or rows are not
    settled), "doubts" (unless is_checked), "ends", and what the register refuses.
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVING if is_asked else Import.Status.READ)
    Department.objects.select_for_update().get(pk=by.campaign.host_id)  # two who save at once make no site twice
    reading = read_site_import(row, register=Register(by.campaign.host))
    check_sites(reading, is_checked, ends)
    tell(20)
    saved = SavedSites(same=len(reading.having("same")))
    units = _make_units(reading, saved, by=by, at=at)
    kinds = _make_kinds(reading, saved, by=by, at=at)
    _make_sites(reading, units, kinds, saved, by=by, at=at)
    tell(60)
    changed, ended = _change_sites(reading, units, saved, by=by, at=at), _end_sites(ends, saved, by=by, at=at)
    made = {name: [one.pk for one in getattr(saved, name)] for name in ("sites", "kinds")}
    row.saved = made | {"changed": changed, "ended": ended}
    remember_headings(row, reading.sheets)
    remember_kept(row, reading.sheets)
    row.status, row.version = Import.Status.SAVED, row.version + 1
    row.save(update_fields=["status", "version", "saved"])
    facts = {"sites": len(saved.sites), "changed": len(saved.changed), "kinds": len(saved.kinds), "units": len(saved.units)}
    facts["ended"] = len(saved.ended)
    record(by, "import.save", row, at=at, new=row.original.name, doubts=len(reading.open_doubts), **facts)
    return saved


@transaction.atomic
def take_back_sites(row: Import, *, by: Viewer, version: int, at: datetime | None = None) -> Import:
    """Sites and kinds this workbook made are gone, facts it changed and sites it ended are as before; units it made stay.

    What was changed by hand since then stays. Raises PermissionDenied; ValidationError "stale", "closed" (it is not saved),
    "later" (another table of sites was saved since), "used" (a finding hangs on a site).
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVED)
    later = Import.objects.filter(campaign__host=by.campaign.host_id, kind=row.kind, status=Import.Status.SAVED, pk__gt=row.pk)
    if later.exists():
        raise ValidationError(_("A later table of sites was saved: take that one back first."), "later")
    sites = list(Site.objects.select_for_update().filter(pk__in=row.saved.get("sites", ())))
    kinds = list(SiteKind.objects.filter(pk__in=row.saved.get("kinds", ())))
    record_each(by, "site.drop", [(site, {"old": site.name}) for site in sites], at=at)
    record_each(by, "site_kind.drop", [(kind, {"old": kind.name}) for kind in kinds], at=at)
    try:
        with transaction.atomic():
            Site.objects.filter(pk__in=[site.pk for site in sites]).delete()
            SiteKind.objects.filter(pk__in=[kind.pk for kind in kinds]).delete()
    except ProtectedError as error:
        raise ValidationError(USED, "used") from error
    _restore(row.saved.get("changed", {}) | row.saved.get("ended", {}), by=by, at=at)
    return reopen(row, by, at, saved={})


def check_sites(reading: SitesReading, is_checked: bool, ends: tuple[int, ...] = ()) -> None:
    """Raises what save_sites says."""
    if not reading.rows:
        raise ValidationError(_("No sheet can be read yet: choose a sheet, or say what its columns mean."), "empty")
    if reading.waiting:
        text = _("%(count)s questions on this page must be answered first.")
        raise ValidationError(text % {"count": reading.waiting}, "names")
    if reading.open_doubts and not is_checked:
        raise ValidationError(_("Doubts are still open: settle them, or confirm that you have looked at them."), "doubts")
    if set(ends) - {site.pk for site in reading.missing}:
        raise ValidationError(_("Only sites that the sheet does not name can be ended here: look again."), "ends")


def _make_units(reading, saved, *, by, at) -> dict[str, Department]:
    """Every name of the sheet that stands for a unit."""
    host, Kind = by.campaign.host, Department.Kind
    line = Kind.SECTION if by.campaign.kind == Campaign.Kind.UNIT else Kind.UNIT
    wanted = [one for one in reading.names.values() if one.do == "make" and one.unit is None]
    plan: dict[str, NewDepartment] = {}  # 新建局（筹） and 新建局(筹) are one
    for one in wanted:
        plan.setdefault(folded(one.name), NewDepartment(one.name, host, kind=Kind.TOWN if one.is_territory else line))
    saved.units = make_departments(host, list(plan.values()), by=by, at=at)
    units = {one.name: one.unit for one in reading.names.values() if one.unit}
    units |= {one.name: plan[folded(one.name)].row for one in wanted}
    mapped = [(one.unit, one.name) for one in reading.names.values() if one.do == "map" and one.unit]
    spelt = [(units[one.name], one.name) for one in wanted if one.name != units[one.name].name]
    learn_aliases(host, [*mapped, *spelt], by=by, at=at)
    add_participations(by.campaign, departments=saved.units, by=by, at=at)
    return units


def _make_kinds(reading, saved, *, by, at) -> dict[str, SiteKind]:
    """Every kind of the sheet that is not left out, with its row; new ones behind the others."""
    host = by.campaign.host
    position = _last(SiteKind, host)
    wanted = {}  # 公园 and 公 园 are one
    for one in reading.kinds.values():
        if one.do == "make" and one.kind is None:
            wanted.setdefault(key(one.name), one.name)
    saved.kinds = [SiteKind(host=host, name=name, position=position + number) for number, name in enumerate(wanted.values(), 1)]
    SiteKind.objects.bulk_create(saved.kinds)
    record_each(by, "site_kind.create", [(kind, {"note": kind.name, "checks": 0}) for kind in saved.kinds], at=at)
    made = dict(zip(wanted, saved.kinds, strict=True))
    return {one.name: one.kind or made.get(key(one.name)) for one in reading.kinds.values()}


def _make_sites(reading, units, kinds, saved, *, by, at):
    host = by.campaign.host
    position = _last(Site, host)
    saved.sites = [
        Site(
            host=host,
            kind=kinds[one.kind],
            name=one.name,
            **{fact: getattr(one, fact) for fact in PLAIN},
            territory=units.get(one.row.territory),
            line=units.get(one.line),
            position=position + number,
        )
        for number, one in enumerate(reading.having("new"), 1)
    ]
    Site.objects.bulk_create(saved.sites, batch_size=500)
    record_each(by, "site.create", [(site, {"note": site.name}) for site in saved.sites], at=at)


def _change_sites(reading, units, saved, *, by, at) -> dict[int, list[dict]]:
    """site -> [facts before, facts after], as they are kept for taking the workbook back."""
    undo, rows = {}, reading.having("changed")
    fresh = Site.objects.select_for_update().in_bulk([one.site.pk for one in rows])
    for one in rows:
        site = fresh[one.site.pk]
        before = _facts(site)
        _write(site, one, units)
        site.version += 1
        undo[site.pk] = [before, _facts(site)]
        saved.changed.append(site)
    Site.objects.bulk_update(saved.changed, [*COLUMNS, "version"], batch_size=200)
    edits = [(site, {"note": site.name, "old": undo[site.pk][0], "new": undo[site.pk][1]}) for site in saved.changed]
    record_each(by, "site.edit", edits, at=at)
    return undo


def _end_sites(ends, saved, *, by, at) -> dict[int, list[dict]]:
    """Facts before and after, as of a change."""
    undo = {}
    saved.ended = list(Site.objects.select_for_update().filter(pk__in=ends, is_active=True).order_by("position", "pk"))
    for site in saved.ended:
        before = _facts(site)
        site.is_active, site.version = False, site.version + 1
        undo[site.pk] = [before, _facts(site)]
    Site.objects.bulk_update(saved.ended, ["is_active", "version"], batch_size=200)
    record_each(by, "site.end", [(site, {"note": site.name}) for site in saved.ended], at=at)
    return undo


def _write(site: Site, one: SiteReading, units) -> None:
    for fact, _old, _new in one.changes:
        if fact in PLAIN:
            setattr(site, fact, getattr(one, fact))
        elif fact == "is_active":
            site.is_active = True
        else:
            setattr(site, fact, units[one.row.territory if fact == "territory" else one.line])


def _restore(changed, *, by, at):
    sites, edits = Site.objects.select_for_update().in_bulk([int(pk) for pk in changed]), []
    for pk, (before, after) in changed.items():
        site = sites.get(int(pk))
        names = [name for name in after if site and before[name] != after[name] and _facts(site)[name] == after[name]]
        for name in names:
            setattr(site, f"{name}_id" if name in ("territory", "line") else name, before[name])
        if names:
            site.version += 1
            edits.append((site, {"note": site.name, "old": after, "new": before}))
    Site.objects.bulk_update([site for site, _facts in edits], [*COLUMNS, "version"], batch_size=200)
    record_each(by, "site.edit", edits, at=at)


def _facts(site: Site) -> dict:
    """As plain data; a number as it is written."""
    facts = {name: getattr(site, name) for name in ("address", "contact", "phone", "is_active")}
    facts |= {name: None if (value := getattr(site, name)) is None else str(value) for name in ("longitude", "latitude")}
    return facts | {"territory": site.territory_id, "line": site.line_id}


def _last(model, host) -> int:
    return model.objects.filter(host=host).aggregate(last=Max("position"))["last"] or 0


def _read(row: Import) -> SitesReading:
    return read_site_import(row, register=Register(row.campaign.host))


SAVER = Saver(_read, check_sites, save_sites, take_back_sites, has_ends=True)
