"""Personal parts of versions, lent to another node that has copies of these: told, taken, withdrawn, and compared.

Whoever has a copy knows the digest of what is personal. All of it together with its salt is proved by that digest; some
of its fields are taken without proof, and marked so. What was lent is sealed anew by the node that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from jjm.access import Actor
from jjm.kit import Fault, Problem, ReadConnection, Unopened, WriteConnection
from jjm.registry import lending, moving, store
from jjm.registry.rules import states_in
from jjm.registry.sealing import (
    context,
    copied,
    digest_in,
    is_erased,
    is_here,
    is_some,
    is_told_by_values,
    needed,
    opened,
    values_in,
)
from jjm.registry.service.context import Registry
from jjm.registry.service.seeing import sight_of
from jjm.registry.sight import Sight
from jjm.registry.table import Table

_AT_ONCE = 1_000


class Part(NamedTuple):
    """The personal part of a version; without a salt only some of its fields."""

    id: str
    version: int
    salt: bytes
    values: Mapping[str, Any]


class TakenParts(NamedTuple):
    """Of how many versions parts were taken, and at which entry of this node's ledger the last of them stands."""

    versions: int
    entry: int


class Sum(NamedTuple):
    """Versions of a type in some States: how many, how many with all that is personal, the digest of their digests."""

    versions: int
    personal: int
    digest: str


async def parts_of(
    registry: Registry, conn: ReadConnection, actor: Actor, type: str, wanted: Sequence[tuple[str, int]]
) -> list[Part]:
    """What this actor may see of the personal parts of these versions. Raises Problem 403 for a closed type."""
    table = registry.table(type)
    sight = await sight_of(registry, conn, actor, table)
    found: list[Part] = []
    for start in range(0, len(wanted), _AT_ONCE):
        rows = await store.at_versions(
            conn, table, wanted[start : start + _AT_ONCE], Sight(areas=sight.areas), numbered=False
        )
        found += [part for row in rows if row is not None and (part := _part(table, row, sight.hidden))]
    return found


def _part(table: Table, row: Any, hidden: frozenset[str]) -> Part | None:
    sealed = row["sealed"]
    if not is_here(sealed) or is_told_by_values(sealed) or is_some(sealed):
        return None
    try:
        part = opened(needed(table.vault), table.standard.name, row["id"], row["version"], sealed)
    except Unopened as error:
        detail = f"What is personal in {row['id']}, version {row['version']}: {error}."
        raise Problem("seal-broken", 503, "What is sealed cannot be opened", detail) from error
    values = {name: value for name, value in part.values.items() if name not in hidden}
    if not values:
        return None
    return Part(row["id"], row["version"], part.salt if len(values) == len(part.values) else b"", values)


async def take_parts(
    registry: Registry,
    conn: WriteConnection,
    type: str,
    nodes: Sequence[str],
    fields: frozenset[str] | None,
    parts: Sequence[Part],
) -> TakenParts:
    """Take personal parts of copies of versions that these nodes made. Those of no copy here are passed over.

    `fields` are those that may be here, None for all. Raises Problem `not-proven` for a part that is not what the
    digest says, or that holds a field that may not.
    """
    table = registry.tables.get(type)
    if table is None or not table.personal:
        return TakenParts(0, -1)
    _require_fields(type, fields, parts)
    given = {(p.id, p.version): p for p in parts}
    asked = [p.id for p in parts], [p.version for p in parts]
    count, last = 0, -1
    for history in (False, True):
        rows = await conn.fetch(lending.sealed_of(table, history=history), *asked)
        taken = [made for row in rows if row["node"] in nodes and (made := _taken(table, row, given))]
        if taken:
            await conn.execute(moving.put_away(table, (), history=history), *columns_of(table, taken))
            count, last = count + len(taken), max(last, *(made.entry for made in taken))
    return TakenParts(count, last)


def _require_fields(type: str, fields: frozenset[str] | None, parts: Iterable[Part]) -> None:
    if fields is None:
        return
    for part in parts:
        if over := sorted(set(part.values) - fields):
            raise _unproven(f"`{over[0]}` of {type} {part.id} was sent, which nobody agreed on.")


class Put(NamedTuple):
    """What is kept sealed of a version from now on, and its values, of which the numbers of lookups are made."""

    entry: int
    id: str
    version: int
    sealed: bytes
    values: Mapping[str, Any]


