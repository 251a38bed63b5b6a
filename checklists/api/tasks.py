"""Tasks, responsibilities and checkpoints for other programs: the same rows and the same actions as the pages."""

import django_filters as filters
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.typed import GREATEST
from campaigns.api import DayField, ScopedViewSet, unit_named
from checklists.actions import assignments, checkpoints, issuing
from checklists.actions.disputes import dispute_assignment, rule_dispute
from checklists.models import Assignment, Checkpoint, Dispute, Duty, Item

# --- tasks ----------------------------------------------------------------------------------------


class PartSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="department.name")

    class Meta:
        model = Assignment
        fields = ["department", "name", "is_lead"]


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["id", "key", "code", "grade", "methods", "points", "scoring", "frequency", "site_kinds", "is_veto"]


class DutySerializer(serializers.ModelSerializer):
    code = serializers.CharField(source="item.code")
    about = ItemSerializer(source="item", read_only=True)
    parts = PartSerializer(many=True, read_only=True)

    class Meta:
        model = Duty
        fields = [
            "id",
            "checklist",
            "item",
            "code",
            "about",
            "text",
            "measures",
            "limit_text",
            "due_on",
            "recurrence",
            "leading_leader",
            "person",
            "position",
            "ended_on",
            "version",
            "parts",
        ]


class DutyFilter(filters.FilterSet):
    department = filters.NumberFilter(label=_("unit that leads or supports"), method="of_unit")
    without_lead = filters.BooleanFilter(label=_("nobody leads"), method="of_nobody")

    class Meta:
        model = Duty
        fields = ["checklist", "item"]

    def of_unit(self, rows, name, value):
        viewer = self.request.viewer
        parts = Assignment.objects.filter(campaign=viewer.campaign, department=value)  # scoped: as the table names them
        return rows.filter(pk__in=(parts.running() if viewer.is_office else parts.issued()).values("duty"))

    def of_nobody(self, rows, name, value):
        free = rows.without_lead()
        return free if value else rows.exclude(pk__in=free.values("pk"))


class IssueSerializer(serializers.Serializer):
    duties = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=GREATEST), required=False, help_text=_("ids; left out: all drafts")
    )

    later = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=GREATEST),
        required=False,
        default=list,
        help_text=_("ids of recurring tasks that begin with their next period, where the running one ends in few days"),
    )


class IssuedSerializer(serializers.Serializer):
    issued = serializers.IntegerField(help_text=_("tasks that went out"))
    people = serializers.IntegerField(help_text=_("people who were told"))
    refused = serializers.DictField(child=serializers.CharField(), help_text=_("id of a task -> why it cannot go out"))


class DutyViewSet(ScopedViewSet):
    """The responsibility table."""

    about = {
        "": _("The responsibility table (责任分解表): rows everybody with a role may read."),
        "issue": _("Issues drafts (下达); twice equals once."),
    }
    model = Duty
    serializer_class = DutySerializer
    filterset_class = DutyFilter
    order = ("checklist__position", "position", "pk")

    def chosen(self, rows):
        return rows.running() if self.action == "list" else rows  # what has ended is found by its id

    def related(self, rows):
        return rows.select_related("item")

    def prefetched(self):
        every = Assignment.objects.select_related("department")  # scoped: of visible tasks, as the table names them
        parts = every.running() if self.request.viewer.is_office else every.issued()
        return (Prefetch("assignments", parts.order_by("-is_lead", "department__position", "pk"), to_attr="parts"),)

    @extend_schema(request=IssueSerializer, responses=IssuedSerializer)
    @action(detail=False, methods=["post"])
    def issue(self, request):
        data = IssueSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        plan = issuing.issue_drafts(by=request.viewer, **data.validated_data)
        refused = {str(duty.pk): str(why) for duty, why in plan.refused}
        return Response({"issued": len(plan.duties), "people": len(plan.people), "refused": refused})


# --- responsibilities -----------------------------------------------------------------------------


class AssignmentSerializer(serializers.ModelSerializer):
    text = serializers.CharField(source="duty.text")
    department_name = serializers.CharField(source="department.name")
    moves = serializers.SerializerMethodField(help_text=_("open to the caller now; on single rows only"))

    class Meta:
        model = Assignment
        fields = [
            "id",
            "duty",
            "text",
            "department",
            "department_name",
            "is_lead",
            "status",
            "starts_on",
            "ended_on",
            "issued_at",
            "accepted_at",
            "version",
            "moves",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_moves(self, row):
        if not self.context["moves"]:
            return None
        return [name for name in assignments.moves_for(row, self.context["viewer"]) if name in ASSIGNMENT_ACTS]


MOVES = ("accept", "dispute", "refuse", "uphold", "look_again")  # those that stand alone, see ASSIGNMENT_ACTS


class AssignmentMoveSerializer(serializers.Serializer):
    move = serializers.ChoiceField([(name, assignments.ASSIGNMENT_MOVES[name].label) for name in MOVES])
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    until = DayField(required=False, default=None, help_text=_("look_again: the new limit"))
    unit = serializers.IntegerField(required=False, default=None, help_text=_("dispute: unit proposed; uphold: unit it goes to"))
    without_visit = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=300,
        help_text=_("refuse, uphold: why a binding ruling does without a visit"),
    )


