"""Controls written at once are, to the character, those of Django's templates."""

import datetime
from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from campaigns.controls import WRITTEN, Renderer

TEXT = st.text("ab <>&\"'{}%\n单位", max_size=8)
VALUES = st.one_of(TEXT, TEXT.map(mark_safe), st.integers(), st.booleans(), st.none(), st.just(gettext_lazy("All")))
ATTRS = st.dictionaries(st.sampled_from(["class", "required", "data-x", "min"]), VALUES, max_size=3)
CHOICE = st.tuples(VALUES, st.one_of(TEXT, TEXT.map(mark_safe), st.integers(), st.just(gettext_lazy("All"))))
CHOICES = st.lists(st.one_of(CHOICE, st.tuples(TEXT.filter(bool), st.lists(CHOICE, max_size=2))), max_size=4)
INPUTS = [
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.TelInput,
    forms.SearchInput,
    forms.ColorInput,
    forms.PasswordInput,
    forms.HiddenInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.CheckboxInput,
    forms.FileInput,
]


def both(widget, value, attrs):
    return [widget.render("na<me", value, attrs, renderer=renderer()) for renderer in (Renderer, DjangoTemplates)]


@given(st.sampled_from(INPUTS), VALUES, ATTRS)
def test_an_input_is_the_same(kind, value, attrs):
    ours, djangos = both(kind(), value, attrs)

    assert ours == djangos


@given(st.sampled_from([forms.Select, forms.SelectMultiple, forms.NullBooleanSelect]), CHOICES, VALUES, ATTRS)
def test_a_select_with_its_groups_is_the_same(kind, choices, value, attrs):
    widget = kind() if kind is forms.NullBooleanSelect else kind(choices=choices)
    ours, djangos = both(widget, [value] if kind is forms.SelectMultiple else value, attrs)

    assert ours == djangos


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("value", [1234567, 1.5, Decimal("1234.50"), datetime.date(2026, 8, 3), datetime.time(8, 30)])
def test_a_number_or_a_day_as_label_is_as_the_language_has_it(language, value):
    with translation.override(language):
        ours, djangos = both(forms.Select(choices=[(value, value)]), value, {})

    assert ours == djangos


@pytest.mark.parametrize("widget", [forms.Textarea(), forms.RadioSelect(choices=[(1, "一")]), forms.SplitDateTimeWidget()])
def test_what_is_not_written_at_once_is_djangos(widget):
    assert widget.template_name not in WRITTEN
    ours, djangos = both(widget, None, {"class": "x"})

    assert ours == djangos


def test_every_form_of_the_portal_is_drawn_so():
    class Ask(forms.Form):
        unit = forms.ChoiceField(choices=[("1", "一")])

    assert isinstance(Ask().renderer, Renderer)
