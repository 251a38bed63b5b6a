"""A whole edition as one file that another portal reads: JSON, described in docs/standard-file.md. The workbook form is
portable_sheet. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from checklists.itemdata import SHORT, ItemData, walk
from checklists.scoringrules import HOLDS, Step, check_rule, kept_steps, plain
from checklists.sheets.headings import LEVELS
from checklists.sheets.text import clean
from checklists.wantedproof import ASKS, Wanted, check_wanted

FORMAT, VERSION = "wenming.standard", 1
FREQUENCIES = ("", "monthly", "quarterly", "yearly", "festivals")
LONGEST_TEXT = 30_000  # a cell of a workbook holds 32,767
LIMITS = {"points": (7, 2), "threshold": (12, 3), "share": (4, 3), "lost": (7, 2)}  # digits in all, behind the point
WHOLE = {"least": 10_000, "most": 10_000, "words_most": 1_000_000, "months": 1_200}
TEXTS = ("text", "code", "methods", "wanted_proof", "site_kinds", "note", "source_sheet")
MOST_ITEMS = 20_000


@dataclass(frozen=True)
class StandardFile:
    """What a file holds."""

    name: str
    edition: str
    items: list[ItemData]


def refused(text, **facts) -> ValidationError:
    return ValidationError(text, code="portable", params=facts)


# --- writing ------------------------------------------------------------------------------------------


def write_json(file: StandardFile) -> bytes:
    """The file's bytes; the same edition gives the same bytes."""
    document = {"format": FORMAT, "version": VERSION, "name": file.name, "edition": file.edition}
    document["items"] = [_as_plain(item) for item in file.items]
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _as_plain(item):
    """What is empty is left out."""
    values = {one.name: getattr(item, one.name) for one in fields(ItemData)}
    values["key"] = str(item.key)
    values["origins"] = [str(key) for key in item.origins]
    values["steps"] = [_kept(vars(step)) for step in item.steps]
    values["wanted"] = [_kept(vars(wanted)) for wanted in item.wanted]
    values["children"] = [_as_plain(child) for child in item.children]
    return _kept(values)


def _kept(values):
    return {name: _number(value) for name, value in values.items() if not _is_empty(value)}


def _is_empty(value):
    """A share of 0 says something."""
    return value is None or value is False or isinstance(value, str | list) and not value


def _number(value):
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == int(value) else float(value)


# --- reading ------------------------------------------------------------------------------------------


def read_json(data: bytes) -> StandardFile:
    """The edition in the bytes. Raises ValidationError "portable" that names the item that is wrong."""
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise refused(_("The file is no JSON of a standard.")) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise refused(_("The file is no JSON of a standard."))
    if document.get("version") != VERSION:
        raise refused(_("The file was written by a newer portal: version %(version)s."), version=document.get("version"))
    items = [_item(one, f"{n}") for n, one in enumerate(_list(document, "items", "0"), 1)]
    return checked(StandardFile(_text(document, "name", "0"), _text(document, "edition", "0"), items))


def _item(values, place):
    if not isinstance(values, Mapping) or place.count(".") >= len(LEVELS):
        raise refused(_("Item %(place)s is not written as an item."), place=place)
    unknown = set(values) - {one.name for one in fields(ItemData)}
    if unknown:
        raise refused(_("Item %(place)s has an unknown field: %(name)s."), place=place, name=min(unknown))
    texts = {name: _text(values, name, place) for name in (*TEXTS, "grade", "scoring", "frequency")}
    return ItemData(
        **texts,
        key=read_key(values.get("key"), place),
        points=read_decimal(values.get("points"), "points", place),
        is_veto=bool(values.get("is_veto", False)),
        source_row=read_whole(values.get("source_row"), "source_row", place),
        origins=[read_key(key, place) for key in _list(values, "origins", place)],
        steps=[make_step(one, place) for one in _list(values, "steps", place)],
        wanted=[make_wanted(one, place) for one in _list(values, "wanted", place)],
        children=[_item(one, f"{place}.{n}") for n, one in enumerate(_list(values, "children", place), 1)],
    )


def make_step(values: Mapping, place: str) -> Step:
    if not isinstance(values, Mapping):
        raise refused(_("Item %(place)s has a scoring step that is none."), place=place)
    numbers = {name: read_decimal(values.get(name), name, place) for name in ("threshold", "share", "lost")}
    return Step(_text(values, "label", place), _text(values, "text", place), **numbers)