class AssignmentFilter(filters.FilterSet):
    class Meta:
        model = Assignment
        fields = ["duty", "department", "status", "is_lead"]


class AssignmentViewSet(ScopedViewSet):
    """A unit's part in a task."""

    about = {"": _("A unit's part in a task (责任分工)."), "move": _("Makes one move of the part.")}
    model = Assignment
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter
    order = ("duty__checklist__position", "duty__position", "-is_lead", "department__position", "pk")

    def related(self, rows):
        return rows.select_related("duty", "department")

    @extend_schema(request=AssignmentMoveSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request, pk):
        data = AssignmentMoveSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        row, given = self.get_object(), dict(data.validated_data)
        unit = given.pop("unit")
        given["unit"] = unit_named(request.viewer, unit)
        ASSIGNMENT_ACTS[given.pop("move")](row, request.viewer, **given)
        return Response(self.shown(row.pk))


def _accept(row, by, **_other):
    assignments.move_assignment(row, move="accept", by=by)


def _dispute(row, by, *, reason, unit, **_other):
    dispute_assignment(row, by=by, reason=reason, proposed=unit)


def _rule(upheld):
    def rule(row, by, *, reason, unit, without_visit, **_other):
        dispute = Dispute.objects.visible_to(by).filter(assignment=row, ruling=Dispute.Ruling.OPEN).first()
        if dispute is None:  # nothing to rule on: the action says why
            assignments.move_assignment(row, move="uphold" if upheld else "refuse", by=by, reason=reason)
            return
        rule_dispute(dispute, by=by, upheld=upheld, note=reason, moved_to=unit, without_visit=without_visit)

    return rule


def _look_again(row, by, *, reason, until, **_other):
    assignments.look_again(row, by=by, reason=reason, until=until)


# Moves that stand alone; a part is issued with its task (duties/issue/) and ended in the table.
ASSIGNMENT_ACTS = {
    "accept": _accept,
    "dispute": _dispute,
    "refuse": _rule(upheld=False),
    "uphold": _rule(upheld=True),
    "look_again": _look_again,
}


# --- checkpoints ----------------------------------------------------------------------------------


class CheckpointSerializer(serializers.ModelSerializer):
    duty = serializers.IntegerField(source="assignment.duty_id")
    text = serializers.CharField(source="assignment.duty.text")
    department_name = serializers.CharField(source="department.name")
    moves = serializers.SerializerMethodField(help_text=_("open to the caller now; on single rows only"))

    class Meta:
        model = Checkpoint
        fields = [
            "id",
            "assignment",
            "duty",
            "text",
            "title",
            "department",
            "department_name",
            "status",
            "due_on",
            "clock_due_at",
            "note",
            "reason",
            "skip_reason",
            "submitted_at",
            "approved_at",
            "version",
            "moves",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_moves(self, row):
        return list(checkpoints.moves_for(row, self.context["viewer"])) if self.context["moves"] else None


class CheckpointMoveSerializer(serializers.Serializer):
    move = serializers.ChoiceField([(name, move.label) for name, move in checkpoints.CHECKPOINT_MOVES.items()])
    note = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=1000, help_text=_("submit: what was done")
    )
    reason = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=1000,
        help_text=_("needed for return, set_aside, ask_skip, refuse_skip"),
    )
    confirmed = serializers.BooleanField(
        required=False, default=False, help_text=_("submit: hand in although the material lacks something")
    )
    version = serializers.IntegerField(required=False, default=None, help_text=_("of the row as it was read"))


class CheckpointFilter(filters.FilterSet):
    due_from = filters.DateFilter(field_name="due_on", lookup_expr="gte")
    due_until = filters.DateFilter(field_name="due_on", lookup_expr="lte")
    late = filters.BooleanFilter(label=_("the unit's clock has run out"), method="of_late")

    class Meta:
        model = Checkpoint
        fields = ["assignment", "department", "status"]

    def of_late(self, rows, name, value):
        late = rows.late(timezone.now())
        return late if value else rows.exclude(pk__in=late.values("pk"))


class CheckpointViewSet(ScopedViewSet):
    """What is to be ticked off."""

    about = {"": _("What is to be ticked off (任务节点)."), "move": _("Hands in, approves, returns.")}
    model = Checkpoint
    serializer_class = CheckpointSerializer
    filterset_class = CheckpointFilter
    order = ("due_on", "pk")

    def related(self, rows):
        return rows.select_related("assignment__duty", "department")

    @extend_schema(request=CheckpointMoveSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request, pk):
        data = CheckpointMoveSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        row = checkpoints.move_checkpoint(self.get_object(), by=request.viewer, **data.validated_data)
        return Response(self.shown(row.pk))
