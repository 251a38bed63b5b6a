"""What a campaign has by now and what it still lacks: for the index of its settings and the office's desk."""

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import navigation
from campaigns.counting import RowCount
from campaigns.models import (
    UNIT_ROLES,
    Campaign,
    CampaignHoliday,
    Membership,
    Participation,
    RankingGroup,
    WorkGroup,
)
from campaigns.viewer import Viewer


def facts_of(viewer: Viewer) -> Campaign:
    """The campaign with how many units, people and groups it has: one query."""
    today = timezone.localdate()
    members = Membership.objects.visible_to(viewer).on(today)  # with deputies, as the list of members
    units = Participation.objects.visible_to(viewer).on(today)
    named = members.own().filter(role__in=UNIT_ROLES).values("department")
    return (
        Campaign.objects.filter(pk=viewer.campaign.pk)
        .annotate(
            unit_count=RowCount(units),
            nobody_count=RowCount(units.exclude(department__in=named)),
            member_count=RowCount(members),
            work_group_count=RowCount(WorkGroup.objects.visible_to(viewer)),
            ranking_group_count=RowCount(RankingGroup.objects.visible_to(viewer)),
            own_day_count=RowCount(CampaignHoliday.objects.visible_to(viewer)),
        )
        .get()
    )


def open_steps(campaign: Campaign, facts: Campaign) -> list[tuple[str, str]]:
    """(label, address) of what a new campaign still needs, in order. facts: of facts_of."""
    steps = [
        (facts.unit_count > 0, _("Say which units take part"), "unit_list"),
        (facts.unit_count > 0 and facts.nobody_count == 0, _("Name a head or a liaison for every unit"), "member_list"),
        (facts.member_count > 1, _("Add the colleagues of the office, inspectors and leaders"), "member_new"),
        (bool(facts.assessment_from), _("Write down when the assessment takes place"), "campaign_edit"),
        (bool(facts.bulletin_name), _("Write the head of the bulletin"), "campaign_edit"),
    ]
    open_steps = [(label, navigation.address(name, campaign)) for done, label, name in steps if not done]
    return [step for step in open_steps if step[1]]
