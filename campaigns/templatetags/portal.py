"""Dates as they are spoken."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

register = template.Library()


@register.filter
def day(value):
    """3月25日; with the year when it is another than this one."""
    if not value:
        return "—"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    same_year = value.year == timezone.localdate().year
    # Translators: Django date formats: a day of this year, a day of another year.
    return date_format(value, _("j M") if same_year else _("j M Y"))


@register.filter
def moment(value):
    """3月25日 17:30, local time."""
    if not value:
        return "—"
    return f"{day(value)} {timezone.localtime(value):%H:%M}"


# Translators: days of the week, Monday first.
WEEKDAYS = (
    gettext_noop("Mon"),
    gettext_noop("Tue"),
    gettext_noop("Wed"),
    gettext_noop("Thu"),
    gettext_noop("Fri"),
    gettext_noop("Sat"),
    gettext_noop("Sun"),
)


@register.filter
def weekday(value):
    """周三"""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return _(WEEKDAYS[value.weekday()])


@register.filter
def workdays(due_on, calendar):
    """Working days to go until the limit: 0 today, negative when it is over; for `left=` of components/due.html."""
    return calendar.days_left(due_on, timezone.localdate()) if due_on else None


@register.filter
def due(due_on, calendar):
    """The same in words: 还剩 3 个工作日, 今天到期, 已逾期 2 个工作日."""
    left = workdays(due_on, calendar)
    if left is None:
        return "—"
    if left == 0:
        return _("due today")
    if left > 0:
        return _("%(days)s working days left") % {"days": left}
    return _("%(days)s working days late") % {"days": -left}


@register.filter
def size(value):
    """1.3 MB"""
    if not value:
        return "—"
    return f"{value / 2**20:.1f} MB" if value >= 2**20 else f"{max(1, round(value / 2**10))} KB"


@register.filter
def masked(phone):
    """138****5678: a work phone in a list; whole only on the person's own page."""
    phone = str(phone or "")
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else phone or "—"
