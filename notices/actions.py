"""Owing and delivering messages.

In the portal a message is there exactly once; by mail at least once, under one Message-ID, so that a receiver can drop
a repeat. The row is the queue: a Delivery without `sent_at` is work to do.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from notices.channels import CHANNELS, ChannelAwayError, ChannelError
from notices.models import Delivery, Notice

LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)  # between two tries
TRIES = 30  # about a day; then the delivery is given up and keeps its error


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


@transaction.atomic
def make_digest(user_id: int, *, campaigns: Mapping[int, str], on: date, due_at: datetime) -> bool:
    """Gather the person's waiting messages of these campaigns (id -> name) into the day's one mail.

    False if the day has its mail already: what came later waits for the next working day.
    """
    delivery, made = Delivery.objects.get_or_create(
        user_id=user_id,
        channel="mail",
        on=on,
        defaults={"due_at": due_at, "message_id": f"<digest.{user_id}.{on:%Y%m%d}@{settings.MAIL_DOMAIN}>"},
    )
    if made:
        waiting = Notice.objects.to_mail().filter(user_id=user_id, campaign_id__in=campaigns)
        delivery.campaigns = {str(pk): campaigns[pk] for pk in sorted(set(waiting.values_list("campaign_id", flat=True)))}
        delivery.save(update_fields=["campaigns"])
        waiting.update(delivery=delivery)
    return made


def deliver_due(now: datetime) -> int:
    """Send every delivery that is due; return how many went out. Safe to run in several processes at once.

    A mail server that is away ends the round after one attempt: the rest wait, and the other sweeps get their turn.
    """
    due = Delivery.objects.filter(sent_at=None, due_at__lte=now, tries__lt=TRIES)
    due = due.filter(Q(lease_until=None) | Q(lease_until__lte=now)).order_by("due_at", "pk")
    began, sent = timezone.now(), 0
    for pk, tries in list(due.values_list("pk", "tries")[:200]):
        try:
            sent += _deliver(pk, tries, now + (timezone.now() - began))
        except ChannelAwayError:
            break
    return sent


def _deliver(pk: int, tries: int, now: datetime) -> bool:
    """Claim by compare-and-set, send outside any transaction, mark. A crash in between sends again, under the same id."""
    claimed = Delivery.objects.filter(pk=pk, sent_at=None, tries=tries).update(tries=F("tries") + 1, lease_until=now + LEASE)
    if not claimed:
        return False
    delivery = Delivery.objects.select_related("user").get(pk=pk)
    mine = Delivery.objects.filter(pk=pk, tries=delivery.tries)
    notices = list(delivery.notices.unread().order_by("campaign_id", "-at", "-pk")) if delivery.user.is_active else []
    try:
        if notices:  # otherwise all is answered or read meanwhile: nothing is sent
            CHANNELS[delivery.channel](delivery, notices)
    except ChannelError as failure:
        mine.update(error=str(failure)[:300], lease_until=now + min(timedelta(seconds=30) * 2**delivery.tries, LONGEST_PAUSE))
        if isinstance(failure, ChannelAwayError):
            raise
        return False
    return bool(mine.update(sent_at=timezone.now(), error=""))


def read_notice(notice: Notice, *, at: datetime | None = None) -> None:
    """The person has seen it; a second time changes nothing."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at or timezone.now())


def read_all(user, *, campaign_id: int | None = None, at: datetime | None = None) -> int:
    """The person has seen all of a campaign's messages (of all campaigns without one); how many were new."""
    rows = Notice.objects.of(user).unread()
    if campaign_id:
        rows = rows.filter(campaign_id=campaign_id)
    return rows.update(read_at=at or timezone.now())
