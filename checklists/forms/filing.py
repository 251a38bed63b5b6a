"""Shapes of what people choose about filed material."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from checklists.completeness import STATES
from checklists.forms.evidence import Day
from checklists.models import Item, Package


class MaterialFilter(forms.Form):
    """Which items are shown. units, projects: those that occur."""

    q = forms.CharField(label=_("Key words"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("with a rule")),
            ("all", _("all")),
            *((str(state), word) for state, word in STATES.items()),
            ("not_needed", _("not applicable")),
            ("no_rule", _("no rule")),
        ],
    )
    project = forms.ModelChoiceField(label=_("Project"), queryset=Item.objects.none(), required=False, empty_label=_("all"))
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Department.objects.none(), required=False, empty_label=_("all"))

    def __init__(self, *args, units, projects, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects
        self.fields["unit"].queryset = units


class WindowForm(forms.Form):
    """The days proof must be of; both empty: the usual window."""

    first = forms.DateField(label=_("Proof from"), required=False, widget=Day())
    last = forms.DateField(label=_("Proof until"), required=False, widget=Day())


class PackageForm(forms.Form):
    """units: the viewer's own, or all of the campaign for the office, for whom an empty choice means all."""

    checklist = forms.ModelChoiceField(label=_("Checklist"), queryset=None, empty_label=None)
    form = forms.ChoiceField(label=_("What"), choices=Package.Form.choices, widget=forms.RadioSelect)
    department = forms.ModelChoiceField(label=_("Of"), queryset=Department.objects.none(), required=False)

    def __init__(self, *args, checklists, units, of_all, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["checklist"].queryset = checklists
        self.fields["form"].initial = Package.Form.ARCHIVE
        field = self.fields["department"]
        field.queryset, field.required = units, not of_all
        field.empty_label = _("all units") if of_all else None
        for name in ("checklist", "department"):  # asked once: whether the first one is empty, and what there is
            self.fields[name].choices = list(iter(self.fields[name].choices))
