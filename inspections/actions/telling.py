"""What units are told of their findings: one notice per person and act, one per person for a batch."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from campaigns.people import Directory
from campaigns.viewer import Viewer
from inspections.models import Finding
from notices.actions import notify
from notices.models import Notice

TEXTS = {
    "issue": _("To be put right: %(number)s %(where)s, by %(month)s-%(day)s"),
    "support": _("You support: %(number)s %(where)s, led by %(lead)s"),
    "transfer": _("Moved to you, to be put right: %(number)s %(where)s, by %(month)s-%(day)s"),
    "return": _("Returned: %(number)s %(where)s, answer again by %(month)s-%(day)s: %(note)s"),
    "relapse": _("Has come back: %(number)s %(where)s, by %(month)s-%(day)s: %(note)s"),
    "resume": _("No longer parked: %(number)s %(where)s, by %(month)s-%(day)s"),
    "rule.refused": _("Objection refused: %(number)s %(where)s stays with you, by %(month)s-%(day)s: %(note)s"),
    "rule.upheld": _("Objection upheld: %(number)s %(where)s now goes to %(lead)s"),
    "extension.granted": _("More time granted: %(number)s %(where)s, now by %(month)s-%(day)s"),
    "extension.refused": _("More time refused: %(number)s %(where)s, still by %(month)s-%(day)s: %(note)s"),
    "left": _("No longer with you: %(number)s %(where)s now goes to %(lead)s"),
    "void": _("Void, nothing more to do: %(number)s %(where)s: %(note)s"),
    "ledger": _("%(count)s problems came in from the old ledger, still to be put right: %(open)s"),
    "ledger.back": _("Taken back of what came in from the old ledger: %(count)s problems"),
    "batch": _("%(count)s problems to be put right, the nearest limit is %(month)s-%(day)s"),
}


def tell_unit(
    finding: Finding, department_id: int, text: str, *, by: Viewer, at: datetime, note: str = "", link: bool = True, mark=None
) -> None:
    """Owe the message TEXTS[text] to the heads and liaisons of the unit but the person who acts.

    link: False when the unit no longer sees the finding. mark: what makes the act one of its own, None = the version.
    """
    key = f"finding.{text}:{finding.pk}:{mark or finding.version}"
    url = finding.get_absolute_url() if link else ""
    for user in Directory(by.campaign, localdate(at)).of(department_id):
        if user != by.user:
            _tell(user, finding, text, key=key, url=url, at=at, facts=_facts(finding, note))


def tell_issued(findings: Iterable[Finding], *, by: Viewer, at: datetime) -> None:
    """One message per person for everything issued in one act: the finding itself, or how many there are."""
    people = Directory(by.campaign, localdate(at))
    mine: dict[int, tuple[object, list[tuple[Finding, bool]]]] = {}
    for finding in findings:
        for row in finding.assignments.filter(ended_at=None):
            for user in people.of(row.department_id):
                rows = mine.setdefault(user.pk, (user, []))[1]
                if user != by.user and finding not in [known for known, _leads in rows]:
                    rows.append((finding, row.is_lead))
    batch = uuid4()
    for user, rows in mine.values():
        if len(rows) == 1:
            ((finding, leads),) = rows
            text = "issue" if leads else "support"
            key = f"finding.{text}:{finding.pk}:{finding.version}"
            _tell(user, finding, text, key=key, url=finding.get_absolute_url(), at=at, facts=_facts(finding))
        elif rows:
            first = min((finding for finding, _leads in rows), key=lambda finding: finding.due_on)
            facts = {"count": len(rows), "month": first.due_on.month, "day": first.due_on.day}
            url = reverse("finding_list", args=[by.campaign.pk]) + "?view=issued"
            _tell(user, first, "batch", key=f"finding.batch:{batch}", url=url, at=at, facts=facts)


def tell_entered(findings: Iterable[Finding], *, by: Viewer, at: datetime) -> None:
    """One message per person for all that came in from an old ledger for the units they answer for: nothing of single acts."""
    people = Directory(by.campaign, localdate(at))
    mine: dict[int, tuple[object, list[Finding]]] = {}
    for finding in findings:
        for user in people.of(finding.lead_id):
            if user != by.user:
                mine.setdefault(user.pk, (user, []))[1].append(finding)
    batch = uuid4()
    for user, rows in mine.values():
        facts = {"count": len(rows), "open": sum(row.clock_due_at is not None for row in rows)}
        url = reverse("finding_list", args=[by.campaign.pk])
        _tell(user, rows[0], "ledger", key=f"finding.ledger:{batch}", url=url, at=at, facts=facts)


def tell_taken_back(taken: Iterable[Finding], kept: Iterable[Finding], *, by: Viewer, at: datetime) -> None:
    """What was told of these rows of an old ledger is forgotten where nothing of it stays and nobody has read it yet; else one
    message more per person says how many were taken back."""
    taken, people = [finding for finding in taken if finding.issued_at], Directory(by.campaign, localdate(at))
    staying = {user.pk for finding in kept for user in people.of(finding.lead_id)}
    rows = [finding.pk for finding in (*taken, *kept)]
    told = Notice.objects.filter(kind="finding.ledger", subject=Finding._meta.label_lower, subject_id__in=rows)
    told.unread().exclude(user__in=staying).update(cancelled_at=at)
    knowing = set(told.filter(cancelled_at=None).values_list("user", flat=True))
    mine: dict[int, tuple[object, list[Finding]]] = {}
    for finding in taken:
        for user in people.of(finding.lead_id):
            if user.pk in knowing and user != by.user:
                mine.setdefault(user.pk, (user, []))[1].append(finding)
    batch = uuid4()
    for user, own in mine.values():
        url = reverse("finding_list", args=[by.campaign.pk])
        _tell(user, own[0], "ledger.back", key=f"finding.ledger.back:{batch}", url=url, at=at, facts={"count": len(own)})


def _facts(finding, note=""):
    limit = finding.due_on
    return {
        "number": finding.number,
        "where": finding.where or finding.text[:30],
        "lead": finding.lead,
        "month": limit and limit.month,
        "day": limit and limit.day,
        "note": note,
    }


def _tell(user, finding, text, *, key, url, at, facts):
    with translation.override(user.language):
        said = str(TEXTS[text] % facts)
    notify(
        user,
        kind=f"finding.{text.partition('.')[0]}",
        key=f"{key}:{user.pk}",
        text=said,
        url=url,
        campaign_id=finding.campaign_id,
        subject=finding,
        at=at,
    )
