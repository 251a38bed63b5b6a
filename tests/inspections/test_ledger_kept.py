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
    for moment in (timezone.now(), timezone.now() + datetime.timedelta(days=30)):  # by then what runs is late
        with time_machine.travel(moment, tick=False):
            client = Client()
            client.force_login(world.viewers[who].user)
            for view in VIEWS:
                by_kept = [client.get(address, {"view": view}) for _again in range(2)]
                fresh = client.get(address, {"view": view, "since": "2000-01-01"})

                assert fresh.status_code == by_kept[0].status_code == by_kept[1].status_code
                if fresh.status_code == 200:
                    assert [seen(answer) for answer in by_kept] == [seen(fresh)] * 2
