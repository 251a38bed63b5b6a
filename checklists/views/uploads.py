"""Files in parts, for static/js/upload.js: start one, ask how far it came, send the next part. Answers are JSON."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.typed import typed_number
from checklists.actions import uploads as actions
from checklists.models import Upload

PART_BYTES = 1024 * 1024
RAW = "application/octet-stream"


@require_POST
def upload_start(request):
    """name, size -> where to send the parts and how large they are."""
    if not request.viewer.department_ids:
        raise PermissionDenied
    size = typed_number(request.POST.get("size")) or 0
    try:
        upload = actions.start_upload(name=request.POST.get("name", ""), size=size, by=request.viewer)
    except ValidationError as error:
        return JsonResponse({"why": error.messages[0]}, status=422)
    url = reverse("upload_part", args=[request.campaign.pk, upload.key])
    return JsonResponse(_told(upload) | {"url": url, "part": PART_BYTES})


@require_http_methods(["GET", "HEAD", "POST"])
def upload_part(request, key):
    """GET: how far it came. POST: the body is the next part, the header Upload-Offset says from where."""
    upload = get_object_or_404(Upload.objects.of(request.viewer), key=key)
    if request.method != "POST":
        return JsonResponse(_told(upload))
    offset = typed_number(request.headers.get("Upload-Offset"))
    try:
        data = request.body if request.content_type == RAW else b""  # a form's body was read for its fields
        upload = actions.append_part(upload, offset=-1 if offset is None else offset, data=data)
    except (ValidationError, RequestDataTooBig) as error:
        why = error.messages[0] if isinstance(error, ValidationError) else str(error)
        status = 409 if getattr(error, "code", "") == "offset" else 422
        return JsonResponse(_told(upload) | {"why": why}, status=status)
    return JsonResponse(_told(upload))


def _told(upload):
    return {"key": str(upload.key), "offset": upload.offset, "size": upload.size, "sha256": upload.sha256}
