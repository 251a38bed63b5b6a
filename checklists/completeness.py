"""What an item's material lacks by the item's own rule. Pure: plain rules and facts in, named lacks out.

Source: docs/glossary.md, "completeness check"; which lacks forbid handing in: docs/adr/0009-handing-in-with-lacks.md.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from checklists.wantedproof import counted

SMALLEST_SIDE = 800  # pixels of a picture's longer side: A4 halves print soft below
SMALLEST_BYTES = 60 * 1024
NAMED = 2  # other items a sentence names
DOCUMENT, REPORT, PHOTO, FIGURES, LINK = "document", "report", "photo", "figures", "link"

CAPTIONS = {
    "time": _("time"),
    "place": _("place"),
    "people": _("people"),
    "subject": _("subject"),
    "background": _("background"),
    "occasion": _("occasion"),
}
KINDS = {
    DOCUMENT: _("rule or document"),
    REPORT: _("explaining report"),
    PHOTO: _("photos"),
    FIGURES: _("statistics"),
    LINK: _("web address"),
}


class State(StrEnum):
    READY = "ready"
    LACKING = "lacking"
    IMPOSSIBLE = "impossible"


STATES = {State.READY: _("ready"), State.LACKING: _("lacking"), State.IMPOSSIBLE: _("not to be filed")}


class Weight(StrEnum):
    HINT = "hint"  # to be looked at, changes nothing
    LACK = "lack"
    BLOCK = "block"  # without it the item cannot be filed at all


# code -> how much it weighs, what it says
LACKS = {
    "missing_kind": (Weight.BLOCK, _("%(kind)s: none yet, at least %(least)s wanted.")),
    "too_few": (Weight.LACK, _("%(kind)s: %(count)s of at least %(least)s.")),
    "too_many": (Weight.LACK, _("%(kind)s: %(count)s, at most %(most)s are taken.")),
    "too_long": (Weight.LACK, _("“%(title)s” has %(count)s characters, at most %(most)s are taken.")),
    "uncounted": (Weight.HINT, _("“%(title)s”: see yourselves that it has at most %(most)s characters, only Word is counted.")),
    "no_number": (Weight.LACK, _("“%(title)s” has no document number.")),
    "no_date": (Weight.LACK, _("“%(title)s” has no date of the event.")),
    "outside_window": (Weight.LACK, _("“%(title)s” is of %(day)s, wanted is %(first)s to %(last)s.")),
    "small_picture": (Weight.LACK, _("Picture “%(file)s” is too small to print (%(width)s × %(height)s, %(size)s KB).")),
    "same_picture": (Weight.LACK, _("Picture “%(file)s” also stands under %(items)s.")),
    "no_figures": (Weight.LACK, _("“%(title)s” holds no figures.")),
    "no_caption": (Weight.LACK, _("“%(title)s”: the caption lacks %(fields)s.")),
}


@dataclass(frozen=True)
class Rule:
    """One row of what the item wants. months: back from the day of assessment, None = the window of the checklist."""

    kind: str
    least: int = 1
    most: int | None = None
    words_most: int | None = None
    months: int | None = None
    needs_number: bool = False


@dataclass(frozen=True)
class FileFact:
    """words: characters of a Word document, None = cannot be counted."""

    name: str
    kind: str = "photo"
    sha256: str = ""
    width: int | None = None
    height: int | None = None
    size: int = 0
    words: int | None = None


@dataclass(frozen=True)
class Piece:
    """One record of material. captions: which of CAPTIONS are filled in."""

    title: str
    kind: str
    event_on: date | None = None
    number: str = ""
    figure: str = ""
    text: str = ""  # caption and title together: may hold figures
    captions: frozenset[str] = frozenset()
    files: tuple[FileFact, ...] = ()

    @property
    def pictures(self) -> tuple[FileFact, ...]:
        return tuple(file for file in self.files if file.kind == "photo")


@dataclass(frozen=True)
class Window:
    """The days on which what is proved must have happened, both counted in; assessed_on: first day of the assessment."""

    first: date
    last: date
    assessed_on: date


@dataclass(frozen=True)
class Lack:
    code: str
    facts: Mapping = field(default_factory=dict)

    @property
    def weight(self) -> Weight:
        return LACKS[self.code][0]

    def __str__(self) -> str:
        facts = dict(self.facts)
        if "fields" in facts:
            facts["fields"] = "、".join(str(CAPTIONS[name]) for name in facts["fields"])
        if "items" in facts:
            facts["items"] = "、".join(f"“{name}”" for name in facts["items"][:NAMED])
            if len(self.facts["items"]) > NAMED:
                facts["items"] += _(" and %(count)s more") % {"count": len(self.facts["items"]) - NAMED}
        if "kind" in facts:
            facts |= {
                name: counted(facts["kind"], facts[name]) for name in ("count", "least", "most") if facts.get(name) is not None
            }
            facts["kind"] = KINDS[facts["kind"]]
        return str(LACKS[self.code][1] % facts)


def usual_window(assessed_on: date) -> Window:
    """One year back from one month before the assessment. Source: domain of material, "date window"."""
    last = months_before(assessed_on, 1)
    return Window(first=months_before(last, 12), last=last, assessed_on=assessed_on)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def lacks_of(
    rules: Iterable[Rule],
    pieces: Sequence[Piece],
    *,
    window: Window | None = None,
    elsewhere: Mapping[str, Sequence[str]] | None = None,
) -> list[Lack]:
    """Everything that is missing, in the order of the rules. Without rules nothing is asked.

    pieces: all material of the item. window: None where the campaign has no day of assessment yet: dates are not judged.
    elsewhere: sha256 of a picture -> the other items it is filed under.
    """
    found: list[Lack] = []
    for rule in rules:
        mine = [piece for piece in pieces if piece.kind == rule.kind]
        found += _number_of(rule, mine)
        for piece in mine:
            found += _lacks_of_piece(rule, piece, _narrowed(window, rule), elsewhere or {})
    return list({(lack.code, repr(lack.facts)): lack for lack in found}.values())


def state_of(lacks: Iterable[Lack]) -> State:
    weights = {lack.weight for lack in lacks}
    if Weight.BLOCK in weights:
        return State.IMPOSSIBLE
    return State.LACKING if Weight.LACK in weights else State.READY


def _number_of(rule, pieces):
    if rule.kind == PHOTO:  # the same picture twice is one picture
        count = len({file.sha256 or file.name for piece in pieces for file in piece.pictures})
    else:
        count = len(pieces)
    facts = {"kind": rule.kind, "count": count, "least": rule.least, "most": rule.most}
    if count == 0 and rule.least:
        yield Lack("missing_kind", {"kind": rule.kind, "least": rule.least})
    elif count < rule.least:
        yield Lack("too_few", facts)
    elif rule.most is not None and count > rule.most:
        yield Lack("too_many", facts)


def _lacks_of_piece(rule, piece, window, elsewhere):
    named = {"title": piece.title}
    if rule.needs_number and not piece.number.strip():
        yield Lack("no_number", named)
    if window and piece.event_on is None:
        yield Lack("no_date", named)
    elif window and not window.first <= piece.event_on <= window.last:
        yield Lack("outside_window", named | {"day": piece.event_on, "first": window.first, "last": window.last})
    if rule.words_most is not None:
        yield from _length_of(rule, piece)
    if rule.kind == FIGURES and not _has_figures(piece):
        yield Lack("no_figures", named)
    if rule.kind == PHOTO:
        yield from _lacks_of_pictures(piece, elsewhere)


def _length_of(rule, piece):
    counted = [file.words for file in piece.files if file.words is not None]
    facts = {"title": piece.title, "most": rule.words_most}
    if sum(counted) > rule.words_most:
        yield Lack("too_long", facts | {"count": sum(counted)})
    elif piece.files and not counted:
        yield Lack("uncounted", facts)


def _has_figures(piece):
    return bool(re.search(r"\d", piece.figure + piece.text)) or any(file.kind == "sheet" for file in piece.files)


def _lacks_of_pictures(piece, elsewhere):
    for file in piece.pictures:
        if max(file.width or 0, file.height or 0) < SMALLEST_SIDE or file.size < SMALLEST_BYTES:
            facts = {"file": file.name, "width": file.width or 0, "height": file.height or 0, "size": file.size // 1024}
            yield Lack("small_picture", facts)
        if others := tuple(elsewhere.get(file.sha256, ())):
            yield Lack("same_picture", {"file": file.name, "items": others})
    missing = tuple(name for name in CAPTIONS if name not in piece.captions)
    if missing:
        yield Lack("no_caption", {"title": piece.title, "fields": missing})


def _narrowed(window, rule):
    if window is None or rule.months is None:
        return window
    return Window(months_before(window.assessed_on, rule.months), window.assessed_on, window.assessed_on)
