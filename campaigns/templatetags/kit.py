"""What the components need beyond Django: icons, widgets with the kit's classes, marks of states, words of verbs."""

from datetime import date, datetime
from functools import cache
from uuid import uuid4

from django import forms, template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language_info

from accounts.verbs import mark_of, said
from campaigns.templatetags.portal import day, moment

register = template.Library()

# Status -> mark of `.st-…`; a status that is not listed is simply under way.
MARKS = {
    "draft": "draft",
    "void": "draft",
    "ended": "draft",
    "planned": "draft",
    "superseded": "draft",
    "issued": "act",
    "submitted": "act",
    "reviewed": "act",
    "answered": "act",
    "signed_for": "wait",
    "accepted": "wait",
    "open": "wait",
    "parked": "wait",
    "disputed": "ask",
    "asked": "ask",
    "pending": "ask",
    "returned": "back",
    "refused": "back",
    "escalated": "back",
    "approved": "done",
    "not_needed": "done",
    "skipped": "done",
    "closed": "done",
    "done": "done",
    "granted": "done",
    "upheld": "done",
    "signed": "done",
    "published": "done",
}


@register.simple_tag
@cache  # drawn a hundred times on a page of fifty rows
def icon(name):
    """A symbol of static/icons.svg; never stands without a word beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name)


@register.filter
def mark(status):
    return MARKS.get(str(status), "wait")


@register.filter
def verb(name):
    """The word of an Event's verb, as its app wrote it into accounts.verbs.WORDS."""
    return said(name)


@register.simple_tag
def tap_key(value=""):
    """Hidden key of one filling-in: a double tap is one row. app.js renews it in the browser."""
    return format_html('<input type="hidden" name="key" value="{}" data-tap-key>', value or uuid4())


@register.simple_tag
def version(obj):
    """Hidden version of the row as it was shown; a stale one answers 409."""
    return format_html('<input type="hidden" name="version" value="{}">', getattr(obj, "version", obj))


@register.filter
def kind(field):
    """How field.html draws a bound field: hidden, check, choices, file or plain."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "plain"


@register.filter
def widget(field):
    """The field's own control with the kit's class; a wrong one is framed."""
    control = field.field.widget
    css = {"check": "form-check-input", "choices": "", "file": ""}.get(kind(field))
    if css is None:
        css = "form-select" if isinstance(control, forms.Select) else "form-control"
    if field.errors and css:
        css += " is-invalid"
    attrs = {"class": f"{control.attrs.get('class', '')} {css}".strip()} if css else {}
    if isinstance(control, forms.Textarea) and control.attrs.get("rows") == "10":  # Django's own guess
        attrs["rows"] = 3
    return field.as_widget(attrs=attrs)


@register.filter
def used(form):
    """How many visible fields of a filter hold something."""
    return sum(1 for field in form.visible_fields() if field.value() not in (None, "", [], [""]))


@register.filter
def without_sign(number):
    return abs(number)


@register.filter
def verb_mark(name):
    return mark_of(name)


@register.filter
def limit(value):
    """A limit as people read it: a moment, or a day if that is all there is; text stays as it is."""
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


@register.filter
def clock_time(value):
    """17:30, or nothing for a day without an hour."""
    return f" {timezone.localtime(value):%H:%M}" if isinstance(value, datetime) else ""


@register.filter
def words(text):
    return str(text or "").split()


@register.simple_tag(takes_context=True)
def kept_parameter(context, name):
    """Hidden field that carries a parameter of the present address along."""
    values = context["request"].GET.getlist(name)
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', ((name, value) for value in values))


@register.simple_tag(takes_context=True)
def kept_query(context, names):
    """The parameters of the present address that clearing the filters leaves, as "?view=late" or nothing. names: as `keep`."""
    sent = context["request"].GET
    kept = urlencode([(name, value) for name in words(names) for value in sent.getlist(name)])
    return f"?{kept}" if kept else ""


@register.filter
def acts(moves):
    """The moves that are one button."""
    return [move for move in moves or () if not move.get("form")]


@register.filter
def folds(moves):
    """The moves that carry something and so have a form."""
    return [move for move in moves or () if move.get("form")]


@register.filter
def own_name(code):
    """A language's name in itself."""
    return get_language_info(code)["name_local"]


@register.filter
def own_path(address):
    """A path of this portal, never somebody else's address."""
    return address if url_has_allowed_host_and_scheme(address, set()) and address.startswith("/") else "/"
