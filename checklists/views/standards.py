"""Standards: list, tree, correction of a draft, publishing, adopting."""

from collections import Counter, defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.db.models.functions import Substr
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.paging import page_of
from checklists import rules
from checklists.actions.standards import adopt_standard, edit_item, publish_standard
from checklists.forms.standards import AdoptForm, ItemFilter, ItemForm
from checklists.models import Checklist, Import, Item, Standard
from checklists.tree import TOP

LATEST = 50  # workbooks listed
SMALL = 200  # a tree of so many nodes is shown whole


@require_safe
def standard_list(request):
    viewer = request.viewer
    rows = Standard.objects.visible_to(viewer).select_related("campaign").order_by("-pk")
    rows = rows.annotate(
        leaves=Count("items", filter=Q(items__is_leaf=True), distinct=True),
        here=Count("checklists", filter=Q(checklists__campaign=viewer.campaign), distinct=True),
    )
    imports = Import.objects.visible_to(viewer).exclude(status=Import.Status.DROPPED).select_related("original", "by")
    imports = list(imports.defer("reading", "decisions", "saved")[:LATEST])
    context = {
        "page": page_of(request, rows),
        "imports": [row for row in imports if row.status != Import.Status.SAVED],
        "saved": [row for row in imports if row.status == Import.Status.SAVED],
        "is_own": viewer.campaign.pk,
    }
    return render(request, "checklists/standard_list.html", context)


@require_safe
def standard_detail(request, pk):
    """The tree, folded by project; `q` finds items by text or number."""
    standard = _get_standard(request, pk)
    cells = standard.items.annotate(top=Substr("path", 1, TOP)).order_by("top").values("top", "grade", "is_leaf")
    cells = list(cells.annotate(n=Count("pk")))
    counts = Counter()
    for cell in cells:
        counts[cell["grade"]] += cell["n"]
    form, page, projects, opened = ItemFilter(request.GET), None, [], ""
    if form.text:
        page = page_of(
            request, standard.items.filter(Q(text__icontains=form.text) | Q(code__icontains=form.text)).select_related("parent")
        )
        page.object_list = list(page.object_list)
        rows = page.object_list
    else:
        rows, projects, opened = _tree(standard, cells, request.GET.get("project", ""), whole=counts.total() <= SMALL)
    editable = standard.status == Standard.Status.DRAFT and rules.owns_standard(request.viewer, standard)
    for item in rows:
        item.depth = item.path.count(".") - 1
    context = {
        "standard": standard,
        "levels": [(Item.Grade(grade).label, counts[grade]) for grade in Item.Grade.values if grade in counts],
        "form": form,
        "page": page,
        "projects": projects,
        "opened": opened,
        "editable": editable,
        "can_adopt": request.viewer.is_office and standard.status == Standard.Status.PUBLISHED,
        "checklist": Checklist.objects.visible_to(request.viewer).filter(standard=standard).first(),
    }
    return render(request, "checklists/standard_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def standard_item_edit(request, pk, item):
    """One node of a draft: text and number, in its place for htmx, a page of its own otherwise."""
    standard = _get_standard(request, pk)
    if not rules.owns_standard(request.viewer, standard):
        raise PermissionDenied
    item = get_object_or_404(standard.items.select_related("parent"), pk=item)
    item.depth = item.path.count(".") - 1
    context = {"standard": standard, "item": item, "editable": True, "back": _tree_at(item)}
    if request.htmx and "show" in request.GET:
        return render(request, "checklists/_item.html", context)
    form = ItemForm(request.POST or None, item=item)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            context["item"] = saved = edit_item(item, by=request.viewer, **form.cleaned_data)
            saved.depth = item.depth
        except ValidationError as error:
            stale = getattr(error, "code", None) == "stale"
            status = 409 if stale else 422
            form.add_error(None, error)
            if stale:
                form.data = form.data.copy()
                form.data["version"] = item.version
        else:
            if request.htmx:
                return render(request, "checklists/_item.html", context)
            messages.success(request, _("Saved."))
            return redirect(context["back"])
    name = "_item_edit" if request.htmx else "standard_item_edit"
    return render(request, f"checklists/{name}.html", context | {"form": form}, status=status)


@require_POST
def standard_publish(request, pk):
    standard = _get_standard(request, pk)
    try:
        publish_standard(standard, by=request.viewer)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Published. The edition no longer changes; adopt it to make the responsibility table."))
    return redirect(standard)


@require_http_methods(["GET", "HEAD", "POST"])
def standard_adopt(request, pk):
    """Name the checklist and make its tasks."""
    standard = _get_standard(request, pk)
    if not request.viewer.is_office:
        raise PermissionDenied
    initial = {"name": standard.name, "kind": Checklist.Kind.MINORS if "未成年" in standard.name else Checklist.Kind.MAIN}
    form = AdoptForm(request.POST or None, initial=initial)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            checklist = adopt_standard(standard, by=request.viewer, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Adopted. Now import the responsibility sheet, or set the units in the table."))
            return redirect(f"{reverse('duty_list', args=[request.campaign.pk])}?checklist={checklist.pk}")
    leaves = standard.items.filter(is_leaf=True).count()
    return render(
        request, "checklists/standard_adopt.html", {"standard": standard, "form": form, "leaves": leaves}, status=status
    )


def _get_standard(request, pk):
    return get_object_or_404(Standard.objects.visible_to(request.viewer).select_related("campaign", "original"), pk=pk)


def _tree(standard, cells, project, *, whole):
    """The nodes to show, and the projects (with their number of lowest items), each with its own `rows`."""
    sizes = Counter()
    for cell in cells:
        sizes[cell["top"]] += cell["n"] * cell["is_leaf"]
    opened = "" if whole else project if project in sizes else next(iter(sizes), "")
    rows = list(standard.items.filter(Q(path__startswith=opened) | Q(parent=None)))
    projects = [row for row in rows if row.parent_id is None]
    below = defaultdict(list)
    for row in rows:
        if row.parent_id:
            below[row.path[:TOP]].append(row)
    for row in projects:
        row.leaves, row.rows = sizes[row.path], below[row.path]
        row.open = row.path == project or row.path == opened
    return rows, projects, opened


def _tree_at(item):
    return f"{item.standard.get_absolute_url()}?project={item.path[:TOP]}#item-{item.pk}"
