"""The items of a draft edition: corrected, put, moved, split, merged, taken out. A published edition no longer changes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.actions import record, record_many
from accounts.verbs import WORDS
from campaigns.viewer import Viewer
from checklists import rules
from checklists.actions.writing import write_rules
from checklists.branches import Branches, TreeError, Twig
from checklists.itemdata import ItemData
from checklists.models import Item, ItemOrigin, ScoreStep, Standard, WantedProof
from checklists.scoringrules import Step, check_rule, kept_steps, plain
from checklists.sheets.headings import LEVELS
from checklists.sheets.text import clean
from checklists.tree import steps_of, wanted_of
from checklists.wantedproof import Wanted, check_wanted

WORDS.update(
    {
        "item.edit": _("Edited the item"),
        "item.create": _("Added the item"),
        "item.move": _("Moved the item"),
        "item.split": _("Split the item"),
        "item.merge": _("Merged items"),
        "item.delete": _("Took the item out"),
    }
)
STALE = _("Somebody changed this item while you were writing.")
SAYS = {
    "edge": _("There is no place further in that direction."),
    "depth": _("The tree has five levels: nothing can stand below a requirement."),
    "below_itself": _("An item cannot stand below itself."),
    "siblings": _("Choose at least two items that stand side by side under the same item."),
    "has_parts": _("Other items stand below this one: move or take them out first."),
}
FACTS = ("code", "text", "grade", "methods", "points", "scoring", "frequency", "site_kinds", "is_veto", "wanted_proof", "note")
TEXTS = ("code", "text", "methods", "site_kinds", "wanted_proof", "note")


@transaction.atomic
def edit_item(
    item: Item,
    *,
    by: Viewer,
    version: int,
    steps: Sequence[Step] | None = None,
    wanted: Sequence[Wanted] | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> Item:
    """Correct an item while its edition is a draft; what is not given stays.

    facts: of FACTS. Raises PermissionDenied; ValidationError "frozen", "stale", {"text": …} "required", {"grade": …} "grade",
    {"steps": …} "rule", {"wanted": …} "rule".
    """
    _lock(item.standard_id, by)
    item = _fresh(item, version)
    old = _said(item)
    for name, value in facts.items():
        if name not in FACTS:
            raise TypeError(name)
        setattr(item, name, clean(value) if name in TEXTS else value)
    if not item.text:
        raise ValidationError({"text": ValidationError(_("Write the text of the item."), "required")})
    _check_grade(item)
    new_steps = kept_steps(item.scoring, steps_of(item) if steps is None else steps)
    new_wanted = wanted_of(item) if wanted is None else list(wanted)
    _check_rules(item, new_steps, new_wanted)
    item.version += 1
    item.save()
    if (new_steps, new_wanted) != (steps_of(item), wanted_of(item)):
        _rewrite_rules(item, new_steps, new_wanted)
    new = _said(item)
    changed = [name for name in new if new[name] != old[name]]
    record(
        by,
        "item.edit",
        item,
        at=at,
        old={name: old[name] for name in changed} or None,
        new={name: new[name] for name in changed} or None,
        standard=item.standard_id,
    )
    return item


def _check_grade(item):
    level = LEVELS.index(item.grade)
    above = LEVELS.index(item.parent.grade) if item.parent_id else -1
    below = [LEVELS.index(grade) for grade in item.children.values_list("grade", flat=True)]
    if level <= above or any(grade <= level for grade in below):
        text = _("The level must lie below that of the item above and above those of the items below.")
        raise ValidationError({"grade": ValidationError(text, "grade")})


def _check_rules(item, steps, wanted):
    problems = {}
    if found := check_rule(item.scoring, steps):
        problems["steps"] = [ValidationError(text, "rule") for text in found]
    if found := [text for one in wanted for text in check_wanted(one)]:
        problems["wanted"] = [ValidationError(text, "rule") for text in dict.fromkeys(found)]
    if problems:
        raise ValidationError(problems)


def _rewrite_rules(item, steps, wanted):
    """The rows of a draft's rule have no history of their own: the log keeps the old ones."""
    ScoreStep.objects.filter(item=item).delete()
    WantedProof.objects.filter(item=item).delete()
    write_rules([(item, ItemData(item.grade, item.text, steps=list(steps), wanted=list(wanted)))])
    item._prefetched_objects_cache = {}


def _said(item):
    """The item as plain data for the log."""
    said = {name: getattr(item, name) for name in FACTS}
    said["points"] = plain(item.points)
    said["steps"] = [
        {name: _plain(value) for name, value in vars(step).items() if value not in ("", None)} for step in steps_of(item)
    ]
    said["wanted"] = [vars(one) for one in wanted_of(item)]
    return said


def _plain(value):
    return plain(value) if isinstance(value, Decimal) else value


# --- the tree -----------------------------------------------------------------------------------------


