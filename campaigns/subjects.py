"""What the log's rows are about: their kinds, their words, and the page where such a row is found."""

from collections import defaultdict

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy

from campaigns.models import Role

# Subject of an Event -> URL name of the row's page (campaign, pk). An Event of another kind has no link.
PAGES = {
    "accounts.department": "unit_edit",
    "accounts.departmentgroup": "group_edit",
    "campaigns.membership": "member_edit",
    "campaigns.participation": "participant_edit",
    "checklists.standard": "standard_detail",
    "checklists.duty": "duty_detail",
    "checklists.checkpoint": "checkpoint_detail",
    "checklists.share": "share_detail",
    "checklists.evidence": "evidence_detail",
    "checklists.dispute": "dispute_rule",
    "checklists.bulkact": "duty_bulk_undo",
    "inspections.finding": "finding_detail",
    "inspections.findingdispute": "dispute_finding",
    "inspections.extension": "extension_rule",
    "inspections.round": "round_detail",
    "inspections.site": "site_edit",
    "inspections.problemkind": "problem_kind_edit",
    "reports.bulletin": "bulletin_detail",
}
# Subject of an Event -> fields that name the row; an Event of another kind is called by its kind alone.
NAMED_BY = {
    "accounts.department": ("name",),
    "accounts.departmentgroup": ("name",),
    "campaigns.membership": ("user__name",),
    "campaigns.participation": ("department__name",),
    "checklists.standard": ("name",),
    "checklists.import": ("original__name",),
    "checklists.duty": ("text",),
    "checklists.assignment": ("duty__text",),
    "checklists.checkpoint": ("assignment__duty__text", "title"),
    "checklists.share": ("checkpoint__assignment__duty__text",),
    "checklists.dispute": ("assignment__duty__text",),
    "checklists.claim": ("duty__text",),
    "checklists.evidence": ("title",),
    "inspections.finding": ("year", "no", "text"),
    "inspections.findingdispute": ("finding__year", "finding__no", "finding__text"),
    "inspections.precedent": ("words",),
    "inspections.extension": ("finding__year", "finding__no", "finding__text"),
    "inspections.round": ("name",),
    "inspections.site": ("name",),
    "inspections.problemkind": ("name",),
    "reports.bulletin": ("title",),
}
STATES = {"checklists.bulkact": "act"}  # the field that `old` and `new` are of, where not `status`
WORDS = {  # where two models are called alike
    "checklists.dispute": gettext_lazy("objection to a task"),
    "inspections.findingdispute": gettext_lazy("objection to a finding"),
}
MORE = ["campaigns.campaign", "checklists.assignment", "checklists.claim", "checklists.import", "inspections.precedent"]


def word_of(subject: str) -> str:
    """The word for a kind of row: its model's own, where that tells it from others."""
    if word := WORDS.get(subject):
        return str(word)
    model = _model(subject)
    return str(model._meta.verbose_name) if model else subject


def names_of(events) -> dict[tuple[str, int], str]:
    """(subject, id) -> what the row is called: a finding by its number and text. One query per kind; scoped by the events."""
    wanted = defaultdict(set)
    for event in events:
        if event.subject in NAMED_BY and _model(event.subject):
            wanted[event.subject].add(event.subject_id)
    names = {}
    for subject, ids in wanted.items():
        for pk, *parts in _model(subject)._default_manager.filter(pk__in=ids).order_by().values_list("pk", *NAMED_BY[subject]):
            if len(parts) == 3:  # a number of a year
                year, no, text = parts
                parts = [f"{year}-{no:04d}" if no else "", text]
            names[subject, pk] = " ".join(part for part in parts if part)
    return names


def told_of(event) -> list[str]:
    """What an Event's data say, in the reader's words: the change, the role, the fields that were changed, the note."""
    model = _model(event.subject)
    old, new = (_said(model, event.data.get(side)) for side in ("old", "new"))
    change = f"{old} → {new}" if old and new and old != new else new or old
    role = event.data.get("role", "")
    role = dict(Role.choices).get(role) or _worded(model, "role", role)
    changed = event.data.get("fields") or event.data.get("new")
    fields = "、".join(_field_word(model, name) for name in changed) if isinstance(changed, dict | list) else ""
    return list(dict.fromkeys(str(part) for part in (change, role, fields, event.data.get("note", "")) if part))


def _model(subject):
    try:
        return apps.get_model(subject)
    except (LookupError, ValueError):
        return None


def _said(model, value):
    """One side of a change in words; of many fields at once only their names are told, by told_of."""
    field = STATES.get(model._meta.label_lower, "status") if model else "status"
    return _worded(model, field, value) if isinstance(value, str) else ""


def _worded(model, field, value):
    """A choice of the model's field as it is worded; anything else as it was written down."""
    try:
        return dict(model._meta.get_field(field).flatchoices).get(value, value)
    except (AttributeError, FieldDoesNotExist, TypeError):
        return value


def _field_word(model, name):
    try:
        field = model._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):
        return str(name)
    return str(field.related_model._meta.verbose_name if field.auto_created else field.verbose_name)


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
