"""Forms of a campaign's settings: the shape of input; the rules are the actions'."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, DepartmentGroup, User
from accounts.typed import DayField, Rows
from campaigns.models import (
    UNIT_ROLES,
    Campaign,
    CampaignHoliday,
    Membership,
    RankingGroup,
    Role,
    WorkGroup,
)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **options):
        super().__init__(format="%Y-%m-%d", **options)


class DepartmentField(forms.ModelChoiceField):
    """A unit of the register, in its order, set in by its depth."""

    def __init__(self, *args, **options):
        super().__init__(None, *args, **options)

    def show(self, departments, *, host=None):
        self.queryset = departments
        self.depth = host.path.count(".") if host else 1
        return self

    def label_from_instance(self, department):
        return "\u3000" * max(0, department.path.count(".") - self.depth) + department.name


class StagesField(forms.CharField):
    """Whole numbers between commas or blanks, as a list."""

    def prepare_value(self, value):
        return ", ".join(str(n) for n in value) if isinstance(value, list) else value

    def to_python(self, value):
        parts = [part for part in re.split(r"[\s,，、;；]+", str(value or "").replace("−", "-").replace("－", "-")) if part]
        try:
            return [int(part) for part in parts]
        except ValueError:
            raise ValidationError(_("Write whole working days from -60 to 60, at most 20 of them."), "stages") from None


class CampaignForm(forms.ModelForm):
    """All settings, in the sections of the page."""

    SECTIONS = (
        (_("Basics"), "name grade honour stage"),
        (_("Assessment"), "assessment_from assessment_until review_year cutoff_on"),
        (_("Office and headquarters"), "office_name headquarters_name headquarters_head"),
        (
            _("Switches"),
            "asks_filing has_territory has_sites liaison_may_submit liaison_may_dispute inspector_may_issue",
        ),
        (_("Responsibility table"), "leads_most load_most"),
        (_("Reminders"), "reminder_stages digest_at"),
        (
            _("Head and lines of the bulletin"),
            "bulletin_name bulletin_report_to bulletin_send_to bulletin_issue_to bulletin_copies",
        ),
    )

    reminder_stages = StagesField(
        label=_("Stages of reminders"),
        help_text=_("Working days from the limit: -3 is three days before, 0 the day itself, 5 five days late; then weekly."),
    )

    class Meta:
        model = Campaign
        field_classes = dict.fromkeys(("assessment_from", "assessment_until", "cutoff_on"), DayField)
        fields = [
            "name",
            "grade",
            "honour",
            "stage",
            "assessment_from",
            "assessment_until",
            "review_year",
            "cutoff_on",
            "office_name",
            "headquarters_name",
            "headquarters_head",
            "asks_filing",
            "has_territory",
            "has_sites",
            "liaison_may_submit",
            "liaison_may_dispute",
            "inspector_may_issue",
            "leads_most",
            "load_most",
            "reminder_stages",
            "digest_at",
            "bulletin_name",
            "bulletin_report_to",
            "bulletin_send_to",
            "bulletin_issue_to",
            "bulletin_copies",
        ]
        widgets = {
            "assessment_from": DayInput(),
            "assessment_until": DayInput(),
            "cutoff_on": DayInput(),
            "digest_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def sections(self):
        return [(title, [self[name] for name in names.split()]) for title, names in self.SECTIONS]

    def _post_clean(self):
        """The action checks the whole row under its lock; here only the shape of each field."""


class NewCampaignForm(forms.ModelForm):
    """What a campaign needs to begin; everything else has a default of its kind and waits in the settings."""

    host = DepartmentField(
        label=_("Host"),
        required=False,
        empty_label=_("A new one, named below"),
        help_text=_("Its register of units lies below it."),
    )
    host_name = forms.CharField(label=_("Name of the new host"), max_length=80, required=False)
    host.depends = host_name.depends = True  # one of the two
    field_order = ["kind", "name", "grade", "honour", "host", "host_name"]

    class Meta:
        model = Campaign
        field_classes = dict.fromkeys(("assessment_from", "assessment_until", "cutoff_on"), DayField)
        fields = [
            "kind",
            "name",
            "grade",
            "honour",
            "host",
            "assessment_from",
            "assessment_until",
            "review_year",
            "cutoff_on",
            "office_name",
            "headquarters_name",
            "headquarters_head",
            "bulletin_name",
        ]
        widgets = {
            "kind": forms.RadioSelect,
            "assessment_from": DayInput(),
            "assessment_until": DayInput(),
            "cutoff_on": DayInput(),
        }

    def __init__(self, *args, hosts, may_make_host, **options):
        super().__init__(*args, **options)
        self.fields["host"].show(hosts)
        self.fields["kind"].choices = Campaign.Kind.choices
        if not may_make_host:
            del self.fields["host_name"]
            self.fields["host"].empty_label = None
            self.fields["host"].required = True

    def clean(self):
        data = super().clean()
        if "host_name" in self.fields and not data.get("host") and not data.get("host_name"):
            self.add_error("host_name", _("Choose the host or write its name."))
        return data

    def _post_clean(self):
        """The action checks the whole row."""


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


class GroupNameForm(forms.Form):
    """The name of a work group or ranking group and, for one that is there, its place."""

    name = forms.CharField(label=_("Name"), max_length=40)
    place = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=200)


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


class LogFilter(forms.Form):
    who = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("About"), required=False)
    since = DayField(label=_("First day"), required=False, widget=DayInput())
    until = DayField(label=_("Last day"), required=False, widget=DayInput())

    def __init__(self, data, *, people, kinds):
        super().__init__(data)
        self.fields["who"].choices = [("", _("all")), *people]
        self.fields["kind"].choices = [("", _("all")), *kinds]
