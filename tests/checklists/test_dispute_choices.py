"""Who may be proposed by a unit that objects: units that take part today."""

import datetime

from django.utils import timezone

from checklists.forms.checkpoints import participants_of
from inspections.forms.moves import DisputeForm
from tests.conftest import viewer
from tests.factories import CampaignFactory, DepartmentFactory, FindingFactory, ParticipationFactory

YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


def test_sections_of_another_campaign_and_units_that_left_are_not_proposed(campaign):
    unit, left, never = (
        DepartmentFactory(parent=campaign.host, name=name) for name in ("示范住建局", "示范水利局", "示范税务局")
    )
    ParticipationFactory(campaign=campaign, department=unit)
    ParticipationFactory(campaign=campaign, department=left, starts_on=YESTERDAY, ended_on=YESTERDAY)
    section = DepartmentFactory(parent=unit, name="示范人事科")
    ParticipationFactory(campaign=CampaignFactory(host=unit), department=section)

    office = viewer(campaign, office=True)
    finding = FindingFactory(campaign=campaign, lead=never)
    form = DisputeForm(finding=finding, viewer=office, move="dispute")

    assert list(participants_of(campaign)) == [unit]
    assert list(form.fields["proposed"].queryset) == [unit]
