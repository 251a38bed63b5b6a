"""What a person has settled about one sheet before it is read."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settled:
    """heading: first and last row of the heading, None = found by the portal; mapping: column (from 0) -> meaning, "" = only
    kept; captions: row across the table -> level, "" = a caption; splits: first rows of cells that are several criteria."""

    heading: tuple[int, int] | None = None
    mapping: dict[int, str] = field(default_factory=dict)
    captions: dict[int, str] = field(default_factory=dict)
    splits: frozenset[int] = frozenset()


NOTHING = Settled()
