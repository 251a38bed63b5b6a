from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.actions import first_link


class Command(BaseCommand):
    help = "Print the one-time link that makes the keeper and the first campaign of a fresh portal."

    def handle(self, **options):
        path = first_link()
        self.stdout.write(settings.SITE_URL.rstrip("/") + path if path else "There are accounts already: sign in.")
