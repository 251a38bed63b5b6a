"""Kinds of site nobody answers for: what the register of sites adds to the gaps of the responsibility table."""

from django.db.models import CharField, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.viewer import Viewer
from checklists.gaps import GapKind, Line, without_lead
from inspections.models import Site, SiteKind


def unanswered_kinds(viewer: Viewer, load: int = 0) -> QuerySet[SiteKind]:
    """Kinds with sites in use that an item of the standard names while nobody leads its task; annotated `task`, `site_count`."""
    named = without_lead(viewer).exclude(item__site_kinds="")
    named = named.annotate(_kinds=_between(F("item__site_kinds"))).filter(_kinds__contains=_between(OuterRef("name")))
    sites = Site.objects.filter(kind=OuterRef("pk"), is_active=True).order_by().values("kind").annotate(n=Count("pk")).values("n")
    return (
        SiteKind.objects.visible_to(viewer)
        .annotate(
            task=Subquery(named.order_by("checklist__position", "position").values("pk")[:1]),
            task_text=Subquery(named.order_by("checklist__position", "position").values("text")[:1]),
            site_count=Subquery(sites, output_field=IntegerField()),
        )
        .filter(task__isnull=False, site_count__gt=0)
        .order_by("position", "pk")
    )


def _between(names):
    """Names joined by "、", each between two of them, so that 公园 is not found in 公园入口."""
    return Concat(Value("、"), names, Value("、"), output_field=CharField())


def _line(kind, viewer):
    url = reverse("duty_edit", args=[viewer.campaign.pk, kind.task]) + "?gap=sites"
    return Line(kind.name, kind.task_text, _("%(count)s sites") % {"count": kind.site_count}, url, _("Set the lead"))


SITES = GapKind(
    _("Sites nobody answers for"),
    _("Every kind of site has a unit that answers for it."),
    unanswered_kinds,
    _line,
    _("The standard checks these kinds of site by an item that nobody leads."),
    tasks=False,
)
