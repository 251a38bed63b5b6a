"""A ruling kept as a rule, the rules that fit a case, and their end."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Department
from campaigns.models import Campaign
from campaigns.viewer import Viewer
from checklists.models import Dispute, Item, Objection
from checklists.rules import may_rule
from inspections.models import FindingDispute, Precedent, ProblemKind, Site, SiteKind
from inspections.precedents import Bounds, Case, fitting

SHORT = 60  # characters of a ruling that a reason quotes


@dataclass(frozen=True)
class Ruled:
    """A rule that fits, and the reason in words."""

    rule: Precedent
    reason: str


def rules_for(
    campaign: Campaign,
    *,
    items: Iterable[Item] = (),
    kind: ProblemKind | None = None,
    site: Site | None = None,
) -> list[Ruled]:
    """The rules in force that fit a finding, or a task's item, the best first; one query where the campaign has no rule."""
    rules = _running(campaign)
    if not rules:
        return []
    case = Case(
        items=tuple(_keys({item.pk for item in items}).values()),
        kind=kind and kind.pk,
        site_kind=site and site.kind_id,
        area=site.territory.path if site and site.territory_id else "",
    )
    return _fitting(rules, case)


def rules_by_item(campaign: Campaign, items: Collection[int]) -> dict[int, list[Ruled]]:
    """Item id -> the rules in force that fit its tasks, the best first; one query where the campaign has no rule, else two."""
    rules = _running(campaign)
    keys = _keys(items) if rules else {}
    return {pk: found for pk, key in keys.items() if (found := _fitting(rules, Case(items=(key,))))}


def _running(campaign):
    rows = Precedent.objects.running().filter(campaign=campaign, department__is_active=True)
    return {row.pk: row for row in rows.select_related("department", "item__parent", "area", "dispute", "finding_dispute")}


def _keys(items):
    """Item id -> (its key, the key of the one above)."""
    return {pk: keys for pk, *keys in Item.objects.filter(pk__in=items).values_list("pk", "key", "parent__key")}


def _fitting(rules, case):
    found = fitting([_bounds(row) for row in rules.values()], case)
    return [Ruled(rules[fit.rule_id], reason_of(rules[fit.rule_id], is_neighbour=fit.is_neighbour)) for fit in found]


def reason_of(rule: Precedent, *, is_neighbour: bool = False) -> str:
    """“按 2026 年 11 月裁定：…”, in the language now active."""
    facts = {"year": rule.ruled_on.year, "month": rule.ruled_on.month, "words": Truncator(rule.words).chars(SHORT)}
    if is_neighbour:
        return _("by the ruling of %(year)s-%(month)s on a neighbouring item: %(words)s") % facts
    return _("by the ruling of %(year)s-%(month)s: %(words)s") % facts


@transaction.atomic
def keep_ruling(
    objection: Objection,
    *,
    by: Viewer,
    department: Department,
    words: str,
    item: Item | None = None,
    kind: ProblemKind | None = None,
    site_kind: SiteKind | None = None,
    area: Department | None = None,
    at: datetime | None = None,
) -> Precedent:
    """Keep what was ruled as a rule for like cases; nothing that exists is changed by it.

    Raises PermissionDenied; ValidationError "not_ruled", "bounds" (without any it would hold for everything), {"words": …}
    "required", "kept" (this ruling is a rule in force already).
    """
    at = at or timezone.now()
    objection = type(objection).objects.select_for_update().get(pk=objection.pk)
    if not may_rule(by, objection):
        raise PermissionDenied
    if objection.is_open:
        raise ValidationError(_("There is no ruling yet."), "not_ruled")
    if not (item or kind or site_kind or area):
        raise ValidationError(_("Say for what the rule holds: choose at least one of item, kind or area."), "bounds")
    if not words.strip():
        raise ValidationError({"words": ValidationError(_("Write what was ruled."), "required")})
    source = {source_name(objection): objection}
    if Precedent.objects.running().filter(**source).exists():
        raise ValidationError(_("This ruling is kept as a rule already."), "kept")
    rule = Precedent.objects.create(
        campaign=by.campaign,
        department=department,
        item=item,
        kind=kind,
        site_kind=site_kind,
        area=area,
        words=words.strip(),
        ruled_on=timezone.localdate(objection.ruled_at),
        by=by.user,
        at=at,
        **source,
    )
    record(by, "precedent.create", rule, at=at, department_id=department.pk, note=rule.words, unit=str(department))
    return rule


@transaction.atomic
def end_precedent(rule: Precedent, *, by: Viewer, reason: str, at: datetime | None = None) -> Precedent:
    """The rule is proposed no longer. Raises PermissionDenied; ValidationError "wrong_status", {"reason": …} "required"."""
    at = at or timezone.now()
    rule = Precedent.objects.select_for_update().get(pk=rule.pk)
    if not by.is_office or by.campaign.pk != rule.campaign_id:
        raise PermissionDenied
    if rule.ended_on:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why."), "required")})
    rule.ended_on, rule.ended_by, rule.end_reason = timezone.localdate(at), by.user, reason.strip()
    rule.save()
    record(by, "precedent.end", rule, at=at, department_id=rule.department_id, note=rule.end_reason)
    return rule


def source_name(objection: Objection) -> str:
    """The column of the rule in which its ruling stands."""
    return {Dispute: "dispute", FindingDispute: "finding_dispute"}[type(objection)]


def _bounds(row):
    return Bounds(
        rule_id=row.pk,
        item=row.item and row.item.key,
        parent=row.item and row.item.parent and row.item.parent.key,
        kind=row.kind_id,
        site_kind=row.site_kind_id,
        area=row.area.path if row.area else "",
    )
