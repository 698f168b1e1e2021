"""The statements that walk a whole type, to compare it with the ledger. Part of the generator."""

from __future__ import annotations

from jjm.registry.table import Table


def scan(table: Table, *, history: bool) -> str:
    """Read the next versions in the order of their id and version: $1 id, $2 version, $3 how many."""
    source = table.history if history else table.current
    where = "(t.id, t.version) > ($1, $2)" if history else "t.id > $1 and $2::int is not null"
    return f"select {table.column_list} from {source} t where {where} order by t.id, t.version limit $3"


def twice(table: Table) -> str:
    """Versions that stand in both tables."""
    same = "c.id = h.id and c.version = h.version"
    return f"select h.id, h.version from {table.history} h join {table.current} c on {same} order by h.id, h.version"


def gone(table: Table) -> str:
    """Which of these versions stand in neither table: $1 ids, $2 versions."""
    absent = [
        f"not exists (select from {source} t where t.id = u.id and t.version = u.version)"
        for source in (table.current, table.history)
    ]
    wanted = "unnest($1::text[], $2::int[]) u(id, version)"
    return f"select u.id, u.version from {wanted} where {' and '.join(absent)} order by 1, 2"


def misplaced(table: Table) -> str:
    """Versions in the wrong table, but for those that a scheduled change is about to move: $1 day, $2 type."""
    newer = f"exists (select from {table.history} n where n.id = t.id and n.version > t.version and {_covers('n')})"
    due = "exists (select from registry.scheduled s where s.type = $2 and s.id = t.id and s.due <= $1)"
    standing = f"exists (select from {table.current} c where c.id = t.id)"
    return (
        f"select t.id, t.version, true as today from {table.current} t "
        f"where (not ({_covers('t')}) or {newer}) and not {due} union all "
        f"select t.id, t.version, false from {table.history} t "
        f"where {_covers('t')} and t.change <> 'retire' and not {newer} and not {standing} and not {due} "
        "order by 1, 2"
    )


def _covers(alias: str) -> str:
    return f"{alias}.valid_from <= $1 and ({alias}.valid_to is null or {alias}.valid_to > $1)"