@transaction.atomic
def add_item(
    standard: Standard,
    *,
    by: Viewer,
    text: str,
    code: str = "",
    parent: Item | None = None,
    behind: Item | None = None,
    at: datetime | None = None,
) -> Item:
    """A new item: behind a sibling, else last under `parent`, else last at the top.

    Raises PermissionDenied; ValidationError "frozen", "depth", {"text": …} "required".
    """
    standard = _lock(standard.pk, by)
    tree, rows = _read(standard)
    if not clean(text):
        raise ValidationError({"text": ValidationError(_("Write the text of the item."), "required")})
    item = Item(standard=standard, text=clean(text), code=clean(code), is_leaf=True)
    _act(lambda: tree.put(item.key, parent=parent and parent.key, behind=behind and behind.key))
    _store(tree, rows, [item])
    record(by, "item.create", item, at=at, new=item.text, standard=standard.pk)
    return item


# Moves that need no further answer, and what they do in the tree.
STEPS: dict[str, Callable] = {"up": Branches.up, "down": Branches.down, "out": Branches.out, "into": Branches.into}


@transaction.atomic
def shift_item(item: Item, *, by: Viewer, version: int, step: str, at: datetime | None = None) -> Item:
    """One step of STEPS: up or down among its siblings, out to the level above, into the sibling before it.

    Raises PermissionDenied; ValidationError "frozen", "stale", or a code of SAYS.
    """
    return _moved(item, lambda tree, key: STEPS[step](tree, key), by=by, version=version, at=at)


@transaction.atomic
def move_item(
    item: Item,
    *,
    by: Viewer,
    version: int,
    parent: Item | None = None,
    behind: Item | None = None,
    at: datetime | None = None,
) -> Item:
    """To another place with everything below it; levels that would not fit are set anew.

    Raises as shift_item does.
    """
    keys = {"parent": parent and parent.key, "behind": behind and behind.key}
    return _moved(item, lambda tree, key: tree.move(key, **keys), by=by, version=version, at=at)


def _moved(item, move, *, by, version, at):
    standard = _lock(item.standard_id, by)
    item = _fresh(item, version)
    tree, rows = _read(standard)
    old = item.path
    _act(lambda: move(tree, item.key))
    _store(tree, rows)
    item = rows[item.key]
    item.version += 1
    item.save(update_fields=["version"])
    record(by, "item.move", item, at=at, old_path=old, path=item.path, standard=standard.pk)
    return item


@transaction.atomic
def split_item(item: Item, *, by: Viewer, version: int, texts: Sequence[str], at: datetime | None = None) -> list[Item]:
    """Several items of one: the first text keeps the item, its key and what lies below; the others stand behind it.

    The others keep its methods, frequency, kinds of site and veto, and remember where they came from; points and rules are not
    shared out. Raises PermissionDenied; ValidationError "frozen", "stale", {"texts": …} "required" for fewer than two texts.
    """
    standard = _lock(item.standard_id, by)
    item = _fresh(item, version)
    texts = [text for text in map(clean, texts) if text]
    if len(texts) < 2:
        raise ValidationError({"texts": ValidationError(_("Write at least two texts, each on its own line."), "required")})
    tree, rows = _read(standard)
    same = {name: getattr(item, name) for name in ("methods", "frequency", "site_kinds", "is_veto", "source_sheet", "source_row")}
    others = [Item(standard=standard, text=text, is_leaf=True, **same) for text in texts[1:]]
    tree.split(item.key, [other.key for other in others])
    _store(tree, rows, others)
    old, item = item.text, rows[item.key]
    item.text, item.version = texts[0], item.version + 1
    item.save(update_fields=["text", "version"])
    origins = {item.key, *item.origins.values_list("key", flat=True)}
    ItemOrigin.objects.bulk_create([ItemOrigin(item=other, key=key) for other in others for key in sorted(origins)])
    record(by, "item.split", item, at=at, old=old, new=texts, standard=standard.pk)
    record_many(by, "item.create", others, at=at, standard=standard.pk, split_from=item.pk)
    return [item, *others]


@transaction.atomic
def merge_items(items: Sequence[Item], *, by: Viewer, versions: Sequence[int], at: datetime | None = None) -> Item:
    """One item of several siblings: the first one, with all texts and everything that lay below the others.

    It keeps its key and remembers the others'. Points add up where each has some; methods and wanted proof are united, the
    first scoring rule stays. Raises PermissionDenied; ValidationError "frozen", "stale", "siblings", "depth".
    """
    if not items:
        raise ValidationError(SAYS["siblings"], "siblings")
    standard = _lock(items[0].standard_id, by)
    items = [_fresh(item, version) for item, version in zip(items, versions, strict=True)]
    tree, rows = _read(standard)
    if any(item.key not in rows for item in items):
        raise ValidationError(SAYS["siblings"], "siblings")
    items.sort(key=lambda item: item.path)
    first, *others = items
    _act(lambda: tree.merge([item.key for item in items]))
    old = [item.text for item in items]
    _unite(first, others)
    gone = {origin for other in others for origin in (other.key, *other.origins.values_list("key", flat=True))}
    gone -= {first.key, *first.origins.values_list("key", flat=True)}
    _store(tree, rows, gone=others)
    row = rows[first.key]
    for name in ("text", "points", "methods", "site_kinds", "wanted_proof", "note", "is_veto"):
        setattr(row, name, getattr(first, name))
    row.version += 1
    row.save()
    ItemOrigin.objects.bulk_create([ItemOrigin(item=row, key=key) for key in sorted(gone)])
    record(by, "item.merge", row, at=at, old=old, new=row.text, standard=standard.pk, taken=[str(key) for key in sorted(gone)])
    return row


