"""The statements about personal parts of copies, which their owner lends and takes back. Part of the generator."""

from __future__ import annotations

from jjm.registry.definition import quote
from jjm.registry.sealing import AWAY, ERASED, HEAD, RULE_OF_COPIES, SOME
from jjm.registry.sight import inside
from jjm.registry.table import Table


def sealed_of(table: Table, *, history: bool) -> str:
    """Read and hold what is sealed of versions: $1 ids, $2 versions."""
    source = table.history if history else table.current
    return (
        f"select t.id, t.version, t.node, t.digest, t.sealed, t.entry from {source} t "
        "join unnest($1::text[], $2::int[]) u(id, version) on t.id = u.id and t.version = u.version "
        "order by t.id, t.version for update of t"
    )


def withdraw(table: Table, *, history: bool) -> str:
    """Destroy the keys of copies that were lent: $1 the nodes that made them, $2 their States, $3 up to which entry.

    Null stands for all.
    """
    where = f"node = any($1::text[]) and get_byte(sealed, 0) & 15 = {RULE_OF_COPIES} and {_states('$2')}"
    where += " and ($3::bigint is null or entry <= $3)"
    return _left(table, history, f"(get_byte(sealed, 0) & ~{SOME}) | {AWAY}", where)


def hand_over(table: Table, *, history: bool) -> str:
    """Destroy the keys of all that is another node's by now: $1 States, $2 a node whose versions stay, or null."""
    where = f"{_states('$1')} and node is distinct from $2::text"
    return _left(table, history, f"(get_byte(sealed, 0) & ~{SOME}) | {AWAY}", where)


def erase_copies(table: Table, *, history: bool) -> str:
    """Erase copies whose owner has erased them: $1 the node that made them, $2 ids, $3 up to which instants."""
    source = table.history if history else table.current
    left = f"set_byte(substr(sealed, 1, {HEAD}), 0, (get_byte(sealed, 0) & ~{SOME | AWAY}) | {ERASED})"
    sets = ", ".join([f"sealed = {left}", *(f"{quote(name)} = null" for name in table.blinds)])
    return (
        f"update {source} t set {sets} from unnest($2::text[], $3::timestamptz[]) u(id, at) "
        f"where t.id = u.id and t.node = $1 and t.recorded_at <= u.at and t.sealed is not null returning t.version"
    )


def sums(table: Table) -> str:
    """How many versions there are in some States, how many with all that is personal, and the digest of their digests.

    $1 States.
    """
    rows = " union all ".join(
        f"select id, version, digest, sealed from {source} t where {_in_states(table, '$1')}"
        for source in (table.current, table.history)
    )
    whole = f"count(*) filter (where length(sealed) > {HEAD} and get_byte(sealed, 0) & {SOME} = 0)"
    joined = "encode(sha256(coalesce(string_agg(digest, ''::bytea order by id, version), '')), 'hex')"
    return f"select count(*) as versions, {whole} as personal, {joined} as digest from ({rows}) b"


def listed(table: Table) -> str:
    """The versions in some States with their digests, and whether all that is personal is there: $1 States, $2 most."""
    whole = f"coalesce(length(sealed) > {HEAD} and get_byte(sealed, 0) & {SOME} = 0, false)"
    rows = " union all ".join(
        f"select id, version, digest, {whole} as personal from {source} t where {_in_states(table, '$1')}"
        for source in (table.current, table.history)
    )
    return f"select id, version, digest, personal from ({rows}) b order by id, version limit $2"


def _left(table: Table, history: bool, rule: str, where: str) -> str:
    source = table.history if history else table.current
    left = f"set_byte(substr(sealed, 1, {HEAD}), 0, {rule})"
    sets = ", ".join([f"sealed = {left}", *(f"{quote(name)} = null" for name in table.blinds)])
    return f"update {source} set {sets} where length(sealed) > {HEAD} and {where} returning version"


def _states(parameter: str) -> str:
    return f"({parameter}::text[] is null or split_part(id, '-', 2) = any({parameter}::text[]))"


def _in_states(table: Table, parameter: str) -> str:
    if "{state}" in table.standard.id:
        return _states(parameter)
    # What carries no State in its identifier lies in one by the area that it names.
    return inside(table.standard, "t", f"array(select 'STA-' || s from unnest({parameter}::text[]) s)")
