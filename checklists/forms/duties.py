"""Forms of the responsibility table."""

from datetime import timedelta

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Alias, Department
from campaigns.models import Participation, WorkGroup
from checklists.forms.names import UnitsField
from checklists.models import Assignment, Duty
from checklists.table import STATES


class DutyFilter(forms.Form):
    """GET: what the table shows. Everything is optional; what cannot be read is left out."""

    checklist = forms.IntegerField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(required=False, choices=[*STATES, ("late", _("overdue"))], widget=forms.HiddenInput)
    project = forms.CharField(label=_("Project"), required=False, widget=forms.Select)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=80)
    part = forms.ChoiceField(
        label=_("Part"), required=False, choices=[("", _("leads or supports")), ("lead", _("leads")), ("support", _("supports"))]
    )
    limit = forms.ChoiceField(
        label=_("Time limit"),
        required=False,
        choices=[
            ("", _("any")),
            ("week", _("within 7 days")),
            ("month", _("within 30 days")),
            ("past", _("before today")),
            ("repeats", _("repeats")),
            ("none", _("none written")),
        ],
    )
    group = forms.ModelChoiceField(label=_("Work group"), required=False, queryset=None, empty_label=_("all"))
    q = forms.CharField(label=_("Text"), required=False, max_length=80)
    sort = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("", _("as in the table")), ("limit", _("nearest limit"))]
    )

    def __init__(self, data, *, viewer):
        super().__init__(data)
        self.viewer = viewer
        if viewer.is_office:
            self.fields["group"].queryset = WorkGroup.objects.filter(campaign=viewer.campaign)
        else:
            del self.fields["group"]
        self.fields["unit"].widget.attrs["placeholder"] = _("name or short name")
        self.fields["q"].widget.attrs["placeholder"] = _("item, task, measures, person")
        self.is_valid()

    def value(self, name):
        return self.cleaned_data.get(name) or ""

    def offer_projects(self, projects):
        self.fields["project"].widget.choices = [("", _("all")), *((key, text[:30]) for key, text in projects)]

    def hit(self, today) -> Q | None:
        """The filters but list, state and project as one condition on Duty; None when nothing is chosen."""
        wanted = [
            build(self, value, today)
            for name, build in (("unit", _by_unit), ("limit", _by_limit), ("group", _by_group), ("q", _by_text))
            if (value := self.cleaned_data.get(name))
        ]
        if self.value("part") and not self.value("unit") and not self.value("group"):
            wanted.append(Q(Exists(self.parts())))
        found = None
        for condition in wanted:
            found = condition if found is None else found & condition
        return found

    def parts(self):
        """The parts in force that everybody may read, of the kind chosen."""
        rows = Assignment.objects.filter(duty=OuterRef("pk"))
        rows = rows.running() if self.viewer.is_office else rows.issued()
        return rows.filter(is_lead=self.value("part") == "lead") if self.value("part") else rows


def _by_unit(form, name, today):
    named = Q(name__icontains=name) | Q(short_name__icontains=name)
    named |= Q(pk__in=Alias.objects.filter(name__icontains=name).values("department"))
    return Q(Exists(form.parts().filter(department__in=Department.objects.filter(named).values("pk"))))


def _by_group(form, group, today):
    units = Participation.objects.on(today).filter(campaign=form.viewer.campaign, work_group=group).values("department")
    return Q(Exists(form.parts().filter(department__in=units)))


def _by_limit(form, limit, today):
    days = {"week": 7, "month": 30}
    if limit in days:
        return Q(due_on__gte=today, due_on__lte=today + timedelta(days=days[limit]))
    return {"past": Q(due_on__lt=today), "repeats": ~Q(recurrence=""), "none": Q(limit_text="")}[limit]


def _by_text(form, text, today):
    fields = ("text", "item__text", "item__code", "measures", "person", "leading_leader")
    found = Q(pk__in=[])
    for field in fields:
        found |= Q(**{f"{field}__icontains": text})
    return found


