"""The form of an export's columns: one line a column, in the order of its numbers."""

from django import forms
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from checklists.actions.layouts import LONGEST
from checklists.columns import HEADINGS, NARROWEST, WIDEST, Column, Layout
from checklists.models import ExportLayout

MOST = 99


class LayoutForm(forms.Form):
    title = forms.CharField(label=_("title above the table"), max_length=80, required=False)
    paper = forms.ChoiceField(label=_("paper, landscape"), choices=ExportLayout.Paper.choices)


class ColumnForm(forms.Form):
    """place: empty, it is not printed; meaning, other: what the column holds (checklists.columns.Column)."""

    place = forms.IntegerField(label=_("printed as number"), required=False, min_value=1, max_value=MOST)
    text = forms.CharField(label=_("heading"), max_length=LONGEST, required=False)
    width = forms.IntegerField(label=_("width"), min_value=NARROWEST, max_value=WIDEST)
    merged = forms.BooleanField(label=_("merge equal cells"), required=False)
    meaning = forms.ChoiceField(choices=[("", ""), *((one, one) for one in HEADINGS)], required=False, widget=forms.HiddenInput)
    other = forms.CharField(max_length=LONGEST, required=False, widget=forms.HiddenInput)

    def column(self) -> Column:
        data = self.cleaned_data
        return Column(data["meaning"], data["text"], data["width"], data["merged"], data["other"])


class _Columns(forms.BaseFormSet):
    def clean(self):
        """A number is given once: which of two columns would stand first is not ours to guess."""
        taken = {}
        for form in self.forms:
            place, text = form.cleaned_data.get("place"), form.cleaned_data.get("text", "")
            if place and taken.setdefault(place, text) != text:
                form.add_error("place", gettext_now("“%(text)s” has this number already.") % {"text": taken[place]})

    def chosen(self) -> list[Column]:
        """The printed columns in the order of their numbers."""
        placed = [form for form in self.forms if form.cleaned_data.get("place")]
        return [form.column() for form in sorted(placed, key=lambda form: form.cleaned_data["place"])]


ColumnFormSet = forms.formset_factory(ColumnForm, formset=_Columns, extra=0, max_num=MOST, absolute_max=2 * MOST)


def initial_columns(layout: Layout, offered: list[Column]) -> list[dict]:
    """The printed columns with their places, behind them those that could be printed."""
    printed = [one.as_json() | {"place": number} for number, one in enumerate(layout.columns, 1)]
    return printed + [one.as_json() for one in offered]
