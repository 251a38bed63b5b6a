"""A unit splits its work inside: handed out, ticked off, sent back, taken back. The unit's own checkpoint is not touched."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import Department, User
from accounts.verbs import WORDS
from campaigns.models import Membership
from campaigns.moves import Move, check_move, open_moves
from campaigns.people import Directory
from campaigns.viewer import Viewer
from checklists import rules
from checklists.actions.assignments import LIVE, lock, move_assignment
from checklists.actions.parts import holders, task_of, tell
from checklists.actions.telling import spoken
from checklists.models import Assignment, Checkpoint, EvidenceLink, Share

Status = Share.Status
ASKED = (Checkpoint.Status.OPEN, Checkpoint.Status.RETURNED)

SHARE_MOVES = {
    "finish": Move(_("Tick off"), {Status.OPEN}, Status.DONE, rules.may_finish_share),
    "reopen": Move(_("Send back"), {Status.DONE}, Status.OPEN, rules.may_share, needs=("reason",)),
    "take_back": Move(_("Take back"), {Status.OPEN, Status.DONE}, Status.ENDED, rules.may_share),
}

WORDS.update(
    {
        "share.create": _("Handed on inside the unit"),
        "share.finish": _("Ticked off inside the unit"),
        "share.reopen": _("Sent back inside the unit"),
        "share.take_back": _("Took back inside the unit"),
    }
)


def sections_of(department: Department) -> QuerySet[Department]:
    """What lies below the unit: where its work can go."""
    return Department.objects.under(department).filter(is_active=True).exclude(pk=department.pk)


def people_inside(checkpoint: Checkpoint, on: date) -> QuerySet[User]:
    """Heads and liaisons of the unit and its sections on the day, each with `place`, where they are; the unit's first."""
    rows = Membership.objects.own().on(on).filter(campaign=checkpoint.campaign_id, user__is_active=True)
    rows = rows.filter(department__path__startswith=checkpoint.department.path).order_by("department__path", "pk")
    mine = rows.filter(user=OuterRef("pk"))
    return (
        User.objects.filter(pk__in=rows.order_by().values("user"))
        .annotate(place=Subquery(mine.values("department__name")[:1]), way=Subquery(mine.values("department__path")[:1]))
        .order_by("way", "pk")
    )


def moves_for(share: Share, viewer: Viewer) -> dict[str, Move]:
    """Nothing moves any more once the unit has handed in what it belongs to."""
    if share.checkpoint.status not in ASKED or share.checkpoint.assignment.status not in LIVE:
        return {}
    return open_moves(SHARE_MOVES, share, viewer)


def latest_limit(checkpoint: Checkpoint, today: date) -> date:
    """The unit's own limit; of a task that is late already today."""
    return max(checkpoint.due_on, today)


