"""The database: one pool, reads without a transaction, writes in exactly one, committed here and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NewType, Protocol, cast

import asyncpg

from jjm.kit.errors import Problem


class ReadConnection(Protocol):
    """A connection on which nothing is changed."""

    async def fetch(self, query: str, *args: object, timeout: float | None = None) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: object, timeout: float | None = None) -> Any: ...
    async def fetchval(self, query: str, *args: object, column: int = 0, timeout: float | None = None) -> Any: ...
    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str: ...


class WriteConnection(ReadConnection, Protocol):
    """A connection inside the one transaction of a request or job."""

    async def executemany(self, command: str, args: Any, *, timeout: float | None = None) -> None: ...


_READERS_KEPT = 5
_PIECE = 1 << 18
DatabaseUrl = NewType("DatabaseUrl", str)


@dataclass
class Database:
    """One PostgreSQL database, reached through a pool of connections."""

    pool: asyncpg.Pool
    url: str
    _readers: list[asyncpg.Connection] = field(default_factory=list["asyncpg.Connection"])

    @classmethod
    async def connect(cls, url: str, *, size: int = 12) -> Database:
        """Open the pool. Raises Problem `database-unreachable` with the reason when PostgreSQL does not answer."""
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=size, server_settings=_SETTINGS, reset=_leave_as_is
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            detail = f"PostgreSQL did not answer: {error}. Check the --database URL and that the server runs."
            raise Problem("database-unreachable", 503, "The database cannot be reached", detail) from error
        return cls(pool, url)

    async def close(self) -> None:
        """Give all connections back and close them."""
        while self._readers:
            await self.pool.release(self._readers.pop())
        await self.pool.close()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[ReadConnection, None]:
        """A connection for questions; each query sees what was committed when it began."""
        # Taking a connection from the pool and giving it back costs as much as a point read, so a few are kept out.
        while self._readers and not _is_open(self._readers[-1]):
            await self.pool.release(self._readers.pop())
        conn = self._readers.pop() if self._readers else await self.pool.acquire()
        try:
            yield conn
        finally:
            if not _is_open(conn) or len(self._readers) >= _READERS_KEPT:
                await self.pool.release(conn)
            else:
                self._readers.append(conn)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[ReadConnection, None]:
        """A connection for several questions that must agree with each other."""
        async with self.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            yield conn

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[WriteConnection, None]:
        """One transaction: everything inside happens, or on an error nothing."""
        async with self.pool.acquire() as conn, conn.transaction():
            yield cast("WriteConnection", conn)


@asynccontextmanager
async def savepoint(conn: WriteConnection) -> AsyncGenerator[None, None]:
    """A part of a transaction that may fail by itself: after an error inside, what came before it still stands."""
    async with cast("asyncpg.Connection", conn).transaction():
        yield


async def copy_in(conn: WriteConnection, schema: str, table: str, columns: Sequence[str], rows: bytes) -> None:
    """Write many rows at once, in PostgreSQL's binary form. Raises, as any statement does, if the connection ends."""
    known = cast("Any", conn)
    ended = asyncio.Event()

    def end(_: object) -> None:
        ended.set()

    known.add_termination_listener(end)
    copying: asyncio.Task[str] = asyncio.ensure_future(
        known.copy_to_table(table, schema_name=schema, columns=columns, source=_pieces(rows), format="binary")
    )
    ending = asyncio.ensure_future(ended.wait())
    try:
        # By itself asyncpg waits for ever to write on where the connection broke while it could take no more.
        await asyncio.wait([copying, ending], return_when=asyncio.FIRST_COMPLETED)
        if not copying.done():
            raise asyncpg.ConnectionDoesNotExistError("the connection ended while rows were written")
        copying.result()
    finally:
        copying.cancel()
        ending.cancel()
        await asyncio.gather(copying, ending, return_exceptions=True)
        with suppress(asyncpg.InterfaceError):  # the pool has taken back what is broken
            known.remove_termination_listener(end)


async def _pieces(rows: bytes) -> AsyncGenerator[memoryview, None]:
    for start in range(0, len(rows), _PIECE):
        yield memoryview(rows)[start : start + _PIECE]


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