def _taken(table: Table, row: Any, given: Mapping[tuple[str, int], Part]) -> Put | None:
    """What a row is to hold from now on; None where it stays as it is."""
    part, sealed = given[row["id"], row["version"]], row["sealed"]
    digest = digest_in(sealed)
    if digest is None or is_erased(sealed) or (is_here(sealed) and not is_some(sealed)):
        return None
    # A field that is not about persons here has a column, or none: it is not kept, and then nothing proves the others.
    values = {name: value for name, value in part.values.items() if name in table.personal}
    salt = part.salt if len(values) == len(part.values) else b""
    if is_here(sealed) and not salt:
        values = values_in(table.vault, table.standard.name, row["id"], row["version"], sealed) | values
    if not values:
        return None
    try:
        at = context(table.standard.name, row["id"], row["version"])
        return Put(row["entry"], row["id"], row["version"], copied(table.vault, at, digest, salt, values), values)
    except Unopened as error:
        raise _unproven(f"What is personal in {row['id']}, version {row['version']}: {error}.") from error


def columns_of(table: Table, taken: Sequence[Put]) -> list[Any]:
    """What of these the statement that puts them away is given."""
    ids, versions = [t.id for t in taken], [t.version for t in taken]
    values = [t.values for t in taken]
    blinds = [table.blinded(field, states_in(ids), values) for field in table.blinds.values()]
    return [ids, versions, [t.sealed for t in taken], *blinds]


def _unproven(detail: str) -> Problem:
    return Problem(
        "not-proven", 422, "The proof does not hold", detail, [Fault(detail, "Ask the keepers of the node.")]
    )


async def withdraw(
    registry: Registry,
    conn: WriteConnection,
    types: Iterable[str],
    nodes: Sequence[str],
    states: Sequence[str] | None,
    entry: int | None = None,
) -> int:
    """Destroy the keys of what was lent of these types by these nodes, `entry` the last of it; of how many versions."""
    tables = [table for type in types if (table := registry.tables.get(type)) is not None and table.personal]
    statements = [lending.withdraw(table, history=past) for table in tables for past in (False, True)]
    return sum([len(await conn.fetch(statement, nodes, states, entry)) for statement in statements])


async def give_away(
    registry: Registry, conn: WriteConnection, states: Sequence[str], but: str | None = None
) -> dict[str, int]:
    """Destroy the keys of all that is personal in records of these States; of how many versions of each type.

    What the node `but` made stays.
    """
    found: dict[str, int] = {}
    for table in _of_states(registry):
        if table.personal and "{state}" in table.standard.id:
            statements = [lending.hand_over(table, history=past) for past in (False, True)]
            gone = [await conn.fetch(statement, states, but) for statement in statements]
            found[table.standard.name] = sum(map(len, gone))
    return found


async def forget_erased(
    registry: Registry, conn: WriteConnection, node: str, erased: Sequence[tuple[str, datetime]]
) -> int:
    """Erase copies of records that a node has erased up to an instant; how many versions."""
    asked = node, [id for id, _ in erased], [at for _, at in erased]
    tables = [table for table in registry.tables.values() if table.personal]
    statements = [lending.erase_copies(table, history=past) for table in tables for past in (False, True)]
    return sum([len(await conn.fetch(statement, *asked)) for statement in statements])


async def sums_of(registry: Registry, conn: ReadConnection, states: Sequence[str]) -> dict[str, Sum]:
    """What of each type that a State decides is here of these States."""
    found: dict[str, Sum] = {}
    for table in _of_states(registry):
        row = await conn.fetchrow(lending.sums(table), states)
        found[table.standard.name] = Sum(row["versions"], row["personal"], row["digest"])
    return found


async def versions_of(
    registry: Registry, conn: ReadConnection, type: str, states: Sequence[str], most: int
) -> list[tuple[str, int, str, bool]]:
    """The versions of a type in these States: record, number, digest, and whether all that is personal is here."""
    rows = await conn.fetch(lending.listed(registry.table(type)), states, most)
    return [(row["id"], row["version"], row["digest"].hex(), row["personal"]) for row in rows]


def _of_states(registry: Registry) -> list[Table]:
    return [table for table in registry.tables.values() if table.standard.authority == "state"]
