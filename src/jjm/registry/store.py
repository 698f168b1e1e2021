"""Rows in and out of a type's tables: the only place that runs the registry's statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from jjm.kit import ReadConnection, WriteConnection, beside, copy_in, load_queries
from jjm.registry import wire
from jjm.registry.model import AsOf, Header, Version
from jjm.registry.rows import data_of, row_of, version_of
from jjm.registry.sight import WHOLE, Sight
from jjm.registry.table import Table

queries = load_queries("jjm.registry")
trees = load_queries("jjm.registry", "trees")
lineage = load_queries("jjm.registry", "lineage")
areas = load_queries("jjm.registry", "areas")
proposals = load_queries("jjm.registry", "proposals")
scope = load_queries("jjm.registry", "scope")
whose = load_queries("jjm.registry", "whose")
tallies = load_queries("jjm.registry", "tallies")
_COPY_FROM = 40


async def get(conn: ReadConnection, table: Table, id: str, sight: Sight = WHOLE, state: str | None = None) -> Any:
    """The row of today, or None; `state` where its partition is known to be there."""
    return await conn.fetchrow(table.get(sight, state), id, *sight.values)


async def get_many(
    conn: ReadConnection, table: Table, ids: Sequence[str], sight: Sight = WHOLE, state: str | None = None
) -> list[Any]:
    """The rows of today of those of these records that are seen, in no order."""
    return await conn.fetch(table.get_many(sight, state), ids, *sight.values)


async def versions(
    conn: ReadConnection, table: Table, id: str, sight: Sight = WHOLE, *, below: int = 2**31 - 1, limit: int
) -> list[Any]:
    """The rows of the versions of a record that are seen, newest first."""
    return await conn.fetch(table.versions(sight), id, below, limit, *sight.values)


async def at_versions(
    conn: ReadConnection,
    table: Table,
    wanted: Sequence[tuple[str, int]],
    sight: Sight = WHOLE,
    state: str | None = None,
    *,
    numbered: bool = True,
) -> list[Any]:
    """The rows of these (record, version) pairs in order, wherever they stand now; those not seen are left out.

    Not `numbered`, they come without their position in the ledger.
    """
    ids = list(dict.fromkeys(id for id, _ in wanted))
    today, past_ones = table.get_many(sight, state, numbered=numbered), table.past(sight, numbered=numbered)
    standing = {row["id"]: row for row in await conn.fetch(today, ids, *sight.values)}
    rows = [standing.get(id) for id, _ in wanted]
    if all(row is not None and row["version"] == pair[1] for row, pair in zip(rows, wanted, strict=True)):
        return rows
    found = {(id, row["version"]): row for id, row in standing.items()}
    past = [pair for pair in wanted if pair not in found]
    if past:
        rows = await conn.fetch(past_ones, [id for id, _ in past], [version for _, version in past], *sight.values)
        found |= {(row["id"], row["version"]): row for row in rows}
    # A coming version may have been put in place between the two questions.
    if moved := list(dict.fromkeys(id for id, version in past if (id, version) not in found)):
        rows = await conn.fetch(today, moved, *sight.values)
        found |= {(row["id"], row["version"]): row for row in rows}
    return [row for pair in wanted if (row := found.get(pair))]


async def get_as_of(conn: ReadConnection, table: Table, id: str, at: AsOf, sight: Sight = WHOLE) -> Any:
    """The row that held at a point on both clocks, or None."""
    return await conn.fetchrow(table.get_as_of(sight), id, at.valid_at, at.known_at, *sight.values)


async def lock(conn: WriteConnection, table: Table, ids: Sequence[str]) -> dict[str, Version]:
    """The versions of today of these records, held until the transaction ends."""
    found: dict[str, Version] = {}
    wanted = list(ids)
    while wanted:
        found |= {row["id"]: version_of(table, row) for row in await conn.fetch(table.lock(), wanted)}
        absent = [id for id in wanted if id not in found]
        # Whoever waited for a row that was replaced meanwhile gets neither the old one nor the new one.
        unknown = set(await missing(conn, table, absent)) if absent else set[str]()
        wanted = [id for id in absent if id not in unknown]
    return found


async def retired(conn: ReadConnection, table: Table, ids: Sequence[str]) -> dict[str, Version]:
    """The newest version of those of these records that do not hold today."""
    return {row["id"]: version_of(table, row) for row in await conn.fetch(table.retired(), ids)}


async def headers(
    conn: ReadConnection, table: Table, ids: Sequence[str], sight: Sight = WHOLE
) -> dict[str, list[Header]]:
    """All versions of these records that are seen, without their values, oldest first."""
    found: dict[str, list[Header]] = {id: [] for id in ids}
    asked = [ids] if sight.areas is None else [ids, sight.areas]
    for row in await conn.fetch(table.headers(sight), *asked):
        found[row["id"]].append(
            Header(*(row[n] for n in ("version", "change", "valid_from", "valid_to", "recorded_at", "is_current")))
        )
    return found


async def numbers(conn: ReadConnection, table: Table, ids: Sequence[str]) -> set[tuple[str, int]]:
    """The (record, version) pairs of these records that are known, none for those that are not."""
    return {(id, version) for id, version in await conn.fetch(table.numbers(), ids)}


async def values_at(
    conn: ReadConnection, table: Table, versions: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], dict[str, Any]]:
    """The values of these versions, by record and version."""
    rows = await at_versions(conn, table, versions, numbered=False)
    return {(row["id"], row["version"]): data_of(table, row) for row in rows}


async def digests_of(
    conn: ReadConnection, table: Table, versions: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], bytes]:
    """The digests of these versions, by record and version."""
    rows = await at_versions(conn, table, versions, numbered=False)
    return {(row["id"], row["version"]): row["digest"] for row in rows}


async def missing(conn: ReadConnection, table: Table, ids: Sequence[str]) -> list[str]:
    """Those of these identifiers that name no record of today."""
    return [row["id"] for row in await conn.fetch(table.missing(), ids)]


async def around(
    conn: ReadConnection, statement: str, named: Mapping[str, Collection[str]], areas: Collection[str]
) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Which of these identifiers name no record of today, by type, and the State of each of these areas.

    `statement` is that of `table.around` for the types named.
    """
    absent: dict[str, set[str]] = {}
    states: dict[str, str] = {}
    for type, id, state in await conn.fetch(statement, *named.values(), areas):
        if type is None:
            states[id] = state
        else:
            absent.setdefault(type, set()).add(id)
    return absent, states


