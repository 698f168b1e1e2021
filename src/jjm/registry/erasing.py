"""The statements that erase what is personal in a record by destroying its keys. Part of the generator."""

from __future__ import annotations

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
