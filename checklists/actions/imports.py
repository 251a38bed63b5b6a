"""A workbook an office uploaded: read, looked at, its doubts settled by a person, then saved whole or thrown away.

The original is kept. What the person settles are edits of the cells as they were read, so that reading again gives the
same answer every time.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
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
from checklists.actions.writing import silent, write_items
from checklists.itemdata import ItemData
from checklists.models import Checklist, Import, SheetMapping, Standard
from checklists.readings import (
    SheetReading,
    StandardReading,
    items_of,
    mapping_of,
    read_standard_import,
    stored_grid,
    unaided,
)
from checklists.sheets.doubts import MEANINGS
from checklists.sheets.grid import read_workbook
from checklists.sheets.headings import plain
from checklists.sheets.widths import column_widths

TAKEN_FILES = (StoredFile.Kind.SHEET, StoredFile.Kind.DOCUMENT)  # of documents only those with a table can be read
CLOSED = {
    Import.Status.READ: _("This workbook is not saved: there is nothing to take back."),
    Import.Status.SAVING: _("This workbook is being saved: wait until it is done."),
    Import.Status.SAVED: _("This workbook was saved or thrown away already."),
    Import.Status.DROPPED: _("This workbook was saved or thrown away already."),
}

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
    follows: Standard | None = None,
    name: str = "",
    edition: str = "",
    at: datetime | None = None,
) -> Import:
    """Keep the workbook and read its sheets; nothing else is saved yet.

    upload: a Django UploadedFile or File; follows: the edition a new one is to replace. Raises PermissionDenied;
    ValidationError, one sentence per cause, for a file that is no workbook, is empty, too large, damaged or under a password.
    """
    at = at or timezone.now()
    if not by.is_office:
        raise PermissionDenied
    grids, widths = _read(upload)
    decisions = {"name": name.strip(), "edition": edition.strip(), "remembered": _remembered(by.campaign, kind)}
    original = store_upload(upload, campaign=by.campaign, by=by, kinds=TAKEN_FILES, at=at)
    row = Import.objects.create(
        campaign=by.campaign,
        kind=kind,
        original=original,
        checklist=checklist,
        reading={"sheets": [stored_grid(grid, widths.get(grid.name)) for grid in grids]},
        decisions=decisions | ({"follows": follows.pk} if follows else {}),
        by=by.user,
        at=at,
    )
    record(by, "import.read", row, at=at, new=original.name)
    return row


@transaction.atomic
def start_again(row: Import, *, by: Viewer, kind: str, checklist: Checklist | None = None, at: datetime | None = None) -> Import:
    """The same workbook once more, for its sheets of another kind: the file is kept once. Raises PermissionDenied."""
    at = at or timezone.now()
    if not by.is_office or by.campaign.pk != row.campaign_id:
        raise PermissionDenied
    again = Import.objects.create(
        campaign=by.campaign,
        kind=kind,
        original=row.original,
        checklist=checklist,
        reading=row.reading,
        decisions={"name": "", "edition": "", "remembered": _remembered(by.campaign, kind)},
        by=by.user,
        at=at,
    )
    record(by, "import.read", again, at=at, new=row.original.name)
    return again


def _read(upload):
    """The sheets of the file and their columns' widths; what is wrong is said more exactly here than elsewhere."""
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:  # store_upload refuses it without reading it
        return [], {}
    upload.seek(0)
    data = upload.read()
    return read_workbook(data, file_name=upload.name), column_widths(data)


