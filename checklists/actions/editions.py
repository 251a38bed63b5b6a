"""New editions: copied from an older one, or loaded from a file another portal wrote."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.verbs import WORDS
from campaigns.viewer import Viewer
from checklists.actions.imports import write_standard
from checklists.models import Standard
from checklists.portable import StandardFile, read_json
from checklists.portable_sheet import is_portable, read_portable
from checklists.sheets.grid import MAX_BYTES, MB, read_workbook
from checklists.tree import read_items

WORDS["standard.copy"] = _("Copied as a new edition")
WORDS["standard.load"] = _("Loaded from a file of the portal")


@transaction.atomic
def copy_standard(standard: Standard, *, by: Viewer, edition: str, at: datetime | None = None) -> Standard:
    """A draft of the viewer's campaign with everything the published edition holds, the same keys included.

    standard: one the viewer may read. Raises PermissionDenied; ValidationError "not_published", {"edition": …} "required".
    """
    if not by.is_office:
        raise PermissionDenied
    check_followed(standard)
    if not edition.strip():
        raise ValidationError({"edition": ValidationError(_("Say which edition it will be, such as 2027年版."), "required")})
    copy = write_standard(
        read_items(standard), by=by, name=standard.name, edition=edition.strip(), original=None, follows=standard, at=at
    )
    record(by, "standard.copy", copy, at=at, old=str(standard), new=str(copy))
    return copy


def check_followed(standard: Standard) -> None:
    """A draft may still change: nothing can follow it. Raises ValidationError "not_published"."""
    if standard.status == Standard.Status.DRAFT:
        raise ValidationError(_("This edition is a draft itself: publish it before you make the next one."), "not_published")


def read_file(data: bytes, *, file_name: str = "") -> StandardFile | None:
    """The edition in a file that a portal wrote (JSON or xlsx); None for any other workbook.

    Raises ValidationError for a file that is neither, too large, or wrong inside.
    """
    if len(data) > MAX_BYTES:
        raise ValidationError(_("The file is larger than %(limit)s MB."), "too_large", {"limit": MAX_BYTES // MB})
    if data.lstrip()[:1] == b"{" or data.startswith(b"\xef\xbb\xbf{"):
        return read_json(data)
    grids = read_workbook(data, file_name=file_name)
    return read_portable(grids) if is_portable(grids) else None


@transaction.atomic
def load_standard(
    file: StandardFile,
    *,
    by: Viewer,
    name: str = "",
    edition: str = "",
    follows: Standard | None = None,
    at: datetime | None = None,
) -> Standard:
    """A draft with the items of the file, keys included. name, edition: instead of the file's own.

    Raises PermissionDenied; ValidationError "not_published" for a draft that is to be followed.
    """
    if follows:
        check_followed(follows)
    name, edition = name.strip() or file.name, edition.strip() or file.edition
    standard = write_standard(file.items, by=by, name=name, edition=edition, follows=follows, at=at)
    record(by, "standard.load", standard, at=at, new=str(standard))
    return standard
