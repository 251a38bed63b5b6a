"""Work groups and ranking groups. The shape of input; the rules are the actions'."""

from django import forms
from django.utils.translation import gettext_lazy as _


class GroupNameForm(forms.Form):
    """The name of a work group or ranking group and, for one that is there, its place."""

    name = forms.CharField(label=_("Name"), max_length=40)
    place = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=200)
