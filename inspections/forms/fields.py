"""Fields several forms of inspections share."""

from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.typed import Rows
from campaigns.files import ACCEPT
from campaigns.models import StoredFile
from checklists.forms.evidence import Day, ManyFiles, ManyFilesInput

__all__ = ["Day", "KeptFiles", "Photos", "Proof", "Unit", "Units", "units_of"]
KEPT_FOR = timedelta(days=1)


def units_of(campaign):
    """The units under the host, in official order."""
    return Department.objects.under(campaign.host).filter(is_active=True).exclude(pk=campaign.host_id).order_by("position", "pk")


SEARCH = _("Type part of a name to find it")  # data-search of a long list: static/js/app.js puts a field above it


def units_taking_part(campaign, *others):
    """Units that take part today, official order, and `others` that the case names; all units where none is entered yet."""
    running = campaign.participations.on(timezone.localdate()).values("department")
    rows, named = units_of(campaign), [unit.pk for unit in others if unit]
    return rows.filter(Q(pk__in=running) | Q(pk__in=named)) if running.exists() else rows


class Unit(forms.ModelChoiceField):
    """One unit of the campaign; the form gives the queryset."""

    def __init__(self, label, *, required=False, empty_label="—", **kwargs):
        super().__init__(Department.objects.none(), label=label, required=required, empty_label=empty_label, **kwargs)

    def label_from_instance(self, department):
        return department.name


class Units(Rows):
    def __init__(self, label, **kwargs):
        super().__init__(Department.objects.none(), label=label, required=False, **kwargs)

    def label_from_instance(self, department):
        return department.name


class Chooser(ManyFilesInput):
    def use_required_attribute(self, initial):
        return False  # a file may have come with the try before


class Uploads(ManyFiles):
    """`required` only says so to the reader: the action decides, as it also knows the files kept from a form that failed."""

    def clean(self, data, initial=None):
        return super().clean(data, initial) if any(data or []) else []


class Photos(Uploads):
    """Zero to many photos; the phone offers its camera."""

    def __init__(self, label, **kwargs):
        widget = Chooser({"accept": ACCEPT[StoredFile.Kind.PHOTO]})
        # An empty file is refused with its own sentence where files are stored.
        super().__init__(label=label, required=False, widget=widget, allow_empty_file=True, **kwargs)


class Proof(Uploads):
    """Zero to many photos and papers."""

    def __init__(self, label, **kwargs):
        widget = Chooser({"accept": ",".join(ACCEPT.values())})
        super().__init__(label=label, required=False, widget=widget, allow_empty_file=True, **kwargs)


class KeptFiles(Rows):
    """Files this person uploaded a moment ago with a form that failed: nobody takes a photo twice."""

    def __init__(self):
        super().__init__(StoredFile.objects.none(), required=False, widget=forms.MultipleHiddenInput)

    def give(self, viewer):
        since = timezone.now() - KEPT_FOR
        self.queryset = StoredFile.objects.filter(campaign=viewer.campaign, by=viewer.user, at__gte=since)


DATE_HINT = _("Empty: by the campaign's rule.")
