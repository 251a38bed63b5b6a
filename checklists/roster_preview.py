"""The preview of a workbook of units and people: counts, doubts by kind with what a click does, the empty template."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from checklists.previews import DoubtView
from checklists.readings import SheetReading, doubt_key
from checklists.roster import PeopleReading
from checklists.sheets.doubts import MEANINGS
from checklists.sheets.headings import Column
from checklists.sheets.vocabulary import PEOPLE
from checklists.sheets.writing import WrittenColumn, write_sheet

NOT_READ = ("", _("only kept, not read"))
READ = set(PEOPLE.meaning_of.values())
COLUMN_MEANINGS = [*((name, word) for name, word in MEANINGS.items() if name in READ), NOT_READ]
HEADINGS = _("Unknown heading")
TROUBLE = {
    "unknown_heading": HEADINGS,
    "used_heading": HEADINGS,
    "strange_heading": HEADINGS,
    "no_heading_text": HEADINGS,
    "same_heading": HEADINGS,
    "near_name": _("Perhaps one unit"),
    "same_name": _("One name, two units"),
    "unit_by_alias": _("Perhaps one unit"),
    "alias_taken": _("One name, two units"),
    "odd_name": _("Perhaps no unit"),
    "unit_number": _("Perhaps no unit"),
    "unit_without_name": _("Perhaps no unit"),
    "parent_differs": _("Unit above"),
    "parent_loop": _("Unit above"),
    "unit_elsewhere": _("Unit above"),
    "odd_position": _("Place in the order"),
    "same_person": _("Stands twice"),
    "same_phone": _("Telephone number or mail address"),
    "odd_phone": _("Telephone number or mail address"),
    "odd_email": _("Telephone number or mail address"),
    "address_of_other": _("Telephone number or mail address"),
}
OTHERS = _("Other doubts")
TEMPLATE = (
    ("单位", 24),
    ("简称/别名", 16),
    ("上级", 20),
    ("排序", 6),
    ("分组", 12),
    ("姓名", 10),
    ("职务", 14),
    ("角色", 10),
    ("手机", 15),
    ("邮箱", 24),
)


@dataclass(frozen=True)
class _Lines:
    """A sheet as the preview of rows wants it."""

    columns: tuple[Column, ...]
    heading: tuple[int, int]
    rows: tuple


def lines_of(one: SheetReading) -> SheetReading:
    """The sheet with its rows of units and people, for checklists.previews."""
    if not one.sheet:
        return one
    return replace(one, sheet=_Lines(one.sheet.columns, one.sheet.heading, (*one.sheet.units, *one.sheet.people)))


def doubt_views(reading: PeopleReading) -> list[DoubtView]:
    return [DoubtView(doubt, doubt_key(doubt), doubt_key(doubt) in reading.known) for doubt in reading.doubts]


def group_doubts(views: list[DoubtView]) -> list[dict]:
    """By word, in the order of their first row: views, and the keys of those still open."""
    groups = {}
    for view in views:
        groups.setdefault(str(TROUBLE.get(view.doubt.kind, OTHERS)), []).append(view)
    return [
        {"word": word, "views": rows, "keys": [view.key for view in rows if not view.is_known]} for word, rows in groups.items()
    ]


def counts_of(reading: PeopleReading) -> list[tuple[str, int]]:
    """What the sheet would give, as the preview and the command say it."""
    units, people = list(reading.units.values()), reading.kept_people
    return [
        (_("new units"), len([one for one in units if one.status == "new"])),
        (_("units of the register"), len({one.unit.pk for one in units if one.unit})),
        (_("people"), len(people)),
        (_("have an account"), len([one for one in people if one.account])),
    ]


def empty_template() -> bytes:
    """The workbook an office fills in."""
    return write_sheet(name="单位和人员", columns=[WrittenColumn(text, width) for text, width in TEMPLATE], rows=[])