def _unite(first, others):
    """What the first says after it has taken the others in."""
    rows = [first, *others]
    first.text = "\n".join(dict.fromkeys(row.text for row in rows))
    points = [row.points for row in rows]
    first.points = None if None in points else sum(points)
    for name, most in (("methods", 120), ("site_kinds", 300)):
        words = dict.fromkeys(word for row in rows for word in getattr(row, name).split("、") if word)
        setattr(first, name, "、".join(words)[:most])
    for name in ("wanted_proof", "note"):
        setattr(first, name, "\n".join(dict.fromkeys(getattr(row, name) for row in rows if getattr(row, name))))
    first.is_veto = any(row.is_veto for row in rows)
    known = wanted_of(first)
    added = [one for row in others for one in wanted_of(row) if one not in known]
    write_from = len(known) + 1
    WantedProof.objects.bulk_create(
        [WantedProof(item=first, position=n, **vars(one)) for n, one in enumerate(dict.fromkeys(added), write_from)]
    )


@transaction.atomic
def delete_item(item: Item, *, by: Viewer, version: int, at: datetime | None = None) -> None:
    """Take out a lowest item of a draft: a draft was never issued, so nobody has worked by it.

    Raises PermissionDenied; ValidationError "frozen", "stale", "has_parts".
    """
    standard = _lock(item.standard_id, by)
    item = _fresh(item, version)
    tree, rows = _read(standard)
    _act(lambda: tree.remove(item.key))
    record(by, "item.delete", item, at=at, old=item.text, standard=standard.pk, key=str(item.key))
    _store(tree, rows, gone=[item])


def _lock(standard_id, by):
    """The edition as it is now, locked: everything below changes under this lock. A draft of the viewer's own campaign."""
    standard = Standard.objects.select_for_update().get(pk=standard_id)
    if not rules.owns_standard(by, standard):
        raise PermissionDenied
    if standard.status != Standard.Status.DRAFT:
        raise ValidationError(_("The edition is published and no longer changes: make a new edition."), "frozen")
    return standard


def _fresh(item, version):
    item = Item.objects.select_related("parent").filter(pk=item.pk).first()
    if item is None or version != item.version:  # it may be merged or taken out
        raise ValidationError(STALE, "stale")
    return item


def _read(standard):
    """(the tree, key -> row)"""
    rows = list(Item.objects.filter(standard=standard).order_by("path"))
    keys = {row.pk: row.key for row in rows}
    twigs = [Twig(row.key, keys.get(row.parent_id), LEVELS.index(row.grade)) for row in rows]
    return Branches(twigs), {row.key: row for row in rows}


def _act(act):
    try:
        act()
    except TreeError as error:
        raise ValidationError(SAYS[error.code], error.code) from None


def _store(tree, rows, new=(), gone=()):
    """Write what the tree now says: new items, changed places, then take out what has gone."""
    rows |= {item.key: item for item in new}
    before = {key: (row.parent_id, row.path, row.grade, row.is_leaf) for key, row in rows.items() if row.pk}
    places = tree.layout()
    for place in places:
        row = rows[place.id]
        row.path, row.grade, row.is_leaf = place.path, LEVELS[place.level], place.is_leaf
        row.parent = rows[place.parent] if place.parent else None
    here = {place.id for place in places}
    moved = [rows[key] for key, old in before.items() if key in here and old != _place(rows[key])]
    # A path may not stand there twice, not even between two rows of one statement: first out of the way, then in place.
    away = Item.objects.filter(pk__in=[row.pk for row in [*moved, *gone]])
    away.update(path=Concat(Value("~"), Cast("pk", CharField())))
    for place in places:  # parents come first
        if rows[place.id].pk is None:
            rows[place.id].save()
    Item.objects.bulk_update(moved, ["parent", "path", "grade", "is_leaf"], batch_size=200)
    for row in gone:
        for kind in (ScoreStep, WantedProof, ItemOrigin):
            kind.objects.filter(item=row.pk).delete()
        Item.objects.filter(pk=row.pk).delete()


def _place(row):
    return (row.parent_id, row.path, row.grade, row.is_leaf)
