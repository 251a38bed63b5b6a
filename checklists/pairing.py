"""The items of a sheet and those of the edition it replaces -> which is which. Pure; a person corrects what it proposes.

In this order: the same texts from the top down; the same text elsewhere; nearly the same text, with a score; a text that is
part of an old one (split) or that holds an old one (merged).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checklists.comparing import Row, body

NEAR = 0.6  # score from which on a near text is proposed
SHORTEST = 6  # characters of a text that may be found inside another
CLEAR = 0.02  # a near text that is this much better than the next goes first


@dataclass
class Pairing:
    """One item of the sheet. how: path, text, near, chosen (by a person), new. origins: keys of old items it took from.

    score: of a near text, 0-1; 1 where the texts are equal.
    """

    new: Row
    old: Row | None = None
    how: str = "new"
    score: float = 0.0
    origins: tuple[str, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Proposed by likeness; somebody should look."""
        return self.how == "near" or bool(self.origins) and self.how != "chosen"


def pair_items(old: Sequence[Row], new: Sequence[Row], chosen: Mapping[str, str] | None = None) -> list[Pairing]:
    """One pairing per new row, in order; no old row in two of them.

    old, new: parents before children. chosen: path of a new row -> key of an old one, or "" for none; it goes before all.
    """
    olds = {row.key: row for row in old}
    pairs = {row.path: Pairing(row) for row in new}
    free = dict(olds)

    def take(path, row, how, score=1.0):
        pairs[path].old, pairs[path].how, pairs[path].score = row, how, score
        free.pop(row.key, None)

    settled = set()
    for path, key in (chosen or {}).items():
        if path in pairs and (not key or key in free):
            settled.add(path)
            if key:
                take(path, olds[key], "chosen")
            else:
                pairs[path].how = "chosen"

    for path, row in _same_path(old, new):
        if path not in settled and row.key in free:
            take(path, row, "path")
    waiting = [row for row in new if pairs[row.path].old is None and row.path not in settled]
    for path, row in _same_text([row for row in old if row.key in free], waiting, pairs):
        take(path, row, "text")
    waiting = [row for row in waiting if pairs[row.path].old is None]
    for score, path, row in _near(list(free.values()), waiting, pairs):
        if row.key in free and pairs[path].old is None:
            take(path, row, "near", score)
    _find_parts(old, free, pairs, settled)
    return list(pairs.values())


def _text_paths(rows):
    """row.path -> the compared texts from the top down to it."""
    texts: dict[str, tuple[str, ...]] = {}
    for row in rows:
        texts[row.path] = (*texts.get(row.above, ()), body(row.text))
    return texts


def _same_path(old, new):
    before = defaultdict(list)
    texts = _text_paths(old)
    for row in old:
        before[texts[row.path]].append(row)
    for path, key in _text_paths(new).items():
        if before[key]:
            yield path, before[key].pop(0)


def _same_text(old, waiting, pairs):
    """Equal texts in another place; of several, one whose parent is paired with the new one's parent goes first."""
    before = defaultdict(list)
    for row in old:
        before[body(row.text)].append(row)
    for row in waiting:
        found = before[body(row.text)]
        if found:
            best = max(found, key=lambda one: _same_parent(one, row, pairs))
            found.remove(best)
            yield row.path, best


def _same_parent(old, new, pairs):
    parent = pairs.get(new.above)
    if parent is None:
        return old.above == ""
    return parent.old is not None and parent.old.path == old.above


def _near(old, waiting, pairs):
    """(score, path, old row) of likely pairs, the best first. Likeness: shared pairs of neighbouring characters."""
    grams = {row.key: _grams(row.text) for row in old}
    holders = defaultdict(list)
    for row in old:
        for gram in grams[row.key]:
            holders[gram].append(row)
    found = []
    for row in waiting:
        mine = _grams(row.text)
        shared = Counter()
        for gram in mine:
            shared.update(one.key for one in holders[gram])
        by_key = {one.key: one for gram in mine for one in holders[gram]}
        for key, count in shared.items():
            one = by_key[key]
            score = 2 * count / (len(mine) + len(grams[key]))
            if one.is_leaf == row.is_leaf and score >= NEAR:
                found.append((round(score, 2), _same_parent(one, row, pairs), row.path, one))
    found.sort(key=lambda one: (-(one[0] + CLEAR * one[1]), one[2], one[3].path))
    return [(score, path, row) for score, _parent, path, row in found]


def likeness(one: str, other: str) -> float:
    """How near two texts are, 0-1: shared pairs of neighbouring characters."""
    mine, yours = _grams(one), _grams(other)
    return 2 * len(mine & yours) / (len(mine) + len(yours))


def _grams(text):
    text = body(text)
    return {text[n : n + 2] for n in range(len(text) - 1)} or {text}


def _find_parts(old, free, pairs, settled):
    """Where a new item is a part of an old one, or an old one that has gone is a part of a new one."""
    for pair in pairs.values():
        text = body(pair.new.text)
        if not pair.new.is_leaf or pair.new.path in settled:
            continue
        if pair.old is None and len(text) >= SHORTEST:
            whole = next((row for row in old if row.is_leaf and text in body(row.text)), None)
            if whole:
                pair.origins = (whole.key,)
        elif pair.old is not None:
            gone = [row for row in free.values() if row.is_leaf and len(body(row.text)) >= SHORTEST and body(row.text) in text]
            pair.origins = tuple(row.key for row in gone)
