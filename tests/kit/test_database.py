"""Connections that break: what was under way says so, and the next caller gets one that works."""

from __future__ import annotations

import asyncio
import struct

import asyncpg
import pytest

from jjm.kit import Database, DatabaseUrl, copy_in

COUNT = 20_000
ROW = struct.pack("!hi", 1, 1000) + b"x" * 1000
MANY = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0) + ROW * COUNT + struct.pack("!h", -1)
OTHERS = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = $1"


async def end_connections(url: DatabaseUrl) -> None:
    """End every connection to the database but our own."""
    admin = await asyncpg.connect(url)
    await admin.fetch(OTHERS, await admin.fetchval("select current_database()"))
    await admin.close()


async def test_rows_on_their_way_into_a_broken_connection_are_refused(
    database: Database, database_url: DatabaseUrl
) -> None:
    async with database.write() as conn:
        await conn.execute("create table public.many (text text)")

    async def write() -> None:
        async with database.write() as conn:
            await copy_in(conn, "public", "many", ["text"], MANY)

    await write()
    holder = await asyncpg.connect(database_url)
    await holder.execute("begin; lock table public.many")
    writing = asyncio.create_task(write())
    await asyncio.sleep(0.5)  # it waits for the lock, and its pipe is full
    assert not writing.done()
    await end_connections(database_url)
    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError)):
        await asyncio.wait_for(writing, 5)
    await write()
    async with database.read() as conn:
        assert await conn.fetchval("select count(*) from public.many") == 2 * COUNT


async def test_nobody_is_given_a_connection_that_broke_while_it_was_idle(
    database: Database, database_url: DatabaseUrl
) -> None:
    async with database.read() as one, database.read() as other:
        assert await one.fetchval("select 1") == await other.fetchval("select 1")
    await end_connections(database_url)
    await asyncio.sleep(0.1)
    for _ in range(4):
        async with database.read() as conn:
            assert await conn.fetchval("select 1") == 1
