"""What a browser or a program sent as text: numbers of rows and versions; characters no database keeps."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError

LONGEST = 18  # digits that a whole number of every database holds
GREATEST = 10**LONGEST - 1
NUL = "\x00"
YEARS = range(1900, 2200)  # of days that people mean


def typed_number(text: str | None) -> int | None:
    """The number that 1 to 18 ASCII digits mean, else None: `"²".isdigit()` is true, and thirty digits are too many for a row."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= LONGEST else None


def typed_numbers(texts: Iterable[str]) -> list[int]:
    """The numbers among the texts, in their order."""
    return [number for number in map(typed_number, texts) if number is not None]


class Rows(forms.ModelMultipleChoiceField):
    """Chosen rows; a number that no row can have is a wrong choice, not an error of the database."""

    def clean(self, value):
        for pk in value if isinstance(value, list | tuple) else ():
            if typed_number(str(pk)) is None:
                raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": pk})
        return super().clean(value)


class DayField(forms.DateField):
    """A day of which the next one, its week and its year exist: 9999-12-31 has no day after it, and nobody means it."""

    def to_python(self, value):
        day = super().to_python(value)
        if day and not is_day(day):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return day


def is_day(day: date) -> bool:
    return day.year in YEARS


def typed_day(text: str | None) -> date | None:
    """The day that 2026-03-25 means, else None."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if is_day(day) else None


class NulMiddleware:
    """Takes NUL out of everything typed before anybody reads it: PostgreSQL keeps none, and nobody types one on purpose."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path:
            raise Http404
        request.COOKIES = {name: value.replace(NUL, "") for name, value in request.COOKIES.items()}
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)
        try:
            posted = request.POST
        except UnreadablePostError:  # the network broke in the middle of an upload: nobody is left to answer
            return HttpResponse(status=400)
        if any(NUL in value for _name, values in posted.lists() for value in values):
            request.POST = _without_nul(posted)
        return self.get_response(request)


def _without_nul(data: QueryDict) -> QueryDict:
    clean = data.copy()
    for name, values in data.lists():
        clean.setlist(name, [value.replace(NUL, "") for value in values])
    return clean
