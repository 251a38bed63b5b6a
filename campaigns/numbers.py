"""Numbers of the rows that hang on a row, as one of its columns: no query of their own, no rows that nobody reads."""

from django.db.models import Aggregate, JSONField, OuterRef, QuerySet, Subquery


class _Gathered(Aggregate):
    """A JSON list of a column's values, in no order."""

    function = "JSON_GROUP_ARRAY"  # SQLite
    output_field = JSONField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


def numbers(rows: QuerySet, of: str, column: str) -> Subquery:
    """A column for the outer row: the numbers in `column` of those rows whose `of` it is, a list in no order; None for none."""
    return Subquery(rows.filter(**{of: OuterRef("pk")}).order_by().values(of).values(_numbers=_Gathered(column)))
