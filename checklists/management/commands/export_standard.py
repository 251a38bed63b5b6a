"""Write a whole edition as one file that another portal, or another campaign, reads with import_standard."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from checklists.commanding import said
from checklists.models import Standard
from checklists.portable import StandardFile, write_json
from checklists.portable_sheet import write_workbook
from checklists.tree import read_items

WRITERS = {".json": write_json, ".xlsx": write_workbook}


class Command(BaseCommand):
    help = "Write a standard with its tree, rules, wanted proof and keys as FILE.json or FILE.xlsx."

    def add_arguments(self, parser):
        parser.add_argument("standard", type=int, help="id of the standard")
        parser.add_argument("file", type=Path, help="a name that ends in .json or .xlsx")

    def handle(self, standard, file, **options):
        write = WRITERS.get(file.suffix.lower())
        if write is None:
            raise CommandError("The name of the file must end in .json or .xlsx.")
        row = Standard.objects.filter(pk=standard).first()
        if row is None:
            raise CommandError(f"There is no standard {standard}.")
        try:
            file.write_bytes(write(StandardFile(row.name, row.edition, read_items(row))))
        except OSError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(said(error)) from error
        self.stdout.write(f"{row}: {row.items.count()} items written to {file}.")
