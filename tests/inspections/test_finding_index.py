"""What a start page shows of a long ledger is found by an index, in its order."""

import pytest
from django.db import connection

from inspections.models import Finding

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_the_oldest_that_wait_are_read_from_their_index(campaign, status):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # few rows are read sooner without an index
    rows = Finding.objects.filter(campaign=campaign, status=status).order_by("found_at", "pk")[:8]

    plan = rows.explain()

    assert "finding_waiting" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
