"""What is measured, who answers for it, what proves it.

Rows hidden from some people have `visible_to(viewer)`; children derive from their parents. Source: docs/access.md.
"""

from checklists.models.bulk import BulkAct, BulkActQuerySet
from checklists.models.duties import (
    Assignment,
    AssignmentQuerySet,
    CarriedDuty,
    Checkpoint,
    CheckpointQuerySet,
    Duty,
    DutyQuerySet,
)
from checklists.models.exports import ExportLayout, ExportLayoutQuerySet
from checklists.models.feeds import CalendarFeed, CalendarFeedQuerySet
from checklists.models.filing import Bundle, BundleQuerySet, Package, PackageQuerySet, Upload, UploadQuerySet
from checklists.models.imports import Import, ImportQuerySet, SheetMapping
from checklists.models.objections import Claim, Dispute, DisputeQuerySet, Objection
from checklists.models.proof import (
    Evidence,
    EvidenceFile,
    EvidenceFileQuerySet,
    EvidenceLink,
    EvidenceLinkQuerySet,
    EvidenceQuerySet,
    EvidenceVersion,
    ProofWindow,
)
from checklists.models.shares import Share, ShareQuerySet
from checklists.models.standards import (
    Checklist,
    ChecklistQuerySet,
    Item,
    ItemOrigin,
    ProofKind,
    Recurrence,
    ScoreStep,
    Standard,
    StandardQuerySet,
    WantedProof,
)

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "Bundle",
    "BundleQuerySet",
    "CarriedDuty",
    "BulkAct",
    "BulkActQuerySet",
    "CalendarFeed",
    "CalendarFeedQuerySet",
    "Checklist",
    "ChecklistQuerySet",
    "Checkpoint",
    "CheckpointQuerySet",
    "Claim",
    "Dispute",
    "DisputeQuerySet",
    "Duty",
    "DutyQuerySet",
    "Evidence",
    "EvidenceFile",
    "EvidenceFileQuerySet",
    "EvidenceLink",
    "EvidenceLinkQuerySet",
    "EvidenceQuerySet",
    "EvidenceVersion",
    "ExportLayout",
    "ExportLayoutQuerySet",
    "Import",
    "ImportQuerySet",
    "Item",
    "ItemOrigin",
    "Objection",
    "Package",
    "PackageQuerySet",
    "ProofKind",
    "ProofWindow",
    "Recurrence",
    "ScoreStep",
    "Share",
    "ShareQuerySet",
    "SheetMapping",
    "Standard",
    "StandardQuerySet",
    "Upload",
    "UploadQuerySet",
    "WantedProof",
]
