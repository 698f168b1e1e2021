"""The audit of the records: is every row the one that was entered in the ledger, and is none of them gone?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from jjm.kit import Fault, ReadConnection
from jjm.ledger import Kept, counts, entered, kept
from jjm.registry import scanning
from jjm.registry.model import Version
from jjm.registry.rows import closed_version_of
from jjm.registry.service.context import Registry
from jjm.registry.service.digesting import digests_of
from jjm.registry.table import Table

_AT_ONCE = 4_000
# What stands in the ledger and is no record (decisions about access, steps of cases) has the name of its block before.
_NO_RECORDS = "."
_RESTORE = "Compare it with a backup or another's copy; what is wrong in the world is changed through the API."
Progress = Callable[[int, int], None]
"""Told how many versions have been checked, and of how many."""


async def verify_records(
    registry: Registry, conn: ReadConnection, progress: Progress | None = None
) -> AsyncIterator[Fault]:
    """Every version of every record that is not as it was entered in the ledger, and every one that is gone.

    Digests are recomputed from the typed columns, a few thousand rows at a time. A fault names type, id, version and
    the check that failed: `values`, `digest`, `entry`, `frame`, `twice`, `missing`, `place`. `conn` should be a
    snapshot. The ledger itself is checked by `jjm.ledger.verify_tree`. What is sealed is opened and compared with its
    digest where the registry has its key, else only the rest of the record is checked.
    """
    wanted = {type: count for type, count in (await counts(conn)).items() if _NO_RECORDS not in type}
    done, total = 0, sum(wanted.values())
    for type, table in registry.tables.items():
        sound = 0
        async for rows in _rows(conn, table):
            found = await _check(conn, table, rows)
            sound, done = sound + len(rows) - len(found), done + len(rows)
            for fault in found:
                yield fault
            if progress:
                progress(done, max(total, done))
        async for fault in _as_a_whole(registry, conn, table, sound - wanted.get(type, 0)):
            yield fault
    for type in sorted(wanted.keys() - registry.tables.keys()):
        remedy = "Put its standard back, so that its records can be checked."
        yield Fault(f"the ledger holds {wanted[type]:,} changes of `{type}`, which no standard declares", remedy)


async def _rows(conn: ReadConnection, table: Table) -> AsyncIterator[Sequence[Any]]:
    for history in (False, True):
        statement, after = scanning.scan(table, history=history), ("", 0)
        while rows := await conn.fetch(statement, *after, _AT_ONCE):
            yield rows
            after = (rows[-1]["id"], rows[-1]["version"])


async def _check(conn: ReadConnection, table: Table, rows: Sequence[Any]) -> list[Fault]:
    versions = [closed_version_of(table, row) for row in rows]
    held = await kept(conn, [v.entry for v in versions])
    made = digests_of(table, versions)
    found: list[Fault] = []
    for version, entry, digest in zip(versions, held, made, strict=True):
        if entry is None or not entry.digest == digest == version.digest or not _is_framed(table, version, entry):
            what, said = _reason(table, version, entry, digest)
            found.append(_fault(table, version.id, version.version, what, said))
    return found


def _is_framed(table: Table, version: Version, entry: Kept) -> bool:
    of_row = (table.standard.name, version.recorded_at, version.actor, version.node)
    return of_row == (entry.type, entry.at, entry.actor, entry.node)


def _reason(table: Table, version: Version, entry: Kept | None, digest: bytes | None) -> tuple[str, str]:
    if entry is None:
        return "entry", f"the ledger has no entry {version.entry}"
    if digest == version.digest != entry.digest:
        return "entry", "the ledger's entry has another digest"
    if digest == entry.digest != version.digest:
        return "digest", "its digest was altered"
    if digest != entry.digest:
        return "values", "its values were altered"
    return "frame", "when, by whom or on which node it was recorded was altered"


def _fault(table: Table, id: str, version: int, check: str, said: str) -> Fault:
    type = table.standard.name
    place = {"type": type, "id": id, "version": version, "check": check}
    return Fault(f"{type} {id}, version {version}: {said}", _RESTORE, value=place)


async def _as_a_whole(registry: Registry, conn: ReadConnection, table: Table, surplus: int) -> AsyncIterator[Fault]:
    """What no row shows by itself; `surplus` is how many sound rows there are more than entries."""
    for row in await conn.fetch(scanning.twice(table)):
        surplus -= 1
        yield _fault(table, row["id"], row["version"], "twice", "it stands among today's records and in history")
    for row in await conn.fetch(scanning.misplaced(table), registry.clock.today(), table.standard.name):
        said = (
            "stands among today's records, but does not hold today" if row["today"] else "holds today, but is held back"
        )
        yield _fault(table, row["id"], row["version"], "place", f"it {said}")
    if surplus < 0:
        async for fault in _missing(conn, table):
            yield fault


async def _missing(conn: ReadConnection, table: Table) -> AsyncIterator[Fault]:
    async for _, subjects, versions in entered(conn, table.standard.name):
        for start in range(0, len(subjects), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            for row in await conn.fetch(scanning.gone(table), list(subjects[part]), list(versions[part])):
                yield _fault(table, row["id"], row["version"], "missing", "it was entered in the ledger, and is gone")
