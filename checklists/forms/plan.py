"""The form of the plan's stages: one line a stage, two blank ones for more."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StageForm(forms.Form):
    name = forms.CharField(label=_("stage"), max_length=40, required=False)
    days = forms.IntegerField(label=pgettext_lazy("column", "working days"), required=False, min_value=1, max_value=400)


StageFormSet = forms.formset_factory(StageForm, extra=2, max_num=14, absolute_max=14)
