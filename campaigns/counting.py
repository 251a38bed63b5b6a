"""Many counts in one query."""

from django.db.models import BigIntegerField, Func, QuerySet, Subquery

from campaigns.models import Campaign


class RowCount(Subquery):
    """The number of rows of a query, as a column. rows: plain ones, neither grouped nor cut; an index alone answers."""

    empty_result_set_value = 0

    def __init__(self, rows):
        number = Func(template="COUNT(*)", output_field=BigIntegerField())
        super().__init__(rows.order_by().values(_count=number), output_field=BigIntegerField())


def count_rows(campaign: Campaign, **rows: QuerySet) -> dict[str, int]:
    """How many rows each query has: all in one query."""
    columns = {f"n_{name}": RowCount(query) for name, query in rows.items()}  # apart from the campaign's own columns
    found = Campaign.objects.filter(pk=campaign.pk).values(**columns).get()
    return {name.removeprefix("n_"): value for name, value in found.items()}
