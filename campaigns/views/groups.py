"""Work groups and ranking groups: one page for each, the same rules."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.typed import typed_number
from campaigns.actions import groups as actions
from campaigns.forms.groups import GroupNameForm
from campaigns.gates import office_only, tried
from campaigns.models import RankingGroup, WorkGroup

TEXTS = {
    WorkGroup: {
        "title": gettext_lazy("Work groups"),
        "about": gettext_lazy("Working groups of the headquarters: a filter on lists of people, units and tasks."),
        "empty": gettext_lazy("No work group yet: write the name of the first one."),
        "list": "work_group_list",
    },
    RankingGroup: {
        "title": gettext_lazy("Ranking groups"),
        "about": gettext_lazy("The bulletin ranks units only among those of their group; a unit without a group is not ranked."),
        "empty": gettext_lazy("No ranking group yet: write the name of the first one, e.g. streets or bureaux."),
        "list": "ranking_group_list",
    },
}


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def work_group_list(request):
    return _group_list(request, WorkGroup)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def ranking_group_list(request):
    return _group_list(request, RankingGroup)


def _group_list(request, model):
    """The list, the line for a new one and, with ?edit=, one line open."""
    rows = _rows(request, model)
    posted = request.POST if request.method == "POST" else None
    act, pk = request.POST.get("act"), typed_number(request.POST.get("group") or request.GET.get("edit"))
    group = get_object_or_404(model.objects.visible_to(request.viewer), pk=pk) if pk is not None else None
    form = GroupNameForm(posted if act == "make" else None)
    edit_form = GroupNameForm(
        posted if act == "edit" else None, initial={"name": group.name} if group else None, prefix="edit", auto_id="edit_%s"
    )
    done = None
    if act == "drop" and group:
        try:
            actions.drop_group(group, by=request.viewer)
            done = _("%(name)s is taken off.") % {"name": group.name}
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(TEXTS[model]["list"], request.campaign.pk)
    elif act == "edit" and group and edit_form.is_valid():
        done = tried(edit_form, actions.edit_group, group, by=request.viewer, **edit_form.cleaned_data) and _("Saved.")
    elif form.is_valid():
        name = form.cleaned_data["name"]
        made = tried(form, actions.make_group, model, campaign=request.campaign, name=name, by=request.viewer)
        done = made and _("%(name)s is added.") % {"name": made.name}
    if done:
        messages.success(request, done)
        return redirect(TEXTS[model]["list"], request.campaign.pk)
    failed = form.errors or edit_form.errors
    context = {"rows": rows, "form": form, "edit_form": edit_form, "edited": group and group.pk, **TEXTS[model]}
    return render(request, "campaigns/group_names.html", context, status=422 if failed else 200)


def _rows(request, model):
    """Groups with the units and people in them today."""
    today = timezone.localdate()
    running = Q(participation__starts_on__lte=today) & (Q(participation__ended_on=None) | Q(participation__ended_on__gte=today))
    rows = model.objects.visible_to(request.viewer).annotate(units=Count("participation", filter=running, distinct=True))
    if model is WorkGroup:
        running = Q(membership__starts_on__lte=today) & (Q(membership__ended_on=None) | Q(membership__ended_on__gte=today))
        rows = rows.annotate(people=Count("membership", filter=running, distinct=True))
    return rows
