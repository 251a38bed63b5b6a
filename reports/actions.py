"""A bulletin from draft to print: 拟稿 → 审核 → 签发 → 印发. Publishing takes the numbers and freezes everything."""

import hashlib
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import record
from accounts.models import Department, User
from accounts.verbs import WORDS
from campaigns.actions import take_number
from campaigns.files import read_bytes
from campaigns.models import UNIT_ROLES, Campaign, Counter, Role, StoredFile
from campaigns.moves import Move, check_move, open_moves
from campaigns.people import Directory, office_people
from campaigns.viewer import Viewer
from notices.actions import notify
from notices.models import Notice
from reports.composing import Head, compose
from reports.models import Bulletin
from reports.paper import Paper
from reports.printing import render_paper
from reports.sections import SECTIONS, by_rule, unknown_names, values, week_text
from reports.taking import figures_of, take_facts

WORDS.update(
    {
        "bulletin.draft": gettext_lazy("drafted"),
        "bulletin.edit": gettext_lazy("edited"),
        "bulletin.retake": gettext_lazy("took the figures anew"),
        "bulletin.review": gettext_lazy("reviewed"),
        "bulletin.sign": gettext_lazy("signed"),
        "bulletin.sign_paper": gettext_lazy("recorded the signature on paper"),
        "bulletin.return": gettext_lazy("sent back"),
        "bulletin.publish": gettext_lazy("put into print"),
    }
)
LENGTH = 5000  # characters a paper should not exceed. Source: docs/glossary.md, "length of papers"
Status = Bulletin.Status


def is_office(by: Viewer, bulletin: Bulletin) -> bool:
    return by.is_office and by.campaign.pk == bulletin.campaign_id


def is_leader(by: Viewer, bulletin: Bulletin) -> bool:
    return by.is_leader and by.campaign.pk == bulletin.campaign_id


def reads_all(by: Viewer, bulletin: Bulletin) -> bool:
    return is_office(by, bulletin) or is_leader(by, bulletin)


MOVES = {
    "review": Move(gettext_lazy("Reviewed: give it to the leader"), {Status.DRAFT}, Status.REVIEWED, is_office),
    "sign": Move(gettext_lazy("Sign"), {Status.REVIEWED}, Status.SIGNED, is_leader),
    "sign_paper": Move(
        gettext_lazy("Record a signature on paper"), {Status.REVIEWED}, Status.SIGNED, is_office, needs=("name", "day", "scan")
    ),
    "return": Move(gettext_lazy("Return"), {Status.REVIEWED, Status.SIGNED}, Status.DRAFT, reads_all, needs=("reason",)),
    "publish": Move(gettext_lazy("Publish"), {Status.SIGNED}, Status.PUBLISHED, is_office),
}


def moves_for(bulletin: Bulletin, viewer: Viewer) -> dict[str, Move]:
    """The moves the viewer may make now; nobody reviews an own draft while somebody else could."""
    moves = open_moves(MOVES, bulletin, viewer)
    if "review" in moves and other_reviewers(bulletin, viewer.user, timezone.localdate()):
        del moves["review"]
    return moves


def other_reviewers(bulletin: Bulletin, person: User, on: date) -> list[User]:
    """Who of the office reviews instead of the person who drafted it; empty for everybody else, and in an office of one."""
    if person.pk != bulletin.drafted_by_id:
        return []
    return [one for one in office_people(bulletin.campaign, on) if one.pk != person.pk]


# --- writing --------------------------------------------------------------------------------------


@transaction.atomic
def compose_bulletin(campaign: Campaign, *, monday: date, by: Viewer, at: datetime | None = None) -> Bulletin:
    """The week's draft with its figures; the one that is there already if the week has one.

    Raises PermissionDenied unless by the office; ValueError if `monday` is none.
    """
    if not by.is_office or by.campaign.pk != campaign.pk:
        raise PermissionDenied
    Campaign.objects.select_for_update().get(pk=campaign.pk)  # two clerks, one draft
    known = Bulletin.objects.filter(campaign=campaign, monday=monday, corrects=None).first()
    return known or _draft(campaign, monday=monday, by=by, at=at)


