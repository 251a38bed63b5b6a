"""Takes everything a week's bulletin is made of, once, as plain data: figures with their rows, and the facts printed beside."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from campaigns.models import Campaign
from checklists.models import Item
from checklists.progress import checkpoints_by_project
from inspections.models import Finding, FindingFile, FindingSpell, Rectification, RectificationFile
from reports.figures import Figures, due_after, weekly_figures

LISTED = 60  # so many late findings are printed; the rest is in the ledger


def take_facts(campaign: Campaign, *, monday: date, now: datetime) -> dict:
    """{"week", "late", "worst", "progress", "progress_at", "due_next"}: JSON-able, frozen with the bulletin.

    A fixed number of queries. Findings as they stood at the cut; their words as they read now; progress as of `now`.
    """
    figures = weekly_figures(campaign, monday=monday, now=now)
    cut = datetime.fromisoformat(figures.cut)
    days = {row.finding_id: row.days for row in figures.late}
    listed = _findings([row.finding_id for row in figures.late[:LISTED]], days, cut)
    worst = [row.finding_id for row in figures.worst]
    photos = _photos(worst, cut)
    due_next = due_after(campaign, monday=monday + timedelta(days=7), cut=cut)
    return {
        "week": figures.to_json(),
        "late": listed,
        "worst": [fact | photos[fact["id"]] for fact in listed if fact["id"] in worst],
        "progress": [_progress(project, ids) for project, ids in checkpoints_by_project(campaign, now=now)],
        "progress_at": timezone.localtime(now).isoformat(),
        "due_next": list(due_next.order_by("finding").values_list("finding", flat=True)),
    }


def figures_of(facts: dict) -> Figures:
    return Figures.from_json(facts["week"])


def _progress(project: Item, ids: dict[str, list[int]]) -> dict:
    return {"name": project.text, **{column: len(rows) for column, rows in ids.items()}, "ids": ids}


def _findings(ids: list[int], days: dict[int, int], cut: datetime) -> list[dict]:
    rows = Finding.objects.with_related().in_bulk(ids)
    stood = {row.finding_id: row for row in FindingSpell.objects.standing(cut).filter(finding__in=ids).select_related("lead")}
    return [
        {
            "id": pk,
            "number": rows[pk].number,
            "place": rows[pk].where,
            "text": rows[pk].text,
            "unit": stood[pk].lead.name if stood[pk].lead else "",
            "due_on": stood[pk].due_on.isoformat(),
            "days": days[pk],
        }
        for pk in ids
    ]


def _photos(ids: Iterable[int], cut: datetime) -> dict[int, dict]:
    """Finding -> ids of its first photo and of the first photo of its newest answer before the cut; is_returned: that answer
    was sent back by then.

    What was struck off and came back has no photo of how it is now until it is answered again.
    """
    found = {pk: {"before": None, "after": None, "is_returned": False} for pk in ids}
    for finding, file in (
        FindingFile.objects.filter(finding__in=found).order_by("-position", "-pk").values_list("finding", "file")
    ):
        found[finding]["before"] = file
    answers = Rectification.objects.filter(finding__in=found, at__lt=cut)
    decided = answers.filter(verified_at__lt=cut).order_by("round_no")
    struck_off = dict(decided.filter(outcome=Rectification.Outcome.ACCEPTED).values_list("finding", "round_no"))
    returned = set(decided.filter(outcome=Rectification.Outcome.RETURNED).values_list("finding", "round_no"))
    photos = RectificationFile.objects.filter(rectification__in=answers, file__kind="photo")
    photos = photos.order_by("rectification__round_no", "-position", "-pk")
    for finding, round_no, file in photos.values_list("rectification__finding", "rectification__round_no", "file"):
        if round_no > struck_off.get(finding, 0):
            found[finding] |= {"after": file, "is_returned": (finding, round_no) in returned}
    return found
