"""One item of a standard: read, corrected, put elsewhere, split, merged, taken out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.typed import typed_number
from checklists import rules
from checklists.actions.items import (
    SAYS,
    STEPS,
    add_item,
    delete_item,
    edit_item,
    merge_items,
    move_item,
    shift_item,
    split_item,
)
from checklists.forms.items import ItemFactsForm, MoveItemForm, NewItemForm, SplitItemForm, step_forms, wanted_forms
from checklists.forms.standards import ItemForm
from checklists.models import ProofKind
from checklists.scoringrules import plain, word_rule
from checklists.sheets.text import numbered_parts
from checklists.sitekinds import site_kind_names
from checklists.tree import TOP, ancestors_of, steps_of, wanted_of
from checklists.views.standards import get_standard, prepare
from checklists.wantedproof import word_wanted

FORMS = {
    "below": "standard_item_new",
    "behind": "standard_item_new",
    "move": "standard_item_move",
    "split": "standard_item_split",
}
CONFIRMED = ("merge", "delete")


@require_http_methods(["GET", "HEAD", "POST"])
def standard_item_edit(request, pk, item):
    """All about one item; a draft's owner edits it: in the row for htmx (number and text), else everything on a page."""
    standard, item = _get_item(request, pk, item)
    editable = rules.may_edit(request.viewer, standard)
    if request.method == "POST" and not editable:
        raise PermissionDenied
    if editable and request.htmx:
        return _edit_row(request, standard, item)
    context = {"standard": standard, "item": item, "back": _tree_at(item), "ancestors": ancestors_of(item)} | _said(item)
    if not editable:
        return render(request, "checklists/standard_item.html", context)
    data = request.POST if request.method == "POST" else None
    form = ItemFactsForm(data, item=item)
    steps, wanted = step_forms(data, steps_of(item)), wanted_forms(data, wanted_of(item))
    status = 200
    if data is not None:
        status = 422
        if form.is_valid() and steps.is_valid() and wanted.is_valid():
            proof = [row.wanted for row in wanted if row.wanted]
            status = _try(
                form,
                lambda: edit_item(
                    item, by=request.viewer, steps=[row.step for row in steps], wanted=proof, **_kept(form.cleaned_data)
                ),
                now=item.version,
            )
            if status == 302:
                messages.success(request, _("Saved."))
                return redirect(request.POST.get("then") == "stay" and item.url or context["back"])
    site_kinds = site_kind_names(request.viewer)
    context |= {"form": form, "steps": steps, "wanted": wanted, "site_kinds": site_kinds, "is_stale": status == 409}
    return render(request, "checklists/standard_item_edit.html", context, status=status)


def _kept(data):
    return {name: value for name, value in data.items() if name != "other_methods"}


