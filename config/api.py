"""The API router and its one exception handler."""

from django.core.exceptions import ValidationError
from rest_framework import exceptions
from rest_framework.views import exception_handler

urlpatterns = []


def handle_error(error, context):
    """A rule broken in an action answers 400 with its sentence; everything else as the framework does."""
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError({"detail": error.messages, "code": getattr(error, "code", None)})
    return exception_handler(error, context)
