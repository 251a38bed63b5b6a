"""Labels of choices: as Django finds them, of every model that has any."""

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import translation

from accounts.labels import Labelled
from tests.test_docs import APPS

CHOICES = [
    (model, field)
    for model in apps.get_models()
    if model._meta.app_label in APPS
    for field in model._meta.concrete_fields
    if field.choices
]


@pytest.mark.parametrize(("model", "field"), CHOICES, ids=lambda part: getattr(part, "__name__", getattr(part, "name", "")))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_label_is_the_one_django_finds(model, field, language):
    values = [value for value, _label in field.flatchoices]
    shown = getattr(model, f"get_{field.name}_display")

    with translation.override(language):
        for value in [*values, "", None, "unheard of", 7]:
            row = model(**{field.attname: value})
            assert shown(row) == Model._get_FIELD_display(row, field=field)
            assert type(shown(row)) is type(Model._get_FIELD_display(row, field=field))

    assert issubclass(model, Labelled)
    assert len(CHOICES) > 30
