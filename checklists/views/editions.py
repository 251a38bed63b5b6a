"""New editions: made, paired with the old items, compared, carried over; and whole editions as files."""

from collections import defaultdict
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.typed import typed_number
from campaigns.files import harmless
from checklists import decisions
from checklists.actions.carrying import carry_over
from checklists.actions.editions import copy_standard
from checklists.actions.imports import settle_import
from checklists.carrying import checklist_to_carry, differences_of, plan_carry
from checklists.comparing import ADDED, DROPPED, KINDS, SAME, Piece, changed_demands, count_work, mark_words
from checklists.forms.standards import EditionForm
from checklists.models import Assignment, CarriedDuty, Checklist, Duty, Import, Item, ProofKind, Recurrence, Standard
from checklists.portable import StandardFile, write_json
from checklists.portable_sheet import write_workbook
from checklists.readings import pair_names, read_standard_import
from checklists.scoringrules import plain, word_rule
from checklists.tree import read_items
from checklists.views.standards import can_read, get_standard
from checklists.wantedproof import word_wanted

WORDS = {
    "added": gettext_lazy("added"),
    "dropped": gettext_lazy("dropped"),
    "moved": gettext_lazy("moved"),
    "split": gettext_lazy("split"),
    "merged": gettext_lazy("merged"),
    "reworded": gettext_lazy("reworded"),
    "points": gettext_lazy("points changed"),
    "demands": gettext_lazy("demands changed"),
    "same": gettext_lazy("unchanged"),
}
# Kind -> mark of `.st-…`.
MARKS = {"added": "act", "dropped": "back", "split": "ask", "merged": "ask"}
FILES = {
    "json": ("application/json", write_json),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_workbook),
}
PAIRS_SHOWN = 200
CHOICES = 80  # unpaired old items offered to choose from


