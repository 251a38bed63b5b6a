"""The register of units, its groups, and which units take part. The shape of input; the rules are the actions'."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, DepartmentGroup
from accounts.typed import Rows
from campaigns.forms.fields import DepartmentField
from campaigns.models import RankingGroup, WorkGroup


class DepartmentForm(forms.ModelForm):
    """A unit of the register with its other names and its place."""

    parent = DepartmentField(label=_("Lies below"), empty_label=None)
    aliases = forms.CharField(
        label=_("Other names"), required=False, help_text=_("As sheets and people write it, 、 between them.")
    )
    place = forms.IntegerField(
        label=_("Place among its neighbours"),
        required=False,
        min_value=1,
        max_value=2000,
        help_text=_("1 is the first; empty: last, or where it stands. Every list and paper uses this order."),
    )

    class Meta:
        model = Department
        fields = ["name", "short_name", "kind", "parent", "aliases", "place", "is_active"]

    def __init__(self, *args, departments, host, **options):
        super().__init__(*args, **options)
        self.fields["parent"].show(departments, host=host)
        if self.instance.pk:
            self.initial["aliases"] = "、".join(alias.name for alias in self.instance.aliases.all())
            if self.instance.pk == host.pk:  # the top of this register stays where it is
                del self.fields["parent"], self.fields["place"]
        else:
            del self.fields["is_active"]

    def clean_aliases(self):
        return [name for name in re.split(r"[、,，;；\n]+", self.cleaned_data["aliases"]) if name.strip()]

    def _post_clean(self):
        """The action checks the names under its lock."""


class GroupOfUnitsForm(forms.ModelForm):
    class Meta:
        model = DepartmentGroup
        fields = ["name", "members"]
        field_classes = {"members": Rows}
        widgets = {"members": forms.CheckboxSelectMultiple}

    def __init__(self, *args, departments, **options):
        super().__init__(*args, **options)
        self.fields["members"].queryset = departments
        self.fields["members"].label_from_instance = lambda department: department.name

    def _post_clean(self):
        """The action checks the name and the register."""


class UnitFilter(forms.Form):
    PART = [
        ("", _("all")),
        ("yes", _("taking part")),
        ("no", _("not taking part")),
        ("nobody", _("taking part, but nobody named")),
    ]

    q = forms.CharField(label=_("Name"), required=False)
    part = forms.ChoiceField(label=_("Taking part"), choices=PART, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("all")), *Department.Kind.choices], required=False)
    group = forms.ModelChoiceField(None, label=_("Group of units"), required=False, empty_label=_("all"))

    def __init__(self, data, *, groups):
        super().__init__(data)
        self.fields["group"].queryset = groups


class ParticipantFilter(forms.Form):
    """ranking_groups, work_groups: lists, so that the page can show them twice and read them once."""

    q = forms.CharField(label=_("Name"), required=False)
    ranking_group = forms.TypedChoiceField(label=_("Ranking group"), required=False, coerce=int, empty_value=None)
    work_group = forms.TypedChoiceField(label=_("Work group"), required=False, coerce=int, empty_value=None)

    def __init__(self, data, *, ranking_groups, work_groups):
        super().__init__(data)
        for name, groups in (("ranking_group", ranking_groups), ("work_group", work_groups)):
            self.fields[name].choices = [("", _("all")), *((group.pk, group.name) for group in groups)]


class ParticipationForm(forms.Form):
    """The two groups of a unit in the campaign."""

    ranking_group = forms.ModelChoiceField(
        None,
        label=_("Ranking group"),
        required=False,
        empty_label=_("none"),
        help_text=_("The bulletin ranks units inside their group only."),
    )
    work_group = forms.ModelChoiceField(None, label=_("Work group"), required=False, empty_label=_("none"))

    def __init__(self, *args, viewer, **options):
        super().__init__(*args, **options)
        self.fields["ranking_group"].queryset = RankingGroup.objects.visible_to(viewer)
        self.fields["work_group"].queryset = WorkGroup.objects.visible_to(viewer)
