"""Proof: a record of a unit, kept once and linked to any number of checkpoints."""

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
from campaigns.models import StoredFile
from campaigns.viewer import Viewer
from checklists import rules
from checklists.actions.assignments import LIVE, lock
from checklists.models import Checkpoint, Evidence, EvidenceFile, EvidenceLink

Kind = Evidence.Kind

# Proof may come and go only before the unit hands in.
WRITABLE = {Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED}

WORDS.update(
    {
        "evidence.create": _("Added proof"),
        "evidence.link": _("Added proof"),
        "evidence.unlink": _("Took proof off"),
    }
)


@transaction.atomic
def make_evidence(
    department: Department,
    *,
    by: Viewer,
    title: str = "",
    kind: str = "",
    event_on: date | None = None,
    caption: str = "",
    figure: str = "",
    link: str = "",
    files: Iterable[StoredFile] = (),
    checkpoint: Checkpoint | None = None,
    key: UUID | None = None,
    at: datetime | None = None,
) -> Evidence:
    """A new record of the unit's material; linked to the checkpoint if one is named.

    files: stored by campaigns.files.store_upload. title, kind: empty means what the content suggests. key: the same
    key twice is one record. Raises PermissionDenied for another unit's; ValidationError if there is nothing to keep.
    """
    at = at or timezone.now()
    files = list(files)
    evidence = Evidence(
        campaign=by.campaign,
        department=department,
        key=key or uuid4(),
        title=(title.strip() or _title_of(files, caption, figure, link))[:120],
        kind=kind or _kind_of(files, figure, link),
        event_on=event_on,
        caption=caption.strip(),
        figure=figure.strip(),
        link=link,
        by=by.user,
        at=at,
    )
    if not rules.belongs(by, evidence):
        raise PermissionDenied
    if not (files or evidence.figure or link):
        raise ValidationError({"files": ValidationError(_("Choose a file, or give a figure or a web address."), "required")})
    if event_on and event_on > timezone.localdate(at):
        raise ValidationError({"event_on": ValidationError(_("This day has not come yet."), "future")})
    evidence.full_clean(exclude=["key"])
    try:
        with transaction.atomic():
            evidence.save()
    except IntegrityError:
        known = Evidence.objects.filter(key=evidence.key, by=by.user).first()
        if known is None:  # somebody else's key
            raise PermissionDenied from None
        return known
    EvidenceFile.objects.bulk_create(EvidenceFile(evidence=evidence, file=file, position=n) for n, file in enumerate(files))
    record(by, "evidence.create", evidence, at=at, note=evidence.title, files=len(files))
    if checkpoint:
        link_evidence(evidence, checkpoint=checkpoint, by=by, at=at)
    return evidence


@transaction.atomic
def link_evidence(evidence: Evidence, *, checkpoint: Checkpoint, by: Viewer, at: datetime | None = None) -> EvidenceLink:
    """Use a record of the unit's material for a checkpoint, without a second upload; twice equals once.

    Raises PermissionDenied if record or checkpoint is another unit's; ValidationError "wrong_status" once it is handed in.
    """
    at = at or timezone.now()
    checkpoint = _writable(checkpoint, by)
    if not rules.belongs(by, evidence):
        raise PermissionDenied
    link, made = EvidenceLink.objects.get_or_create(evidence=evidence, checkpoint=checkpoint, defaults={"by": by.user, "at": at})
    if made or link.ended_at:
        link.by, link.at, link.ended_at = by.user, at, None
        link.save()
        record(by, "evidence.link", checkpoint, at=at, note=evidence.title, evidence=evidence.pk)
    return link


@transaction.atomic
def unlink_evidence(evidence: Evidence, *, checkpoint: Checkpoint, by: Viewer, at: datetime | None = None) -> None:
    """Take a record off a checkpoint; the record stays among the unit's material. Raises as link_evidence does."""
    at = at or timezone.now()
    checkpoint = _writable(checkpoint, by)
    if EvidenceLink.objects.running().filter(evidence=evidence, checkpoint=checkpoint).update(ended_at=at):
        record(by, "evidence.unlink", checkpoint, at=at, note=evidence.title, evidence=evidence.pk)


def may_write(checkpoint: Checkpoint, viewer: Viewer) -> bool:
    """Whether the viewer may add or take off proof now; for pages."""
    return rules.belongs(viewer, checkpoint) and checkpoint.status in WRITABLE and checkpoint.assignment.status in LIVE


def _writable(checkpoint, by):
    """The fresh row under its lock, if `by` may change its proof now."""
    assignment = lock(checkpoint.assignment_id)
    checkpoint = Checkpoint.objects.get(pk=checkpoint.pk)
    if not rules.belongs(by, checkpoint):
        raise PermissionDenied
    if checkpoint.status not in WRITABLE or assignment.status not in LIVE:
        raise ValidationError(_("This was handed in meanwhile: its proof can no longer be changed."), "wrong_status")
    return checkpoint


def _title_of(files, caption, figure, link):
    return (PurePath(files[0].name).stem if files else "") or caption.strip() or figure.strip() or link


def _kind_of(files, figure, link):
    if files:
        return Kind.PHOTO if all(file.kind == StoredFile.Kind.PHOTO for file in files) else Kind.DOCUMENT
    return Kind.LINK if link else Kind.FIGURES
