"""Real processes, SIGKILL at random moments: every reminder once, every mail at least once, under its one Message-ID.

The profile decides who is killed: the runner on SQLite, or Celery's worker, its children and beat on PostgreSQL and Redis.
"""

import os
import random
from contextlib import ExitStack

import pytest

from tests.faults.portals import CELERY, RUNNER, Portal, Sink, moment
from tests.faults.seed import CAMPAIGNS, FINDINGS, UNITS
from tests.processes import PATIENCE, own_redis

pytestmark = pytest.mark.server
HELD = 3  # the campaign whose first mail is in the server's hands at the moment of the kill


@pytest.fixture
def sink():
    return Sink()


@pytest.fixture
def portal(tmp_path, sink, empty_portal):
    """Prepared, with all its campaigns still to begin; nothing runs."""
    with ExitStack() as stack:
        values = {"EMAIL_URL": stack.enter_context(sink.listening())}
        values |= stack.enter_context(empty_portal.copied(tmp_path / "data", "kills"))
        commands = RUNNER
        if "DATABASE_URL" in values and os.environ.get("REDIS_URL"):
            values["REDIS_URL"] = stack.enter_context(own_redis())
            commands = CELERY
        portal = Portal(commands, data=tmp_path / "data", **values)
        stack.callback(portal.end)
        portal.run("-m", "tests.faults.seed", "rows")
        yield portal


def check(portal, sink):
    """What is promised, of everything there is."""
    reminders = portal.sql("SELECT subject, object_id, round_no, due_on, stage FROM inspections_reminder")
    assert len(reminders) == len(set(reminders)) == CAMPAIGNS * FINDINGS
    owed = [row[0] for row in portal.sql("SELECT message_id FROM notices_delivery WHERE sent_at IS NOT NULL")]
    assert len(owed) == CAMPAIGNS * UNITS
    assert set(sink.taken) == set(owed)


def test_killed_at_ten_moments_every_reminder_is_there_once_and_every_mail_went_out(portal, sink):
    seed = int(os.environ.get("KILL_SEED") or random.randrange(10**6))
    print(f"KILL_SEED={seed}")
    chance = random.Random(seed)
    portal.start()

    for n in range(CAMPAIGNS):
        if n % 2:  # the others are killed while they start, or soon after
            portal.wait_for_pulse()
        sink.arrived.clear()
        portal.start_campaign(n)
        if n == HELD:
            assert sink.arrived.wait(PATIENCE), portal.logs()
            portal.kill(list(portal.running))
            killed = "all, in the middle of a mail"
        else:
            moment(chance, 1.5)
            killed = portal.kill_some(chance)
        print(f"{n}: killed {killed}; taken {len(sink.taken)} of {UNITS * CAMPAIGNS} mails")
        portal.let_leases_run_out()
        portal.start()
    unsent = "SELECT count(*) FROM notices_delivery WHERE sent_at IS NULL"
    count = "SELECT count(*) FROM notices_delivery"
    try:
        portal.wait_for(lambda: portal.sql(count) == [(CAMPAIGNS * UNITS,)] and portal.sql(unsent) == [(0,)], what="all sent")
    except AssertionError as error:
        raise AssertionError(f"{error}\n{portal.logs()}") from None
    portal.end()

    check(portal, sink)
    print(f"{len(sink.taken) - len(set(sink.taken))} mails went out twice")

    # The control. A day that has lost its mark is swept again: the unique key keeps each reminder one; without it this test turns red.
    sweep_again(portal)
    check(portal, sink)
    portal.run("-m", "tests.faults.seed", "drop_key")
    sweep_again(portal)
    with pytest.raises(AssertionError):
        check(portal, sink)
    assert portal.sql("SELECT count(*) FROM inspections_reminder") == [(2 * CAMPAIGNS * FINDINGS,)]


def sweep_again(portal):
    portal.sql("UPDATE inspections_sweepday SET done_at = NULL")
    portal.run("manage.py", "run_jobs", "--once")
