"""Standards: list, tree, correction of a draft, publishing, adopting."""

from collections import Counter, defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.db.models.functions import Substr
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.paging import page_of
from checklists import rules
from checklists.actions.standards import adopt_standard, publish_standard
from checklists.carrying import checklist_to_carry
from checklists.forms.standards import AdoptForm, ItemFilter
from checklists.models import Checklist, Import, Item, Standard
from checklists.scoringrules import plain
from checklists.tree import TOP

LATEST = 50  # workbooks listed
SMALL = 200  # a tree of so many nodes is shown whole
# Buttons below the tree of a draft: act, word, icon. One item is chosen, or several to merge.
ITEM_ACTS = (
    ("up", gettext_lazy("Up"), "arrow-up"),
    ("down", gettext_lazy("Down"), "arrow-down"),
    ("out", gettext_lazy("Level up"), "arrow-left"),
    ("into", gettext_lazy("Level down"), "arrow-right"),
    ("behind", gettext_lazy("Add behind"), "plus"),
    ("below", gettext_lazy("Add below"), "plus"),
    ("move", gettext_lazy("Move to…"), "route"),
    ("split", gettext_lazy("Split…"), "git-branch"),
    ("merge", gettext_lazy("Merge…"), "hierarchy-2"),
    ("delete", gettext_lazy("Take out…"), "trash"),
)


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
    standard = get_standard(request, pk)
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
    editable = rules.may_edit(request.viewer, standard)
    for item in rows:
        prepare(item, standard, request.campaign.pk)
    viewer = request.viewer
    old = checklist_to_carry(standard, viewer.campaign) if viewer.is_office and standard.status != Standard.Status.DRAFT else None
    context = {
        "acts": ITEM_ACTS if editable else (),
        "at": request.GET.get("at", ""),
        "follows": standard.follows if standard.follows and can_read(viewer, standard.follows) else None,
        "follows_url": standard.follows and reverse("standard_detail", args=[request.campaign.pk, standard.follows_id]),
        "to_carry": old,
        "standard": standard,
        "levels": [(Item.Grade(grade).label, counts[grade]) for grade in Item.Grade.values if grade in counts],
        "form": form,
        "page": page,
        "projects": projects,
        "opened": opened,
        "editable": editable,
        "can_adopt": viewer.is_office and standard.status == Standard.Status.PUBLISHED and not old,
        "can_follow": viewer.is_office and standard.status != Standard.Status.DRAFT,
        "checklist": Checklist.objects.visible_to(request.viewer).filter(standard=standard).first(),
    }
    return render(request, "checklists/standard_detail.html", context)


@require_POST
def standard_publish(request, pk):
    standard = get_standard(request, pk)
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
    standard = get_standard(request, pk)
    if not request.viewer.is_office:
        raise PermissionDenied
    if adopted := Checklist.objects.visible_to(request.viewer).filter(standard=standard).first():
        messages.info(request, _("This standard has been adopted already: here is its table."))
        return redirect(f"{reverse('duty_list', args=[request.campaign.pk])}?checklist={adopted.pk}")
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


def get_standard(request, pk):
    rows = Standard.objects.visible_to(request.viewer).select_related("campaign", "original", "follows")
    return get_object_or_404(rows, pk=pk)


VETO, EDIT = gettext_lazy("one-vote veto"), gettext_lazy("Edit")


def can_read(viewer, standard):
    return Standard.objects.visible_to(viewer).filter(pk=standard.pk).exists()


def prepare(item, standard, campaign):
    """What a row of the tree shows, made once instead of by tags in hundreds of rows."""
    item.depth = item.path.count(".") - 1
    item.url = f"/c/{campaign}/standards/{standard.pk}/items/{item.pk}/"
    facts = [item.methods, item.points is not None and _("%(points)s points") % {"points": plain(item.points)}]
    facts += [item.get_scoring_display(), item.get_frequency_display(), item.site_kinds]
    item.veto_word, item.edit_word = VETO, EDIT
    item.facts = " · ".join(str(fact) for fact in facts if fact)
    return item


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
