"""The lists of the API by statements that are kept: the same answer as by fresh ones, whoever asks."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.isolation import VIEWERS, WITHOUT_ROLE
from tests.test_api import NOUNS


@pytest.mark.parametrize("who", VIEWERS)
def test_a_list_is_the_same_by_a_kept_statement_and_by_one_of_its_own(world, who):
    """A parameter nobody knows filters nothing, and asks anew."""
    viewer, read = world.viewers[who], 0
    for moment in (timezone.now(), timezone.now() + datetime.timedelta(days=30)):
        with time_machine.travel(moment, tick=False):
            client = Client()
            client.force_login(viewer.user)
            for noun in NOUNS:
                address = f"/api/v1/campaigns/{viewer.campaign.pk}/{noun}/"
                kept, fresh = client.get(address), client.get(address, {"page_size": 50, "unknown": 1})

                assert kept.status_code == fresh.status_code
                if kept.status_code == 200:
                    read += kept.json()["count"]
                    assert kept.json() == fresh.json()

    assert read or who in WITHOUT_ROLE
