"""The tables of docs/access.md, written from the tests' own: `python -m tests.access_page` after changing them."""

import re
from pathlib import Path

from tests.access import MOVES, NOT_SCOPED, SEES, WITH_FINDING, by_viewer
from tests.addresses import COLUMNS, PAGES

DOC = Path(__file__).resolve().parent.parent / "docs" / "access.md"
WORDS = {
    "office": "office",
    "inspector": "inspector of the overt round",
    "covert": "inspector of the covert round",
    "leader": "leader",
    "head": "head of the bureau",
    "liaison": "liaison of the bureau",
    "section": "head of its section",
    "supporter": "head of the supporting unit",
    "neighbour": "head of another unit",
    "both": "office and head of the bureau at once",
    "twice": "liaison of another unit (and office of the sister campaign)",
    "sister": "office of the sister campaign on the same host",
    "twice_sister": "the same in the sister campaign",
    "unit_office": "office of the unit's own campaign beneath",
    "unit_head": "head in the unit's own campaign",
}


def _table(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def viewers():
    return _table(["viewer", "who"], [[f"`{name}`", words] for name, words in WORDS.items()])


def rows():
    """One line per model and group of viewers that see the same."""
    lines = []
    for model, seen in SEES.items():
        by_viewer(seen)  # refuses a viewer that stands in two lines
        name = f"`{model}`"
        for who, labels in seen.items():
            lines.append([name, " ".join(f"`{one}`" for one in who.split()), labels.replace(" ", ", ")])
            name = ""
    lines += [[f"`{model}`", "who sees its Finding", "all"] for model in WITH_FINDING]
    return _table(["model", "viewers", "rows they see"], lines)


def unscoped():
    return _table(["model", "why it has no rule of its own"], [[f"`{name}`", why] for name, why in NOT_SCOPED.items()])


def moves():
    lines = []
    for (_path, model, label), table in MOVES.items():
        name = f"{model} `{label}`"
        for acts, who in table.items():
            lines.append([name, ", ".join(acts.split()), " ".join(f"`{one}`" for one in who.split()) or "the portal itself"])
            name = ""
    return _table(["row", "moves", "who may"], lines)


def addresses():
    lines = []
    for route, page in PAGES.items():
        shown = "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", route)
        for method, answers in page.answers().items():
            lines.append([f"`{method} {shown}`", *(answers[who] for who in COLUMNS)])
    return _table(["address", *COLUMNS], lines)


PARTS = {"viewers": viewers, "rows": rows, "unscoped": unscoped, "moves": moves, "addresses": addresses}


def filled(text):
    """The page with every part between its marks written anew."""
    for name, write in PARTS.items():
        marks = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        text = re.sub(marks, lambda found, write=write: f"{found[1]}{write()}\n{found[2]}", text, flags=re.S)
    return text


if __name__ == "__main__":
    DOC.write_text(filled(DOC.read_text()))