@transaction.atomic
def settle_import(
    row: Import, *, by: Viewer, version: int, change: Callable[[dict], None], note: str = "", at: datetime | None = None
) -> Import:
    """Write one decision of a person into `decisions`; see checklists.readings for the changes there are.

    Raises PermissionDenied; ValidationError "stale", "closed".
    """
    row = open_import(row, by, version)
    before = {key: value for key, value in deepcopy(row.decisions).items() if key != "before"}
    change(row.decisions)
    if "before" in row.decisions or row.decisions != before:
        row.decisions["before"] = before
    row.version += 1
    row.save(update_fields=["decisions", "version"])
    record(by, "import.settle", row, at=at, did=note)
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
def save_standard(
    row: Import,
    *,
    by: Viewer,
    version: int,
    is_checked: bool = False,
    at: datetime | None = None,
    is_asked: bool = False,
    tell: Callable[[int], None] = silent,
) -> Standard:
    """A draft edition of the chosen sheets: all of them or nothing.

    is_checked: the person says that the doubts still open were looked at; is_asked: it waits for this as "being saved"; tell:
    is told the percent done. Raises PermissionDenied; ValidationError "stale", "closed", "doubts", "empty".
    """
    at = at or timezone.now()
    row = open_import(row, by, version, status=Import.Status.SAVING if is_asked else Import.Status.READ)
    reading = read_standard_import(row)
    check_standard(reading, is_checked)
    standard = write_standard(
        items_of(reading),
        by=by,
        name=reading.name,
        edition=row.decisions.get("edition", ""),
        original=row.original,
        follows=reading.follows,
        at=at,
        tell=tell,
    )
    remember_headings(row, reading.sheets)
    row.standard, row.status, row.version = standard, Import.Status.SAVED, row.version + 1
    row.save(update_fields=["standard", "status", "version"])
    record(by, "import.save", row, at=at, new=str(standard), doubts=len(reading.open_doubts))
    return standard


def check_standard(reading: StandardReading, is_checked: bool) -> None:
    """Raises what save_standard says."""
    if not reading.tree:
        raise ValidationError(_("No sheet can be read yet: choose a sheet, or say what its columns mean."), "empty")
    if (reading.open_doubts or reading.open_pairs) and not is_checked:
        raise ValidationError(_("Doubts are still open: settle them, or confirm that you have looked at them."), "doubts")


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
    tell: Callable[[int], None] = silent,
) -> Standard:
    """A draft edition with these items. follows: the edition it is to replace; tell: as for save_standard.

    Raises PermissionDenied.
    """
    if not by.is_office:
        raise PermissionDenied
    standard = Standard.objects.create(campaign=by.campaign, name=name, edition=edition, original=original, follows=follows)
    items = write_items(standard, items, tell=tell)
    record(by, "standard.create", standard, at=at, new=str(standard), items=items, follows=follows and follows.pk)
    return standard


def _remembered(campaign, kind):
    return dict(SheetMapping.objects.filter(campaign=campaign, kind=kind).values_list("heading", "meaning"))


def remember_headings(row: Import, sheets: Iterable[SheetReading]) -> None:
    """Keep what the person said otherwise than the portal reads a heading by itself; forget what it now reads so, too."""
    said, forgotten = {}, set()
    for one in sheets:
        own = mapping_of(row, one.name)
        if not (one.chosen and one.sheet and own):
            continue
        alone = unaided(row, one)
        for column in one.sheet.columns:
            heading = plain(column.text)[:80]
            if column.index not in own or not heading:
                continue
            if alone.get(column.index) == own[column.index]:
                forgotten.add(heading)
            elif own[column.index] in ("", *MEANINGS):
                said[heading] = own[column.index]
    SheetMapping.objects.filter(campaign=row.campaign, kind=row.kind, heading__in=forgotten - said.keys()).delete()
    for heading, meaning in said.items():
        SheetMapping.objects.update_or_create(
            campaign=row.campaign, kind=row.kind, heading=heading, defaults={"meaning": meaning}
        )


def remember_kept(row: Import, sheets: Iterable[SheetReading]) -> None:
    """A column saved as a remark is no question when the sheet comes again."""
    texts = {
        plain(column.text)[:80]
        for one in sheets
        if one.chosen and one.sheet
        for column in one.sheet.columns
        if not column.meaning
    }
    for heading in sorted(texts - {""}):
        SheetMapping.objects.get_or_create(campaign=row.campaign, kind=row.kind, heading=heading, defaults={"meaning": ""})


def open_import(row: Import, by: Viewer, version: int, *, status: str = Import.Status.READ) -> Import:
    """The import as it is now, locked; the office's, in this state, unchanged since it was shown."""
    row = Import.objects.select_for_update(of=("self",)).select_related("campaign", "original", "checklist").get(pk=row.pk)
    if not by.is_office or by.campaign.pk != row.campaign_id:
        raise PermissionDenied
    if row.status != status:
        raise ValidationError(CLOSED[row.status], "closed")
    if row.version != version:
        raise ValidationError(_("Somebody changed this preview meanwhile: look again."), "stale")
    return row
