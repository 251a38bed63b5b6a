"""What a responsibility sheet gives beside the campaign's register and the standard's items. Nothing is written here."""

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.db.models import F

from accounts.models import Department
from checklists.models import Checklist, Duty, Import, Item
from checklists.readings import SheetReading, doubt_key, known, read_sheets
from checklists.register import Register
from checklists.sheets.doubts import Doubt
from checklists.sheets.names import is_group, is_odd, near_names
from checklists.sheets.responsibilities import ItemRef, ResponsibilityRow, match_items, read_responsibilities
from checklists.sheets.text import folded

ABOUT_ALL = re.compile(r"^(?:全[省市区县校院])?(?:各有关|各)?|(?:成员|有关|相关)?(?:单位|部门)$")


@dataclass
class NameReading:
    """One name of the sheet. units: what it stands for, empty while it is unknown, left out or still to be made;
    near: the name of a unit, or another name of the sheet, that it may be; decision: of the person, None = none."""

    name: str
    rows: list[int]
    units: list[Department] = field(default_factory=list)
    near_unit: Department | None = None
    near_name: str = ""
    decision: dict | None = None
    is_known: bool = False  # the register knew it
    members: list[tuple[Department, bool]] = field(default_factory=list)  # of a group: every unit, and whether it is proposed

    @property
    def is_odd(self) -> bool:
        """It reads like a request or a remark."""
        return is_odd(self.name)

    @property
    def is_group(self) -> bool:
        """It stands for several units."""
        return is_group(self.name)

    @property
    def is_plain(self) -> bool:
        """Nothing speaks against making it a unit together with others."""
        return not self.near_unit and not self.near_name and not self.is_odd and not self.is_group

    def speaks_of(self, unit: Department) -> bool:
        """各街道 of those called …街道, 全县各单位 of all: a proposal to tick."""
        about = ABOUT_ALL.sub("", self.name)
        return any(word in unit.name for word in [word for word in ("街道", "乡", "镇") if word in about] or [about])

    @property
    def is_open(self) -> bool:
        """The person still has to say what it stands for."""
        return not self.is_known and self.decision is None


@dataclass
class RowReading:
    """One row of the sheet and its item. item: None while it is not certain; proposals to choose from; skipped: left out."""

    sheet: str
    row: ResponsibilityRow
    item: Item | None
    proposals: list[Item]
    doubt: Doubt | None = None
    skipped: bool = False
    is_decided: bool = False  # by a person

    @property
    def is_open(self) -> bool:
        return self.item is None and not self.skipped

    @property
    def task(self) -> str:
        """What the row calls its task: its own words, else the item's."""
        return self.row.duty or self.item.text


@dataclass
class ResponsibilityReading:
    """sheets: all of the workbook; rows: of the chosen ones; names: distinct, in order of appearance."""

    sheets: list[SheetReading]
    rows: list[RowReading]
    names: list[NameReading]
    doubts: tuple[Doubt, ...]
    known: frozenset[str]
    items: list[Item]  # the lowest items of the standard

    @property
    def open_doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if doubt_key(doubt) not in self.known]

    @property
    def marks(self) -> list[Doubt]:
        """What the sheet handed back says beside its rows."""
        return self.open_doubts

    @property
    def asked_names(self) -> list[NameReading]:
        """Those the register does not know, answered or not."""
        return [name for name in self.names if not name.is_known]

    @property
    def open_names(self) -> list[NameReading]:
        return [name for name in self.names if name.is_open]

    @property
    def open_rows(self) -> list[RowReading]:
        return [row for row in self.rows if row.is_open]

    @property
    def decided_rows(self) -> list[RowReading]:
        return [row for row in self.rows if row.is_decided]

    @property
    def lead_links(self) -> int:
        return sum(len(one.row.leads) for one in self.rows)

    @property
    def supporting_links(self) -> int:
        return sum(len(one.row.supporting) for one in self.rows)

    @property
    def parts(self) -> tuple[int, int]:
        """(leading, supporting) parts the table will have of it by the decisions taken so far: groups spread, each unit once
        per task, whoever leads does not support as well."""
        units = self._stands_for()
        leads, supports = defaultdict(set), defaultdict(set)
        for one in self.rows:
            if one.item:
                task = one.item.pk, folded(one.task)
                leads[task].update(*(units[name] for name in one.row.leads))
                supports[task].update(*(units[name] for name in one.row.supporting))
        return sum(map(len, leads.values())), sum(len(rows - leads[task]) for task, rows in supports.items())

    def _stands_for(self) -> dict[str, set]:
        """name -> its units by id, or the name itself of a unit still to be made."""
        found, same = {}, {}
        for one in self.names:
            do = one.decision["do"] if one.decision and not one.is_known else ""
            found[one.name] = {one.name} if do == "make" else {unit.pk for unit in one.units}
            if do == "same":
                same[one.name] = one.decision["as"]
        return found | {name: found.get(other, set()) for name, other in same.items()}

    @property
    def rows_without_unit(self) -> list[int]:
        return [one.row.number for one in self.rows if not one.row.leads and not one.row.supporting]

    @property
    def items_without_lead(self) -> int:
        """Lowest items of the standard that no row of the sheet gives a lead."""
        led = {one.item.pk for one in self.rows if one.item and one.row.leads}
        return len([item for item in self.items if item.pk not in led])


