"""The docket (推诿裁定): every objection to a task or a finding, its joint visit, the ruling, and the rules that come of it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Count, F, Q, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.typed import typed_number
from campaigns.gates import blame, office_only
from campaigns.paging import page_of
from checklists import rules
from checklists.actions.disputes import other_leads, rule_dispute
from checklists.actions.visits import arrange_visit, record_visit
from checklists.forms.checkpoints import participants_of
from checklists.history import events_about
from checklists.models import Dispute, Item, Objection
from inspections.actions.findings import move_finding
from inspections.actions.precedents import end_precedent, keep_ruling, rules_for, source_name
from inspections.forms.disputes import CaseRulingForm, EndRuleForm, FoundForm, KeepForm, VisitForm
from inspections.forms.fields import units_of
from inspections.models import FindingDispute, Precedent, ProblemKind, SiteKind

FASTER = ("wrong_status", "stale")
JOINED = ("department", "proposed", "moved_to", "by", "ruled_by")
MODELS = {"task": Dispute, "finding": FindingDispute}
BESIDE = {
    "task": ("assignment__duty__item__parent", "assignment__department", "assignment__campaign"),
    "finding": ("finding__site__kind", "finding__site__territory", "finding__kind", "finding__lead"),
}


# --- the list -------------------------------------------------------------------------------------


@require_safe
def dispute_list(request):
    """To be ruled on: what the office must rule on first, then longest waiting; `?view=ruled` the ruled ones, newest first."""
    viewer = request.viewer
    if not (viewer.reads_all or viewer.department_ids):
        raise PermissionDenied
    view = "ruled" if request.GET.get("view") == "ruled" else "open"
    page = page_of(request, _merged(viewer, view))
    page.object_list = _loaded(viewer, page.object_list)
    today = timezone.localdate()
    for row in page:
        row.waiting_days = (today - timezone.localdate(row.at)).days
        row.is_named = viewer.reads_all or row.department_id in viewer.department_ids
    context = {
        "page": page,
        "view": view,
        "must_count": _must_count(viewer) if view == "open" else 0,
        "rule_count": Precedent.objects.visible_to(viewer).running().count(),
    }
    return render(request, "inspections/dispute_list.html", context)


def _cases(viewer, of):
    """Objections the viewer may look into on the docket: office and leaders all, a unit its own."""
    rows = MODELS[of].objects.visible_to(viewer).filter(campaign=viewer.campaign)
    return rows if viewer.reads_all else rows.filter(department__in=viewer.department_ids)


def _must_count(viewer):
    """How many of both kinds the office must rule on, on whichever page they stand; one query."""
    must = {"ruling": Objection.Ruling.OPEN, "earlier_count__gte": Objection.BINDING_AFTER}
    tasks, findings = (_cases(viewer, of).order_by().filter(**must).values("pk") for of in MODELS)
    return tasks.union(findings, all=True).count()


def _merged(viewer, view):
    """(…, of, pk) of both kinds in one order."""
    parts = []
    for of in MODELS:
        rows = _cases(viewer, of).order_by()
        if view == "open":
            binding = Case(When(earlier_count__gte=Objection.BINDING_AFTER, then=Value(0)), default=Value(1))
            rows = rows.filter(ruling=Objection.Ruling.OPEN).annotate(place=binding, since=F("at"))
        else:
            rows = rows.exclude(ruling=Objection.Ruling.OPEN).annotate(place=Value(0), since=F("ruled_at"))
        parts.append(rows.annotate(of=Value(of)).values_list("place", "since", "of", "pk"))
    order = ("place", "since", "of", "pk") if view == "open" else ("-since", "of", "-pk")
    return parts[0].union(parts[1], all=True).order_by(*order)


def _loaded(viewer, keys):
    """The rows of these keys in their order; one query a kind."""
    keys = [(of, pk) for _place, _since, of, pk in keys]
    found = {}
    for of in MODELS:
        pks = [pk for name, pk in keys if name == of]
        if pks:
            rows = _cases(viewer, of).select_related(*JOINED, *BESIDE[of]).filter(pk__in=pks)
            found.update({(of, row.pk): row for row in rows})
    for (of, _pk), row in found.items():
        row.of = of
        row.is_lead = of == "finding" or row.assignment.is_lead
    return [found[key] for key in keys if key in found]


# --- one case -------------------------------------------------------------------------------------


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

    def _address(self, act):
        name = {"task": "dispute", "finding": "dispute_finding"}[self.of]
        return reverse(f"{name}_{act}", args=[self.row.campaign_id, self.row.pk])

    @property
    def url(self):
        return self.row.get_absolute_url()

    @property
    def visit_url(self):
        return self._address("visit")

    @property
    def keep_url(self):
        return self._address("keep")

    def free_units(self):
        """The units that can take it over: not the one that objects, nor those that have the part already."""
        rows = units_of(self.row.campaign)
        if self.of == "finding":
            return rows.exclude(pk=self.row.finding.lead_id)
        parts = self.row.assignment.duty.assignments.running()
        if self.is_lead:  # who supports may lead instead
            parts = parts.filter(is_lead=True)
        return rows.exclude(pk__in=[*parts.values_list("department", flat=True), self.row.department_id])

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
            return Item.objects.filter(pk=self.row.assignment.duty.item_id)  # scoped: of a visible objection
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


def _get_case(request, of, pk):
    rows = _cases(request.viewer, of).select_related(*JOINED, *BESIDE[of]).prefetch_related("visit_units")
    row = get_object_or_404(rows, pk=pk)
    row.campaign = request.campaign
    return CaseOn(of, row)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute_rule(request, pk, of="task"):
    """The case; POST rules on it."""
    case = _get_case(request, of, pk)
    if request.method != "POST":
        return _show(request, case)
    if not rules.may_rule(request.viewer, case.row):
        raise PermissionDenied
    form = _ruling_form(case, request.POST)
    if not case.row.is_open:
        return _show(request, case, ruling=form, status=409)
    if not form.is_valid():
        return _show(request, case, ruling=form, status=422)
    try:
        case.rule(by=request.viewer, data=form.cleaned_data)
    except ValidationError as error:
        if getattr(error, "code", "") in FASTER:
            return _show(request, _get_case(request, of, pk), ruling=form, status=409)
        blame(form, _renamed(error))
        return _show(request, _get_case(request, of, pk), ruling=form, status=422)
    messages.success(request, _("Ruled; the units were told."))
    return redirect(case.keep_url) if form.cleaned_data["keep"] else redirect("dispute_list", request.campaign.pk)


@require_POST
def dispute_visit(request, pk, of="task"):
    """`act` arrange: call the joint visit; record: what it found."""
    case = _get_case(request, of, pk)
    if not rules.may_rule(request.viewer, case.row):
        raise PermissionDenied
    records = request.POST.get("act") == "record"
    form = FoundForm(request.POST) if records else VisitForm(request.POST, units=_invited(case))
    if form.is_valid():
        act = record_visit if records else arrange_visit
        try:
            act(case.row, by=request.viewer, version=typed_number(request.POST.get("version")), **form.cleaned_data)
        except ValidationError as error:
            if getattr(error, "code", "") in FASTER:
                return _show(request, _get_case(request, of, pk), failed=form, status=409)
            blame(form, error)
        else:
            messages.success(request, _said(records, form))
            return redirect(case.url)
    return _show(request, _get_case(request, of, pk), failed=form, status=422)


def _said(records, form):
    if records:
        return _("Written down.")
    if form.cleaned_data["on"] < timezone.localdate():
        return _("Written down as a visit that has taken place; nobody was told.")
    return _("The joint visit is called; the units were told.")


def _show(request, case, *, ruling=None, failed=None, status=200):
    """failed: the form of the visit that did not go through."""
    row, viewer = case.row, request.viewer
    may_rule = rules.may_rule(viewer, row)
    is_stale = status == 409
    acts = may_rule and (row.is_open or is_stale)
    visited = row.visit_on and row.visit_on <= timezone.localdate()
    kept = Precedent.objects.filter(**{source_name(row): row}).select_related("department").first()  # scoped: of a visible case
    events = events_about(case.subject, row)
    context = {
        "case": case,
        "row": row,
        "form": (ruling or _ruling_form(case)) if acts and (row.is_open or ruling) else None,
        "visit_form": _visit_form(case, failed) if acts and (row.is_open or isinstance(failed, VisitForm)) else None,
        "found_form": _found_form(case, failed) if acts and (visited or isinstance(failed, FoundForm)) else None,
        "may_rule": may_rule,
        "is_stale": is_stale,
        "is_named": viewer.reads_all or row.department_id in viewer.department_ids,
        "proposals": case.proposals() if row.is_open and viewer.reads_all else [],
        "kept": kept,
        "may_keep": may_rule and not row.is_open and not (kept and not kept.ended_on),
        "events": events if viewer.reads_all else [],
        "faster": events[0] if is_stale and events else None,
        "is_to_come": bool(row.visit_on) and not visited,
    }
    return render(request, "inspections/dispute_rule.html", context, status=status)


def _ruling_form(case, data=None):
    row = case.row
    return CaseRulingForm(
        data,
        units=case.free_units(),
        rest=case.without_another(),
        asks_visit=row.is_binding and not row.visit_found,
        asks_grounds=row.is_binding or case.of == "finding",
        has_limit=case.of == "finding",
        initial={"moved_to": row.proposed},
    )


def _invited(case):
    return participants_of(case.row.campaign).exclude(pk=case.row.department_id).order_by("position", "pk")


def _visit_form(case, failed):
    if isinstance(failed, VisitForm):
        return failed
    row = case.row
    chosen = [unit.pk for unit in row.visit_units.all()] or ([row.proposed_id] if row.proposed_id else [])
    initial = {"on": row.visit_on, "place": row.visit_place, "units": chosen}
    return VisitForm(units=_invited(case), initial=initial)


def _found_form(case, failed):
    return failed if isinstance(failed, FoundForm) else FoundForm(initial={"found": case.row.visit_found})


def _renamed(error):
    """The actions speak of `reason` and `department` where the form says `note` and `moved_to`."""
    if not hasattr(error, "error_dict"):
        return error
    names = {"reason": "note", "department": "moved_to"}
    return ValidationError({names.get(name, name): errors for name, errors in error.error_dict.items()})


# --- rules ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def dispute_keep(request, pk, of="task"):
    """The ruling of a case kept as a rule."""
    case = _get_case(request, of, pk)
    if not rules.may_rule(request.viewer, case.row) or case.row.is_open:
        raise PermissionDenied
    form = KeepForm(
        request.POST if request.method == "POST" else None,
        campaign=request.campaign,
        items=case.items(),
        kinds=ProblemKind.objects.visible_to(request.viewer).filter(is_active=True),
        site_kinds=SiteKind.objects.visible_to(request.viewer),
        initial=_kept_words(case),
    )
    if form.is_valid():
        try:
            keep_ruling(case.row, by=request.viewer, **form.cleaned_data)
        except ValidationError as error:
            blame(form, error)
        else:
            messages.success(request, _("Kept: it will be proposed for like cases, with its words."))
            return redirect("dispute_rules", request.campaign.pk)
    context = {"case": case, "row": case.row, "form": form}
    return render(request, "inspections/dispute_keep.html", context, status=422 if form.errors else 200)


def _kept_words(case):
    row = case.row
    initial = {"department": row.moved_to_id or row.department_id, "words": row.note[:300]}
    if case.of == "task":
        return initial | {"item": row.assignment.duty.item_id}
    finding = row.finding
    return initial | {"kind": finding.kind_id, "site_kind": finding.site and finding.site.kind_id}


@require_safe
def dispute_rules(request):
    """Rules in force, newest first; `?view=ended` those that ended."""
    return _show_rules(request)


def _show_rules(request, *, failed=None, status=200):
    """failed: (rule, bound form)."""
    viewer = request.viewer
    if not (viewer.reads_all or viewer.department_ids):
        raise PermissionDenied
    view = "ended" if request.GET.get("view") == "ended" else "running"
    rows = Precedent.objects.visible_to(viewer).select_related(
        "department", "item", "kind", "site_kind", "area", "ended_by", "dispute", "finding_dispute"
    )
    page = page_of(request, rows.exclude(ended_on=None) if view == "ended" else rows.running())
    for row in page:
        row.end_form = failed[1] if failed and failed[0] == row.pk else EndRuleForm(auto_id=f"id_{row.pk}_%s")
    counts = Precedent.objects.visible_to(viewer).aggregate(
        running=Count("pk", filter=Q(ended_on=None)), ended=Count("pk", filter=Q(ended_on__isnull=False))
    )
    context = {"page": page, "view": view, "counts": counts}
    return render(request, "inspections/dispute_rules.html", context, status=status)


@require_POST
@office_only
def dispute_rule_end(request, pk):
    rule = get_object_or_404(Precedent.objects.visible_to(request.viewer), pk=pk)
    form = EndRuleForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        try:
            end_precedent(rule, by=request.viewer, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            messages.success(request, _("Ended: it is proposed no longer."))
        return redirect("dispute_rules", request.campaign.pk)
    return _show_rules(request, failed=(pk, form), status=422)