@transaction.atomic
def correct_bulletin(old: Bulletin, *, by: Viewer, at: datetime | None = None) -> Bulletin:
    """A new draft that names the published issue it puts right; the old one stays as it was printed."""
    if not is_office(by, old):
        raise PermissionDenied
    if old.status != Status.PUBLISHED:
        raise ValidationError(_("Only a published issue is corrected by a new one."), "wrong_status")
    draft = _draft(old.campaign, monday=old.monday, by=by, at=at, corrects=old)
    draft.sections = old.sections
    draft.save(update_fields=["sections"])
    draft.receivers.set(old.receivers.all())
    return draft


def _draft(campaign: Campaign, *, monday: date, by: Viewer, at: datetime | None, corrects: Bulletin | None = None) -> Bulletin:
    now = at or timezone.now()
    facts = take_facts(campaign, monday=monday, now=now)
    bulletin = Bulletin.objects.create(
        campaign=campaign,
        monday=monday,
        title=f"{week_text(monday)}文明创建督查整改情况",
        figures=facts,
        figures_at=now,
        corrects=corrects,
        drafted_by=by.user,
    )
    record(by, "bulletin.draft", bulletin, at=at)
    return bulletin


@transaction.atomic
def edit_bulletin(
    bulletin: Bulletin,
    *,
    by: Viewer,
    version: int,
    title: str,
    sections: dict[str, str],
    receivers=(),
    at: datetime | None = None,
) -> Bulletin:
    """Save title, texts and receivers of a draft. sections: name -> text; a text equal to the rule's own is not kept.

    Raises ValidationError "stale" if somebody saved meanwhile, "wrong_status" if it is no draft any more.
    """
    bulletin = _locked(bulletin)
    _must_be_draft(bulletin, by)
    if bulletin.version != version:
        raise ValidationError(_("Somebody saved this meanwhile."), "stale")
    own = texts_by_rule(bulletin)
    bulletin.title = title
    bulletin.sections = {s.name: sections[s.name] for s in SECTIONS if s.name in sections and sections[s.name] != own[s.name]}
    bulletin.version += 1
    bulletin.save(update_fields=["title", "sections", "version"])
    bulletin.receivers.set(receivers)
    record(by, "bulletin.edit", bulletin, at=at)
    return bulletin


@transaction.atomic
def retake_figures(bulletin: Bulletin, *, by: Viewer, at: datetime | None = None) -> Bulletin:
    """Take the draft's figures anew as of `at`; texts that were written stay, their 【names】 follow."""
    bulletin = _locked(bulletin)
    _must_be_draft(bulletin, by)
    bulletin.figures_at = at or timezone.now()
    bulletin.figures = take_facts(bulletin.campaign, monday=bulletin.monday, now=bulletin.figures_at)
    bulletin.version += 1
    bulletin.save(update_fields=["figures", "figures_at", "version"])
    record(by, "bulletin.retake", bulletin, at=at)
    return bulletin


# --- moving ---------------------------------------------------------------------------------------


@transaction.atomic
def move_bulletin(
    bulletin: Bulletin,
    *,
    move: str,
    by: Viewer,
    reason: str = "",
    name: str = "",
    day: date | None = None,
    scan: StoredFile | None = None,
    at: datetime | None = None,
) -> Bulletin:
    """Make one move of MOVES and return the fresh row.

    reason: of a return; name, day, scan: of a signature on paper. Raises PermissionDenied; ValidationError
    "wrong_status", "required", "own" (a draft is reviewed by another person, where the office has one), or what keeps
    a draft from review (see `faults`).
    """
    bulletin = _locked(bulletin)
    rule = check_move(MOVES, bulletin, move, by, reason=reason, name=name, day=day, scan=scan)
    now = at or timezone.now()
    if move == "review":
        _check_review(bulletin, by, timezone.localdate(now))
    old, bulletin.status = bulletin.status, rule.target
    CHANGES[move](bulletin, by=by, reason=reason, name=name, day=day, scan=scan, now=now)
    bulletin.version += 1
    bulletin.save()
    record(by, f"bulletin.{move}", bulletin, old=old, new=bulletin.status, note=reason or name, at=at)
    _tell(bulletin, move, by=by, now=now)
    return bulletin


def _check_review(bulletin, by, on):
    if others := other_reviewers(bulletin, by.user, on):
        names = "、".join(one.name for one in others)
        raise ValidationError(_("You drafted it: somebody else of the office reviews it (%(names)s).") % {"names": names}, "own")
    if wrong := faults(bulletin):
        raise ValidationError(wrong)


