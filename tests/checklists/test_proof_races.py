"""Two acts on one record or upload at once; needs PostgreSQL, SQLite lets in one writer at a time."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from checklists.actions.checkpoints import move_checkpoint
from checklists.actions.evidence import edit_evidence, make_evidence
from checklists.actions.packages import ask_package
from checklists.actions.uploads import append_part, start_upload
from checklists.models import Checklist, Checkpoint, Evidence, Package, Upload
from tests.checklists.material import head_of, material_case

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    """What each of the acts came to: its answer, or the code of its refusal."""
    start, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        start.wait(10)
        try:
            outcomes[place] = act()
        except ValidationError as error:
            outcomes[place] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def test_the_same_part_twice_at_once_is_kept_once():
    case = material_case(rules=())
    upload = start_upload(name="a.jpg", size=4, by=head_of(case))
    copies = [Upload.objects.get(pk=upload.pk) for _n in range(2)]

    outcomes = at_once(*(lambda copy=copy: append_part(copy, offset=0, data=b"ab").offset for copy in copies))

    assert sorted(outcomes, key=str) == [2, "offset"]
    assert Upload.objects.get().offset == 2


def test_two_changes_at_once_make_one_version():
    case = material_case(rules=())
    head = head_of(case)
    piece = make_evidence(case.unit, by=head, figure="1")
    copies = [Evidence.objects.get(pk=piece.pk) for _n in range(2)]

    outcomes = at_once(
        *(
            lambda copy=copy, n=n: edit_evidence(copy, by=head, version=1, title=f"第{n}", figure="1").version
            for n, copy in enumerate(copies)
        )
    )

    assert sorted(outcomes, key=str) == [2, "stale"]
    assert piece.versions.count() == 1


def test_what_is_being_handed_in_does_not_change_underneath():
    case = material_case(rules=())
    head = head_of(case)
    piece = make_evidence(case.unit, by=head, figure="1", checkpoint=case.checkpoint)
    checkpoint, copy = Checkpoint.objects.get(), Evidence.objects.get()

    handed, changed = at_once(
        lambda: move_checkpoint(checkpoint, move="submit", by=head, note="完成").status,
        lambda: edit_evidence(copy, by=head, version=1, title="改", figure="1").version,
    )

    assert handed == "submitted"
    assert changed in (2, "handed_in")
    assert piece.versions.count() == (changed == 2)


def test_two_clerks_ask_for_one_package():
    case = material_case()
    head = head_of(case)
    copies = [Checklist.objects.get() for _n in range(2)]

    outcomes = at_once(*(lambda copy=copy: ask_package(copy, department=case.unit, by=head).pk for copy in copies))

    assert outcomes[0] == outcomes[1] == Package.objects.get().pk