async def holders(
    conn: ReadConnection, table: Table, names: Sequence[str], versions: Sequence[Version]
) -> list[tuple[str, str]]:
    """Which of these versions have the same values in these fields as another record of today: (version's, other's)."""
    writes = [table.columns[name].write or _as_it_is for name in names]
    values = [[write(v.data[name]) for v in versions] for name, write in zip(names, writes, strict=True)]
    return [
        (row["id"], row["holder"]) for row in await conn.fetch(table.holders(names), [v.id for v in versions], *values)
    ]


def _as_it_is(value: Any) -> Any:
    return value


async def insert(conn: WriteConnection, table: Table, versions: Sequence[Version], *, history: bool = False) -> None:
    """Write versions, many at once by COPY. Raises UniqueViolationError where another transaction was first."""
    if len(versions) >= _COPY_FROM:
        await copy(conn, table, await beside(len(versions), wire.rows, table, versions), history=history)
        return
    for v in versions:
        await conn.execute(table.insert(history), *row_of(table, v))


async def enter(conn: WriteConnection, table: Table, v: Version, appended: Sequence[Any], *, alone: bool) -> int:
    """Write a new record together with its ledger entry (`ledger.append_values`), and return that entry.

    `alone` says that nothing else will be written. Raises UniqueViolationError where another transaction was first.
    """
    row = row_of(table, v)
    run = conn.alone if alone else conn.fetchval
    return await run(table.enter, *appended, *row[:-1])


async def supersede(conn: WriteConnection, table: Table, v: Version, appended: Sequence[Any]) -> int:
    """Replace a version of today that is held by this one, with its ledger entry, and return that entry."""
    return await conn.fetchval(table.supersede, *appended, *row_of(table, v)[:-1])


async def copy(conn: WriteConnection, table: Table, rows: bytes, *, history: bool = False) -> None:
    """Write rows as `wire` lays them out. Raises UniqueViolationError where another transaction was first."""
    name = table.standard.name + ("_history" if history else "")
    await copy_in(conn, "registry", name, wire.order(table), rows)


async def archive(conn: WriteConnection, table: Table, ids: Sequence[str]) -> None:
    """Move versions of today to history."""
    if ids:
        await conn.execute(table.archive(), ids)


async def promote(conn: WriteConnection, table: Table, versions: Mapping[str, int]) -> None:
    """Move versions from history into place."""
    if versions:
        await conn.execute(table.promote(), list(versions), list(versions.values()))


async def mark_newest(conn: WriteConnection, table: Table, newest: Mapping[str, int | None]) -> None:
    """Note beside the versions of today which is the newest, where it is another."""
    if newest:
        await conn.execute(table.mark_newest(), list(newest), list(newest.values()))
