"""Many counts in one query."""

from django.db.models import BigIntegerField, Func, Subquery


class RowCount(Subquery):
    """The number of rows of a query, as a column. rows: plain ones, neither grouped nor cut; an index alone answers."""

    empty_result_set_value = 0

    def __init__(self, rows):
        number = Func(template="COUNT(*)", output_field=BigIntegerField())
        super().__init__(rows.order_by().values(_count=number), output_field=BigIntegerField())
