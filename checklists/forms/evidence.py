"""Shapes of what people type about proof."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.typed import DayField
from campaigns.files import ACCEPT
from checklists.models import Evidence


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Zero to many uploads; the clean value is always a list."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        files = [file for file in data or [] if file]
        if not files:
            return super().clean(None, initial) or []
        return [super(ManyFiles, self).clean(file, initial) for file in files]


class EvidenceForm(forms.Form):
    """units: those the person may add material for; a single one is not asked."""

    files = ManyFiles(
        label=_("Files"),
        required=False,
        widget=ManyFilesInput({"accept": ",".join(ACCEPT.values())}),
        help_text=_(
            "Several at once: photos, PDF, Word, Excel, up to 50 MB each. Kept as they are, nothing is drawn into photos."
        ),
        allow_empty_file=True,  # refused with its own sentence where files are stored
    )
    department = forms.ModelChoiceField(label=_("Unit"), queryset=Department.objects.none())
    title = forms.CharField(label=_("Title"), max_length=120, required=False, help_text=_("Empty: the name of the first file."))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("by content")), *Evidence.Kind.choices], required=False)
    event_on = DayField(label=_("Date of the event"), required=False, widget=Day())
    caption = forms.CharField(
        label=_("Caption"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What it shows, where."),
    )
    figure = forms.CharField(label=_("Figure"), max_length=80, required=False)
    link = forms.URLField(label=_("Web address"), required=False, assume_scheme="https")
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        units = list(units)
        field = self.fields["department"]
        field.queryset = Department.objects.filter(pk__in=[unit.pk for unit in units])
        if len(units) == 1:
            field.initial, field.widget = units[0].pk, forms.HiddenInput()


class EvidenceFilter(forms.Form):
    """What of the material is shown. units: empty for people with one unit, they are not asked."""

    q = forms.CharField(label=_("Key words"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("all")), *Evidence.Kind.choices], required=False)
    since = DayField(label=_("Happened from"), required=False, widget=Day())
    until = DayField(label=_("Happened until"), required=False, widget=Day())
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Department.objects.none(), required=False, empty_label=_("all"))

    def __init__(self, *args, units=None, **kwargs):
        super().__init__(*args, **kwargs)
        if units is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units
