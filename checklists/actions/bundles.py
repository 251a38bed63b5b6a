"""Many files at once: read with their sheet of captions, looked at, confirmed, then made into records one by one."""

import hashlib
import posixpath
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department
from accounts.verbs import WORDS
from campaigns.archives import Archive, BadArchive
from campaigns.files import SAYS, store_upload
from campaigns.viewer import Viewer, viewer_for
from checklists.actions.evidence import make_evidence, may_write
from checklists.captions import NO_HEADING, UNREADABLE, BundleFile, entries_of, is_caption_sheet
from checklists.models import Bundle, Checkpoint, EvidenceFile
from checklists.sheets.errors import SheetError
from checklists.sheets.grid import read_workbook

Status = Bundle.Status
SHEETS = (".xlsx", ".csv")
PHOTOS = (".jpg", ".jpeg", ".png", ".webp", ".heic")
TAKEN = (*PHOTOS, ".pdf", ".docx", ".xlsx", ".xls")
TEXTS = ("title", "kind", "number", "caption", "time_text", "place", "people", "subject", "background", "occasion")

ARCHIVE_SAYS = {
    "broken": SAYS["broken"],
    "password": SAYS["password"],
    "bomb": SAYS["bomb"],
    "members": _("The archive holds more than 2000 files: split it."),
}
WORDS.update(
    {
        "bundle.read": _("Uploaded many files"),
        "bundle.save": _("Kept the material"),
        "bundle.drop": _("Threw the files away"),
    }
)


def start_bundle(
    department: Department,
    *,
    by: Viewer,
    files: Iterable,
    checkpoint: Checkpoint | None = None,
    key: UUID | None = None,
    at: datetime | None = None,
) -> Bundle:
    """Keep the files aside and say what would be made of them; nothing is among the unit's material yet.

    files: Django Files; archives (.zip) are unpacked, one .xlsx or .csv with the column 文件名 is the sheet of captions. The
    files are written first and the row last, as everywhere. Raises PermissionDenied; ValidationError for archives that
    cannot be opened, and where there is no file at all.
    """
    at = at or timezone.now()
    bundle = Bundle(campaign=by.campaign, department=department, checkpoint=checkpoint, by=by.user, at=at)
    if not by.belongs_to(department.pk) or (checkpoint and not may_write(checkpoint, by)):
        raise PermissionDenied
    if key:
        known = Bundle.objects.filter(key=key, by=by.user).first()
        if known:
            return known
        bundle.key = key
    try:
        kept, rows = _keep(bundle, files)
    except ValidationError:
        _drop_files(bundle)
        raise
    known = _known(department, kept)
    kept = [BundleFile(**(vars(file) | {"known": known.get(file.sha256, "")})) for file in kept]
    bundle.entries = [entry.to_json() for entry in entries_of(kept, rows, today=timezone.localdate(at))]
    with transaction.atomic():
        bundle.save()
        record(by, "bundle.read", bundle, at=at, files=len(kept))
    return bundle


@transaction.atomic
def confirm_bundle(bundle: Bundle, *, by: Viewer, picked: Iterable[int], at: datetime | None = None) -> Bundle:
    """Make records of the entries of these numbers; the work itself is the sweep's, or make_entries at once.

    Raises PermissionDenied; ValidationError "wrong_status", "required" if nothing is picked.
    """
    bundle = _locked(bundle, by)
    picked = set(picked)
    chosen = [n for n, entry in enumerate(bundle.entries) if n in picked and not entry["is_refused"]]
    if not chosen:
        raise ValidationError(_("Choose at least one line."), "required")
    for n, entry in enumerate(bundle.entries):
        entry["is_picked"] = n in chosen
    bundle.status = Status.CONFIRMED
    bundle.save(update_fields=["entries", "status"])
    record(by, "bundle.save", bundle, at=at, records=len(chosen))
    return bundle


@transaction.atomic
def drop_bundle(bundle: Bundle, *, by: Viewer, at: datetime | None = None) -> None:
    """Throw the files away before anything is made of them."""
    bundle = _locked(bundle, by)
    bundle.status = Status.DROPPED
    bundle.save(update_fields=["status"])
    record(by, "bundle.drop", bundle, at=at)
    transaction.on_commit(lambda: _drop_files(bundle))


def make_entries(bundle: Bundle, *, at: datetime | None = None) -> Bundle:
    """Deal with every entry that is left; return the fresh row. Twice, or in two places, equals once: each record has a
    key of its own, and `done` moves only under the lock."""
    for n in range(len(bundle.entries)):
        bundle = _make_entry(bundle, n, at=at)
    if bundle.status == Status.SAVED:
        _drop_files(bundle)
    return bundle


def make_due_bundles(*, now: datetime) -> int:
    """Confirmed bundles that are not finished; return how many were."""
    rows = list(Bundle.objects.filter(status=Status.CONFIRMED).order_by("at", "pk"))
    for bundle in rows:
        make_entries(bundle)
    return len(rows)