def read_responsibility_import(row: Import, *, register: Register) -> ResponsibilityReading:
    """The sheet read with the decisions taken so far; two queries for items and tasks, the register is the caller's."""
    known_names = register.names
    sheets = read_sheets(row, lambda grid, _kind, settled: read_responsibilities(grid, known_names=known_names, settled=settled))
    chosen = [one for one in sheets if one.chosen and one.sheet]
    leaves, refs = leaf_refs(row.checklist.standard_id)
    tasks = _task_refs(row.checklist, refs)
    rows = []
    for one in chosen:
        rows += _match(one, row.decisions.get("items", {}), leaves, refs, tasks)
    names = _names(rows, row.decisions.get("names", {}), register)
    # Names and items have questions of their own, which must be answered; the other doubts may be looked at and left.
    doubts = [doubt for one in chosen for doubt in one.sheet.doubts if doubt.kind not in ("near_name", "odd_name")]
    return ResponsibilityReading(sheets, rows, names, tuple(doubts), known(row), list(leaves.values()))


def leaf_refs(standard_id: int) -> tuple[dict[int, Item], list[ItemRef]]:
    """The lowest items of a standard by id, and as match_items needs them."""
    nodes = {item.pk: item for item in Item.objects.filter(standard=standard_id).order_by("path")}
    texts: dict[int, tuple[str, ...]] = {}
    for item in nodes.values():  # parents come first
        texts[item.pk] = (*texts.get(item.parent_id, ()), " ".join(item.text.split()))
    leaves = {pk: item for pk, item in nodes.items() if item.is_leaf}
    refs = [ItemRef(pk, texts[pk], tuple(item.methods.split("、")) if item.methods else ()) for pk, item in leaves.items()]
    return leaves, refs


def _task_refs(checklist: Checklist, refs: list[ItemRef]) -> list[ItemRef]:
    """The items under the words of the table's tasks, where these are not the item's own."""
    by_item = {ref.ref: ref for ref in refs}
    tasks = Duty.objects.running().filter(checklist=checklist).exclude(text=F("item__text")).order_by("position", "pk")
    return [
        replace(by_item[item], texts=(*by_item[item].texts[:-1], " ".join(text.split())))
        for item, text in tasks.values_list("item", "text")
        if item in by_item
    ]


def _match(one, decided, leaves, refs, tasks):
    """The rows of one sheet with their items; a person's choice goes before the match."""
    rows = []
    for match in match_items(one.sheet.rows, refs, tasks):
        choice = decided.get(f"{one.name}|{match.row.number}", "")
        item = leaves.get(choice) if choice else leaves.get(match.ref)
        doubt = match.doubt and replace(match.doubt, sheet=one.name)
        proposals = [leaves[ref] for ref in match.proposals]
        rows.append(RowReading(one.name, match.row, item, proposals, doubt, skipped=choice == 0, is_decided=choice != ""))
    return rows


def _names(rows, decided, register):
    places: dict[str, list[int]] = {}
    for one in rows:
        for name in (*one.row.leads, *one.row.supporting):
            places.setdefault(name, []).append(one.row.number)
    near = dict(near_names(list(places)))
    names = {}
    for name, numbers in places.items():
        found = NameReading(name, numbers, register.find(name), near_name=near.get(name, ""))
        found.is_known = bool(found.units)
        if not found.is_known:
            if found.is_group:
                found.members = [(unit, found.speaks_of(unit)) for unit in register.units]
            else:
                found.near_unit = register.near(name)
            found.decision = decided.get(name)
            chosen = (found.decision or {}).get("units") or [(found.decision or {}).get("unit")]
            found.units = [register.departments[pk] for pk in chosen if pk in register.departments]
        names[name] = found
    return list(names.values())
