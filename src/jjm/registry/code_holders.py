"""Which records hold codes that a list no longer has: the question to a type's tables, made from its standard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jjm.registry.definition import literal, quote
from jjm.registry.table import Table
from jjm.standards import Catalogue, Standard, code_paths

Path = tuple[str | int, ...]


def places(standard: Standard, catalogue: Catalogue, codelist: str) -> list[Path]:
    """Where records of a type may hold codes of a list, in fields of the country and of States.

    The state of a case is left out where its workflow takes over those that run: that says itself where each goes.
    """
    found = list(code_paths(standard.fields, codelist))
    for state in catalogue.states.values():
        found += code_paths(state.fields.get(standard.name, ()), codelist, ("ext", state.namespace))
    taken_over = [(w.moves,) for w in catalogue.workflows.values() if w.type == standard.name and w.replaces]
    return [path for path in found if path not in taken_over]


def holders(table: Table, paths: Iterable[Path]) -> str | None:
    """How many versions of today or later hold one of the codes, and the first such record: $1 codes, $2 today.

    What is sealed cannot be looked into, so a version that has any counts. None where no place has a column.
    """
    if not (conditions := list(dict.fromkeys(_conditions(table, paths)))):
        return None
    held = " or ".join(conditions)
    return (
        "select count(*) as versions, min(id) as first from ("
        f"select t.id from {table.current} t where {held} union all "
        f"select t.id from {table.history} t where t.valid_from > $2 and ({held})) both_tables"
    )


def _conditions(table: Table, paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        name = str(path[0])
        if name in table.personal:
            yield "(t.sealed is not null and $1::text[] is not null)"
        elif name == "ext" or (column := table.columns[name]).type == "jsonb":
            yield f"jsonb_path_query_array(t.{quote(name)}, {literal(_inside(path[1:]))}) ?| $1::text[]"
        elif column.type == "text[]":
            yield f"t.{quote(name)} && $1::text[]"
        else:
            yield f"t.{quote(name)} = any($1::text[])"


def _inside(path: Path) -> str:
    return "$" + "".join("[*]" if part == 0 else f'."{part}"' for part in path)
