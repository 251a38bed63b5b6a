"""What a campaign has by now and what it still lacks: for the index of its settings and the office's desk."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import navigation
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


def fact_rows(viewer: Viewer) -> dict[str, QuerySet]:
    """Units, people and groups the campaign has, by what counts them."""
    today = timezone.localdate()
    members = Membership.objects.visible_to(viewer).on(today)  # with deputies, as the list of members
    units = Participation.objects.visible_to(viewer).on(today)
    named = members.own().filter(role__in=UNIT_ROLES).values("department")
    return {
        "unit_count": units,
        "nobody_count": units.exclude(department__in=named),
        "member_count": members,
        "work_group_count": WorkGroup.objects.visible_to(viewer),
        "ranking_group_count": RankingGroup.objects.visible_to(viewer),
        "own_day_count": CampaignHoliday.objects.visible_to(viewer),
    }


def open_steps(campaign: Campaign, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """(label, address) of what a new campaign still needs, in order. counts: of fact_rows."""
    steps = [
        (counts["unit_count"] > 0, _("Say which units take part"), "unit_list"),
        (counts["unit_count"] > 0 and counts["nobody_count"] == 0, _("Name a head or a liaison for every unit"), "member_list"),
        (counts["member_count"] > 1, _("Add the colleagues of the office, inspectors and leaders"), "member_new"),
        (bool(campaign.assessment_from), _("Write down when the assessment takes place"), "campaign_edit"),
        (bool(campaign.bulletin_name), _("Write the head of the bulletin"), "campaign_edit"),
    ]
    open_steps = [(label, navigation.address(name, campaign)) for done, label, name in steps if not done]
    return [step for step in open_steps if step[1]]
