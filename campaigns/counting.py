"""Many counts in one query."""

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, Func, QuerySet, Subquery

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
    columns, values = [], []
    for query in queries.values():
        try:
            text, filled = _numbered(query).query.sql_with_params()
        except EmptyResultSet:
            text, filled = "0", ()
        columns.append(f"({text})")
        values += filled
    if not columns:
        return {}
    with connections[next(iter(queries.values())).db].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", values)  # noqa: S608 (the texts are the compiler's)
        return dict(zip(queries, cursor.fetchone(), strict=True))


def _numbered(rows):
    if rows.query.distinct or rows.query.is_sliced:
        raise ValueError("Rows of distinct() or of a slice cannot be counted: ask for their ids in a filter.")
    return rows.order_by().values(_count=NUMBER)
