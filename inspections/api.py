"""Findings for other programs: the same rows, the same actions, and to units the same silence about persons as the pages."""

from uuid import UUID

import django_filters as filters
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, parsers, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import name_of
from campaigns.api import DayField, JSONParser, ScopedViewSet, ids, row_named, rows_named, unit_named, units_named, uploads
from campaigns.files import ALL_KINDS, store_upload
from campaigns.models import StoredFile
from campaigns.numbers import numbers
from checklists.api.docket import FIELDS, DocketViewSet, ObjectionSerializer
from checklists.models import Item
from inspections.actions import extensions, findings, recording
from inspections.models import Finding, FindingAssignment, FindingDispute, ProblemKind, Round, Severity, Site, Source
from inspections.rules import sees_names


class FindingSerializer(serializers.ModelSerializer):
    number = serializers.CharField()
    site_name = serializers.CharField()
    kind_name = serializers.CharField()
    lead_name = serializers.CharField()
    items = serializers.SerializerMethodField()
    supporting = serializers.SerializerMethodField()
    round = serializers.SerializerMethodField(help_text=_("units are told that there was an inspection, not which round"))
    found_by = serializers.SerializerMethodField(
        help_text=_("units do not learn who went out; of rows of an old ledger nobody is known")
    )
    moves = serializers.SerializerMethodField(help_text=_("open to the caller now; on single rows only"))

    class Meta:
        model = Finding
        fields = [
            "id",
            "key",
            "number",
            "text",
            "site",
            "site_name",
            "place",
            "kind",
            "kind_name",
            "severity",
            "source",
            "items",
            "lead",
            "lead_name",
            "supporting",
            "status",
            "round",
            "found_by",
            "found_at",
            "is_entered",
            "old_number",
            "issued_at",
            "due_on",
            "clock_due_at",
            "submitted_at",
            "in_time",
            "closed_at",
            "rework_count",
            "relapse_count",
            "version",
            "moves",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_items(self, row):
        return sorted(row.item_ids or [])

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_supporting(self, row):
        return sorted(row.supporting_ids or [])

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_round(self, row):
        return row.round_id if sees_names(self.context["viewer"]) else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_found_by(self, row):
        return row.finder if sees_names(self.context["viewer"]) and not row.is_entered else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_moves(self, row):
        if not self.context["moves"]:
            return None
        viewer = self.context["viewer"]
        moves = list(findings.moves_for(row, viewer))
        return [*moves, "extend"] if extensions.may_ask(row, viewer, timezone.now()) else moves


class NewFindingSerializer(serializers.Serializer):
    key = serializers.UUIDField(help_text=_("made by the caller; the same key again gives the row that is there"))
    text = serializers.CharField(max_length=1000)
    site = serializers.IntegerField(required=False, default=None)
    place = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)
    kind = serializers.IntegerField(required=False, default=None, help_text=_("left out: as the portal proposes"))
    severity = serializers.ChoiceField(Severity.choices, required=False, default=Severity.ORDINARY)
    source = serializers.ChoiceField(Source.choices, required=False, default=Source.INSPECTION)
    round = serializers.IntegerField(required=False, default=None)
    items = ids(default=list)
    lead = serializers.IntegerField(required=False, default=None, help_text=_("left out: as the portal proposes"))
    supporting = ids(default=None)
    due_on = DayField(required=False, default=None, help_text=_("left out: by the campaign's rule"))
    found_at = serializers.DateTimeField(required=False, default=None, help_text=_("when it was seen; left out: now"))
    issue = serializers.BooleanField(required=False, default=False, help_text=_("send it out at once"))
    photos = uploads()
    after_photos = uploads()

    def validate_found_at(self, moment):
        if moment and moment > timezone.now():
            raise serializers.ValidationError(_("This moment has not come yet."), "future")
        return moment


class FindingMoveSerializer(serializers.Serializer):
    move = serializers.ChoiceField(
        [*((name, move.label) for name, move in findings.MOVES.items()), ("extend", _("Ask for more time"))]
    )
    version = serializers.IntegerField(required=False, default=None, help_text=_("of the row as it was read"))
    text = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=1000,
        help_text=_("needed for submit, put_right"),
    )
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    how = serializers.ChoiceField(Finding.How.choices, required=False, default="", help_text=_("needed for close, return"))
    plan = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=1000, help_text=_("park: what is planned")
    )
    until = DayField(required=False, default=None, help_text=_("park: looked at again; extend: limit asked for"))
    department = serializers.IntegerField(required=False, default=None, help_text=_("of issue, transfer, rule, relapse"))
    proposed = serializers.IntegerField(required=False, default=None, help_text=_("dispute: the unit it belongs to"))
    upheld = serializers.BooleanField(required=False, default=False, help_text=_("rule: the unit is right"))
    without_visit = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=300,
        help_text=_("rule: why a binding ruling does without a visit"),
    )
    due_on = DayField(required=False, default=None, help_text=_("a limit instead of the campaign's rule"))
    files = uploads()


class FindingFilter(filters.FilterSet):
    issued_from = filters.DateFilter(field_name="issued_at__date", lookup_expr="gte")
    issued_until = filters.DateFilter(field_name="issued_at__date", lookup_expr="lte")
    due_from = filters.DateFilter(field_name="due_on", lookup_expr="gte")
    due_until = filters.DateFilter(field_name="due_on", lookup_expr="lte")
    late = filters.BooleanFilter(label=_("the unit's clock has run out"), method="of_late")

    class Meta:
        model = Finding
        fields = ["status", "lead", "kind", "site", "severity", "source", "year", "no"]

    def of_late(self, rows, name, value):
        late = rows.late(timezone.now())
        return late if value else rows.exclude(pk__in=late.values("pk"))


