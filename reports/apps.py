from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self):
        from campaigns.navigation import COUNTS  # noqa: PLC0415
        from reports import checks  # noqa: F401, PLC0415  checks read the settings, which are ready only now
        from reports.models import Bulletin  # noqa: PLC0415

        COUNTS["bulletins_to_sign"] = lambda viewer: Bulletin.objects.visible_to(viewer).filter(status=Bulletin.Status.REVIEWED)