class CopyForm(forms.Form):
    """GET and POST: the checklist whose table is copied. sources: those the person may copy from."""

    source = forms.TypedChoiceField(label=_("Copy from"))

    def __init__(self, data, *, sources):
        super().__init__(data)
        by_id = {str(one.pk): one for one in sources}
        rows = [(pk, f"{one.campaign.name} · {one.name}") for pk, one in by_id.items()]
        self.fields["source"].choices = [("", _("choose a campaign")), *rows]
        self.fields["source"].coerce = by_id.__getitem__


class LoadForm(forms.Form):
    """GET: from how many tasks on a unit or person counts as loaded; `load` is the number, the campaign's own by default."""

    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    load = forms.IntegerField(label=_("More tasks than"), required=False, min_value=0, max_value=9999)

    def __init__(self, data, *, most):
        super().__init__(data.copy())
        self.data.setdefault("load", most)
        self.load = self.cleaned_data["load"] if self.is_valid() and self.cleaned_data["load"] is not None else most


class DutyForm(forms.ModelForm):
    """One row of the table, as the office edits it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    leads = UnitsField(label=_("Lead units"), required=False)
    supports = UnitsField(label=_("Supporting units"), required=False)
    reason = forms.CharField(label=_("Reason of the change (for the time line)"), required=False, max_length=300)

    class Meta:
        model = Duty
        fields = ["text", "measures", "limit_text", "leading_leader", "person"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2}),
            "measures": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"limit_text": _("Time limit (as you write it)")}

    def __init__(self, *args, register, duty, year, lead=None, **kwargs):
        """year: of a limit that names none; lead: id of a unit to propose instead of the present ones."""
        super().__init__(*args, instance=duty, **kwargs)
        for name in ("leads", "supports"):
            self.fields[name].register = register
            self.fields[name].help_text = ""
        self.fields["supports"].help_text = _("Names with 、 between them; a group’s name stands for all its units.")
        self.fields["limit_text"].help_text = _limit_hint(year)
        if not self.is_bound:
            self.initial["version"] = duty.version
            for name, parts in (("leads", duty.leads), ("supports", duty.supports)):
                self.initial[name] = "、".join(part.department.name for part in parts)
            if lead in register.departments:
                self.initial["leads"] = register.departments[lead].name

    def clean(self):
        data = super().clean()
        both = {unit.pk for unit in data.get("leads") or ()} & {unit.pk for unit in data.get("supports") or ()}
        if both:
            data["supports"] = [unit for unit in data["supports"] if unit.pk not in both]
        return data

    def _post_clean(self):
        """The action writes the row, not the form."""


class AssignForm(forms.Form):
    """One thing for many rows. act: lead, support or limit; year: of a limit that names none; lead: id of a unit to propose."""

    def __init__(self, *args, act, register, year, lead=None, **kwargs):
        super().__init__(*args, **kwargs)
        if act == "limit":
            self.fields["limit_text"] = forms.CharField(
                label=_("Time limit (as you write it)"),
                max_length=80,
                help_text=_limit_hint(year),
            )
            return
        single = act == "lead"
        self.fields["units"] = UnitsField(label=_("Lead unit") if single else _("Units to support"), single=single)
        self.fields["units"].register = register
        if single and lead in register.departments:
            self.initial["units"] = register.departments[lead].name


def _limit_hint(year):
    return _("Such as 6月底前, 每月, 每季度, 我们的节日 or a date; without a year it is %(year)s.") % {"year": year}


class SplitForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    texts = forms.CharField(
        label=_("Tasks, one per line"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("The first line stays in this row; each other line becomes a row below it with the same limit and units."),
    )

    def clean_texts(self):
        return [line.strip() for line in self.cleaned_data["texts"].splitlines() if line.strip()]


def own_units(viewer):
    """The units named in the viewer's memberships."""
    return Department.objects.filter(pk__in=viewer.own_ids)


class ClaimForm(forms.Form):
    """A unit offers to lead."""

    department = forms.ModelChoiceField(label=_("Unit"), queryset=None)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = units
        self.fields["department"].empty_label = None


class ClaimRuleForm(forms.Form):
    note = forms.CharField(label=_("Reason"), max_length=300, required=False)
