"""The days off and make-up working days the country has published, into the portal's calendar."""

from django.core.management.base import BaseCommand

from campaigns.actions import load_holidays


class Command(BaseCommand):
    help = "Add the published national holidays that the calendar lacks; safe to repeat."

    def handle(self, *args, **options):
        added = load_holidays()
        if options["verbosity"]:
            print(f"{added} days added")
