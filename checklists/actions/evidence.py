"""Proof: a record of a unit, kept once, with its versions, and linked to any number of checkpoints and items."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import PurePath
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department
from accounts.verbs import WORDS
from campaigns.files import characters_of
from campaigns.models import StoredFile
from campaigns.viewer import Viewer
from checklists import rules
from checklists.actions.assignments import LIVE, lock
from checklists.models import Assignment, Checklist, Checkpoint, Evidence, EvidenceFile, EvidenceLink, EvidenceVersion, Item

Kind = Evidence.Kind

# Proof may come and go only before the unit hands in.
WRITABLE = {Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED}
# What a record says beside its files; each may be empty but the title.
TEXTS = ("title", "number", "caption", "time_text", "place", "people", "subject", "background", "occasion", "figure", "link")
FIELDS = ("kind", "event_on", *TEXTS)

WORDS.update(
    {
        "evidence.create": _("Added proof"),
        "evidence.edit": _("Changed proof"),
        "evidence.link": _("Added proof"),
        "evidence.unlink": _("Took proof off"),
    }
)


@transaction.atomic
def make_evidence(
    department: Department,
    *,
    by: Viewer,
    kind: str = "",
    event_on: date | None = None,
    files: Iterable[StoredFile] = (),
    checkpoint: Checkpoint | None = None,
    key: UUID | None = None,
    at: datetime | None = None,
    **texts: str,
) -> Evidence:
    """A new record of the unit's material; linked to the checkpoint if one is named.

    files: stored by campaigns.files.store_upload. texts: of TEXTS. title, kind: empty means what the content suggests.
    key: the same key twice is one record. Raises PermissionDenied for another unit's; ValidationError if there is nothing
    to keep.
    """
    at = at or timezone.now()
    files = list(files)
    evidence = Evidence(campaign=by.campaign, department=department, key=key or uuid4(), by=by.user, at=at)
    _fill(evidence, kind=kind, event_on=event_on, files=files, **texts)
    if not rules.belongs(by, evidence):
        raise PermissionDenied
    _check(evidence, files, at=at)
    try:
        with transaction.atomic():
            evidence.save()
    except IntegrityError:
        known = Evidence.objects.filter(key=evidence.key, by=by.user).first()
        if known is None:  # somebody else's key
            raise PermissionDenied from None
        return known
    _add_files(evidence, files)
    record(by, "evidence.create", evidence, at=at, note=evidence.title, files=len(files))
    if checkpoint:
        link_evidence(evidence, checkpoint=checkpoint, by=by, at=at)
    return evidence


@transaction.atomic
def edit_evidence(
    evidence: Evidence,
    *,
    by: Viewer,
    version: int,
    kind: str = "",
    event_on: date | None = None,
    files: Iterable[StoredFile] = (),
    drop: Iterable[EvidenceFile] = (),
    at: datetime | None = None,
    **texts: str,
) -> Evidence:
    """Change a record; how it stood is kept as an EvidenceVersion, files taken away stay with the old version.

    files: to be added; drop: its files to be taken away; texts: all of TEXTS that are to stand, the others become empty.
    Raises PermissionDenied; ValidationError "stale", "handed_in" (what is handed in or approved stands still), "future",
    "required".
    """
    at, files = at or timezone.now(), list(files)
    _lock_parts(evidence)
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if not rules.belongs(by, evidence):
        raise PermissionDenied
    _check_change(evidence, version)
    current = list(evidence.files.current().select_related("file"))
    gone = [row for row in current if row.pk in {one.pk for one in drop}]
    kept = [row.file for row in current if row not in gone]
    frozen = _frozen(evidence, current)
    _fill(evidence, kind=kind, event_on=event_on, files=[*kept, *files], **texts)
    _check(evidence, [*kept, *files], at=at)
    if frozen["texts"] == _texts(evidence) and not (gone or files):
        return evidence
    _keep_version(evidence, frozen, gone)
    evidence.version += 1
    evidence.changed_by, evidence.changed_at = by.user, at
    evidence.save()
    _add_files(evidence, files, after=max((row.position for row in current), default=-1))
    changed = [name for name, value in _texts(evidence).items() if value != frozen["texts"][name]]
    record(by, "evidence.edit", evidence, at=at, fields=changed, added=len(files), dropped=len(gone))
    return evidence


def _check_change(evidence, version):
    if version != evidence.version:
        raise ValidationError(_("Somebody changed this material while you were writing."), "stale")
    if holder := handed_in_with(evidence):
        text = _("This stands in “%(task)s”, which was handed in: withdraw that first, or add a new record.")
        raise ValidationError(text, "handed_in", {"task": holder.assignment.duty.text[:40]})


def _keep_version(evidence, frozen, gone):
    """How it stood; the files that go stay with it."""
    EvidenceVersion.objects.create(
        evidence=evidence,
        no=evidence.version,
        frozen=frozen,
        by=evidence.changed_by or evidence.by,
        at=evidence.changed_at or evidence.at,
    )
    evidence.files.filter(pk__in=[row.pk for row in gone]).update(until_no=evidence.version)


@transaction.atomic
def link_evidence(evidence: Evidence, *, checkpoint: Checkpoint, by: Viewer, at: datetime | None = None) -> EvidenceLink:
    """Use a record of the unit's material for a checkpoint, without a second upload; twice equals once.

    The record may have been made in another campaign; whoever has a part of the checkpoint in hand links their own. Raises
    PermissionDenied if record or checkpoint is another unit's; ValidationError "wrong_status" once it is handed in.
    """
    checkpoint = _writable(checkpoint, by)
    if not rules.owns_material(by, evidence):
        raise PermissionDenied
    return _link(evidence, by=by, at=at or timezone.now(), about=checkpoint, checkpoint=checkpoint)


@transaction.atomic
def unlink_evidence(evidence: Evidence, *, checkpoint: Checkpoint, by: Viewer, at: datetime | None = None) -> None:
    """Take a record off a checkpoint; the record stays among the unit's material. Raises as link_evidence does.

    Whoever has only a part in hand takes off nothing but their own.
    """
    checkpoint = _writable(checkpoint, by)
    if not (rules.belongs(by, checkpoint) or rules.owns_material(by, evidence)):
        raise PermissionDenied
    _unlink(evidence, by=by, at=at or timezone.now(), about=checkpoint, checkpoint=checkpoint)


@transaction.atomic
def use_for_item(evidence: Evidence, *, checklist: Checklist, item: Item, by: Viewer, at: datetime | None = None) -> EvidenceLink:
    """File a record under an item where no checkpoint is meant; twice equals once.

    Raises PermissionDenied unless record and a part in the item are the unit's; ValidationError "wrong_status" once all of
    the unit's parts in it are done.
    """
    if not rules.owns_material(by, evidence):
        raise PermissionDenied
    _check_part(checklist, item, by)
    return _link(evidence, by=by, at=at or timezone.now(), about=evidence, checklist=checklist, item=item)


@transaction.atomic
def take_off_item(evidence: Evidence, *, checklist: Checklist, item: Item, by: Viewer, at: datetime | None = None) -> None:
    """Take a record off an item. Raises as use_for_item does."""
    if not rules.owns_material(by, evidence):
        raise PermissionDenied
    _check_part(checklist, item, by)
    _unlink(evidence, by=by, at=at or timezone.now(), about=evidence, checklist=checklist, item=item)


def may_write(checkpoint: Checkpoint, viewer: Viewer) -> bool:
    """Whether the viewer may add or take off proof for the unit now; for pages."""
    return rules.belongs(viewer, checkpoint) and is_writable(checkpoint)


def is_writable(checkpoint: Checkpoint) -> bool:
    """Not handed in, and in force: proof may come and go."""
    return checkpoint.status in WRITABLE and checkpoint.assignment.status in LIVE


def handed_in_with(evidence: Evidence) -> Checkpoint | None:
    """A checkpoint that was handed in with this record, so that it no longer changes; None if it may."""
    rows = Checkpoint.objects.filter(links__evidence=evidence, links__ended_at=None).exclude(status__in=WRITABLE)
    return rows.select_related("assignment__duty").order_by("pk").first()


def _fill(evidence, *, kind, event_on, files, **texts):
    if unknown := set(texts) - set(TEXTS):
        raise TypeError(f"a record has no {', '.join(sorted(unknown))}")
    for name in TEXTS:
        setattr(evidence, name, (texts.get(name) or "").strip())
    title = evidence.title or _title_of(files, evidence.caption, evidence.figure, evidence.link)
    evidence.title = title[:120]
    evidence.kind = kind or _kind_of(files, evidence.figure, evidence.link)
    evidence.event_on = event_on


def _check(evidence, files, *, at):
    if not (files or evidence.figure or evidence.link):
        raise ValidationError({"files": ValidationError(_("Choose a file, or give a figure or a web address."), "required")})
    if evidence.event_on and evidence.event_on > timezone.localdate(at):
        raise ValidationError({"event_on": ValidationError(_("This day has not come yet."), "future")})
    evidence.full_clean(exclude=["key"])


def _add_files(evidence, files, after=-1):
    EvidenceFile.objects.bulk_create(
        EvidenceFile(evidence=evidence, file=file, position=n, from_no=evidence.version, words=characters_of(file))
        for n, file in enumerate(files, after + 1)
    )


def _texts(evidence):
    return {name: str(getattr(evidence, name) or "") for name in FIELDS}


def _frozen(evidence, rows):
    """The version as it stood: its texts, and what its files were by content."""
    files = [{"name": row.file.name, "sha256": row.file.sha256} for row in rows]
    return {"texts": _texts(evidence), "files": files}


def _lock_parts(evidence):
    """Nobody hands in with this record while it changes: the lock of a part is its assignment's row."""
    parts = Assignment.objects.filter(checkpoints__links__evidence=evidence, checkpoints__links__ended_at=None)
    for pk in sorted(set(parts.values_list("pk", flat=True))):
        lock(pk)


