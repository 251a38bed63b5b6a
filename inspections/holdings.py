"""What inspection knows of a person by name: the rounds they go out in."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from accounts.models import User
from campaigns.holdings import HOLDINGS, Holding
from campaigns.viewer import Viewer
from inspections.models import Round


def _rounds(campaign, user, path) -> QuerySet[Round]:
    """Running and still to come; none for a role of one unit beside which the person goes on inspecting."""
    rows = Round.objects.filter(campaign=campaign, inspectors=user, ends_on__gte=timezone.localdate())
    return rows.none() if path else rows.order_by("starts_on", "pk")


def _give(rows: Iterable[Round], user: User, to: User, *, by: Viewer, at: datetime) -> list[Round]:
    for row in rows:
        row.inspectors.remove(user)
        row.inspectors.add(to)
        Round.objects.filter(pk=row.pk).update(version=F("version") + 1)
        record(by, "round.edit", row, at=at, note=f"{user} → {to}")
    return list(rows)


HOLDINGS["rounds"] = Holding(_("rounds of inspection"), _rounds, _give)
