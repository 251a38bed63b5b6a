"""Which lines of the log are shown. The shape of input; the rules are the actions'."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed import DayField
from campaigns.forms.fields import DayInput


class LogFilter(forms.Form):
    who = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("About"), required=False)
    since = DayField(label=_("First day"), required=False, widget=DayInput())
    until = DayField(label=_("Last day"), required=False, widget=DayInput())

    def __init__(self, data, *, people, kinds):
        super().__init__(data)
        self.fields["who"].choices = [("", _("all")), *people]
        self.fields["kind"].choices = [("", _("all")), *kinds]
