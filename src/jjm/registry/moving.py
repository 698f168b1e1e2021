"""The statements that move what is personal out of columns of its own, as release 0.1 had it. Part of the generator."""

from __future__ import annotations

from collections.abc import Sequence

from jjm.registry.definition import quote
from jjm.registry.table import Table


def unsealed(table: Table, names: Sequence[str], *, history: bool) -> str:
    """The next versions that still show something in these columns: $1 id, $2 version, $3 how many."""
    source = table.history if history else table.current
    shows = " or ".join(f"t.{quote(name)} is not null" for name in names)
    shown = ", ".join(f"t.{quote(name)}" for name in ("id", "version", "sealed", *names))
    return (
        f"select {shown} from {source} t where (t.id, t.version) > ($1, $2) and ({shows}) "
        "order by t.id, t.version limit $3"
    )


def put_away(table: Table, names: Sequence[str], *, history: bool) -> str:
    """Keep versions sealed: $1 ids, $2 versions, $3 what is sealed, then the numbers of each blind column."""
    source = table.history if history else table.current
    blinds = [quote(name) for name in table.blinds]
    given = "".join(f", ${n}::int[]" for n in range(4, 4 + len(blinds)))
    found = [f"{name} = coalesce(u.{name}, t.{name})" for name in blinds]
    sets = ", ".join(["sealed = u.sealed", *found, *(f"{quote(name)} = null" for name in names)])
    return (
        f"update {source} t set {sets} from unnest($1::text[], $2::int[], $3::bytea[]{given}) "
        f"u({', '.join(['id', 'version', 'sealed', *blinds])}) where t.id = u.id and t.version = u.version"
    )


def drop(table: Table, names: Sequence[str]) -> list[str]:
    """Statements that take these columns away."""
    return [
        f"alter table {source} {', '.join(f'drop column if exists {quote(n)}' for n in names)}"
        for source in (table.current, table.history)
    ]
