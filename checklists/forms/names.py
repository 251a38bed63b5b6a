"""A field for units as the office writes them: names, separated by 、."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from checklists.register import Register


class UnitsField(forms.CharField):
    """Cleans to a list of departments of the register; a name nobody bears is an error that proposes the nearest.

    single: exactly one unit; a group is then refused. The form gives the register before it validates.
    """

    register: Register

    def __init__(self, *, single=False, **kwargs):
        kwargs.setdefault(
            "help_text", "" if single else _("Several names with 、 between them; a group’s name stands for all its units.")
        )
        super().__init__(max_length=1000, **kwargs)
        self.single = single
        self.widget.attrs.update(list="units", autocomplete="off")  # _units_datalist.html

    def clean(self, value):
        text = super().clean(value)
        found = self.register.read(text)
        errors = [self._unknown(name) for name in found.unknown]
        if self.single and len(found.departments) > 1:
            errors.append(ValidationError(_("Name one unit only."), "several"))
        if errors:
            raise ValidationError(errors)
        return found.departments

    def _unknown(self, name):
        near = self.register.likely(name)
        text = _("“%(name)s” is not in the register of units: write a name that is, or add the unit there first.")
        if near:
            text = _("“%(name)s” is not in the register of units. Is it “%(near)s”?")
        return ValidationError(text, "unknown_unit", params={"name": name, "near": "”、“".join(unit.name for unit in near)})
