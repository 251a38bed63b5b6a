"""Dates as they are spoken."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

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
