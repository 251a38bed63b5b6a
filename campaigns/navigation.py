"""Who finds which places in the menu: one table of roles, and the counts that apps write beside the entries."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

from campaigns.models import Role
from campaigns.viewer import Viewer

# name -> callable(viewer) -> QuerySet of the rows to count. Apps to the right fill it in ready(); all counts of a
# page are read in one query.
COUNTS: dict[str, Callable[[Viewer], QuerySet]] = {}


@dataclass(frozen=True)
class Place:
    """An entry of the menu. family: beginnings of the URL names that belong to it; dock: its shorter word on the phone."""

    label: str
    name: str
    icon: str
    family: tuple[str, ...]
    count: str = ""
    dock: str = ""

    def fit(self, page: str) -> int:
        """How much of the page's URL name this place claims; 0: not its page."""
        return max((len(start) for start in self.family if page.startswith(start)), default=0)


STANDARDS = Place(pgettext_lazy("menu", "Standards"), "standard_list", "list-tree", ("standard_", "import_"))
DUTIES = Place(
    pgettext_lazy("menu", "Responsibilities"),
    "duty_list",
    "users-group",
    ("duty_", "responsibility_", "dispute_", "claim_", "progress", "assignment_", "plan"),
    count="duty_gaps",
)
MATERIAL = ("evidence_", "material_", "bundle_", "package_")
REVIEW = Place(
    pgettext_lazy("menu", "Evidence"),
    "checkpoint_review",
    "folder",
    (*MATERIAL, "checkpoint_", "share_"),
    count="proof_to_review",
)
ROUNDS = Place(pgettext_lazy("menu", "Inspections"), "round_list", "clipboard-check", ("round_", "site_"))
FINDINGS = Place(
    pgettext_lazy("menu", "Findings"),
    "finding_list",
    "alert-triangle",
    ("finding_", "extension_", "reminder_", "chat_", "problem_kind_", "limit_"),
    count="findings_to_rule",
)
BULLETINS = Place(pgettext_lazy("menu", "Bulletins"), "bulletin_list", "file-text", ("bulletin_", "figure_"))


def _home(label):
    return Place(label, "campaign_home", "layout-dashboard", ("campaign_home",))


PLACES = {
    Role.OFFICE: (_home(pgettext_lazy("menu", "Workbench")), STANDARDS, DUTIES, REVIEW, ROUNDS, FINDINGS, BULLETINS),
    Role.LEADER: (
        _home(pgettext_lazy("menu", "Overview")),
        DUTIES,
        FINDINGS,
        Place(BULLETINS.label, BULLETINS.name, BULLETINS.icon, BULLETINS.family, count="bulletins_to_sign"),
    ),
    Role.INSPECTOR: (
        _home(pgettext_lazy("menu", "Today")),
        Place(pgettext_lazy("menu", "Rounds"), "round_list", "route", ("round_",)),
        Place(
            pgettext_lazy("menu", "Verification"),
            "finding_list",
            "clipboard-check",
            ("finding_", "extension_"),
            count="findings_to_verify",
        ),
        Place(pgettext_lazy("menu", "Sites"), "site_list", "map-pin", ("site_",)),
    ),
    Role.HEAD: (
        _home(pgettext_lazy("menu", "Workbench")),
        Place(
            pgettext_lazy("menu", "My tasks"),
            "my_duties",
            "list-check",
            (
                "my_duties",
                "duty_",
                "assignment_",
                "share_",
                "checkpoint_",
                "dispute_",
                "claim_",
                "progress",
                "responsibility_",
                "plan",
            ),
            count="my_duties_open",
            dock=pgettext_lazy("menu", "Tasks"),
        ),
        Place(
            FINDINGS.label,
            FINDINGS.name,
            FINDINGS.icon,
            ("finding_", "extension_"),
            count="my_findings_open",
            dock=pgettext_lazy("menu", "Problems"),
        ),
        Place(
            REVIEW.label,
            "evidence_list",
            REVIEW.icon,
            MATERIAL,
            dock=pgettext_lazy("menu", "Material"),
        ),
        BULLETINS,
    ),
}
PLACES[Role.LIAISON] = PLACES[Role.HEAD]

# What the office sets up once in a while: in the campaign's menu, not in the row of places.
SETTINGS = (
    (pgettext_lazy("menu", "Campaign settings"), "settings_edit"),
    (pgettext_lazy("menu", "Participating units"), "participant_list"),
    (pgettext_lazy("menu", "Members"), "member_list"),
    (pgettext_lazy("menu", "Register of units"), "unit_list"),
    (pgettext_lazy("menu", "Work groups"), "work_group_list"),
    (pgettext_lazy("menu", "Days off"), "holiday_list"),
    (pgettext_lazy("menu", "Festivals"), "festival_list"),
    (pgettext_lazy("menu", "Problem kinds and limits"), "problem_kind_list"),
    (pgettext_lazy("menu", "Log"), "event_list"),
)

UNIT_SETTINGS = ((pgettext_lazy("menu", "People of our unit"), "member_list"),)

ORDER = (Role.OFFICE, Role.LEADER, Role.INSPECTOR, Role.HEAD, Role.LIAISON)


def main_role(viewer: Viewer) -> Role | None:
    """The role whose workbench the person sees first."""
    return next((role for role in ORDER if role in viewer.roles), None)


def places_of(viewer: Viewer) -> list[Place]:
    """The places of all roles of the viewer, each address once, in the order of the loop."""
    places: dict[str, Place] = {}
    for role in ORDER:
        if role in viewer.roles:
            for place in PLACES[role]:
                places.setdefault(place.name, place)
    return sorted(places.values(), key=lambda place: place.name == "bulletin_list")


def address(name: str, campaign) -> str | None:
    """The page's address in the campaign; None while there is no such page."""
    try:
        return reverse(name, args=[campaign.pk])
    except NoReverseMatch:
        return None


def entries(viewer: Viewer, counts: dict[str, int], current: str) -> list[dict]:
    """The menu as the page shows it: label, url, icon, count, current, dock.

    current: URL name of the page shown. The entry with the longest fitting beginning is the current one.
    """
    found = [(place, address(place.name, viewer.campaign)) for place in places_of(viewer)]
    best = max((place.fit(current) for place, url in found if url), default=0)
    return [
        {
            "label": place.label,
            "dock": place.dock or place.label,
            "url": url,
            "icon": place.icon,
            "count": counts.get(place.count, 0),
            "current": bool(best) and place.fit(current) == best,
        }
        for place, url in found
        if url
    ]


def settings_of(viewer: Viewer) -> list[dict]:
    """Pages on which the office sets up its campaign; the head of a unit finds its people; none for others."""
    pages = SETTINGS if viewer.is_office else UNIT_SETTINGS if viewer.head_of else ()
    found = [{"label": label, "url": address(name, viewer.campaign)} for label, name in pages]
    return [entry for entry in found if entry["url"]]
