from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.demo.building import NotEmpty, build_demo


class Command(BaseCommand):
    help = "Fill an empty portal with three invented campaigns, dated relative to today."

    def handle(self, **options):
        try:
            campaigns = build_demo(timezone.now())
        except NotEmpty:
            raise CommandError("there are campaigns already: the demo fills an empty portal only") from None
        self.stdout.write("、".join(campaign.name for campaign in campaigns))
