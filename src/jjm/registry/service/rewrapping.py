"""Records under a new master key, with the numbers by which they are found blindly; those numbers where they lack."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jjm.kit import Database, Holding, ReadConnection, Wrapped, WriteConnection
from jjm.registry import renewing
from jjm.registry.rules import states_in
from jjm.registry.sealing import needed, rewrapped
from jjm.registry.service.context import Registry
from jjm.registry.table import Table

_AT_ONCE, _TOLD = 5_000, 100_000
_log = logging.getLogger(__name__)


def holdings(registry: Registry) -> Sequence[Holding]:
    """What is personal in all types of records: of today, and of other days."""
    return [SealedVersions(t, past) for t in registry.tables.values() if t.personal for past in (False, True)]


@dataclass(frozen=True)
class SealedVersions:
    """The sealed versions in one of the two tables of a type."""

    table: Table
    history: bool

    @property
    def name(self) -> str:
        """The name of the table."""
        return f"{self.table.standard.name}{' history' if self.history else ''}"

    async def wrap(self, conn: WriteConnection, after: Any, most: int) -> Wrapped:
        """See Holding."""
        rows = await self._found(conn, after, most)
        if rows:
            await conn.execute(renewing.put_back(self.table, history=self.history), *_anew(self.table, rows))
        return Wrapped(len(rows), (rows[-1]["id"], rows[-1]["version"]) if len(rows) == most else None)

    async def is_left(self, conn: ReadConnection) -> bool:
        """See Holding."""
        return bool(await self._found(conn, None, 1))

    async def _found(self, conn: ReadConnection, after: Any, most: int) -> list[Any]:
        asked = renewing.under_another(self.table, history=self.history)
        return await conn.fetch(asked, *(after or ("", 0)), most, needed(self.table.vault).current)


async def fill_numbers(database: Database, table: Table, names: Sequence[str]) -> int:
    """Give the versions of a type the numbers of blind columns that came later; how many versions had any to get.

    It goes on where it was stopped.
    """
    return sum([await _fill(database, table, list(names), history=history) for history in (False, True)])


async def _fill(database: Database, table: Table, names: list[str], *, history: bool) -> int:
    asked, kept = renewing.without_numbers(table, names, history=history), renewing.put_back(table, history=history)
    done, after = 0, ("", 0)
    while True:
        async with database.write() as conn:
            rows = await conn.fetch(asked, *after, _AT_ONCE)
            if rows:
                await conn.execute(kept, *_anew(table, rows))
        if not rows:
            return done
        after = rows[-1]["id"], rows[-1]["version"]
        done += len(rows)
        if done % _TOLD < _AT_ONCE:
            _log.info("%s: %s versions read for %s", table.standard.name, f"{done:,}", ", ".join(names))


def _anew(table: Table, rows: Sequence[Any]) -> list[list[Any]]:
    vault = needed(table.vault)
    ids, versions, was = ([row[name] for row in rows] for name in ("id", "version", "sealed"))
    made = [rewrapped(vault, sealed) for sealed in was]
    opened = [table.inside(*row) for row in zip(ids, versions, made, strict=True)] if table.blinds else []
    states = states_in(ids)
    return [ids, versions, was, made, *(table.blinded(field, states, opened) for field in table.blinds.values())]
