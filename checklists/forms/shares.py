"""What is handed on inside a unit, and what its moves carry."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed import DayField
from campaigns.moves import MISSING
from checklists.forms.evidence import Day


class ShareForm(forms.Form):
    """to: sections and people as one list of ticks, read back as rows."""

    to = forms.MultipleChoiceField(
        label=_("To whom"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one section or person.")},
    )
    text = forms.CharField(
        label=_("What is to be done"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Empty: all that the task asks."),
    )
    due_on = DayField(label=_("Limit inside the unit"), widget=Day())

    def __init__(self, *args, sections, people, latest, **kwargs):
        """people: each with `place`, the unit or section they are of."""
        super().__init__(*args, **kwargs)
        self.rows = {f"s{one.pk}": one for one in sections} | {f"p{one.pk}": one for one in people}
        words = [*(str(one) for one in sections), *(f"{one.name}（{one.place}）" for one in people)]
        self.fields["to"].choices = list(zip(self.rows, words, strict=True))
        self.fields["due_on"].initial = latest
        self.fields["due_on"].widget.attrs["max"] = latest.isoformat()

    def clean_to(self):
        return [self.rows[key] for key in self.cleaned_data["to"]]


class FinishForm(forms.Form):
    note = forms.CharField(
        label=_("What was done"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("One sentence is enough; may be empty when proof was added."),
    )
    note.depends = True


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, error_messages={"required": MISSING["reason"]}, widget=forms.Textarea({"rows": 2})
    )


class TakeBackForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))
