"""What each button of a preview changes in the decisions about a workbook."""

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _

from accounts.typed import typed_number
from checklists import decisions
from checklists.sheets.headings import LEVELS

CAPTION_LEVELS = {"auto": None, "caption": ""} | {level: level for level in LEVELS}


def change_of(do, data, own):
    """The change a button means, None for no such button; own: buttons of this kind of workbook.

    Raises ValidationError "invalid" for values that are none or left out.
    """
    button = (CHANGES | own).get(do)
    try:
        return button and button(data)
    except MultiValueDictKeyError:
        raise no_value() from None


def no_value():
    return ValidationError(_("What was sent is no answer to this question: look again and choose anew."), "invalid")


def number_of(text):
    """Raises ValidationError "invalid" for what is no number of a row or column."""
    number = typed_number(text)
    if number is None:
        raise no_value()
    return number


def one_of(value, known):
    """The value; raises ValidationError "invalid" for one that is not among them."""
    if value not in known:
        raise no_value()
    return value


def _columns(data):
    chosen = {number_of(name[4:]): value for name, value in data.items() if name.startswith("col-")}
    return decisions.map_columns(data["sheet"], chosen)


def _fill(data):
    return decisions.fill_cell(data["sheet"], number_of(data["row"]), number_of(data["column"]), data["text"])


def _item(data):
    item = number_of(data["item"]) if data.get("item", "") != "" else None
    return decisions.choose_item(data["sheet"], number_of(data["row"]), item)


def _captions(data):
    rows = [number_of(text) for text in data["numbers"].split(",")]
    return decisions.name_captions(data["sheet"], rows, CAPTION_LEVELS[one_of(data["level"], CAPTION_LEVELS)])


def _unit_meant(data):
    """What was chosen for a name: "unit:7", "same:区文明办", "group" of the ticked units, "make", "skip", "" to take it back."""
    choice, _colon, value = data["choice"].partition(":")
    if choice == "unit":
        return {"do": "map", "unit": number_of(value)}
    if choice == "same":
        return {"do": "same", "as": value}
    if choice == "group":
        members = [number_of(pk) for pk in data.getlist("member")]
        return {"do": "group", "units": members} if members else None
    return {"do": choice} if one_of(choice, ("make", "skip", "")) else None


CHANGES = {
    "sheets": lambda data: decisions.choose_sheets(data.getlist("chosen")),
    "columns": _columns,
    "heading": lambda data: decisions.choose_heading(data["sheet"], number_of(data["top"]), number_of(data["bottom"])),
    "captions": _captions,
    "fill": _fill,
    "skip": lambda data: decisions.skip_row(data["sheet"], number_of(data["row"])),
    "name": lambda data: decisions.name_unit(data["name"], _unit_meant(data)),
    "names": lambda data: decisions.name_units(data.getlist("name"), _unit_meant(data)),
    "item": _item,
    "rename": lambda data: decisions.name_it(data.get("name", ""), data.get("edition", "")),
    "know": lambda data: decisions.know(data.getlist("key")),
    "undo": lambda data: decisions.take_back(data.get("what", ""), data.get("sheet", ""), data.get("place", "")),
    "back": lambda _data: decisions.step_back(),
}
