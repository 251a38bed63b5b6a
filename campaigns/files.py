"""Files that people upload: checked by what they hold, kept under random keys, served so that they can do no harm.

Every file is served by a view that has first found the row it hangs on through `visible_to`.
"""

import hashlib
import io
import posixpath
import re
import zipfile
from datetime import datetime
from uuid import uuid4

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import StoredFile
from campaigns.photos import BadPhoto, clean_copy, read_photo

Kind = StoredFile.Kind
ALL_KINDS = (Kind.PHOTO, Kind.DOCUMENT, Kind.SHEET)
RENDITIONS = ("screen", "print", "thumb")
ACCEPT = {
    Kind.PHOTO: "image/jpeg,image/png,image/webp,image/heic,.heic",
    Kind.DOCUMENT: ".pdf,.docx",
    Kind.SHEET: ".xlsx,.xls,.csv",
}  # for <input accept>

OFFICE_TYPE = "application/vnd.openxmlformats-officedocument."
# extension -> kind, media type
TYPES = {
    "pdf": (Kind.DOCUMENT, "application/pdf"),
    "docx": (Kind.DOCUMENT, OFFICE_TYPE + "wordprocessingml.document"),
    "xlsx": (Kind.SHEET, OFFICE_TYPE + "spreadsheetml.sheet"),
    "xls": (Kind.SHEET, "application/vnd.ms-excel"),
    "csv": (Kind.SHEET, "text/csv"),
}
ZIP_ENTRIES, ZIP_RATIO = 2000, 100
ZIP_BYTES = {"xlsx": 200 * 2**20, "docx": 200 * 2**20}  # unpacked
SMALL_ZIP = 5 * 2**20  # below this unpacked size any ratio is harmless

WANTED = {
    (Kind.PHOTO,): _("Only photos are taken here: JPEG, PNG, WebP or HEIC."),
    (Kind.SHEET,): _("Only sheets are taken here: .xlsx, .xls or .csv."),
    (Kind.DOCUMENT,): _("Only PDF and Word documents are taken here."),
}
SAYS = {
    "empty": _("The file is empty: choose it again."),
    "too_large": _("The file is larger than %(limit)s MB: make it smaller or split it."),
    "wrong_kind": _("This kind of file is not taken: only photos, PDF, Word (.docx) and sheets (.xlsx, .xls, .csv)."),
    "macro": _("The file holds macros: save it without macros and upload it again."),
    "password": _("The file is protected by a password: remove the password and upload it again."),
    "bomb": _("The file unpacks to far more than a document holds and was refused."),
    "broken": _("The file is damaged: open it, save it again and upload it once more."),
    "pixels": _("The picture has more than 50 million pixels: make it smaller."),
    "broken_photo": _("The photo cannot be opened and may be damaged: take or save it again."),
}


def store_upload(upload, *, campaign, by, kinds=ALL_KINDS, at: datetime | None = None) -> StoredFile:
    """Check one uploaded file and keep it; photos also in their renditions.

    upload: a Django UploadedFile or File (name, size, read). by: Viewer or User. kinds: what is taken here. The file is
    written first and its row second: a transaction that fails leaves at worst a file without a row. Raises ValidationError, its
    code one of SAYS; nothing is kept then.
    """
    data, name = _read(upload), clean_name(upload.name)
    extension, kind, media_type, photo = _look_into(data, name, tuple(Kind(one) for one in kinds))
    at = at or timezone.now()
    # A day and a random name: never the client's own.
    key = default_storage.save(f"{campaign.pk}/{at:%Y/%m}/{uuid4()}.{extension}", ContentFile(data))
    for rendition, picture in (photo.renditions if photo else {}).items():
        default_storage.save(_rendition_key(key, rendition), ContentFile(picture))
    return StoredFile.objects.create(
        campaign=campaign,
        key=key,
        name=f"{posixpath.splitext(name)[0]}.{extension}",
        kind=kind,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width=photo and photo.width,
        height=photo and photo.height,
        taken_at=photo and photo.taken_at,
        by=getattr(by, "user", by),
        at=at,
    )


def read_bytes(stored: StoredFile, rendition: str = "") -> bytes:
    """The file's bytes: as it came, or one of RENDITIONS of a photo."""
    with default_storage.open(_rendition_key(stored.key, rendition) if rendition else stored.key) as file:
        return file.read()


def characters_of(stored: StoredFile) -> int | None:
    """Characters of a Word document without white space, as Word counts them; None for what cannot be counted."""
    if not stored.media_type.endswith("wordprocessingml.document"):
        return None
    count = 0
    try:
        with default_storage.open(stored.key) as file, zipfile.ZipFile(file).open("word/document.xml") as part:
            for _event, element in iterparse(part, forbid_dtd=True):
                if element.tag.endswith("}t"):
                    count += len("".join((element.text or "").split()))
                element.clear()
    except (DefusedXmlException, ParseError, KeyError, zipfile.BadZipFile):
        return None
    return count


def serve(stored: StoredFile, *, rendition: str = "") -> HttpResponse:
    """The answer that hands the file to a reader who may see it.

    A photo is always one of our own re-encoded pictures, never what came from the camera: "" gives its whole size.
    Pictures and PDFs open in the browser, in a sandbox; everything else is only saved.
    """
    stem, extension = posixpath.splitext(stored.name)
    if stored.kind == Kind.PHOTO:
        body = io.BytesIO(read_bytes(stored, rendition) if rendition in RENDITIONS else clean_copy(read_bytes(stored)))
        media_type, extension = "image/jpeg", ".jpg"
    else:
        body, media_type = default_storage.open(stored.key), stored.media_type
    inline = media_type in ("image/jpeg", "application/pdf")
    answer = FileResponse(body, as_attachment=not inline, filename=stem + extension, content_type=media_type)
    return harmless(answer)


