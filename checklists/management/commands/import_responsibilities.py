"""Read the office's responsibility sheet onto the tasks of a checklist, as drafts."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from checklists import decisions
from checklists.actions.imports import settle_import, start_import
from checklists.actions.responsibilities import save_responsibilities
from checklists.commanding import campaign_of, checklist_of, forget, office_of, said
from checklists.matching import read_responsibility_import
from checklists.models import Import
from checklists.register import Register


class Command(BaseCommand):
    help = "Read a responsibility sheet onto the tasks of a checklist as drafts; names not known stop it unless told what to do."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="xlsx, xls, csv or docx as it was received")
        parser.add_argument("--campaign", type=int, required=True, help="id of the campaign")
        parser.add_argument("--checklist", type=int, help="id of the checklist; default: the campaign's only one")
        parser.add_argument("--sheet", action="append", help="name of a sheet; default: all that look like such a table")
        parser.add_argument("--same", action="append", default=[], metavar="NAME=OTHER", help="two names of one unit")
        names = parser.add_mutually_exclusive_group()
        names.add_argument("--make-units", action="store_true", help="make a unit for every name not known")
        names.add_argument("--skip-unknown", action="store_true", help="leave names not known out")
        parser.add_argument("--user", help="sign-in name of a member of the office; default: its first one")
        parser.add_argument("--dry-run", action="store_true", help="read, print names and doubts, save nothing")

    @transaction.atomic
    def handle(self, file, campaign, checklist, sheet, same, make_units, skip_unknown, user, dry_run, **options):
        try:
            campaign = campaign_of(campaign)
            by = office_of(campaign, user)
            upload = ContentFile(file.read_bytes(), name=file.name)
            row = start_import(upload, by=by, kind=Import.Kind.RESPONSIBILITIES, checklist=checklist_of(campaign, checklist))
            for change in _changes(sheet, same):
                row = settle_import(row, by=by, version=row.version, change=change)
            reading = self._read(row, campaign)
            if (make_units or skip_unknown) and reading.open_names:
                decision = {"do": "make" if make_units else "skip"}
                change = decisions.name_units([name.name for name in reading.open_names], decision)
                row = settle_import(row, by=by, version=row.version, change=change)
                reading = self._read(row, campaign)
            self._report(reading)
            if dry_run:
                forget(row)
                self.stdout.write("Nothing saved.")
                return
            saved = save_responsibilities(row, by=by, version=row.version, is_checked=True)
        except OSError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(said(error)) from error
        self.stdout.write(
            f"Saved as drafts: {saved.leads} lead, {saved.supports} supporting; "
            f"{len(saved.made)} units made, {saved.split} tasks split off."
        )

    def _read(self, row, campaign):
        return read_responsibility_import(row, register=Register(campaign.host))

    def _report(self, reading):
        for doubt in reading.doubts:
            self.stdout.write(f"{doubt.sheet}: {doubt.text}")
        for one in reading.open_rows:
            self.stdout.write(f"{one.sheet}: {one.doubt.text}")
        for name in reading.open_names:
            other = name.near_unit.name if name.near_unit else name.near_name
            self.stdout.write(f"not in the register: {name.name}" + (f" (perhaps {other})" if other else ""))
        self.stdout.write(
            f"{len(reading.rows)} rows, {reading.lead_links} lead and {reading.supporting_links} supporting links, "
            f"{len(reading.names)} names, {len(reading.rows_without_unit)} rows without a unit, "
            f"{len([one for one in reading.rows if one.item])} rows with their item, "
            f"{reading.items_without_lead} of {len(reading.items)} items without a lead."
        )


def _changes(sheets, same):
    if sheets:
        yield decisions.choose_sheets(sheets)
    for pair in same:
        name, _equals, other = pair.partition("=")
        if not name or not other:
            raise CommandError("--same needs NAME=OTHER.")
        yield decisions.name_unit(name, {"do": "same", "as": other})
