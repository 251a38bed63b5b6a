"""What each move of a finding asks for. The shape only: actions check the rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed import DayField
from campaigns.moves import MISSING
from checklists.forms.checkpoints import WITHOUT_VISIT, participants_of
from inspections.actions.effects import needs_after_photo
from inspections.forms.fields import DATE_HINT, SEARCH, Day, KeptFiles, Photos, Proof, Unit, units_of, units_taking_part
from inspections.models import Finding


def area(label, *, required=True, limit=1000, hint="", rows=2):
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit,
        help_text=hint,
        widget=forms.Textarea({"rows": rows, "maxlength": limit}),
    )


class MoveForm(forms.Form):
    """One fold of the panel; ids carry the move's name, so that several forms stand on one page."""

    keeps = ()  # names of file fields

    def __init__(self, *args, finding, viewer, move, **kwargs):
        super().__init__(*args, auto_id=f"id_{move}_%s", **kwargs)
        self.move, self.finding = move, finding
        for name, field in self.fields.items():
            if name in MISSING:
                field.error_messages = field.error_messages | {"required": MISSING[name]}
            if isinstance(field, Unit):
                field.queryset = units_of(viewer.campaign)
            elif isinstance(field, KeptFiles):
                field.give(viewer)
        if "department" in self.fields and move in ("transfer", "rule"):
            self.fields["department"].queryset = units_taking_part(viewer.campaign).exclude(pk=finding.lead_id)
            self.fields["department"].widget.attrs["data-search"] = SEARCH
        if "proposed" in self.fields:
            self.fields["proposed"].queryset = participants_of(viewer.campaign).order_by("position", "pk")

    def data_for_move(self):
        """What the move carries; uploads were stored by the view and stand in `kept`."""
        data = dict(self.cleaned_data)
        for name in self.keeps:
            data.pop(name, None)
        if "kept" in data:
            data["files"] = list(data.pop("kept"))
        return data


class IssueForm(MoveForm):
    """A draft for which no unit was found."""

    department = Unit(_("Unit in charge"), required=True)
    due_on = DayField(label=_("Limit"), required=False, widget=Day(), help_text=DATE_HINT)

    def __init__(self, *args, finding, **kwargs):
        super().__init__(*args, finding=finding, **kwargs)
        self.fields["due_on"].initial = finding.due_on


class PutRightForm(MoveForm):
    keeps = ("files",)
    files = Photos(_("Photo of how it is now"), help_text=_("From the same angle as the first one."))
    files.required = True
    text = area(_("What was done"), required=False)
    kept = KeptFiles()


class AnswerForm(MoveForm):
    keeps = ("files",)
    text = area(_("What was done, and when it was finished"), rows=3)
    files = Proof(_("Photos and papers"))
    kept = KeptFiles()

    def __init__(self, *args, finding, **kwargs):
        super().__init__(*args, finding=finding, **kwargs)
        self.fields["files"].required = needs_after_photo(finding)


class DisputeForm(MoveForm):
    reason = area(_("Reason and grounds"))
    proposed = Unit(_("Who should answer for it"), empty_label=_("not known"))


class ExtendForm(MoveForm):
    proposed_on = DayField(label=_("Until when"), widget=Day())
    reason = area(_("Why, and how far it is"), limit=500)


class RuleForm(MoveForm):
    upheld = forms.TypedChoiceField(
        label=_("Ruling"),
        choices=[("yes", _("Uphold: it moves to another unit")), ("no", _("Refuse: it stays with the unit"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    department = Unit(_("New unit in charge"), help_text=_("Needed when the objection is upheld."))
    department.depends = True
    due_on = DayField(label=_("New limit"), required=False, widget=Day(), help_text=DATE_HINT)
    reason = area(_("Grounds"))
    without_visit = area(_("Why without a joint visit"), required=False, limit=300, hint=WITHOUT_VISIT)
    without_visit.depends = True

    def __init__(self, *args, finding, **kwargs):
        super().__init__(*args, finding=finding, **kwargs)
        dispute = next((row for row in finding.disputes.all() if row.ruling == row.Ruling.OPEN), None)
        if dispute:
            self.fields["department"].initial = dispute.proposed_id
        if not (dispute and dispute.is_binding and not dispute.visit_found):
            del self.fields["without_visit"]


class CloseForm(MoveForm):
    how = forms.ChoiceField(label=_("Verified"), choices=Finding.How.choices, widget=forms.RadioSelect)
    reason = area(_("Verdict"), required=False)


class ReturnForm(MoveForm):
    how = forms.ChoiceField(label=_("Verified"), choices=Finding.How.choices, widget=forms.RadioSelect)
    reason = area(_("What is still wrong"), hint=_("The unit reads these words."))


class TransferForm(MoveForm):
    department = Unit(_("New unit in charge"), required=True)
    due_on = DayField(label=_("New limit"), required=False, widget=Day(), help_text=DATE_HINT)
    reason = area(_("Reason"))


class ParkForm(MoveForm):
    plan = area(_("Plan for it"), hint=_("Why it cannot be solved now, and what is done until then."))
    until = DayField(label=_("Looked at again on"), widget=Day())


class ResumeForm(MoveForm):
    due_on = DayField(label=_("New limit"), required=False, widget=Day(), help_text=DATE_HINT)


class RelapseForm(MoveForm):
    keeps = ("files",)
    reason = area(_("What is seen again"))
    files = Photos(_("Photos"))
    kept = KeptFiles()
    department = Unit(_("Unit in charge"), required=True)
    due_on = DayField(label=_("New limit"), required=False, widget=Day(), help_text=DATE_HINT)

    def __init__(self, *args, finding, **kwargs):
        super().__init__(*args, finding=finding, **kwargs)
        if finding.lead_id:
            del self.fields["department"]


class VoidForm(MoveForm):
    reason = area(_("Why it is void"))


FORMS = {
    "issue": IssueForm,
    "put_right": PutRightForm,
    "submit": AnswerForm,
    "dispute": DisputeForm,
    "extend": ExtendForm,
    "rule": RuleForm,
    "close": CloseForm,
    "return": ReturnForm,
    "transfer": TransferForm,
    "park": ParkForm,
    "resume": ResumeForm,
    "relapse": RelapseForm,
    "void": VoidForm,
}


class RuleExtensionForm(forms.Form):
    granted_on = DayField(label=_("New limit"), required=False, widget=Day(), help_text=_("Empty: the day asked for."))
    note = area(_("Grounds"), required=False, limit=300, hint=_("Needed for a refusal: the unit reads it."))
