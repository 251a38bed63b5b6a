"""The material of each item of a campaign that files it: pieces, what is missing by the item's rule, and the counts.

A fixed number of queries for a whole campaign. Where a campaign files nothing (Campaign.asks_filing) nothing is judged.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Department
from campaigns.models import Campaign
from campaigns.viewer import Viewer
from checklists.completeness import CAPTIONS, FileFact, Lack, Piece, Rule, State, Weight, Window, lacks_of, state_of, usual_window
from checklists.models import Assignment, Checklist, Checkpoint, Evidence, EvidenceFile, EvidenceLink, Item, WantedProof
from checklists.recurring import comes_again
from checklists.tree import TOP
from checklists.wantedproof import word_wanted

ITEM_OF_LINK = Coalesce("item_id", "checkpoint__assignment__duty__item_id")
CHECKLIST_OF_LINK = Coalesce("checklist_id", "checkpoint__assignment__duty__checklist_id")
STATES = Checkpoint.Status
TO_HAND_IN = (STATES.OPEN, STATES.RETURNED, STATES.ASKED)  # what is asked to be left out comes back if refused
WHY_NOT = {STATES.NOT_NEEDED: "reason", STATES.SKIPPED: "skip_reason"}  # state of what is not asked for -> where it says why


@dataclass
class Dossier:
    """One item of one checklist with its material (一事一档).

    leads: units that lead a task of it; links: one per piece, `link.evidence` with its files; set_aside: why it does not
    apply, "" if it does; lacks, state: by the item's rule, None without one.
    """

    checklist: Checklist
    item: Item
    project: Item
    leads: list[Department] = field(default_factory=list)
    duties: dict[int, int] = field(default_factory=dict)  # id of a leading unit -> id of its (first) task
    links: list[EvidenceLink] = field(default_factory=list)
    set_aside: str = ""
    lacks: list[Lack] = field(default_factory=list)
    state: State | None = None

    @property
    def blocking(self) -> list[Lack]:
        return [lack for lack in self.lacks if lack.weight == Weight.BLOCK]

    @property
    def asked_for(self) -> str:
        return _("; ").join(word_wanted(rule, rule.get_kind_display()) for rule in self.item.wanted.all())

    @property
    def pieces(self) -> list[Evidence]:
        """Each record once, in the order in which it was added."""
        return list({link.evidence_id: link.evidence for link in self.links}.values())

    @property
    def word(self) -> str:
        """The column of Counts it is counted in."""
        return "not_needed" if self.set_aside else self.state or "no_rule"


@dataclass
class Counts:
    """Items of a project or led by a unit (about), by state."""

    about: Item | Department
    ready: int = 0
    lacking: int = 0
    impossible: int = 0
    not_needed: int = 0
    no_rule: int = 0

    @property
    def asked(self) -> int:
        """Items whose rule asks for something."""
        return self.ready + self.lacking + self.impossible


def dossiers_of(
    campaign: Campaign,
    *,
    units: Collection[int] | None = None,
    items: Iterable[int] | None = None,
    with_others: bool = True,
) -> list[Dossier]:
    """One per lowest item, in the order of the checklists; nine queries, one more for units. Empty where the campaign
    files nothing.

    units: ids of the units of the reader (units_of_reader), None = one who reads all. What is judged is the same for all, but
    material of other units that these do not lead is not named, and without with_others not even among the pieces.
    items: ids, None = all.
    """
    if not campaign.asks_filing:
        return []
    items = None if items is None else list(items)
    found = _empty_dossiers(campaign, items)
    _add_leads(campaign, found)
    _add_set_aside(campaign, found)
    links = _add_links(campaign, found)
    elsewhere = _pictures(campaign, links if items is not None else None)
    hidden = set() if units is None else {link.pk for link in _others(campaign, links, units)}
    for dossier in found.values():
        _judge(dossier, elsewhere, {link.evidence_id for link in dossier.links if link.pk in hidden})
        if not with_others:
            dossier.links = [link for link in dossier.links if link.pk not in hidden]
    return list(found.values())


def units_of_reader(viewer: Viewer) -> Collection[int] | None:
    """None for office and leaders, who read all."""
    return None if viewer.reads_all else viewer.department_ids


def dossier_of(checkpoint: Checkpoint, *, units: Collection[int] | None = None) -> Dossier | None:
    """Of the item the checkpoint is about; None where the campaign files nothing. units: as of dossiers_of."""
    duty = checkpoint.assignment.duty
    found = dossiers_of(checkpoint.campaign, units=units, items=[duty.item_id])
    return next((one for one in found if one.checklist.pk == duty.checklist_id), None)


def gate(checkpoint: Checkpoint) -> Dossier | None:
    """The dossier that handing in must look at; None where nothing is asked: no filing, no rule, a supporting unit, or
    more of the item is still to come, so that nothing can be called missing yet."""
    part = checkpoint.assignment
    if not (checkpoint.campaign.asks_filing and part.is_lead) or more_to_come(checkpoint):
        return None
    if not WantedProof.objects.filter(item=part.duty.item_id).exists():
        return None
    return dossier_of(checkpoint, units=[part.department_id])


def more_to_come(checkpoint: Checkpoint) -> bool:
    """Another task of the item waits to be handed in, or a later period of this one is not over."""
    duty = checkpoint.assignment.duty
    if comes_again(duty, after=checkpoint.due_on, campaign=checkpoint.campaign):
        return True
    return (
        Checkpoint.objects.filter(assignment__duty__item=duty.item_id, assignment__duty__checklist=duty.checklist_id)
        .filter(assignment__is_lead=True, status__in=TO_HAND_IN)
        .exclude(assignment__status__in=[Assignment.Status.DRAFT, Assignment.Status.ENDED])
        .exclude(pk=checkpoint.pk)
        .exists()
    )


def window_of(checklist: Checklist) -> Window | None:
    """The days its proof must be of; None while the campaign has no day of assessment and no window of its own."""
    assessed_on = checklist.campaign.assessment_from
    own = getattr(checklist, "proof_window", None)
    if own:
        return Window(own.first, own.last, assessed_on or own.last)
    return usual_window(assessed_on) if assessed_on else None


def counts_by_project(dossiers: Iterable[Dossier]) -> list[Counts]:
    return _counted((dossier.project, dossier) for dossier in dossiers)


def counts_by_unit(dossiers: Iterable[Dossier]) -> list[Counts]:
    """In the official order; an item that two units lead counts for both."""
    rows = _counted((unit, dossier) for dossier in dossiers for unit in dossier.leads)
    return sorted(rows, key=lambda row: (row.about.position, row.about.pk))


def _counted(pairs) -> list[Counts]:
    rows: dict[int, Counts] = {}
    for about, dossier in pairs:
        row = rows.setdefault(about.pk, Counts(about))
        setattr(row, dossier.word, getattr(row, dossier.word) + 1)
    return list(rows.values())


# --- reading --------------------------------------------------------------------------------------


def _empty_dossiers(campaign, items) -> dict[tuple[int, int], Dossier]:
    found = {}
    checklists = list(Checklist.objects.filter(campaign=campaign).running().select_related("proof_window", "campaign"))
    nodes = Item.objects.filter(standard__in=[one.standard_id for one in checklists])
    leaves = nodes.filter(is_leaf=True) if items is None else nodes.filter(pk__in=items)
    by_standard = defaultdict(list)
    for item in leaves.select_related("parent").prefetch_related("wanted").order_by("path"):
        by_standard[item.standard_id].append(item)
    projects = {(item.standard_id, item.path): item for item in nodes.filter(parent=None)}
    for checklist in checklists:
        for item in by_standard[checklist.standard_id]:
            project = projects[item.standard_id, item.path[:TOP]]
            found[checklist.pk, item.pk] = Dossier(checklist=checklist, item=item, project=project)
    return found


def _parts(campaign) -> QuerySet[Assignment]:
    return Assignment.objects.filter(campaign=campaign).issued()


def _add_leads(campaign, found):
    rows = _parts(campaign).filter(is_lead=True, duty__item__in=_item_ids(found)).select_related("department", "duty")
    for part in rows.order_by("department__position", "department_id"):
        dossier = found.get((part.duty.checklist_id, part.duty.item_id))
        if dossier and part.department not in dossier.leads:
            dossier.leads.append(part.department)
            dossier.duties[part.department_id] = part.duty_id


def _add_set_aside(campaign, found):
    """An item does not apply when the office said so, or agreed to leave it out, of every task of its leads."""
    rows = Checkpoint.objects.filter(assignment__in=_parts(campaign).filter(is_lead=True, duty__item__in=_item_ids(found)))
    reasons = defaultdict(list)
    for row in rows.values("assignment__duty__checklist", "assignment__duty__item", "status", *WHY_NOT.values()):
        key = row["assignment__duty__checklist"], row["assignment__duty__item"]
        reasons[key].append(row.get(WHY_NOT.get(row["status"])))
    for key, told in reasons.items():
        if key in found and None not in told:
            found[key].set_aside = told[0]


def _running_links(campaign) -> QuerySet[EvidenceLink]:
    """Under checkpoints of parts in force, and under items; with `of_item` and `of_checklist`."""
    ended = Q(checkpoint__assignment__status__in=[Assignment.Status.DRAFT, Assignment.Status.ENDED])
    return (
        EvidenceLink.objects.running()
        .filter(Q(checkpoint__campaign=campaign) | Q(checklist__campaign=campaign))
        .exclude(ended & Q(checkpoint__isnull=False))
        .annotate(of_item=ITEM_OF_LINK, of_checklist=CHECKLIST_OF_LINK)
    )


def _add_links(campaign, found) -> list[EvidenceLink]:
    files = Prefetch("evidence__files", EvidenceFile.objects.current().select_related("file"))
    rows = (
        _running_links(campaign)
        .filter(of_item__in=_item_ids(found))
        .select_related("evidence__department", "evidence__by", "checkpoint__assignment")
        .prefetch_related(files)
        .order_by("at", "pk")
    )
    kept = []
    for link in rows:
        dossier = found.get((link.of_checklist, link.of_item))
        if dossier:
            dossier.links.append(link)
            kept.append(link)
    return kept


def _pictures(campaign, links) -> dict[str, dict[int, str]]:
    """sha256 of a photo -> the items it is filed under: id -> name. links: only of these pictures, None = of all."""
    rows = _running_links(campaign).filter(evidence__files__until_no=None, evidence__files__file__kind="photo")
    if links is not None:
        mine = {row.file.sha256 for link in links for row in link.evidence.photos}
        rows = rows.filter(evidence__files__file__sha256__in=mine)
    names = defaultdict(dict)
    for sha, item, code, text in rows.values_list(
        "evidence__files__file__sha256",
        "of_item",
        Coalesce(F("item__code"), F("checkpoint__assignment__duty__item__code")),
        Coalesce(F("item__text"), F("checkpoint__assignment__duty__item__text")),
    ):
        names[sha][item] = f"{code} {Truncator(text).chars(20)}".strip()
    return names


def _others(campaign, links, units) -> list[EvidenceLink]:
    """Links that people of these units may not read: of another unit, and not to support a task that theirs lead."""
    led = set(_parts(campaign).filter(is_lead=True, department__in=units).values_list("duty", flat=True))
    return [
        link
        for link in links
        if link.evidence.department_id not in units
        and not (link.checkpoint and not link.checkpoint.assignment.is_lead and link.checkpoint.assignment.duty_id in led)
    ]


def _item_ids(found) -> list[int]:
    return [item for _checklist, item in found]


# --- judging --------------------------------------------------------------------------------------


def _judge(dossier: Dossier, elsewhere: Mapping[str, Mapping[int, str]], hidden: set[int]) -> None:
    wanted = list(dossier.item.wanted.all())
    if not wanted:
        return
    rules = [Rule(row.kind, row.least, row.most, row.words_most, row.months, row.needs_number) for row in wanted]
    pieces = [piece_of(row, is_hidden=row.pk in hidden) for row in dossier.pieces]
    others = {
        file.sha256: [name for item, name in elsewhere.get(file.sha256, {}).items() if item != dossier.item.pk]
        for piece in pieces
        for file in piece.pictures
    }
    dossier.lacks = lacks_of(rules, pieces, window=window_of(dossier.checklist), elsewhere=others)
    dossier.state = state_of(dossier.lacks)


def piece_of(evidence: Evidence, *, is_hidden: bool = False) -> Piece:
    """The facts of a record; is_hidden: the reader may not see it, only whose it is."""
    title = _("material of %(unit)s") % {"unit": evidence.department} if is_hidden else evidence.title
    filled = {"time": evidence.time_text or evidence.event_on}
    filled |= {name: getattr(evidence, name) for name in CAPTIONS if name != "time"}
    return Piece(
        title=title,
        kind=evidence.kind,
        event_on=evidence.event_on,
        number=evidence.number,
        figure=evidence.figure,
        text=f"{evidence.title} {evidence.caption}",
        captions=frozenset(name for name, value in filled.items() if value),
        files=tuple(
            FileFact(
                name=title if is_hidden else row.file.name,
                kind=row.file.kind,
                sha256=row.file.sha256,
                width=row.file.width,
                height=row.file.height,
                size=row.file.size,
                words=row.words,
            )
            for row in evidence.files.all()
        ),
    )
