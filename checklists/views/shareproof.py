"""Proof under a part: whoever has it in hand adds their own record to the unit's checkpoint, or takes it off again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.typed import typed_number
from checklists.actions.evidence import link_evidence, unlink_evidence
from checklists.forms.evidence import EvidenceForm
from checklists.models import Evidence
from checklists.views.evidence import add_record, say_refused
from checklists.views.shares import get_share, show_share, units_to_attach

ACTS = {"link": link_evidence, "unlink": unlink_evidence}


@require_POST
def share_proof(request, pk):
    """`act` link or unlink: a record of ours that is there; else a new one is made of the form."""
    share = get_share(request, pk)
    act = ACTS.get(request.POST.get("act"))
    if act is None:
        return _add(request, share)
    evidence = get_object_or_404(Evidence.objects.visible_to(request.viewer), pk=typed_number(request.POST.get("evidence")))
    try:
        act(evidence, checkpoint=share.checkpoint, by=request.viewer)
    except ValidationError:
        return show_share(request, get_share(request, pk), status=409)
    return _done(request, share)


def _add(request, share):
    units = units_to_attach(share, request.viewer)
    if not units:
        raise PermissionDenied
    form = EvidenceForm(request.POST, request.FILES, units=units)
    status = 422
    if form.is_valid():
        try:
            evidence, refusals = add_record(request, form, share.checkpoint)
        except ValidationError as error:
            status = 409 if getattr(error, "code", "") == "wrong_status" else 422
            form.add_error(None, error)
        else:
            if not request.htmx:
                say_refused(request, refusals)
                messages.success(request, _("Proof added: %(title)s") % {"title": evidence.title})
            return _done(request, share, refusals)
    return show_share(request, get_share(request, share.pk), proof_form=form, status=status)


def _done(request, share, refusals=()):
    if request.htmx:
        return show_share(request, get_share(request, share.pk), refusals=refusals)
    return redirect(share)
