"""The ledger of findings: saved views with counts, filters, one act for many rows, the text for a unit's chat group."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.asking import asking_alike
from accounts.models import Department
from accounts.typed import typed_number, typed_numbers
from campaigns.calendars import calendar_of
from campaigns.counting import RowCount
from campaigns.models import Participation, WorkGroup
from campaigns.paging import page_of
from campaigns.templatetags.portal import day
from campaigns.weeks import first_moment
from inspections import exports, waiting
from inspections.actions import findings as actions
from inspections.counted import counted
from inspections.forms.fields import units_of
from inspections.forms.filters import FindingFilter
from inspections.models import Extension, Finding, FindingAssignment, FindingFile, ProblemKind, SiteKind
from inspections.views.showing import days_left, sees_names, shown_name

Status = Finding.Status
BULK_MOST = 200
PER_PAGE = 50


@dataclass(frozen=True)
class View:
    """A saved view: its word, its states or its condition, its order; the tint of its count."""

    label: str
    order: tuple = ()
    statuses: tuple = ()
    condition: Callable | None = None  # (viewer, now) -> Q
    reads_now: bool = False  # the condition does
    tint: str = ""

    def where(self, viewer, now):
        if self.condition:
            return self.condition(viewer, now)
        return Q(status__in=self.statuses) if self.statuses else Q()


WAITING = ("clock_due_at", "pk")
VIEWS = {
    "all": View(gettext_lazy("All")),
    "draft": View(gettext_lazy("To be handed over"), ("-pk",), (Status.DRAFT,), tint="count-act"),
    "issued": View(gettext_lazy("To be signed for"), WAITING, (Status.ISSUED,)),
    "working": View(gettext_lazy("Being put right"), WAITING, (Status.ACCEPTED, Status.RETURNED)),
    "verify": View(gettext_lazy("To be verified"), ("submitted_at", "pk"), (Status.SUBMITTED,), tint="count-act"),
    "late": View(
        gettext_lazy("Past the limit"),
        WAITING,
        condition=lambda viewer, now: Q(clock_due_at__lt=now),
        reads_now=True,
        tint="count-late",
    ),
    "asks": View(
        gettext_lazy("Objections, more time"), ("pk",), condition=lambda viewer, now: waiting.asks(viewer), tint="count-act"
    ),
    "parked": View(gettext_lazy("Parked"), ("parked_until", "pk"), (Status.PARKED,)),
    "closed": View(gettext_lazy("Struck off"), ("-due_on", "-pk"), (Status.CLOSED,)),
}
# Of a filter of time without rows: what it says, and what to look at next (name in COUNTED).
NONE = {
    "today": (gettext_lazy("No finding is due today any more."), "week", gettext_lazy("Due this week")),
    "week": (gettext_lazy("No finding is due this week any more."), "next_week", gettext_lazy("Due next week")),
    "next_week": (gettext_lazy("No finding is due next week."), "", ""),
}
UNIT_VIEWS = [name for name in VIEWS if name != "draft"]


@require_safe
def finding_list(request):
    viewer, now = request.viewer, timezone.now()
    names = list(VIEWS) if sees_names(viewer) else UNIT_VIEWS
    default = "verify" if viewer.is_inspector and not viewer.reads_all else "all"
    current = request.GET.get("view") if request.GET.get("view") in names else default
    form = _filter(request)
    ledger = Ledger(form, viewer, now, names, current)
    page, counts = page_of(request, ledger, per_page=PER_PAGE), ledger.counts
    rows, acts = _shown(page.object_list, request, now), _bulk_acts(viewer, current)
    for row in rows:
        row.may_pick = any(row.status == BULK_STATES[act] for act, *_words in acts)
    context = {
        "form": form,
        "current": current,
        "views": [(name, VIEWS[name].label, counts[name], VIEWS[name].tint if counts[name] else "") for name in names],
        "page": page,
        "rows": rows,
        "bulk_acts": acts if any(row.may_pick for row in rows) else [],
        "bulk_url": reverse("finding_bulk", args=[request.campaign.pk]) + f"?{request.GET.urlencode()}",
        "is_filtered": bool(form.changed_data),
        "none": NONE.get(form.cleaned_data.get("counted")),
        "may_record": viewer.is_office or viewer.is_inspector,
        "export": request.GET.urlencode(),
    }
    return render(request, "inspections/finding_list.html", context)


@require_safe
def finding_export(request):
    """The view and filter of the list as a workbook."""
    viewer, now = request.viewer, timezone.now()
    form = _filter(request)
    view = VIEWS.get(request.GET.get("view"), VIEWS["all"])
    rows = _filtered(Finding.objects.visible_to(viewer), form, viewer, now).filter(view.where(viewer, now))
    rows = exports.related(rows.order_by(*view.order or ("year", "no", "pk")))[: exports.MOST]
    title = _("Ledger of findings")
    body = exports.ledger_workbook(
        rows.iterator(chunk_size=1000),
        title=title,
        name_of=lambda person: shown_name(viewer, person, "inspector"),
        tells_all=sees_names(viewer),
    )
    name = f"{title}-{timezone.localdate(now):%Y%m%d}.xlsx"
    return FileResponse(io.BytesIO(body), as_attachment=True, filename=name, content_type=exports.MEDIA_TYPE)


class Ledger:
    """The rows of one view in its order, sliced by ids first, so that each page reads only its own rows; how many each view has.

    All: first what runs, by the nearest limit, then what stands still, the newest first; each half by its own index.
    Without a filter, the statements of the first page are kept for all who see alike.
    """

    def __init__(self, form, viewer, now, names, current):
        self.viewer, self.now, self.name, self.view = viewer, now, current, VIEWS[current]
        self.is_filtered = bool(form.changed_data)
        self.rows = Finding.objects.visible_to(viewer)
        if self.is_filtered:
            self.rows = _filtered(self.rows, form, viewer, now)
            self.counts = _counts_filtered(self.rows, viewer, now, names)
        else:
            states = asking_alike(("ledger counts", viewer.sight), lambda now: _states(self.rows, viewer, now), now=datetime)
            self.counts = _counts(states.tuples(now=now))

    def count(self):
        return self.counts[self.name]

    __len__ = count

    def __getitem__(self, part):
        """The rows of a page, all of it or, of the last one, what there is."""
        if part.stop <= part.start:
            return []
        cuts = self._cuts(part.start)
        if self.is_filtered or part.start:
            return list(self._page(cuts, self.now))
        values = {"now": self.now} if self.view.reads_now else {}
        alike = ("ledger", self.viewer.sight, self.name, cuts)
        return asking_alike(alike, lambda now=None: self._page(cuts, now), **dict.fromkeys(values, datetime)).rows(**values)

    def _cuts(self, start):
        """(part, first row, beyond its last) of what a page may show; a view with an order of its own has one part."""
        at = self.counts["running"]
        if self.view.order:
            firsts = {"whole": start}
        else:
            firsts = ({"running": start} if start < at else {}) | (
                {"resting": max(start - at, 0)} if start + PER_PAGE > at else {}
            )
        return tuple((part, first, first + PER_PAGE) for part, first in firsts.items())

    def _page(self, cuts, now):
        rows = self.rows.filter(self.view.where(self.viewer, now))
        parts = {
            "whole": rows.order_by(*self.view.order),
            "running": rows.filter(clock_due_at__isnull=False).order_by("clock_due_at", "pk"),
            "resting": rows.filter(clock_due_at=None).order_by("-pk"),
        }
        ids = Q(pk__in=[])
        for part, first, beyond in cuts:
            ids |= Q(pk__in=parts[part].values("pk")[first:beyond])
        order = self.view.order or (F("clock_due_at").asc(nulls_last=True), "-pk")
        # scoped: `ids` were chosen among the visible rows
        return with_facts(Finding.objects.filter(ids)).order_by(*order)[:PER_PAGE]  # scoped: see above


def with_facts(rows):
    """What a row of the list shows beside its own columns, without a query per row."""
    photo = FindingFile.objects.filter(finding=OuterRef("pk")).order_by("position", "pk")  # scoped: of the outer row
    support = FindingAssignment.objects.filter(finding=OuterRef("pk"), is_lead=False, ended_at=None)  # scoped: of the outer row
    asked = Extension.objects.filter(finding=OuterRef("pk"), ruling=Extension.Ruling.OPEN)  # scoped: of the outer row
    facts = {
        "photo": Subquery(photo.values("file")[:1]),
        "support": Subquery(support.order_by("department__position").values("department__name")[:1]),
        "asked_on": Subquery(asked.values("proposed_on")[:1]),
    }
    return rows.select_related("kind", "site", "lead").only(*SHOWN).annotate(**facts)


SHOWN = """
campaign_id year no text place severity source status found_at issued_at due_on clock_due_at parked_until
rework_count relapse_count kind__name site__name lead__name
""".split()


def _counts_filtered(rows, viewer, now, names):
    """How many rows each view holds under the present filter, which is worked out once for all of them: one query."""
    tallies = {name: Count("pk", filter=VIEWS[name].where(viewer, now)) for name in names if name != "all"}
    return rows.aggregate(all=Count("pk"), running=Count("clock_due_at"), **tallies)


CONDITIONS = ["running", *(name for name, view in VIEWS.items() if view.condition)]


def _states(rows, viewer, now):
    """(state, how many rows have it, of all rows how many meet each of CONDITIONS): the states in one pass over their index,
    the rest by indexes of their own."""
    conditions = {"running": Q(clock_due_at__isnull=False)}
    conditions |= {name: VIEWS[name].condition(viewer, now) for name in CONDITIONS[1:]}
    columns = {f"_{name}": RowCount(rows.filter(condition)) for name, condition in conditions.items()}
    return rows.order_by().values_list("status").annotate(_rows=Count("pk"), **columns)


def _counts(states):
    """How many rows each view holds, from `_states`."""
    counts = dict.fromkeys([*VIEWS, *CONDITIONS], 0)
    for status, rows, *met in states:
        counts |= dict(zip(CONDITIONS, met, strict=True))
        counts["all"] += rows
        for name, view in VIEWS.items():
            counts[name] += rows if status in view.statuses else 0
    return counts


def _options(viewer):
    """Choices of the filter from the tables, in one query; a unit has few rows and is not asked."""
    if not sees_names(viewer):
        return {}
    asking = asking_alike(("ledger options", viewer.sight, viewer.campaign.host.path), lambda: _choices(viewer))
    options = {}
    for name, _order, pk, label in sorted(asking.tuples()):
        options.setdefault(name, []).append((pk, label))
    return options


def _choices(viewer):
    """(field of the filter, position, pk, name) of everything that can be chosen."""

    def part(name, rows):
        columns = {"_part": Value(name), "_order": F("position"), "_label": F("name")}
        return rows.annotate(**columns).order_by().values_list("_part", "_order", "pk", "_label")

    return part("unit", units_of(viewer.campaign)).union(
        part("kind", ProblemKind.objects.visible_to(viewer)),
        part("site_kind", SiteKind.objects.visible_to(viewer)),
        part("group", WorkGroup.objects.filter(campaign=viewer.campaign)),  # scoped: names of the campaign's own groups
        all=True,
    )


def _filter(request):
    """The form of the filter, checked: a wrong value filters nothing and is said beside its field."""
    viewer = request.viewer
    decides = viewer.is_office or viewer.is_inspector
    form = FindingFilter(request.GET, options=_options(viewer), has_units=bool(viewer.department_ids), decides=decides)
    form.is_valid()
    return form


def _filtered(rows, form, viewer, now):
    """The rows the filter leaves."""
    data = form.cleaned_data
    if data.get("unit"):
        below = Department.objects.under(Department.objects.get(pk=data["unit"])).values("pk")  # scoped: register of units
        rows = rows.filter(lead__in=below)
    if data.get("group"):
        own = Participation.objects.on(timezone.localdate())  # scoped: the campaign's own, see the filter
        rows = rows.filter(lead__in=own.filter(campaign=viewer.campaign, work_group=data["group"]).values("department"))
    plain = {"kind": "kind", "site_kind": "site__kind", "source": "source", "severity": "severity"}
    rows = rows.filter(**{column: data[name] for name, column in plain.items() if data.get(name)})
    if data.get("part") == "lead":
        rows = rows.filter(lead__in=viewer.department_ids)
    elif data.get("part") == "others":
        rows = rows.exclude(pk__in=Finding.objects.answered_by(viewer.department_ids))  # scoped: leaves rows out
    if data.get("counted"):
        rows = counted(data["counted"], rows, viewer, now)
    if data.get("since"):
        rows = rows.filter(found_at__gte=first_moment(data["since"]))
    if data.get("until"):
        rows = rows.filter(found_at__lt=first_moment(data["until"] + timedelta(days=1)))
    return rows.filter(_matches(data["q"])) if data.get("q") else rows


def _matches(text):
    """A number (2026-0153, or its last part; or that of the old ledger), or words of the place or the problem."""
    text = text.strip()
    found = Q(text__icontains=text) | Q(place__icontains=text) | Q(site__name__icontains=text) | Q(old_number__icontains=text)
    year, _dash, no = text.rpartition("-")
    if typed_number(no) is not None and (not year or typed_number(year) is not None):
        found |= Q(no=typed_number(no), **({"year": typed_number(year)} if year else {}))
    return found


def _shown(rows, request, now):
    """Rows as the template writes them: ready addresses and days, so that fifty rows cost no lookups."""
    calendar = calendar_of(request.campaign)
    base = reverse("finding_list", args=[request.campaign.pk])
    for row in rows:
        row.url = f"{base}{row.pk}/"
        row.thumb = f"{base}{row.pk}/files/{row.photo}/thumb/" if row.photo else ""
        row.limit_mark, row.limit_words = limit_words(row, days_left(row, calendar, now))
        row.limit_day = day(row.parked_until if row.status == Status.PARKED else row.due_on) if row.issued_at else "—"
        row.act = _act(row, request.viewer)
    return rows


def limit_words(row, left):
    """(mark, words) of the limit; nothing while the clock stands still."""
    if left is None:
        return "", ""
    if left < 0:
        return "late", _("%(days)s d late") % {"days": -left}
    if left == 0:
        return "soon", _("today")
    return "soon" if left == 1 else "", _("%(days)s d left") % {"days": left}


OFFICE_ACTS = {
    Status.DRAFT: gettext_lazy("Hand over to the unit"),
    Status.SUBMITTED: gettext_lazy("Verify"),
    Status.DISPUTED: gettext_lazy("Rule"),
}
UNIT_ACTS = {
    Status.ISSUED: gettext_lazy("Sign for"),
    Status.ACCEPTED: gettext_lazy("Answer the finding"),
    Status.RETURNED: gettext_lazy("Answer the finding"),
}


def _act(row, viewer):
    """The word of the row's most likely next act; it leads to the finding, where the act is."""
    if row.lead_id in viewer.department_ids and row.status in UNIT_ACTS:
        return UNIT_ACTS[row.status]
    if viewer.is_office and row.asked_on:
        return _("Decide")
    if viewer.is_office and row.status == Status.DRAFT and row.lead_id is None:
        return _("Choose the unit")
    if viewer.is_office or (viewer.is_inspector and row.status == Status.SUBMITTED):
        return OFFICE_ACTS.get(row.status, _("View"))
    return _("View")


