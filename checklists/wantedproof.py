"""One piece of proof an item asks for, as plain data, checked and worded. Pure: kinds are those of ProofKind."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

# Kind -> its number with the measure word of the language: 3 份, 3 张.
COUNTED = {
    "document": pgettext_lazy("documents", "%(count)s"),
    "report": pgettext_lazy("reports", "%(count)s"),
    "photo": pgettext_lazy("photos", "%(count)s"),
    "figures": pgettext_lazy("statistics", "%(count)s"),
    "link": pgettext_lazy("web addresses", "%(count)s"),
}


@dataclass(frozen=True)
class Wanted:
    """The fields of WantedProof."""

    kind: str
    least: int = 1
    most: int | None = None
    words_most: int | None = None
    months: int | None = None
    needs_number: bool = False
    note: str = ""


# Kind -> what may be asked of it beside number and age.
ASKS = {"document": {"needs_number"}, "report": {"words_most"}, "photo": set(), "figures": set(), "link": set()}


def check_wanted(wanted: Wanted) -> list[str]:
    """What is wrong, one sentence each."""
    found = []
    if wanted.least < 1:
        found.append(gettext_lazy("Ask for at least one piece."))
    if wanted.most is not None and wanted.most < wanted.least:
        found.append(gettext_lazy("“At most” lies below “at least”."))
    if wanted.words_most is not None and "words_most" not in ASKS[wanted.kind]:
        found.append(gettext_lazy("Only a report has a number of characters."))
    if wanted.needs_number and "needs_number" not in ASKS[wanted.kind]:
        found.append(gettext_lazy("Only a document has a document number."))
    return found


def counted(kind: str, count: int) -> str:
    return str(COUNTED[kind] % {"count": count})


def word_wanted(wanted: Wanted, label: str) -> str:
    """What is asked for, in one phrase. label: of the kind, in the reader's language."""
    least, most = (counted(wanted.kind, count) if count else "" for count in (wanted.least, wanted.most))
    if not most:
        parts = [_("%(kind)s, at least %(least)s") % {"kind": label, "least": least}]
    elif most == least:
        parts = [_("%(kind)s, %(count)s pieces") % {"kind": label, "count": least}]
    else:
        parts = [_("%(kind)s, %(least)s to %(most)s") % {"kind": label, "least": wanted.least, "most": most}]
    if wanted.words_most:
        parts.append(_("at most %(count)s characters") % {"count": wanted.words_most})
    if wanted.months:
        parts.append(_("of the last %(count)s months") % {"count": wanted.months})
    if wanted.needs_number:
        parts.append(_("with document number"))
    if wanted.note:
        parts.append(wanted.note)
    return _(", ").join(parts)
