"""What a person may settle in the preview of a workbook: each gives a change of Import.decisions for settle_import.

The shape of the decisions is described in checklists.readings.
"""

from collections.abc import Callable

Change = Callable[[dict], None]


def choose_sheets(names: list[str]):
    def change(decisions):
        decisions["sheets"] = names

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


def take_back(what: str, sheet: str, place: str):
    """Undo one decision. what: cell (place "row:column"), row (a number), doubt (its key), columns (of the sheet)."""

    def change(decisions):
        if what == "cell":
            decisions.get("cells", {}).get(sheet, {}).pop(place, None)
        elif what == "row":
            rows = decisions.get("skipped", {}).get(sheet, [])
            if int(place) in rows:
                rows.remove(int(place))
        elif what == "doubt":
            decisions["known"] = [key for key in decisions.get("known", ()) if key != place]
        elif what == "columns":
            decisions.get("mapping", {}).pop(sheet, None)

    return change


def name_unit(name: str, decision: dict | None):
    """What a name of the sheet stands for: {"do": "map", "unit": id} (its name becomes an alias), {"do": "same", "as": name},
    {"do": "make"}, {"do": "group", "units": [id, …]} (kept as a group of these), {"do": "skip"}; None takes the decision back."""

    def change(decisions):
        names = decisions.setdefault("names", {})
        if decision is None:
            names.pop(name, None)
        else:
            names[name] = decision

    return change


def name_units(names: list[str], decision: dict):
    """The same decision for many names."""

    def change(decisions):
        decisions.setdefault("names", {}).update(dict.fromkeys(names, decision))

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


def follow(standard: int):
    """The sheet is the new edition of this standard."""

    def change(decisions):
        decisions["follows"] = standard

    return change


def pair(chosen: dict[str, str]):
    """Which old item each node continues: name of the node (readings.pair_names) -> key of the old item, "" for none."""

    def change(decisions):
        decisions.setdefault("pairs", {}).update(chosen)

    return change
