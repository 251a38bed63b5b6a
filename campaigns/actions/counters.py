"""Numbers of documents without gaps: taken last in the document's own transaction."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actions import record
from campaigns.models import Counter


def take_number(campaign, kind: str, year: int) -> int:
    """The next number of this kind in the year (0: over all years), locked until the caller's transaction ends.

    Call it inside the document's transaction, as the last step: a transaction that fails gives its number back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("take_number belongs into the transaction of the document that bears the number")
    row, _made = Counter.objects.get_or_create(campaign=campaign, kind=kind, year=year)
    Counter.objects.filter(pk=row.pk).update(value=F("value") + 1, used=True)  # locks the row: others wait here
    return Counter.objects.values_list("value", flat=True).get(pk=row.pk)


@transaction.atomic
def set_start(campaign, *, kind: str, year: int, start: int, by, at=None) -> Counter:
    """The next document will bear `start`; possible until the first number of the kind and year is taken."""
    if not by.is_office or by.campaign.pk != campaign.pk:
        raise PermissionDenied
    if start < 1:
        raise ValidationError({"start": ValidationError(_("The first number is 1 or more."), "too_small")})
    Counter.objects.get_or_create(campaign=campaign, kind=kind, year=year)
    row = Counter.objects.select_for_update().get(campaign=campaign, kind=kind, year=year)
    if row.used:
        raise ValidationError({"start": ValidationError(_("A number of this kind was already given."), "used")})
    row.value = start - 1
    row.save(update_fields=["value"])
    record(by, "counter.start", row, at=at, note=f"{kind} {year}", new=start)
    return row
