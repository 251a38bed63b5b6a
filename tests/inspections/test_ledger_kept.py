"""The ledger of findings by statements that are kept: the same rows and counts as by fresh ones, whoever asks."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inspections.views.ledger import VIEWS
from tests.isolation import VIEWERS


def seen(answer):
    return [row.pk for row in answer.context["rows"]], answer.context["views"]


@pytest.mark.parametrize("who", VIEWERS)
def test_the_list_is_the_same_by_a_kept_statement_and_by_one_of_its_own(world, who):
    """A filter that leaves everything asks anew; without one the statements of all who see alike are kept."""
    address = reverse("finding_list", args=[world.viewers[who].campaign.pk])
    now = timezone.now()
    for moment, views in ((now, VIEWS), (now + datetime.timedelta(days=30), ("all", "late"))):  # by then what runs is late
        with time_machine.travel(moment, tick=False):
            client = Client()
            client.force_login(world.viewers[who].user)
            for view in views:
                kept = client.get(address, {"view": view})
                fresh = client.get(address, {"view": view, "since": "2000-01-01"})

                assert fresh.status_code == kept.status_code
                assert fresh.status_code != 200 or seen(kept) == seen(fresh)
