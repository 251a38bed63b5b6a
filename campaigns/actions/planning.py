"""The stages of a campaign's plan, written whole."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.verbs import WORDS
from campaigns.models import Campaign, PlanStage
from campaigns.viewer import Viewer

MOST = 12
WORDS["plan.stages"] = _("Changed the stages of the plan")


@transaction.atomic
def set_stages(campaign: Campaign, *, stages: list[tuple[str, int]], by: Viewer, at: datetime | None = None) -> list[PlanStage]:
    """These stages in this order instead of the present ones; the plan moves with them.

    stages: (name, working days). Raises PermissionDenied; ValidationError "empty", "days", "twice", "many".
    """
    if not by.is_office or by.campaign.pk != campaign.pk:
        raise PermissionDenied
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    stages = [(name.strip(), days) for name, days in stages if name.strip()]
    names = [name for name, _days in stages]
    if not stages:
        raise ValidationError(_("Name at least one stage."), "empty")
    if len(stages) > MOST:
        raise ValidationError(_("At most %(most)s stages.") % {"most": MOST}, "many")
    if len(set(names)) < len(names):
        raise ValidationError(_("Two stages have the same name."), "twice")
    if any(days is None or not 1 <= days <= 400 for _name, days in stages):
        raise ValidationError(_("A stage takes 1 to 400 working days."), "days")
    old = list(PlanStage.objects.filter(campaign=campaign).values_list("name", "days"))
    PlanStage.objects.filter(campaign=campaign).delete()
    rows = PlanStage.objects.bulk_create(
        PlanStage(campaign=campaign, name=name, days=days, position=number) for number, (name, days) in enumerate(stages)
    )
    record(by, "plan.stages", campaign, at=at, old=old, new=stages)
    return rows
