"""The statements that bring sealed versions under a new master key, and fill blind columns. Part of the generator."""

from __future__ import annotations

from jjm.registry.definition import quote
from jjm.registry.sealing import HEAD
from jjm.registry.table import Table

_KEY = f"substr(t.sealed, {HEAD + 1}, 4)"


def under_another(table: Table, *, history: bool) -> str:
    """The next versions whose master key is another: $1 id, $2 version, $3 how many, $4 the key."""
    where = f"octet_length(t.sealed) > {HEAD} and {_KEY} <> $4"
    return _next(table, where, history=history)


def without_numbers(table: Table, names: list[str], *, history: bool) -> str:
    """The next versions that are not found by one of these blind columns: $1 id, $2 version, $3 how many."""
    missing = " or ".join(f"t.{quote(name)} is null" for name in names)
    return _next(table, f"octet_length(t.sealed) > {HEAD} and ({missing})", history=history)


def _next(table: Table, where: str, *, history: bool) -> str:
    return (
        f"select t.id, t.version, t.sealed from {table.history if history else table.current} t "
        f"where (t.id, t.version) > ($1, $2) and {where} order by t.id, t.version limit $3"
    )


def put_back(table: Table, *, history: bool) -> str:
    """Keep versions sealed anew: $1 ids, $2 versions, $3 as they were, $4 as they are, then blind columns.

    One that has become another meanwhile, since it was erased, stays as it is.
    """
    names = [quote(name) for name in table.blinds]
    given = "".join(f", ${n}::int[]" for n in range(5, 5 + len(names)))
    sets = ", ".join(["sealed = u.made", *(f"{name} = u.{name}" for name in names)])
    state = " and t.state = split_part(u.id, '-', 2)" if table.by_state and not history else ""
    return (
        f"update {table.history if history else table.current} t set {sets} "
        f"from unnest($1::text[], $2::int[], $3::bytea[], $4::bytea[]{given}) "
        f"u({', '.join(['id', 'version', 'was', 'made', *names])}) "
        f"where t.id = u.id and t.version = u.version and t.sealed = u.was{state}"
    )
