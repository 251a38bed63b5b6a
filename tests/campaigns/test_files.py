"""Uploads: what is taken, what is refused and why, and what leaves the portal again."""

import datetime
import hashlib
import io
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from campaigns.files import RENDITIONS, SAYS, WANTED, about_file, clean_name, read_bytes, serve, store_upload
from campaigns.models import StoredFile
from tests.factories import UserFactory

GPS = {1: "N", 2: (30.0, 15.0, 30.0), 3: "E", 4: (120.0, 9.0, 18.0)}


def photo(size=(40, 20), form="JPEG", *, orientation=1, taken="2026:03:02 09:30:00", **more):
    """A picture, red left and blue right, with position, owner and time as a phone writes them."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "OWNER-MARK"
    exif.get_ifd(0x8769)[0x9003] = taken
    exif.get_ifd(0x8825).update(GPS)
    out = io.BytesIO()
    picture.save(out, form, exif=exif, **more)
    return out.getvalue()


def workbook():
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def package(entries, *, compress=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as file:
        for name, body in entries.items():
            file.writestr(name, body)
    return out.getvalue()


def document(**more):
    return package({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", **more})


def old_container(*streams):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + b"".join(name.encode("utf-16-le") + b"\0\0" for name in streams)


def huge_png():
    """A real PNG of 20,000 x 20,000 in a few kilobytes."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(b"\0" * 2501) for _ in range(20000)) + rows.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 20000, 20000, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def lying_zip():
    """A workbook whose part unpacks to more than its entry declares."""
    data = bytearray(package({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "A" * 1000}))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rfind(mark)
        data[at + offset : at + offset + 4] = struct.pack("<I", 10)
    return bytes(data)


def encrypted_zip():
    data = bytearray(workbook())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


@pytest.fixture
def keep(campaign):
    """keep(data, name, …) -> the stored row, as a form would have it."""

    def keep(data, name="x.jpg", **more):
        return store_upload(SimpleUploadedFile(name, data), campaign=campaign, by=UserFactory(), **more)

    return keep


