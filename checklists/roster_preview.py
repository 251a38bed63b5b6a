"""Units and people for their preview: counts, and the empty template."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from checklists.roster import PeopleReading
from checklists.sheets.writing import WrittenColumn, write_sheet

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


def counts_of(reading: PeopleReading) -> list[tuple[str, int]]:
    """What the sheet would give, as the preview and the command say it."""
    units, people = list(reading.units.values()), reading.kept_people
    return [
        (_("new units"), len([one for one in units if one.status == "new"])),
        (_("units of the register"), len({one.unit.pk for one in units if one.unit})),
        (pgettext_lazy("of a unit", "people"), len(people)),
        (_("have an account"), len([one for one in people if one.account])),
    ]


def saved_counts(saved: dict) -> list[tuple[str, int]]:
    """What saving did (Import.saved): beside the register as it is now the sheet has nothing new any more."""
    words = [("units", _("new units")), ("accounts", _("new accounts")), ("members", _("new roles")), ("ended", _("roles ended"))]
    return [(word, len(saved.get(name, ()))) for name, word in words]


def empty_template() -> bytes:
    """The workbook an office fills in."""
    return write_sheet(name="单位和人员", columns=[WrittenColumn(text, width) for text, width in TEMPLATE], rows=[])
