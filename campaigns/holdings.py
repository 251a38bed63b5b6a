"""What hangs on a person by name, so that nothing stays with who has left: one table, filled by the apps to the right."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class Holding:
    """One kind of row that names a person.

    rows(campaign, user, path): those that hang on the person, of units at or below `path` ("": wherever), in the order to show.
    give(rows, user, to, by, at): names the successor instead, records it and returns the rows that the successor has now; what
    cannot go over ends. said(row): what the row is called; url(row): its page. is_work: somebody has to go on with it.
    """

    label: str
    rows: Callable[..., QuerySet]
    give: Callable[..., list]
    said: Callable[[object], str] = str
    url: Callable[[object], str] = lambda row: row.get_absolute_url()
    is_work: bool = True


HOLDINGS: dict[str, Holding] = {}
