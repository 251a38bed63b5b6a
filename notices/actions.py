"""Owing and delivering messages."""

from datetime import datetime

from django.utils import timezone

from notices.models import Notice


def notify(
    user,
    *,
    kind: str,
    key: str,
    text: str,
    url: str = "",
    campaign_id: int | None = None,
    subject=None,
    at: datetime | None = None,
) -> Notice:
    """Owe one message to one person, at once in the portal; the same `key` twice is one row.

    key: unique over the portal, e.g. "finding.issued:153:1:42". subject: the row it is about.
    """
    notice, _made = Notice.objects.get_or_create(
        key=key,
        defaults={
            "user": user,
            "kind": kind,
            "text": text[:300],
            "url": url,
            "campaign_id": campaign_id,
            "subject": subject._meta.label_lower if subject else "",
            "subject_id": subject.pk if subject else None,
            "at": at or timezone.now(),
        },
    )
    return notice
