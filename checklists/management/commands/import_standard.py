"""Read the office's workbook of a standard into a new draft edition."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from checklists import decisions
from checklists.actions.imports import save_standard, settle_import, start_import
from checklists.commanding import campaign_of, forget, office_of, said
from checklists.models import Import
from checklists.readings import read_standard_import


class Command(BaseCommand):
    help = "Read a standard from the office's workbook into a new draft edition; doubts are printed, never decided."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="xlsx, xls, csv or docx as it was received")
        parser.add_argument("--campaign", type=int, required=True, help="id of the owning campaign")
        parser.add_argument("--name", help="name of the standard; default: the file's")
        parser.add_argument("--edition", default="", help="such as 2026年版")
        parser.add_argument("--sheet", action="append", help="name of a sheet; default: all that look like a standard")
        parser.add_argument("--user", help="sign-in name of a member of the office; default: its first one")
        parser.add_argument("--dry-run", action="store_true", help="read, print doubts, save nothing")

    @transaction.atomic
    def handle(self, file, campaign, name, edition, sheet, user, dry_run, **options):
        try:
            by = office_of(campaign_of(campaign), user)
            upload = ContentFile(file.read_bytes(), name=file.name)
            row = start_import(upload, by=by, kind=Import.Kind.STANDARD, name=name or file.stem, edition=edition)
            if sheet:
                row = settle_import(row, by=by, version=row.version, change=decisions.choose_sheets(sheet))
            reading = read_standard_import(row)
            for doubt in reading.doubts:
                self.stdout.write(f"{doubt.sheet}: {doubt.text}")
            if not reading.tree:
                raise CommandError("; ".join(one.error for one in reading.sheets if one.error) or "No sheet was chosen.")
            counts = ", ".join(f"{level} {count}" for level, count in reading.tree.levels.items() if count)
            if dry_run:
                forget(row)
                self.stdout.write(
                    f"Nothing saved: {counts}; {len(reading.tree.lowest)} lowest items, {len(reading.doubts)} doubts."
                )
                return
            standard = save_standard(row, by=by, version=row.version, is_checked=True)
        except OSError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(said(error)) from error
        self.stdout.write(
            f"Draft {standard.pk} saved: {counts}; {len(reading.tree.lowest)} lowest items, {len(reading.doubts)} doubts."
        )