COLUMNS = """
id campaign key year no text site place kind severity source lead status round found_by found_at is_entered old_number issued_at
due_on due_at clock_due_at submitted_at in_time closed_at rework_count relapse_count version
""".split()  # what is written or asked for the moves


class FindingViewSet(mixins.CreateModelMixin, ScopedViewSet):
    """Findings."""

    about = {
        "": _("Findings (问题)."),
        "create": _("Records a finding; twice with one key is once."),
        "move": _("Makes one move of the finding."),
    }
    model = Finding
    serializer_class = FindingSerializer
    filterset_class = FindingFilter
    order = ("due_on", "pk")
    parser_classes = [JSONParser, parsers.MultiPartParser]

    def related(self, rows):
        """Of the rows beside a finding only their names and numbers: fifty findings name two hundred of them."""
        items = Finding.items.through.objects.all()  # scoped: of visible findings
        supporting = FindingAssignment.objects.filter(is_lead=False, ended_at=None)  # scoped: of visible findings
        names = {f"{part}_name": Coalesce(f"{part}__name", Value("")) for part in ("site", "kind", "lead")}
        return rows.only(*COLUMNS).annotate(
            finder=name_of("found_by"),
            item_ids=numbers(items, "finding", "item_id"),
            supporting_ids=numbers(supporting, "finding", "department_id"),
            **names,
        )

    @extend_schema(request=NewFindingSerializer, responses={200: FindingSerializer, 201: FindingSerializer})
    def create(self, request):
        given, viewer = self._read(NewFindingSerializer), request.viewer
        known = recording.known_by_key(given["key"], viewer)
        if known:  # the second tap: nothing is stored again
            return Response(self.shown(known.pk))
        finding = recording.report_finding(
            by=viewer,
            key=UUID(str(given["key"])),
            text=given["text"],
            site=row_named(Site.objects.visible_to(viewer).filter(is_active=True).select_related("kind"), given["site"]),
            place=given["place"],
            kind=row_named(ProblemKind.objects.visible_to(viewer), given["kind"]),
            severity=given["severity"],
            source=given["source"],
            round=row_named(Round.objects.visible_to(viewer), given["round"]),
            items=rows_named(_items(viewer), given["items"]),
            lead=unit_named(viewer, given["lead"]),
            supporting=None if given["supporting"] is None else units_named(viewer, given["supporting"]),
            due_on=given["due_on"],
            photos=self._store(given["photos"], [StoredFile.Kind.PHOTO]),
            after_photos=self._store(given["after_photos"], [StoredFile.Kind.PHOTO]),
            issue=given["issue"],
            at=given["found_at"],
        )
        return Response(self.shown(finding.pk), status=status.HTTP_201_CREATED)

    @extend_schema(request=FindingMoveSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request, pk):
        finding, given = self.get_object(), self._read(FindingMoveSerializer)
        move, version, files = given.pop("move"), given.pop("version"), given.pop("files")
        if move == "extend":
            asked = {"proposed_on": given["until"] or finding.due_on, "reason": given["reason"]}
            extensions.ask_extension(finding, by=request.viewer, version=version, **asked)
        else:
            for name in ("department", "proposed"):
                given[name] = unit_named(request.viewer, given[name])
            is_theirs = version in (None, finding.version) and move in findings.moves_for(finding, request.viewer)
            given["files"] = self._store(files if is_theirs else [], ALL_KINDS)  # else none is kept; the action says why
            findings.move_finding(finding, move=move, by=request.viewer, version=version, **given)
        return Response(self.shown(finding.pk))

    def _read(self, serializer):
        data = serializer(data=self.request.data)
        data.is_valid(raise_exception=True)
        return dict(data.validated_data)

    def _store(self, uploads, kinds):
        return [store_upload(one, campaign=self.request.campaign, by=self.request.viewer, kinds=kinds) for one in uploads]


def _items(viewer):
    """The lowest items of the campaign's checklists."""
    return Item.objects.filter(standard__checklists__campaign=viewer.campaign, is_leaf=True)  # scoped: adopted by the campaign


# --- the docket -----------------------------------------------------------------------------------


class FindingDisputeSerializer(ObjectionSerializer):
    class Meta:
        model = FindingDispute
        fields = ["finding", *FIELDS]


class FindingDisputeFilter(filters.FilterSet):
    class Meta:
        model = FindingDispute
        fields = ["ruling", "department", "finding"]


class FindingDisputeViewSet(DocketViewSet):
    """Objections to findings."""

    about = DocketViewSet.about_acts | {
        "": _("Objections to findings, as the docket shows them."),
        "rule": _("Rules on it: the finding goes to another unit, or it stays; its clock starts anew."),
    }
    model = FindingDispute
    serializer_class = FindingDisputeSerializer
    filterset_class = FindingDisputeFilter
    beside = ("finding__site",)

    def rule_case(self, row, *, upheld, note, moved_to, without_visit):
        given = {"department": moved_to, "reason": note, "without_visit": without_visit}
        findings.move_finding(row.finding, move="rule", by=self.request.viewer, upheld=upheld, **given)
