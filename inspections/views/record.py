"""Record a finding on the phone: everything but the photo and a few words is proposed."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.typed import typed_number
from campaigns.models import StoredFile
from inspections import rules
from inspections.actions import recording
from inspections.actions.proposals import propose
from inspections.defaults import PHRASES
from inspections.forms.record import FactsForm, RecordForm, items_of, running_rounds, site_label
from inspections.models import Finding, Severity, Site, Source
from inspections.views.uploads import keep_uploads, kept_names, say_refused

SITES_SHOWN, ITEMS_SHOWN = 20, 12


def _must_record(viewer):
    if not (viewer.is_office or viewer.is_inspector):
        raise PermissionDenied


def _may_issue(viewer):
    """Whether a finding of one's own may go out at once."""
    return rules.may_issue(viewer, Finding(campaign=viewer.campaign, found_by=viewer.user))


@require_http_methods(["GET", "HEAD", "POST"])
def finding_new(request):
    viewer = request.viewer
    _must_record(viewer)
    if request.method != "POST":
        return _page(request, RecordForm(viewer=viewer, may_issue=_may_issue(viewer), initial=_start(request)))
    then = request.POST.get("then", "back")
    if then != "search" and (known := _known(request)):
        return _onward(request, known, then)
    data, errors = keep_uploads(request, kinds=(StoredFile.Kind.PHOTO,), photos="kept", after="kept_after")
    form = RecordForm(data, viewer=viewer, may_issue=_may_issue(viewer))
    form.is_valid()
    kept_names(form, files="photos")
    kept_names(form, kept="kept_after", files="after")
    if then == "search":  # without a script: look for items and come back
        form.errors.clear()
        return _page(request, form)
    say_refused(form, errors)
    if form.is_valid():
        try:
            return _onward(request, _report(viewer, form.cleaned_data), then)
        except ValidationError as error:
            _say(form, error)
    return _page(request, form, status=422)


def _say(form, error):
    """Beside the field that the act means; the others above the form."""
    for name, errors in getattr(error, "error_dict", {"": [error]}).items():
        field = {"department": "lead", "files": "after"}.get(name, name)
        form.add_error(field if field in form.fields else None, errors)


def _known(request):
    """What the first of two taps has recorded already."""
    try:
        return recording.known_by_key(request.POST.get("key") or None, request.viewer)
    except ValidationError:  # no uuid: the form says so
        return None


def _report(viewer, data):
    return recording.report_finding(
        by=viewer,
        key=data["key"],
        text=data["text"],
        site=data["site"],
        place=data["place"],
        kind=data["kind"],
        severity=data["severity"],
        source=data["source"],
        round=data["round"],
        items=data["items"],
        lead=data["lead"],
        supporting=RecordForm.supporting_of(data),
        due_on=data["due_on"],
        photos=data["kept"],
        after_photos=data["kept_after"],
        issue=data.get("issue", False),
    )


def _onward(request, finding, then):
    said = {
        Finding.Status.CLOSED: _("Recorded and closed: put right on the spot."),
        Finding.Status.DRAFT: _("Recorded; the office issues it."),
    }.get(finding.status, _("Recorded and issued: %(number)s") % {"number": finding.number})
    messages.success(request, said)
    if then == "next":
        keep = {"round": finding.round_id, "site": finding.site_id}
        query = urlencode({name: value for name, value in keep.items() if value})
        return redirect(reverse("finding_new", args=[request.campaign.pk]) + (f"?{query}" if query else ""))
    return redirect(finding)


def _start(request):
    """What an empty page begins with: the site and round of the address, else the person's running round."""
    initial = {"severity": Severity.ORDINARY, "source": Source.INSPECTION}
    rounds = running_rounds(request.viewer)
    asked = rounds.filter(pk=typed_number(request.GET.get("round"))).first()
    round = asked or (rounds.first() if request.viewer.is_inspector else None)
    if round:
        initial["round"] = round.pk
        initial["source"] = Source.COVERT if round.is_covert else Source.INSPECTION
    sites = Site.objects.visible_to(request.viewer).filter(is_active=True).select_related("kind")
    found = sites.filter(pk=typed_number(request.GET.get("site"))).first()
    if found:
        initial["site"] = site_label(found)
    return initial


