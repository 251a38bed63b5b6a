"""How an office prints its tables: chosen whole, or taken back to what its own sheet proposes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.verbs import WORDS
from campaigns.viewer import Viewer
from checklists.columns import HEADINGS, NARROWEST, WIDEST, Column, known_heading, read_back_as
from checklists.models import Checklist, ExportLayout, Import, SheetMapping
from checklists.sheets.doubts import MEANINGS
from checklists.sheets.headings import plain

WORDS.update(
    {
        "layout.set": _("Chose the columns of an export"),
        "layout.reset": _("Took the columns of an export back to the office’s own sheet"),
    }
)
LONGEST = 80


@transaction.atomic
def set_layout(
    checklist: Checklist,
    *,
    kind: str,
    columns: Sequence[Column],
    by: Viewer,
    version: int,
    title: str = "",
    paper: str = "A3",
    at: datetime | None = None,
) -> ExportLayout:
    """From now on the table goes out in these columns in this order. version: of the layout that was shown, 0 = none.

    A heading nobody knows is remembered with what it means, so that the sheet reads back. Raises PermissionDenied;
    ValidationError "stale", "empty", "heading", "twice", "words" (the heading means something else in a sheet), "width".
    """
    row = _locked(checklist, kind, by, version)
    columns = [replace(one, text=one.other or one.text.strip(), merged=one.merged and one.may_merge) for one in columns]
    _check(columns)
    row.title, row.paper = title.strip(), paper
    row.columns = [one.as_json() for one in columns]
    row.version += bool(row.pk)
    row.save()
    _remember(checklist, columns)
    record(by, "layout.set", checklist, at=at, kind=kind, new=[one.text for one in columns], paper=paper)
    return row


@transaction.atomic
def reset_layout(checklist: Checklist, *, kind: str, by: Viewer, version: int, at: datetime | None = None) -> None:
    """The table goes out as the office's own sheet came. Raises PermissionDenied; ValidationError "stale"."""
    row = _locked(checklist, kind, by, version)
    if row.pk:
        record(by, "layout.reset", checklist, at=at, kind=kind, old=[one["text"] for one in row.columns])
        row.delete()


def copy_layouts(old: Checklist, new: Checklist) -> None:
    """A new edition's checklist prints as the one before it."""
    fresh = [
        ExportLayout(
            campaign_id=new.campaign_id, checklist=new, kind=row.kind, title=row.title, paper=row.paper, columns=row.columns
        )
        for row in ExportLayout.objects.filter(checklist=old)
    ]
    ExportLayout.objects.bulk_create(fresh)


def _locked(checklist, kind, by, version):
    if not by.is_office or by.campaign.pk != checklist.campaign_id:
        raise PermissionDenied
    Checklist.objects.select_for_update().get(pk=checklist.pk)  # two who choose at once make one
    row = ExportLayout.objects.filter(checklist=checklist, kind=kind).first()
    if version != (row.version if row else 0):
        raise ValidationError(_("Somebody was faster: look again."), "stale")
    return row or ExportLayout(campaign_id=checklist.campaign_id, checklist=checklist, kind=kind)


def _check(columns):
    if not columns:
        raise ValidationError(_("Print at least one column: give it a number."), "empty")
    headings = set()
    for one in columns:
        if one.meaning not in (*HEADINGS, "") or len(one.text) > LONGEST or not one.text:
            raise ValidationError(_("Each printed column needs a heading."), "heading")
        if not NARROWEST <= one.width <= WIDEST:
            raise ValidationError(_("“%(text)s”: a column is 3 to 120 characters wide.") % {"text": one.text}, "width")
        if plain(one.text) in headings:
            raise ValidationError(_("Two columns have the heading “%(text)s”.") % {"text": one.text}, "twice")
        headings.add(plain(one.text))
        known = known_heading(one.text)
        if one.meaning and known and known not in read_back_as(one):
            facts = {"text": one.text, "meaning": MEANINGS.get(known, known)}
            text = _("“%(text)s” means “%(meaning)s” when a sheet is read: choose other words for this column.")
            raise ValidationError(text % facts, "words")


def _remember(checklist, columns):
    for one in columns:
        if not known_heading(one.text):
            SheetMapping.objects.update_or_create(
                campaign_id=checklist.campaign_id,
                kind=Import.Kind.RESPONSIBILITIES,
                heading=plain(one.text)[:LONGEST],
                defaults={"meaning": min(read_back_as(one) - {"unit", "task"})},
            )
