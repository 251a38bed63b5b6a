"""The recording page and the facts of a finding."""

from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.typed import DayField, Rows
from checklists.models import Checklist, Item
from inspections.forms.fields import Day, KeptFiles, Photos, Unit, Units, units_of
from inspections.forms.moves import area
from inspections.models import Finding, ProblemKind, Round, Severity, Site, Source


def items_of(campaign):
    """The lowest items of the campaign's checklists, in the order of the standards."""
    standards = Checklist.objects.running().filter(campaign=campaign).values("standard")
    return Item.objects.filter(standard__in=standards, is_leaf=True).order_by("standard", "path")


class Items(Rows):
    def label_from_instance(self, item):
        return f"{item.code} {item.text}".strip()[:60]


class FactsForm(forms.Form):
    """site: typed; the name of a site of the register becomes the site, anything else the place."""

    site = forms.CharField(
        label=_("Site or place"),
        max_length=120,
        error_messages={"required": _("Say where: choose a site or write the place.")},
        widget=forms.TextInput({"list": "site-options", "autocomplete": "off", "enterkeyhint": "next"}),
    )
    place = forms.CharField(label=_("Where exactly"), max_length=120, required=False)
    text = area(_("Problem"), rows=2)
    kind = forms.ModelChoiceField(
        ProblemKind.objects.none(), label=_("Kind of problem"), required=False, empty_label=_("by the words")
    )
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity.choices, required=False, initial=Severity.ORDINARY, widget=forms.RadioSelect
    )
    items = Items(Item.objects.none(), label=_("Items"), required=False, widget=forms.CheckboxSelectMultiple)
    lead = Unit(_("Unit in charge"), empty_label=_("as proposed"))
    supporting = Units(_("Supporting units"), widget=forms.CheckboxSelectMultiple)
    due_on = DayField(label=_("Limit"), required=False, widget=Day())
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices, required=False)
    round = forms.ModelChoiceField(Round.objects.none(), label=_("Round"), required=False, empty_label=_("no round"))
    photos = Photos(_("Photos"))
    kept = KeptFiles()

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        campaign = viewer.campaign
        self.fields["kind"].queryset = ProblemKind.objects.filter(campaign=campaign, is_active=True)
        self.fields["items"].queryset = items_of(campaign)
        self.fields["lead"].queryset = self.fields["supporting"].queryset = units_of(campaign)
        self.fields["round"].queryset = Round.objects.visible_to(viewer)
        self.fields["kept"].give(viewer)

    def clean(self):
        data = super().clean()
        data["severity"] = data.get("severity") or Severity.ORDINARY
        round = data.get("round")
        covert = round and round.is_covert
        data["source"] = data.get("source") or (Source.COVERT if covert else Source.INSPECTION)
        typed = (data.pop("site", "") or "").strip()
        site, others = site_named(self.viewer, typed)
        if typed and others:
            self.add_error("site", _("Several sites bear this name: choose one of the list, with its kind."))
        place = data.get("place") or ""
        data["site"] = site
        data["place"] = place if site or not typed else " ".join(part for part in (typed, place) if part)
        return data


class RecordForm(FactsForm):
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = Photos(_("Photo of how it is now"))
    kept_after = KeptFiles()
    alone = forms.BooleanField(label=_("No supporting unit"), required=False)
    issue = forms.BooleanField(label=_("Issue at once"), required=False)

    def __init__(self, *args, viewer, may_issue=False, **kwargs):
        super().__init__(*args, viewer=viewer, **kwargs)
        self.fields["kept_after"].give(viewer)
        if not may_issue:
            del self.fields["issue"]

    def clean_key(self):
        return self.cleaned_data["key"] or uuid4()

    @staticmethod
    def supporting_of(data):
        """The units chosen to support; none where that was said; None: as proposed."""
        return list(data.get("supporting") or []) or ([] if data.get("alone") else None)


class EditForm(FactsForm):
    """What is issued keeps its unit and its limit."""

    def __init__(self, *args, viewer, finding, **kwargs):
        super().__init__(*args, viewer=viewer, **kwargs)
        self.fields["severity"].required = self.fields["source"].required = True
        self.fields["kind"].empty_label = "—"
        if finding.status != Finding.Status.DRAFT:
            del self.fields["lead"], self.fields["due_on"]
        else:
            self.fields["lead"].empty_label = _("no unit yet")

    @property
    def chosen_items(self):
        """(item, ticked) for the list of items."""
        if not self.is_bound:
            return [(item, True) for item in self.initial.get("items", [])]
        return [(item, True) for item in self.cleaned_data.get("items", [])]


def site_label(site) -> str:
    """How a site stands in the list of choices: its name and kind."""
    return f"{site.name}（{site.kind.name}）"


def site_named(viewer, typed: str):
    """(site, several): the one active site with this name or label; None when there is none, or when there are several."""
    if not typed:
        return None, False
    name, _open, rest = typed.rpartition("（")
    sites = Site.objects.filter(host=viewer.campaign.host_id, is_active=True).select_related(
        "kind", "kind__line", "line", "territory"
    )
    if name and rest.endswith("）"):
        found = sites.filter(name=name, kind__name=rest[:-1]).first()
        if found:
            return found, False
    rows = list(sites.filter(name=typed)[:2])
    return (rows[0], False) if len(rows) == 1 else (None, len(rows) > 1)


def running_rounds(viewer):
    """Rounds of today that the person may record for, the newest first."""
    today = timezone.localdate()
    return Round.objects.visible_to(viewer).filter(starts_on__lte=today, ends_on__gte=today).order_by("-starts_on", "-pk")
