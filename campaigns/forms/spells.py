"""The end of a spell, who acts in between, who comes after. The shape of input; the rules are the actions'."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.typed import DayField
from campaigns.forms.fields import DayInput


class EndForm(forms.Form):
    """The last day of a spell."""

    on = DayField(label=_("Last day"), widget=DayInput(), help_text=_("From the day after it no longer counts."))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["on"].initial = timezone.localdate()


class DeputyForm(forms.Form):
    """Who acts in a person's place, from which day to which."""

    user = forms.ModelChoiceField(None, label=_("Deputy"), empty_label=_("choose a person"))
    starts_on = DayField(label=_("First day"), widget=DayInput())
    ended_on = DayField(
        label=_("Last day"),
        widget=DayInput(),
        help_text=_("From the day after it the deputy has these rights no longer, by itself."),
    )

    def __init__(self, *args, people, **options):
        super().__init__(*args, **options)
        self.fields["user"].queryset = people
        self.fields["starts_on"].initial = timezone.localdate()


class LeavingForm(forms.Form):
    """To whom everything goes. seen: what the page showed."""

    to = forms.ModelChoiceField(None, label=_("Successor"), empty_label=_("choose a person"))
    takes_role = forms.BooleanField(label=_("The successor takes over the role, too"), required=False, initial=True)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, people, **options):
        super().__init__(*args, **options)
        self.fields["to"].queryset = people
