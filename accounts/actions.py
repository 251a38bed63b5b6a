"""Writes with a rule about people, units and the log."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from accounts.models import Event, User


def record(by, verb: str, obj: models.Model, *, at: datetime | None = None, department_id: int | None = None, **data) -> Event:
    """Write one Event about `obj`; call it inside the transaction of the change.

    by: a campaigns.viewer.Viewer, a User (outside a campaign), or None for the portal itself. data: plain values;
    old, new and note are shown on the time line. at: when it happened, None = now. The campaign is the viewer's, else the row's.
    """
    actor = by if isinstance(by, User) else getattr(by, "user", None)
    campaign = getattr(by, "campaign", None)
    now = timezone.now()
    return Event.objects.create(
        actor=actor,
        verb=verb,
        subject=obj._meta.label_lower,
        subject_id=obj.pk,
        campaign_id=campaign.pk if campaign else getattr(obj, "campaign_id", None),
        department_id=department_id or getattr(obj, "department_id", None),
        data={key: value for key, value in data.items() if value not in ("", None)},
        at=at or now,
        received_at=now,
    )
