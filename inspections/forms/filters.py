"""What a list shows: GET forms, so that the address always describes the screen."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed import DayField
from inspections.counted import COUNTED
from inspections.forms.fields import Day
from inspections.models import Severity, Source

ALL = ("", _("all"))


class FindingFilter(forms.Form):
    """options: {"unit": [(pk, name)…], "kind": …, "site_kind": …, "group": …}; a list that is missing is not asked for.

    has_units: of a reader with units of their own, who may ask for what these lead; decides: and for what these have no part
    in, since that is what one may decide on.
    """

    unit = forms.TypedChoiceField(label=_("Unit"), required=False, coerce=int, empty_value=None)
    kind = forms.TypedChoiceField(label=_("Kind of problem"), required=False, coerce=int, empty_value=None)
    site_kind = forms.TypedChoiceField(label=_("Kind of site"), required=False, coerce=int, empty_value=None)
    source = forms.ChoiceField(label=_("Source"), required=False, choices=[ALL, *Source.choices])
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=[ALL, *Severity.choices])
    group = forms.TypedChoiceField(label=_("Work group"), required=False, coerce=int, empty_value=None)
    part = forms.ChoiceField(label=_("Part"), required=False, choices=[("", _("Leading and supporting")), ("lead", _("We lead"))])
    counted = forms.ChoiceField(
        label=_("Counted as"), required=False, choices=[ALL, *((name, one.label) for name, one in COUNTED.items())]
    )
    since = DayField(label=_("Found from"), required=False, widget=Day())
    until = DayField(label=_("Found until"), required=False, widget=Day())
    q = forms.CharField(label=_("Number, place, problem"), required=False, max_length=60)

    def __init__(self, *args, options, has_units, decides, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_units:
            del self.fields["part"]
        elif decides:
            self.fields["part"].choices = [ALL, ("lead", _("We lead")), ("others", _("No part of ours"))]
        for name in ("unit", "kind", "site_kind", "group"):
            if options.get(name):
                self.fields[name].choices = [ALL, *options[name]]
            else:
                del self.fields[name]


class SiteFilter(forms.Form):
    kind = forms.TypedChoiceField(label=_("Kind"), required=False, coerce=int, empty_value=None)
    territory = forms.TypedChoiceField(label=_("Town or street"), required=False, coerce=int, empty_value=None)
    line = forms.TypedChoiceField(label=_("Unit in charge of the line"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("in use")), ("ended", _("out of use")), ("all", _("all"))]
    )
    q = forms.CharField(label=_("Name, address"), required=False, max_length=60)

    def __init__(self, *args, options, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("kind", "territory", "line"):
            if options.get(name):
                self.fields[name].choices = [ALL, *options[name]]
            else:
                del self.fields[name]
