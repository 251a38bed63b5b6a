"""What a person may settle in the preview of a workbook: each gives a change of Import.decisions for settle_import.

The shape of the decisions is described in checklists.readings.
"""

from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from checklists.sheets.doubts import Doubt, Proposal

Change = Callable[[dict], None]
DEEPEST = 5  # rows of a heading


def choose_sheets(names: list[str]):
    def change(decisions):
        decisions["sheets"] = names

    return change


def together(*changes: Change):
    """Several changes as one step."""

    def change(decisions):
        for each in changes:
            each(decisions)

    return change


def name_it(name: str, edition: str):
    def change(decisions):
        decisions["name"], decisions["edition"] = name.strip(), edition.strip()

    return change


def map_columns(sheet: str, mapping: dict[int, str]):
    """The whole mapping of a sheet's columns as the person sees it."""

    def change(decisions):
        decisions.setdefault("mapping", {})[sheet] = {str(column): meaning for column, meaning in mapping.items()}

    return change


def map_column(sheet: str, column: int, meaning: str):
    """One column; what the others mean stays."""

    def change(decisions):
        decisions.setdefault("mapping", {}).setdefault(sheet, {})[str(column)] = meaning

    return change


def choose_heading(sheet: str, top: int, bottom: int):
    """The rows of the heading. Raises ValidationError "heading" for rows that are none."""
    if not 1 <= top <= bottom < top + DEEPEST:
        raise ValidationError(_("The heading is one to five rows below each other: give its first and its last row."), "heading")

    def change(decisions):
        decisions.setdefault("headings", {})[sheet] = [top, bottom]

    return change


def name_caption(sheet: str, row: int, level: str):
    """What a row across the table is: a level of the tree, "" = only a caption."""

    def change(decisions):
        decisions.setdefault("captions", {}).setdefault(sheet, {})[str(row)] = level

    return change


def name_captions(sheet: str, rows: Iterable[int], level: str | None):
    """What all rows of one style are; None: as the portal reads them by itself."""
    numbers = [str(row) for row in rows]

    def change(decisions):
        captions = decisions.setdefault("captions", {}).setdefault(sheet, {})
        for number in numbers:
            captions.pop(number, None)
            if level is not None:
                captions[number] = level

    return change


def split_cell(sheet: str, row: int):
    """The cell that begins in this row is several criteria."""

    def change(decisions):
        rows = decisions.setdefault("splits", {}).setdefault(sheet, [])
        if row not in rows:
            rows.append(row)

    return change


def fill_cell(sheet: str, row: int, column: int, text: str):
    def change(decisions):
        decisions.setdefault("cells", {}).setdefault(sheet, {})[f"{row}:{column}"] = text

    return change


def skip_row(sheet: str, row: int):
    def change(decisions):
        rows = decisions.setdefault("skipped", {}).setdefault(sheet, [])
        if row not in rows:
            rows.append(row)

    return change


def know(keys: list[str]):
    """The person has looked at these doubts and leaves the sheet as it is."""

    def change(decisions):
        decisions["known"] = sorted({*decisions.get("known", ()), *keys})

    return change


def accept(pairs: Iterable[tuple[Doubt, Proposal]]):
    """What the proposals of these doubts say, in one step."""
    return together(*(_accepted(doubt, proposal) for doubt, proposal in pairs))


def _accepted(doubt: Doubt, proposal: Proposal) -> Change:
    sheet, act, row = doubt.sheet, proposal.act, proposal.row
    if proposal.name:
        return name_units([proposal.name], _named(proposal))
    if act == "fill" and proposal.parts:
        return fill_cells(sheet, row, proposal.column, proposal.parts)
    if act == "fill":
        return fill_cell(sheet, row, proposal.column, proposal.text)
    if act == "split":
        return split_cell(sheet, row)
    if act == "map" and proposal.column is not None:
        return map_column(sheet, proposal.column, proposal.text)
    return name_caption(sheet, row, proposal.text) if act == "map" else skip_row(sheet, row)


def _named(proposal):
    """What a proposal says that the name of a unit stands for."""
    return {"map": {"do": "same", "as": proposal.text}, "new": {"do": "make"}, "skip": {"do": "skip"}}[proposal.act]


def step_back():
    """Undo the last step, however many cells it settled."""

    def change(decisions):
        before = decisions.get("before")
        if before is not None:
            decisions.clear()
            decisions.update(before)

    return change


def fill_cells(sheet: str, row: int, column: int, texts: Iterable[str]):
    """One cell spread over itself and those right of it."""

    def change(decisions):
        cells = decisions.setdefault("cells", {}).setdefault(sheet, {})
        cells.update({f"{row}:{column + number}": text for number, text in enumerate(texts)})

    return change


def take_back(what: str, sheet: str, place: str):
    """Undo one decision. what: cell (place "row:column"), row, split or caption (a number), doubt (its key), columns or
    heading (of the sheet)."""

    def change(decisions):
        if what == "cell":
            decisions.get("cells", {}).get(sheet, {}).pop(place, None)
        elif what == "row":
            _without(decisions.get("skipped", {}), sheet, place)
        elif what == "doubt":
            decisions["known"] = [key for key in decisions.get("known", ()) if key != place]
        elif what == "split":
            _without(decisions.get("splits", {}), sheet, place)
        elif what == "caption":
            decisions.get("captions", {}).get(sheet, {}).pop(place, None)
        elif what == "heading":
            decisions.get("headings", {}).pop(sheet, None)
        elif what == "columns":
            decisions.get("mapping", {}).pop(sheet, None)

    return change


def _without(rows_by_sheet: dict[str, list[int]], sheet: str, place: str) -> None:
    if sheet in rows_by_sheet:
        rows_by_sheet[sheet] = [row for row in rows_by_sheet[sheet] if str(row) != place]


def name_unit(name: str, decision: dict | None):
    """What a name of the sheet stands for: {"do": "map", "unit": id} (its name becomes an alias), {"do": "same", "as": name},
    {"do": "make"}, {"do": "group", "units": [id, …]} (kept as a group of these), {"do": "skip"}; None takes the decision back."""
    return name_units([name], decision)


def name_units(names: Iterable[str], decision: dict | None):
    """The same decision for many names."""

    def change(decisions):
        said = decisions.setdefault("names", {})
        for name in names:
            said.pop(name, None)
            if decision:
                said[name] = decision

    return change


def choose_item(sheet: str, row: int, item: int | None):
    """Which item of the standard a row means; None takes the decision back."""

    def change(decisions):
        items = decisions.setdefault("items", {})
        if item is None:
            items.pop(f"{sheet}|{row}", None)
        else:
            items[f"{sheet}|{row}"] = item

    return change


def pair(chosen: dict[str, str]):
    """Which old item each node continues: name of the node (readings.pair_names) -> key of the old item, "" for none."""

    def change(decisions):
        decisions.setdefault("pairs", {}).update(chosen)

    return change
