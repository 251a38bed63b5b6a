"""Filing packages and dossiers on paper: asked for by a person, made by the sweep, fetched through a view that checks."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from tempfile import TemporaryFile

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import record
from accounts.models import Department
from accounts.verbs import WORDS
from campaigns.viewer import Viewer
from checklists.completeness import CAPTIONS, STATES, State
from checklists.dossiers import Dossier, dossiers_of
from checklists.layout import PieceName, Step, file_names, folder_of
from checklists.models import Checklist, EvidenceFile, Item, Package
from checklists.packing import Damaged, Packed, in_pieces, same_bytes, sum_of, write_package
from checklists.sheets.writing import WrittenColumn, write_sheet

TELL_EVERY = 5  # files between two notes of progress

WORDS.update({"package.ask": gettext_lazy("Asked for a filing package")})

COLUMNS = (
    WrittenColumn("序号", 6, is_centred=True),
    WrittenColumn("测评项目", 18),
    WrittenColumn("测评条目", 36),
    WrittenColumn("牵头单位", 18),
    WrittenColumn("齐备情况", 10, is_centred=True),
    WrittenColumn("题名", 26),
    WrittenColumn("类别", 12, is_centred=True),
    WrittenColumn("日期", 12, is_centred=True),
    WrittenColumn("文号", 18),
    WrittenColumn("数据或网址", 20),
    WrittenColumn("图注（时间、地点、人物、主题、背景、事由）", 40),
    WrittenColumn("审核", 10, is_centred=True),
    WrittenColumn("文件", 40),
    WrittenColumn("防改动校验码（SHA-256）", 26),
    WrittenColumn("缺什么或不适用的理由", 40),
)


@transaction.atomic
def ask_package(
    checklist: Checklist,
    *,
    by: Viewer,
    department: Department | None = None,
    form: str = Package.Form.ARCHIVE,
    at: datetime | None = None,
) -> Package:
    """A package to be made: all of the checklist (office) or what one unit and those below it lead. One that waits is not
    asked for twice.

    Raises PermissionDenied; ValidationError "no_filing" where the campaign files nothing.
    """
    theirs = department is not None and by.belongs_to(department.pk)
    if checklist.campaign_id != by.campaign.pk or not (by.is_office or theirs):
        raise PermissionDenied
    if not by.campaign.asks_filing:
        raise ValidationError(_("This campaign files no material."), "no_filing")
    Checklist.objects.select_for_update().get(pk=checklist.pk)  # two clerks, one package
    asked = {"campaign": by.campaign, "checklist": checklist, "department": department, "form": form}
    known = Package.objects.filter(**asked).waiting().first()
    if known:
        return known
    package = Package.objects.create(**asked, by=by.user, at=at or timezone.now())
    record(by, "package.ask", package, at=at, new=checklist.name, department=department and department.pk)
    return package


def make_due_packages(*, now: datetime | None = None) -> int:
    """Make every archive that waits; return how many. Twice equals once: the file is written only where there is none."""
    rows = list(Package.objects.filter(form=Package.Form.ARCHIVE).waiting().order_by("at", "pk"))
    for package in rows:
        make_package(package, _write_archive)
    return len(rows)


def make_package(package: Package, write: Callable[[Package, object], None]) -> None:
    """Let `write` fill a file, then keep it in the storage and in the row. What cannot be made says why in the row."""
    with TemporaryFile() as file, translation.override(package.campaign.language):
        try:
            write(package, file)
        except Damaged as damaged:
            text = _("The file “%(file)s” is no longer what came in: see to the backup.") % {"file": damaged.args[0]}
            Package.objects.filter(pk=package.pk).update(failed=text[:200])
            return
        size = file.tell()
        file.seek(0)
        sha = sum_of(iter(lambda: file.read(2**20), b""))
        file.seek(0)
        ending = "zip" if package.form == Package.Form.ARCHIVE else "pdf"
        key = default_storage.save(f"{package.campaign_id}/packages/{package.pk}.{ending}", File(file))
    kept = Package.objects.filter(pk=package.pk, file="").update(
        file=key, size=size, sha256=sha, done=package.total, made_at=timezone.now()
    )
    if not kept:  # another runner was faster
        default_storage.delete(key)


def tell_progress(package: Package) -> Callable[[int], None]:
    """Writes `done` into the row every few files."""

    def tell(done: int) -> None:
        if done % TELL_EVERY == 0:
            Package.objects.filter(pk=package.pk).update(done=done)

    return tell


def dossiers_in(package: Package) -> list[Dossier]:
    """What the package holds: of its checklist; of a unit the items that it or those below it lead, with their own material
    and that of the units that support them."""
    units = None
    if package.department:
        units = set(Department.objects.under(package.department).values_list("pk", flat=True))
    found = dossiers_of(package.campaign, units=units, with_others=False)
    found = [one for one in found if one.checklist.pk == package.checklist_id]
    return found if units is None else [one for one in found if any(unit.pk in units for unit in one.leads)]


def package_name(package: Package) -> str:
    """What the file is called when it is saved."""
    unit = package.department.name if package.department else _("all units")
    ending = "zip" if package.form == Package.Form.ARCHIVE else "pdf"
    return f"{package.checklist.name}_{unit}_{timezone.localdate(package.at):%Y%m%d}.{ending}"


def state_word(dossier: Dossier) -> str:
    """Its state in a word."""
    if dossier.set_aside:
        return str(_("not applicable"))
    return str(STATES[State(dossier.state)]) if dossier.state else str(_("no rule"))


def _write_archive(package: Package, file) -> None:
    found = dossiers_in(package)
    placed = _placed(package.checklist, found)
    files = [one for _dossier, _link, one in placed if one]
    package.total = len(files)
    Package.objects.filter(pk=package.pk).update(total=package.total, done=0)
    write_package(
        file,
        (Packed(path, row.file.sha256, lambda row=row: in_pieces(default_storage.open(row.file.key))) for path, row in files),
        index=_index(package, found, placed),
        tell=tell_progress(package),
    )


def _placed(checklist: Checklist, found: list[Dossier]) -> list[tuple[Dossier, object, tuple[str, EvidenceFile] | None]]:
    """(dossier, link, (path, file)) of every file in the order of the package; a record without files has None."""
    steps = _steps(checklist)
    taken: dict[str, int] = defaultdict(int)
    placed = []
    for dossier in found:
        path = steps(dossier.item)
        folder = folder_of(path)
        links = list({link.evidence_id: link for link in dossier.links}.values())
        names = file_names(path, [_piece_name(link.evidence) for link in links])
        for link, mine in zip(links, names, strict=True):
            rows = list(link.evidence.files.all())
            placed += [(dossier, link, (_once(f"{folder}/{name}", taken), row)) for name, row in zip(mine, rows, strict=True)]
            if not rows:
                placed.append((dossier, link, None))
    return placed


def _once(path: str, taken: dict[str, int]) -> str:
    """Two items may share a folder (requirements of one criterion, equal words): the second file of a name is counted."""
    taken[path.casefold()] += 1
    count = taken[path.casefold()]
    if count == 1:
        return path
    stem, dot, ending = path.rpartition(".")
    return _once(f"{stem}_{count}{dot}{ending}" if dot else f"{path}_{count}", taken)


def _steps(checklist: Checklist) -> Callable[[Item], list[Step]]:
    """item -> the way to it, project first; the number of a node is its place among its brothers in the sheet's order."""
    nodes = {item.path: item for item in Item.objects.filter(standard=checklist.standard_id).only("path", "grade", "text")}
    brothers: dict[str, list[str]] = defaultdict(list)
    for path in sorted(nodes):
        brothers[path[:-5]].append(path)
    numbers = {path: number for group in brothers.values() for number, path in enumerate(group, 1)}

    def steps(item: Item) -> list[Step]:
        paths = [item.path[:end] for end in range(5, len(item.path) + 1, 5)]
        return [Step(nodes[path].grade, numbers[path], nodes[path].text) for path in paths]

    return steps


