"""Where a record lies: the areas that its nearer fields name, all of them, else those of its area. No I/O.

Said twice, for values and for rows of a statement, and used by everything that asks: reading, changing, filtering.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jjm.registry.columns import entries
from jjm.registry.definition import quote
from jjm.standards import Standard


def areas_of(standard: Standard, data: Mapping[str, Any]) -> list[str]:
    """The areas in which a record with these values lies, none twice."""
    nearer = list(dict.fromkeys(area for name in standard.nearer for area in entries(data.get(name))))
    return nearer or (entries(data.get(standard.area)) if standard.area else [])


def places(standard: Standard, alias: str) -> str:
    """The areas of a row as an array, for a type with nearer fields."""
    fields = [standard.field(name) for name in standard.nearer]
    single = ", ".join(f"{alias}.{quote(f.name)}" for f in fields if not f.is_list_of_refs)
    several = [f"coalesce({alias}.{quote(f.name)}, '{{}}')" for f in fields if f.is_list_of_refs]
    nearer = " || ".join([*([f"array_remove(array[{single}]::text[], null)"] if single else []), *several])
    area = f"{alias}.{quote(str(standard.area))}"
    own = area if standard.field(str(standard.area)).is_list_of_refs else f"array[{area}]::text[]"
    return f"(case when cardinality({nearer}) > 0 then {nearer} else {own} end)"