REFUSED = {
    "0 bytes": ("a.jpg", b"", "empty"),
    "HTML named .jpg": ("a.jpg", b"<html><script>alert(1)</script></html>", "wrong_kind"),
    "SVG": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "wrong_kind"),
    "GIF": ("a.gif", b"GIF89a" + b"\0" * 40, "wrong_kind"),
    "a GIF that is a script": ("a.gif", b"GIF89a=1;alert(1)//", "wrong_kind"),
    "text": ("a.txt", "只是文字".encode(), "wrong_kind"),
    "a program": ("a.pdf", b"MZ" + b"\0" * 400, "wrong_kind"),
    "20,000 x 20,000 PNG": ("a.png", huge_png(), "pixels"),
    "a JPEG damaged at its beginning": ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 400, "broken_photo"),
    "a PNG damaged at its beginning": ("a.png", b"\x89PNG\r\n" + b"\0" * 400, "broken_photo"),
    "a WebP damaged at its beginning": ("a.webp", b"RIFF\0\0\0\0WEBP" + b"\0" * 400, "broken_photo"),
    "a HEIC damaged at its beginning": ("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 400, "broken_photo"),
    "half a photo": ("a.jpg", photo((400, 400))[:1500], "broken_photo"),
    "a plain zip": ("a.zip", package({"a.txt": "a"}), "wrong_kind"),
    "a presentation": ("a.pptx", package({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}), "wrong_kind"),
    "macros inside": ("a.xlsx", package({"[Content_Types].xml": "", "xl/workbook.xml": "", "xl/vbaProject.bin": "x"}), "macro"),
    "a macro document by its types": (
        "a.docx",
        package({"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml": "<w/>"}),
        "macro",
    ),
    "old workbook with macros": ("a.xls", old_container("Workbook", "_VBA_PROJECT_CUR"), "macro"),
    "old Word document": ("a.doc", old_container("WordDocument"), "wrong_kind"),
    "new document under a password": ("a.xlsx", old_container("EncryptedPackage"), "password"),
    "zip entries under a password": ("a.xlsx", encrypted_zip(), "password"),
    "zip bomb": ("a.xlsx", package({"[Content_Types].xml": "", "xl/workbook.xml": b"0" * 30 * 2**20}), "bomb"),
    "too many parts": ("a.docx", document(**{f"p{n}": "" for n in range(2001)}), "bomb"),
    "a zip that lies": ("a.xlsx", lying_zip(), "broken"),
    "half a workbook": ("a.xlsx", workbook()[:2000], "broken"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_its_own_sentence_and_nothing_kept(case, keep, settings):
    name, data, code = REFUSED[case]

    with pytest.raises(ValidationError) as refused:
        keep(data, name)

    assert (refused.value.code, refused.value.message) == (code, SAYS[code])
    assert StoredFile.objects.count() == 0
    assert not settings.MEDIA_ROOT.exists()


def test_a_sentence_about_a_file_names_it_in_the_readers_signs():
    with translation.override("zh-hans"):
        assert about_file("a.png", "照片打不开。") == "a.png：照片打不开。"
    with translation.override("en"):
        assert about_file("a.png", "Cannot be opened.") == "a.png: Cannot be opened."


class Upload(SimpleUploadedFile):
    """An upload that declares a size of its own."""

    def __init__(self, data, *, declared):
        super().__init__("a.pdf", data)
        self.size = declared


def test_60_megabytes_are_refused_before_they_are_read(campaign):
    upload = Upload(b"%PDF-", declared=60 * 2**20)

    with pytest.raises(ValidationError) as refused:
        store_upload(upload, campaign=campaign, by=UserFactory())

    assert (refused.value.code, refused.value.params, upload.tell()) == ("too_large", {"limit": 50}, 0)


def test_a_declared_size_is_not_believed(campaign, settings):
    settings.UPLOAD_MAX_BYTES = 1000

    with pytest.raises(ValidationError) as refused:
        store_upload(Upload(b"%PDF-" + b"0" * 2000, declared=10), campaign=campaign, by=UserFactory())

    assert refused.value.code == "too_large"


TAKEN = {
    "JPEG": ("现场.JPG", photo(), "photo", "image/jpeg", "现场.jpg"),
    "PNG with a wrong name": ("a.jpg", photo(form="PNG"), "photo", "image/png", "a.png"),
    "WebP": ("a.webp", photo(form="WEBP"), "photo", "image/webp", "a.webp"),
    "HEIC": ("IMG_1.HEIC", photo((64, 64), form="HEIF"), "photo", "image/heic", "IMG_1.heic"),
    "PDF": ("通知.pdf", b"%PDF-1.7\n%%EOF", "document", "application/pdf", "通知.pdf"),
    "Word": (
        "方案.docx",
        document(),
        "document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "方案.docx",
    ),
    "Excel": ("台账.xlsx", workbook(), "sheet", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "台账.xlsx"),
    "old Excel": ("台账.xls", old_container("Workbook"), "sheet", "application/vnd.ms-excel", "台账.xls"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_taken_by_what_it_holds(case, keep):
    name, data, kind, media_type, shown = TAKEN[case]

    stored = keep(data, name)

    assert (stored.kind, stored.media_type, stored.name, stored.size) == (kind, media_type, shown, len(data))
    assert read_bytes(stored) == data
    assert Path(stored.key).stem != Path(name).stem and shown not in stored.key.split("/")


@pytest.mark.parametrize(
    ("kinds", "data"), [(("photo",), workbook()), (("sheet",), photo()), (("document",), workbook()), (("sheet",), document())]
)
def test_only_what_is_wanted_here_is_taken(kinds, data, keep):
    with pytest.raises(ValidationError) as refused:
        keep(data, kinds=kinds)

    assert (refused.value.code, refused.value.message) == ("wrong_kind", WANTED[kinds])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_nothing_of_the_camera_leaves_the_portal(form, keep):
    data = photo((1000, 800), form)
    assert b"OWNER-MARK" in data

    stored = keep(data, "a.jpg")
    served = [b"".join(serve(stored, rendition=name)) for name in ("", "full", *RENDITIONS)]
    served += [read_bytes(stored, name) for name in RENDITIONS]

    for body in served:
        picture = Image.open(io.BytesIO(body))
        assert (picture.format, dict(picture.getexif()), b"Exif" in body, b"OWNER" in body) == ("JPEG", {}, False, False)


def test_comments_in_a_photo_are_not_kept_in_its_renditions(keep):
    stored = keep(photo(comment=b"OWNER-MARK"))

    assert all(b"OWNER" not in b"".join(serve(stored, rendition=name)) for name in ("", *RENDITIONS))


def test_renditions_stand_upright_and_have_their_sizes(keep):
    stored = keep(photo((4000, 2000), orientation=6))  # the camera was turned: red comes to the top

    screen, paper, thumb, whole = (
        Image.open(io.BytesIO(b"".join(serve(stored, rendition=n)))) for n in ("screen", "print", "thumb", "")
    )
    assert (stored.width, stored.height) == (2000, 4000)
    assert (screen.size, paper.size, thumb.size, whole.size) == ((800, 1600), (480, 960), (320, 640), (2000, 4000))
    assert screen.getpixel((400, 100))[0] > 200
    assert screen.getpixel((400, 1500))[2] > 200


def test_a_clear_background_becomes_paper(keep):
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")

    picture = Image.open(io.BytesIO(read_bytes(keep(out.getvalue()), "screen")))

    assert picture.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("taken", "moment"),
    [
        ("2026:03:02 09:30:00", datetime.datetime(2026, 3, 2, 1, 30, tzinfo=datetime.UTC)),
        ("0000:00:00 00:00:00", None),
        ("yesterday", None),
    ],
)
def test_the_cameras_own_time_is_kept_when_it_makes_sense(taken, moment, keep):
    assert keep(photo(taken=taken)).taken_at == moment


def test_the_original_and_its_fingerprint_stay_as_they_came(keep):
    stored = keep(photo())

    assert stored.sha256 == hashlib.sha256(photo()).hexdigest()
    assert read_bytes(stored) == photo()


@pytest.mark.parametrize(
    ("case", "disposition"),
    [
        ("JPEG", "inline; filename*=utf-8''%E7%8E%B0%E5%9C%BA.jpg"),
        ("PDF", "inline; filename*=utf-8''%E9%80%9A%E7%9F%A5.pdf"),
        ("Word", "attachment; filename*=utf-8''%E6%96%B9%E6%A1%88.docx"),
        ("Excel", "attachment; filename*=utf-8''%E5%8F%B0%E8%B4%A6.xlsx"),
    ],
)
def test_served_so_that_it_can_do_no_harm(case, disposition, keep):
    answer = serve(keep(TAKEN[case][1], TAKEN[case][0]))

    assert answer["Content-Disposition"] == disposition
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = "default-src 'none'; style-src 'unsafe-inline'; "
    assert answer["Content-Security-Policy"] == policy + ("object-src 'self'" if case == "PDF" else "sandbox")
    assert answer["Cache-Control"] == "private, no-store"


def test_a_polyglot_is_served_as_our_own_picture_only(keep):
    stored = keep(photo() + b"<html><script>alert(1)</script>")

    assert b"script" not in b"".join(serve(stored))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\图\\照片.jpg", "照片.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie x.jpg"),
        ("", "file"),
        ("长" * 300 + ".jpg", "长" * 100 + ".jpg"),
    ],
)
def test_names_are_cleaned_for_showing(name, shown):
    assert clean_name(name) == shown


def test_two_equal_files_get_their_own_keys(keep):
    first, second = keep(photo()), keep(photo())

    assert first.sha256 == second.sha256
    assert first.key != second.key
    assert default_storage.exists(first.key)
    assert default_storage.exists(second.key)
