"""Owing and delivering messages.

In the portal a message is there exactly once; by mail at least once, under one Message-ID, so that a receiver can drop
a repeat. The row is the queue: a Delivery without `sent_at` is work to do.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from notices.channels import CHANNELS, ChannelError
from notices.models import Delivery, Notice

LEASE = timedelta(minutes=2)
TRIES = 8  # then the delivery is given up and stays visible with its error


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
def make_digest(user_id: int, *, campaign_id: int, on, due_at: datetime) -> bool:
    """Gather the person's waiting messages into the day's one mail; False if the day has its mail already."""
    delivery, made = Delivery.objects.get_or_create(
        user_id=user_id,
        channel="mail",
        campaign_id=campaign_id,
        on=on,
        defaults={"due_at": due_at, "message_id": f"<digest.{campaign_id}.{user_id}.{on:%Y%m%d}@{settings.MAIL_DOMAIN}>"},
    )
    if made:
        Notice.objects.to_mail().filter(user_id=user_id, campaign_id=campaign_id).update(delivery=delivery)
    return made


def deliver_due(now: datetime) -> int:
    """Send every delivery that is due; return how many went out. Safe to run in several processes at once."""
    due = Delivery.objects.filter(sent_at=None, due_at__lte=now, tries__lt=TRIES)
    due = due.filter(Q(lease_until=None) | Q(lease_until__lte=now)).order_by("due_at", "pk")
    return sum(_deliver(pk, tries, now) for pk, tries in due.values_list("pk", "tries")[:200])


def _deliver(pk: int, tries: int, now: datetime) -> bool:
    """Claim by compare-and-set, send outside any transaction, mark. A crash in between sends again, under the same id."""
    claimed = Delivery.objects.filter(pk=pk, sent_at=None, tries=tries).update(tries=F("tries") + 1, lease_until=now + LEASE)
    if not claimed:
        return False
    delivery = Delivery.objects.select_related("user").get(pk=pk)
    notices = list(delivery.notices.filter(cancelled_at=None, read_at=None))
    error = ""
    if notices:  # all answered or read meanwhile: nothing is sent
        try:
            CHANNELS[delivery.channel](delivery, notices)
        except ChannelError as failure:
            error = str(failure)[:300]
    mine = Delivery.objects.filter(pk=pk, tries=delivery.tries)
    if error:
        mine.update(error=error, lease_until=now + timedelta(seconds=30 * 2**delivery.tries))
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
