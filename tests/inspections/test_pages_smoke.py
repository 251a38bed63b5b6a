import uuid

import pytest

from inspections.models import Finding
from tests.conftest import viewer
from tests.factories import FindingFactory, ProblemKindFactory, RoundFactory, SiteFactory, SiteKindFactory

PAGES = [
    "findings/",
    "findings/new/",
    "findings/chat/",
    "findings/export/",
    "sites/",
    "sites/new/",
    "sites/kinds/",
    "sites/kinds/new/",
    "rounds/",
    "rounds/new/",
    "limits/",
    "limits/new/",
    "limits/days/",
    "findings/propose/?text=abc",
    "sites/search/?site=a",
    "items/search/?item_q=a",
]


@pytest.mark.parametrize("page", PAGES)
def test_pages(client, campaign, page):
    person = viewer(campaign, office=True)
    client.force_login(person.user)
    FindingFactory(campaign=campaign)
    kind = SiteKindFactory(host=campaign.host)
    SiteFactory(kind=kind)
    ProblemKindFactory(campaign=campaign)
    RoundFactory(campaign=campaign)
    answer = client.get(f"/c/{campaign.pk}/{page}")
    assert answer.status_code == 200, answer.content.decode()


@pytest.mark.parametrize("status", Finding.Status.values)
def test_detail(client, campaign, status):
    person = viewer(campaign, office=True)
    client.force_login(person.user)
    row = FindingFactory(campaign=campaign, status=status)
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.get(row.get_absolute_url() + "edit/").status_code == 200


def test_record(client, campaign):
    person = viewer(campaign, inspector=True)
    client.force_login(person.user)
    answer = client.post(
        f"/c/{campaign.pk}/findings/new/", {"key": uuid.uuid4(), "site": "某路口", "text": "垃圾未清", "then": "back"}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert Finding.objects.get().place == "某路口"