def _link(evidence, *, by, at, about, **place):
    link, made = EvidenceLink.objects.get_or_create(evidence=evidence, **place, defaults={"by": by.user, "at": at})
    if made or link.ended_at:
        link.by, link.at, link.ended_at = by.user, at, None
        link.save()
        record(by, "evidence.link", about, at=at, note=evidence.title, evidence=evidence.pk, **_item_note(place))
    return link


def refile(link: EvidenceLink, *, checklist: Checklist, item: Item, by: Viewer, at: datetime) -> None:
    """Move what is filed under an item to the item that follows it in a new edition."""
    evidence = link.evidence
    _link(evidence, by=by, at=at, about=evidence, checklist=checklist, item=item)
    _unlink(evidence, by=by, at=at, about=evidence, checklist=link.checklist, item=link.item)


def _unlink(evidence, *, by, at, about, **place):
    if EvidenceLink.objects.running().filter(evidence=evidence, **place).update(ended_at=at):
        record(by, "evidence.unlink", about, at=at, note=evidence.title, evidence=evidence.pk, **_item_note(place))


def _item_note(place):
    return {"item": place["item"].pk} if "item" in place else {}


def _check_part(checklist, item, by):
    parts = Assignment.objects.filter(
        campaign=by.campaign, duty__checklist=checklist, duty__item=item, department__in=by.department_ids
    ).issued()
    statuses = {part.status for part in parts.select_for_update(of=("self",))}
    if not statuses:
        raise PermissionDenied
    if not statuses & LIVE:
        raise ValidationError(_("Your part in this item is done: its proof can no longer be changed."), "wrong_status")


def _writable(checkpoint, by):
    """The fresh row under its lock, if `by` may change its proof now."""
    assignment = lock(checkpoint.assignment_id)
    checkpoint = Checkpoint.objects.get(pk=checkpoint.pk)
    checkpoint.assignment = assignment
    if not rules.may_attach(by, checkpoint):
        raise PermissionDenied
    if not is_writable(checkpoint):
        raise ValidationError(_("This was handed in meanwhile: its proof can no longer be changed."), "wrong_status")
    return checkpoint


def _title_of(files, caption, figure, link):
    return (PurePath(files[0].name).stem if files else "") or caption or figure or link


def _kind_of(files, figure, link):
    if files:
        return Kind.PHOTO if all(file.kind == StoredFile.Kind.PHOTO for file in files) else Kind.DOCUMENT
    return Kind.LINK if link else Kind.FIGURES