def _make_entry(bundle, n, *, at) -> Bundle:
    entry, refused, stored = bundle.entries[n], "", []
    if bundle.done > n or bundle.status != Status.CONFIRMED:
        return bundle
    by = viewer_for(bundle.by, bundle.campaign)
    if entry.get("is_picked"):
        try:
            stored = [_store(bundle, no, name, by, at) for no, name in zip(entry["files"], entry["file_names"], strict=True)]
        except ValidationError as error:
            refused = error.messages[0]
        except FileNotFoundError:  # another runner finished the bundle meanwhile
            refused = str(SAYS["broken"])
    with transaction.atomic():
        bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
        if bundle.done != n or bundle.status != Status.CONFIRMED:
            return bundle
        if entry.get("is_picked") and not refused:
            refused = _make_record(bundle, n, entry, stored, by, at)
        bundle.entries[n]["said"] = refused
        bundle.done = n + 1
        if bundle.done == len(bundle.entries):
            bundle.status = Status.SAVED
        bundle.save(update_fields=["entries", "done", "status"])
    return bundle


def _make_record(bundle, n, entry, stored, by, at) -> str:
    """ "" when it was made, else why not."""
    day = entry["event_on"]
    try:
        with transaction.atomic():
            make_evidence(
                bundle.department,
                by=by,
                files=stored,
                event_on=date.fromisoformat(day) if day else None,
                checkpoint=bundle.checkpoint,
                key=uuid5(bundle.key, str(n)),
                at=at,
                **{name: entry[name] for name in TEXTS},
            )
    except ValidationError as error:
        return error.messages[0]
    except PermissionDenied:
        return str(_("Whoever uploaded it is no longer of the unit."))
    return ""


def _store(bundle, no, name, by, at):
    with default_storage.open(_file_key(bundle, no)) as kept:
        return store_upload(File(kept, name=name), campaign=bundle.campaign, by=by, at=at)


# --- reading --------------------------------------------------------------------------------------


def _keep(bundle, files) -> tuple[list[BundleFile], list | None]:
    kept, rows = [], None
    for name, size, refused, chunks in _members(files):
        no = len(kept)
        data = b"" if refused else b"".join(chunks)
        if rows is None and name.lower().endswith(SHEETS) and not refused:
            rows = _caption_rows(bundle, name, data)
            if rows is not None:
                continue
        if not refused and not name.lower().endswith(TAKEN):
            refused = "wrong_kind"
        if not refused:
            default_storage.save(_file_key(bundle, no), ContentFile(data))
        kept.append(BundleFile(no, name, size, hashlib.sha256(data).hexdigest() if data else "", refused))
    if not kept:
        raise ValidationError({"files": ValidationError(_("There is no file in it: choose pictures, papers or an archive."))})
    return kept, rows


def _members(files) -> Iterator[tuple[str, int, str, Iterable[bytes]]]:
    """(name, size, why it is refused or "", its bytes) of every file, archives unpacked."""
    most = settings.UPLOAD_MAX_BYTES
    for file in files:
        file.seek(0)
        if not file.name.lower().endswith(".zip"):
            refused = "empty" if not file.size else "too_large" if file.size > most else ""
            yield posixpath.basename(file.name), file.size, refused, file.chunks()
            continue
        try:
            archive = Archive(file, most_each=most)
            for member in archive.members:
                yield member.name, member.size, member.refused, archive.read(member)
        except BadArchive as bad:
            code = bad.args[0]
            raise ValidationError({"files": ValidationError(ARCHIVE_SAYS[code], code)}) from None


def _caption_rows(bundle, name, data) -> list | None:
    """The cells of the sheet that names files; None where it is material itself or cannot be read."""
    try:
        grids = read_workbook(data, file_name=name)
    except SheetError as error:
        bundle.doubts.append(str(UNREADABLE % {"name": posixpath.basename(name), "why": error}))
        return None
    for grid in grids:
        rows = [list(row) for row in grid.cells]
        if is_caption_sheet(rows):
            return rows
    bundle.doubts.append(str(NO_HEADING % {"name": posixpath.basename(name)}))
    return None


def _known(department, kept) -> dict[str, str]:
    """sha256 -> title of the unit's record that holds this content now."""
    rows = EvidenceFile.objects.current().filter(evidence__department=department, file__sha256__in={f.sha256 for f in kept})
    return dict(rows.values_list("file__sha256", "evidence__title"))


def _locked(bundle, by) -> Bundle:
    bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
    if bundle.campaign_id != by.campaign.pk or not by.belongs_to(bundle.department_id):
        raise PermissionDenied
    if bundle.status != Status.READ:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    return bundle


def _drop_files(bundle) -> None:
    folder = f"{bundle.campaign_id}/bundles/{bundle.key}"
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")


def _file_key(bundle, no) -> str:
    return f"{bundle.campaign_id}/bundles/{bundle.key}/{no}"
