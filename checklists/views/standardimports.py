"""A standard from a workbook or from a file another portal wrote: uploaded, looked at, saved as a draft edition."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.typed import typed_number
from checklists.actions.editions import load_standard, read_file
from checklists.forms.standards import StandardUploadForm
from checklists.models import Import, Standard
from checklists.previews import tree_rows
from checklists.sheets.doubts import MEANINGS
from checklists.sheets.headings import LEVELS
from checklists.views.importing import ImportPage, office_only, show_preview, take_upload


@require_http_methods(["GET", "HEAD", "POST"])
def standard_upload(request):
    office_only(request)
    follows = _followed(request)
    initial = {"name": follows.name} if follows else None
    form = StandardUploadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid() and (standard := _load_file(request, form, follows)):
        return redirect(standard)
    row, status = take_upload(request, form, kind=Import.Kind.STANDARD, follows=follows)
    if row:
        return redirect(row)
    return render(request, "checklists/standard_upload.html", {"form": form, "follows": follows}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def standard_preview(request, pk):
    return show_preview(request, pk, PAGE)


def _context(_request, _row, reading):
    tree = reading.tree
    return {
        "counts": [(MEANINGS[level], tree.levels[level]) for level in LEVELS if tree.levels[level]] if tree else [],
        "leaves": len(tree.lowest) if tree else 0,
        "tree": tree_rows(tree) if tree else [],
        "may_save": bool(tree and tree.lowest),
        "reading": reading,
        "paired": sum(pair.old is not None for pair in reading.pairs),
        "open_count": len(reading.open_doubts) + len(reading.open_pairs),
    }


def _saved(request, _row, standard):
    messages.success(request, _("Saved as a draft edition. Look through the tree, then publish it."))
    return standard.get_absolute_url()


PAGE = ImportPage(Import.Kind.STANDARD, "standard_list", "checklists/standard_preview.html", _context, _saved, anchor="doubts")


def _followed(request):
    """The published edition that ?follows= names: the sheet is its next edition."""
    pk = typed_number(request.GET.get("follows"))
    if pk is None:
        return None
    return get_object_or_404(Standard.objects.visible_to(request.viewer).exclude(status=Standard.Status.DRAFT), pk=pk)


def _load_file(request, form, follows):
    """The draft of a file that a portal wrote; None for an office's own sheet, or when the form now says what is wrong."""
    data = form.cleaned_data
    try:
        upload = data["file"]
        file = read_file(upload.read(), file_name=upload.name) if upload.size <= settings.UPLOAD_MAX_BYTES else None
        upload.seek(0)
        if file is None:
            return None
        standard = load_standard(file, by=request.viewer, name=data["name"], edition=data["edition"], follows=follows)
    except ValidationError as error:
        if getattr(error, "code", "") == "portable":
            form.add_error("file", error)
        return None  # the sheet's own reading says the rest
    messages.success(request, _("Loaded as a draft edition with all its items. Look through the tree, then publish it."))
    return standard
