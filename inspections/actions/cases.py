"""The docket's cases (推诿裁定): objections to tasks and to findings read alike, and ruled on each by its own action."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.viewer import Viewer
from checklists.actions.disputes import other_leads, rule_dispute
from checklists.models import Dispute, Item, Objection
from inspections.actions.findings import move_finding
from inspections.advice import rules_for
from inspections.models import Finding, FindingDispute

JOINED = ("department", "proposed", "moved_to", "by", "ruled_by")
MODELS = {"task": Dispute, "finding": FindingDispute}
BESIDE = {
    "task": ("assignment__duty__item__parent", "assignment__department", "assignment__campaign"),
    "finding": ("finding__site__kind", "finding__site__territory", "finding__kind", "finding__lead"),
}


def cases(viewer: Viewer, of: str) -> QuerySet[Objection]:
    """Objections the viewer may look into on the docket: office and leaders all, a unit its own. of: task or finding."""
    rows = MODELS[of].objects.visible_to(viewer).filter(campaign=viewer.campaign)
    return rows if viewer.reads_all else rows.filter(department__in=viewer.department_ids)


def to_rule(viewer: Viewer, of: str) -> QuerySet[Objection]:
    """Of the open cases those the viewer, who is of the office and so reads all, may rule on: none of a unit of their own."""
    rows = MODELS[of].objects.filter(campaign=viewer.campaign, ruling=Objection.Ruling.OPEN)
    own = viewer.department_ids
    if of == "task":
        return rows.exclude(department__in=own)
    return rows.exclude(finding__in=Finding.objects.answered_by(own))


def with_facts(rows: QuerySet[Objection], of: str) -> QuerySet[Objection]:
    """With what a page or the API shows beside them."""
    return rows.select_related(*JOINED, *BESIDE[of])


@dataclass
class CaseOn:
    """One objection with what its page needs of the task or the finding. subject: the part or the finding itself."""

    of: str
    row: Objection

    @property
    def subject(self):
        return self.row.assignment if self.of == "task" else self.row.finding

    @property
    def is_lead(self):
        return self.of == "finding" or self.row.assignment.is_lead

    def _address(self, act, *more):
        name = {"task": "dispute", "finding": "dispute_finding"}[self.of]
        return reverse(f"{name}_{act}", args=[self.row.campaign_id, self.row.pk, *more])

    @property
    def url(self):
        return self.row.get_absolute_url()

    @property
    def visit_url(self):
        return self._address("visit")

    def photo_url(self, file, size):
        return self._address("photo", file.pk, size)

    @property
    def keep_url(self):
        return self._address("keep")

    def without_another(self):
        """The words for upholding the objection without another unit; empty where nobody would lead then."""
        if self.of == "finding":
            return ""
        if not self.is_lead:
            return _("Uphold: the unit no longer supports")
        others = "、".join(unit.name for unit in other_leads(self.row.assignment))
        return _("Uphold: the others go on leading (%(units)s)") % {"units": others} if others else ""

    def items(self):
        if self.of == "task":
            return Item.objects.filter(pk=self.row.assignment.duty.item_id)
        return self.row.finding.items.all()

    def proposals(self):
        """What earlier rulings say."""
        if self.of == "task":
            return rules_for(self.row.campaign, items=[self.row.assignment.duty.item])
        finding = self.row.finding
        return rules_for(self.row.campaign, items=finding.items.all(), kind=finding.kind, site=finding.site)

    def rule(self, *, by, data):
        """Raises as the actions do, with the names of the form's fields."""
        upheld = data["ruling"] in ("uphold", "rest")
        without = data.get("without_visit", "")
        if self.of == "task":
            return rule_dispute(
                self.row, by=by, upheld=upheld, note=data["note"], moved_to=data["moved_to"], without_visit=without
            )
        given = {"department": data["moved_to"], "reason": data["note"], "due_on": data["due_on"], "without_visit": without}
        return move_finding(self.row.finding, move="rule", by=by, upheld=upheld, **given)


def find_case(viewer: Viewer, of: str, pk: int) -> CaseOn | None:
    """The case with its units and photos of the visit; None where it is not the viewer's to see."""
    rows = with_facts(cases(viewer, of), of).prefetch_related("visit_units", "visit_photos")
    row = rows.filter(pk=pk).first()
    if row is None:
        return None
    row.campaign = viewer.campaign
    return CaseOn(of, row)
