"""The docket (推诿裁定) for other programs: objections, their joint visit with photos, the ruling."""

import django_filters as filters
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import parsers, serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from campaigns.api import DayField, JSONParser, ScopedViewSet, ids, unit_named, units_named, uploads
from campaigns.files import store_upload
from campaigns.models import StoredFile
from checklists import rules
from checklists.actions.disputes import rule_dispute
from checklists.actions.visits import arrange_visit, record_visit
from checklists.models import Dispute

ACTS = ["visit", "found", "rule"]  # what the office does with an objection while it is open
FIELDS = """
id about department department_name reason at proposed earlier_count is_binding ruling moved_to note ruled_at without_visit
visit_on visit_place visit_units visit_found visit_photos version moves
""".split()


class ObjectionSerializer(serializers.ModelSerializer):
    about = serializers.CharField(help_text=_("the task or the finding in short"))
    department_name = serializers.CharField(source="department.name")
    is_binding = serializers.BooleanField(help_text=_("the office must rule, and the ruling is the last word"))
    visit_photos = serializers.SerializerMethodField(help_text=_("names of the photos of the visit"))
    moves = serializers.SerializerMethodField(help_text=_("open to the caller now; on single rows only"))

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_visit_photos(self, row):
        return [file.name for file in row.visit_photos.all()]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_moves(self, row):
        if not self.context["moves"]:
            return None
        return ACTS if row.is_open and rules.may_rule_case(self.context["viewer"], row) else []


class Versioned(serializers.Serializer):
    version = serializers.IntegerField(required=False, default=None, help_text=_("of the row as it was read"))


class VisitSerializer(Versioned):
    on = DayField()
    place = serializers.CharField(max_length=200, help_text=_("hour and place"))
    units = ids(default=list, help_text=_("ids of the units invited; the one that objects is told anyway"))


class FoundSerializer(Versioned):
    found = serializers.CharField(max_length=2000, help_text=_("what was found"))
    photos = uploads()


class RulingSerializer(serializers.Serializer):
    upheld = serializers.BooleanField()
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000, help_text=_("grounds"))
    moved_to = serializers.IntegerField(required=False, default=None, help_text=_("upheld: unit it goes to"))
    without_visit = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=300, help_text=_("why a binding ruling does without a visit")
    )


class DocketViewSet(ScopedViewSet):
    """Objections of one kind as they stand on the docket. Subclasses say `rule_case`, and whom they are about."""

    order = ("at", "pk")
    parser_classes = [JSONParser, parsers.MultiPartParser]
    about_acts = {
        "visit": _("Calls the joint visit (联合踏勘), or changes the call; the units are told."),
        "found": _("Writes down what the joint visit found, with photos."),
    }

    def chosen(self, rows):
        rows = rows.filter(campaign=self.request.campaign)
        if not self.request.viewer.reads_all:  # on the docket a unit finds its own
            rows = rows.filter(department__in=self.request.viewer.department_ids)
        return rows

    def related(self, rows):
        return rows.select_related("department", *self.beside)

    def prefetched(self):
        return "visit_units", "visit_photos"

    @extend_schema(request=VisitSerializer)
    @action(detail=True, methods=["post"])
    def visit(self, request, pk):
        row, given = self._asked(VisitSerializer)
        units = units_named(request.viewer, given.pop("units"))
        arrange_visit(row, by=request.viewer, units=units, **given)
        return Response(self.shown(row.pk))

    @extend_schema(request=FoundSerializer)
    @action(detail=True, methods=["post"])
    def found(self, request, pk):
        row, given = self._asked(FoundSerializer)
        is_theirs = row.is_open and given["version"] in (None, row.version)
        taken = given["photos"] if is_theirs else []  # else no file is kept; the action says why
        kinds = [StoredFile.Kind.PHOTO]
        photos = [store_upload(one, campaign=request.campaign, by=request.viewer, kinds=kinds) for one in taken]
        record_visit(row, by=request.viewer, photos=photos, found=given["found"], version=given["version"])
        return Response(self.shown(row.pk))

    @extend_schema(request=RulingSerializer)
    @action(detail=True, methods=["post"])
    def rule(self, request, pk):
        row, given = self._asked(RulingSerializer)
        self.rule_case(row, moved_to=unit_named(request.viewer, given.pop("moved_to")), **given)
        return Response(self.shown(row.pk))

    def _asked(self, serializer):
        """(the objection, what was sent); PermissionDenied for who does not rule on it."""
        row = self.get_object()
        if not rules.may_rule_case(self.request.viewer, row):
            raise PermissionDenied
        data = serializer(data=self.request.data)
        data.is_valid(raise_exception=True)
        return row, dict(data.validated_data)

    def rule_case(self, row, *, upheld, note, moved_to, without_visit):
        raise NotImplementedError


class DisputeSerializer(ObjectionSerializer):
    class Meta:
        model = Dispute
        fields = ["assignment", *FIELDS]


class DisputeFilter(filters.FilterSet):
    class Meta:
        model = Dispute
        fields = ["ruling", "department", "assignment"]


class DisputeViewSet(DocketViewSet):
    """Objections to tasks."""

    about = DocketViewSet.about_acts | {
        "": _("Objections to tasks (责任异议), as the docket shows them."),
        "rule": _("Rules on it: the part goes to another unit, or it is issued again."),
    }
    model = Dispute
    serializer_class = DisputeSerializer
    filterset_class = DisputeFilter
    beside = ("assignment__duty",)

    def rule_case(self, row, **given):
        rule_dispute(row, by=self.request.viewer, **given)
