"""Spells of the findings that are there already: states from the log, units from their own spells.

Limits of before this version were not kept: the present one stands for all of a finding's spells.
"""

from collections import defaultdict
from itertools import pairwise

from django.db import migrations

BATCH = 500
RUNNING = ("issued", "accepted", "returned")


def fill(apps, schema_editor):
    findings = apps.get_model("inspections", "Finding").objects.exclude(status="draft").filter(spells=None)
    ids = list(findings.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), BATCH):
        _fill(apps, list(findings.filter(pk__in=ids[first : first + BATCH])))


def _fill(apps, findings):
    event = apps.get_model("accounts", "Event")
    part = apps.get_model("inspections", "FindingAssignment")
    answer = apps.get_model("inspections", "Rectification")
    spell = apps.get_model("inspections", "FindingSpell")
    ids = [finding.pk for finding in findings]
    states, leads = defaultdict(list), defaultdict(list)
    about = event.objects.filter(subject="inspections.finding", subject_id__in=ids).order_by("at", "pk")
    for pk, at, data in about.values_list("subject_id", "at", "data"):
        if data.get("new", "draft") != "draft":
            states[pk].append((at, data["new"]))
    rows = part.objects.filter(finding__in=ids, is_lead=True).order_by("starts_at", "pk")
    for pk, at, department in rows.values_list("finding", "starts_at", "department"):
        leads[pk].append((at, department))
    accepted = answer.objects.filter(finding__in=ids, outcome="accepted")
    in_time = {(pk, at): good for pk, at, good in accepted.values_list("finding", "verified_at", "in_time")}
    made = []
    for finding in findings:
        known = states[finding.pk] or [(finding.issued_at or finding.found_at, finding.status)]
        for (at, status), (ended_at, _next) in pairwise([*known, (None, "")]):
            led = [department for since, department in leads[finding.pk] if since <= at]
            good = in_time.get((finding.pk, at)) if status == "closed" and finding.due_at else None
            made.append(
                spell(
                    campaign_id=finding.campaign_id,
                    finding=finding,
                    status=status,
                    lead_id=led[-1] if ended_at and led else finding.lead_id,
                    severity=finding.severity,
                    due_on=finding.due_on,
                    due_at=finding.due_at,
                    clock_due_at=finding.due_at if status in RUNNING else None,
                    in_time=good if ended_at else finding.in_time,
                    starts_at=at,
                    ended_at=ended_at,
                )
            )
    spell.objects.bulk_create(made, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0003_finding_spells")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
