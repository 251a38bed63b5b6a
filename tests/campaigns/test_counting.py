"""Many counts in one statement."""

import pytest

from accounts.models import Department
from campaigns.counting import RowCount, row_counts
from tests.factories import DepartmentFactory


@pytest.fixture
def rows(db):
    DepartmentFactory(name="完成 100% 的甲局")
    DepartmentFactory(name="乙局")
    return Department.objects.all()


def test_each_query_is_counted_as_it_stands(rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        counts = row_counts(
            none=rows.none(),
            percent=rows.filter(name__contains="100% 的"),
            excluded=rows.exclude(name__startswith="%s"),
            all=rows,
        )

    assert counts == {"none": 0, "percent": 1, "excluded": rows.count(), "all": rows.count()}
    assert row_counts() == {}


@pytest.mark.parametrize("change", [lambda rows: rows.distinct(), lambda rows: rows[:1], lambda rows: rows[1:]])
@pytest.mark.parametrize("count", [lambda rows: row_counts(rows=rows), RowCount])
def test_rows_that_would_be_counted_wrongly_are_refused(rows, change, count):
    with pytest.raises(ValueError, match="cannot be counted"):
        count(change(rows))