BULK_STATES = {"issue": Status.DRAFT, "accept": Status.ISSUED}  # act -> the state of the rows it can be ticked for


def _bulk_acts(viewer, current):
    if current in ("all", "draft") and (viewer.is_office or (viewer.is_inspector and viewer.campaign.inspector_may_issue)):
        return [("issue", _("Hand over to the unit"), "send")]
    if current == "issued" and viewer.department_ids:
        return [("accept", _("Sign for"), "check")]
    return []


@require_POST
def finding_bulk(request):
    """One act for the ticked rows: what worked is counted, what did not is said row by row."""
    act, picks = request.POST.get("act"), typed_numbers(request.POST.getlist("pick"))[:BULK_MOST]
    rows = list(Finding.objects.visible_to(request.viewer).filter(pk__in=picks).order_by("pk"))
    if act == "issue":
        results, word = actions.issue_findings(rows, by=request.viewer), _("Handed over: %(count)s")
    elif act == "accept":
        results, word = actions.accept_findings(rows, by=request.viewer), _("Signed for: %(count)s")
    else:
        raise Http404
    done = sum(error is None for _row, error in results)
    if not picks:
        messages.warning(request, _("No row is ticked: nothing was done."))
    elif done:
        messages.success(request, word % {"count": done})
    for row, error in results:
        if error is not None:
            messages.warning(request, f"{row.number or row.where} {row.text[:20]}: {' '.join(error.messages)}")
    return redirect(reverse("finding_list", args=[request.campaign.pk]) + f"?{request.GET.urlencode()}")
