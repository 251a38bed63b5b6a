"""Every address of the portal; apps add their own."""

from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("notices.urls")),
    path("", include("campaigns.urls")),
    path("", include("checklists.urls")),
    path("", include("inspections.urls")),
    path("", include("reports.urls")),
    path("api/v1/", include("config.api")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
