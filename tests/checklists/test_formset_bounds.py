"""However many rows a request claims to send, a form of rows is read and answered with no more than a page may hold."""

import pytest

from checklists.forms.items import MOST, SPARE, step_forms, wanted_forms
from checklists.forms.layouts import MOST as MOST_COLUMNS
from checklists.forms.layouts import ColumnFormSet
from checklists.forms.plan import StageFormSet


@pytest.mark.parametrize(
    ("make", "prefix", "most"),
    [
        (lambda data: step_forms(data, []), "steps", MOST + SPARE),
        (lambda data: wanted_forms(data, []), "wanted", MOST + SPARE),
        (StageFormSet, "form", 14),
        (ColumnFormSet, "form", 2 * MOST_COLUMNS),
    ],
)
def test_rows_beyond_the_most_are_not_made_and_said(make, prefix, most):
    told = {f"{prefix}-TOTAL_FORMS": "99999", f"{prefix}-INITIAL_FORMS": "0"}

    rows = make(told)

    assert len(rows.forms) == most
    assert not rows.is_valid()
    assert rows.non_form_errors()


def test_thirty_steps_with_their_empty_rows_are_taken():
    row = {"label": "", "text": "", "threshold": "", "percent": "", "lost": ""}
    told = {"steps-TOTAL_FORMS": str(MOST + SPARE), "steps-INITIAL_FORMS": "0"}
    told |= {f"steps-{number}-{name}": value for number in range(MOST + SPARE) for name, value in row.items()}

    assert step_forms(told, []).non_form_errors() == []