def _review(bulletin, *, by, **_data):
    bulletin.reviewed_by = by.user
    bulletin.returned_by, bulletin.returned_at, bulletin.return_reason = None, None, ""


def _sign(bulletin, *, by, now, **_data):
    bulletin.signed_by, bulletin.signed_name, bulletin.signed_on = by.user, by.user.name, timezone.localdate(now)


def _sign_paper(bulletin, *, name, day, scan, now, **_data):
    """The day of the signature is printed and gives the year of the number: a slip of the pen is refused."""
    if not bulletin.monday <= day <= timezone.localdate(now):
        text = _("Give the day on which it was signed: not before the week it is about, not after today.")
        raise ValidationError({"day": ValidationError(text, "day")})
    bulletin.signed_name, bulletin.signed_on, bulletin.signature = name, day, scan


def _return(bulletin, *, by, reason, now, **_data):
    bulletin.returned_by, bulletin.returned_at, bulletin.return_reason = by.user, now, reason
    bulletin.reviewed_by = bulletin.signed_by = bulletin.signature = bulletin.signed_on = None
    bulletin.signed_name = ""


def _publish(bulletin, *, now, **_data):
    bulletin.published_at = now
    bulletin.year = bulletin.signed_on.year
    bulletin.no = take_number(bulletin.campaign, "bulletin", bulletin.year)
    bulletin.total_no = take_number(bulletin.campaign, "bulletin", 0)
    bulletin.frozen = paper_of(bulletin).to_json()


CHANGES = {"review": _review, "sign": _sign, "sign_paper": _sign_paper, "return": _return, "publish": _publish}


def faults(bulletin: Bulletin) -> list[str]:
    """What must be mended before review, each a sentence."""
    known = values(figures_of(bulletin.figures), due_next=len(bulletin.figures["due_next"]))
    found = []
    for section in SECTIONS:
        for name in unknown_names(bulletin.sections.get(section.name, ""), known):
            found.append(_("%(section)s: there is no figure called 【%(name)s】.") % {"section": section.title, "name": name})
    return found


def _must_be_draft(bulletin: Bulletin, by: Viewer) -> None:
    if not is_office(by, bulletin):
        raise PermissionDenied
    if bulletin.status != Status.DRAFT:
        raise ValidationError(_("It has gone to review: return it to change it."), "wrong_status")


def _locked(bulletin: Bulletin) -> Bulletin:
    return Bulletin.objects.select_for_update(of=("self",)).select_related("campaign__host").get(pk=bulletin.pk)


# --- the paper ------------------------------------------------------------------------------------


def texts_by_rule(bulletin: Bulletin) -> dict[str, str]:
    """Section -> what it says before anybody writes."""
    facts = bulletin.figures
    return by_rule(figures_of(facts), due_next=len(facts["due_next"]), progress=facts["progress"])


def paper_of(bulletin: Bulletin) -> Paper:
    """The paper as it would be printed now; of a published issue the frozen one."""
    if bulletin.frozen:
        return Paper.from_json(bulletin.frozen)
    with translation.override(bulletin.campaign.language):
        return compose(bulletin.figures, bulletin.sections, title=bulletin.title, head=_head(bulletin))


def _head(bulletin: Bulletin) -> Head:
    campaign = bulletin.campaign
    day = bulletin.signed_on or timezone.localdate(bulletin.figures_at)
    return Head(
        name=campaign.bulletin_name or f"{campaign.host.name}文明创建工作简报",
        office=campaign.office_name,
        day=day.isoformat(),
        number=number_text(bulletin),
        mark="" if bulletin.no else "送审稿",
        corrects=number_text(bulletin.corrects) if bulletin.corrects else "",
        editor=bulletin.drafted_by.name,
        reviewer=bulletin.reviewed_by.name if bulletin.reviewed_by else "",
        signer=bulletin.signed_name,
        report_to=campaign.bulletin_report_to,
        send_to=campaign.bulletin_send_to,
        issue_to=campaign.bulletin_issue_to,
        copies=campaign.bulletin_copies,
    )


def number_text(bulletin: Bulletin) -> str:
    """2026年第13期（总第63期）; empty before publishing. Papers are always in Chinese."""
    return f"{bulletin.year}年第{bulletin.no}期（总第{bulletin.total_no}期）" if bulletin.no else ""


