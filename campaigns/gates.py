"""Pages that belong to one role, and errors of actions beside their fields."""

from functools import wraps

from django.core.exceptions import PermissionDenied, ValidationError


def office_only(view):
    """The page is the office's; for all others of the campaign 403."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.viewer.is_office:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def blame(form, error: ValidationError) -> None:
    """Put the errors of an action beside the form's fields of the same names, the rest above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def tried(form, act, *args, **values):
    """What the action returns; None when it refused, with the reasons in the form. PermissionDenied goes on."""
    try:
        return act(*args, **values)
    except ValidationError as error:
        blame(form, error)
        return None
