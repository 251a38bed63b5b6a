"""One JSON line per figure, medians over several runs, on a database of its own that is thrown away.

floor: the same template or serializer fed with ready rows and no database. ratio: floor time ÷ time, so 0.6 means 60 %
of the floor's requests a second; growth: time at 20,000 findings ÷ time at 1,000.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

SMALL, LARGE = 1_000, 20_000
RUNS = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}", "REDIS_URL": ""}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from tests.bench import measures

        for line in measures.run():
            print(json.dumps(line, ensure_ascii=False), flush=True)


def timed(act, runs: int = RUNS) -> float:
    """Median seconds of one call, the first left out."""
    act()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return median(times)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    main()
