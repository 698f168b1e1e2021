"""The statements that erase what is personal in a record by destroying its keys, and find what names it.

Part of the generator.
"""

from __future__ import annotations

from collections.abc import Sequence

from jjm.registry.definition import quote
from jjm.registry.sealing import HEAD
from jjm.registry.table import Table


def erase(table: Table, *, history: bool) -> str:
    """Erase versions recorded up to an instant: $1 id, $2 instant. Only rule and digest of what was sealed are left."""
    source = table.history if history else table.current
    left = f"set_byte(substr(sealed, 1, {HEAD}), 0, get_byte(sealed, 0) | 128)"
    sets = ", ".join([f"sealed = {left}", *(f"{quote(name)} = null" for name in table.blinds)])
    here = f"id = $1 and recorded_at <= $2 and length(sealed) > {HEAD}"
    return f"update {source} set {sets} where {here} returning version"


def last_recorded(table: Table) -> str:
    """When personal data of a record was last recorded, of what is still there: $1 id."""
    here = f"where id = $1 and length(sealed) > {HEAD}"
    both = " union all ".join(f"select recorded_at from {source} {here}" for source in (table.current, table.history))
    return f"select max(recorded_at) from ({both}) b"


def sealed_versions(table: Table) -> str:
    """How many versions of a record hold something personal: $1 id."""
    here = f"where id = $1 and length(sealed) > {HEAD}"
    both = " union all ".join(f"select version from {source} {here}" for source in (table.current, table.history))
    return f"select count(*) from ({both}) b"


def pointing(table: Table, names: Sequence[str]) -> str:
    """The records that name another in one of these fields, in any version: $1 the other."""
    lists = {name for name in names if table.columns[name].field.is_list_of_refs}
    here = " or ".join(f"{quote(n)} @> array[$1]" if n in lists else f"{quote(n)} = $1" for n in names)
    return " union ".join(f"select id from {source} where {here}" for source in (table.current, table.history))


def sealed_in(table: Table) -> str:
    """Versions with something personal that lie in areas: $1 the areas, null for all."""
    column = table.columns.get(table.standard.area or "")
    in_area = f" or {quote(column.name)} = any($1)" if column is not None and column.field.kind == "ref" else ""
    where = f" and ($1::text[] is null{in_area})"
    return " union all ".join(
        f"select id, version, sealed from {source} where length(sealed) > {HEAD}{where}"
        for source in (table.current, table.history)
    )


def areas_of(table: Table) -> str:
    """The areas in which a record lies or lay: $1 id."""
    area = quote(table.standard.area or "id")
    both = (f"select {area} as area from {source} where id = $1" for source in (table.current, table.history))
    return " union ".join(both)
