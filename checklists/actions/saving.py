"""How each kind of workbook is read, checked, saved and taken back; a large one is saved in the background.

The row waits as "being saved" until the sweep has gone through it.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from redis.exceptions import RedisError

from accounts.actions import record
from accounts.verbs import WORDS
from campaigns.viewer import Viewer, viewer_for
from checklists.actions.imports import check_standard, open_import, save_standard
from checklists.actions.people import check_people, save_people
from checklists.actions.peopleundo import take_back_people
from checklists.actions.responsibilities import check_responsibilities, save_responsibilities
from checklists.actions.undoing import take_back_responsibilities, take_back_standard
from checklists.matching import read_responsibility_import
from checklists.models import Import
from checklists.readings import read_standard_import
from checklists.register import Register
from checklists.roster import read_people_import

log = logging.getLogger("sweeps")
LARGE = 500  # rows above which saving is not done while the person waits, where the kind says nothing else
KEPT_SECONDS = 3600

WORDS["import.ask"] = _lazy("Asked to save the workbook")


@dataclass(frozen=True)
class Saver:
    """What is done with one kind of workbook. read(row): everything it says, with sheets, doubts, open_doubts and marks;
    check(reading, is_checked): raises what save would; save(row, by=, version=, is_checked=, …); take_back(row, by=, version=).

    has_ends: what the sheet does not name can be ended with it; check and save take `ends`, the ids a person ticked.
    large: rows above which saving is not done while the person waits; 0: LARGE.
    """

    read: Callable
    check: Callable
    save: Callable
    take_back: Callable
    has_ends: bool = False
    large: int = 0


def _read_table(row: Import):
    return read_responsibility_import(row, register=Register(row.campaign.host))


def _read_people(row: Import):
    return read_people_import(row, register=Register(row.campaign.host), today=timezone.localdate())


Kind = Import.Kind
SAVERS = {  # apps to the right add their own
    Kind.STANDARD: Saver(read_standard_import, check_standard, save_standard, take_back_standard),
    Kind.RESPONSIBILITIES: Saver(_read_table, check_responsibilities, save_responsibilities, take_back_responsibilities),
    Kind.PEOPLE: Saver(_read_people, check_people, save_people, take_back_people, has_ends=True),
}


def is_large(row: Import) -> bool:
    return sum(len(sheet["rows"]) for sheet in row.reading["sheets"]) > (SAVERS[row.kind].large or LARGE)


@transaction.atomic
def ask_to_save(
    row: Import, *, by: Viewer, version: int, is_checked: bool, ends: tuple[int, ...] = (), at: datetime | None = None
) -> Import:
    """Everything a save asks is asked now, so that the sweep has only to write; raises as the kind's own save does."""
    row = open_import(row, by, version)
    saver = SAVERS[row.kind]
    saver.check(saver.read(row), is_checked, **_ends(saver, ends))
    row.decisions["ends"] = list(ends)
    row.status, row.save_by, row.problem, row.version = Import.Status.SAVING, by.user, "", row.version + 1
    row.save(update_fields=["status", "save_by", "problem", "version", "decisions"])
    record(by, "import.ask", row, at=at)
    return row


def save_now(row: Import, *, by: Viewer, version: int, is_checked: bool, ends: tuple[int, ...] = (), at: datetime | None = None):
    """What the kind's own save gives and raises."""
    saver = SAVERS[row.kind]
    return saver.save(row, by=by, version=version, is_checked=is_checked, at=at, **_ends(saver, ends))


def _ends(saver: Saver, ends) -> dict:
    return {"ends": tuple(ends)} if saver.has_ends else {}


def save_waiting(*, now: datetime) -> None:
    """Save every workbook that waits; one that fails is open again with the reason."""
    for pk in Import.objects.filter(status=Import.Status.SAVING).values_list("pk", flat=True):
        try:
            _save(pk, now)
        except (PermissionDenied, ValidationError) as error:
            said = " ".join(getattr(error, "messages", ())) or _("You are not in the office any more.")
            _give_back(pk, said)
        except Exception:
            log.exception("import %s could not be saved", pk)
            _give_back(pk, _("The portal could not save it. Try again; if it fails once more, tell whoever keeps the portal."))


@transaction.atomic
def _save(pk, now):
    row = Import.objects.select_for_update(of=("self",)).select_related("campaign", "save_by").get(pk=pk)
    if row.status != Import.Status.SAVING:  # another runner was faster
        return
    by = viewer_for(row.save_by, row.campaign)
    saver = SAVERS[row.kind]
    facts = _ends(saver, row.decisions.get("ends", ()))
    saver.save(row, by=by, version=row.version, is_checked=True, at=now, is_asked=True, tell=partial(_tell, pk), **facts)


def _give_back(pk, problem):
    Import.objects.filter(pk=pk, status=Import.Status.SAVING).update(status=Import.Status.READ, problem=problem[:300])


def _tell(pk, percent):
    """Into the cache: the transaction that writes the rows cannot be looked into."""
    with suppress(RedisError):
        cache.set(f"import:{pk}", percent, timeout=KEPT_SECONDS)


def progress_of(row: Import) -> int:
    """Percent of the saving that is done."""
    try:
        return cache.get(f"import:{row.pk}") or 0
    except RedisError:
        return 0
