"""Read the office's workbook of a standard into a new draft edition."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from checklists import decisions
from checklists.actions.editions import load_standard, read_file
from checklists.actions.imports import save_standard, settle_import, start_import
from checklists.commanding import campaign_of, forget, office_of, said
from checklists.models import Import, Standard
from checklists.readings import read_standard_import
from checklists.sheets.doubts import short


class Command(BaseCommand):
    help = "Read a standard (a workbook, or a file of export_standard) into a new draft; doubts are printed, never decided."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="xlsx, xls, csv or docx as it was received, or what export_standard wrote")
        parser.add_argument("--campaign", type=int, required=True, help="id of the owning campaign")
        parser.add_argument("--follows", type=int, help="id of the published standard whose new edition this is")
        parser.add_argument("--name", help="name of the standard; default: the file's")
        parser.add_argument("--edition", default="", help="such as 2026年版")
        parser.add_argument("--sheet", action="append", help="name of a sheet; default: all that look like a standard")
        parser.add_argument("--user", help="sign-in name of a member of the office; default: its first one")
        parser.add_argument("--dry-run", action="store_true", help="read, print doubts, save nothing")

    @transaction.atomic
    def handle(self, file, campaign, follows, name, edition, sheet, user, dry_run, **options):
        try:
            by = office_of(campaign_of(campaign), user)
            before = _followed(by, follows) if follows else None
            upload = ContentFile(file.read_bytes(), name=file.name)
            portable = read_file(upload.read(), file_name=file.name)
            if portable:
                standard = load_standard(portable, by=by, name=name or "", edition=edition, follows=before)
                self._say_loaded(standard, dry_run)
                return
            upload.seek(0)
            facts = {"kind": Import.Kind.STANDARD, "follows": before, "name": name or "", "edition": edition}
            row = start_import(upload, by=by, **facts)
            if sheet:
                row = settle_import(row, by=by, version=row.version, change=decisions.choose_sheets(sheet))
            reading = read_standard_import(row)
            self._say_pairs(reading)
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

    def _say_loaded(self, standard, dry_run):
        leaves, items = standard.items.filter(is_leaf=True).count(), standard.items.count()
        if dry_run:
            transaction.set_rollback(True)
        said = "Nothing saved" if dry_run else f"Draft {standard.pk} saved"
        self.stdout.write(f"{said}: {items} items, {leaves} lowest items, as the file has them.")

    def _say_pairs(self, reading):
        for pair in reading.open_pairs:
            old = pair.old.text if pair.old else "new"
            self.stdout.write(f"near {pair.score:.2f}: {short(pair.new.text)} <- {short(old)}")
        if reading.follows:
            paired = sum(pair.old is not None for pair in reading.pairs)
            self.stdout.write(f"{paired} of {len(reading.pairs)} items go on under their old keys.")


def _followed(by, pk):
    standard = Standard.objects.visible_to(by).exclude(status=Standard.Status.DRAFT).filter(pk=pk).first()
    if standard is None:
        raise CommandError(f"There is no published standard {pk} that this campaign may follow.")
    return standard
