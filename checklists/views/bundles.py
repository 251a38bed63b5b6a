"""Many files at once: brought, looked at, kept or thrown away; and the empty sheet of captions to fill in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.typed import typed_number, typed_numbers
from checklists.actions import bundles as actions
from checklists.actions.uploads import forget_uploads, take_uploads
from checklists.captions import said
from checklists.forms.bundles import BundleForm
from checklists.models import Bundle, Evidence
from checklists.sheets.writing import WrittenColumn, write_sheet
from checklists.views.checkpoints import get_checkpoint
from checklists.views.evidence import own_units
from checklists.views.exports import workbook_answer

AT_ONCE = 12  # records made while the person waits; more are left to the sweep
SHEET = ("文件名", "标题", "类别", "日期", "文号", "时间", "地点", "人物", "主题", "背景", "事由", "说明")
EXAMPLE = ("讲座.jpg", "道德讲堂", "图片", "2026年3月5日", "", "上午", "会议室", "职工", "诚信", "年度计划", "第三期", "")
NAMES = {
    "number": gettext_lazy("Document number"),
    "time_text": gettext_lazy("Time"),
    "place": pgettext_lazy("caption", "Place"),
    "people": pgettext_lazy("caption", "People"),
    "subject": gettext_lazy("Subject"),
    "background": gettext_lazy("Background"),
    "occasion": gettext_lazy("Occasion"),
    "caption": gettext_lazy("Caption"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def bundle_new(request):
    viewer = request.viewer
    if not viewer.department_ids:
        raise PermissionDenied
    number = typed_number(request.POST.get("checkpoint") or request.GET.get("checkpoint"))
    checkpoint = get_checkpoint(request, number) if number is not None else None
    units = [checkpoint.department] if checkpoint else list(own_units(viewer))
    status = 200
    if request.method == "POST":
        form = BundleForm(request.POST, request.FILES, units=units)
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            files = [*data["files"], *take_uploads(data["uploads"], by=viewer)]
            try:
                bundle = actions.start_bundle(data["department"], by=viewer, files=files, checkpoint=checkpoint, key=data["key"])
            except ValidationError as error:
                form.add_error(None, error)
            else:
                forget_uploads(data["uploads"], by=viewer)
                return redirect(bundle)
    else:
        form = BundleForm(units=units, initial={"department": viewer.own_ids[0]})
    context = {"form": form, "checkpoint": checkpoint}
    return render(request, "checklists/bundle_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def bundle_detail(request, pk):
    """What would be made of the files; POST keeps the ticked lines (`do` = keep) or throws all away (`do` = drop)."""
    bundle = get_object_or_404(
        Bundle.objects.visible_to(request.viewer).select_related("department", "by", "checkpoint__assignment__duty"), pk=pk
    )
    if request.method != "POST":
        return _show(request, bundle)
    try:
        if request.POST.get("do") == "drop":
            actions.drop_bundle(bundle, by=request.viewer)
            messages.success(request, _("The files were thrown away; nothing was kept."))
            return redirect("evidence_list", request.campaign.pk)
        picked = typed_numbers(request.POST.getlist("pick"))
        bundle = actions.confirm_bundle(bundle, by=request.viewer, picked=picked)
    except ValidationError as error:
        return _show(request, bundle, error=error.messages[0], status=409 if error.code == "wrong_status" else 422)
    if len(picked) <= AT_ONCE:
        bundle = actions.make_entries(bundle)
    return redirect(bundle)


def _show(request, bundle, *, error="", status=200):
    kinds = dict(Evidence.Kind.choices)
    lines = [
        entry
        | {
            "no": no,
            "kind_word": kinds.get(entry["kind"], ""),
            "words": [(NAMES[name], entry[name]) for name in NAMES if entry[name]],
            "told": [said(code, facts) for code, facts in entry["doubts"]],
            "is_done": no < bundle.done,
        }
        for no, entry in enumerate(bundle.entries)
    ]
    context = {
        "bundle": bundle,
        "lines": lines,
        "error": error,
        "counts": {
            "all": len(lines),
            "good": sum(not line["told"] and not line["is_refused"] for line in lines),
            "doubtful": sum(bool(line["told"]) and not line["is_refused"] for line in lines),
            "refused": sum(line["is_refused"] for line in lines),
            "made": sum(line["is_done"] and bool(line.get("is_picked")) and not line.get("said") for line in lines),
        },
    }
    return render(request, "checklists/bundle_detail.html", context, status=status)


@require_safe
def bundle_sheet(request):
    """The empty sheet of captions with one line as an example."""
    if not request.viewer.department_ids:
        raise PermissionDenied
    columns = [WrittenColumn(heading, 20 if heading in ("文件名", "标题") else 14) for heading in SHEET]
    body = write_sheet(name="图注表", columns=columns, rows=[EXAMPLE])
    return workbook_answer(body, "图注表")
