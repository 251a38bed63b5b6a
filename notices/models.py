"""What is owed to whom. A Notice is owed to one person; a Delivery carries notices by one channel.

`campaign_id`, `subject` and `subject_id` are plain values: this app knows nothing to its right.
"""

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet):
    def of(self, user):
        """My own messages: the only scope a notice has."""
        return self.filter(user=user)

    def unread(self):
        return self.filter(read_at=None, cancelled_at=None)

    def to_mail(self):
        """Not read, not taken back, not mailed yet."""
        return self.unread().filter(delivery=None)


class Notice(models.Model):
    """One message owed to one person, at once in the portal. `key` makes telling twice telling once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=30)  # "duty.issued", "reminder", "bulletin.published"
    key = models.CharField(max_length=120, unique=True)
    text = models.CharField(_("text"), max_length=300)
    url = models.CharField(max_length=200, blank=True)
    campaign_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    delivery = models.ForeignKey("Delivery", models.PROTECT, null=True, blank=True, related_name="notices", db_index=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)  # no longer true: answered, or a newer message says more

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("message")
        indexes = [
            models.Index(fields=["user", "read_at", "-at"], name="notice_user"),
            models.Index(fields=["subject", "subject_id"], name="notice_subject"),
            models.Index(fields=["delivery", "read_at", "cancelled_at"], name="notice_to_mail"),  # asked every minute
        ]

    def __str__(self):
        return self.text


class Delivery(models.Model):
    """One digest to one person by one channel on one day, over all campaigns: the outbox row; sent when `sent_at` is set."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10, default="mail")
    on = models.DateField()
    campaigns = models.JSONField(default=dict)  # str(campaign id) -> name: the headings of a digest over several
    message_id = models.CharField(max_length=120, unique=True)  # stable, so that a receiver can drop a repeat
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [UniqueConstraint(fields=["user", "channel", "on"], name="delivery_once")]
        indexes = [models.Index(fields=["sent_at", "due_at"], name="delivery_due")]
