"""Forms of one item of a draft: all its fields, its place, its parts."""

import re
from decimal import Decimal

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from checklists.models import Item, ProofKind, Recurrence
from checklists.scoringrules import Step, plain
from checklists.wantedproof import Wanted

# The methods of assessment that standards name; a sheet's other words stay beside them.
METHODS = ("材料审核", "实地考察", "问卷调查", "听取汇报", "整体观察", "网络", "自测")
HUNDRED = Decimal(100)


SEPARATORS = re.compile(r"[、，,；;\s]+")


def _words(text):
    return [word for word in SEPARATORS.split(text) if word]


def _area(rows, placeholder=""):
    return forms.Textarea(attrs={"rows": rows, "placeholder": placeholder})


class ItemFactsForm(forms.Form):
    """Everything an item says but its steps and wanted proof."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    grade = forms.ChoiceField(label=_("Level"), choices=Item.Grade.choices)
    code = forms.CharField(label=_("Number"), max_length=40, required=False)
    text = forms.CharField(label=_("Text"), max_length=30_000, widget=_area(4))
    methods = forms.MultipleChoiceField(
        label=_("Methods"), choices=[(word, word) for word in METHODS], required=False, widget=forms.CheckboxSelectMultiple
    )
    other_methods = forms.CharField(label=_("Other methods"), max_length=100, required=False)
    points = forms.DecimalField(label=_("Points"), min_value=0, max_digits=7, decimal_places=2, required=False)
    is_veto = forms.BooleanField(label=_("One-vote veto"), required=False)
    scoring = forms.ChoiceField(label=_("Scoring"), choices=[("", _("not set")), *Item.Scoring.choices], required=False)
    frequency = forms.ChoiceField(label=_("Frequency"), choices=[("", _("once")), *Recurrence.choices], required=False)
    site_kinds = forms.CharField(label=_("Kinds of site"), max_length=300, required=False)
    wanted_proof = forms.CharField(label=_("Wanted proof as printed"), max_length=5000, required=False, widget=_area(3))
    note = forms.CharField(label=_("Remark"), max_length=2000, required=False, widget=_area(2))

    field_order = ["version", "text", "code", "grade", "points", "is_veto"]

    def __init__(self, *args, item, **kwargs):
        methods = [word for word in item.methods.split("、") if word]
        initial = {name: getattr(item, name) for name in ItemFactsForm.base_fields if hasattr(item, name)}
        initial |= {
            "points": plain(item.points),
            "methods": [word for word in methods if word in METHODS],
            "other_methods": "、".join(word for word in methods if word not in METHODS),
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self):
        data = super().clean()
        words = [*data.get("methods", []), *_words(data.pop("other_methods", ""))]
        data["methods"] = "、".join(dict.fromkeys(words))
        if len(data["methods"]) > 120:
            self.add_error("other_methods", _("These are too many methods: 120 characters at most."))
        data["site_kinds"] = "、".join(dict.fromkeys(_words(data.get("site_kinds", ""))))
        return data


class StepForm(forms.Form):
    label = forms.CharField(label=_("Grade"), max_length=20, required=False)
    threshold = forms.DecimalField(label=_("From this figure on"), max_digits=12, decimal_places=3, required=False)
    percent = forms.DecimalField(
        label=_("Share of the points, %"), min_value=0, max_value=100, max_digits=4, decimal_places=1, required=False
    )
    lost = forms.DecimalField(label=_("Points off"), min_value=0, max_digits=7, decimal_places=2, required=False)
    text = forms.CharField(label=_("Condition or fault"), max_length=2000, required=False)

    @property
    def step(self) -> Step:
        data = self.cleaned_data
        percent = data.get("percent")
        share = None if percent is None else percent / HUNDRED
        return Step(data.get("label", ""), data.get("text", ""), data.get("threshold"), share, data.get("lost"))


class WantedForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *ProofKind.choices], required=False)
    least = forms.IntegerField(label=_("At least"), min_value=1, max_value=9999, required=False)
    most = forms.IntegerField(label=_("At most"), min_value=1, max_value=9999, required=False)
    words_most = forms.IntegerField(label=_("Characters at most"), min_value=1, max_value=100_000, required=False)
    months = forms.IntegerField(label=_("Months back"), min_value=1, max_value=120, required=False)
    needs_number = forms.BooleanField(label=_("With document number"), required=False)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def clean(self):
        data = super().clean()
        if not data.get("kind") and any(value not in (None, "", False) for value in data.values()):
            self.add_error("kind", _("Choose the kind of proof, or empty the row."))
        return data

    @property
    def wanted(self) -> Wanted | None:
        data = dict(self.cleaned_data)
        if not data.get("kind"):
            return None
        data["least"] = data.get("least") or 1
        return Wanted(**data)


MOST = 30
SPARE = 2  # empty rows below those that are filled
FEWEST = 3
Steps = formset_factory(StepForm, extra=0, max_num=MOST, absolute_max=MOST + SPARE)
WantedRows = formset_factory(WantedForm, extra=0, max_num=MOST, absolute_max=MOST + SPARE)


def step_forms(data, steps):
    rows = [
        {
            "label": step.label,
            "text": step.text,
            "threshold": plain(step.threshold),
            "percent": "" if step.share is None else plain(step.share * HUNDRED),
            "lost": plain(step.lost),
        }
        for step in steps
    ]
    return Steps(data, prefix="steps", initial=_with_spare(rows))


def wanted_forms(data, wanted):
    return WantedRows(data, prefix="wanted", initial=_with_spare([dict(vars(one)) for one in wanted]))


def _with_spare(rows):
    return rows + [{}] * max(SPARE, FEWEST - len(rows))


class NewItemForm(forms.Form):
    code = forms.CharField(label=_("Number"), max_length=40, required=False)
    text = forms.CharField(label=_("Text"), max_length=30_000, widget=_area(4))


class MoveItemForm(forms.Form):
    """Where an item goes. rows: the items it may stand beside, with `depth`."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    where = forms.ChoiceField(
        label=_("Where to"),
        choices=[("below", _("below it, as the last")), ("behind", _("behind it, on the same level"))],
        widget=forms.RadioSelect,
        initial="below",
    )
    target = forms.TypedChoiceField(label=_("Beside which item"), coerce=int)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(row.pk, "　" * row.depth + " ".join(row.text.split())[:60]) for row in rows]
        self.fields["target"].choices = [("", "—"), *choices]


class SplitItemForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    texts = forms.CharField(
        label=_("Items after splitting"),
        widget=_area(8),
        help_text=_("One item per line. The first line keeps what lies below the item and its history."),
    )

    def clean_texts(self):
        return self.cleaned_data["texts"].splitlines()
