"""One JSON line per figure, medians over several runs, on a database of its own that is thrown away.

floor: a request answered with the same template, or serializer and renderer, fed with the page's own 50 rows, ready; it
passes the middleware, but nobody is signed in and no database is asked (served.py refuses a query). render: the template or
serializer alone, without a request. Pages go through the WSGI application, with all middleware.
ratio: floor time ÷ page time at 20,000 findings, so 0.6 means 60 % of the floor's requests a second; ratio_of_render: the same
of the rendering alone; growth: time at 20,000 findings ÷ time at 1,000. All are medians of pairs measured in turn, so that a
busy machine slows both sides; cpu_ratio and cpu_growth are the same of processor time, which other programs disturb least.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

SMALL, LARGE = 1_000, 20_000
RUNS = 9
TURNS = 31  # odd: a median is one of them


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "REDIS_URL": "",
            "EMAIL_URL": "dummymail://",
        }
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from tests.bench import measures

        for line in measures.run():
            print(json.dumps(line, ensure_ascii=False), flush=True)


class Spent(NamedTuple):
    """Seconds of one call: on the wall, and of the processor in this process (SQLite works in it)."""

    wall: float
    cpu: float


def timed(act, runs: int = RUNS) -> float:
    """Median seconds of one call, the first left out."""
    (times,) = in_turn(act, turns=runs)
    return median(spent.wall for spent in times)


def in_turn(*acts, turns: int = TURNS) -> list[list[Spent]]:
    """What each act spent, all acts one after the other in every turn; the first turn left out."""
    times = [[] for _act in acts]
    for _turn in range(turns + 1):
        for act, row in zip(acts, times, strict=True):
            wall, cpu = time.perf_counter(), time.process_time()
            act()
            row.append(Spent(time.perf_counter() - wall, time.process_time() - cpu))
    return [row[1:] for row in times]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    main()
