"""Rows in and out of a type's tables: the only place that runs the registry's statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from jjm.kit import ReadConnection, WriteConnection, beside, copy_in, load_queries
from jjm.registry import wire
from jjm.registry.definition import SYSTEM
from jjm.registry.model import AsOf, Header, Version
from jjm.registry.rules import UNDIVIDED, state_in_id
from jjm.registry.sealing import digest_in, is_erased, is_some, is_told_by_values, is_withheld
from jjm.registry.shelf import unshelved
from jjm.registry.sight import WHOLE, Sight
from jjm.registry.table import Table

queries = load_queries("jjm.registry")
trees = load_queries("jjm.registry", "trees")
lineage = load_queries("jjm.registry", "lineage")
areas = load_queries("jjm.registry", "areas")
proposals = load_queries("jjm.registry", "proposals")
scope = load_queries("jjm.registry", "scope")
whose = load_queries("jjm.registry", "whose")
_COPY_FROM = 40


def row_of(table: Table, v: Version) -> tuple[Any, ...]:
    """A version as a row, in the order of the table's columns."""
    data = v.data
    values = list(map(data.get, table.columns))
    for place, write in table.written:
        if (value := values[place]) is not None:
            values[place] = write(value)
    state = state_in_id(v.id)
    values += [table.blinded(field, [state], [data])[0] for field in table.blinds.values()]
    if table.by_state:
        values.append(state)
    ext, external = data.get("ext"), data.get("external_ids")
    return (
        *values,
        None if ext is None or "ext" in table.personal else orjson.dumps(ext).decode(),
        None if external is None else orjson.dumps(external).decode(),
        *(v.id, v.version, v.newest, v.change, v.valid_from, v.valid_to, v.recorded_at, v.actor, v.node),
        *(v.source, v.reason, v.digest, v.sealed, v.entry),
    )


def data_of(table: Table, row: Any, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The values of a row as plain JSON values, without those hidden ones that it holds all the same."""
    data = in_columns(table, row)
    if table.personal:
        inside = table.inside(row["id"], row["version"], row["sealed"])
        data |= {name: value for name, value in inside.items() if name not in hidden}
    return data


def in_columns(table: Table, row: Any) -> dict[str, Any]:
    """The values of a row that are not personal."""
    data: dict[str, Any] = {}
    for name, column in table.columns.items():
        if (value := row[name]) is not None:
            data[name] = value if column.read is None else column.read(value)
    for name in ("ext", "external_ids"):
        if row[name] is not None:
            data[name] = orjson.loads(row[name])
    return unshelved(data) if "ext" in data else data


def version_of(table: Table, row: Any) -> Version:
    """A row as a version."""
    return _version(row, data_of(table, row))


def closed_version_of(table: Table, row: Any) -> Version:
    """A row as a version, with what is personal left sealed."""
    return _version(row, in_columns(table, row))


def _version(row: Any, data: Mapping[str, Any]) -> Version:
    return Version(data=data, **{name: row[name] for name in SYSTEM if name not in ("ext", "external_ids")})


def show(table: Table, row: Any, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A row as it stands in an answer: the fields flat, then `id` and `_meta`; `hidden` as in `data_of`."""
    record = {name: value for name, value in zip(table.columns, row, strict=False) if value is not None}
    for name, column in table.shown.items():
        if name in record:
            record[name] = column(record[name])
    if row["ext"] is not None:
        record["ext"] = orjson.Fragment(row["ext"])
    if table.personal:
        inside = table.inside(row["id"], row["version"], row["sealed"])
        record |= {name: value for name, value in inside.items() if name not in hidden} if hidden else inside
    if row["external_ids"] is not None:
        record["external_ids"] = orjson.Fragment(row["external_ids"])
    record["id"] = row["id"]
    record["_meta"] = meta(row)
    return record


def meta(row: Any) -> dict[str, Any]:
    """What is known about a version beside its values; `personal` is the digest of what it holds of that."""
    told = {
        "version": row["version"],
        "change": row["change"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "recorded_at": row["recorded_at"],
        "actor": row["actor"],
        "node": row["node"],
        "source": row["source"],
        "reason": row["reason"],
        "digest": row["digest"].hex(),
        "position": row["position"],
    }
    sealed = row["sealed"]
    if sealed is not None:
        part = digest_in(sealed)
        told["personal"] = UNDIVIDED if part is None or is_told_by_values(sealed) else part.hex()
        if is_erased(sealed):
            told["erased"] = True
        elif is_withheld(sealed):
            told["withheld"] = True
        elif is_some(sealed):
            told["unproven"] = True
    return told


def show_version(v: Version, hidden: frozenset[str]) -> dict[str, Any]:
    """A version just recorded as it stands in an answer; the ledger gives its position a moment later."""
    fields = {name: value for name, value in v.data.items() if name not in hidden}
    return fields | {"id": v.id, "_meta": meta(v._asdict() | {"position": None})}


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
