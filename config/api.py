"""The API's addresses, its description for programs and for people."""

from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from checklists.api import AssignmentViewSet, CheckpointViewSet, DisputeViewSet, DutyViewSet
from inspections.api import FindingDisputeViewSet, FindingViewSet

router = SimpleRouter(use_regex_path=False)
router.register("duties", DutyViewSet, basename="api_duty")
router.register("assignments", AssignmentViewSet, basename="api_assignment")
router.register("checkpoints", CheckpointViewSet, basename="api_checkpoint")
router.register("findings", FindingViewSet, basename="api_finding")
router.register("disputes", DisputeViewSet, basename="api_dispute")
router.register("finding-disputes", FindingDisputeViewSet, basename="api_finding_dispute")


@require_safe
def api_docs(request):
    """The description of the API as a page, for people who are signed in; no outside assets."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return render(request, "api_docs.html", {"groups": _groups(schema)})


def _groups(schema):
    """[(noun, [operation])] in the order of the addresses."""
    parts = schema["components"]["schemas"]
    groups = {}
    for address, methods in schema["paths"].items():
        for method, one in methods.items():
            body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            name = body.get("$ref", "").rpartition("/")[2]
            operation = {
                "method": method.upper(),
                "address": address,
                "about": one.get("description", ""),
                "query": [_field(row["name"], row) for row in one.get("parameters", []) if row["in"] == "query"],
                "body": [
                    _field(field, facts, needed=field in parts[name].get("required", []))
                    for field, facts in (parts[name].get("properties", {}).items() if name else ())
                ],
            }
            groups.setdefault(one["tags"][0], []).append(operation)
    return list(groups.items())


def _field(name, facts, needed=False):
    shape = facts.get("schema", facts)
    values = shape.get("enum") or []
    return {
        "name": name,
        "type": shape.get("format") or shape.get("type", ""),
        "values": values,
        "needed": needed or facts.get("required", False) is True,
        "about": facts.get("description", ""),
    }


urlpatterns = [
    path("campaigns/<int:campaign>/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", api_docs, name="api_docs"),
]
