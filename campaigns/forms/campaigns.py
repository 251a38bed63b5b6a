"""A campaign's settings, and a new campaign. The shape of input; the rules are the actions'."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed import DayField
from campaigns.forms.fields import DayInput, DepartmentField, StagesField
from campaigns.models import Campaign


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
