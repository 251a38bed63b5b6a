"""Many counts in one query."""

from collections.abc import Callable

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Func, QuerySet, Subquery

from accounts.asking import kept

NUMBER = Func(template="COUNT(*)", output_field=BigIntegerField())


class RowCount(Subquery):
    """The number of rows of a query, as a column. rows: plain ones, neither grouped nor cut; an index alone answers."""

    empty_result_set_value = 0

    def __init__(self, rows):
        super().__init__(_numbered(rows), output_field=BigIntegerField())


def row_counts(**queries: QuerySet) -> dict[str, int]:
    """How many rows each query has: one statement, each query compiled as it stands (as columns of another they would be
    rewritten for it, which takes longer than the counting). queries: of one database, rows as in RowCount.
    """
    return _counted(_statement(queries))


def counts_alike(alike: tuple, make: Callable[[], dict[str, QuerySet]]) -> dict[str, int]:
    """row_counts of what make() gives, which is asked only when nobody with the same `alike` has come before: the statement
    is kept. alike: everything the queries are made from; moments have no place in it.
    """
    return _counted(kept(("counts", *alike), lambda: _statement(make())))


def _statement(queries):
    """(database, names, text, values)"""
    columns, values = [], []
    for query in queries.values():
        try:
            text, filled = _numbered(query).query.sql_with_params()
        except EmptyResultSet:
            text, filled = "0", ()
        columns.append(f"({text})")
        values += filled
    database = next(iter(queries.values())).db if queries else DEFAULT_DB_ALIAS
    return database, tuple(queries), f"SELECT {', '.join(columns)}", values  # noqa: S608 (the texts are the compiler's)


def _counted(statement):
    database, names, text, values = statement
    if not names:
        return {}
    with connections[database].cursor() as cursor:
        cursor.execute(text, values)
        return dict(zip(names, cursor.fetchone(), strict=True))


def _numbered(rows):
    if rows.query.distinct or rows.query.is_sliced:
        raise ValueError("Rows of distinct() or of a slice cannot be counted: ask for their ids in a filter.")
    return rows.order_by().values(_count=NUMBER)
