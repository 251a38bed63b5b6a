"""Rules from rulings that fit a case, each with its reason; as advice where a task's lead is set."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.viewer import Viewer
from checklists.advice import Advice
from checklists.models import Item
from inspections.models import Precedent, ProblemKind, Site
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


def _bounds(row):
    return Bounds(
        rule_id=row.pk,
        item=row.item and row.item.key,
        parent=row.item and row.item.parent and row.item.parent.key,
        kind=row.kind_id,
        site_kind=row.site_kind_id,
        area=row.area.path if row.area else "",
    )


def rulings(viewer: Viewer, items: set[int]) -> dict[int, list[Advice]]:
    """Item id -> what the rules in force say of its tasks."""
    return {
        item: [Advice(one.rule.department, one.reason, one.rule.ruling.get_absolute_url()) for one in found]
        for item, found in rules_by_item(viewer.campaign, items).items()
    }
