from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("calendar")  # a heading of the keeper's pages: nothing else of this app stands there

    def ready(self):
        from accounts import entry  # noqa: PLC0415 - models may be imported only once the apps are loaded
        from campaigns.demo_doors import demo_people  # noqa: PLC0415

        if demo_people not in entry.PEOPLE:
            entry.PEOPLE.append(demo_people)