def _piece_name(evidence) -> PieceName:
    files = tuple(row.file.name for row in evidence.files.all())
    return PieceName(str(evidence.get_kind_display()), evidence.title, evidence.event_on, files)


def _index(package: Package, found: list[Dossier], placed) -> bytes:
    """One line per file, per record without files, and per item without material."""
    rows = list(_index_rows(found, placed))
    unit = package.department.name if package.department else _("all units")
    titles = [f"{package.campaign.name} {package.checklist.name}", f"{package.campaign.office_name} {unit}"]
    return same_bytes(write_sheet(name="目录", columns=COLUMNS, rows=rows, titles=titles, paper="A3"))


def _index_rows(found, placed) -> Iterator[list]:
    by_dossier = defaultdict(list)
    for dossier, link, one in placed:
        by_dossier[dossier.item.pk].append((link, one))
    number = 0
    for dossier in found:
        lines = by_dossier[dossier.item.pk] or [(None, None)]
        for place, (link, one) in enumerate(lines):
            number += 1
            yield [number, *_item_cells(dossier), *_piece_cells(link, one), _told(dossier) if place == 0 else ""]


def _item_cells(dossier) -> list[str]:
    name = f"{dossier.item.code} {dossier.item.text}".strip()
    return [dossier.project.text, name, "、".join(unit.name for unit in dossier.leads), state_word(dossier)]


def _piece_cells(link, one) -> list[str]:
    if link is None:
        return [""] * 9
    piece = link.evidence
    words = {name: getattr(piece, "time_text" if name == "time" else name) for name in CAPTIONS}
    captions = [piece.caption, *(f"{CAPTIONS[name]}：{text}" for name, text in words.items() if text)]
    reviewed = link.checkpoint.get_status_display() if link.checkpoint else ""
    path, row = one if one else ("", None)
    return [
        piece.title,
        str(piece.get_kind_display()),
        piece.event_on.isoformat() if piece.event_on else "",
        piece.number,
        " ".join(part for part in (piece.figure, piece.link) if part),
        "；".join(text for text in captions if text),
        str(reviewed),
        path,
        row.file.sha256 if row else "",
    ]


def _told(dossier) -> str:
    return dossier.set_aside or " ".join(str(lack) for lack in dossier.lacks)
