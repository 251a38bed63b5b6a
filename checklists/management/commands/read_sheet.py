import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from checklists.sheets.errors import SheetError
from checklists.sheets.grid import Grid, read_grid, read_workbook
from checklists.sheets.kinds import KINDS, propose_kind


class Command(BaseCommand):
    help = "Show what one sheet of a workbook says: counts and doubts. The database is not touched."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="xlsx, xls, csv or docx as it was received")
        parser.add_argument("--sheet", default="", help="name of the sheet; may be left out if there is only one")
        parser.add_argument(
            "--as", dest="kind", choices=KINDS, help="what kind of table it is; default: the likeliest, which is named"
        )
        parser.add_argument("--json", action="store_true", dest="is_json", help="print one JSON object")

    def handle(self, file, sheet, kind, is_json, **options):
        try:
            if kind:
                read = KINDS[kind].read(read_grid(file, sheet=sheet)).as_json()
            elif sheet:
                read = _proposed(read_grid(file, sheet=sheet))
            else:
                found = [{"sheet": grid.name} | _proposed(grid) for grid in read_workbook(file)]
                read = {"sheets": found} if len(found) > 1 else found[0]
        except (OSError, SheetError) as error:
            raise CommandError(str(error)) from error
        if is_json:
            self.stdout.write(json.dumps(read, ensure_ascii=False))
            return
        for one in read.get("sheets", [read]):
            self._print(one)

    def _print(self, read):
        for name, value in read.items():
            if name != "doubts":
                self.stdout.write(f"{name}: {json.dumps(value, ensure_ascii=False)}")
        for doubt in read.get("doubts", []):
            self.stdout.write(f"- {doubt['text']}")


def _proposed(grid: Grid) -> dict:
    """The proposed kind, heading row and columns, and what the sheet says when it is read so."""
    proposal = propose_kind(grid)
    if not proposal.kind:
        return proposal.as_json()
    try:
        return proposal.as_json() | KINDS[proposal.kind].read(grid).as_json()
    except SheetError as error:
        return proposal.as_json() | {"error": str(error)}
