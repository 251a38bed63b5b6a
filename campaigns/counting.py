"""Many counts in one query."""

from django.db.models import BigIntegerField, Subquery


class RowCount(Subquery):
    """The number of rows of a query, as a column."""

    empty_result_set_value = 0
    template = "(SELECT COUNT(*) FROM (%(subquery)s) _rows)"

    def __init__(self, rows):
        super().__init__(rows.order_by().values("pk"), output_field=BigIntegerField())
