"""Days off and festivals. The shape of input; the rules are the actions'."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.typed import DayField
from campaigns.forms.fields import DayInput
from campaigns.models import CampaignHoliday


class HolidayForm(forms.ModelForm):
    is_workday = forms.TypedChoiceField(
        label=_("That day is"),
        choices=[("off", _("off")), ("worked", _("a working day"))],
        coerce=lambda value: value == "worked",
        widget=forms.RadioSelect,
        initial="off",
    )

    class Meta:
        model = CampaignHoliday
        fields = ["on", "name", "is_workday"]
        field_classes = {"on": DayField}
        widgets = {"on": DayInput()}

    def _post_clean(self):
        """The action checks that the day has no exception yet."""


class FestivalForm(forms.Form):
    """The days of one year: a field `day_n` for each festival that is known, and one more."""

    new_name = forms.CharField(label=_("Name"), max_length=20, required=False)
    new_on = DayField(label=_("Day"), required=False, widget=DayInput())
    days_after = forms.IntegerField(
        label=_("Days after the festival"), min_value=0, max_value=60, help_text=_("So long after the festival its proof is due.")
    )
    new_name.depends = new_on.depends = True

    def __init__(self, *args, rows, struck, days_after, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = [*(row.name for row in rows), *struck]
        own = {row.name for row in rows if row.is_own}
        known = {row.name: row.on for row in rows}
        for number, name in enumerate(self.names):
            hint = _("not kept this year") if name in struck else _("entered by us") if name in own else ""
            if name not in struck and known[name] is None:
                hint = _("not known yet")
            field = DayField(label=name, required=False, widget=DayInput(), help_text=hint, initial=known.get(name))
            field.depends = True
            self.fields[f"day_{number}"] = field
        self.fields["days_after"].initial = days_after
        self.unknown = {name for name, day in known.items() if day is None}

    @property
    def day_fields(self):
        return [self[f"day_{number}"] for number in range(len(self.names))]

    def clean(self):
        data = super().clean()
        name, on = data.get("new_name"), data.get("new_on")
        if bool(name) != bool(on) and "new_on" not in self.errors:
            self.add_error("new_on" if name else "new_name", _("A festival needs a name and a day."))
        if name in self.names:
            self.add_error("new_name", _("This festival stands above already."))
        return data

    def days(self):
        """name -> day; what is not known yet and stays empty is left out."""
        data = self.cleaned_data
        days = {name: data[f"day_{number}"] for number, name in enumerate(self.names)}
        days = {name: day for name, day in days.items() if day or name not in self.unknown}
        return days | ({data["new_name"]: data["new_on"]} if data["new_name"] else {})

    def placed(self, error):
        """The action's errors by festival, as errors of the fields."""
        if not hasattr(error, "error_dict"):
            return error
        places = {name: f"day_{number}" for number, name in enumerate(self.names)} | {self.cleaned_data["new_name"]: "new_on"}
        return ValidationError({places.get(name, name): errors for name, errors in error.error_dict.items()})
