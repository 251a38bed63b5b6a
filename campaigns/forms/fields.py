"""Fields several forms of a campaign share. The shape of input; the rules are the actions'."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **options):
        super().__init__(format="%Y-%m-%d", **options)


class DepartmentField(forms.ModelChoiceField):
    """A unit of the register, in its order, set in by its depth."""

    def __init__(self, *args, **options):
        super().__init__(None, *args, **options)

    def show(self, departments, *, host=None):
        self.queryset = departments
        self.depth = host.path.count(".") if host else 1
        return self

    def label_from_instance(self, department):
        return "\u3000" * max(0, department.path.count(".") - self.depth) + department.name


class StagesField(forms.CharField):
    """Whole numbers between commas or blanks, as a list."""

    def prepare_value(self, value):
        return ", ".join(str(n) for n in value) if isinstance(value, list) else value

    def to_python(self, value):
        parts = [part for part in re.split(r"[\s,，、;；]+", str(value or "").replace("−", "-").replace("－", "-")) if part]
        try:
            return [int(part) for part in parts]
        except ValueError:
            raise ValidationError(_("Write whole working days from -60 to 60, at most 20 of them."), "stages") from None
