"""Shapes of what people type about a bulletin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.typed import DayField, Rows
from reports.models import Bulletin
from reports.sections import SECTIONS


class BulletinForm(forms.Form):
    """Title, one text per section, and for whom the issue is. texts: section -> what it says now."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=80)
    receivers = Rows(
        queryset=None,
        label=_("Only for these units"),
        required=False,
        help_text=_("Nothing chosen: all units that take part."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )

    def __init__(self, *args, bulletin, texts, **kwargs):
        receivers = bulletin.receivers.all()
        initial = {"version": bulletin.version, "title": bulletin.title, "receivers": receivers} | texts
        super().__init__(*args, initial=initial, **kwargs)
        taking_part = bulletin.campaign.participations.values("department")
        self.fields["receivers"].queryset = Department.objects.filter(pk__in=taking_part)
        for section in SECTIONS:
            self.fields[section.name] = forms.CharField(
                label=section.title,
                required=False,
                strip=True,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": min(18, 3 + len(texts[section.name]) // 34), "data-length": "bulletin"}),
            )

    @property
    def sections(self):
        """The bound fields of the texts, in the order of the paper."""
        return [self[section.name] for section in SECTIONS]

    def texts(self):
        """Section -> cleaned text; line ends as the database keeps them."""
        return {section.name: self.cleaned_data[section.name].replace("\r\n", "\n") for section in SECTIONS}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why it goes back"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class PaperSignatureForm(forms.Form):
    name = forms.CharField(label=_("Signed by"), max_length=40)
    day = DayField(label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}))
    scan = forms.FileField(label=_("Scan or photo of the signed paper"))


class MonthForm(forms.Form):
    """Filter of the list of bulletins."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=2000, max_value=2100)
    text = forms.CharField(label=_("Title"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), ("reviewed", Bulletin.Status.REVIEWED.label), ("returned", _("sent back"))],
    )
