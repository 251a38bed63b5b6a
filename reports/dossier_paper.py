"""The dossier on paper: of one item at once, of a unit or a whole checklist by the sweep.

Per item its list of material, then each photo on a page of its own with the six words under it (时间、地点、人物、主题、
背景、事由). Papers and sheets are named in the list and lie in the filing package.
"""

from datetime import date, datetime

from django.utils import timezone

from campaigns.files import read_bytes
from campaigns.models import StoredFile
from checklists.actions.packages import dossiers_in, make_package, state_word
from checklists.completeness import CAPTIONS
from checklists.dossiers import Dossier
from checklists.models import Package
from reports.printing import render_pdf
from reports.typeset.text import chinese_day

PHOTO_SIDE = 1400  # pixels: 156 mm at 230 dots per inch
TEMPLATE = "reports/pdf/dossier.html"


def dossier_pdf(dossier: Dossier, *, day: date) -> bytes:
    """One item's dossier. day: printed; the same material of the same day gives the same bytes."""
    return _pdf([dossier], title="", unit="、".join(unit.name for unit in dossier.leads), day=day)


def make_due_papers(*, now: datetime) -> int:
    """Print every dossier that waits; return how many. Twice equals once."""
    rows = list(Package.objects.filter(form=Package.Form.PAPER).waiting().order_by("at", "pk"))
    for package in rows:
        make_package(package, _write)
    return len(rows)


def _write(package: Package, file) -> None:
    found = dossiers_in(package)
    package.total = sum(len(piece.photos) for one in found for piece in one.pieces)
    Package.objects.filter(pk=package.pk).update(total=package.total)
    unit = package.department.name if package.department else package.campaign.host.name
    file.write(_pdf(found, title=package.checklist.name, unit=unit, day=timezone.localdate(package.at)))


def _pdf(found: list[Dossier], *, title: str, unit: str, day: date) -> bytes:
    photos = {str(row.file_id): row.file for one in found for piece in one.pieces for row in piece.photos}
    context = {
        "title": title,
        "unit": unit,
        "day": chinese_day(day),
        "campaign": found[0].checklist.campaign if found else None,
        "items": [_item(number, one) for number, one in enumerate(found, 1)],
    }
    return render_pdf(TEMPLATE, context, photos=lambda key: _bytes(photos.get(key)), photo_side=PHOTO_SIDE)


def _bytes(stored: StoredFile | None) -> bytes | None:
    try:
        return read_bytes(stored, "screen") if stored else None
    except FileNotFoundError:  # the paper says that the photo is gone
        return None


def _item(number: int, dossier: Dossier) -> dict:
    pieces = dossier.pieces
    return {
        "number": number,
        "name": f"{dossier.item.code} {dossier.item.text}".strip(),
        "project": dossier.project.text,
        "leads": "、".join(unit.name for unit in dossier.leads) or "—",
        "state": state_word(dossier),
        "reason": dossier.set_aside,
        "pieces": [_piece(place, piece) for place, piece in enumerate(pieces, 1)],
        "photos": [_photo(piece, row) for piece in pieces for row in piece.photos],
    }


def _piece(place: int, piece) -> dict:
    files = "、".join(row.file.name for row in piece.files.all())
    return {
        "place": place,
        "title": piece.title,
        "kind": piece.get_kind_display(),
        "day": chinese_day(piece.event_on) if piece.event_on else "",
        "number": piece.number,
        "holds": files or piece.figure or piece.link,
    }


def _photo(piece, row) -> dict:
    words = {name: getattr(piece, "time_text" if name == "time" else name) for name in CAPTIONS}
    words["time"] = words["time"] or (chinese_day(piece.event_on) if piece.event_on else "")
    return {
        "key": row.file_id,
        "title": piece.title,
        "caption": piece.caption,
        "words": [(label, words[name] or "—") for name, label in CAPTIONS.items()],
        "is_tall": (row.file.height or 0) > (row.file.width or 0),
    }
