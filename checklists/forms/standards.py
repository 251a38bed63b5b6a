"""Forms of standards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.files import ACCEPT
from campaigns.models import StoredFile
from checklists.models import Checklist, Item


class UploadForm(forms.Form):
    """A workbook as the office received it."""

    file = forms.FileField(
        label=_("Workbook"),
        allow_empty_file=True,  # 0 bytes gets the sentence of the files' own check
        help_text=_("xlsx, xls, csv, or docx with a table, as you received it, up to 50 MB. The original is kept."),
        widget=forms.FileInput(attrs={"accept": f"{ACCEPT[StoredFile.Kind.SHEET]},.docx,.et"}),
    )


class StandardUploadForm(UploadForm):
    """Also a file that a portal has written (docs/standard-file.md). Name and edition may stay empty."""

    name = forms.CharField(
        label=_("Name of the standard"),
        max_length=120,
        required=False,
        help_text=_("Left empty: the title in the sheet, else the name of the file. You can change it on the next page."),
    )
    edition = forms.CharField(label=_("Edition"), max_length=40, required=False, help_text=_("Such as 2026年版."))

    field_order = ["file", "name", "edition"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] += ",.json"


class ItemForm(forms.ModelForm):
    """Number and text in the row of the tree; everything else is on the item's own page."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Item
        fields = ["code", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, instance=item, **kwargs)
        if not self.is_bound:
            self.initial["version"] = item.version

    def _post_clean(self):
        """The action writes the row, not the form."""


class EditionForm(forms.Form):
    edition = forms.CharField(label=_("Edition"), max_length=40, help_text=_("Such as 2027年版."))


class AdoptForm(forms.Form):
    name = forms.CharField(label=_("Name of the checklist"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Checklist.Kind.choices, widget=forms.RadioSelect)


class ItemFilter(forms.Form):
    q = forms.CharField(label=_("Find an item"), required=False, max_length=80)

    def __init__(self, data):
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("text or number")
        self.is_valid()

    @property
    def text(self):
        return self.cleaned_data.get("q", "").strip()
