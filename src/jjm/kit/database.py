"""The database: one pool, reads without a transaction, writes in exactly one, committed here and nowhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NewType, cast

import asyncpg

from jjm.kit.connection import Connection
from jjm.kit.errors import Problem
from jjm.kit.transaction import ReadConnection, Transaction, WriteConnection

_SIZE, _KEPT = 14, 8
_TO_CLOSE = 30.0
_log = logging.getLogger(__name__)
UNREACHABLE = "database-unreachable"
"""Code of the Problem that says so of a database."""
DatabaseUrl = NewType("DatabaseUrl", str)


@dataclass
class Database:
    """One PostgreSQL database, reached through a pool of connections."""

    pool: asyncpg.Pool
    url: str
    _kept: list[asyncpg.Connection] = field(default_factory=list["asyncpg.Connection"])
    _waiting: int = 0
    _is_closing: bool = False

    @classmethod
    async def connect(cls, url: str, *, size: int = _SIZE) -> Database:
        """Open the pool. Raises Problem `database-unreachable` with the reason when PostgreSQL does not answer."""
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=size,
                server_settings=_SETTINGS,
                reset=_leave_as_is,
                connection_class=Connection,
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            detail = f"PostgreSQL did not answer: {error}. Check the --database URL and that the server runs."
            raise Problem(UNREACHABLE, 503, "The database cannot be reached", detail) from error
        return cls(pool, url)

    async def close(self) -> None:
        """Close all connections, each once whoever reads or writes on it has given it back.

        Whoever keeps one for half a minute has it cut: nothing may keep a node from stopping.
        """
        self._is_closing = True
        while self._kept:
            await self.pool.release(self._kept.pop())
        try:
            await asyncio.wait_for(self.pool.close(), _TO_CLOSE)
        except TimeoutError:
            _log.warning("connections to the database were not given back in %.0f s, and are cut", _TO_CLOSE)

    def read(self) -> AbstractAsyncContextManager[ReadConnection]:
        """A connection for questions; each query sees what was committed when it began."""
        return _Lent(self)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[ReadConnection, None]:
        """A connection for several questions that must agree with each other."""
        async with self.read() as conn:
            begun = cast("asyncpg.Connection", conn).transaction(isolation="repeatable_read", readonly=True)
            async with begun:
                yield conn

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[WriteConnection, None]:
        """One transaction: everything inside happens, or on an error nothing."""
        conn = await self.take()
        transaction = Transaction(conn)
        try:
            yield transaction
            await transaction.commit()
        except BaseException:
            try:
                await transaction.undo()
            finally:
                await self.pool.release(conn)
            raise
        await self.give(conn)

    # Taking a connection from the pool and giving it back costs as much as a point read, so a few are kept out while
    # nobody waits for one. After an error there may be something under way on it, to be waited for or undone: the pool
    # does both.
    async def take(self) -> asyncpg.Connection:
        """A connection, to be given back, or after an error released to the pool."""
        while self._kept and not _is_open(self._kept[-1]):
            await self.pool.release(self._kept.pop())
        if self._kept:
            return self._kept.pop()
        self._waiting += 1
        try:
            return await self.pool.acquire()
        finally:
            self._waiting -= 1

    async def give(self, conn: asyncpg.Connection) -> None:
        """Give back a connection on which nothing is under way."""
        if self._waiting or self._is_closing or len(self._kept) >= _KEPT:
            await self.pool.release(conn)
        else:
            self._kept.append(conn)


class _Lent(AbstractAsyncContextManager["ReadConnection"]):
    """A connection while it is read on. Written out, since a generator costs half of what else a point read does."""

    __slots__ = ("_conn", "_database")
    _conn: asyncpg.Connection

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> ReadConnection:
        self._conn = await self._database.take()
        return self._conn

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None:
            await self._database.give(self._conn)
        else:
            await self._database.pool.release(self._conn)


async def stream(conn: ReadConnection, query: str, *args: object, rows: int) -> AsyncGenerator[list[Any], None]:
    """The answer to a question of any size, so many rows at a time; inside a snapshot."""
    cursor: Any = await cast("Any", conn).cursor(query, *args)
    while found := await cursor.fetch(rows):
        yield found


def _is_open(conn: asyncpg.Connection) -> bool:
    try:
        return not conn.is_closed()
    except asyncpg.InterfaceError:  # it broke, and the pool took it back by itself
        return False


# No session state is left behind by reads and writes, so a returned connection needs no round trip to be cleaned.
async def _leave_as_is(conn: asyncpg.Connection) -> None:
    return None


_SETTINGS = {
    "application_name": "jjm",
    "timezone": "UTC",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "600000",
    "jit": "off",
    "plan_cache_mode": "auto",
}
