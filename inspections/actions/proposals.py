"""Proposals for one finding, read from the campaign's rows; the thinking is in inspections/proposals.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from campaigns.calendars import calendar_of
from campaigns.clock import Clock, start, start_until
from campaigns.models import Campaign
from campaigns.worktime import Calendar
from checklists.models import Assignment, Item
from inspections.advice import rules_for
from inspections.models import LimitRule, ProblemKind, Site
from inspections.proposals import Answerer, KindWords, Reason, Rule, limit_for, propose_kind, propose_units

REASONS = {
    Reason.RULED: "%(about)s",  # in words already
    Reason.ITEM: _("answers for the item %(about)s"),
    Reason.KIND: _("usually answers for %(about)s"),
    Reason.LINE: _("in charge of %(about)s"),
    Reason.TERRITORY: _("unit of the territory"),
}


@dataclass(frozen=True)
class Unit:
    """A proposed unit with the reason in words."""

    department: Department
    reason: str


@dataclass(frozen=True)
class Proposed:
    """What the recording page shows, and what is saved where nothing else is chosen. units: the first leads."""

    kind: ProblemKind | None
    kind_by_words: bool
    units: list[Unit]
    limit: Rule
    clock: Clock

    @property
    def lead(self) -> Unit | None:
        return self.units[0] if self.units else None

    @property
    def supporting(self) -> list[Unit]:
        return self.units[1:]


def propose(
    campaign: Campaign,
    *,
    text: str = "",
    kind: ProblemKind | None = None,
    severity: str,
    site: Site | None = None,
    items: Iterable[Item] = (),
    at: datetime | None = None,
) -> Proposed:
    """Kind by the words of the text, units by ruling, item, line and territory, limit by the campaign's rules. At most ten
    queries."""
    kinds = {row.pk: row for row in ProblemKind.objects.filter(campaign=campaign, is_active=True)}
    words = [KindWords(row.pk, row.name, row.words, row.line_id) for row in kinds.values()]
    found = None if kind else propose_kind(text, words)
    chosen = kind or (kinds[found.kind_id] if found else None)
    items = list(items)
    ruled = next(iter(rules_for(campaign, items=items, kind=chosen, site=site)), None)
    units = propose_units(
        ruled=Answerer(ruled.rule.department_id, ruled.reason) if ruled else None,
        answerers=_answerers(campaign, items),
        kind=KindWords(chosen.pk, chosen.name, chosen.words, chosen.line_id) if chosen else None,
        site_line=site and (site.line_id or site.kind.line_id),
        site_kind=site.kind.name if site else "",
        territory=site.territory_id if site and campaign.has_territory else None,
    )
    names = Department.objects.in_bulk([one.department_id for one in units])
    limit = limit_for(severity, chosen and chosen.pk, rules_of(campaign))
    return Proposed(
        kind=chosen,
        kind_by_words=bool(found),
        units=[Unit(names[one.department_id], str(REASONS[one.reason]) % {"about": one.about}) for one in units],
        limit=limit,
        clock=begin(limit, calendar_of(campaign), at or timezone.now()),
    )


def _answerers(campaign, items):
    """Leads of the tasks that hang on the items, in the order of the items."""
    ids = [item.pk for item in items]
    if not ids:
        return []
    rows = Assignment.objects.filter(campaign=campaign, duty__item__in=ids, is_lead=True).issued().select_related("duty__item")
    return [
        Answerer(row.department_id, row.duty.item.code or row.duty.item.text[:20])
        for row in sorted(rows, key=lambda row: (ids.index(row.duty.item_id), row.duty.position, row.pk))
    ]


def rules_of(campaign: Campaign) -> list[Rule]:
    rows = LimitRule.objects.filter(campaign=campaign)
    return [Rule(*row) for row in rows.values_list("kind", "severity", "amount", "unit")]


def begin(limit: Rule, calendar: Calendar, at: datetime) -> Clock:
    """The clock of a finding issued at the moment, by the rule."""
    if limit.unit == LimitRule.Unit.HOURS:
        return start_until(calendar.add_work_hours(at, limit.amount))
    return start(calendar.add_workdays(timezone.localdate(at), limit.amount), calendar)
