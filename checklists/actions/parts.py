"""Parts of a checkpoint inside a unit: who has them in hand, what they are told, and what the whole does to them."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.actions import record_each
from accounts.models import User
from accounts.verbs import WORDS
from campaigns.people import Directory
from campaigns.viewer import Viewer
from checklists.actions.telling import spoken
from checklists.models import Assignment, Checkpoint, Share
from notices.actions import notify

WORDS["share.limit"] = _("Moved the limit inside the unit forward")

TELLS = {
    "create": _("Handed to you by %(by)s: %(task)s, by %(due_on)s"),
    "finish": _("%(whom)s ticked off: %(task)s. %(note)s"),
    "reopen": _("Sent back to you: %(task)s. %(reason)s"),
    "take_back": _("Taken back, nothing left to do: %(task)s. %(reason)s"),
    "limit": _("Now wanted by %(due_on)s: %(task)s"),
    "end": _("The unit's task has ended, nothing left to do: %(task)s"),
}


def task_of(share: Share) -> str:
    """What a message calls it: the part's own words, else the task's."""
    duty = share.checkpoint.assignment.duty
    return Truncator(" ".join(part for part in (share.text or duty.text, share.checkpoint.title) if part)).chars(60)


def holders(share: Share, directory: Directory) -> list[User]:
    """Who has it in hand: the person and who stands in for them, else the people of the section."""
    return directory.with_deputies(share.person) if share.person else directory.of(share.section)


def tell(share: Share, what: str, people: Iterable[User], *, by: Viewer | None, at: datetime) -> None:
    """One notice of TELLS to each of these people but the one who acts."""
    actor = getattr(by, "user", None)
    for user in dict.fromkeys(people):
        if user == actor:
            continue
        with translation.override(user.language):
            facts = {
                "by": actor.name if actor else "",
                "whom": share.whom,
                "task": task_of(share),
                "due_on": spoken(share.due_on),
                "note": share.note,
                "reason": share.reason,
            }
            text = str(TELLS[what] % facts)
        notify(
            user,
            kind=f"share.{what}",
            key=f"share.{what}:{share.pk}:{share.version}:{user.pk}",
            text=text,
            url=share.get_absolute_url(),
            campaign_id=share.campaign_id,
            subject=share,
            at=at,
        )


def tell_end(assignment: Assignment, *, by: Viewer | None, at: datetime) -> None:
    """Whoever has parts of it in hand: one notice each, about the first of them."""
    rows = _told(Share.objects.filter(checkpoint__assignment=assignment, status=Share.Status.OPEN))
    rows = list(rows.exclude(checkpoint__status__in=Checkpoint.FINISHED).order_by("due_on", "pk"))
    directory, told = rows and Directory(assignment.campaign, timezone.localdate(at)), set()
    for share in rows:
        people = [user for user in holders(share, directory) if user.pk not in told]
        tell(share, "end", people, by=by, at=at)
        told |= {user.pk for user in people}


def cut_parts(checkpoints: Iterable[Checkpoint], *, to: date, by: Viewer | None, at: datetime) -> list[Share]:
    """No part ends after its unit's limit: those that would now end on the day `to`; whoever has one in hand is told."""
    rows = list(_told(Share.objects.standing().filter(checkpoint__in=checkpoints, due_on__gt=to)).order_by("pk"))
    old = {row.pk: row.due_on.isoformat() for row in rows}
    for row in rows:
        row.due_on, row.version = to, row.version + 1
    Share.objects.bulk_update(rows, ["due_on", "version"], batch_size=500)
    record_each(by, "share.limit", [(row, {"old": old[row.pk]}) for row in rows], at=at, new=to.isoformat())
    waiting = [row for row in rows if row.status == Share.Status.OPEN]
    directory = waiting and Directory(waiting[0].campaign, timezone.localdate(at))
    for row in waiting:
        tell(row, "limit", holders(row, directory), by=by, at=at)
    return rows


def _told(rows: QuerySet[Share]) -> QuerySet[Share]:
    return rows.select_related("checkpoint__assignment__duty", "section", "person", "campaign")
