"""The examination of a node's database: its release, its schema, the lag of the ledger, its clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jjm.access import overdue
from jjm.app.address import TOKEN_FILE
from jjm.app.doctor import Finding, fail, ok, warn
from jjm.app.inside import opened, url_of
from jjm.app.node import BLOCKS
from jjm.app.start import Say, database_url, standards_of
from jjm.kit import IST, Problem, ReadConnection, has_cluster, schema_state
from jjm.ledger import backlog, head
from jjm.registry import held_records
from jjm.standards import load

_SUPPORTED = range(15, 19)
_LAG = timedelta(seconds=10)
_DRIFT = timedelta(seconds=2)
_A_DAY = timedelta(days=1)


async def examine_database(folder: Path, url: str | None, standards: Path | None, say: Say) -> AsyncIterator[Finding]:
    """What the database tells; where there is none yet, that."""
    try:
        url = database_url(folder, url, say)
        if url is None and not has_cluster(folder):
            yield _none_here(folder)
            return
        async with url_of(folder, url) as found, opened(found) as database, database.snapshot() as conn:
            # The address of the embedded one is said for whoever wants to look in; another's may hold a password.
            yield await _release(conn, "" if url else f" at {found}")
            yield await _schema(conn)
            yield await _ledger(conn)
            yield await _clock(conn)
            yield await _logs(conn, standards_of(folder, standards, _in_silence))
    except Problem as problem:
        yield fail("database", problem.title, problem.detail)


def _none_here(folder: Path) -> Finding:
    if not (folder / TOKEN_FILE).exists():
        return ok("database", f"{folder} has none yet; the first start makes it")
    remedy = "Name it with --database or in JJM_DATABASE."
    return warn("database", f"that of {folder} is outside of it, and was not examined", remedy)


async def _release(conn: ReadConnection, where: str) -> Finding:
    said = str(await conn.fetchval("show server_version"))
    if int(said.split(".")[0]) not in _SUPPORTED:
        return fail("database", f"PostgreSQL {said}", "Use PostgreSQL 15, 16, 17 or 18.")
    return ok("database", f"PostgreSQL {said} answers{where}")


async def _schema(conn: ReadConnection) -> Finding:
    waiting, unknown = await schema_state(conn, BLOCKS)
    if unknown:
        return fail("schema", f"migration {max(unknown)} is of a newer release", "Start the newer release.")
    if waiting:
        return warn("schema", f"{len(waiting)} migrations wait", "The next start of the node applies them.")
    return ok("schema", "up to date")


async def _ledger(conn: ReadConnection) -> Finding:
    count, since = await backlog(conn)
    if not count:
        return ok("ledger", "every change has its position")
    age = datetime.now(UTC) - since if since else timedelta(0)
    said = f"{count:,} changes wait for their position, the first for {age.total_seconds():.0f} s"
    if age > _LAG:
        return fail("ledger", said, "Start the node, and see its log; jjm ledger verify names what was altered.")
    return warn("ledger", said, "Nothing to do while the node runs: it numbers them in a moment.")


async def _clock(conn: ReadConnection) -> Finding:
    there: datetime = await conn.fetchval("select clock_timestamp()")
    drift = abs(datetime.now(UTC) - there)
    remedy = "Have the clock set by NTP: every version carries its time."
    signed = (await head(conn)).at
    if signed - datetime.now(UTC) > _DRIFT:
        return fail("clock", f"it is behind the last checkpoint, signed at {signed:%Y-%m-%d %H:%M:%S} UTC", remedy)
    if drift > _DRIFT:
        return warn("clock", f"{drift.total_seconds():.0f} s from the database's", remedy)
    return ok("clock", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, and so the database")


def _in_silence(text: str) -> None:
    """What the machine's examination has said already."""


async def _logs(conn: ReadConnection, standards: Path) -> Finding:
    now = datetime.now(UTC)
    if not await conn.fetchval("select to_regclass('access.field_list') is not null"):
        return ok("logs", "none yet")
    held = await held_records(conn, now.astimezone(IST).date())
    found = await overdue(conn, load(standards), held, now - _A_DAY)
    said = ", ".join(f"{count:,} of {name}" for name, count in found.items() if count)
    if said:
        return warn("logs", f"entries over their term: {said}", "Start the node: it forgets them within the hour.")
    return ok("logs", f"nothing is kept beyond its term; {len(held)} records are held")
