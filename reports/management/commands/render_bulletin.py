from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.typed import typed_number
from reports.actions import number_text, render
from reports.models import Bulletin


class Command(BaseCommand):
    help = "Write the PDF of a bulletin: the same data give the same bytes."

    def add_arguments(self, parser):
        parser.add_argument("bulletin", help="id, or 'latest' for the newest published issue")
        parser.add_argument("out", type=Path, help="where the PDF is written")

    def handle(self, bulletin, out, **options):
        rows = Bulletin.objects.select_related("campaign__host", "drafted_by", "reviewed_by", "corrects")
        if bulletin == "latest":
            row = rows.published().order_by("-published_at", "-pk").first()
        else:
            row = rows.filter(pk=typed_number(bulletin)).first()
        if row is None:
            raise CommandError(f"no such bulletin: {bulletin}")
        try:
            out.write_bytes(render(row))
        except OSError as error:
            raise CommandError(error) from error
        self.stdout.write(f"{number_text(row) or row.title}: {out} ({out.stat().st_size} bytes)")
