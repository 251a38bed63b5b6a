"""Shapes of what a move of a checkpoint or a responsibility carries."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.typed import DayField
from campaigns.moves import MISSING
from checklists.forms.evidence import Day
from checklists.models import Item


def units_of(campaign):
    """Units under the host, official order: the choices wherever a unit is named."""
    return Department.objects.under(campaign.host).filter(is_active=True).exclude(pk=campaign.host_id)


def participants_of(campaign):
    """Units that take part today: the choices of who proposes another unit; sections of other campaigns are none of them."""
    running = campaign.participations.on(timezone.localdate())
    return units_of(campaign).filter(pk__in=running.values("department"))


WITHOUT_VISIT = _("The office must rule: what the joint visit found is recorded first, or it says here why there was none.")


class SubmitForm(forms.Form):
    note = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("A short summary; may be empty when proof was added."),
    )
    confirmed = forms.BooleanField(label=_("Hand in although something is missing (the office sees what)"), required=False)


class PlainForm(forms.Form):
    """Nothing to fill in: a button."""


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        error_messages={"required": MISSING["reason"]},
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Say what is missing or wrong: the unit reads it word for word."),
    )


class SetAsideForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        error_messages={"required": MISSING["reason"]},
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Why this does not apply to the unit. It counts as done and is printed as not applicable."),
    )


class SkipForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not this time"),
        error_messages={"required": MISSING["reason"]},
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The office has to agree; until it answers the clock stands still."),
    )


class RefuseSkipForm(forms.Form):
    reason = forms.CharField(
        label=_("Grounds"),
        error_messages={"required": MISSING["reason"]},
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The unit reads it; its clock runs on with the rest of its time."),
    )


class DisputeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        error_messages={"required": MISSING["reason"]},
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Name the grounds."),
    )
    proposed = forms.ModelChoiceField(
        label=_("Unit proposed"), queryset=Department.objects.none(), required=False, empty_label=_("none")
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposed"].queryset = units


class LookAgainForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        error_messages={"required": MISSING["reason"]},
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )
    until = DayField(label=_("To be done by"), error_messages={"required": MISSING["until"]}, widget=Day())


class RulingForm(forms.Form):
    """The office's ruling on an objection."""

    UPHOLD = ("uphold", _("Uphold: it moves to another unit"))
    REFUSE = ("refuse", _("Refuse: it stays with the unit"))

    ruling = forms.ChoiceField(label=_("Ruling"), widget=forms.RadioSelect)
    moved_to = forms.ModelChoiceField(
        label=_("Moves to"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("none"),
        help_text=_("Needed when it moves to another unit."),
    )
    note = forms.CharField(
        label=_("Grounds"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Needed when the objection is refused; the unit reads it."),
    )
    without_visit = forms.CharField(
        label=_("Why without a joint visit"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=WITHOUT_VISIT,
    )
    moved_to.depends = note.depends = without_visit.depends = True

    def __init__(self, *args, units, rest, asks_visit=False, **kwargs):
        """units: to choose from; rest: the words for upholding without another unit, empty where that cannot be; asks_visit: a
        binding ruling without what a joint visit found."""
        super().__init__(*args, **kwargs)
        if not asks_visit:
            del self.fields["without_visit"]
        self.fields["moved_to"].queryset = units
        self.fields["ruling"].choices = [self.UPHOLD, *([("rest", rest)] if rest else []), self.REFUSE]

    def clean(self):
        data = super().clean()
        if data.get("ruling") == "uphold" and not data.get("moved_to") and "moved_to" not in self.errors:
            self.add_error("moved_to", _("Say which unit takes it over."))
        if data.get("ruling") != "uphold":
            data["moved_to"] = None
        return data


class ReviewFilter(forms.Form):
    """Which checkpoints of a view of the list are shown."""

    q = forms.CharField(label=_("Key words"), required=False)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Department.objects.none(), required=False, empty_label=_("all"))
    project = forms.ModelChoiceField(label=_("Project"), queryset=Item.objects.none(), required=False, empty_label=_("all"))
    part = forms.ChoiceField(
        label=_("Part"), required=False, choices=[("", _("leads or supports")), ("lead", _("leads")), ("support", _("supports"))]
    )

    def __init__(self, *args, units, projects, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["project"].queryset = projects
