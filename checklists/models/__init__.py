"""What is measured, who answers for it, what proves it.

Rows hidden from some people have `visible_to(viewer)`; children derive from their parents. Source: docs/access.md.
"""

from checklists.models.duties import Assignment, AssignmentQuerySet, Checkpoint, CheckpointQuerySet, Duty, DutyQuerySet
from checklists.models.imports import Import, ImportQuerySet, SheetMapping
from checklists.models.objections import Claim, Dispute, DisputeQuerySet, Objection
from checklists.models.proof import Evidence, EvidenceFile, EvidenceLink, EvidenceLinkQuerySet, EvidenceQuerySet
from checklists.models.standards import (
    Checklist,
    ChecklistQuerySet,
    Item,
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
    "EvidenceLink",
    "EvidenceLinkQuerySet",
    "EvidenceQuerySet",
    "Import",
    "ImportQuerySet",
    "Item",
    "Objection",
    "ProofKind",
    "Recurrence",
    "ScoreStep",
    "SheetMapping",
    "Standard",
    "StandardQuerySet",
    "WantedProof",
]
