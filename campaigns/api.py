"""What every list of the API shares: one campaign from the address, pages, and errors as JSON sentences."""

import json

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.openapi import AutoSchema
from rest_framework import exceptions, mixins, pagination, parsers, serializers, viewsets
from rest_framework.views import exception_handler

from accounts.asking import asking_alike
from accounts.models import Department
from accounts.typed import GREATEST, is_day
from campaigns.counting import counts_alike

FASTER = ("wrong_status", "stale")
MANY = 50  # ids or files of one call


class Pages(pagination.PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class Whole:
    """All rows of a list, for a paginator. Their count and the first page come by statements that are kept for all who see
    alike; a page after the first is compiled anew."""

    def __init__(self, view):
        self.view, self.alike = view, (view.model._meta.label, view.request.viewer.sight)

    def count(self) -> int:
        return counts_alike(("api", *self.alike), lambda: {"rows": self.view.scoped()})["rows"]

    def __getitem__(self, part: slice) -> list:
        if part.start >= part.stop:
            return []
        if part.start or part.stop > Pages.page_size:
            return list(self.view.get_queryset()[part])
        rows = lambda: self.view.get_queryset()[: Pages.page_size]  # noqa: E731
        found = asking_alike(("api", *self.alike), rows).rows()[part]
        prefetch_related_objects(found, *self.view.prefetched())
        return found


class DayField(serializers.DateField):
    def to_internal_value(self, value):
        day = super().to_internal_value(value)
        if not is_day(day):
            self.fail("invalid", format="YYYY-MM-DD")
        return day


class JSONParser(parsers.JSONParser):
    """Refuses halves of characters ("\\ud800"): no database keeps them and no answer can quote them."""

    def parse(self, stream, media_type=None, parser_context=None):
        data = super().parse(stream, media_type, parser_context)
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise exceptions.ParseError(_("The text holds characters that are none.")) from None
        return data


def row_named(rows, pk):
    """The row of this id; None for none; one that is not there, or not the caller's to see, is 404. rows: those they see."""
    if pk is None:
        return None
    row = rows.filter(pk=pk).first()
    if row is None:
        raise exceptions.NotFound
    return row


def rows_named(rows, pks):
    """The rows of these ids in their order, by one query; 404 as in row_named."""
    found = rows.in_bulk(pks)
    if len(found) < len(set(pks)):
        raise exceptions.NotFound
    return [found[pk] for pk in dict.fromkeys(pks)]


def unit_named(viewer, pk):
    return row_named(_units(viewer), pk)


def units_named(viewer, pks):
    return rows_named(_units(viewer), pks)


def _units(viewer):
    return Department.objects.visible_to(viewer).filter(is_active=True)


def ids(**kwargs):
    """A field of ids, as many as one call may name."""
    child = serializers.IntegerField(min_value=1, max_value=GREATEST)
    return serializers.ListField(child=child, required=False, max_length=MANY, **kwargs)


def uploads():
    """A field of files, as many as one call may bring."""
    return serializers.ListField(child=serializers.FileField(), required=False, default=list, max_length=MANY)


class Described(AutoSchema):
    """Operations are described by the view's `about`: a sentence by act, "" for all others, in the reader's language."""

    def get_description(self):
        about = self.view.about
        return str(about.get(self.view.action, about[""]))


class ScopedViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Rows of `model` the caller may see in the campaign of the address; somebody without a role in it reads 404.

    Subclasses say `order`, and may say `chosen(rows)` (which of them), `related(rows)` (what the serializer reads beside them,
    in the same query) and `prefetched()` (what by queries of its own); all three read nothing but the viewer and the act.
    """

    about = {"": ""}
    model = None
    order = ("pk",)
    pagination_class = Pages
    filter_backends = [DjangoFilterBackend]
    parser_classes = [JSONParser, parsers.FormParser]
    lookup_value_converter = "int"

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.viewer is None:
            raise exceptions.NotFound

    def list(self, request, *args, **kwargs):
        is_whole = request.query_params.keys() <= {Pages.page_query_param, Pages.page_size_query_param}
        page = self.paginate_queryset(Whole(self) if is_whole else self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def scoped(self):
        return self.chosen(self.model._default_manager.visible_to(self.request.viewer))

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        return self.related(self.scoped()).prefetch_related(*self.prefetched()).order_by(*self.order)

    def chosen(self, rows):
        return rows

    def related(self, rows):
        return rows

    def prefetched(self):
        return ()

    def get_serializer_context(self):
        """`moves`: one row is shown, with the moves that are open to the caller."""
        return super().get_serializer_context() | {"moves": self.detail, "viewer": getattr(self.request, "viewer", None)}

    def shown(self, pk):
        """The serialized row as it is now; None when the act has taken it out of the caller's sight."""
        row = self.get_queryset().filter(pk=pk).first()
        return row and self.get_serializer(row, context=self.get_serializer_context() | {"moves": True}).data


class Conflict(exceptions.APIException):
    status_code = 409
    default_code = "wrong_status"


class Gone(exceptions.NotFound):
    """The one sentence for what is not there and what is not the caller's to see."""

    default_detail = _("There is no such row, or it is not yours to see.")


def handle_error(error, context):
    """{"detail": sentence, "code": word, "fields": {name: [sentences]}}; rules broken in an action 400, somebody faster 409."""
    if isinstance(error, ValidationError):
        return _answer(_of_action(error), context)
    response = exception_handler(error, context)
    if response is None:  # a bug: let it raise
        return None
    known = error if isinstance(error, exceptions.APIException) else None
    code = known.get_codes() if known and not isinstance(known.detail, (dict, list)) else SAID.get(response.status_code, "")
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    fields = {} if detail else _plain(response.data)
    if response.status_code == 404:
        detail, code = Gone.default_detail, "not_found"
    elif response.status_code == 403 and code == "permission_denied":
        detail = _("This is not open to your role.")
    first = next(iter(fields.values()), [""])[0]
    response.data = {"detail": str(detail or first), "code": code or "invalid", "fields": fields}
    return response


SAID = {403: "permission_denied", 404: "not_found", 400: "invalid"}


def _plain(data):
    if isinstance(data, dict):
        return {name: [str(one) for one in errors] if isinstance(errors, list) else errors for name, errors in data.items()}
    return {NON_FIELD_ERRORS: [str(one) for one in data]}


def _of_action(error):
    """The answer's exception: with `fields` when the action named them."""
    if hasattr(error, "error_dict"):
        fields = {name: [text for one in errors for text in one.messages] for name, errors in error.error_dict.items()}
        code = next((one.code for errors in error.error_dict.values() for one in errors if one.code), "invalid")
    else:
        fields, code = {}, getattr(error, "code", None) or "invalid"
    broken = Conflict if code in FASTER else exceptions.ValidationError
    found = broken(detail=" ".join(error.messages), code=code)
    found.said = {"detail": " ".join(error.messages), "code": code, "fields": fields}
    return found


def _answer(error, context):
    response = exception_handler(error, context)
    response.data = error.said
    return response