def render(bulletin: Bulletin) -> bytes:
    """The PDF of the paper as it stands; the same data give the same bytes."""
    paper = paper_of(bulletin)
    files = StoredFile.objects.filter(campaign=bulletin.campaign).in_bulk([int(key) for key in paper.photo_keys])
    return render_paper(paper, photos=lambda key: read_bytes(files[int(key)], "print") if int(key) in files else None)


def render_due_bulletins(*, now: datetime | None = None) -> int:
    """Render every published bulletin that has no PDF yet; return how many. Twice equals once.

    Publishing is one short transaction; rendering happens here, outside any, and the file is written
    only where there is still none.
    """
    done = 0
    for bulletin in Bulletin.objects.published().filter(pdf="").select_related("campaign__host").order_by("pk"):
        pdf = render(bulletin)
        key = default_storage.save(f"bulletins/{bulletin.campaign_id}/{bulletin.pk}.pdf", ContentFile(pdf))
        rows = Bulletin.objects.filter(pk=bulletin.pk, pdf="")
        done += rows.update(pdf=key, pdf_sha256=hashlib.sha256(pdf).hexdigest())
    return done


# --- who is told ----------------------------------------------------------------------------------

NEXT = {  # move -> (role of those who go on with it, what they are told)
    "review": (Role.LEADER, gettext_lazy("Waits for your signature: %(title)s")),
    "return": (Role.OFFICE, gettext_lazy("%(name)s sent back the bulletin %(title)s: %(reason)s")),
    "sign": (Role.OFFICE, gettext_lazy("%(name)s signed, ready to publish: %(title)s")),
}


def _tell(bulletin: Bulletin, move: str, *, by: Viewer, now: datetime) -> None:
    """What was asked before is no longer true; whoever goes on with the issue is told, but not the person who acts."""
    about = Notice.objects.filter(subject=bulletin._meta.label_lower, subject_id=bulletin.pk)
    about.unread().update(cancelled_at=now)
    if move == "publish":
        _tell_readers(bulletin, now)
    if move not in NEXT:
        return
    role, text = NEXT[move]
    facts = {"title": bulletin.title, "name": by.user.name, "reason": bulletin.return_reason}
    for user in Directory(bulletin.campaign, timezone.localdate(now)).having(role):
        if user == by.user:
            continue
        with translation.override(user.language):
            said = str(text % facts)
        notify(
            user,
            kind=f"bulletin.{move}",
            key=f"bulletin.{move}:{bulletin.pk}:{bulletin.version}:{user.pk}",
            text=said,
            url=bulletin.get_absolute_url(),
            campaign_id=bulletin.campaign_id,
            subject=bulletin,
            at=now,
        )


def next_number(bulletin: Bulletin, on: date) -> str:
    """第13期: what a signed issue would be numbered if it were published now."""
    kept = Counter.objects.filter(campaign=bulletin.campaign, kind="bulletin", year=(bulletin.signed_on or on).year)
    return f"第{(kept.values_list('value', flat=True).first() or 0) + 1}期"


def units_of(bulletin: Bulletin, on: date) -> list[Department]:
    """The units it goes to: all that take part, unless limited."""
    return list(bulletin.receivers.all()) or [
        p.department for p in bulletin.campaign.participations.on(on).select_related("department")
    ]


def readers_of(bulletin: Bulletin, on: date) -> list[User]:
    """Leaders and the people of the receiving units, each once."""
    people = Directory(bulletin.campaign, on)
    found = people.having(Role.LEADER)
    for unit in units_of(bulletin, on):
        found += people.of(unit, UNIT_ROLES)
    return list(dict.fromkeys(found))


def _tell_readers(bulletin: Bulletin, now: datetime) -> None:
    url = reverse("bulletin_detail", args=[bulletin.campaign_id, bulletin.pk])
    rows = []
    for user in readers_of(bulletin, timezone.localdate(now)):
        with translation.override(user.language):
            text = _("New bulletin: %(number)s") % {"number": number_text(bulletin)}
        rows.append(
            Notice(
                user=user,
                kind="bulletin.published",
                key=f"bulletin.published:{bulletin.pk}:{user.pk}",
                text=text,
                url=url,
                campaign_id=bulletin.campaign_id,
                subject=bulletin._meta.label_lower,
                subject_id=bulletin.pk,
                at=now,
            )
        )
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
