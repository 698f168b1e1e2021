"""What can be done on a connection: ask, or change something in the one transaction of a request or job."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol, cast

import asyncpg

_PIECE = 1 << 18


class ReadConnection(Protocol):
    """A connection on which nothing is changed."""

    async def fetch(self, query: str, *args: object, timeout: float | None = None) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: object, timeout: float | None = None) -> Any: ...
    async def fetchval(self, query: str, *args: object, column: int = 0, timeout: float | None = None) -> Any: ...
    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str: ...


class WriteConnection(ReadConnection, Protocol):
    """A connection inside the one transaction of a request or job."""

    @property
    def asking(self) -> ReadConnection:
        """The same connection for questions only, which do not begin the transaction.

        What they see before it has begun is what they would see in it: all that is committed at that moment.
        """
        ...

    def has_begun_before(self, moment: float) -> bool:
        """True if the transaction had begun by that moment of `time.monotonic`, and so may not know what came then."""
        ...

    async def executemany(self, command: str, args: Any, *, timeout: float | None = None) -> None: ...

    async def alone(self, query: str, *args: object) -> Any:
        """The first value that a statement brings which says all that its caller has to say.

        Where nothing was said before it, it is a transaction by itself, without a begin and a commit, and nothing may
        be said after it. Within a transaction it is a statement like any other.
        """
        ...

    @property
    def by_itself(self) -> ReadConnection:
        """The same connection for one named query that brings a value, run as `alone` runs it."""
        ...


class Transaction:
    """One transaction, begun with its first statement."""

    __slots__ = ("_began", "_conn", "_ended", "_open")

    def __init__(self, conn: asyncpg.Connection) -> None:
        self._conn = conn
        self._open: Any = None
        self._began = 0.0
        self._ended = False

    @property
    def asking(self) -> ReadConnection:
        """See WriteConnection."""
        return cast("ReadConnection", self._conn)

    async def begun(self) -> asyncpg.Connection:
        """The connection inside the transaction."""
        if self._ended:
            raise asyncpg.InterfaceError("a statement was the whole of this transaction")
        if self._open is None:
            self._began = time.monotonic()
            self._open = self._conn.transaction()
            await self._open.start()
        return self._conn

    def has_begun_before(self, moment: float) -> bool:
        """See WriteConnection."""
        return self._open is not None and self._began <= moment

    async def fetch(self, query: str, *args: object, timeout: float | None = None) -> list[Any]:
        """The rows of a statement."""
        return await (await self.begun()).fetch(query, *args, timeout=timeout)

    async def fetchrow(self, query: str, *args: object, timeout: float | None = None) -> Any:
        """The first row of a statement."""
        return await (await self.begun()).fetchrow(query, *args, timeout=timeout)

    async def fetchval(self, query: str, *args: object, column: int = 0, timeout: float | None = None) -> Any:
        """One value of the first row of a statement."""
        return await (await self.begun()).fetchval(query, *args, column=column, timeout=timeout)

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:
        """Run a statement."""
        return await (await self.begun()).execute(query, *args, timeout=timeout)

    async def executemany(self, command: str, args: Any, *, timeout: float | None = None) -> None:
        """Run a statement once for each set of values."""
        await (await self.begun()).executemany(command, args, timeout=timeout)

    async def alone(self, query: str, *args: object) -> Any:
        """See WriteConnection."""
        if self._open is not None or self._ended:
            return await self.fetchval(query, *args)
        self._ended = True
        return await self._conn.fetchval(query, *args)

    @property
    def by_itself(self) -> ReadConnection:
        """See WriteConnection."""
        return cast("ReadConnection", _ByItself(self))

    async def commit(self) -> None:
        """Let what was done stand."""
        if self._open is not None:
            await self._open.commit()

    async def undo(self) -> None:
        """Let nothing of it stand. Where the connection broke, PostgreSQL does so by itself."""
        if self._open is not None:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await self._open.rollback()


class _ByItself:
    """A connection for one value."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def fetchval(self, query: str, *args: object) -> Any:
        """See WriteConnection.alone."""
        return await self._transaction.alone(query, *args)


@asynccontextmanager
async def savepoint(conn: WriteConnection) -> AsyncGenerator[None, None]:
    """A part of a transaction that may fail by itself: after an error inside, what came before it still stands."""
    async with (await cast("Transaction", conn).begun()).transaction():
        yield


async def copy_in(conn: WriteConnection, schema: str, table: str, columns: Sequence[str], rows: bytes) -> None:
    """Write many rows at once, in PostgreSQL's binary form. Raises, as any statement does, if the connection ends."""
    known: Any = await cast("Transaction", conn).begun()
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
