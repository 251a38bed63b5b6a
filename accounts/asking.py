"""Queries of one form that every request asks: compiled once, afterwards only their values change."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

# Kind of value -> a stand-in that no other value of a condition equals.
MARKS = {
    int: lambda place: 2_000_000_017 + 1000 * place,
    str: lambda place: f"\x01mark {place}",
    date: lambda place: date(1, 2, 1) + timedelta(days=place),
    datetime: lambda place: datetime(1, 2, 1, 3, 4, 5, tzinfo=UTC) + timedelta(days=place),
}


class Asking:
    """Rows of a queryset whose form is always the same. Django takes ten times as long to compile one as to answer it.

    build(**marks) gives the queryset, related rows included; marks stand for the values of a call. Each value is of
    a kind of MARKS and is used in conditions as it is. Shapes: rows(**values) -> list of model rows;
    tuples(**values) -> list of tuples.
    """

    def __init__(self, build: Callable[..., QuerySet], **kinds: type):
        self.build, self.kinds = build, kinds
        self.marks = {name: MARKS[kind](place) for place, (name, kind) in enumerate(kinds.items())}
        self.kept = {}  # kind of database -> _Statement

    def rows(self, **values) -> list[Model]:
        statement, asked = self._asked(values)
        return [statement.row(found) for found in asked.results_iter()]

    def tuples(self, **values) -> list[tuple]:
        """For a queryset of values_list."""
        _statement, asked = self._asked(values)
        return list(asked.results_iter(tuple_expected=True))

    def first(self, **values) -> Model | None:
        return next(iter(self.rows(**values)), None)

    def _asked(self, values):
        """(the statement, its compiler with the values of a call)"""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self.kept:
            self.kept[connection.vendor] = self._compiled(connection)
        statement = self.kept[connection.vendor]
        told = {name: _adapted(self.kinds[name], value, connection) for name, value in values.items()}
        asked = copy.copy(statement.compiler)  # the kept one is shared by all threads
        asked.connection = connection
        filled = [told[place.name] if isinstance(place, _Place) else place for place in statement.places]
        asked.as_sql = lambda: (statement.text, filled)
        return statement, asked

    def _compiled(self, connection):
        compiler = self.build(**self.marks).query.get_compiler(connection=connection)
        try:
            text, filled = compiler.as_sql()
        except EmptyResultSet:
            raise ValueError("A query that has no rows whatever its values needs no asking.") from None
        named = {_adapted(self.kinds[name], mark, connection): _Place(name) for name, mark in self.marks.items()}
        places = [named.get(value, value) for value in filled]
        if missing := set(self.marks) - {place.name for place in places if isinstance(place, _Place)}:
            raise ValueError(f"Not used as they are: {sorted(missing)}")
        return _Statement(compiler, text, places)


class _Statement:
    """A compiled query. places: its values, with names in the place of marks; row(found) -> the model's row."""

    def __init__(self, compiler, text, places):
        self.compiler, self.text, self.places = compiler, text, places
        converters = compiler.get_converters([column for column, *_others in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda columns: converters
        compiler.connection = None  # each call brings its thread's own
        if compiler.klass_info:
            self.row = _row_maker(compiler)


def _row_maker(compiler):
    """A function from a row's values to the model's row with what is joined to it, as ModelIterable makes them."""
    info, db = compiler.klass_info, DEFAULT_DB_ALIAS
    place = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
    names = [column.target.attname for column, *_others in compiler.select[place]]
    joined, annotations = get_related_populators(info, compiler.select, db), list((compiler.annotation_col_map or {}).items())

    def make(found):
        row = info["model"].from_db(db, names, found[place])
        for part in joined:
            part.populate(found, row)
        for name, number in annotations:
            setattr(row, name, found[number])
        return row

    return make


KEPT_MOST = 500  # of one process, a few thousand characters each
_kept: dict[tuple, object] = {}


def kept(alike: tuple, make: Callable[[], object]) -> object:
    """What make() gives, which is asked only when nobody with the same `alike` has come before.

    alike: everything it is made from, plain values; its first is the word of who keeps it. Statements are kept here, never rows.
    """
    found = _kept.get(alike)
    if found is None:
        if len(_kept) >= KEPT_MOST:
            _kept.clear()
        found = _kept[alike] = make()
    return found


def asking_alike(alike: tuple, build: Callable[..., QuerySet], **kinds: type) -> Asking:
    """The Asking of all whose query is made from the same `alike` beside its values."""
    return kept(("asking", *alike), lambda: Asking(build, **kinds))


@dataclass(frozen=True)
class _Place:
    """Where a named value goes."""

    name: str


def _adapted(kind, value, connection):
    """The value as the database takes it; a moment is no day, and would be compared as text."""
    if isinstance(value, datetime) != (kind is datetime):
        raise TypeError(f"{value!r} for a {kind.__name__}")
    if kind is datetime:
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if kind is date else value