def make_wanted(values: Mapping, place: str) -> Wanted:
    if not isinstance(values, Mapping) or values.get("kind") not in ASKS:
        raise refused(_("Item %(place)s asks for a kind of proof that is not known."), place=place)
    numbers = {name: read_whole(values.get(name), name, place) for name in ("most", "words_most", "months")}
    least = read_whole(values.get("least"), "least", place)
    return Wanted(
        values["kind"],
        least=1 if least is None else least,
        needs_number=bool(values.get("needs_number", False)),
        note=_text(values, "note", place),
        **numbers,
    )


def read_key(value, place: str) -> UUID | None:
    if value in (None, ""):
        return None
    try:
        return UUID(str(value))
    except ValueError as error:
        raise refused(_("Item %(place)s has a key that is none: %(value)s."), place=place, value=str(value)[:40]) from error


def read_decimal(value, name: str, place: str) -> Decimal | None:
    """A number that the database holds as it is."""
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value))
        digits, behind = LIMITS[name]
        fits = number.is_finite() and number == round(number, behind) and abs(number) < 10 ** (digits - behind)
    except InvalidOperation:
        fits = False
    if not fits or isinstance(value, bool) or number < 0 and name != "threshold":
        raise refused(_("Item %(place)s: %(value)s is no number for “%(name)s”."), place=place, value=str(value)[:40], name=name)
    return Decimal(plain(number))


def read_whole(value, name: str, place: str) -> int | None:
    if value in (None, ""):
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal() or int(text) > WHOLE.get(name, 1_000_000):
        raise refused(_("Item %(place)s: %(value)s is no number for “%(name)s”."), place=place, value=text[:40], name=name)
    return int(text)


def _text(values, name, place):
    value = values.get(name, "")
    if not isinstance(value, str):
        raise refused(_("Item %(place)s: “%(name)s” is no text."), place=place, name=name)
    return clean(value)


def _list(values, name, place):
    value = values.get(name, [])
    if not isinstance(value, list):
        raise refused(_("Item %(place)s: “%(name)s” is no list."), place=place, name=name)
    return value


def checked(file: StandardFile) -> StandardFile:
    """The file, if its tree is one the portal can hold; each item's fields were read already."""
    if not file.name or not file.items:
        raise refused(_("The file holds no standard: its name or its items are missing."))
    if len(file.name) > 120 or len(file.edition) > 40:
        raise refused(_("The name or the edition is too long."))
    keys = [item.key for item in walk(file.items) if item.key]
    if len(keys) != len(set(keys)):
        raise refused(_("A key stands there twice."))
    if sum(1 for _item in walk(file.items)) > MOST_ITEMS:
        raise refused(_("The file has more than %(count)s items."), count=MOST_ITEMS)
    _check_items(file.items, above=-1, before="")
    return file


def _check_items(items, *, above, before):
    for number, item in enumerate(items, 1):
        place = f"{before}{number}"
        if item.grade not in LEVELS or LEVELS.index(item.grade) <= above:
            raise refused(_("Item %(place)s has no level, or one that is not below the level above it."), place=place)
        if not item.text or len(item.text) > LONGEST_TEXT:
            raise refused(_("Item %(place)s has no text, or one that is too long."), place=place)
        for name, most in SHORT.items():
            if len(getattr(item, name)) > most:
                raise refused(_("Item %(place)s: “%(name)s” is too long."), place=place, name=name)
        if item.scoring not in HOLDS or item.frequency not in FREQUENCIES:
            raise refused(_("Item %(place)s has a scoring or a frequency that is not known."), place=place)
        if any(len(step.label) > 20 for step in item.steps) or any(len(one.note) > 200 for one in item.wanted):
            raise refused(_("Item %(place)s: “%(name)s” is too long."), place=place, name="steps")
        wrong = [*check_rule(item.scoring, item.steps), *(text for one in item.wanted for text in check_wanted(one))]
        if wrong or item.steps != kept_steps(item.scoring, item.steps):
            why = wrong[0] if wrong else _("The steps do not fit the kind of scoring.")
            raise refused(_("Item %(place)s: %(why)s"), place=place, why=why)
        item.origins = sorted(set(item.origins) - {item.key, None})
        _check_items(item.children, above=LEVELS.index(item.grade), before=f"{place}.")
