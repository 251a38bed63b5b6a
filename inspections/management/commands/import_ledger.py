"""Read an office's old ledger into findings, as the page does."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from checklists import decisions
from checklists.actions.imports import settle_import, start_import
from checklists.commanding import campaign_of, forget, office_of, said
from checklists.models import Import
from checklists.register import Register
from inspections.actions.ledgerimports import STATES, save_ledger
from inspections.ledgercourse import FROM_FOUND
from inspections.ledgersheets import answer, read_ledger_import
from inspections.ledgerwords import ALL, COLUMNS, choose_word


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ArgumentTypeError(f"{text} is no day: write it as 2026-05-03") from None


def _day_or_none(text: str) -> str:
    return text if text == "none" else _day(text)


class Command(BaseCommand):
    help = "Read an old ledger of findings; what it leaves open stops it unless told what to do."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="xlsx, xls, csv or docx as it was received")
        parser.add_argument("--campaign", type=int, required=True, help="id of the campaign")
        parser.add_argument("--sheet", action="append", help="name of a sheet; default: all that look like a ledger")
        names = parser.add_mutually_exclusive_group()
        names.add_argument("--make-units", action="store_true", help="make a unit for every name not known")
        names.add_argument("--skip-unknown", action="store_true", help="leave names of units not known out")
        parser.add_argument("--free-places", action="store_true", help="places the register does not have are free places")
        parser.add_argument("--skip-words", action="store_true", help="leave kinds, severities and sources not known out")
        parser.add_argument(
            "--found-on", type=_day, metavar="DAY", help="day of rows that do not say when they were found (2026-05-03)"
        )
        parser.add_argument(
            "--done-on",
            type=_day_or_none,
            metavar="DAY",
            help="day of rows put right on no day; none: they stay with their units",
        )
        parser.add_argument("--not-issued", choices=(FROM_FOUND, "none"), help="done rows without a day of issue")
        parser.add_argument("--user", help="sign-in name of a member of the office; default: its first one")
        parser.add_argument("--dry-run", action="store_true", help="read, print questions and doubts, save nothing")

    @transaction.atomic
    def handle(self, file, campaign, user, dry_run, **options):
        try:
            campaign = campaign_of(campaign)
            by = office_of(campaign, user)
            row = start_import(ContentFile(file.read_bytes(), name=file.name), by=by, kind=Import.Kind.LEDGER)
            for change in self._told(options):
                row = settle_import(row, by=by, version=row.version, change=change)
            for change in self._changes(self._read(row, by), options):
                row = settle_import(row, by=by, version=row.version, change=change)
            self._report(self._read(row, by))
            if dry_run:
                forget(row)
                self.stdout.write("Nothing saved.")
                return
            saved = save_ledger(row, by=by, version=row.version, is_checked=True)
        except OSError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(said(error)) from error
        counts = ", ".join(f"{saved.having(state)} {state}" for state in STATES)
        self.stdout.write(
            f"Saved: {len(saved.findings)} findings ({counts}); {saved.here} were here, {len(saved.units)} units made."
        )

    def _told(self, options):
        """What is said of all rows together."""
        if options["sheet"]:
            yield decisions.choose_sheets(options["sheet"])
        for question, option in (("found_on", "found_on"), ("done_on", "done_on"), ("issued_on", "not_issued")):
            if options[option]:
                yield answer(question, options[option])

    def _changes(self, reading, options):
        """What becomes of everything not known."""
        if options["make_units"] or options["skip_unknown"]:
            decision = {"do": "make" if options["make_units"] else "skip"}
            yield decisions.name_units([one.name for one in reading.open_names], decision)
        skipped = [what for what in COLUMNS if options["free_places" if what == "site" else "skip_words"]]
        for what in skipped:
            yield choose_word(what, [ALL], {"do": "skip"})

    def _read(self, row, by):
        return read_ledger_import(row, register=Register(row.campaign.host), by=by)

    def _report(self, reading):
        for doubt in reading.doubts:
            self.stdout.write(f"{doubt.sheet}: {doubt.text}")
        for question, rows in reading.questions.items():
            self.stdout.write(f"not said: {question} of {len(rows)} rows, the first is row {rows[0].row.number}")
        for one in reading.open_words:
            near = ", ".join(word for _value, word in one.near)
            self.stdout.write(f"which {one.what}: {one.name}" + (f" (perhaps {near})" if near else ""))
        for name in reading.open_names:
            self.stdout.write(f"not in the register: {name.name}" + (f" (perhaps {name.near.name})" if name.near else ""))
        counts = ", ".join(f"{len(reading.ending(state))} {state}" for state in STATES)
        self.stdout.write(f"{len(reading.rows)} rows: {counts}; {len(reading.having('here'))} here already.")
