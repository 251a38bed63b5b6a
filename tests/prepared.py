"""Data folders and databases that take long to fill: filled once per run, by the first test that asks; others copy."""

import fcntl
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from tests.processes import drop_postgres, make_postgres


@contextmanager
def locked(place: Path):
    """One process of the run at a time."""
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_once(place: Path, make: Callable[[Path], None]) -> Path:
    """The folder as `make` fills it, in whichever process of the run."""
    with locked(place):
        if not place.exists():
            begun = place.with_name(f"{place.name}.begun")
            shutil.rmtree(begun, ignore_errors=True)
            make(begun)
            begun.rename(place)
    return place


class Prepared:
    """A portal's data folder with its database: a file in it, or one on the profile's PostgreSQL.

    fill(data, **values) fills both, beginning with a copy of `upon`; values tell which database. The process that made
    the one on PostgreSQL drops it.
    """

    def __init__(self, place: Path, fill: Callable[..., None], *, on_postgres: bool, upon: "Prepared | None" = None):
        self.place, self.fill, self.on_postgres, self.upon = place, fill, on_postgres, upon
        self.address = place.with_name(f"{place.name}.address")
        self.is_ours = False

    @contextmanager
    def copied(self, data: Path, name: str = "copy"):
        """A copy of one's own at `data`; what its processes must be told beside DATA_DIR."""
        values = self._copy(data, name)
        try:
            yield values
        finally:
            if values:
                drop_postgres(values["DATABASE_URL"])

    def forget(self) -> None:
        """At the end of this process; another that still asks makes it anew."""
        with locked(self.place):
            if self.is_ours and self.on_postgres:
                drop_postgres(self.address.read_text())
                shutil.rmtree(self.place)

    def _copy(self, data: Path, name: str) -> dict[str, str]:
        with locked(self.place):
            if not self.place.exists():
                self._make()
            shutil.copytree(self.place, data)
            return {"DATABASE_URL": make_postgres(name, like=self.address.read_text())} if self.on_postgres else {}

    def _make(self) -> None:
        begun, name = self.place.with_name(f"{self.place.name}.begun"), f"prepared_{self.place.name}"
        shutil.rmtree(begun, ignore_errors=True)
        if self.upon:
            values = self.upon._copy(begun, name)
        else:
            values = {"DATABASE_URL": make_postgres(name)} if self.on_postgres else {}
        try:
            self.fill(begun, **values)
        except BaseException:
            if values:
                drop_postgres(values["DATABASE_URL"])
            raise
        self.address.write_text(values.get("DATABASE_URL", ""))
        self.is_ours = True
        begun.rename(self.place)
