"""Connections that break: what was under way says so, and the next caller gets one that works."""

from __future__ import annotations

import asyncio
import struct

import asyncpg
import pytest
from databases import end_connections

from jjm.kit import Database, DatabaseUrl, copy_in

COUNT = 20_000
ROW = struct.pack("!hi", 1, 1000) + b"x" * 1000
MANY = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0) + ROW * COUNT + struct.pack("!h", -1)


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
        await asyncio.wait_for(writing, 30)
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


async def test_a_statement_alone_is_a_transaction_or_part_of_the_one_that_has_begun(database: Database) -> None:
    async with database.write() as conn:
        await conn.execute("create table public.noted (n int primary key)")
        assert await conn.alone("insert into public.noted values (1) returning n") == 1
    async with database.write() as conn:
        assert await conn.asking.fetchval("select count(*) from public.noted") == 1
        assert await conn.alone("insert into public.noted values (2) returning n") == 2
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.write() as conn:
            await conn.execute("insert into public.noted values (3)")
            await conn.alone("insert into public.noted values (4)")
            await conn.execute("insert into public.noted values (2)")
    async with database.read() as conn:
        assert [row["n"] for row in await conn.fetch("select n from public.noted order by n")] == [1, 2]


async def test_nothing_can_be_said_after_a_statement_alone(database: Database) -> None:
    async with database.write() as conn:
        await conn.execute("create table public.ended (n int)")
    for once_more in ("execute", "alone"):
        with pytest.raises(asyncpg.InterfaceError):
            async with database.write() as conn:
                await conn.alone("insert into public.ended values (1)")
                await getattr(conn, once_more)("insert into public.ended values (2)")
    async with database.read() as conn:
        assert [row["n"] for row in await conn.fetch("select n from public.ended")] == [1, 1]


async def test_what_was_given_up_half_way_holds_no_lock_and_leaves_nothing(database: Database) -> None:
    async with database.write() as conn:
        await conn.execute("create table public.locked (n int)")

    async def slow() -> None:
        async with database.write() as conn:
            await conn.execute("insert into public.locked values (1)")
            await conn.execute("select pg_sleep(60)")

    given_up = [asyncio.create_task(slow()) for _ in range(20)]
    await asyncio.sleep(0.5)
    for task in given_up:
        task.cancel()
    await asyncio.gather(*given_up, return_exceptions=True)
    async with asyncio.timeout(10), database.write() as conn:
        await conn.execute("lock table public.locked in access exclusive mode")
        assert await conn.fetchval("select count(*) from public.locked") == 0


async def test_whoever_waits_for_a_connection_gets_one_while_others_come_and_go(database: Database) -> None:
    done: list[int] = []

    async def ask(n: int) -> None:
        async with database.read() as conn:
            await conn.fetchval("select pg_sleep(0.01)")
            done.append(n)

    async def keep_asking() -> None:
        while len(done) < 300:
            await ask(-1)

    async with asyncio.timeout(20):
        busy = [asyncio.create_task(keep_asking()) for _ in range(12)]
        await asyncio.gather(*(ask(n) for n in range(40)))
        await asyncio.gather(*busy)
    assert {*range(40)} <= {*done}


async def test_a_connection_given_back_while_the_database_is_closed_does_not_keep_it_open(
    database_url: DatabaseUrl,
) -> None:
    database = await Database.connect(database_url)
    async with asyncio.timeout(10):
        async with database.read() as conn:
            closing = asyncio.create_task(database.close())
            await asyncio.sleep(0.1)
            assert await conn.fetchval("select 1") == 1
        await closing


async def test_a_connection_that_is_never_given_back_does_not_keep_the_database_open(
    database_url: DatabaseUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjm.kit.database._TO_CLOSE", 0.2)
    database = await Database.connect(database_url)
    kept = await database.take()
    async with asyncio.timeout(10):
        await database.close()
    with pytest.raises(asyncpg.InterfaceError):
        await kept.fetchval("select 1")
