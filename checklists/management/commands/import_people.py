"""Read the office's sheet of units and people into the register and the campaign."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from campaigns.models import Role
from checklists import decisions
from checklists.actions.imports import settle_import, start_import
from checklists.actions.people import hand_out_links, save_people
from checklists.commanding import campaign_of, forget, office_of, said
from checklists.models import Import
from checklists.register import Register
from checklists.roster import choose_roles, read_people_import
from checklists.roster_preview import counts_of


class Command(BaseCommand):
    help = "Read units and people of one sheet; names or roles that are not certain stop it unless told what to do."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="xlsx, xls, csv or docx as it was received")
        parser.add_argument("--campaign", type=int, required=True, help="id of the campaign")
        parser.add_argument("--sheet", action="append", help="name of a sheet; default: all that look like such a table")
        parser.add_argument("--same", action="append", default=[], metavar="NAME=OTHER", help="two names of one unit")
        names = parser.add_mutually_exclusive_group()
        names.add_argument("--make-units", action="store_true", help="make a unit for every name not certain")
        names.add_argument("--skip-unknown", action="store_true", help="leave names not certain out")
        parser.add_argument("--role", choices=Role.values, help="role of the people whose role is not known")
        parser.add_argument("--user", help="sign-in name of a member of the office; default: its first one")
        parser.add_argument("--dry-run", action="store_true", help="read, print questions and doubts, save nothing")

    @transaction.atomic
    def handle(self, file, campaign, sheet, same, make_units, skip_unknown, role, user, dry_run, **options):
        try:
            campaign = campaign_of(campaign)
            by = office_of(campaign, user)
            row = start_import(ContentFile(file.read_bytes(), name=file.name), by=by, kind=Import.Kind.PEOPLE)
            for change in self._changes(sheet, same):
                row = settle_import(row, by=by, version=row.version, change=change)
            reading = self._read(row)
            change = decisions.name_units(
                [unit.name for unit in reading.open_units] if make_units or skip_unknown else [],
                {"do": "make" if make_units else "skip"},
            )
            row = settle_import(row, by=by, version=row.version, change=change)
            places = [one.place for one in self._read(row).open_people if one.why == "role"] if role else []
            row = settle_import(row, by=by, version=row.version, change=choose_roles(places, role))
            self._report(self._read(row))
            if dry_run:
                forget(row)
                self.stdout.write("Nothing saved.")
                return
            saved = save_people(row, by=by, version=row.version, is_checked=True)
            links = hand_out_links(row, by=by)
        except OSError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(said(error)) from error
        for one in links:
            unit = one.department.name if one.department else "-"
            self.stdout.write("\t".join([unit, one.user.name, one.user.username, settings.SITE_URL.rstrip("/") + one.path]))
        self.stdout.write(f"Saved: {len(saved.units)} units made, {len(saved.accounts)} accounts, {len(saved.members)} roles.")

    def _changes(self, sheets, same):
        if sheets:
            yield decisions.choose_sheets(sheets)
        for pair in same:
            name, _equals, other = pair.partition("=")
            if not name or not other:
                raise CommandError("--same needs NAME=OTHER.")
            yield decisions.name_unit(name, {"do": "same", "as": other})

    def _read(self, row):
        return read_people_import(row, register=Register(row.campaign.host), today=timezone.localdate())

    def _report(self, reading):
        for doubt in reading.doubts:
            self.stdout.write(f"{doubt.sheet}: {doubt.text}")
        for unit in reading.open_units:
            self.stdout.write(f"which unit: {unit.name}" + (f" (perhaps {unit.near.name})" if unit.near else ""))
        for one in reading.open_people:
            self.stdout.write(f"{one.sheet}: row {one.row.number}: which {one.why}: {one.row.name}")
        for one in reading.missing:
            self.stdout.write(f"not in the sheet: {one.user.name} ({one.role})")
        with override("en"):
            self.stdout.write(", ".join(f"{count} {label}" for label, count in counts_of(reading)) + ".")
