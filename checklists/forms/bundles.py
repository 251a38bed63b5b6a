"""Shapes of what people choose when they bring many files at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from campaigns.files import ACCEPT
from checklists.forms.evidence import ManyFiles, ManyFilesInput, UploadKeys


class BundleForm(forms.Form):
    """units: those the person may add material for; a single one is not asked."""

    files = ManyFiles(
        label=_("Files, or one archive"),
        required=False,
        widget=ManyFilesInput({"accept": ",".join([*ACCEPT.values(), ".zip", ".csv"])}),
        help_text=_(
            "Drop many files here, or a ZIP of up to 500 MB. A sheet of captions (xlsx, csv) with the column 文件名 beside "
            "them or inside is read as well."
        ),
        allow_empty_file=True,
    )
    uploads = UploadKeys()
    department = forms.ModelChoiceField(label=_("Unit"), queryset=Department.objects.none(), empty_label=_("choose a unit"))
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        units = list(units)
        field = self.fields["department"]
        field.queryset = Department.objects.filter(pk__in=[unit.pk for unit in units])
        if len(units) == 1:
            field.initial, field.widget = units[0].pk, forms.HiddenInput()
