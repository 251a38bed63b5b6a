"""The docket's forms: a joint visit, what it found, a ruling kept as a rule, a rule ended. The shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.typed import DayField, Rows
from campaigns.models import StoredFile
from checklists.forms.checkpoints import RulingForm
from checklists.models import Item
from inspections.forms.fields import DATE_HINT, SEARCH, Day, KeptFiles, Photos, Unit, Units
from inspections.models import ProblemKind, SiteKind


def area(label, *, limit, hint="", rows=2):
    return forms.CharField(label=label, max_length=limit, help_text=hint, widget=forms.Textarea({"rows": rows}))


class VisitForm(forms.Form):
    """Who meets where and when."""

    on = DayField(label=_("Day"), widget=Day())
    place = forms.CharField(
        label=_("Hour and place"), max_length=200, help_text=_("For instance: 9:00, south gate of the market in Renmin Road.")
    )
    units = Units(_("Units invited"), widget=forms.CheckboxSelectMultiple, help_text=_("The unit that objects is told anyway."))

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, auto_id="id_visit_%s", **kwargs)
        self.fields["units"].queryset = units


class Shots(Rows):
    """Photos that stand there already, ticked to be taken off."""

    def __init__(self):
        super().__init__(
            StoredFile.objects.none(), label=_("Photos to take off"), required=False, widget=forms.CheckboxSelectMultiple
        )

    def label_from_instance(self, file):
        return file.name


class FoundForm(forms.Form):
    """photos are stored by the view and stand in `kept`; drop: of the visit's own."""

    found = area(
        _("What was found"),
        limit=2000,
        rows=4,
        hint=_("Who was there, what was seen, where the bounds run. It stands beside the ruling."),
    )

    photos = Photos(_("Photos of the spot"))
    drop = Shots()
    kept = KeptFiles()

    def __init__(self, *args, viewer, present, **kwargs):
        super().__init__(*args, auto_id="id_found_%s", **kwargs)
        self.fields["kept"].give(viewer)
        self.fields["drop"].queryset = present
        if not present:
            del self.fields["drop"]

    def data_for_visit(self):
        data = self.cleaned_data
        return {"found": data["found"], "photos": list(data["kept"]), "drop": list(data.get("drop", ()))}


class CaseRulingForm(RulingForm):
    """The office's ruling on the docket; of a finding also its new limit."""

    due_on = DayField(label=_("New limit"), required=False, widget=Day(), help_text=DATE_HINT)
    keep = forms.BooleanField(label=_("Keep the ruling as a rule for like cases (in the next step)"), required=False)

    def __init__(self, *args, has_limit, asks_grounds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["moved_to"].widget.attrs["data-search"] = SEARCH
        if not has_limit:
            del self.fields["due_on"]
        if asks_grounds:
            self.fields["note"].help_text = _("Needed: the units read it.")


class KeepForm(forms.Form):
    """What was ruled, and for which cases it shall hold."""

    department = Unit(_("Unit that answers"), required=True)
    words = area(_("Words of the ruling"), limit=300, hint=_("They are quoted wherever the rule is proposed."))
    item = forms.ModelChoiceField(
        label=_("Item"),
        queryset=Item.objects.none(),
        required=False,
        empty_label=_("any"),
        help_text=_("Proposed for the items beside it too, and it says so."),
    )
    kind = forms.ModelChoiceField(
        label=_("Kind of problem"), queryset=ProblemKind.objects.none(), required=False, empty_label=_("any")
    )
    site_kind = forms.ModelChoiceField(
        label=_("Kind of site"), queryset=SiteKind.objects.none(), required=False, empty_label=_("any")
    )
    area = forms.ModelChoiceField(
        label=_("Area of"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("any"),
        help_text=_("The town or street in whose area the site lies."),
    )

    def __init__(self, *args, campaign, units, items, kinds, site_kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = self.fields["area"].queryset = units
        for name in ("department", "area"):
            self.fields[name].widget.attrs["data-search"] = SEARCH
        self.fields["item"].queryset = items
        self.fields["item"].label_from_instance = lambda item: f"{item.code} {item.text[:40]}".strip()
        self.fields["kind"].queryset, self.fields["site_kind"].queryset = kinds, site_kinds
        if not campaign.has_territory:
            del self.fields["area"]


class EndRuleForm(forms.Form):
    reason = forms.CharField(label=_("Why it ends"), max_length=300)
