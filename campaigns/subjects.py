"""What the log's rows are about: their kinds, their words, and the page where such a row is found."""

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.urls import NoReverseMatch, reverse

# Subject of an Event -> URL name of the row's page (campaign, pk). An Event of another kind has no link.
PAGES = {
    "accounts.department": "unit_edit",
    "accounts.departmentgroup": "group_edit",
    "campaigns.membership": "member_edit",
    "campaigns.participation": "participant_edit",
    "checklists.standard": "standard_detail",
    "checklists.duty": "duty_detail",
    "checklists.checkpoint": "checkpoint_detail",
    "checklists.evidence": "evidence_detail",
    "checklists.dispute": "dispute_rule",
    "inspections.finding": "finding_detail",
    "inspections.extension": "extension_rule",
    "inspections.round": "round_detail",
    "inspections.site": "site_edit",
    "inspections.problemkind": "problem_kind_edit",
    "reports.bulletin": "bulletin_detail",
}
MORE = ["campaigns.campaign", "checklists.assignment", "checklists.claim", "checklists.import"]


def word_of(subject: str) -> str:
    """The word for a kind of row: its model's own."""
    try:
        return str(apps.get_model(subject)._meta.verbose_name)
    except (LookupError, ValueError):
        return subject


def word_of_status(subject: str, value) -> str:
    """A state as its model words it; anything else as it was written down."""
    try:
        choices = apps.get_model(subject)._meta.get_field("status").flatchoices
    except (LookupError, ValueError, FieldDoesNotExist):
        choices = ()
    return str(dict(choices).get(value, value))


def kinds() -> list[tuple[str, str]]:
    """Choices of the log's filter."""
    known = [name for name in [*PAGES, *MORE] if name.split(".")[1] in apps.all_models[name.split(".")[0]]]
    return [(name, word_of(name)) for name in known]


def page_of_subject(campaign, subject: str, pk: int) -> str | None:
    """Address of the row's page; None when such rows have none."""
    try:
        return reverse(PAGES[subject], args=[campaign.pk, pk])
    except (KeyError, NoReverseMatch):
        return None
