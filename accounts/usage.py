"""What hangs on rows: asked of every foreign key there is, so that a table of tomorrow is not forgotten."""

from collections.abc import Collection, Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


def hanging_on(
    model: type[models.Model], pks: Iterable[int], *, but: Collection[type[models.Model]] = (), **where
) -> dict[int, str]:
    """id -> what hangs on the row, in a word, for those on which anything hangs.

    but: tables that do not count; where: only rows with these values, asked of the tables that have such a column.
    """
    pks, found = list(pks), {}
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many or relation.related_model in but:
            continue
        table, name = relation.related_model, relation.field.name
        columns = {field.name for field in table._meta.fields}
        asked = {key: value for key, value in where.items() if key in columns}
        rows = table._base_manager.filter(**{f"{name}__in": pks}, **asked)
        for pk in rows.order_by().values_list(name, flat=True).distinct():
            found.setdefault(pk, str(_word(table)))
    return found


def _word(table):
    """What the table is called; one that only links two, after the one that links."""
    meta = (table._meta.auto_created or table)._meta
    return meta.verbose_name if "verbose_name" in meta.original_attrs else _("other records")
