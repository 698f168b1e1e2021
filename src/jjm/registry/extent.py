"""The statements that tell how far a change of areas reaches: records in them, records that name them.

Part of the generator.
"""

from __future__ import annotations

from jjm.registry.definition import quote
from jjm.registry.placing import places
from jjm.registry.table import Table


def count_inside(table: Table) -> str | None:
    """Count the records that lie in areas or below them today: $1 areas. None for a type that lies in no area."""
    standard = table.standard
    if standard.level is not None or not standard.area:
        return None
    inside = "select c.descendant from registry.area_closure c where c.ancestor = any($1::text[])"
    if standard.nearer:
        return f"select count(*) from {table.current} t where {places(standard, 't')} && array({inside})"
    at = quote(standard.area)
    if standard.field(standard.area).is_list_of_refs:
        return f"select count(*) from {table.current} t where t.{at} && array({inside})"
    return f"select count(*) from {table.current} t where t.{at} in ({inside})"


def naming(table: Table, field: str) -> str | None:
    """Find records of today that name one of these in a field: $1 identifiers, $2 how many at most.

    None for a field that is personal, and kept sealed.
    """
    if field in table.personal:
        return None
    at = f"t.{quote(field)}"
    named = f"{at} && $1::text[]" if table.standard.field(field).is_list_of_refs else f"{at} = any($1::text[])"
    return f"select t.id from {table.current} t where {named} order by t.id limit $2"
