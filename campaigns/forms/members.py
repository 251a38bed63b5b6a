"""People of a campaign by role. The shape of input; the rules are the actions'."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from accounts.typed import DayField
from campaigns.forms.fields import DayInput, DepartmentField
from campaigns.models import UNIT_ROLES, Membership, Role, WorkGroup


class MemberFilter(forms.Form):
    q = forms.CharField(label=_("Person or unit"), required=False)
    work_group = forms.ModelChoiceField(None, label=_("Work group"), required=False, empty_label=_("all"))
    state = forms.ChoiceField(label=_("State"), choices=[("", _("in force")), ("ended", _("ended"))], required=False)

    def __init__(self, data, *, work_groups):
        super().__init__(data)
        self.fields["work_group"].queryset = work_groups


class MemberForm(forms.Form):
    """A person with a role. An account that exists is used; for a new one the name is needed, too."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    department = DepartmentField(
        label=_("Unit"), required=False, empty_label=_("choose a unit"), help_text=_("For a head or a liaison.")
    )
    username = forms.CharField(
        label=_("Account"),
        max_length=150,
        validators=User._meta.get_field("username").validators,
        help_text=_("Letters and digits; the person signs in with it. An account that exists already is used."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(label=_("Full name"), max_length=40, required=False, help_text=_("For a new account."))
    department.depends = name.depends = True
    phone = forms.CharField(label=_("Work phone"), max_length=30, required=False)
    email = forms.EmailField(label=_("Mail address for the daily summary"), required=False)
    title = forms.CharField(label=_("Post"), max_length=40, required=False)
    work_group = forms.ModelChoiceField(None, label=_("Work group"), required=False, empty_label=_("none"))
    starts_on = DayField(label=_("First day"), widget=DayInput())

    def __init__(self, *args, viewer, **options):
        super().__init__(*args, **options)
        units = Department.objects.visible_to(viewer).filter(is_active=True)
        self.fields["work_group"].queryset = WorkGroup.objects.visible_to(viewer)
        self.fields["starts_on"].initial = timezone.localdate()
        if not viewer.is_office:  # a head adds liaisons of the own unit
            units = units.filter(pk__in=viewer.head_of)
            self.fields["role"].choices = [(Role.LIAISON.value, Role.LIAISON.label)]
            self.fields["role"].initial = Role.LIAISON
            self.fields["department"].required = True
            self.fields["department"].initial = next((pk for pk in viewer.own_ids if pk in viewer.head_of), None)
            del self.fields["work_group"]
        self.fields["department"].show(units, host=viewer.campaign.host)

    def clean(self):
        data = super().clean()
        if data.get("role") in UNIT_ROLES and not data.get("department") and "department" not in self.errors:
            self.add_error("department", _("A head or a liaison is for a unit: choose it."))
        return data


class MemberEditForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ["title", "work_group"]

    def __init__(self, *args, viewer, **options):
        super().__init__(*args, **options)
        self.fields["work_group"].queryset = WorkGroup.objects.visible_to(viewer)
        self.fields["work_group"].empty_label = _("none")

    def _post_clean(self):
        """The action checks."""


class PersonForm(forms.ModelForm):
    """What was mistyped about a person; the account itself stays."""

    class Meta:
        model = User
        fields = ["name", "phone", "email"]
        labels = {"name": _("Full name"), "phone": _("Work phone"), "email": _("Mail address for the daily summary")}