def serve_original(stored: StoredFile) -> HttpResponse:
    """The file byte for byte as it came, to be saved: for those who declare it, the camera's own data are still in it."""
    body = default_storage.open(stored.key)
    return harmless(FileResponse(body, as_attachment=True, filename=stored.name, content_type="application/octet-stream"))


def harmless(answer: HttpResponse) -> HttpResponse:
    """The same answer with the headers of everything that is no page of ours."""
    # Chromium before 113 refuses to show a PDF inside a sandbox; its viewer runs in an origin of its own anyway.
    closed = "object-src 'self'" if answer["Content-Type"] == "application/pdf" else "sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = f"default-src 'none'; style-src 'unsafe-inline'; {closed}"
    answer["Cache-Control"] = "private, no-store"
    return answer


def about_file(name: str, sentence: str) -> str:
    """A sentence about one of several files."""
    return _("%(file)s: %(sentence)s") % {"file": name, "sentence": sentence}


def clean_name(name: str) -> str:
    """The client's name for showing: the last part of a path, without control marks, at most 100 characters."""
    name = re.split(r"[/\\]", name or "")[-1]
    name = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\"<>|:*?]", "", name).strip(". ")
    stem, extension = posixpath.splitext(name)
    return f"{stem[:100]}{extension[:10]}" or "file"


def _rendition_key(key, rendition):
    return f"{posixpath.splitext(key)[0]}.{rendition}.jpg"


def _read(upload):
    limit = settings.UPLOAD_MAX_BYTES
    if (upload.size or 0) > limit:
        raise _refusal("too_large")
    upload.seek(0)
    data = upload.read(limit + 1)  # the size a client declares is not believed
    if len(data) > limit:
        raise _refusal("too_large")
    if not data:
        raise _refusal("empty")
    return data


def _look_into(data, name, kinds):
    """extension, kind, media type, and the Photo when it is one; only what `kinds` allow."""
    if data.startswith(b"%PDF-"):
        extension = "pdf"
    elif data.startswith(b"PK\x03\x04"):
        extension = _office_kind(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        extension = _old_office_kind(data)
    elif name.lower().endswith(".csv") and _is_text(data):
        extension = "csv"
    else:
        return _look_at_photo(data, kinds)
    kind, media_type = TYPES[extension]
    if kind not in kinds:
        raise _not_wanted(kinds)
    return extension, kind, media_type, None


def _look_at_photo(data, kinds):
    if Kind.PHOTO not in kinds:
        raise _not_wanted(kinds)
    try:
        photo = read_photo(data)
    except BadPhoto as bad:
        if bad.args[0] == "kind":
            raise _not_wanted(kinds) from None
        raise _refusal({"broken": "broken_photo"}.get(bad.args[0], bad.args[0])) from None
    return photo.extension, Kind.PHOTO, photo.media_type, photo


def _office_kind(data):
    """docx or xlsx; read to its end with every byte counted, so that no header is believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}
            extension = "xlsx" if "xl/workbook.xml" in names else "docx" if "word/document.xml" in names else ""
            if not extension and "[Content_Types].xml" not in names:
                raise _refusal("wrong_kind")
            if any(entry.flag_bits & 1 for entry in entries):
                raise _refusal("password")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise _refusal("macro")
            declared = sum(entry.file_size for entry in entries)
            most = min(ZIP_BYTES.get(extension, SMALL_ZIP), max(len(data) * ZIP_RATIO, SMALL_ZIP))
            if len(entries) > ZIP_ENTRIES or declared > most:
                raise _refusal("bomb")
            for entry in entries:  # zipfile stops at the declared size and compares the sum: a lie is damage
                with package.open(entry) as part:
                    while part.read(2**20):
                        pass
            if b"macroEnabled" in package.read("[Content_Types].xml"):
                raise _refusal("macro")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, OSError, RuntimeError, ValueError, zipfile.zlib.error):
        raise _refusal("broken") from None
    if not extension:
        raise _refusal("wrong_kind")
    return extension


def _old_office_kind(data):
    """xls; the names of streams in the old container are UTF-16. A new document under a password is kept in one, too."""
    if _stream("EncryptedPackage") in data:
        raise _refusal("password")
    if _stream("_VBA_PROJECT") in data or _stream("_VBA_PROJECT_CUR") in data:
        raise _refusal("macro")
    if _stream("Workbook") in data or _stream("Book") in data:
        return "xls"
    raise _refusal("wrong_kind")


def _is_text(data):
    """Plain text as a csv is: no page, no script with a mark of another kind, in one of the encodings of Chinese offices."""
    if data.lstrip()[:1] == b"<" or data.startswith((b"GIF8", b"{\\rtf", b"MZ")):
        return False
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    if encodings[0] != "utf-16" and any(byte < 9 for byte in data):
        return False
    for encoding in encodings:
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _stream(name):
    return name.encode("utf-16-le")


def _not_wanted(kinds):
    return ValidationError(WANTED.get(kinds, SAYS["wrong_kind"]), "wrong_kind")


def _refusal(code):
    return ValidationError(SAYS[code], code, params={"limit": settings.UPLOAD_MAX_BYTES // 2**20})
