"""Tasks, responsibilities, checkpoints and objections for other programs: the same rows and actions as the pages."""

from checklists.api.docket import DisputeViewSet
from checklists.api.tasks import AssignmentViewSet, CheckpointViewSet, DutyViewSet

__all__ = ["AssignmentViewSet", "CheckpointViewSet", "DisputeViewSet", "DutyViewSet"]