def _edit_row(request, standard, item):
    """Number and text in the row of the tree."""
    context = {"standard": standard, "item": item, "editable": True, "back": _tree_at(item)}
    if "show" in request.GET:
        return render(request, "checklists/_item.html", context)
    form = ItemForm(request.POST or None, item=item)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            saved = edit_item(item, by=request.viewer, **form.cleaned_data)
        except ValidationError as error:
            status = 409 if getattr(error, "code", None) == "stale" else 422
            form.add_error(None, error)
            form.data = form.data.copy()
            form.data["version"] = item.version
        else:
            context["item"] = prepare(saved, standard, request.campaign.pk)
            return render(request, "checklists/_item.html", context)
    return render(request, "checklists/_item_edit.html", context | {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def standard_item_new(request, pk):
    """A new item ?behind=ID or ?below=ID; without either, last at the top."""
    standard = _get_draft(request, pk)
    asked = request.GET
    place = next((name for name in ("behind", "below") if typed_number(asked.get(name)) is not None), "")
    beside = get_object_or_404(standard.items, pk=asked[place]) if place else None
    form = NewItemForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        target = {"behind": "behind", "below": "parent"}.get(place)
        where = {target: beside} if target else {}
        made = []
        status = _try(form, lambda: made.append(add_item(standard, by=request.viewer, **where, **form.cleaned_data)))
        if status == 302:
            messages.success(request, _("Added."))
            return redirect(_tree_at(made[0]))
    back = _tree_at(beside) if beside else standard.get_absolute_url()
    context = {"standard": standard, "form": form, "beside": beside, "place": place, "back": back}
    return render(request, "checklists/standard_item_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def standard_item_move(request, pk, item):
    standard, item = _get_item(request, pk, item, draft=True)
    rows = [prepare(row, standard, request.campaign.pk) for row in standard.items.all() if not row.path.startswith(item.path)]
    form = MoveItemForm(request.POST or None, rows=rows, initial={"version": item.version})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        target = next(row for row in rows if row.pk == data["target"])
        where = {"parent" if data["where"] == "below" else "behind": target}
        status = _try(form, lambda: move_item(item, by=request.viewer, version=data["version"], **where), now=item.version)
        if status == 302:
            messages.success(request, _("Moved."))
            item.refresh_from_db()
            return redirect(_tree_at(item))
    context = {"standard": standard, "item": item, "form": form, "back": _tree_at(item)}
    return render(request, "checklists/standard_item_move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def standard_item_split(request, pk, item):
    standard, item = _get_item(request, pk, item, draft=True)
    parts = numbered_parts(item.text)
    proposal = "\n".join(" ".join(part.split()) for part in parts) if len(parts) > 1 else item.text
    form = SplitItemForm(request.POST or None, initial={"version": item.version, "texts": proposal})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        made = []
        status = _try(form, lambda: made.extend(split_item(item, by=request.viewer, **form.cleaned_data)), now=item.version)
        if status == 302:
            messages.success(request, _("The item is now %(count)s items.") % {"count": len(made)})
            return redirect(_tree_at(made[0]))
    context = {"standard": standard, "item": item, "form": form, "back": _tree_at(item)}
    return render(request, "checklists/standard_item_split.html", context, status=status)


@require_POST
def standard_item_act(request, pk):
    """A button below the tree for the ticked items: done at once, asked about first, or on to a form."""
    standard = _get_draft(request, pk)
    act = request.POST.get("act", "")
    pairs = (map(typed_number, pick.split(":")) for pick in request.POST.getlist("pick") if pick.count(":") == 1)
    picks = {pk: version for pk, version in pairs if None not in (pk, version)}
    items = list(standard.items.filter(pk__in=picks))
    back = standard.get_absolute_url()
    if not items or act != "merge" and len(items) > 1:
        messages.warning(request, _("Tick one item first.") if not items else _("Tick one item only; several can be merged."))
        return redirect(_tree_at(items[0]) if items else back)
    first, version = items[0], picks[items[0].pk]
    if act in FORMS:
        name = FORMS[act]
        if name == "standard_item_new":
            return redirect(f"{back}items/new/?{urlencode({act: first.pk})}")
        return redirect(name, request.campaign.pk, standard.pk, first.pk)
    if act in CONFIRMED and "sure" not in request.POST:
        return _confirm(request, standard, act, items, picks)
    try:
        if act == "merge":
            first = merge_items(items, by=request.viewer, versions=[picks[item.pk] for item in items])
            messages.success(request, _("Merged."))
        elif act == "delete":
            delete_item(first, by=request.viewer, version=version)
            messages.success(request, _("Taken out."))
            return redirect(f"{back}?project={first.path[:TOP]}")
        elif act in STEPS:
            first = shift_item(first, by=request.viewer, version=version, step=act)
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_tree_at(first))


def _confirm(request, standard, act, items, picks):
    """What merging or taking out would do; POST again with `sure`."""
    error = SAYS["siblings"] if act == "merge" and (len(items) < 2 or len({item.parent_id for item in items}) > 1) else ""
    error = SAYS["has_parts"] if act == "delete" and not items[0].is_leaf else error
    context = {
        "standard": standard,
        "act": act,
        "items": items,
        "picks": [f"{pk}:{version}" for pk, version in picks.items()],
        "error": error,
        "back": _tree_at(items[0]),
        "merged": "\n".join(dict.fromkeys(item.text for item in items)),
    }
    return render(request, "checklists/standard_item_confirm.html", context, status=422 if error else 200)


def _try(form, act, *, now=0):
    """302 when the act is done; else the refusal beside its field and 409 for a stale form, 422 for others.

    now: the item's version, so that a stale form can be sent again once it was looked at.
    """
    try:
        act()
    except ValidationError as error:
        stale = getattr(error, "code", None) == "stale"
        if stale and now:
            form.data = form.data.copy()
            form.data["version"] = now
        known = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
        for name, errors in known.items():
            form.add_error(name if name in form.fields else None, errors)
        return 409 if stale else 422
    return 302


def _said(item):
    """The rule and the wanted proof in words."""
    labels = dict(ProofKind.choices)
    return {
        "rule": word_rule(item.scoring, steps_of(item), item.points),
        "proof": [word_wanted(one, str(labels[one.kind])) for one in wanted_of(item)],
        "points": plain(item.points),
    }


def _get_draft(request, pk):
    standard = get_standard(request, pk)
    if not rules.may_edit(request.viewer, standard):
        raise PermissionDenied
    return standard


def _get_item(request, pk, item, *, draft=False):
    standard = _get_draft(request, pk) if draft else get_standard(request, pk)
    row = get_object_or_404(standard.items.select_related("parent").prefetch_related("steps", "wanted"), pk=item)
    row.standard = standard
    return standard, prepare(row, standard, request.campaign.pk)


def _tree_at(item):
    """The tree with the item's project open, at the item."""
    return f"{item.standard.get_absolute_url()}?project={item.path[:TOP]}&at={item.pk}#item-{item.pk}"
