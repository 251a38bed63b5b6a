"""Files that come in parts, so that a broken line costs one part: start, append, use, forget."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.files import SAYS, clean_name
from campaigns.viewer import Viewer
from checklists.models import Upload

KEPT = timedelta(hours=24)  # a part that nobody used in this time goes
IN_MEMORY = 8 * 2**20


def start_upload(*, name: str, size: int, by: Viewer, at: datetime | None = None) -> Upload:
    """A new row to which the browser sends parts. Raises PermissionDenied for people who add no material; ValidationError
    "empty", "too_large", "quota"."""
    if not by.department_ids:
        raise PermissionDenied
    if size <= 0:
        raise ValidationError(SAYS["empty"], "empty")
    name = clean_name(name)
    most = settings.BUNDLE_MAX_BYTES if name.lower().endswith(".zip") else settings.UPLOAD_MAX_BYTES
    if size > most:
        raise ValidationError(SAYS["too_large"], "too_large", {"limit": most // 2**20})
    held = Upload.objects.of(by).aggregate(held=Sum("size"))["held"] or 0
    if held + size > 2 * settings.BUNDLE_MAX_BYTES:
        raise ValidationError(_("Too much was sent and not used: use or leave it, it goes after a day."), "quota")
    return Upload.objects.create(campaign=by.campaign, name=name, size=size, by=by.user, at=at or timezone.now())


@transaction.atomic
def append_part(upload: Upload, *, offset: int, data: bytes) -> Upload:
    """Put the next part behind what came so far and return the fresh row.

    Raises ValidationError "offset" if it is not the next one (the browser then asks where to go on), "too_large" if it is
    more than was announced; nothing is kept then.
    """
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if offset != upload.offset or not data:
        raise ValidationError(_("The parts do not follow one another: go on from what arrived."), "offset")
    if offset + len(data) > upload.size:
        raise ValidationError(_("More came than was announced: choose the file again."), "too_large")
    key = _part_key(upload, offset)
    default_storage.delete(key)  # the same part once more, after a crash between file and row
    default_storage.save(key, ContentFile(data))
    upload.offset += len(data)
    if upload.is_whole:
        sums = hashlib.sha256()
        for chunk in _chunks(upload):
            sums.update(chunk)
        upload.sha256 = sums.hexdigest()
    upload.save(update_fields=["offset", "sha256"])
    return upload


def take_uploads(keys: Iterable[UUID], *, by: Viewer) -> list[File]:
    """The whole files of one's own uploads, in the order of the keys; what is not whole or not one's own is left out."""
    rows = {row.key: row for row in Upload.objects.of(by).filter(key__in=list(keys)) if row.is_whole}
    return [_file(rows[key]) for key in dict.fromkeys(keys) if key in rows]


def forget_uploads(keys: Iterable[UUID], *, by: Viewer) -> None:
    """What was used, or is not wanted any more."""
    for upload in Upload.objects.of(by).filter(key__in=list(keys)):
        _drop(upload)


def forget_old_uploads(*, now: datetime) -> int:
    """Uploads nobody used within a day; return how many went. Twice equals once."""
    rows = list(Upload.objects.filter(at__lt=now - KEPT))
    for upload in rows:
        _drop(upload)
    return len(rows)


def _drop(upload):
    for offset in _offsets(upload):
        default_storage.delete(_part_key(upload, offset))
    upload.delete()


def _file(upload) -> File:
    whole = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  its reader closes it
    for chunk in _chunks(upload):
        whole.write(chunk)
    whole.seek(0)
    file = File(whole, name=upload.name)
    file.size = upload.size
    return file


def _chunks(upload):
    for offset in _offsets(upload):
        with default_storage.open(_part_key(upload, offset)) as part:
            yield part.read()


def _offsets(upload) -> list[int]:
    try:
        names = default_storage.listdir(_folder(upload))[1]
    except FileNotFoundError:
        return []
    return sorted(int(name) for name in names if name.isdecimal() and int(name) < upload.offset)


def _folder(upload) -> str:
    return f"{upload.campaign_id}/uploads/{upload.key}"


def _part_key(upload, offset) -> str:
    return f"{_folder(upload)}/{offset:015d}"
