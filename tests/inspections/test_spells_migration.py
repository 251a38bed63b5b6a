"""A portal that is upgraded: spells of the findings that are there already, from the log and their units' spells."""

import datetime
from importlib import import_module

from django.apps import apps
from django.utils import timezone

from inspections.actions.findings import move_finding
from inspections.models import Finding, FindingSpell
from tests.conftest import viewer
from tests.factories import DepartmentFactory
from tests.inspections.test_finding_moves import finding_in

fill = import_module("inspections.migrations.0004_past_spells").fill


def moment(day, hour=10):
    return timezone.make_aware(datetime.datetime(2026, 3, day, hour))


def spells(row):
    return list(row.spells.values_list("status", "lead", "clock_due_at", "in_time", "starts_at", "ended_at"))


def test_past_spells_are_those_the_moves_would_have_kept_but_for_earlier_limits(campaign):
    office, row = viewer(campaign, office=True), finding_in("draft", campaign=campaign)
    first, second = row.lead, DepartmentFactory(parent=campaign.host)
    head = viewer(campaign, head_of=second)
    move_finding(row, move="issue", by=office, at=moment(3), due_on=datetime.date(2026, 3, 6))
    move_finding(
        row, move="transfer", by=office, at=moment(4), department=second, reason="改派", due_on=datetime.date(2026, 3, 9)
    )
    move_finding(row, move="submit", by=head, at=moment(5), text="已整改")
    row = move_finding(row, move="close", by=office, at=moment(6), how="online")
    kept = spells(row)
    FindingSpell.objects.all().delete()

    fill(apps, None)
    fill(apps, None)  # twice equals once

    assert [one[1] for one in kept] == [first.pk, second.pk, second.pk, second.pk]
    kept[0] = (*kept[0][:2], row.due_at, *kept[0][3:])  # the limit before the transfer was not kept
    assert spells(row) == kept


def test_a_finding_without_a_log_stands_as_it_is_since_it_was_issued(campaign):
    row, draft = finding_in("parked", campaign=campaign), finding_in("draft", campaign=campaign)
    FindingSpell.objects.all().delete()

    fill(apps, None)

    assert spells(row) == [("parked", row.lead_id, None, None, row.issued_at, None)]
    assert not Finding.objects.get(pk=draft.pk).spells.exists()
