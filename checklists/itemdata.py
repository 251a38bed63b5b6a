"""Items as plain data, the one shape between sheet, file, database and comparison; where a sheet's node becomes an item."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from checklists.comparing import Row
from checklists.scoringrules import Step
from checklists.sheets.standard import Node
from checklists.wantedproof import Wanted

PLAIN_GRADES = "ABC"
STEP_LABEL = 20  # characters of a step's label the database holds
SHORT = {"code": 40, "methods": 120, "site_kinds": 300, "source_sheet": 60}  # characters the database holds


@dataclass
class ItemData:
    """An item and what lies below it. The names are those of Item; key: None for a new one."""

    grade: str
    text: str
    code: str = ""
    key: UUID | None = None
    methods: str = ""
    points: Decimal | None = None
    scoring: str = ""
    steps: list[Step] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    wanted_proof: str = ""
    frequency: str = ""
    site_kinds: str = ""
    is_veto: bool = False
    note: str = ""
    origins: list[UUID] = field(default_factory=list)
    source_sheet: str = ""
    source_row: int | None = None
    children: list["ItemData"] = field(default_factory=list)


PLAIN = (
    "grade",
    "text",
    "code",
    "methods",
    "points",
    "scoring",
    "wanted_proof",
    "frequency",
    "site_kinds",
    "is_veto",
    "note",
    "source_sheet",
    "source_row",
)  # fields that ItemData and Item share as they are


def walk(items: Iterable[ItemData]) -> Iterator[ItemData]:
    """Every item, parents first."""
    for item in items:
        yield item
        yield from walk(item.children)


def of_node(node: Node) -> ItemData:
    """What a sheet's node says as an item; the only place that maps one to the other."""
    sheet, row = node.places[0]
    return ItemData(
        grade=node.level,
        text=node.text,
        code=node.code[: SHORT["code"]],
        methods="、".join(node.methods)[: SHORT["methods"]],
        points=node.points,
        scoring="grade" if node.steps else "",
        steps=_steps(node),
        wanted_proof=node.wanted,
        source_sheet=sheet[: SHORT["source_sheet"]],
        source_row=row,
        children=[of_node(child) for child in node.children],
    )


def _steps(node: Node) -> list[Step]:
    """The grades of its scale; a plain scale falls evenly from all points to none, the office changes it in the draft."""
    labels = [label for label, _text in node.steps]
    is_plain = len(labels) > 1 and labels == list(PLAIN_GRADES[: len(labels)])
    return [
        Step(label[:STEP_LABEL], text, share=1 - Decimal(position) / (len(labels) - 1) if is_plain else None)
        for position, (label, text) in enumerate(node.steps)
    ]


def rows_of(items: Iterable[ItemData], *, before: str = "") -> list[Row]:
    """The items as comparing and pairing read them. An item without a key is known by its path."""
    rows = []
    for number, item in enumerate(items, 1):
        path = f"{before}{number:04d}."
        rows.append(
            Row(
                key=str(item.key or path),
                path=path,
                text=item.text,
                grade=item.grade,
                points=item.points,
                is_leaf=not item.children,
                origins=tuple(str(key) for key in item.origins),
                demands=demands_of(item),
            )
        )
        rows += rows_of(item.children, before=path)
    return rows


def demands_of(item: ItemData) -> tuple[tuple[str, object], ...]:
    """What an item asks for beside its text and points."""
    return (
        ("methods", item.methods),
        ("scoring", item.scoring),
        ("steps", tuple(item.steps)),
        ("wanted", tuple(item.wanted)),
        ("wanted_proof", item.wanted_proof),
        ("frequency", item.frequency),
        ("site_kinds", item.site_kinds),
        ("is_veto", item.is_veto),
    )
