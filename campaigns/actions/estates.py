"""What hangs on a person in a role, and who is told when the role ends with it in hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from campaigns.holdings import HOLDINGS, Holding
from campaigns.models import Membership, Role
from campaigns.people import Directory
from campaigns.viewer import Viewer
from notices.actions import notify

NAMED = 3  # rows of one kind that a notice names

# Roles of the campaign as a whole beside which the person keeps another: what goes with the role all the same.
OF_ROLE = {Role.INSPECTOR: ("rounds",), Role.OFFICE: ("deputyships",)}


@dataclass(frozen=True)
class Estate:
    """holdings: (kind, its rows), without the empty kinds; is_last: the person has no other role of their own here."""

    holdings: list[tuple[Holding, list]]
    is_last: bool

    @property
    def work(self) -> list[tuple[Holding, list]]:
        """What somebody has to go on with."""
        return [(kind, rows) for kind, rows in self.holdings if kind.is_work]

    @property
    def seen(self) -> str:
        """What the page showed, for the question whether it is still so: "12.15-3"."""
        return "-".join(".".join(str(row.pk) for row in rows) for _kind, rows in self.holdings)


def estate_of(membership: Membership, on: date) -> Estate:
    """What hangs on the person in this role: in the role's unit and below, everything when it is their last role here."""
    own = Membership.objects.own().filter(campaign=membership.campaign_id, user=membership.user_id).exclude(pk=membership.pk)
    is_last = not own.filter(Q(ended_on=None) | Q(ended_on__gte=on)).exists()
    path = membership.department.path if membership.department_id and not is_last else ""
    if not is_last and not membership.department_id:
        kinds = [HOLDINGS[name] for name in HOLDINGS if name in OF_ROLE.get(membership.role, ())]
    else:
        kinds = list(HOLDINGS.values())
    found = [(kind, list(kind.rows(membership.campaign, membership.user, path))) for kind in kinds]
    return Estate([(kind, rows) for kind, rows in found if rows], is_last)


def tell_left_behind(membership: Membership, estate: Estate, *, by: Viewer, at: datetime) -> None:
    """The head of the unit and the office: a role has ended and nobody has taken over what is still to be done."""
    if not estate.work:
        return
    directory = Directory(membership.campaign, membership.ended_on + timedelta(days=1))  # without who leaves
    office = directory.having(Role.OFFICE)
    heads = directory.of(membership.department, [Role.HEAD]) if membership.department_id else []
    for user in dict.fromkeys([*heads, *office]):
        if user == by.user:
            continue
        with translation.override(user.language):
            facts = {"name": membership.user.name, "role": membership.get_role_display(), "what": _in_words(estate)}
            text = str(_("%(name)s (%(role)s) ends without a successor; now without a person: %(what)s") % facts)
        ends = user in office or membership.role == Role.LIAISON  # who may hand it over still
        page = ("member_leave", [membership.campaign_id, membership.pk]) if ends else ("member_list", [membership.campaign_id])
        notify(
            user,
            kind="member.end",
            key=f"member.end:{membership.pk}:{timezone.localdate(at)}:{user.pk}",
            text=text,
            url=reverse(page[0], args=page[1]),
            campaign_id=membership.campaign_id,
            subject=membership,
            at=at,
        )


def _in_words(estate):
    """“named as person in charge 2 (…、…); …”."""
    return "；".join(
        f"{kind.label} {len(rows)}（{'、'.join(kind.said(row) for row in rows[:NAMED])}{'…' if len(rows) > NAMED else ''}）"
        for kind, rows in estate.work
    )
