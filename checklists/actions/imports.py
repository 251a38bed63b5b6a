"""A workbook an office uploaded: read, looked at, its doubts settled by a person, then saved whole or thrown away.

The original is kept. What the person settles are edits of the cells as they were read, so that reading again gives the
same answer every time.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.verbs import WORDS
from campaigns.files import store_upload
from campaigns.models import StoredFile
from campaigns.viewer import Viewer
from checklists.actions.writing import write_items
from checklists.itemdata import ItemData
from checklists.models import Checklist, Import, Standard
from checklists.readings import items_of, read_standard_import, stored_grid
from checklists.sheets.grid import read_workbook

WORDS.update(
    {
        "import.read": _("Uploaded a workbook"),
        "import.settle": _("Settled a doubt of the workbook"),
        "import.save": _("Saved the workbook"),
        "import.drop": _("Threw the workbook away"),
    }
)


@transaction.atomic
def start_import(
    upload,
    *,
    by: Viewer,
    kind: str,
    checklist: Checklist | None = None,
    name: str = "",
    edition: str = "",
    at: datetime | None = None,
) -> Import:
    """Keep the workbook and read its sheets; nothing else is saved yet.

    upload: a Django UploadedFile or File. Raises PermissionDenied; ValidationError, one sentence per cause, for a file that
    is no workbook, is empty, too large, damaged or under a password.
    """
    at = at or timezone.now()
    if not by.is_office:
        raise PermissionDenied
    grids = _read(upload)
    original = store_upload(upload, campaign=by.campaign, by=by, kinds=[StoredFile.Kind.SHEET], at=at)
    row = Import.objects.create(
        campaign=by.campaign,
        kind=kind,
        original=original,
        checklist=checklist,
        reading={"sheets": [stored_grid(grid) for grid in grids]},
        decisions={"name": name.strip(), "edition": edition.strip()},
        by=by.user,
        at=at,
    )
    record(by, "import.read", row, at=at, new=original.name)
    return row


def _read(upload):
    """The sheets of the file; what is wrong with a workbook is said more exactly here than by the check of any upload."""
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:  # store_upload refuses it without reading it
        return []
    upload.seek(0)
    return read_workbook(upload.read(), file_name=upload.name)


@transaction.atomic
def settle_import(
    row: Import, *, by: Viewer, version: int, change: Callable[[dict], None], note: str = "", at: datetime | None = None
) -> Import:
    """Write one decision of a person into `decisions`; see checklists.readings for the changes there are.

    Raises PermissionDenied; ValidationError "stale", "closed".
    """
    row = open_import(row, by, version)
    change(row.decisions)
    row.version += 1
    row.save(update_fields=["decisions", "version"])
    record(by, "import.settle", row, at=at, note=note)
    return row


@transaction.atomic
def drop_import(row: Import, *, by: Viewer, version: int, at: datetime | None = None) -> Import:
    """Throw the reading away; the original stays with it."""
    row = open_import(row, by, version)
    row.status, row.version = Import.Status.DROPPED, row.version + 1
    row.save(update_fields=["status", "version"])
    record(by, "import.drop", row, at=at, new=row.original.name)
    return row


@transaction.atomic
def save_standard(row: Import, *, by: Viewer, version: int, is_checked: bool = False, at: datetime | None = None) -> Standard:
    """A draft edition of the chosen sheets: all of them or nothing.

    is_checked: the person says that the doubts still open were looked at. Raises PermissionDenied; ValidationError
    "stale", "closed", "doubts", "empty", {"name": …} "required".
    """
    at = at or timezone.now()
    row = open_import(row, by, version)
    reading = read_standard_import(row)
    if not reading.tree:
        raise ValidationError(_("No sheet can be read yet: choose a sheet, or say what its columns mean."), "empty")
    if (reading.open_doubts or reading.open_pairs) and not is_checked:
        raise ValidationError(_("Doubts are still open: settle them, or confirm that you have looked at them."), "doubts")
    name = row.decisions.get("name", "")
    if not name:
        raise ValidationError({"name": ValidationError(_("Give the standard a name."), "required")})
    edition, follows = row.decisions.get("edition", ""), reading.follows
    standard = write_standard(items_of(reading), by=by, name=name, edition=edition, original=row.original, follows=follows, at=at)
    row.standard, row.status, row.version = standard, Import.Status.SAVED, row.version + 1
    row.save(update_fields=["standard", "status", "version"])
    record(by, "import.save", row, at=at, new=str(standard), doubts=len(reading.open_doubts))
    return standard


@transaction.atomic
def write_standard(
    items: list[ItemData],
    *,
    by: Viewer,
    name: str,
    edition: str = "",
    original: StoredFile | None = None,
    follows: Standard | None = None,
    at: datetime | None = None,
) -> Standard:
    """A draft edition with these items. follows: the edition it is to replace. Raises PermissionDenied."""
    if not by.is_office:
        raise PermissionDenied
    standard = Standard.objects.create(campaign=by.campaign, name=name, edition=edition, original=original, follows=follows)
    items = write_items(standard, items)
    record(by, "standard.create", standard, at=at, new=str(standard), items=items, follows=follows and follows.pk)
    return standard


def open_import(row: Import, by: Viewer, version: int) -> Import:
    """The import as it is now, locked; the office's, still to be looked at, unchanged since it was shown."""
    row = Import.objects.select_for_update(of=("self",)).select_related("campaign", "original", "checklist").get(pk=row.pk)
    if not by.is_office or by.campaign.pk != row.campaign_id:
        raise PermissionDenied
    if row.status != Import.Status.READ:
        raise ValidationError(_("This workbook was saved or thrown away already."), "closed")
    if row.version != version:
        raise ValidationError(_("Somebody changed this preview meanwhile: look again."), "stale")
    return row
