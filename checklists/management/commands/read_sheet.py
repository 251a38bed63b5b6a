import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from checklists.sheets.errors import SheetError
from checklists.sheets.grid import read_grid
from checklists.sheets.responsibilities import read_responsibilities
from checklists.sheets.standard import read_standard

READERS = {"standard": read_standard, "responsibilities": read_responsibilities}


class Command(BaseCommand):
    help = "Show what one sheet of a workbook says: counts and doubts. The database is not touched."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="xlsx, xls or csv as it was received")
        parser.add_argument("--sheet", default="", help="name of the sheet; may be left out if there is only one")
        parser.add_argument("--as", dest="kind", required=True, choices=READERS, help="what kind of table it is")
        parser.add_argument("--json", action="store_true", dest="is_json", help="print one JSON object")

    def handle(self, file, sheet, kind, is_json, **options):
        try:
            read = READERS[kind](read_grid(file, sheet=sheet)).as_json()
        except (OSError, SheetError) as error:
            raise CommandError(str(error)) from error
        if is_json:
            self.stdout.write(json.dumps(read, ensure_ascii=False))
            return
        for name, value in read.items():
            if name != "doubts":
                self.stdout.write(f"{name}: {json.dumps(value, ensure_ascii=False)}")
        for doubt in read["doubts"]:
            self.stdout.write(f"- {doubt['text']}")
