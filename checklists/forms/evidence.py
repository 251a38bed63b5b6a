"""Shapes of what people type about proof."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from accounts.typed import DayField, Rows
from campaigns.files import ACCEPT
from checklists.models import Evidence, EvidenceFile, ProofKind


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


class UploadKeys(forms.Field):
    """Keys of files that came in parts before the form (static/js/upload.js); kept when the form comes back."""

    widget = forms.MultipleHiddenInput

    def __init__(self):
        super().__init__(required=False)

    def clean(self, value):
        try:
            return [UUID(str(key)) for key in value or []]
        except ValueError:
            raise forms.ValidationError(_("The upload was lost: choose the file again.")) from None


class EvidenceForm(forms.Form):
    """units: those the person may add material for; a single one is not asked."""

    files = ManyFiles(
        label=_("Files"),
        required=False,
        widget=ManyFilesInput({"accept": ",".join(ACCEPT.values())}),
        help_text=_(
            "One of the three is needed: files, a figure or a web address. Several files at once: photos, PDF, Word, Excel, "
            "up to 50 MB each. Kept as they are, nothing is drawn into photos."
        ),
        allow_empty_file=True,  # refused with its own sentence where files are stored
    )
    uploads = UploadKeys()
    department = forms.ModelChoiceField(label=_("Unit"), queryset=Department.objects.none(), empty_label=_("choose a unit"))
    title = forms.CharField(label=_("Title"), max_length=120, required=False, help_text=_("Empty: the name of the first file."))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("by content")), *Evidence.Kind.choices], required=False)
    event_on = DayField(label=_("Date of the event"), required=False, widget=Day())
    number = forms.CharField(
        label=_("Document number"), max_length=60, required=False, help_text=_("As printed, for example 示政办〔2026〕3号.")
    )
    caption = forms.CharField(
        label=_("Caption"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What it shows, where."),
    )
    time_text = forms.CharField(label=_("Time"), max_length=60, required=False, help_text=_("Empty: the date of the event."))
    place = forms.CharField(label=pgettext_lazy("caption", "Place"), max_length=120, required=False)
    people = forms.CharField(label=pgettext_lazy("caption", "People"), max_length=120, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=120, required=False)
    background = forms.CharField(label=_("Background"), max_length=200, required=False)
    occasion = forms.CharField(label=_("Occasion"), max_length=200, required=False)
    figure = forms.CharField(label=_("Figure"), max_length=80, required=False)
    link = forms.URLField(label=_("Web address"), required=False, assume_scheme="https")
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    SIX = ("time_text", "place", "people", "subject", "background", "occasion")
    MORE = ("title", "number", "figure", "link")  # folded away, but for what is asked
    ASKED = {ProofKind.FIGURES: "figure", ProofKind.LINK: "link"}  # wanted proof that is no file -> its field
    asked = folded = ()

    @property
    def six(self):
        """The words under a declared photo, as bound fields."""
        return [self[name] for name in self.SIX]

    @property
    def six_open(self):
        return any(field.value() or field.errors for field in self.six)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        units = list(units)
        self.fields["files"].depends = True  # on the figure and the web address: one of the three
        field = self.fields["department"]
        field.queryset = Department.objects.filter(pk__in=[unit.pk for unit in units])
        if len(units) == 1:
            field.initial, field.widget = units[0].pk, forms.HiddenInput()
        self.ask([])

    def ask(self, kinds: Iterable[str]) -> None:
        """Fields of wanted proof of these kinds stand open, the others folded. kinds: of ProofKind."""
        names = [name for kind, name in self.ASKED.items() if kind in set(kinds)]
        for name in names:
            self.fields[name].depends = True
        self.asked = [self[name] for name in names]
        self.folded = [self[name] for name in self.MORE if name not in names]

    @property
    def folded_open(self):
        return any(field.value() or field.errors for field in self.folded)


class EvidenceEditForm(EvidenceForm):
    """evidence: the record; its present files are ticked away by `drop`. Everything else as for a new record."""

    drop = Rows(EvidenceFile.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Take away"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, evidence, **kwargs):
        super().__init__(*args, units=[evidence.department], **kwargs)
        del self.fields["department"], self.fields["key"]
        self.fields["files"].label = _("Further files")
        self.fields["kind"].choices = Evidence.Kind.choices
        self.fields["drop"].queryset = evidence.files.current()


class ItemChoiceForm(forms.Form):
    """Under which item a record is filed. items: of the unit's parts, as (checklist id, item) pairs."""

    place = forms.ChoiceField(label=_("Item"))

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [
            (f"{checklist.pk}:{item.pk}", f"{item.code} {Truncator(item.text).chars(50)}".strip()) for checklist, item in places
        ]

    def clean_place(self):
        return tuple(int(number) for number in self.cleaned_data["place"].split(":"))


class EvidenceFilter(forms.Form):
    """What of the material is shown. units: empty for people with one unit, they are not asked."""

    HERE, ELSEWHERE = "here", "elsewhere"

    q = forms.CharField(label=_("Key words"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("all")), *Evidence.Kind.choices], required=False)
    since = DayField(label=_("Happened from"), required=False, widget=Day())
    until = DayField(label=_("Happened until"), required=False, widget=Day())
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Department.objects.none(), required=False, empty_label=_("all"))
    origin = forms.ChoiceField(
        label=_("Made in"),
        required=False,
        choices=[("", _("all our campaigns")), (HERE, _("this campaign")), (ELSEWHERE, _("other campaigns"))],
    )

    def __init__(self, *args, units=None, **kwargs):
        super().__init__(*args, **kwargs)
        if units is None:
            del self.fields["unit"]
        else:
            del self.fields["origin"]
            self.fields["unit"].queryset = units
