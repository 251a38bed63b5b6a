"""Uploads of a form: stored at once, so that a form that failed loses no photo."""

from django.core.exceptions import ValidationError

from campaigns.files import ALL_KINDS, about_file, store_upload


def keep_uploads(request, *, kinds=ALL_KINDS, **names):
    """(data, errors): the posted data in which each file field's uploads stand as ids under the name given for it.

    names: file field -> field of kept files. errors: file field -> the sentences about files that were refused.
    """
    data, errors = request.POST.copy(), {}
    for field, kept in names.items():
        ids = data.getlist(kept)
        for upload in request.FILES.getlist(field):
            try:
                ids.append(str(store_upload(upload, campaign=request.campaign, by=request.viewer, kinds=kinds).pk))
            except ValidationError as error:
                errors.setdefault(field, []).extend(about_file(upload.name, sentence) for sentence in error.messages)
        data.setlist(kept, list(dict.fromkeys(ids)))
    return data, errors


def say_refused(form, errors):
    for field, sentences in errors.items():
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


def kept_names(form, kept="kept", files="files"):
    """The names of files that are stored already stand under the file field."""
    rows = form.cleaned_data.get(kept) if hasattr(form, "cleaned_data") else None
    if rows and files in form.fields:
        form[files].help_text = "✓ " + "、".join(row.name for row in rows)
