from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self):
        from accounts import entry  # noqa: PLC0415 - models may be imported only once the apps are loaded
        from campaigns.demo_doors import demo_people  # noqa: PLC0415

        if demo_people not in entry.PEOPLE:
            entry.PEOPLE.append(demo_people)
