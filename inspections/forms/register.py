"""Sites, kinds, rounds and limits: what the office sets up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from accounts.typed import DayField, Rows
from campaigns.models import Membership, Role
from checklists.sheets.places import CHINA, degrees_of, is_in_china
from inspections.forms.fields import Day, Unit, units_of
from inspections.models import LimitRule, Site, SiteKind


class Degrees(forms.CharField):
    """A coordinate as offices write it, inside the country; None where nothing is written."""

    def __init__(self, meaning, **kwargs):
        super().__init__(required=False, max_length=40, **kwargs)
        self.meaning = meaning

    def clean(self, value):
        text = super().clean(value)
        degrees = degrees_of(text) if text else None
        if text and (degrees is None or not is_in_china(**{self.meaning: degrees})):
            least, most = CHINA[self.meaning]
            text = _("Write degrees between %(least)s and %(most)s, such as the map shows them.")
            raise forms.ValidationError(text, "place", {"least": least, "most": most})
        return degrees


class SiteForm(forms.Form):
    kind = forms.ModelChoiceField(SiteKind.objects.none(), label=_("Kind"), empty_label=_("choose a kind"))
    name = forms.CharField(label=_("Name"), max_length=80)
    territory = Unit(_("Town or street"))
    line = Unit(_("Unit in charge of the line"), empty_label=_("as the kind says"))
    contact = forms.CharField(label=_("Contact"), max_length=40, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    longitude = Degrees("longitude", label=_("Longitude"), help_text=_("Degrees, such as 117.120089."))
    latitude = Degrees("latitude", label=_("Latitude"), help_text=_("Degrees, such as 36.651216."))
    address = forms.CharField(label=_("Address"), max_length=120, required=False)

    def clean(self):
        data = super().clean()
        if not self.errors and (data["longitude"] is None) != (data["latitude"] is None):
            empty = "longitude" if data["longitude"] is None else "latitude"
            self.add_error(empty, _("Longitude and latitude belong together: write both or none."))
        return data

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = SiteKind.objects.visible_to(viewer)
        units = units_of(viewer.campaign)
        towns = units.filter(kind=Department.Kind.TOWN)
        if towns.exists():  # as in the filter of the list
            self.fields["territory"].queryset, self.fields["line"].queryset = towns, units.exclude(kind=Department.Kind.TOWN)
        else:
            self.fields["territory"].queryset = self.fields["line"].queryset = units
        if not viewer.campaign.has_territory:
            del self.fields["territory"]


class Lines(forms.CharField):
    """One value per line, without blanks and repeats."""

    def __init__(self, *, limit, **kwargs):
        super().__init__(required=False, widget=forms.Textarea({"rows": 6}), **kwargs)
        self.limit = limit

    def clean(self, value):
        lines = list(dict.fromkeys(line.strip() for line in super().clean(value).splitlines() if line.strip()))
        if any(len(line) > self.limit for line in lines):
            raise forms.ValidationError(_("A line holds at most %(limit)s characters."), "too_long", {"limit": self.limit})
        return lines


class SiteKindForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40)
    line = Unit(_("Unit in charge of the line"))
    checks = Lines(label=_("What is looked at"), limit=200, help_text=_("One check per line, in the order of the walk."))

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = units_of(viewer.campaign)


class ProblemKindForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40)
    words = forms.CharField(
        label=_("Words that point to it"),
        max_length=200,
        required=False,
        help_text=_("Separated by 、: the kind is proposed by them."),
    )
    line = Unit(_("Unit that usually answers"))
    needs_after_photo = forms.BooleanField(label=_("An answer needs a photo from the same angle"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = units_of(viewer.campaign)


class LimitForm(forms.Form):
    """One rule: severity and kind come from the row of the page."""

    amount = forms.IntegerField(label=_("Time given"), min_value=1, max_value=250, required=False)
    unit = forms.ChoiceField(label=_("counted in"), choices=LimitRule.Unit.choices, required=False)


class RoundForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    starts_on = DayField(label=_("First day"), widget=Day())
    ends_on = DayField(label=_("Last day"), widget=Day())
    is_covert = forms.BooleanField(
        label=_("Covert"), required=False, help_text=_("Units learn of it only by what is issued, and never who went.")
    )
    inspectors = Rows(User.objects.none(), label=_("Inspectors"), required=False, widget=forms.CheckboxSelectMultiple)
    site_kinds = Rows(
        SiteKind.objects.none(),
        label=_("Kinds of sites"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All sites in use of these kinds are to be seen; none chosen: the whole register."),
    )

    def __init__(self, *args, viewer, on, **kwargs):
        super().__init__(*args, **kwargs)
        members = Membership.objects.on(on).filter(campaign=viewer.campaign, role__in=[Role.INSPECTOR, Role.OFFICE])
        self.fields["inspectors"].queryset = User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("pk")
        self.fields["site_kinds"].queryset = SiteKind.objects.visible_to(viewer)

    def chosen_sites(self, viewer):
        kinds = self.cleaned_data["site_kinds"]
        return Site.objects.visible_to(viewer).filter(is_active=True, kind__in=kinds) if kinds else []