@transaction.atomic
def share_out(
    checkpoint: Checkpoint,
    *,
    to: Iterable[Department | User],
    due_on: date,
    by: Viewer,
    text: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> list[Share]:
    """Hand the checkpoint, or the part of it that `text` says, to each of these sections and people; they are told.

    Who hands on has thereby signed for the task. Raises PermissionDenied; ValidationError "wrong_status", "stale", and beside
    their fields {to: "required", "outside", "already"}, {due_on: "past", "after_unit"}.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    assignment = lock(checkpoint.assignment_id)
    checkpoint = Checkpoint.objects.select_related("department").get(pk=checkpoint.pk)
    checkpoint.assignment = assignment
    to, text = list(dict.fromkeys(to)), " ".join(text.split())
    if not rules.may_share(by, checkpoint):
        raise PermissionDenied
    if checkpoint.status not in ASKED or assignment.status not in LIVE:
        raise ValidationError(_("Somebody was faster: look again."), "wrong_status")
    if version is not None and version != checkpoint.version:
        raise ValidationError(_("Somebody was faster: look again."), "stale")
    _check_to(checkpoint, to, text, today)
    _check_limit(checkpoint, due_on, today)
    if assignment.status == Assignment.Status.ISSUED:
        move_assignment(assignment, move="accept", by=by, at=at)
    directory = Directory(assignment.campaign, today)
    return [_hand(checkpoint, one, text=text, due_on=due_on, directory=directory, by=by, at=at) for one in to]


def _hand(checkpoint, one, *, text, due_on, directory, by, at):
    """The part of one section or person, who is told."""
    share = Share.objects.create(
        campaign=checkpoint.assignment.campaign,
        checkpoint=checkpoint,
        department=checkpoint.department,
        text=text,
        due_on=due_on,
        by=by.user,
        at=at,
        **({"section": one} if isinstance(one, Department) else {"person": one}),
    )
    record(by, "share.create", share, at=at, note=f"{one}：{task_of(share)}")
    tell(share, "create", holders(share, directory), by=by, at=at)
    return share


def _check_to(checkpoint, to, text, today):
    if not to:
        raise ValidationError({"to": ValidationError(_("Choose at least one section or person."), "required")})
    sections = set(sections_of(checkpoint.department).values_list("pk", flat=True))
    people = set(people_inside(checkpoint, today).values_list("pk", flat=True))
    if any(one.pk not in (sections if isinstance(one, Department) else people) for one in to):
        raise ValidationError({"to": ValidationError(_("Choose sections and people of this unit."), "outside")})
    rows = checkpoint.shares.filter(status=Status.OPEN, text=text).select_related("section", "person")
    known = {share.person or share.section for share in rows}
    twice = "、".join(str(one) for one in to if one in known)
    if twice:
        said = _("%(names)s: has this already. Say what else is to be done, or leave it out.") % {"names": twice}
        raise ValidationError({"to": ValidationError(said, "already")})


def _check_limit(checkpoint, due_on, today):
    if due_on < today:
        raise ValidationError({"due_on": ValidationError(_("The limit lies before today."), "past")})
    if due_on > latest_limit(checkpoint, today):
        said = _("The unit's own limit is %(day)s: a part of it cannot end later.") % {"day": spoken(checkpoint.due_on)}
        raise ValidationError({"due_on": ValidationError(said, "after_unit")})


@transaction.atomic
def move_share(
    share: Share,
    *,
    move: str,
    by: Viewer,
    note: str = "",
    reason: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Share:
    """Make one move of SHARE_MOVES and return the fresh row; the act is recorded, the other side told.

    finish: note says what was done; without a note there must be proof of theirs. Raises PermissionDenied, or ValidationError
    "wrong_status" and "stale" (somebody was faster, or the unit has handed in), "required"; nothing is saved then.
    """
    at = at or timezone.now()
    note, reason = note.strip(), reason.strip()
    assignment = lock(share.checkpoint.assignment_id)
    share = Share.objects.select_related("checkpoint__department", "section", "person", "department", "campaign").get(pk=share.pk)
    share.checkpoint.assignment = assignment
    rule = check_move(SHARE_MOVES, share, move, by, note=note, reason=reason)
    if version is not None and version != share.version:
        raise ValidationError(_("Somebody was faster: look again."), "stale")
    if share.checkpoint.status not in ASKED or assignment.status not in LIVE:
        raise ValidationError(_("The unit has handed this in meanwhile: nothing is left to do."), "wrong_status")
    if move == "finish" and not (note or own_proof(share.checkpoint, by).exists()):
        raise ValidationError({"note": ValidationError(_("Add proof, or say what was done."), "required")})
    old, share.status = share.status, rule.target
    share.version += 1
    today = timezone.localdate(at)
    if move == "finish":
        share.note, share.done_at, share.done_by, share.reason = note, at, by.user, ""
    else:
        share.reason = reason
    if move == "reopen":
        share.done_at = share.done_by = None
        share.round_no += 1
    share.save()
    said = {"note": f"{share.whom}：{note or reason or task_of(share)}"}
    if move == "finish":
        said["acting_for"] = _finished_for(share, by)
    record(by, f"share.{move}", share, at=at, old=old, new=share.status, **said)
    people = Directory(assignment.campaign, today)
    told = people.of(share.department) if move == "finish" else holders(share, people)
    tell(share, move, told, by=by, at=at)
    return share


def own_proof(checkpoint: Checkpoint, viewer: Viewer) -> QuerySet[EvidenceLink]:
    """What stands under the checkpoint of the viewer's units and sections."""
    return checkpoint.links.running().filter(evidence__department__in=viewer.department_ids)


def _finished_for(share, by):
    """In whose place the part was finished: the named person's, the section's, the unit's; "" where it is the viewer's own."""
    if rules.may_finish_share(by.own, share):
        return ""
    unit = share.section_id if share.section_id in by.department_ids else share.department_id
    return by.stands_for(share.person_id, share.department) or by.acting_for(unit)
