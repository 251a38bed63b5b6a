"""Photos: checked before they are opened, set upright, in the sizes the portal shows. Pure: bytes in, bytes out.

Source: shared rules of hostile input, "Files": few formats, own limit of pixels before anything is unpacked, no camera data
(position, owner, serial number) in anything that leaves the portal.
"""

import datetime
import io
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pillow_heif
from PIL import Image, ImageOps

pillow_heif.register_heif_opener(thumbnails=False)

ZONE = ZoneInfo("Asia/Shanghai")
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic"}
MAX_PIXELS = 50_000_000
SCREEN = 1600  # longest side
PRINT = (480, 360)  # what a pair in a paper covers
THUMB = (320, 240)
ORIENTATION, EXIF_IFD, TAKEN, TAKEN_OFFSET = 0x0112, 0x8769, 0x9003, 0x9011


class BadPhoto(ValueError):
    """args[0]: "kind" (no picture we take), "pixels" (too many), "broken" (cannot be read to its end)."""


@dataclass(frozen=True)
class Photo:
    """What is known of a checked photo. width, height: upright; taken_at: the camera's own time, if it tells one."""

    media_type: str
    extension: str
    width: int
    height: int
    taken_at: datetime.datetime | None
    renditions: dict[str, bytes]  # "screen", "print", "thumb": JPEG without any data of the camera


def read_photo(data: bytes) -> Photo:
    """The photo with its renditions; raises BadPhoto. Nothing is unpacked before its size in pixels is known."""
    picture = _open(data)
    taken_at = _taken_at(picture)
    width, height = reversed(picture.size) if _lies_on_its_side(picture) else picture.size
    media_type, extension = FORMATS[picture.format], EXTENSIONS[picture.format]
    screen = _upright(picture, (SCREEN, SCREEN))
    printed = _covering(screen, PRINT)
    renditions = {"screen": _jpeg(screen, 82), "print": _jpeg(printed, 85), "thumb": _jpeg(_covering(printed, THUMB), 78)}
    return Photo(media_type, extension, width, height, taken_at, renditions)


def clean_copy(data: bytes) -> bytes:
    """The whole photo in its own size, upright, as JPEG without any data of the camera; raises BadPhoto."""
    return _jpeg(_upright(_open(data)), 92)


def _open(data):
    try:
        picture = Image.open(io.BytesIO(data), formats=tuple(FORMATS))
    except Image.DecompressionBombError:
        raise BadPhoto("pixels") from None
    except (OSError, ValueError, SyntaxError):
        raise BadPhoto("broken" if _begins_as_photo(data) else "kind") from None
    if picture.width * picture.height > MAX_PIXELS:
        raise BadPhoto("pixels")
    return picture


def _begins_as_photo(data):
    """The first bytes are those of a format we take: what cannot be opened then is damaged, not of another kind."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG")) or data[8:12] == b"WEBP" or data[4:12] in (b"ftypheic", b"ftypmif1")


def _upright(picture, box=None):
    """The picture's pixels alone, turned as the camera was held and no larger than the box."""
    try:
        if box:
            picture.thumbnail(box, reducing_gap=3.0)  # a JPEG is unpacked at a fraction of its size
        picture = ImageOps.exif_transpose(picture)
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            picture = picture.convert("RGBA")
            paper = Image.new("RGB", picture.size, "white")
            paper.paste(picture, mask=picture.getchannel("A"))
            picture = paper
        picture = picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadPhoto("broken") from None
    picture.info = {}  # comments and the like would be written again
    return picture


def _covering(picture, box):
    """A copy just large enough to cover the box; a smaller picture stays as it is."""
    share = max(box[0] / picture.width, box[1] / picture.height)
    if share >= 1:
        return picture
    return picture.resize((max(1, round(picture.width * share)), max(1, round(picture.height * share))), Image.Resampling.LANCZOS)


def _jpeg(picture, quality):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _lies_on_its_side(picture):
    try:
        return picture.getexif().get(ORIENTATION) in (5, 6, 7, 8)
    except Exception:  # whatever a camera or a forger wrote there
        return False


def _taken_at(picture):
    """The moment the camera wrote down; without an offset it is local time. Nonsense is no time."""
    try:
        told = picture.getexif().get_ifd(EXIF_IFD)
        taken = datetime.datetime.strptime(str(told[TAKEN]).strip("\0 "), "%Y:%m:%d %H:%M:%S")
        offset = str(told.get(TAKEN_OFFSET, "")).strip("\0 ")
        zone = datetime.datetime.strptime(offset, "%z").tzinfo if offset else ZONE
        taken = taken.replace(tzinfo=zone)
    except Exception:  # whatever a camera or a forger wrote there
        return None
    return taken if taken.year >= 1990 else None
