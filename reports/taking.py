"""Takes everything a week's bulletin is made of, once, as plain data: figures with their rows, and the facts printed beside."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from campaigns.models import Campaign
from checklists.progress import progress_by_project
from inspections.models import Finding, FindingFile, RectificationFile
from reports.figures import Figures, week_of, weekly_figures

LISTED = 60  # so many late findings are printed; the rest is in the ledger


def take_facts(campaign: Campaign, *, monday: date, now: datetime) -> dict:
    """{"week", "late", "worst", "progress", "due_next"}: JSON-able, frozen with the bulletin. A fixed number of queries."""
    figures = weekly_figures(campaign, monday=monday, now=now)
    days = {row.finding_id: row.days for row in figures.late}
    listed = _findings([row.finding_id for row in figures.late[:LISTED]], days)
    worst = [row.finding_id for row in figures.worst]
    photos = _photos(worst)
    return {
        "week": figures.to_json(),
        "late": listed,
        "worst": [fact | photos[fact["id"]] for fact in listed if fact["id"] in worst],
        "progress": [
            {"name": row.about.text, "all": row.total, "done": row.done, "late": row.late}
            for row in progress_by_project(campaign)
        ],
        "due_next": _due_next(campaign, monday),
    }


def figures_of(facts: dict) -> Figures:
    return Figures.from_json(facts["week"])


def _findings(ids: list[int], days: dict[int, int]) -> list[dict]:
    rows = Finding.objects.with_related().in_bulk(ids)
    return [
        {
            "id": pk,
            "number": rows[pk].number,
            "place": rows[pk].where,
            "text": rows[pk].text,
            "unit": rows[pk].lead.name if rows[pk].lead else "",
            "due_on": rows[pk].due_on.isoformat(),
            "days": days[pk],
        }
        for pk in ids
    ]


def _photos(ids: Iterable[int]) -> dict[int, dict[str, int | None]]:
    """Finding -> ids of its first photo and of the first photo of its newest answer."""
    found = {pk: {"before": None, "after": None} for pk in ids}
    for finding, file in (
        FindingFile.objects.filter(finding__in=found).order_by("-position", "-pk").values_list("finding", "file")
    ):
        found[finding]["before"] = file
    answers = RectificationFile.objects.filter(rectification__finding__in=found, file__kind="photo")
    answers = answers.order_by("rectification__round_no", "-position", "-pk")
    for finding, file in answers.values_list("rectification__finding", "file"):
        found[finding]["after"] = file
    return found


def _due_next(campaign: Campaign, monday: date) -> list[int]:
    start, end = week_of(monday + timedelta(days=7))
    rows = Finding.objects.filter(campaign=campaign, clock_due_at__gt=start, clock_due_at__lte=end)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def this_monday(now: datetime) -> date:
    """The Monday of the local week of `now`."""
    today = timezone.localdate(now)
    return today - timedelta(days=today.weekday())
