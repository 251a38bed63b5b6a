"""The joint visit (联合踏勘) before a ruling: arranged by the office, its people told, what was found written down.

For every kind of objection: of responsibilities and of findings.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department
from accounts.verbs import WORDS
from campaigns.models import StoredFile
from campaigns.people import Directory
from campaigns.viewer import Viewer
from checklists import rules
from checklists.actions.telling import spoken
from checklists.models import Objection
from notices.actions import notify

WORDS["dispute.visit"] = _("Called a joint visit")
WORDS["dispute.found"] = _("Wrote down what the joint visit found")

TEXT = _("Joint visit on %(day)s, %(place)s: %(about)s, to which %(unit)s objects.")


@transaction.atomic
def arrange_visit(
    objection: Objection,
    *,
    by: Viewer,
    on: date,
    place: str,
    units: Iterable[Department],
    version: int | None = None,
    at: datetime | None = None,
) -> Objection:
    """Call the units to the spot, or change the call; their people and those of the unit that objects are told.

    A visit that has taken place already is written down the same way and nobody is told. Raises PermissionDenied;
    ValidationError "wrong_status" (ruled on), "stale", {"place": …} "required".
    """
    at = at or timezone.now()
    objection = _locked(objection, by, version)
    if not place.strip():
        raise ValidationError({"place": ValidationError(_("Say when and where they meet."), "required")})
    objection.visit_on, objection.visit_place = on, place.strip()
    objection.save()
    invited = list(units)
    objection.visit_units.set(invited)
    with translation.override(by.campaign.language):
        note = f"{spoken(on)} {objection.visit_place}：{'、'.join(unit.name for unit in [objection.department, *invited])}"
    record(by, "dispute.visit", objection, at=at, note=note)
    if on >= timezone.localdate(at):
        _tell(objection, [objection.department, *invited], by=by, at=at)
    return objection


@transaction.atomic
def record_visit(
    objection: Objection,
    *,
    by: Viewer,
    found: str,
    photos: Iterable[StoredFile] = (),
    drop: Iterable[StoredFile] = (),
    version: int | None = None,
    at: datetime | None = None,
) -> Objection:
    """Write down what was found on the spot; until the ruling it can be written anew.

    photos: stored already, to be added; drop: those of the visit that are taken off. Raises PermissionDenied; ValidationError
    "wrong_status", "stale", {"found": …} "required", "no_visit" before its day.
    """
    at = at or timezone.now()
    objection = _locked(objection, by, version)
    if not found.strip():
        raise ValidationError({"found": ValidationError(_("Write what was found."), "required")})
    if objection.visit_on is None or objection.visit_on > timezone.localdate(at):
        raise ValidationError({"found": ValidationError(_("The joint visit has not taken place yet."), "no_visit")})
    objection.visit_found = found.strip()
    objection.save()
    added, dropped = list(photos), list(drop)
    objection.visit_photos.add(*added)
    objection.visit_photos.remove(*dropped)
    record(by, "dispute.found", objection, at=at, note=objection.visit_found, added=len(added), dropped=len(dropped))
    return objection


def _locked(objection, by, version):
    """The row as it is now, its version one on."""
    objection = type(objection).objects.select_for_update().get(pk=objection.pk)
    if not rules.may_rule_case(by, objection):
        raise PermissionDenied
    if not objection.is_open:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    if version is not None and version != objection.version:
        raise ValidationError(_("Somebody was faster: look again."), "stale")
    objection.version += 1
    return objection


def _tell(objection, units, *, by, at):
    """One notice a person; with the address only for the unit that objects: the others do not read the objection."""
    people = Directory(by.campaign, timezone.localdate(at))
    told = {}
    for unit in units:
        for user in people.of(unit):
            told.setdefault(user, objection.get_absolute_url() if unit == objection.department else "")
    told.pop(by.user, None)
    for user, url in told.items():
        with translation.override(user.language):
            facts = {"day": spoken(objection.visit_on), "place": objection.visit_place}
            said = str(TEXT % {**facts, "about": objection.about, "unit": objection.department})
        notify(
            user,
            kind="dispute.visit",
            key=f"dispute.visit:{objection._meta.label_lower}:{objection.pk}:{objection.version}:{user.pk}",
            text=said,
            url=url,
            campaign_id=by.campaign.pk,
            subject=objection,
            at=at,
        )
