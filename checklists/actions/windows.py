"""The days on which what a checklist's proof shows must have happened."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.verbs import WORDS
from campaigns.viewer import Viewer
from checklists.models import Checklist, ProofWindow

WORDS.update({"checklist.window": _("Set the window of proof")})


@transaction.atomic
def set_window(
    checklist: Checklist, *, first: date | None, last: date | None, by: Viewer, at: datetime | None = None
) -> ProofWindow | None:
    """Both days, or neither: then the usual window counts again. Raises PermissionDenied unless by the campaign's office;
    ValidationError "order", "both"."""
    if not by.is_office or checklist.campaign_id != by.campaign.pk:
        raise PermissionDenied
    if (first is None) != (last is None):
        raise ValidationError(_("Give both days, or none for the usual window."), "both")
    if first and last < first:
        raise ValidationError({"last": ValidationError(_("The last day lies before the first."), "order")})
    window = None
    if first:
        window, _made = ProofWindow.objects.update_or_create(checklist=checklist, defaults={"first": first, "last": last})
    else:
        ProofWindow.objects.filter(checklist=checklist).delete()
    said = f"{first.isoformat()}–{last.isoformat()}" if first else ""
    record(by, "checklist.window", checklist, at=at, note=said)
    return window