# --- making one ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def standard_edition(request, pk):
    """The next edition of a published one: a copy to edit, or a sheet that came."""
    standard = get_standard(request, pk)
    if not request.viewer.is_office:
        raise PermissionDenied
    form = EditionForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            copy = copy_standard(standard, by=request.viewer, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("A draft with all items of the old edition. Change it, compare, then publish it."))
            return redirect(copy)
    return render(request, "checklists/standard_edition.html", {"standard": standard, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def standard_pairs(request, pk):
    """Which item of an uploaded sheet is which of the edition it replaces; corrected before saving."""
    row = get_object_or_404(Import.objects.visible_to(request.viewer), pk=pk, kind=Import.Kind.STANDARD)
    reading = read_standard_import(row)
    if not reading.follows or not reading.tree:
        raise Http404
    names, status, error = pair_names(reading.tree), 200, None
    open_pairs = [
        (number, pair) for number, pair in enumerate(reading.pairs) if pair.how not in ("path", "text") or pair.is_doubtful
    ]
    if request.method == "POST":
        known = {str(item.key) for item in _flat(reading.old)} | {""}
        chosen = {
            names[number]: key
            for number, _pair in open_pairs
            if (key := request.POST.get(f"old-{number}")) is not None and key in known
        }
        version = typed_number(request.POST.get("version")) or 0
        try:
            settle_import(row, by=request.viewer, version=version, change=decisions.pair(chosen), note="pair")
        except ValidationError as refused:
            error, status = " ".join(refused.messages), 409 if getattr(refused, "code", "") == "stale" else 422
        else:
            messages.success(request, _("Saved: these items go on under their old ones."))
            return redirect("standard_preview", request.campaign.pk, row.pk)
    taken = {pair.old.key for pair in reading.pairs if pair.old}
    free = [item for item in _flat(reading.old) if str(item.key) not in taken]
    texts = {str(item.key): item.text for item in _flat(reading.old)}
    for number, pair in open_pairs:
        pair.number, pair.field = number, f"old-{number}"
        pair.percent = round(pair.score * 100)
        pair.came_from = [texts[key] for key in pair.origins]
        if pair.old:
            pair.before, pair.after = mark_words(pair.old.text, pair.new.text)
    context = {
        "row": row,
        "follows": reading.follows,
        "pairs": [pair for _number, pair in open_pairs[:PAIRS_SHOWN]],
        "hidden": max(0, len(open_pairs) - PAIRS_SHOWN),
        "sure": len(reading.pairs) - len(open_pairs),
        "free": free[:CHOICES],
        "free_count": len(free),
        "error": error,
        "is_open": row.status == Import.Status.READ,
    }
    return render(request, "checklists/standard_pairs.html", context, status=status)


def _flat(items):
    for item in items:
        yield item
        yield from _flat(item.children)


# --- comparing ----------------------------------------------------------------------------------------


@require_safe
def standard_compare(request, pk):
    """The edition beside the one it replaces: what changed, and whose work it is."""
    standard = get_standard(request, pk)
    old = standard.follows
    if old is None or not can_read(request.viewer, old):
        raise Http404
    found = differences_of(old, standard)
    kind = request.GET.get("kind", "")
    changed = [one for one in found if one.kinds != (SAME,)]
    units = _units_of(request.viewer, old)
    work = sorted(count_work(found, units), key=lambda one: (one.unit.position, one.unit.pk))
    shown = [one for one in changed if not kind or kind in one.kinds]
    context = {
        "standard": standard,
        "old": old,
        "kinds": [
            {"kind": name, "word": WORDS[name], "count": count}
            for name in KINDS
            if (count := sum(name in one.kinds for one in changed))
        ],
        "kind": kind,
        "total": len(changed),
        "same": len(found) - len(changed),
        "rows": [_shown(one, units) for one in shown],
        "work": work,
        "is_draft": standard.status == Standard.Status.DRAFT,
        "to_carry": _to_carry(request.viewer, standard),
    }
    return render(request, "checklists/standard_compare.html", context)


def _to_carry(viewer, standard):
    is_ready = viewer.is_office and standard.status != Standard.Status.DRAFT
    return checklist_to_carry(standard, viewer.campaign) if is_ready else None


def _units_of(viewer, standard):
    """key of an item -> the units that answer, or answered until it was carried over, for it in the viewer's campaign.

    Drafts are the office's.
    """
    duties = Duty.objects.visible_to(viewer)
    under = {duty.pk: str(duty.item.key) for duty in duties.running().filter(item__standard=standard).select_related("item")}
    earlier = CarriedDuty.objects.filter(duty__in=duties, old_item__standard=standard)  # scoped: by their tasks
    last_day = {}
    for row in earlier.select_related("old_item"):
        under[row.duty_id], last_day[row.duty_id] = str(row.old_item.key), row.carried_on - timedelta(days=1)
    parts = Assignment.objects.filter(duty__in=under)  # scoped: as the table names them
    if not viewer.is_office:
        parts = parts.exclude(status=Assignment.Status.DRAFT)
    found = defaultdict(list)
    for part in parts.select_related("department").order_by("-is_lead", "department__position", "pk"):
        if not part.ended_on or part.duty_id in last_day and part.ended_on >= last_day[part.duty_id]:
            found[under[part.duty_id]].append(part.department)
    return found


def _shown(one, units):
    """One difference for the page: words, texts in pieces, points, demands, units."""
    before, after = [[Piece(row.text, False)] for row in one.old], [[Piece(row.text, False)] for row in one.new]
    if len(one.old) == len(one.new) == 1:
        before, after = ([pieces] for pieces in mark_words(one.old[0].text, one.new[0].text))
        facts = _changed_facts(one.old[0], one.new[0])
    else:
        facts = []
    people = dict.fromkeys(unit for row in one.old for unit in units.get(row.key, ()))
    return {
        "kinds": [{"word": WORDS[kind], "mark": MARKS.get(kind, "wait")} for kind in one.kinds],
        "before": before,
        "after": after,
        "facts": facts,
        "units": "、".join(map(str, people)),
        "is_gap": ADDED in one.kinds and one.new[0].is_leaf,
        "is_end": DROPPED in one.kinds and bool(people),
        "is_leaf": one.row.is_leaf,
    }


def _changed_facts(old, new):
    facts = []
    if old.points != new.points:
        facts.append((_("points"), plain(old.points) or "—", plain(new.points) or "—"))
    for name, before, after in changed_demands(old, new):
        if name in SAID:
            label, say = SAID[name]
            facts.append((label, say(before) or "—", say(after) or "—"))
    before, after = (_rule(row) for row in (old, new))
    if before != after:
        facts.append((_("scoring"), before or "—", after or "—"))
    return facts


def _rule(row):
    demands = dict(row.demands)
    scoring, steps = demands.get("scoring", ""), demands.get("steps", ())
    return word_rule(scoring, steps) or (str(Item.Scoring(scoring).label) if scoring else "")


def _proof(wanted):
    labels = dict(ProofKind.choices)
    return _("; ").join(word_wanted(one, str(labels[one.kind])) for one in wanted)


SAID = {
    "methods": (gettext_lazy("methods"), str),
    "wanted": (gettext_lazy("wanted proof"), _proof),
    "wanted_proof": (gettext_lazy("wanted proof as printed"), str),
    "frequency": (gettext_lazy("frequency"), lambda value: str(Recurrence(value).label) if value else ""),
    "site_kinds": (gettext_lazy("kinds of site"), str),
    "is_veto": (gettext_lazy("one-vote veto"), lambda value: _("yes") if value else _("no")),
}


# --- carrying over ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def standard_carry(request, pk):
    """The campaign's tasks go to the new edition: a preview with one line per task, then one result per line."""
    standard = get_standard(request, pk)
    if not request.viewer.is_office:
        raise PermissionDenied
    results, status = [], 200
    if request.method == "POST":
        picks = request.POST.getlist("pick") if request.POST.get("do") == "picked" else None
        try:
            results = carry_over(standard, by=request.viewer, rows=picks)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(standard)
        if not results:
            messages.warning(request, _("Nothing was chosen, or nothing is left that is sure."))
            return redirect("standard_carry", request.campaign.pk, standard.pk)
    old = checklist_to_carry(standard, request.campaign)
    plan = plan_carry(old, standard) if old and standard.status != Standard.Status.DRAFT else []
    if not results and not plan:
        messages.info(request, _("There is nothing to carry over to this edition."))
        return redirect(standard)
    new = Checklist.objects.visible_to(request.viewer).filter(standard=standard).first()
    context = {
        "standard": standard,
        "old": old,
        "results": sorted(results, key=lambda one: (one.done, one.row.kinds == (SAME,))),
        "done": sum(one.done for one in results),
        "plan": [_line(row) for row in sorted(plan, key=lambda row: row.is_sure) if not _stays(row)],
        "same": [_line(row) for row in plan if _stays(row)],
        "sure": sum(row.is_sure for row in plan),
        "left": len(plan),
        "table_url": new and f"{reverse('duty_list', args=[request.campaign.pk])}?checklist={new.pk}",
    }
    return render(request, "checklists/standard_carry.html", context, status=status)


def _stays(row):
    return row.is_sure and row.kinds == (SAME,)


def _line(row):
    before, after = mark_words(row.duty.text, row.new_text) if row.new_text else ([], [])
    kinds = [{"word": WORDS[kind], "mark": MARKS.get(kind, "wait")} for kind in row.kinds]
    units = [(part.department, part.is_lead) for part in row.parts]
    return {"row": row, "kinds": kinds, "before": before, "after": after, "units": units}


# --- files --------------------------------------------------------------------------------------------


@require_GET
def standard_file(request, pk, kind):
    """The whole edition as JSON or xlsx, for another portal or another campaign."""
    standard = get_standard(request, pk)
    if kind not in FILES:
        raise Http404
    media_type, write = FILES[kind]
    try:
        body = write(StandardFile(standard.name, standard.edition, read_items(standard)))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(standard)
    answer = HttpResponse(body, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, f"{standard}.{kind}")
    return harmless(answer)