def _page(request, form, status=200):
    data = _read(form)
    context = {
        "form": form,
        "key": form["key"].value() or "",
        "phrases": PHRASES,
        "sites": _sites(request.viewer, "", data["round"]),
        "items": _items(request, form, request.POST.get("item_q", "")),
        "item_q": request.POST.get("item_q", ""),
        **_proposals(request, form, data),
    }
    return render(request, "inspections/finding_new.html", context, status=status)


def _read(form):
    """What the form says so far, valid or not."""
    if not form.is_bound:
        shown = FactsForm({**form.initial, "text": " "}, viewer=form.viewer)
        shown.is_valid()
        data = shown.cleaned_data
    else:
        data = getattr(form, "cleaned_data", {})
    empty = {"text": "", "site": None, "kind": None, "severity": Severity.ORDINARY, "items": [], "lead": None, "round": None}
    return empty | {name: value for name, value in data.items() if value is not None}


def _proposals(request, form, data):
    """The rows below the text: what is proposed, what was chosen instead."""
    proposed = propose(
        request.campaign,
        text=data["text"],
        kind=data["kind"],
        severity=data["severity"],
        site=data["site"],
        items=data["items"],
        at=timezone.now(),
    )
    supporting = RecordForm.supporting_of(data)
    if supporting is None:
        supporting = [unit.department for unit in proposed.supporting]
    lead = data["lead"] or (proposed.lead and proposed.lead.department)
    return {
        "proposed": proposed,
        "lead": lead,
        "lead_reason": "" if data["lead"] or not proposed.lead else proposed.lead.reason,
        "supporting": [one for one in supporting if one != lead],
        "due_on": data.get("due_on"),
        "source": Source(data["source"]).label if data.get("source") else "",
        "round": data["round"],
        "chosen_kind": data["kind"],
        "severity": Severity(data["severity"]).label,
        "checks": list(data["site"].kind.checks.all()) if data["site"] else [],
        "has_own_units": bool(data["lead"] or data.get("supporting") or data.get("alone")),
    }


@require_safe
def finding_propose(request):
    """The proposals for what the form holds now; a fragment."""
    _must_record(request.viewer)
    form = RecordForm(request.GET, viewer=request.viewer, may_issue=_may_issue(request.viewer))
    form.is_valid()
    form.errors.clear()
    return render(request, "inspections/_finding_proposals.html", {"form": form, **_proposals(request, form, _read(form))})


# --- searches -------------------------------------------------------------------------------------


@require_safe
def site_search(request):
    """Sites whose name or address holds the words, as choices of the datalist; a fragment."""
    _must_record(request.viewer)
    sites = _sites(request.viewer, request.GET.get("site", ""), None)
    return render(request, "inspections/_site_options.html", {"sites": sites})


def _sites(viewer, typed, round):
    """Labels of at most SITES_SHOWN active sites, those of the round first asked for."""
    rows = Site.objects.visible_to(viewer).filter(is_active=True).select_related("kind")
    typed = typed.strip()
    if typed:
        rows = rows.filter(Q(name__icontains=typed) | Q(address__icontains=typed) | Q(kind__name__icontains=typed))
    elif round and (chosen := list(rows.filter(rounds=round)[:SITES_SHOWN])):
        return [site_label(site) for site in chosen]
    return [site_label(site) for site in rows[:SITES_SHOWN]]


@require_safe
def item_search(request):
    """Items whose code or text holds the words, those ticked already before them; a fragment."""
    _must_record(request.viewer)
    form = RecordForm(request.GET, viewer=request.viewer)
    form.is_valid()
    return render(request, "inspections/_item_choices.html", {"items": _items(request, form, request.GET.get("item_q", ""))})


def _items(request, form, typed):
    """(item, ticked): the chosen ones first, then at most ITEMS_SHOWN that fit."""
    chosen = list(getattr(form, "cleaned_data", {}).get("items") or []) if form.is_bound else []
    typed = typed.strip()
    if not typed:
        return [(item, True) for item in chosen]
    rows = items_of(request.campaign).filter(Q(text__icontains=typed) | Q(code__icontains=typed))
    rows = rows.exclude(pk__in=[item.pk for item in chosen])[:ITEMS_SHOWN]
    return [(item, True) for item in chosen] + [(item, False) for item in rows]
