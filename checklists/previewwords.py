"""The words of a preview: what a column may mean in each kind of import, what doubts are called, what a sheet is."""

from django.utils.translation import gettext_lazy as _

from checklists.models import Import
from checklists.sheets.doubts import MEANINGS
from checklists.sheets.headings import LEVELS
from checklists.sheets.vocabulary import LEDGER, PEOPLE, RESPONSIBILITIES, SITES


def _words_of(vocabulary, **own):
    """The meanings of a vocabulary with their words. own: the words of this kind of sheet alone."""
    read = set(vocabulary.meaning_of.values())
    return [(name, own.get(name, word)) for name, word in MEANINGS.items() if name in read]


NOT_READ = ("", _("only kept, not read"))
SHARED_OUT = set(RESPONSIBILITIES.meaning_of.values())
COLUMN_MEANINGS = {
    Import.Kind.STANDARD: [
        *((name, MEANINGS[name]) for name in (*LEVELS, "method", "proof", "points", "grade", "number", "code", "note")),
        NOT_READ,
    ],
    Import.Kind.RESPONSIBILITIES: [
        *((name, word) for name, word in MEANINGS.items() if name in SHARED_OUT and name not in ("points", "code", "unit")),
        NOT_READ,
    ],
    Import.Kind.PEOPLE: [*_words_of(PEOPLE, person=_("Full name")), NOT_READ],
    Import.Kind.SITES: [*_words_of(SITES, person=_("Contact")), NOT_READ],
    Import.Kind.LEDGER: [*_words_of(LEDGER), NOT_READ],
}
DOUBT_WORDS = {
    "blank": _("Level is empty"),
    "blank_top": _("Level is empty"),
    "several_in_cell": _("Several standards in one cell"),
    "duplicate": _("Says the same twice"),
    "same_code": _("Same number, other text"),
    "cut_text": _("Text may be cut off"),
    "group_row": _("Row across the table"),
    "note_row": _("Note below the table"),
    "unknown_heading": _("Unknown heading"),
    "used_heading": _("Unknown heading"),
    "strange_heading": _("Unknown heading"),
    "no_heading_text": _("Column without heading"),
    "same_heading": _("Two columns of one meaning"),
    "time_limit": _("Time limit"),
    "same_above": _("Same as above"),
    "same_above_top": _("Same as above"),
    "unit_in_text": _("Unit named in the text"),
    "unit_number": _("Number instead of a unit"),
    "unit_without_name": _("Number instead of a unit"),
    "test_row": _("Trial entry"),
    "tabbed_row": _("Pasted row"),
    "same_number": _("Number used twice"),
    "looks_differ": _("Same but for its looks"),
    "several_methods": _("Several methods in one cell"),
    "points_sum": _("Points"),
    "points_differ": _("Points"),
    "points_text": _("Points"),
    "several_points": _("Points"),
    "ended_above": _("Ends higher than in another sheet"),
    "no_text": _("Empty where a text must stand"),
    "same_site": _("Stands twice"),
    "odd_phone": _("Telephone number"),
    "odd_place": _("Longitude or latitude"),
    "far_place": _("Longitude or latitude"),
    "half_place": _("Longitude or latitude"),
    "long_text": _("Too long"),
    "several_lines": _("Several units in charge"),
    "near_name": _("Perhaps one unit"),
    "unit_by_alias": _("Perhaps one unit"),
    "same_name": _("One name, two units"),
    "alias_taken": _("One name, two units"),
    "odd_name": _("Perhaps no unit"),
    "parent_differs": _("Unit above"),
    "parent_loop": _("Unit above"),
    "unit_elsewhere": _("Unit above"),
    "odd_position": _("Place in the order"),
    "same_person": _("Stands twice"),
    "same_phone": _("Telephone number"),
    "odd_email": _("Mail address"),
    "address_of_other": _("Account of another name"),
    "several_leads": _("Several units answer"),
    "photo_column": _("Pictures in the sheet"),
    "odd_date": _("Not a day"),
    "no_year": _("Days without a year"),
    "acts_order": _("Days against their order"),
    "future_date": _("Days that have not come yet"),
    "not_done": _("Struck off without a day of rectification"),
    "odd_verdict": _("Put right or not?"),
    "no_lead": _("No unit in charge"),
    "own_unit": _("Your own unit"),
    "limit_before": _("Time limit"),
    "limit_by_rule": _("Time limit"),
    "limit_past": _("Time limit"),
    "no_place": _("No place"),
}
OTHERS = _("Other doubts")
# kind of a sheet -> what it is called, the page where it belongs
PLACES = {
    "standard": (_("a standard"), _("Standards"), "standard_upload"),
    "survey": (_("survey questions"), _("Standards"), "standard_upload"),
    "responsibilities": (_("a responsibility table"), _("Responsibilities"), "responsibility_upload"),
    "sites": (_("a table of sites"), _("Sites"), "site_upload"),
    "ledger": (_("a ledger of findings"), _("Findings"), "ledger_upload"),
    "people": (_("a list of units and people"), _("Units"), "people_upload"),
}
