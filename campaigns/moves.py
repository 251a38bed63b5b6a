"""The shape of every state machine's table, and the two questions asked of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from campaigns.viewer import Viewer


@dataclass(frozen=True)
class Move:
    """One act: its word, from which states to which, who may, and what it must carry.

    target: None keeps the state. needs: names of the data that must not be empty ("reason", "how").
    """

    label: str
    sources: frozenset | set
    target: str | None
    allowed: Callable[[Viewer, object], bool]
    needs: tuple[str, ...] = ()


MISSING = {
    "reason": _("Say why."),
    "text": _("Say what was done."),
    "note": _("Say what was done."),
    "how": _("Say how it was verified."),
    "plan": _("Write the plan."),
    "until": _("Give the next date."),
    "department": _("Choose a unit."),
    "name": _("Say who signed."),
    "day": _("Give the date of the signature."),
    "scan": _("Add a scan or photo of the signed paper."),
}


def open_moves(moves: Mapping[str, Move], row, viewer: Viewer) -> dict[str, Move]:
    """The moves the viewer may make on the row now, in the order of the table."""
    return {name: move for name, move in moves.items() if row.status in move.sources and move.allowed(viewer, row)}


def check_move(moves: Mapping[str, Move], row, name: str, by: Viewer, /, **data) -> Move:
    """The move, if `by` may make it on the (locked) row with this data.

    Raises PermissionDenied if not theirs to make; ValidationError "wrong_status" if somebody was faster,
    {name: …} "required" if something it must carry is missing.
    """
    move = moves[name]
    if not move.allowed(by, row):
        raise PermissionDenied
    if row.status not in move.sources:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    missing = {need: ValidationError(MISSING[need], "required") for need in move.needs if not data.get(need)}
    if missing:
        raise ValidationError(missing)
    return move
