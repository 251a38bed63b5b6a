"""The docket (推诿裁定): every objection to a task or a finding in one list."""

from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, Q, Value, When
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.calendars import calendar_of
from campaigns.counting import row_counts
from campaigns.paging import page_of
from checklists.models import Objection
from inspections.actions.cases import MODELS, cases, to_rule, with_facts
from inspections.models import Precedent

# View of the list -> kinds of case in it; all but the ruled ones wait for a ruling.
VIEWS = {"open": tuple(MODELS), "tasks": ("task",), "findings": ("finding",), "ours": tuple(MODELS), "ruled": tuple(MODELS)}


@require_safe
def dispute_list(request):
    """To be ruled on: what the office must rule on first, then longest waiting, or a part of these; `?view=ruled` the ruled ones,
    newest first. `?mine=1`: of those to be ruled on only what the reader of the office may rule on."""
    viewer = request.viewer
    if not (viewer.reads_all or viewer.department_ids):
        raise PermissionDenied
    current = request.GET.get("view")
    current = current if current in VIEWS and (current != "ours" or viewer.reads_all) else "open"  # a unit's are its own
    view = "ruled" if current == "ruled" else "open"
    is_mine = viewer.is_office and current not in ("ours", "ruled") and "mine" in request.GET
    every = _rows(viewer, current)
    shown = {of: to_rule(viewer, of).order_by() for of in every} if is_mine else every
    counts = _counts(viewer, shown, every if is_mine else {})
    page = page_of(request, _merged(shown, current), count=sum(counts[of] for of in shown))
    page.object_list = _loaded(viewer, page.object_list)
    today, calendar = timezone.localdate(), calendar_of(request.campaign)
    rulable = _rulable(viewer, page.object_list)
    for row in page:
        row.waiting_days = calendar.workdays_between(timezone.localdate(row.at), today)
        row.is_named = viewer.reads_all or row.department_id in viewer.department_ids
        row.can_rule = (row.of, row.pk) in rulable
    context = {
        "page": page,
        "view": view,
        "current": current,
        "must_count": sum(counts[f"must_{of}"] for of in MODELS) if view == "open" else 0,
        "rule_count": counts["rules"],
        "left_out": sum(counts[f"every_{of}"] - counts[of] for of in shown) if is_mine else 0,
    }
    return render(request, "inspections/dispute_list.html", context)


def _rows(viewer, view):
    """kind -> its rows in the view."""
    rows = {of: cases(viewer, of).order_by() for of in VIEWS[view]}
    if view == "ours":
        rows = {of: part.filter(department__in=viewer.department_ids) for of, part in rows.items()}
    is_open = Q(ruling=Objection.Ruling.OPEN)
    return {of: part.filter(~is_open if view == "ruled" else is_open) for of, part in rows.items()}


def _counts(viewer, shown, every):
    """Of each kind shown; every_…: with those the reader may not rule on; must_…: what the office must rule on, on whichever page
    it stands; rules: from rulings, in force. One query."""
    must = {"ruling": Objection.Ruling.OPEN, "earlier_count__gte": Objection.BINDING_AFTER}
    rows = {f"must_{of}": cases(viewer, of).filter(**must) for of in MODELS}
    rows |= {f"every_{of}": part for of, part in every.items()}
    return row_counts(**shown, **rows, rules=Precedent.objects.visible_to(viewer).running())


def _merged(shown, view):
    """(…, of, pk) of the kinds in one order."""
    parts = []
    for of, rows in shown.items():
        if view == "ruled":
            rows = rows.annotate(place=Value(0), since=F("ruled_at"))
        else:
            binding = Case(When(earlier_count__gte=Objection.BINDING_AFTER, then=Value(0)), default=Value(1))
            rows = rows.annotate(place=binding, since=F("at"))
        parts.append(rows.annotate(of=Value(of)).values_list("place", "since", "of", "pk"))
    order = ("-since", "of", "-pk") if view == "ruled" else ("place", "since", "of", "pk")
    return parts[0].union(*parts[1:], all=True).order_by(*order)


def _rulable(viewer, rows):
    """(of, pk) of the rows the reader may rule on."""
    keys = {(row.of, row.pk) for row in rows if row.is_open and viewer.is_office}
    if not viewer.department_ids:
        return keys
    kinds = {of for of, _pk in keys}
    mine = {of: to_rule(viewer, of).filter(pk__in=[pk for name, pk in keys if name == of]) for of in kinds}
    return {(of, pk) for of, part in mine.items() for pk in part.values_list("pk", flat=True)}


def _loaded(viewer, keys):
    """The rows of these keys in their order; one query a kind."""
    keys = [(of, pk) for _place, _since, of, pk in keys]
    found = {}
    for of in MODELS:
        pks = [pk for name, pk in keys if name == of]
        if pks:
            rows = with_facts(cases(viewer, of), of).filter(pk__in=pks)
            found.update({(of, row.pk): row for row in rows})
    for (of, _pk), row in found.items():
        row.of = of
        row.is_lead = of == "finding" or row.assignment.is_lead
    return [found[key] for key in keys if key in found]
