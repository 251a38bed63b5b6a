"""Builds the whole demo; everything goes through the actions with the moment at which it happened."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.actions import make_user
from campaigns.models import Campaign
from campaigns.worktime import DAY
from checklists.actions.packages import make_due_packages
from inspections.actions.reminders import sweep_days
from reports.actions import render_due_bulletins
from reports.demo.cast import invented_names
from reports.demo.county import WEEKS, County
from reports.demo.others import plan_city, plan_unit
from reports.demo.timeline import Timeline, moment, monday_of
from reports.dossier_paper import make_due_papers


class NotEmpty(Exception):
    """The portal has campaigns already: the demo never mixes with them."""


@transaction.atomic
def build_demo(now: datetime) -> list[Campaign]:
    """Three campaigns with their past up to `now`. Raises NotEmpty; all or nothing."""
    if Campaign.objects.exists():
        raise NotEmpty
    timeline, names = Timeline(now), invented_names()
    keeper = make_user(username="keeper", name="示范管理员", by=None, is_keeper=True, at=now - timedelta(weeks=WEEKS + 2))
    county = County(keeper, timeline, names)
    campaigns = [county.plan()]
    bureau = county.departments["县政务服务局"]
    campaigns.append(plan_unit(keeper, timeline, names, bureau, county.cast.head(bureau).user))
    campaigns.append(plan_city(keeper, timeline, names))
    _plan_sweeps(timeline, now)
    timeline.play()
    render_due_bulletins()
    make_due_packages(now=now)
    make_due_papers(now=now)
    return campaigns


def _plan_sweeps(timeline: Timeline, now: datetime) -> None:
    """The day's reminders, as the runner would have done them early each morning."""
    day = monday_of(timezone.localdate(now), weeks_ago=WEEKS)
    while day <= timezone.localdate(now):
        timeline.plan(moment(day, 6), sweep_days)
        day += DAY
